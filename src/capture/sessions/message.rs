//! One HTTP message in a direction: its head, and where its body lies in the spool.

use std::sync::Arc;

use crate::http::{ChunkBoundary, Framing, Head, MessageEnd, NoBody, ParseEvent, Span, Trailers, Violation};

/// How much is kept of messages: more than that a stranger could fill the memory with. Later ones are only counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessagesMax {
    /// The most messages of one direction.
    pub(crate) count: usize,
    /// The most bytes of memory for the messages of one direction.
    pub(crate) memory: u64,
    /// The most bytes of memory for the messages of all connections of a run.
    pub(crate) memory_of_all: u64,
}

impl Default for MessagesMax {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self { count: 10_000, memory: 16 * MIB, memory_of_all: 64 * MIB }
    }
}

/// A message whose head is whole.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its head.
    pub head: Arc<Head>,
    /// How the end of its body is found.
    pub framing: Framing,
    /// Where it ended and how, once it has.
    pub end: Option<(u64, MessageEnd)>,
    /// How many bytes of content its body has so far, without the framing of chunks.
    pub content: u64,
    /// Places between the chunks of its body, some tens of thousands of bytes apart.
    pub marks: Vec<ChunkBoundary>,
    /// The fields after its chunks.
    pub trailers: Option<Arc<Trailers>>,
    /// Whether there are such fields that are not kept, as there was no room for them.
    pub has_unkept_trailers: bool,
    /// What is against the standard in its body; what is in its head stands there.
    pub violations: Vec<Violation>,
}

impl Message {
    pub(crate) fn new(head: Arc<Head>, framing: Framing) -> Self {
        let (marks, violations) = (Vec::new(), Vec::new());
        let (end, content, trailers, has_unkept_trailers) = (None, 0, None, false);
        Self { head, framing, end, content, marks, trailers, has_unkept_trailers, violations }
    }

    /// How many bytes of memory a message with `head` takes, in a list that has as much room again.
    pub(crate) fn memory_with(head: &Head) -> u64 {
        (2 * size_of::<Self>() + head.memory()) as u64
    }

    /// How many bytes of memory it takes.
    pub(crate) fn memory(&self) -> u64 {
        let trailers = self.trailers.as_ref().map_or(0, |trailers| trailers.memory());
        let found = size_of_val(self.marks.as_slice()) + size_of_val(self.violations.as_slice());
        Self::memory_with(&self.head) + (trailers + 2 * found) as u64
    }

    /// Takes in what was found after its head, in a direction that keeps `kept` bytes. There is room for `room` bytes of memory.
    pub(crate) fn found(&mut self, found: ParseEvent, kept: u64, room: u64) {
        match found {
            // Of each kind there is only one.
            ParseEvent::Violation(violation) => self.violations.push(violation),
            // There are few for the bytes that they lie in, and none where nothing is kept that they could lead to.
            ParseEvent::ChunkBoundary(mark) if mark.wire <= kept => self.marks.push(mark),
            ParseEvent::ChunkBoundary(_) => {}
            ParseEvent::Trailers(trailers) if trailers.memory() as u64 <= room => self.trailers = Some(trailers),
            ParseEvent::Trailers(_) => self.has_unkept_trailers = true,
            ParseEvent::End { at, how, content } => {
                self.end = Some((at, how));
                self.content = content;
            }
            ParseEvent::Head { .. } | ParseEvent::Unreadable { .. } | ParseEvent::Surplus { .. } => {}
        }
    }

    /// The part of the body, with the framing of its chunks, that is there when the direction holds `bytes` bytes.
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
    pub fn is_interim(&self) -> bool {
        self.framing == Framing::None(NoBody::Interim)
    }

    /// Whether the message has ended as its framing says that it must.
    pub fn is_complete(&self) -> bool {
        matches!(self.end, Some((_, MessageEnd::Complete)))
    }
}
