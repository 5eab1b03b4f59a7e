//! What a reader reports, in the order of the bytes.
//!
//! In scope: the events. Out of scope: the reading that makes them (see `reader`).

use std::sync::Arc;

use super::body::chunk_fault::ChunkFault;
use super::body::chunk_reader::ChunkBoundary;
use super::body::framing::Framing;
use super::body::trailers::Trailers;
use super::head::Head;
use super::unreadable::Unreadable;
use super::violation::Violation;

/// One event. All offsets are in bytes from the start of the direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseEvent {
    /// A head is whole. Its body, if it has one, starts at `head.span.end`.
    Head {
        /// The head.
        head: Arc<Head>,
        /// How the body is delimited.
        framing: Framing,
    },
    /// Something in the body of the message whose head came last is against the standard. Only the first violation of a kind is reported.
    Violation(Violation),
    /// A place between two chunks of the body. From there the data of the body can be read without those before.
    ChunkBoundary(ChunkBoundary),
    /// The trailer fields of the message. Not reported for a message without any.
    Trailers(Arc<Trailers>),
    /// The message whose head came last has ended.
    End {
        /// Offset just past the last byte of the message. With faulty chunks, the offset past which they can't be followed.
        at: u64,
        /// Whether the message is whole.
        how: MessageEnd,
        /// How many bytes of content the body has, without the framing of chunks.
        content: u64,
    },
    /// The bytes are no HTTP/1 message. Nothing more is read in this direction.
    Unreadable {
        /// Offset at which the message would have begun.
        from: u64,
        /// Offset of the byte that shows it, or the end of the direction.
        at: u64,
        /// What is wrong.
        why: Unreadable,
    },
    /// Bytes follow a complete message and do not begin another one, or follow a reply after which the connection no longer speaks HTTP.
    /// Nothing more is read.
    Surplus {
        /// Offset of the first such byte.
        at: u64,
    },
}

named_enum! {
    /// How a message ended.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum MessageEnd {
        /// The message is whole, as far as its framing tells.
        Complete = "complete",
        /// The direction ended with this number of bytes of the Content-Length still to come.
        Missing(u64) = "missing",
        /// The direction ended before the last chunk, with this number of bytes of the present chunk still to come.
        MissingChunks(u64) = "missing-chunks",
        /// The chunks could not be followed to their end.
        BadChunks(ChunkFault) = "bad-chunks",
        /// The direction was cut off, and only its orderly end, or a mark within the body, would have ended the body.
        Cut = "cut",
        /// The direction ended, and faulty framing leaves it open whether the body is whole.
        Unknown = "unknown",
    }
}
