//! What can be wrong with a coded stream.
//!
//! In scope: the kinds and where. Out of scope: any wording for people.

use super::coding::Coding;

/// The text for a metablock of brotli that is longer than its header says. The decoder notices such a block earlier if the command that
/// makes it too long comes in pieces.
pub(crate) const OVERLONG: &str = "FORMAT_BLOCK_LENGTH";

/// Why a body can't be decoded, or not any further.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodingError {
    /// The coding that could not be undone.
    pub coding: Coding,
    /// Which of the body's codings that is: its index in the order in which they were applied, from 0.
    pub layer: usize,
    /// Offset in the input of that coding, in bytes; which byte it is depends on `kind`.
    pub at: u64,
    /// What is wrong.
    pub kind: CodingFault,
}

/// What is wrong with a coded stream, and what [`CodingError::at`] is then.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CodingFault {
    /// It is against the format; what the decoder says of it, in English and for the curious. `at` is the start of the
    /// field, frame header or zstd block that can't be; within deflate data and brotli it is where the decoder had read
    /// to when it noticed. That is the same for every split, but for a metablock of brotli that is longer than it says: what
    /// comes of the command that makes it so may be handed out before that is noticed, or not.
    Corrupt(String),
    /// It ends too early. `at` is its end.
    Truncated,
    /// More follows after its end. `at` is the first byte that does.
    TrailingGarbage,
    /// A checksum does not fit what it is about. `at` is the start of the checksum.
    Checksum,
    /// The decoded length is not the one that is stated in the stream. `at` is where that showed: gzip's length field,
    /// or the end of the last block of a zstd frame.
    Length,
    /// A zstd frame needs a window larger than 8 MiB, namely of so many bytes. `at` is the start of the frame.
    Window {
        /// The size of the window in bytes.
        bytes: u64,
    },
    /// More came out than [`Limits::bytes`](crate::decode::Limits::bytes). `at` is the start of the piece of
    /// [`Limits::PIECE`](crate::decode::Limits::PIECE) bytes that it came out of.
    TooLong {
        /// The most bytes allowed.
        limit: u64,
    },
    /// More came out for each byte than [`Limits::ratio`](crate::decode::Limits::ratio). `at` is as with `TooLong`.
    TooDense {
        /// The most bytes allowed for each coded byte.
        ratio: u64,
    },
    /// It has more codings than [`LAYERS_MAX`](crate::decode::LAYERS_MAX). `at` is 0.
    TooManyLayers,
}

/// Why a piece of a body could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushError<E> {
    /// The body is at fault.
    Coding(CodingError),
    /// Whoever takes the decoded bytes is.
    Out(E),
}

impl CodingFault {
    /// A name that does not change, fit for a key.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Corrupt(_) => "corrupt",
            Self::Truncated => "truncated",
            Self::TrailingGarbage => "trailing-garbage",
            Self::Checksum => "checksum",
            Self::Length => "length",
            Self::Window { .. } => "window",
            Self::TooLong { .. } => "too-long",
            Self::TooDense { .. } => "too-dense",
            Self::TooManyLayers => "too-many-layers",
        }
    }

    /// Whether bytes that are in no coding at all may show it, and do so at the same place however they were split.
    pub(crate) fn is_of_alien(&self) -> bool {
        match self {
            Self::Corrupt(what) => what != OVERLONG,
            other => *other == Self::TrailingGarbage,
        }
    }

    /// A stream that is against its format, in the words of whoever noticed.
    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Corrupt(what.trim_end_matches('\0').to_owned())
    }
}

impl<E> From<CodingError> for PushError<E> {
    fn from(error: CodingError) -> Self {
        Self::Coding(error)
    }
}
