//! What a message does that the standard forbids, though it could still be read.
//!
//! In scope: which rule, and at which byte. Out of scope: the wording (look it up by
//! [`ViolationKind::name`]) and whether to mind.

/// One departure from the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// Offset of the first byte concerned; for empty lines before a request, before its head.
    pub at: u64,
    /// What is wrong there.
    pub kind: ViolationKind,
}

/// A rule that was not kept.
///
/// Each of the kinds about bytes is reported at most once a line, at the first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViolationKind {
    /// Empty lines came before the request line.
    EmptyLineBefore,
    /// A line ends in LF alone.
    LoneLf,
    /// A CR that no LF follows.
    BareCr,
    /// A NUL byte.
    Nul,
    /// The request line is not two single spaces between three words.
    OddRequestLine,
    /// The status line lacks a space, or has one too many, or a tab.
    OddStatusLine,
    /// The status is not within 100 to 599.
    StatusOutOfRange,
    /// An indented line directly after the start line; it was skipped.
    SpaceBeforeFields,
    /// A field goes on over an indented line.
    ObsFold,
    /// A line without a colon; it is no field.
    NoColon,
    /// Whitespace between a field name and its colon.
    SpaceBeforeColon,
    /// A field name that is empty or not a token.
    BadFieldName,
    /// A Content-Length that is not a decimal number below 2^64.
    BadContentLength,
    /// Content-Length values that differ.
    ConflictingContentLength,
    /// The same Content-Length value more than once.
    RepeatedContentLength,
    /// Both Content-Length and Transfer-Encoding; the latter counts.
    LengthWithCoding,
    /// Transfer-Encoding in a message older than HTTP/1.1.
    CodingBeforeHttp11,
    /// The transfer coding chunked more than once; it was applied once, as far as any server is known to.
    ChunkedTwice,
    /// A request with a transfer coding of which chunked is not the last.
    ChunkedNotLast,
    /// Content-Length where there must be none: in 1xx and 204, and in a 2xx reply to CONNECT.
    LengthWithoutBody,
    /// Transfer-Encoding there.
    CodingWithoutBody,
    /// Whitespace after the size of a chunk.
    PaddedChunkSize,
    /// A field after the chunks that has to be known before them, such as Content-Length; it does not count.
    ForbiddenTrailer,
}

impl ViolationKind {
    /// The section that says so.
    pub fn section(self) -> &'static str {
        match self {
            Self::EmptyLineBefore | Self::LoneLf | Self::BareCr | Self::SpaceBeforeFields => "RFC 9112 §2.2",
            Self::Nul => "RFC 9110 §5.5",
            Self::OddRequestLine => "RFC 9112 §3",
            Self::OddStatusLine => "RFC 9112 §4",
            Self::StatusOutOfRange => "RFC 9110 §15",
            Self::ObsFold => "RFC 9112 §5.2",
            Self::NoColon => "RFC 9112 §5",
            Self::SpaceBeforeColon => "RFC 9112 §5.1",
            Self::BadFieldName => "RFC 9110 §5.1",
            Self::BadContentLength | Self::RepeatedContentLength | Self::LengthWithoutBody => "RFC 9110 §8.6",
            Self::ConflictingContentLength => "RFC 9112 §6.3",
            Self::LengthWithCoding => "RFC 9112 §6.2",
            Self::CodingBeforeHttp11 | Self::ChunkedTwice | Self::ChunkedNotLast | Self::CodingWithoutBody => {
                "RFC 9112 §6.1"
            }
            Self::PaddedChunkSize => "RFC 9112 §7.1",
            Self::ForbiddenTrailer => "RFC 9110 §6.5.1",
        }
    }

    /// A name that does not change, fit for a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::EmptyLineBefore => "empty-line-before",
            Self::LoneLf => "lone-lf",
            Self::BareCr => "bare-cr",
            Self::Nul => "nul",
            Self::OddRequestLine => "odd-request-line",
            Self::OddStatusLine => "odd-status-line",
            Self::StatusOutOfRange => "status-out-of-range",
            Self::SpaceBeforeFields => "space-before-fields",
            Self::ObsFold => "obs-fold",
            Self::NoColon => "no-colon",
            Self::SpaceBeforeColon => "space-before-colon",
            Self::BadFieldName => "bad-field-name",
            Self::BadContentLength => "bad-content-length",
            Self::ConflictingContentLength => "conflicting-content-length",
            Self::RepeatedContentLength => "repeated-content-length",
            Self::LengthWithCoding => "length-with-coding",
            Self::CodingBeforeHttp11 => "coding-before-http-11",
            Self::ChunkedTwice => "chunked-twice",
            Self::ChunkedNotLast => "chunked-not-last",
            Self::LengthWithoutBody => "length-without-body",
            Self::CodingWithoutBody => "coding-without-body",
            Self::PaddedChunkSize => "padded-chunk-size",
            Self::ForbiddenTrailer => "forbidden-trailer",
        }
    }
}
