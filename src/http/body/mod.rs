//! Follows a body to its end (RFC 9112 §6.3, §7.1 and §8).
//!
//! In scope: how many of the next bytes are still body, and what the end of the direction means for the body. Out of scope: the meaning
//! of the bytes.

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

/// The least distance in bytes between two chunk boundaries that are reported.
pub const BOUNDARY_DISTANCE: u64 = 64 * 1024;

/// A reader of a body that has not ended.
#[derive(Debug)]
pub(crate) enum BodyReader {
    /// The number of bytes that are still to come: at least one.
    Counted(u64),
    Chunked(Box<ChunkedBody>),
    /// The body runs until the direction ends.
    UntilClose(UntilClose),
}

/// The chunks of a body, and the offset of the chunk boundary that was reported last.
#[derive(Debug)]
pub(crate) struct ChunkedBody {
    chunks: ChunkReader,
    reported: u64,
}

/// How many of the next bytes belong to a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyStep {
    /// This number of bytes belongs to the body.
    More(usize),
    /// This number of bytes belongs to the body, which ends with the last of them.
    Last(usize),
    /// The chunks can't be followed past this offset.
    Fault(ChunkFault, u64),
}

impl BodyReader {
    /// A reader of the body that `framing` announces and that begins at offset `at`. Returns `None` for a body without bytes.
    pub(crate) fn new(framing: Framing, at: u64) -> Option<BodyReader> {
        match framing {
            Framing::None(_) | Framing::ContentLength(0) => None,
            Framing::ContentLength(bytes) => Some(BodyReader::Counted(bytes)),
            Framing::Chunked => {
                let chunks = ChunkReader::new(ChunkBoundary { wire: at, data: 0 });
                Some(BodyReader::Chunked(Box::new(ChunkedBody { chunks, reported: at })))
            }
            Framing::UntilClose(why) => Some(BodyReader::UntilClose(why)),
        }
    }

    /// Reads some of the next bytes and appends what they hold to `events`. The time does not depend on the number of bytes, except in
    /// chunks.
    pub(crate) fn step(&mut self, bytes: &[u8], events: &mut Vec<ParseEvent>) -> BodyStep {
        match self {
            BodyReader::UntilClose(_) => BodyStep::More(bytes.len()),
            BodyReader::Chunked(chunked) => chunked.step(bytes, events),
            BodyReader::Counted(left) => {
                let used = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                *left -= used as u64;
                if *left == 0 { BodyStep::Last(used) } else { BodyStep::More(used) }
            }
        }
    }

    /// How many bytes of content are in a body of which `received` bytes have come.
    pub(crate) fn content(&self, received: u64) -> u64 {
        match self {
            BodyReader::Chunked(chunked) => chunked.chunks.data(),
            BodyReader::Counted(_) | BodyReader::UntilClose(_) => received,
        }
    }

    /// How the message ends if the direction ends here, in order or not.
    pub(crate) fn close(&self, is_orderly: bool) -> MessageEnd {
        match self {
            BodyReader::Counted(left) => MessageEnd::Missing(*left),
            BodyReader::Chunked(chunked) => MessageEnd::MissingChunks(chunked.chunks.left()),
            BodyReader::UntilClose(UntilClose::BadLength) => MessageEnd::Unknown,
            _ if !is_orderly => MessageEnd::Cut,
            BodyReader::UntilClose(UntilClose::ResponseWithout | UntilClose::ResponseCoding) => MessageEnd::Complete,
            BodyReader::UntilClose(UntilClose::RequestCoding) => MessageEnd::Unknown,
        }
    }
}

impl ChunkedBody {
    fn step(&mut self, bytes: &[u8], events: &mut Vec<ParseEvent>) -> BodyStep {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..).filter(|rest| !rest.is_empty()) {
            let step = self.chunks.step(rest);
            events.extend(self.chunks.take_violations().map(ParseEvent::Violation));
            match step {
                ChunkStep::Data(count) | ChunkStep::Framing(count) => used += count,
                ChunkStep::Fault(fault, at) => return BodyStep::Fault(fault, at),
                ChunkStep::Last(count, trailers) => {
                    if !trailers.fields.is_empty() {
                        events.push(ParseEvent::Trailers(Arc::new(trailers)));
                    }
                    return BodyStep::Last(used + count);
                }
            }
            self.report_boundary(events);
        }
        BodyStep::More(used)
    }

    fn report_boundary(&mut self, events: &mut Vec<ParseEvent>) {
        let is_far = |boundary: &ChunkBoundary| boundary.wire - self.reported >= BOUNDARY_DISTANCE;
        let Some(boundary) = self.chunks.boundary().filter(is_far) else { return };
        self.reported = boundary.wire;
        events.push(ParseEvent::ChunkBoundary(boundary));
    }
}
