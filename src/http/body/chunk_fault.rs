//! Why the chunks of a body can't be followed.
//!
//! In scope: the reasons. Out of scope: the wording, which is looked up by [`ChunkFault::name`].

/// Why chunks can't be followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChunkFault {
    /// What should be a size is none.
    BadSize,
    /// A size of 2^63 bytes or more.
    SizeTooLarge,
    /// A line longer than [`CHUNK_LINE_MAX`](crate::http::CHUNK_LINE_MAX).
    LineTooLong,
    /// More than [`CHUNK_EXCESS_MAX`](crate::http::CHUNK_EXCESS_MAX) bytes of framing for which there is no data.
    TooMuchFraming,
    /// No line end after the data of a chunk.
    NoLineEnd,
    /// More trailer lines than a head may have.
    TooManyTrailers,
    /// Trailers longer than a head may be.
    TrailersTooLong,
}

impl ChunkFault {
    /// A name that does not change, fit for a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadSize => "bad-size",
            Self::SizeTooLarge => "size-too-large",
            Self::LineTooLong => "line-too-long",
            Self::TooMuchFraming => "too-much-framing",
            Self::NoLineEnd => "no-line-end",
            Self::TooManyTrailers => "too-many-trailers",
            Self::TrailersTooLong => "trailers-too-long",
        }
    }
}
