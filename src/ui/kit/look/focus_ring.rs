//! The ring around what has the keyboard: one for every widget, also for those that are drawn here and know nothing of it.

use egui::{Context, CornerRadius, Stroke, StrokeKind};

use super::tokens::Tokens;

/// The width of the ring, in points.
pub const RING: f32 = 2.0;

/// Draws the ring, over what has been drawn so far.
pub fn paint(ctx: &Context, tokens: Tokens) {
    let Some(id) = ctx.memory(|memory| memory.focused()) else { return };
    // Asking for its response would take the focus away where something else was pressed in this frame.
    let Some(widget) = ctx.viewport(|viewport| viewport.this_pass.widgets.get(id).copied()) else { return };
    // What is scrolled out of its panel has no ring.
    let place = widget.interact_rect.expand(1.0).intersect(ctx.content_rect());
    if place.is_positive() {
        let painter = ctx.layer_painter(widget.layer_id);
        painter.rect_stroke(place, CornerRadius::same(4), Stroke::new(RING, tokens.accent), StrokeKind::Inside);
    }
}
