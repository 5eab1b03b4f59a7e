//! Where the HTTP chunks of a body lie (RFC 9112 §7.1): their framing apart from their data.
//!
//! In scope: finding the pieces of any part of a body of any size from the marks that were kept. Out of scope: reading the data (see
//! [`Content`](crate::capture::Content)).

use std::io;

use crate::capture::{ByteStream, Message};
use crate::http::{ChunkBoundary, ChunkReader, ChunkStep, Framing, Span};

/// How many bytes are read at a time where framing is looked for.
const PIECE: u64 = 16 * 1024;

/// A part of a body in HTTP chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkPart {
    /// The line of a size, the line end after data, or the trailers.
    Framing(Span),
    /// The data of one HTTP chunk.
    Data(Span),
}

impl ChunkPart {
    /// Its bytes in the direction.
    pub fn span(self) -> Span {
        match self {
            Self::Framing(span) | Self::Data(span) => span,
        }
    }
}

impl ByteStream {
    /// The parts of the body of `message`, one of its messages, that have any of the bytes `within`; `None` if there are more than
    /// `most`. Empty where the body has no HTTP chunks. Fails if the spool can't be read.
    pub fn chunk_parts(&self, message: &Message, within: Span, most: usize) -> io::Result<Option<Vec<ChunkPart>>> {
        let body = self.kept_body(message);
        let within = within.intersect(body);
        if message.framing != Framing::Chunked || within.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let after = message.marks.partition_point(|mark| mark.wire <= within.start);
        let first = ChunkBoundary { wire: body.start, data: 0 };
        // A mark lies after the line end of the data before it, which belongs to the same framing: so one mark more is gone back.
        let mark = after.checked_sub(2).and_then(|before| message.marks.get(before)).copied().unwrap_or(first);
        let mut walk = Walk { chunks: ChunkReader::new(mark), at: mark.wire, parts: Vec::new() };
        while !walk.is_past(within) {
            let piece = self.spool.read(Span::new(walk.at, (walk.at + PIECE).min(body.end)))?;
            if piece.is_empty() || walk.through(&piece, within) {
                break;
            }
            if walk.parts.len() > most {
                return Ok(None);
            }
        }
        let in_view = |part: &ChunkPart| !part.span().intersect(within).is_empty();
        let parts: Vec<_> = walk.parts.into_iter().filter(in_view).collect();
        Ok((parts.len() <= most).then_some(parts))
    }
}

/// A walk over a body.
struct Walk {
    chunks: ChunkReader,
    /// The offset of the next byte.
    at: u64,
    parts: Vec<ChunkPart>,
}

impl Walk {
    /// Whether a piece has begun that lies after the view, so that those in it are whole.
    fn is_past(&self, within: Span) -> bool {
        self.parts.last().is_some_and(|last| last.span().start >= within.end)
    }

    /// Goes through bytes; returns whether the body is over.
    fn through(&mut self, mut rest: &[u8], within: Span) -> bool {
        while !rest.is_empty() && !self.is_past(within) {
            let (used, is_data, is_over) = match self.chunks.step(rest) {
                ChunkStep::Data(used) => (used as u64, true, false),
                ChunkStep::Framing(used) => (used as u64, false, false),
                ChunkStep::Last(used, _) => (used as u64, false, true),
                ChunkStep::Fault(..) => return true,
            };
            // The rest of a chunk's data need not be read.
            let jumped = if is_data { self.chunks.skip(u64::MAX) } else { 0 };
            self.add(Span::new(self.at, self.at + used + jumped), is_data, within);
            self.at += used + jumped;
            if is_over {
                return true;
            }
            if jumped > 0 {
                return false;
            }
            rest = usize::try_from(used).ok().and_then(|used| rest.get(used..)).unwrap_or_default();
        }
        false
    }

    /// Pieces that were seen in parts become one; those before the view are not kept.
    fn add(&mut self, span: Span, is_data: bool, within: Span) {
        match self.parts.last_mut() {
            Some(ChunkPart::Data(last)) if is_data => last.end = span.end,
            Some(ChunkPart::Framing(last)) if !is_data => last.end = span.end,
            last => {
                if last.is_some_and(|last| last.span().end <= within.start) {
                    self.parts.clear();
                }
                self.parts.push(if is_data { ChunkPart::Data(span) } else { ChunkPart::Framing(span) });
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::capture::{Connection, ConnectionId, Direction, Event, Opened, Progress, Spool};
    use crate::http::{ParseEvent, Reader};

    /// A reply with a body of HTTP chunks of these sizes, and where these lie.
    pub(in crate::capture::bodies) fn chunked_reply(sizes: &[usize]) -> (Vec<u8>, Vec<ChunkPart>) {
        let mut wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        let mut parts = Vec::new();
        let (mut line, mut sent) = (wire.len() as u64, 0);
        for size in sizes {
            wire.extend(format!("{size:x}\r\n").bytes());
            let data = wire.len() as u64;
            wire.extend((sent..sent + size).map(|i| (i % 251) as u8));
            sent += size;
            let end = wire.len() as u64;
            parts.extend([ChunkPart::Framing(Span::new(line, data)), ChunkPart::Data(Span::new(data, end))]);
            line = end;
            wire.extend(b"\r\n");
        }
        wire.extend(b"0\r\n\r\n");
        parts.push(ChunkPart::Framing(Span::new(line, wire.len() as u64)));
        (wire, parts)
    }

    /// A connection that has received that reply, and where the HTTP chunks of its body lie.
    fn received(sizes: &[usize]) -> (Connection, Vec<ChunkPart>) {
        let (wire, parts) = chunked_reply(sizes);
        let opened = Opened { received: Spool::of(&wire), ..Opened::default() };
        let mut connection = Connection::new(ConnectionId(1), opened);
        let mut all = Vec::new();
        Reader::responses().push(&wire, &mut all);
        let found = all.into_iter().map(|found| Event::Found { direction: Direction::Received, found });
        let progress = Event::Progress(Progress { received: wire.len() as u64, ..Progress::default() });
        found.chain([progress]).for_each(|event| connection.apply(event, &Default::default()));
        (connection, parts)
    }

    #[test]
    fn the_pieces_of_any_part_of_a_body_are_found() {
        for sizes in [&[][..], &[5, 1, 7], &[300_000, 10, 70_000], &[100; 2000], &[1; 3000]] {
            let (connection, parts) = received(sizes);
            let message = &connection.received.messages[0];
            let end = connection.received.bytes;
            for (from, to) in [(0, end), (0, 60), (end - 3, end), (end / 2, end / 2 + 500), (end / 3, end / 2), (9, 9)]
            {
                let within = Span::new(from, to);
                let in_view = |part: &&ChunkPart| !part.span().intersect(within).is_empty();
                let expected: Vec<_> = parts.iter().filter(in_view).copied().collect();
                let found = connection.received.chunk_parts(message, within, 7000).unwrap();
                assert_eq!(found, Some(expected.clone()), "{from}..{to} of {}", sizes.len());
                if expected.len() > 3 {
                    assert_eq!(connection.received.chunk_parts(message, within, 3).unwrap(), None);
                }
            }
        }
    }

    #[test]
    fn a_body_without_chunks_has_no_pieces() {
        let mut all = Vec::new();
        Reader::responses().push(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", &mut all);
        let Some(ParseEvent::Head { head, framing }) = all.into_iter().next() else { panic!("no head") };
        let (connection, _) = received(&[]);
        let message = Message::new(Arc::clone(&head), framing);
        assert_eq!(connection.received.chunk_parts(&message, Span::new(0, 99), 9).unwrap(), Some(Vec::new()));
    }
}
