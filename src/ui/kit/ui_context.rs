//! What every panel is given in order to draw: the texts, the colours, the time, and the queue for what the user asks for.

use std::cell::Cell;

use super::tokens::Tokens;
use crate::capture::{Clock, Moment};
use crate::ui::action::Action;
use crate::words::Words;

/// The actions that were asked for while a frame was drawn, in order. Panels only add to them; [`App`](crate::ui::App) carries them out.
#[derive(Default)]
pub struct Actions(Cell<Vec<Action>>);

impl Actions {
    /// Asks for `action`.
    pub fn push(&self, action: Action) {
        self.extend([action]);
    }

    /// Asks for all of `actions`.
    pub fn extend(&self, actions: impl IntoIterator<Item = Action>) {
        let mut queue = self.0.take();
        queue.extend(actions);
        self.0.set(queue);
    }

    /// The actions; the queue is empty then.
    #[must_use]
    pub fn take(&self) -> Vec<Action> {
        self.0.take()
    }
}

/// The context of one frame.
pub struct UiContext<'a> {
    /// The texts of the chosen language.
    pub words: &'a Words,
    /// The colours of the theme.
    pub tokens: Tokens,
    /// The present moment; while the display is paused, the moment of the pause.
    pub now: Moment,
    /// The clock of all runs.
    pub clock: Clock,
    /// The queue of what the user asks for.
    pub actions: &'a Actions,
    /// Whether a panel has the screen's primary button: a lesson that is open, or what a first start shows.
    pub has_primary: bool,
    /// Whether things may move: not for those who want less motion.
    pub may_move: bool,
}

impl UiContext<'_> {
    /// The same context at another moment.
    #[must_use]
    pub fn at(&self, now: Moment) -> Self {
        Self { now, ..*self }
    }

    /// The text for `key`.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.words.text(key).into_owned()
    }
}
