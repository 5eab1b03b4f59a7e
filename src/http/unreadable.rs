//! Why the bytes of a direction are no message.
//!
//! In scope: the reasons, and the place where a reader decided. Out of scope: the wording, which is looked up by
//! [`Unreadable::name`].

use super::version::Version;

named_enum! {
    /// Why no message could be read.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Unreadable {
        /// The direction ended without a byte, except empty lines before a request.
        Empty = "empty",
        /// A byte can't stand at its place in a start line, or a method does not end.
        NotHttp = "not-http",
        /// The start line is well formed and of a version other than HTTP/1.
        OtherVersion(Version) = "other-version",
        /// The head is longer than [`HEAD_MAX`](super::HEAD_MAX) bytes.
        HeadTooLong = "head-too-long",
        /// The head has more than [`FIELDS_MAX`](super::FIELDS_MAX) lines after its start line.
        TooManyFields = "too-many-fields",
        /// More than [`INTERIM_MAX`](super::INTERIM_MAX) interim replies came without a final one.
        TooManyInterim = "too-many-interim",
        /// The direction ended within a head.
        HeadUnfinished = "head-unfinished",
    }
}

/// The end of a reading: the offset of the byte that shows it, and the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) at: u64,
    pub(crate) why: Unreadable,
}
