//! Follows a body to its end (RFC 9112 §6.3, §7.1 and §8).
//!
//! In scope: how many of the bytes that come are still body, and what the end of the direction means for it. Out of scope: the
//! bytes' meaning.

pub(crate) mod chunk_fault;
pub(crate) mod chunk_reader;
pub(crate) mod content_length;
pub(crate) mod framing;
pub(crate) mod trailers;

use std::sync::Arc;

use super::parse_event::{MessageEnd, ParseEvent};
use chunk_fault::ChunkFault;
use chunk_reader::{ChunkBoundary, ChunkReader, ChunkStep};
use framing::{Framing, UntilClose};

/// A mark is reported after at least so many bytes.
pub const MARK_DISTANCE: u64 = 64 * 1024;

/// A body that is not over.
#[derive(Debug)]
pub(crate) enum Body {
    /// This many bytes are still to come; at least one.
    Counted(u64),
    /// The body comes in chunks.
    Chunked(Box<Chunked>),
    /// It runs until the direction ends.
    UntilClose(UntilClose),
}

/// The chunks, and the last mark that was reported.
#[derive(Debug)]
pub(crate) struct Chunked {
    chunks: ChunkReader,
    mark: u64,
}

/// What became of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// So many belong to the body.
    Some(usize),
    /// So many belong to the body, and with them it is over.
    Last(usize),
    /// The chunks can't be followed past this offset.
    Fault(ChunkFault, u64),
}

impl Body {
    /// The body that `framing` announces, from offset `at` on; `None` when it has no byte.
    pub(crate) fn new(framing: Framing, at: u64) -> Option<Body> {
        match framing {
            Framing::None(_) | Framing::ContentLength(0) => None,
            Framing::ContentLength(bytes) => Some(Body::Counted(bytes)),
            Framing::Chunked => Some(Body::Chunked(Box::new(Chunked {
                chunks: ChunkReader::new(ChunkBoundary { wire: at, data: 0 }),
                mark: at,
            }))),
            Framing::UntilClose(why) => Some(Body::UntilClose(why)),
        }
    }

    /// Takes some of the next bytes, appending what they show to `found`. Takes no longer for many bytes of a body than for few,
    /// but for its chunks.
    pub(crate) fn take(&mut self, bytes: &[u8], found: &mut Vec<ParseEvent>) -> Taken {
        match self {
            Body::UntilClose(_) => Taken::Some(bytes.len()),
            Body::Chunked(chunked) => chunked.take(bytes, found),
            Body::Counted(left) => {
                let used = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= used as u64;
                if *left == 0 { Taken::Last(used) } else { Taken::Some(used) }
            }
        }
    }

    /// The bytes of content in a body of which `taken` have come.
    pub(crate) fn content(&self, taken: u64) -> u64 {
        match self {
            Body::Chunked(chunked) => chunked.chunks.data(),
            Body::Counted(_) | Body::UntilClose(_) => taken,
        }
    }

    /// What it means that the direction ends here, in order or not.
    pub(crate) fn close(&self, orderly: bool) -> MessageEnd {
        match self {
            Body::Counted(left) => MessageEnd::Missing(*left),
            Body::Chunked(chunked) => MessageEnd::MissingChunks(chunked.chunks.left()),
            Body::UntilClose(UntilClose::BadLength) => MessageEnd::Unknown,
            _ if !orderly => MessageEnd::Cut,
            Body::UntilClose(UntilClose::ResponseWithout | UntilClose::ResponseCoding) => MessageEnd::Complete,
            Body::UntilClose(UntilClose::RequestCoding) => MessageEnd::Unknown,
        }
    }
}

impl Chunked {
    fn take(&mut self, bytes: &[u8], found: &mut Vec<ParseEvent>) -> Taken {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let piece = self.chunks.step(rest);
            found.extend(self.chunks.take_violations().map(ParseEvent::Violation));
            match piece {
                ChunkStep::Data(count) | ChunkStep::Framing(count) => used += count,
                ChunkStep::Fault(fault, at) => return Taken::Fault(fault, at),
                ChunkStep::Last(count, trailers) => {
                    if !trailers.fields.is_empty() {
                        found.push(ParseEvent::Trailers(Arc::new(trailers)));
                    }
                    return Taken::Last(used + count);
                }
            }
            self.report_mark(found);
        }
        Taken::Some(used)
    }

    fn report_mark(&mut self, found: &mut Vec<ParseEvent>) {
        let Some(mark) = self.chunks.mark().filter(|mark| mark.wire - self.mark >= MARK_DISTANCE) else { return };
        self.mark = mark.wire;
        found.push(ParseEvent::ChunkBoundary(mark));
    }
}
