//! Why the bytes of a direction are no message.
//!
//! In scope: the reasons, and the place where a reader decided. Out of scope: the wording, which is looked up by
//! [`Unreadable::name`].

use super::version::Version;

/// Why no message could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unreadable {
    /// The direction ended without a byte, except empty lines before a request.
    Empty,
    /// A byte can't stand at its place in a start line, or a method does not end.
    NotHttp,
    /// The start line is well formed and of a version other than HTTP/1.
    OtherVersion(Version),
    /// The head is longer than [`HEAD_MAX`](super::HEAD_MAX) bytes.
    HeadTooLong,
    /// The head has more than [`FIELDS_MAX`](super::FIELDS_MAX) lines after its start line.
    TooManyFields,
    /// More than [`INTERIM_MAX`](super::INTERIM_MAX) interim replies came without a final one.
    TooManyInterim,
    /// The direction ended within a head.
    HeadUnfinished,
}

impl Unreadable {
    /// A name that does not change, fit for a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotHttp => "not-http",
            Self::OtherVersion(_) => "other-version",
            Self::HeadTooLong => "head-too-long",
            Self::TooManyFields => "too-many-fields",
            Self::TooManyInterim => "too-many-interim",
            Self::HeadUnfinished => "head-unfinished",
        }
    }
}

/// The end of a reading: the offset of the byte that shows it, and the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) at: u64,
    pub(crate) why: Unreadable,
}
