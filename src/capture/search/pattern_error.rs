//! Why something can't be searched for.

use encoding_rs::Encoding;

use crate::capture::hex::HexError;

/// Why something can't be searched for. Places count characters from 0.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PatternError {
    /// It is empty.
    #[error("empty")]
    Empty,
    /// It has more bytes than [`PATTERN_MAX`](super::PATTERN_MAX).
    #[error("too long")]
    TooLong,
    /// It is not hex.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// Hex: any bytes would do.
    #[error("nothing but wildcards")]
    OnlyWildcards,
    /// Text: the encoding lacks a character.
    #[error("{character:?} is not in {}", encoding.name())]
    NotInEncoding {
        /// The character.
        character: char,
        /// The encoding.
        encoding: &'static Encoding,
    },
    /// The regular expression is none, or too large.
    #[error(transparent)]
    Regex(#[from] regex::Error),
}
