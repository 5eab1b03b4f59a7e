//! How large everything is drawn: by the user's own choice (Ctrl and + or −), or for a projector; and where the window stands.

use egui::{Context, Vec2};

use super::App;
use crate::settings::WindowPlace;
use crate::ui::kit::{Actions, Tokens, UiContext, tokens};
use crate::words::Words;

/// What a projected window shows fits into so many points;
const PROJECTED: Vec2 = Vec2::new(1008.0, 592.0);
/// nothing is drawn larger than this, at 1 as it always is.
const ZOOM_MAX: f32 = 2.0;
/// The window needs so many points,
const LEAST: Vec2 = Vec2::new(800.0, 500.0);
/// and nobody can read what is drawn smaller than this.
const ZOOM_MIN: f32 = 0.6;

impl App {
    /// The context of a frame, with the queue `actions`.
    pub(super) fn ui_context<'a>(&self, words: &'a Words, actions: &'a Actions, ctx: &Context) -> UiContext<'a> {
        let (clock, tokens) = (self.engine.clock(), Tokens::of(ctx.theme(), self.settings.projector));
        UiContext { words, tokens, now: clock.now(), clock, actions }
    }

    /// Whether a lesson is shown to a room: it is alone on the screen then.
    pub(super) fn is_lesson_projected(&self) -> bool {
        self.settings.projector && self.lessons.scene().is_some()
    }

    /// Uses the projector's type and contrast, or the usual.
    pub(super) fn project(&mut self, ctx: &Context, is_on: bool) {
        self.settings.projector = is_on;
        self.projected = None;
        tokens::install(ctx, is_on);
        if !is_on {
            ctx.set_zoom_factor(self.settings.zoom);
        }
    }

    /// Chooses the projector's type anew when the window has another size. In between, Ctrl and + or − change it.
    pub(super) fn keep_projecting(&mut self, ctx: &Context) {
        let size = (ctx.content_rect().size() * ctx.zoom_factor()).round();
        // What is drawn larger than this lies beyond the edge.
        let most = (size / LEAST).min_elem().max(1.0);
        if !(ZOOM_MIN..=most).contains(&ctx.zoom_factor()) {
            ctx.set_zoom_factor(ctx.zoom_factor().clamp(ZOOM_MIN, most));
        }
        if !self.settings.projector || self.projected == Some(size) {
            return;
        }
        self.projected = Some(size);
        let zoom = (size / PROJECTED).min_elem().clamp(1.0, ZOOM_MAX);
        ctx.set_zoom_factor((zoom * 20.0).floor() / 20.0);
    }

    pub(super) fn remember_place(&mut self, ctx: &Context) {
        let zoom = ctx.zoom_factor();
        if !self.settings.projector {
            self.settings.zoom = zoom;
        }
        let place = ctx.input(|input| {
            let viewport = input.viewport();
            let size = viewport.inner_rect?.size() * zoom;
            let at = viewport.outer_rect.map(|rect| rect.min * zoom);
            let maximized = viewport.maximized.unwrap_or(false);
            Some(WindowPlace { x: at.map(|at| at.x), y: at.map(|at| at.y), width: size.x, height: size.y, maximized })
        });
        if place.is_some() {
            self.settings.window = place;
        }
    }
}
