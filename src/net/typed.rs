//! From what the user typed to the bytes that are sent.
//!
//! In scope: line ends of typed texts, bytes written as hex. Out of scope: when they are sent.

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
    #[must_use]
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
#[must_use]
pub fn with_line_ends(text: &str, end: LineEnd) -> Vec<u8> {
    text.replace("\r\n", "\n").replace('\n', end.as_str()).into_bytes()
}

/// A request as it is shown in an editor: line ends as `\n`.
#[must_use]
pub fn request_text(request: &str) -> String {
    request.replace("\r\n", "\n")
}

/// Why a typed text can't be turned into bytes; positions count characters from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypedError {
    /// No hexadecimal digit.
    #[error("character {0} is no hexadecimal digit")]
    NoHexDigit(usize),
    /// A backslash that begins no escape.
    #[error("character {0} begins no escape")]
    NoEscape(usize),
    /// A byte needs two digits, and one is missing.
    #[error("a digit is missing")]
    HalfByte,
}

/// Bytes from hexadecimal digits; spaces, line ends, commas, colons and `0x` between bytes are passed over.
///
/// # Errors
/// Where the text is no hex.
pub fn hex_bytes(text: &str) -> Result<Vec<u8>, TypedError> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    let mut characters = text.chars().enumerate().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_whitespace() || matches!(character, ',' | ':') {
            continue;
        }
        if high.is_none() && character == '0' && characters.next_if(|(_, next)| matches!(next, 'x' | 'X')).is_some() {
            continue;
        }
        let digit =
            character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(TypedError::NoHexDigit(at))?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if high.is_some() { Err(TypedError::HalfByte) } else { Ok(bytes) }
}

/// The bytes of a text in which `\\r`, `\\n`, `\\t`, `\\0`, `\\xNN` and `\\\\` stand for bytes.
///
/// # Errors
/// Where a backslash begins nothing of that.
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
    fn hex_is_read_in_the_spellings_that_people_use() {
        for text in
            ["48656c6c6f", "48 65 6C 6c 6F", "48:65:6c:6c:6f", "0x48, 0x65, 0x6c, 0x6c, 0x6f", "48\n65 6c6c 6f\n"]
        {
            assert_eq!(hex_bytes(text), Ok(b"Hello".to_vec()), "{text}");
        }
        assert_eq!(hex_bytes(""), Ok(vec![]));
        assert_eq!(hex_bytes("4g"), Err(TypedError::NoHexDigit(1)));
        assert_eq!(hex_bytes("486"), Err(TypedError::HalfByte));
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
