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

macro_rules! violations {
    ($($(#[doc = $text:literal])* $kind:ident = $name:literal, $section:literal;)*) => {
        /// A rule that a message breaks.
        ///
        /// A kind about bytes is reported at most once a line, at the first such byte.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ViolationKind {
            $($(#[doc = $text])* $kind,)*
        }

        impl ViolationKind {
            /// The section that has the rule.
            pub fn section(self) -> &'static str {
                match self {
                    $(Self::$kind => $section,)*
                }
            }

            /// A name that does not change, fit for a key.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

violations! {
    /// Empty lines came before the request line.
    EmptyLineBefore = "empty-line-before", "RFC 9112 §2.2";
    /// A line ends in LF alone.
    LoneLf = "lone-lf", "RFC 9112 §2.2";
    /// No LF follows a CR.
    BareCr = "bare-cr", "RFC 9112 §2.2";
    /// A line has a NUL byte.
    Nul = "nul", "RFC 9110 §5.5";
    /// Another control character than CR, NUL and HTAB.
    ControlCharacter = "control-character", "RFC 9110 §5.5";
    /// The request line is not two single spaces between three words.
    OddRequestLine = "odd-request-line", "RFC 9112 §3";
    /// The status line lacks a space, has one too many, or has a tab.
    OddStatusLine = "odd-status-line", "RFC 9112 §4";
    /// The status is not within 100 to 599.
    StatusOutOfRange = "status-out-of-range", "RFC 9110 §15";
    /// An indented line directly follows the start line. The line is skipped.
    SpaceBeforeFields = "space-before-fields", "RFC 9112 §2.2";
    /// A field goes on over an indented line.
    ObsFold = "obs-fold", "RFC 9112 §5.2";
    /// A line has no colon, so it is no field.
    NoColon = "no-colon", "RFC 9112 §5";
    /// Whitespace stands between a field name and its colon.
    SpaceBeforeColon = "space-before-colon", "RFC 9112 §5.1";
    /// A field name is empty or no token.
    BadFieldName = "bad-field-name", "RFC 9110 §5.1";
    /// A Content-Length is no decimal number below 2^64.
    BadContentLength = "bad-content-length", "RFC 9110 §8.6";
    /// Content-Length values differ.
    ConflictingContentLength = "conflicting-content-length", "RFC 9112 §6.3";
    /// The same Content-Length value comes more than once.
    RepeatedContentLength = "repeated-content-length", "RFC 9110 §8.6";
    /// The head has both Content-Length and Transfer-Encoding. The latter counts.
    LengthWithCoding = "length-with-coding", "RFC 9112 §6.2";
    /// A message older than HTTP/1.1 has Transfer-Encoding.
    CodingBeforeHttp11 = "coding-before-http-11", "RFC 9112 §6.1";
    /// The transfer coding chunked is named more than once. The sender has applied it once, as far as servers are known.
    ChunkedTwice = "chunked-twice", "RFC 9112 §6.1";
    /// A request has transfer codings of which chunked is not the last.
    ChunkedNotLast = "chunked-not-last", "RFC 9112 §6.1";
    /// Content-Length stands where there must be none: in 1xx and 204, and in a 2xx reply to CONNECT.
    LengthWithoutBody = "length-without-body", "RFC 9110 §8.6";
    /// Transfer-Encoding stands where there must be none.
    CodingWithoutBody = "coding-without-body", "RFC 9112 §6.1";
    /// Whitespace follows the size of a chunk.
    PaddedChunkSize = "padded-chunk-size", "RFC 9112 §7.1";
    /// A field that has to come before the body, such as Content-Length, comes after the chunks. It does not count.
    ForbiddenTrailer = "forbidden-trailer", "RFC 9110 §6.5.1";
}
