//! What a message does against the standard although it can be read.
//!
//! In scope: which rule, and at which byte. Out of scope: the wording, which is looked up by [`ViolationKind::name`].

/// One departure from the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// Offset of the first byte concerned. For empty lines before a request, that byte lies before the head.
    pub at: u64,
    /// What is wrong there.
    pub kind: ViolationKind,
}

/// A rule that a message breaks.
///
/// A kind about bytes is reported at most once a line, at the first such byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViolationKind {
    /// Empty lines came before the request line.
    EmptyLineBefore,
    /// A line ends in LF alone.
    LoneLf,
    /// No LF follows a CR.
    BareCr,
    /// A line has a NUL byte.
    Nul,
    /// Another control character than CR, NUL and HTAB.
    ControlCharacter,
    /// The request line is not two single spaces between three words.
    OddRequestLine,
    /// The status line lacks a space, has one too many, or has a tab.
    OddStatusLine,
    /// The status is not within 100 to 599.
    StatusOutOfRange,
    /// An indented line directly follows the start line. The line is skipped.
    SpaceBeforeFields,
    /// A field goes on over an indented line.
    ObsFold,
    /// A line has no colon, so it is no field.
    NoColon,
    /// Whitespace stands between a field name and its colon.
    SpaceBeforeColon,
    /// A field name is empty or no token.
    BadFieldName,
    /// A Content-Length is no decimal number below 2^64.
    BadContentLength,
    /// Content-Length values differ.
    ConflictingContentLength,
    /// The same Content-Length value comes more than once.
    RepeatedContentLength,
    /// The head has both Content-Length and Transfer-Encoding. The latter counts.
    LengthWithCoding,
    /// A message older than HTTP/1.1 has Transfer-Encoding.
    CodingBeforeHttp11,
    /// The transfer coding chunked is named more than once. The sender has applied it once, as far as servers are known.
    ChunkedTwice,
    /// A request has transfer codings of which chunked is not the last.
    ChunkedNotLast,
    /// Content-Length stands where there must be none: in 1xx and 204, and in a 2xx reply to CONNECT.
    LengthWithoutBody,
    /// Transfer-Encoding stands where there must be none.
    CodingWithoutBody,
    /// Whitespace follows the size of a chunk.
    PaddedChunkSize,
    /// A field that has to come before the body, such as Content-Length, comes after the chunks. It does not count.
    ForbiddenTrailer,
}

impl ViolationKind {
    /// The section that has the rule.
    pub fn section(self) -> &'static str {
        match self {
            Self::EmptyLineBefore | Self::LoneLf | Self::BareCr | Self::SpaceBeforeFields => "RFC 9112 §2.2",
            Self::Nul | Self::ControlCharacter => "RFC 9110 §5.5",
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
            Self::ControlCharacter => "control-character",
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
