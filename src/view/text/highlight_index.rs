//! States of the machine that colours a text, kept for places all over it, so that any part of it is coloured without reading it from
//! its beginning.
//!
//! In scope: states in bounded memory. Out of scope: the machine (see [`Highlighter`]).

use super::highlighter::{Highlighter, Markup};

/// How many bytes lie between two states at first.
const SPACING: u64 = 4 * 1024;
/// How many states are kept. Before there would be more, every second is dropped.
const STATES_MAX: usize = 16 * 1024;

/// The states of a text all over it.
#[derive(Clone, Debug)]
pub struct HighlightIndex {
    now: Highlighter,
    fed: u64,
    spacing: u64,
    /// The state before the byte at each multiple of the spacing.
    states: Vec<Highlighter>,
}

impl HighlightIndex {
    /// Of a text in `markup`.
    pub fn new(markup: Markup) -> Self {
        Self { now: Highlighter::new(markup), fed: 0, spacing: SPACING, states: Vec::new() }
    }

    /// Its language.
    pub fn markup(&self) -> Markup {
        self.now.markup()
    }

    /// Takes in the next bytes of the text.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.fed.is_multiple_of(self.spacing) {
                self.keep();
            }
            let left = self.spacing - self.fed % self.spacing;
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
            let (piece, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            self.now.skip(piece);
            self.fed += piece.len() as u64;
            rest = after;
        }
    }

    fn keep(&mut self) {
        if self.states.len() >= STATES_MAX {
            let mut number = 0;
            self.states.retain(|_| {
                number += 1;
                number % 2 == 1
            });
            self.spacing *= 2;
            if !self.fed.is_multiple_of(self.spacing) {
                return;
            }
        }
        self.states.push(self.now);
    }

    /// A state at or before `offset`, and where it holds; from there on bytes up to `offset` are to be passed over.
    pub fn before(&self, offset: u64) -> Option<(u64, Highlighter)> {
        let number = usize::try_from(offset / self.spacing).ok()?.min(self.states.len().checked_sub(1)?);
        Some((number as u64 * self.spacing, *self.states.get(number)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_place_is_painted_as_from_the_beginning(
            text in "[<>/!\\-a-c\"'=\\[\\]{},:\\\\ ]{0,200}",
            repeat in 1_usize..200,
            at in 0.0..1.0,
            piece in 1_usize..5000,
            which in 0_usize..3,
        ) {
            let markup = [Markup::Json, Markup::Html, Markup::Xml][which];
            let text = text.repeat(repeat);
            let mut highlights = HighlightIndex::new(markup);
            text.as_bytes().chunks(piece).for_each(|piece| highlights.feed(piece));
            let at = (text.len() as f64 * at) as usize;
            let mut whole = Highlighter::new(markup);
            whole.skip(&text.as_bytes()[..at]);
            if let Some((start, mut found)) = highlights.before(at as u64) {
                prop_assert!(start <= at as u64 && at as u64 - start <= SPACING);
                found.skip(&text.as_bytes()[start as usize..at]);
                prop_assert_eq!(found, whole);
            } else {
                prop_assert!(text.is_empty());
            }
        }
    }

    #[test]
    fn states_are_bounded() {
        let mut highlights = HighlightIndex::new(Markup::Json);
        let piece = vec![b' '; 1 << 20];
        for _ in 0..200 {
            highlights.feed(&piece);
        }
        assert!(highlights.states.len() <= STATES_MAX);
        assert_eq!(highlights.before(199 << 20).unwrap().0 % highlights.spacing, 0);
        assert!((199 << 20) - highlights.before(199 << 20).unwrap().0 < highlights.spacing);
    }
}
