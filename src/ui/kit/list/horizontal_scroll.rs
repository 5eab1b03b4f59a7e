//! The horizontal scroll position of lines that are wider than their view, and the scroll bar below them.

use egui::{CornerRadius, Id, Key, Rect, Role, Sense, Ui, Vec2, WidgetInfo};

use super::virtual_list::SCROLL_BAR;
use crate::ui::kit::ui_context::UiContext;

/// A wheel's pixels for each column.
const PIXELS: f32 = 8.0;
/// The columns by which an arrow key scrolls.
const STEP: i64 = 8;
/// The bar's handle is never smaller than this.
const HANDLE_MIN: f32 = 24.0;

/// The horizontal scroll position.
#[derive(Debug, Default)]
pub struct HorizontalScroll {
    column: u64,
    /// The part of a column that the wheel has turned besides whole columns.
    part: f32,
}

impl HorizontalScroll {
    /// The first visible column.
    pub fn column(&self) -> usize {
        usize::try_from(self.column).unwrap_or(usize::MAX)
    }

    /// Moves no farther than needed for `column` to be among the `seen` ones, with some room around it.
    pub fn reveal(&mut self, column: usize, seen: usize) {
        let (column, room) = (column as u64, (seen / 4) as u64);
        if column < self.column || column >= self.column + seen as u64 {
            self.column = column.saturating_sub(room);
        }
    }

    /// Takes in wheel and keys and draws the bar at the lower end of `place`, for lines of `most` columns of which so many are
    /// seen; `id` is the widget that has the focus. Returns what is left of the place.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, id: Id, place: Rect, (seen, most): (usize, u64)) -> Rect {
        let last = most.saturating_sub(seen as u64);
        self.column = self.column.min(last);
        if last == 0 {
            return place;
        }
        let (left, bar) = place.split_top_bottom_at_y((place.bottom() - SCROLL_BAR).max(place.top()));
        if ui.rect_contains_pointer(place) {
            self.part -= ui.input(|input| input.smooth_scroll_delta().x) / PIXELS;
            let whole = self.part.trunc();
            self.part -= whole;
            self.move_by(whole as i64, last);
        }
        if ui.memory(|memory| memory.has_focus(id)) {
            for (key, step) in [(Key::ArrowRight, STEP), (Key::ArrowLeft, -STEP)] {
                if ui.input(|input| input.key_pressed(key)) {
                    self.move_by(step, last);
                }
            }
        }
        self.bar(
            ui,
            cx,
            id.with("sideways"),
            bar.with_max_x(bar.right() - SCROLL_BAR),
            (seen as f32 / most as f32, last),
        );
        left
    }

    fn move_by(&mut self, columns: i64, last: u64) {
        self.column = self.column.saturating_add_signed(columns).min(last);
    }

    fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, id: Id, area: Rect, (share, last): (f32, u64)) {
        let track = area.shrink(2.0);
        let width = (track.width() * share).max(HANDLE_MIN).min(track.width());
        let room = (track.width() - width).max(1.0);
        let response = ui.interact(area, id, Sense::CLICK | Sense::DRAG);
        let name = cx.text("scroll-sideways");
        response.widget_info(|| WidgetInfo::labeled(Role::ScrollBar, true, &name));
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
            let at = ((pointer.x - track.left() - width / 2.0) / room).clamp(0.0, 1.0);
            self.column = (f64::from(at) * last as f64).round() as u64;
        }
        let left = track.left() + room * (self.column as f64 / last as f64) as f32;
        let handle = Rect::from_min_size(egui::pos2(left, track.top()), Vec2::new(width, track.height()));
        let colour = if response.hovered() || response.dragged() { cx.tokens.weak } else { cx.tokens.line };
        ui.painter().rect_filled(handle, CornerRadius::same(4), colour);
    }
}
