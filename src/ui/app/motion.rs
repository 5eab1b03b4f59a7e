//! Whether things in the window may move: not for those who ask the system, or this program, for less motion.

use egui::{Context, style::ScrollAnimation};

use crate::ui::kit::BackgroundQuery;

/// How long egui's own animations take, in seconds.
const ANIMATION: f32 = 0.08;

/// What the system says about motion.
pub(super) struct Motion {
    question: BackgroundQuery<bool>,
    /// Whether the system asks for less.
    is_less: bool,
    /// Whether egui was told that things may move; `None`: it was told nothing yet.
    told: Option<bool>,
}

impl Default for Motion {
    fn default() -> Self {
        Self { question: BackgroundQuery::new("motion"), is_less: false, told: None }
    }
}

impl Motion {
    /// Asks the system by `ask`, on a thread.
    pub fn ask(&mut self, ctx: &Context, ask: impl FnOnce() -> bool + Send + 'static) {
        self.question.ask(ctx, ask);
    }

    /// Takes in what the system answers, and tells egui. `is_less` is the user's own choice.
    pub fn follow(&mut self, is_less: bool, ctx: &Context) {
        if let Some(Ok(is_less)) = self.question.poll() {
            self.is_less = is_less;
        }
        let may_move = self.may_move(is_less);
        if self.told.replace(may_move) != Some(may_move) {
            ctx.all_styles_mut(|style| {
                style.animation_time = if may_move { ANIMATION } else { 0.0 };
                style.scroll_animation = if may_move { ScrollAnimation::default() } else { ScrollAnimation::none() };
            });
        }
    }

    /// Whether things may move.
    pub fn may_move(&self, is_less: bool) -> bool {
        !is_less && !self.is_less
    }
}
