//! Why the chunks of a body can't be followed.
//!
//! In scope: the reasons. Out of scope: the wording, which is looked up by [`ChunkFault::name`].

/// Why chunks can't be followed any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChunkFault {
    /// No size stands where one has to be.
    BadSize,
    /// The size is 2^63 bytes or more.
    SizeTooLarge,
    /// A line of a size is longer than [`CHUNK_LINE_MAX`](crate::http::CHUNK_LINE_MAX).
    LineTooLong,
    /// The framing has more than [`CHUNK_EXCESS_MAX`](crate::http::CHUNK_EXCESS_MAX) bytes beyond what is usual for its data.
    TooMuchFraming,
    /// No line end follows the data of a chunk.
    NoLineEnd,
    /// The trailers have more than [`FIELDS_MAX`](crate::http::FIELDS_MAX) lines.
    TooManyTrailers,
    /// The trailers are longer than [`HEAD_MAX`](crate::http::HEAD_MAX).
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
