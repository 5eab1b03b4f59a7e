//! From what the user typed to the bytes that are sent.
//!
//! In scope: line ends of typed texts, escapes. Out of scope: bytes written as hex, which [`hex_bytes`](crate::capture::hex_bytes)
//! reads; when they are sent.

use crate::capture::HexError;

/// What the end of a typed line becomes on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    /// `\r\n`, as HTTP wants it.
    #[default]
    Crlf,
    /// `\n`.
    Lf,
    /// `\r`.
    Cr,
    /// Nothing: the lines are joined.
    None,
}

impl LineEnd {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Crlf, Self::Lf, Self::Cr, Self::None];

    /// The bytes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Crlf => "\r\n",
            Self::Lf => "\n",
            Self::Cr => "\r",
            Self::None => "",
        }
    }
}

/// The typed text with each of its line ends turned into `end`.
pub fn with_line_ends(text: &str, end: LineEnd) -> Vec<u8> {
    text.replace("\r\n", "\n").replace('\n', end.as_str()).into_bytes()
}

/// A request as it is shown in an editor: line ends as `\n`.
pub fn request_text(request: &str) -> String {
    request.replace("\r\n", "\n")
}

/// Why a typed text can't be turned into bytes; positions count characters from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// It is no hex.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// A backslash that begins no escape.
    #[error("character {0} begins no escape")]
    NoEscape(usize),
}

/// The bytes of a text in which `\\r`, `\\n`, `\\t`, `\\0`, `\\xNN` and `\\\\` stand for bytes. Fails where a backslash begins nothing of
/// that.
pub fn escaped_bytes(text: &str) -> Result<Vec<u8>, TypedError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut characters = text.chars().enumerate();
    while let Some((at, character)) = characters.next() {
        if character != '\\' {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        let escape = characters.next().map(|(_, escape)| escape);
        bytes.push(match escape {
            Some('r') => b'\r',
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('0') => 0,
            Some('\\') => b'\\',
            Some('x') => {
                let mut digit = || characters.next().and_then(|(_, digit)| digit.to_digit(16));
                let value = digit().and_then(|high| Some(high << 4 | digit()?));
                value.and_then(|value| u8::try_from(value).ok()).ok_or(TypedError::NoEscape(at))?
            }
            _ => return Err(TypedError::NoEscape(at)),
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_become_what_was_chosen() {
        for (end, bytes) in
            [(LineEnd::Crlf, "a\r\nb\r\n"), (LineEnd::Lf, "a\nb\n"), (LineEnd::Cr, "a\rb\r"), (LineEnd::None, "ab")]
        {
            assert_eq!(with_line_ends("a\nb\n", end), bytes.as_bytes());
            assert_eq!(with_line_ends("a\r\nb\r\n", end), bytes.as_bytes());
        }
    }

    #[test]
    fn escapes_stand_for_bytes() {
        assert_eq!(
            escaped_bytes(r"a\r\n\t\0\xfF\\中"),
            Ok("a\r\n\t\0".bytes().chain([0xff, b'\\']).chain("中".bytes()).collect())
        );
        for (text, at) in [(r"a\q", 1), (r"\", 0), (r"\x1", 0), (r"\xg0", 0)] {
            assert_eq!(escaped_bytes(text), Err(TypedError::NoEscape(at)), "{text}");
        }
    }
}
