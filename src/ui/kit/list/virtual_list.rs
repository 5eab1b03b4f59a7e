//! A list of any length, of which only the visible rows are drawn.
//!
//! egui's scroll areas keep their position as `f32` pixels, which can't tell rows apart past some 16 million pixels. Here the position is
//! a row number (see [`VirtualScroll`]), and the scroll bar is drawn here. A whole row stands at the top: what the wheel has turned beyond
//! whole rows is kept until it makes one.

use egui::{Color32, CornerRadius, Id, Key, Pos2, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo};

use crate::view::VirtualScroll;

use crate::ui::kit::look::Fading;
use crate::ui::kit::repaint::request_repaint;
use crate::ui::kit::tokens::{ROW, Tokens};
use crate::ui::kit::ui_context::UiContext;

/// The width of the bar.
pub const SCROLL_BAR: f32 = 12.0;
/// The bar's handle is never smaller than this.
const HANDLE_MIN: f32 = 24.0;

/// The scroll position of one list.
#[derive(Debug)]
pub struct VirtualList {
    /// The scroll position.
    pub scroll: VirtualScroll,
    /// Whether the arrow keys are the panel's, which moves a selection with them, and scroll no longer.
    pub selects: bool,
    /// Which rows are new.
    pub fading: Fading,
    /// The height of a row, in points.
    pub row: f32,
}

impl Default for VirtualList {
    fn default() -> Self {
        Self { scroll: VirtualScroll::default(), selects: false, fading: Fading::default(), row: ROW }
    }
}

/// The rows of a list.
pub struct ListRows<'a> {
    /// The name of the list for screen readers.
    pub name: &'a str,
    /// The number of rows.
    pub total: u64,
    /// The colours.
    pub tokens: Tokens,
}

impl VirtualList {
    /// Lets rows that are new since the last frame fade in; the list is that of `of`, and has `total` rows.
    pub fn fade(&mut self, ui: &Ui, cx: &UiContext<'_>, of: impl std::hash::Hash + std::fmt::Debug, total: u64) {
        if self.fading.follow(Id::unique(("fading", of)).value(), total, cx.now, cx.may_move) {
            request_repaint(ui.ctx());
        }
    }

    /// A list that follows its newest row until the user scrolls up, and whose selection the arrow keys move.
    pub fn following() -> Self {
        let scroll = VirtualScroll { following: true, ..VirtualScroll::default() };
        Self { scroll, selects: true, ..Self::default() }
    }

    /// The number of whole rows that fit into this height in points; 1 at least.
    pub fn rows_in(&self, height: f32) -> f64 {
        f64::from((height / self.row).floor().max(1.0))
    }

    /// Draws the visible rows with `row(ui, number, place)` and the bar, filling what `ui` has left.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        id: Id,
        rows: &ListRows<'_>,
        mut row: impl FnMut(&mut Ui, u64, Rect),
    ) -> Response {
        let area = ui.available_rect_before_wrap();
        let (content, bar) = area.split_left_right_at_x((area.right() - SCROLL_BAR).max(area.left()));
        let response = ui.interact(content, id, Sense::click_and_drag());
        let name = rows.name.to_owned();
        response.widget_info(|| WidgetInfo::labeled(Role::List, true, &name));
        let visible = self.rows_in(content.height());
        self.wheel(ui, area, visible, rows.total);
        if response.clicked() {
            response.request_focus();
        }
        if response.has_focus() {
            self.keys(ui, id, visible, rows.total);
        }
        self.scroll.clamp(visible, rows.total);
        self.rows(ui, content, rows, &mut row);
        self.bar(ui, id.with("bar"), bar, visible, rows);
        ui.advance_cursor_after_rect(area);
        response
    }

    fn rows(&self, ui: &mut Ui, content: Rect, rows: &ListRows<'_>, row: &mut impl FnMut(&mut Ui, u64, Rect)) {
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(content));
        child.set_clip_rect(content.intersect(ui.clip_rect()));
        let mut top = content.top();
        let mut number = self.scroll.top_row;
        while top < content.bottom() && number < rows.total {
            let place = Rect::from_min_size(Pos2::new(content.left(), top), Vec2::new(content.width(), self.row));
            row(&mut child, number, place);
            let veil = self.fading.veil(number);
            if veil > 0.0 {
                child.painter().rect_filled(place, CornerRadius::ZERO, rows.tokens.surface.gamma_multiply(veil));
            }
            top += self.row;
            number += 1;
        }
    }

    fn wheel(&mut self, ui: &Ui, area: Rect, visible: f64, total: u64) {
        if !ui.rect_contains_pointer(area) {
            return;
        }
        let delta = ui.input(|input| input.smooth_scroll_delta().y);
        if delta != 0.0 {
            self.scroll.scroll_by(-delta, self.row, visible, total);
        }
    }

    fn keys(&mut self, ui: &Ui, id: Id, visible: f64, total: u64) {
        let filter = egui::EventFilter { vertical_arrows: true, horizontal_arrows: self.selects, ..Default::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        let page = (visible as f32 - 1.0).max(1.0) * self.row;
        let (down, up) = if self.selects { (0.0, 0.0) } else { (self.row, -self.row) };
        for (key, pixels) in [(Key::ArrowDown, down), (Key::ArrowUp, up), (Key::PageDown, page), (Key::PageUp, -page)] {
            if pixels != 0.0 && ui.input(|input| input.key_pressed(key)) {
                self.scroll.scroll_by(pixels, self.row, visible, total);
            }
        }
        if ui.input(|input| input.key_pressed(Key::Home)) {
            self.scroll.home();
        }
        if ui.input(|input| input.key_pressed(Key::End)) {
            self.scroll.end(visible, total);
        }
    }

    fn bar(&mut self, ui: &mut Ui, id: Id, area: Rect, visible: f64, rows: &ListRows<'_>) {
        if rows.total as f64 <= visible {
            return;
        }
        let track = area.shrink2(Vec2::new(2.0, 2.0));
        let share = (visible / rows.total as f64) as f32;
        let height = (track.height() * share).max(HANDLE_MIN).min(track.height());
        let room = (track.height() - height).max(1.0);
        // The list has the keyboard for both.
        let response = ui.interact(area, id, Sense::CLICK | Sense::DRAG);
        response.widget_info(|| WidgetInfo::new(Role::ScrollBar));
        if let Some(pointer) = response.interact_pointer_pos().filter(|_| response.dragged() || response.clicked()) {
            let at = (pointer.y - track.top() - height / 2.0) / room;
            self.scroll.set_fraction(f64::from(at.clamp(0.0, 1.0)), visible, rows.total);
        }
        let at = self.scroll.fraction(visible, rows.total) as f32;
        let top = track.top() + room * at;
        let handle = Rect::from_min_size(Pos2::new(track.left(), top), Vec2::new(track.width(), height));
        let colour = if response.hovered() || response.dragged() { rows.tokens.weak } else { rows.tokens.line };
        ui.painter().rect_filled(handle, CornerRadius::same(4), colour);
    }
}

/// The number of whole rows of the usual height that fit into this height in points; 1 at least.
#[must_use]
pub fn rows_in(height: f32) -> f64 {
    f64::from((height / ROW).floor().max(1.0))
}

/// Paints the ground of a row: selected, striped, or plain.
pub fn row_background(ui: &Ui, place: Rect, number: u64, selected: bool, tokens: Tokens) {
    let colour = match (selected, number % 2) {
        (true, _) => tokens.selected,
        (false, 1) => tokens.stripe,
        (false, _) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(place, CornerRadius::ZERO, colour);
}
