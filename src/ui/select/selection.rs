//! What is chosen, so that every panel lights the same bytes.
//!
//! In scope: one choice at a time, a call or a range of bytes or both, and a number by which a panel knows that it has followed it. Out
//! of scope: how it is lit.

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

/// The choice, and how often it has changed.
#[derive(Debug, Default)]
pub struct Selection {
    chosen: Chosen,
    serial: u64,
}

impl Selection {
    /// What is chosen.
    #[must_use]
    pub fn chosen(&self) -> Chosen {
        self.chosen
    }

    /// Chooses. What is chosen once more is brought into view once more.
    pub fn choose(&mut self, chosen: Chosen) {
        self.chosen = chosen;
        self.serial += 1;
    }

    /// Chooses calls of which `first` is the first. If they were chosen already and have become more, there is nothing to bring into view.
    pub fn choose_calls(&mut self, calls: Calls, first: &Call) {
        let has_grown =
            self.chosen.calls.is_some_and(|chosen| chosen.first == calls.first && chosen.count < calls.count);
        self.chosen = Chosen::calls(calls, first);
        self.serial += u64::from(!has_grown);
    }

    /// How often something was chosen.
    #[must_use]
    pub fn serial(&self) -> u64 {
        self.serial
    }

    /// Whether the choice has changed since `seen`, which then is up to date.
    pub fn is_news(&self, seen: &mut u64) -> bool {
        std::mem::replace(seen, self.serial) != self.serial
    }
}
