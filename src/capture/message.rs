//! One HTTP message in a direction: its head, and where its body lies in the spool.

use std::sync::Arc;

use super::{Content, Direction};
use crate::http::{End, Found, Framing, Head, Mark, NoBody, Span, Trailers, Violation};

/// A message whose head is whole.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its head.
    pub head: Arc<Head>,
    /// How the end of its body is found.
    pub framing: Framing,
    /// Where it ended and how, once it has.
    pub end: Option<(u64, End)>,
    /// How many bytes of content its body has so far, without the framing of chunks.
    pub content: u64,
    /// Places between the chunks of its body, some tens of thousands of bytes apart.
    pub marks: Vec<Mark>,
    /// The fields after its chunks.
    pub trailers: Option<Arc<Trailers>>,
    /// What is against the standard in its body; what is in its head stands there.
    pub violations: Vec<Violation>,
}

impl Message {
    pub(super) fn new(head: Arc<Head>, framing: Framing) -> Self {
        Self { head, framing, end: None, content: 0, marks: Vec::new(), trailers: None, violations: Vec::new() }
    }

    /// Takes in what was found after its head.
    pub(super) fn found(&mut self, found: Found) {
        match found {
            Found::Violation(violation) => self.violations.push(violation),
            Found::Mark(mark) => self.marks.push(mark),
            Found::Trailers(trailers) => self.trailers = Some(trailers),
            Found::End { at, how, content } => {
                self.end = Some((at, how));
                self.content = content;
            }
            Found::Head { .. } | Found::Unreadable { .. } | Found::Surplus { .. } => {}
        }
    }

    /// The content of its body, which lies in `direction`.
    #[must_use]
    pub fn content_in<'a>(&'a self, direction: &'a Direction) -> Content<'a> {
        let marks = (self.framing == Framing::Chunked).then_some(self.marks.as_slice());
        let body = self.kept_body(direction);
        let len = if marks.is_some() { self.content } else { body.len() };
        Content::new(&direction.spool, body, marks, len)
    }

    /// The part of the body, with the framing of its chunks, that is there when the direction holds `bytes` bytes.
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

    /// The part of that which is kept.
    #[must_use]
    pub fn kept_body(&self, direction: &Direction) -> Span {
        let body = self.body(direction.bytes);
        Span::new(body.start.min(direction.kept()), body.end.min(direction.kept()))
    }

    /// Whether all of its body that has come is kept.
    #[must_use]
    pub fn is_kept(&self, direction: &Direction) -> bool {
        self.kept_body(direction) == self.body(direction.bytes)
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
