//! What every panel needs in order to draw: the words, the colours, the time.

use super::tokens::Tokens;
use crate::capture::{Clock, Moment};
use crate::words::Words;

/// How things look and what they are called, for one frame.
pub struct Look<'a> {
    /// The texts of the chosen language.
    pub words: &'a Words,
    /// The colours of the theme.
    pub tokens: Tokens,
    /// The present moment.
    pub now: Moment,
    /// The clock of all runs.
    pub clock: Clock,
}

impl<'a> Look<'a> {
    /// The look of a frame.
    #[must_use]
    pub fn new(words: &'a Words, ctx: &egui::Context, clock: Clock, is_projected: bool) -> Self {
        Self { words, tokens: Tokens::of(ctx.theme(), is_projected), now: clock.now(), clock }
    }

    /// The same at another moment.
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
