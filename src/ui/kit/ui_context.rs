//! What every panel is given in order to draw: the texts, the colours, the time, and the queue for what the user asks for.

use std::cell::Cell;

use super::tokens::Tokens;
use crate::capture::{Clock, Moment};
use crate::ui::action::{Action, WindowAction};
use crate::view::ViewOptions;
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
    /// How lists and dumps are shown.
    pub views: ViewOptions,
}

impl UiContext<'_> {
    /// The same context at another moment.
    #[must_use]
    pub fn at(&self, now: Moment) -> Self {
        Self { now, views: self.views.clone(), ..*self }
    }

    /// The text for `key`.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.words.text(key).into_owned()
    }

    /// Asks for lists and dumps to be shown as `change` makes them.
    pub fn change_views(&self, change: impl FnOnce(&mut ViewOptions)) {
        let mut views = self.views.clone();
        change(&mut views);
        self.actions.push(Action::Window(WindowAction::SetViews(views)));
    }

    /// Puts the texts of a row on the clipboard, and has told how many bytes they are.
    pub fn copy_row(&self, ctx: &egui::Context, text: String) {
        let bytes = text.len() as u64;
        self.copy(ctx, text, (bytes, bytes));
    }

    /// Puts `text` on the clipboard and has told for how many bytes of how many it stands.
    pub fn copy(&self, ctx: &egui::Context, text: String, (bytes, of): (u64, u64)) {
        ctx.copy_text(text);
        self.actions.push(Action::Window(WindowAction::TellCopied { bytes, of }));
    }
}
