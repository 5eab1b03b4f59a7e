//! Why the chunks of a body can't be followed.
//!
//! In scope: the reasons. Out of scope: the wording, which is looked up by [`ChunkFault::name`].

enum_with_all! {
    /// Why chunks can't be followed any further.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum ChunkFault {
        /// No size stands where one has to be.
        BadSize = "bad-size",
        /// The size is 2^63 bytes or more.
        SizeTooLarge = "size-too-large",
        /// A line of a size is longer than [`CHUNK_LINE_MAX`](crate::http::CHUNK_LINE_MAX).
        LineTooLong = "line-too-long",
        /// The framing has more than [`CHUNK_EXCESS_MAX`](crate::http::CHUNK_EXCESS_MAX) bytes beyond what is usual for its data.
        TooMuchFraming = "too-much-framing",
        /// No line end follows the data of a chunk.
        NoLineEnd = "no-line-end",
        /// The trailers have more than [`FIELDS_MAX`](crate::http::FIELDS_MAX) lines.
        TooManyTrailers = "too-many-trailers",
        /// The trailers are longer than [`HEAD_MAX`](crate::http::HEAD_MAX).
        TrailersTooLong = "trailers-too-long",
    }
}
