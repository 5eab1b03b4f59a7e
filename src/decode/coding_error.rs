//! What can be wrong with a coded stream.
//!
//! In scope: the kinds of faults, and the offsets of faults. Out of scope: wording for people.

use super::coding::Coding;

/// The text for a metablock of brotli that is longer than its header says. The decoder notices such a block earlier if the command that
/// makes it too long comes in pieces.
pub(crate) const OVERLONG: &str = "FORMAT_BLOCK_LENGTH";

/// Why a body can't be decoded, or can't be decoded further.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodingError {
    /// The coding that could not be undone.
    pub coding: Coding,
    /// The index of that coding in the order in which the codings were applied, from 0.
    pub layer: usize,
    /// Offset in the input of that coding, in bytes. `kind` says of which byte.
    pub at: u64,
    /// What is wrong.
    pub kind: CodingFault,
}

/// What is wrong with a coded stream, and of which byte [`CodingError::at`] is the offset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CodingFault {
    /// The stream is against the format. Holds the words of the decoder, in English. `at` is the start of the faulty field, frame header
    /// or zstd block; within deflate data and brotli `at` is the place up to which the decoder had read. The place is the same for every
    /// split, except for a metablock of brotli that is longer than its header says. There the bytes of the command that makes the block too
    /// long may be handed out before the decoder notices, or not.
    Corrupt(String),
    /// The stream ends too early. `at` is its end.
    Truncated,
    /// Bytes follow the end of the stream. `at` is the first of them.
    TrailingGarbage,
    /// A checksum does not fit its data. `at` is the start of the checksum.
    Checksum,
    /// The decoded length is not the one that the stream states. `at` is gzip's length field, or the end of the last block of a zstd
    /// frame.
    Length,
    /// A zstd frame needs a window larger than 8 MiB. `at` is the start of the frame.
    Window {
        /// The size of the window in bytes.
        bytes: u64,
    },
    /// More bytes came out than [`Limits::bytes`](crate::decode::Limits::bytes). `at` is the start of the piece of
    /// [`Limits::PIECE`](crate::decode::Limits::PIECE) bytes out of which they came.
    TooLong {
        /// The most bytes allowed.
        limit: u64,
    },
    /// More bytes came out for each coded byte than [`Limits::ratio`](crate::decode::Limits::ratio). `at` is as with `TooLong`.
    TooDense {
        /// The most bytes allowed for each coded byte.
        ratio: u64,
    },
    /// The body has more codings than [`LAYERS_MAX`](crate::decode::LAYERS_MAX). `at` is 0.
    TooManyLayers,
}

/// Why a piece of a body could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushError<E> {
    /// A fault in the body.
    Coding(CodingError),
    /// An error of the reader of the decoded bytes.
    Out(E),
}

impl CodingFault {
    /// A name that does not change, fit for a key.
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

    /// Whether bytes that are not coded may show this fault, at the same place however they were split.
    pub(crate) fn may_be_of_uncoded(&self) -> bool {
        match self {
            Self::Corrupt(what) => what != OVERLONG,
            other => *other == Self::TrailingGarbage,
        }
    }

    /// A stream that is against its format, in the words of the decoder.
    pub(crate) fn corrupt(what: &str) -> Self {
        Self::Corrupt(what.trim_end_matches('\0').to_owned())
    }
}

impl<E> From<CodingError> for PushError<E> {
    fn from(error: CodingError) -> Self {
        Self::Coding(error)
    }
}
