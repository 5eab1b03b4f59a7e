//! What is chosen and scrolled to in the view of a connection, so that every part of it lights the same bytes.
//!
//! In scope: one choice at a time, a call or a range of bytes or both; who made it, who has followed it, and who was scrolled. Out of
//! scope: how a choice is lit, and where a list stands (`scroll_position`).

use std::collections::BTreeMap;

use crate::capture::{Call, Direction, StreamLayer};
use crate::http::Span;

/// Bytes of a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// The direction.
    pub direction: Direction,
    /// Those that the program sends and receives, or those that cross the socket.
    pub layer: StreamLayer,
    /// Which.
    pub span: Span,
}

/// Calls that follow each other in the log and are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// The number of the first, counted from 0.
    pub first: u64,
    /// How many.
    pub count: u64,
}

/// What is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The calls that were chosen themselves.
    pub calls: Option<Calls>,
    /// The bytes.
    pub bytes: Option<Bytes>,
}

impl Chosen {
    /// Calls of which `first` is the first, and what they carried over the socket.
    #[must_use]
    pub fn calls(calls: Calls, first: &Call) -> Self {
        let direction = Direction::BOTH.into_iter().find(|direction| first.kind == (*direction).into());
        let len = u64::from(first.got).saturating_mul(calls.count);
        let span = Span::new(first.offset, first.offset.saturating_add(len));
        let bytes = direction.filter(|_| len > 0).map(|direction| Bytes { direction, layer: StreamLayer::Wire, span });
        Self { calls: Some(calls), bytes }
    }

    /// Bytes.
    #[must_use]
    pub fn bytes(direction: Direction, layer: StreamLayer, span: Span) -> Self {
        Self { calls: None, bytes: Some(Bytes { direction, layer, span }) }
    }

    /// The chosen bytes of a direction in a layer. Where `one_layer`, without TLS, the layers are the same.
    #[must_use]
    pub fn span(&self, direction: Direction, layer: StreamLayer, one_layer: bool) -> Option<Span> {
        let bytes = self.bytes.filter(|bytes| bytes.direction == direction && (one_layer || bytes.layer == layer))?;
        Some(bytes.span)
    }
}

/// A part of the view of a connection that follows the choice: it brings into view what was chosen elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Follower {
    /// The Calls list, and with it the direction and the message that are shown.
    Calls,
    /// The Body tab.
    Body,
    /// The rows of the Bytes tab.
    Bytes,
    /// The Ladder tab.
    Ladder,
    /// The server's connection: it stays pinned once something in it was chosen.
    Pin,
}

/// What a follower learns of the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It has followed the choice already.
    Old,
    /// The choice is new, and was made in the follower itself.
    Own,
    /// The choice is new, and was made elsewhere.
    Elsewhere,
}

/// What is chosen and where the user has scrolled to: one model for all parts of the view of a connection.
#[derive(Debug, Default)]
pub struct Selection {
    chosen: Chosen,
    /// Where it was chosen; `None`: by something that follows no choice.
    by: Option<Follower>,
    /// Grows with each choice that is to be brought into view.
    serial: u64,
    /// The serial of the choice that each follower has followed last.
    followed: BTreeMap<Follower, u64>,
    /// The follower that the user has scrolled, as long as no other has taken over its place.
    scrolled: Option<Follower>,
    /// The view in which the user wants to see the choice.
    wanted: Option<Follower>,
}

impl Selection {
    /// What is chosen.
    #[must_use]
    pub fn chosen(&self) -> Chosen {
        self.chosen
    }

    /// Chooses; `by` is where. What is chosen once more is brought into view once more.
    pub fn choose(&mut self, chosen: Chosen, by: Option<Follower>) {
        (self.chosen, self.by) = (chosen, by);
        self.serial += 1;
    }

    /// Chooses calls in the Calls list; `first` is the first of them. If they were chosen already and have become more, there is nothing
    /// to bring into view.
    pub fn choose_calls(&mut self, calls: Calls, first: &Call) {
        let is_same = |chosen: Calls| chosen.first == calls.first && chosen.count < calls.count;
        let has_grown = self.chosen.calls.is_some_and(is_same);
        (self.chosen, self.by) = (Chosen::calls(calls, first), Some(Follower::Calls));
        self.serial += u64::from(!has_grown);
    }

    /// Chooses no calls any more: others are shown. The bytes stay chosen.
    pub fn forget_calls(&mut self) {
        self.chosen.calls = None;
    }

    /// What is new of the choice for `follower`, which has followed it then.
    pub fn follow(&mut self, follower: Follower) -> News {
        let before = self.followed.insert(follower, self.serial).unwrap_or_default();
        match self.by == Some(follower) {
            _ if before == self.serial => News::Old,
            true => News::Own,
            false => News::Elsewhere,
        }
    }

    /// Makes the choice new for `follower`, which shows it in another way from now on.
    pub fn follow_again(&mut self, follower: Follower) {
        self.followed.remove(&follower);
    }

    /// The user wants to see the choice in `follower`.
    pub fn show_in(&mut self, follower: Follower) {
        self.wanted = Some(follower);
        self.follow_again(follower);
    }

    /// The view in which the user wants to see the choice, told once.
    pub fn take_wanted(&mut self) -> Option<Follower> {
        self.wanted.take()
    }

    /// The user has scrolled `follower`.
    pub fn scrolled(&mut self, follower: Follower) {
        self.scrolled = Some(follower);
    }

    /// Whether the user has scrolled `follower` since this was asked last.
    pub fn take_scrolled(&mut self, follower: Follower) -> bool {
        self.scrolled.take_if(|scrolled| *scrolled == follower).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(start: u64) -> Chosen {
        Chosen::bytes(Direction::Received, StreamLayer::Plain, Span::new(start, start + 1))
    }

    #[test]
    fn each_follower_learns_once_of_a_choice_and_who_made_it() {
        let mut selection = Selection::default();
        assert_eq!(selection.follow(Follower::Body), News::Old);
        selection.choose(bytes(1), Some(Follower::Body));
        assert_eq!([Follower::Body, Follower::Body].map(|own| selection.follow(own)), [News::Own, News::Old]);
        assert_eq!(
            [Follower::Calls, Follower::Calls].map(|other| selection.follow(other)),
            [News::Elsewhere, News::Old]
        );
        selection.follow_again(Follower::Calls);
        assert_eq!(selection.follow(Follower::Calls), News::Elsewhere);
        selection.choose(bytes(1), None);
        assert_eq!(selection.follow(Follower::Body), News::Elsewhere);
    }

    #[test]
    fn a_place_is_taken_over_once_and_only_from_who_was_scrolled() {
        let mut selection = Selection::default();
        selection.scrolled(Follower::Ladder);
        assert!(!selection.take_scrolled(Follower::Calls));
        assert!(selection.take_scrolled(Follower::Ladder) && !selection.take_scrolled(Follower::Ladder));
    }
}
