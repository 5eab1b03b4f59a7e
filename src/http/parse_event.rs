//! What a reader reports, in the order of the bytes.
//!
//! In scope: the findings. Out of scope: how they were come by (see `reader`).

use std::sync::Arc;

use super::body::chunk_fault::ChunkFault;
use super::body::chunk_reader::ChunkBoundary;
use super::body::framing::Framing;
use super::body::trailers::Trailers;
use super::head::Head;
use super::unreadable::Unreadable;
use super::violation::Violation;

/// One finding. All offsets are in bytes from the start of the direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseEvent {
    /// A head is whole. Its body, if any, starts at `head.span.end`.
    Head {
        /// The head.
        head: Arc<Head>,
        /// How its body is delimited.
        framing: Framing,
    },
    /// Something in the body of the message whose head came last that is against the standard; of each kind the first.
    Violation(Violation),
    /// A place between two chunks of the body, so that its data need not be looked for from its beginning.
    ChunkBoundary(ChunkBoundary),
    /// The trailer fields of the message, if it has any.
    Trailers(Arc<Trailers>),
    /// The message whose head came last is over.
    End {
        /// Just past its last byte; with faulty chunks, where they could no longer be followed.
        at: u64,
        /// Whether it is whole.
        how: MessageEnd,
        /// How many bytes of content its body has, without the framing of chunks.
        content: u64,
    },
    /// No HTTP/1 message could be read; nothing more is read in this direction.
    Unreadable {
        /// Where the message would have begun.
        from: u64,
        /// The byte at which that was decided, or the end of the direction.
        at: u64,
        /// What was wrong.
        why: Unreadable,
    },
    /// Bytes after a complete message that do not begin another one, or that follow a
    /// reply after which the connection no longer speaks HTTP. Nothing more is read.
    Surplus {
        /// The first such byte.
        at: u64,
    },
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageEnd {
    /// Whole, as far as its framing can tell.
    Complete,
    /// The direction ended with this many bytes of the Content-Length still to come.
    Missing(u64),
    /// The direction ended before the last chunk, with this many bytes of the present chunk still to come.
    MissingChunks(u64),
    /// The chunks could not be followed to their end.
    BadChunks(ChunkFault),
    /// The end of the body would have been an orderly end of the direction, or is marked
    /// within it, and the direction was cut off.
    Cut,
    /// The direction ended, but its end does not tell whether the body is whole, as the framing
    /// was faulty.
    Unknown,
}

impl MessageEnd {
    /// A name that does not change, fit for a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Missing(_) => "missing",
            Self::MissingChunks(_) => "missing-chunks",
            Self::BadChunks(_) => "bad-chunks",
            Self::Cut => "cut",
            Self::Unknown => "unknown",
        }
    }
}
