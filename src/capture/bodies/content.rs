//! The content of a body: what is left of it without the framing of chunks (RFC 9112 §7.1).
//!
//! In scope: reading any part of it out of the bytes that were kept, which are the only copy. Out of scope: undoing codings.

use std::io;

use crate::capture::Spool;
use crate::http::{ChunkBoundary, ChunkReader, ChunkStep, Span};

/// Bytes are read in pieces of this size.
const PIECE: u64 = 64 * 1024;

/// The content of one body, as far as it has come.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    spool: &'a Spool,
    /// The body as it was received.
    wire: Span,
    /// Places between its chunks; `None`: it has none, and is the content itself.
    marks: Option<&'a [ChunkBoundary]>,
    len: u64,
}

impl<'a> Content<'a> {
    pub(crate) fn new(spool: &'a Spool, wire: Span, marks: Option<&'a [ChunkBoundary]>, len: u64) -> Self {
        Self { spool, wire, marks, len }
    }

    /// All bytes of `wire`, which is part of `spool`, as they are.
    pub fn plain(spool: &'a Spool, wire: Span) -> Self {
        Self::new(spool, wire, None, wire.len())
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes of `span`, whose offsets count from the beginning of the content; fewer where it is over. Fails if the spool's file can't
    /// be read.
    pub fn read(&self, span: Span) -> io::Result<Vec<u8>> {
        let span = span.intersect(Span::new(0, self.len));
        let Some(marks) = self.marks else {
            return self.spool.read(Span::new(self.wire.start + span.start, self.wire.start + span.end));
        };
        let mut bytes = Vec::with_capacity(usize::try_from(span.len()).unwrap_or(0));
        if !span.is_empty() {
            self.dechunk(self.mark_before(marks, span.start), span, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// The last mark that is known not to lie after byte `offset` of the content.
    fn mark_before(&self, marks: &[ChunkBoundary], offset: u64) -> ChunkBoundary {
        let after = marks.partition_point(|mark| mark.data <= offset);
        let first = ChunkBoundary { wire: self.wire.start, data: 0 };
        after.checked_sub(1).and_then(|last| marks.get(last)).copied().unwrap_or(first)
    }

    /// Reads chunks from `mark` on, and appends the data that lies in `span`.
    fn dechunk(&self, mark: ChunkBoundary, span: Span, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut chunks = ChunkReader::new(mark);
        let mut at = mark.wire;
        while chunks.data() < span.end {
            at += chunks.skip(span.start.saturating_sub(chunks.data()));
            let piece = self.spool.read(Span::new(at, (at + PIECE).min(self.wire.end)))?;
            if piece.is_empty() {
                return Ok(());
            }
            let mut rest = piece.as_slice();
            while !rest.is_empty() && chunks.data() < span.end {
                let before = chunks.data();
                let used = match chunks.step(rest) {
                    ChunkStep::Framing(used) => used,
                    ChunkStep::Data(used) => {
                        let part = Span::new(before, before + used as u64).intersect(span);
                        let from = usize::try_from(part.start.saturating_sub(before)).unwrap_or(used);
                        let to = usize::try_from(part.end.saturating_sub(before)).unwrap_or(used);
                        bytes.extend_from_slice(rest.get(from..to).unwrap_or_default());
                        used
                    }
                    ChunkStep::Last(..) | ChunkStep::Fault(..) => return Ok(()),
                };
                rest = rest.get(used..).unwrap_or_default();
                at += used as u64;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::capture::bodies::chunk_frames::tests::chunked_reply;
    use crate::capture::{ChunkPart, Message};
    use crate::http::{ParseEvent, Reader};

    /// A reply whose body has chunks of these sizes; the message, its direction's spool, and what the content must be.
    fn reply(sizes: &[usize]) -> (Message, Spool, u64, Vec<u8>) {
        let (mut wire, parts) = chunked_reply(sizes);
        let data = parts.iter().filter(|part| matches!(part, ChunkPart::Data(_))).map(|part| part.span());
        let content: Vec<u8> = data.flat_map(|span| wire[span.start as usize..span.end as usize].to_vec()).collect();
        wire.extend(b"more");
        let mut found = Vec::new();
        Reader::responses().push(&wire, &mut found);
        let mut found = found.into_iter();
        let Some(ParseEvent::Head { head, framing }) = found.next() else { panic!("no head") };
        let mut message = Message::new(Arc::clone(&head), framing);
        found.for_each(|found| message.found(found, wire.len() as u64, 0));
        (message, Spool::of(&wire), wire.len() as u64, content)
    }

    #[test]
    fn any_part_is_read_out_of_chunks() {
        for sizes in [&[][..], &[5, 1, 7], &[300_000, 10, 70_000], &[1000; 500]] {
            let (message, spool, bytes, expected) = reply(sizes);
            let wire = message.body(bytes);
            let content = Content::new(&spool, wire, Some(&message.marks), message.content);
            assert_eq!((content.len(), content.is_empty()), (expected.len() as u64, expected.is_empty()));
            let len = expected.len();
            for (start, end) in
                [(0, len), (0, 1), (1, 6), (len / 2, len / 2 + 100), (len.saturating_sub(3), len + 50), (len, len)]
            {
                let part = content.read(Span::new(start as u64, end as u64)).unwrap();
                assert_eq!(part, expected[start.min(len)..end.min(len)], "{start}..{end} of {sizes:?}");
            }
        }
    }
}
