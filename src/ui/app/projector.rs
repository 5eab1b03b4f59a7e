//! How large everything is drawn: by the user's own choice (Ctrl and + or −), or for a projector; and where the window stands.

use egui::{Context, Vec2};

use crate::settings::{Settings, WindowPlace};
use crate::ui::kit::tokens;

/// What a projected window shows fits into this many points.
const PROJECTED: Vec2 = Vec2::new(1008.0, 592.0);
/// Nothing is projected at a larger zoom than this.
const ZOOM_MAX: f32 = 2.0;
/// The window needs this many points.
const LEAST: Vec2 = Vec2::new(800.0, 500.0);
/// Nobody can read what is drawn at a smaller zoom than this.
const ZOOM_MIN: f32 = 0.6;

/// The zoom of a projected window.
#[derive(Default)]
pub(super) struct Projector {
    /// The size of the window for which the zoom was chosen.
    size: Option<Vec2>,
}

impl Projector {
    /// Uses the projector's type and contrast, or the usual.
    pub fn set(&mut self, is_on: bool, settings: &mut Settings, ctx: &Context) {
        settings.projector = is_on;
        self.size = None;
        tokens::install(ctx, is_on);
        if !is_on {
            ctx.set_zoom_factor(settings.zoom);
        }
    }

    /// Chooses the zoom anew when the window has another size. In between, Ctrl and + or − change it.
    pub fn follow_window(&mut self, is_on: bool, ctx: &Context) {
        let size = (ctx.content_rect().size() * ctx.zoom_factor()).round();
        // What is drawn larger than this lies beyond the edge.
        let most = (size / LEAST).min_elem().max(1.0);
        if !(ZOOM_MIN..=most).contains(&ctx.zoom_factor()) {
            ctx.set_zoom_factor(ctx.zoom_factor().clamp(ZOOM_MIN, most));
        }
        if !is_on || self.size == Some(size) {
            return;
        }
        self.size = Some(size);
        let zoom = (size / PROJECTED).min_elem().clamp(1.0, ZOOM_MAX);
        ctx.set_zoom_factor((zoom * 20.0).floor() / 20.0);
    }
}

/// Notes in `settings` where the window stands, and its zoom.
pub(super) fn note_window(settings: &mut Settings, ctx: &Context) {
    let zoom = ctx.zoom_factor();
    if !settings.projector {
        settings.zoom = zoom;
    }
    let place = ctx.input(|input| {
        let viewport = input.viewport();
        let size = viewport.inner_rect?.size() * zoom;
        let at = viewport.outer_rect.map(|rect| rect.min * zoom);
        let maximized = viewport.maximized.unwrap_or(false);
        Some(WindowPlace { x: at.map(|at| at.x), y: at.map(|at| at.y), width: size.x, height: size.y, maximized })
    });
    if place.is_some() {
        settings.window = place;
    }
}
