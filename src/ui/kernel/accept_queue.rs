//! The accept queue of a listening socket: how many connections wait to be accepted, and the backlog.
//!
//! Each connection that may wait has a place, while places are wide enough to tell apart; else there is one bar. Linux lets one more
//! connection wait than the backlog says (`sk_acceptq_is_full` in the kernel's net/sock.h). Out of scope: reading the queue.

use egui::{CornerRadius, Label, Pos2, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::capture::kernel::AcceptQueue;
use crate::ui::kit::widgets::small_text;
use crate::ui::kit::{GRID, UiContext, strong};
use crate::view::group_digits;
use crate::words::Arg;

const HEIGHT: f32 = 24.0;
const WIDTH_MAX: f32 = 480.0;
/// Places narrower than this can't be told apart.
const PLACE_MIN: f32 = 8.0;

/// Draws the queue; `None`: the table has no such socket.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, queue: Option<AcceptQueue>) {
    ui.spacing_mut().item_spacing.y = 4.0;
    // As high as the title beside it.
    ui.horizontal(|ui| ui.label(strong(cx.text("kernel-queue"))));
    let Some(queue) = queue else {
        ui.weak(cx.text("kernel-queue-none"));
        return;
    };
    let text = facts(cx, queue);
    ui.add(Label::new(RichText::new(&text).monospace()).truncate());
    let (area, response) = ui.allocate_exact_size(vec2(ui.available_width().min(WIDTH_MAX), HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &text));
    bar(ui, cx, area, queue);
    small_text(ui, cx.text("kernel-queue-hint"), cx.tokens.weak);
    if queue.backlog.is_some_and(|backlog| queue.waiting > backlog) {
        ui.colored_label(cx.tokens.error, cx.text("kernel-queue-full"));
    }
}

fn facts(cx: &UiContext<'_>, queue: AcceptQueue) -> String {
    let count = |count: u32| Arg::from(group_digits(count.into()));
    let waiting = [("waiting", count(queue.waiting)), ("number", Arg::from(u64::from(queue.waiting)))];
    match queue.backlog {
        Some(backlog) => cx.words.with("kernel-queue-of", waiting.into_iter().chain([("backlog", count(backlog))])),
        None => cx.words.with("kernel-queue-waiting", waiting),
    }
}

fn bar(ui: &Ui, cx: &UiContext<'_>, area: Rect, queue: AcceptQueue) {
    let tokens = cx.tokens;
    let places = queue.backlog.unwrap_or(queue.waiting).saturating_add(1);
    let width = area.width() / places as f32;
    let line = Stroke::new(1.0, tokens.line);
    ui.painter().rect_filled(area, CornerRadius::ZERO, tokens.stripe);
    if width < PLACE_MIN {
        let share = (queue.waiting as f32 / places as f32).min(1.0);
        let filled = Rect::from_min_size(area.min, vec2(area.width() * share, area.height()));
        ui.painter().rect_filled(filled, CornerRadius::ZERO, tokens.weak);
    } else {
        for at in 0..places {
            let left = area.left() + width * at as f32;
            let place = Rect::from_min_size(Pos2::new(left, area.top()), vec2(width, area.height()));
            // The last place is the one that the backlog does not count.
            let colour = if at + 1 == places { tokens.error } else { tokens.weak };
            if at < queue.waiting {
                ui.painter().rect_filled(place.shrink(GRID / 4.0), CornerRadius::ZERO, colour);
            }
            ui.painter().vline(place.right(), place.y_range(), line);
        }
    }
    ui.painter().rect_stroke(area, CornerRadius::ZERO, line, StrokeKind::Inside);
}
