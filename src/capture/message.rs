//! One HTTP message in a direction: its head, and where its body lies in the spool.

use std::sync::Arc;

use crate::http::{End, Framing, Head, NoBody, Span};

/// A message whose head is whole.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its head.
    pub head: Arc<Head>,
    /// How the end of its body is found.
    pub framing: Framing,
    /// Where it ended and how, once it has.
    pub end: Option<(u64, End)>,
}

impl Message {
    /// The part of the body that is there when the direction holds `bytes` bytes.
    #[must_use]
    pub fn body(&self, bytes: u64) -> Span {
        let start = self.head.span.end;
        let end = match (self.end, &self.framing) {
            (Some((at, _)), _) => at,
            (None, Framing::ContentLength(length)) => start.saturating_add(*length).min(bytes),
            (None, _) => bytes,
        };
        Span::new(start, end.max(start))
    }

    /// Whether it is an interim response (1xx, but for 101), which another one follows.
    #[must_use]
    pub fn is_interim(&self) -> bool {
        self.framing == Framing::None(NoBody::Interim)
    }

    /// Whether the message has ended as its framing says that it must.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self.end, Some((_, End::Complete)))
    }
}
