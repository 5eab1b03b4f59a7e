//! Bytes to be searched for, as users write them in hex.
//!
//! In scope: two digits for each byte; spaces, commas, colons, semicolons and `0x` between bytes; `??` for any byte. Out of scope:
//! anything to be sent, which has no wildcards.

use super::pattern::PatternError;

/// The bytes of `text`; `None` stands for any byte.
pub(super) fn read(text: &str) -> Result<Vec<Option<u8>>, PatternError> {
    let mut bytes = Vec::new();
    let mut characters = text.chars().enumerate().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_whitespace() || matches!(character, ',' | ':' | ';') {
            continue;
        }
        if character == '0' && characters.next_if(|(_, next)| matches!(next, 'x' | 'X')).is_some() {
            continue;
        }
        let first = digit(at, character)?;
        let Some((next, second)) = characters.next() else { return Err(PatternError::HalfByte { at }) };
        match (first, digit(next, second)) {
            (Some(high), Ok(Some(low))) => bytes.push(Some(high << 4 | low)),
            (None, Ok(None)) => bytes.push(None),
            (_, Err(error)) if !second.is_whitespace() && !matches!(second, ',' | ':' | ';') => return Err(error),
            _ => return Err(PatternError::HalfByte { at }),
        }
    }
    match bytes.iter().any(Option::is_some) {
        true => Ok(bytes),
        false if bytes.is_empty() => Err(PatternError::Empty),
        false => Err(PatternError::OnlyWildcards),
    }
}

/// Half a byte; `None` for half a wildcard.
fn digit(at: usize, character: char) -> Result<Option<u8>, PatternError> {
    match character.to_digit(16) {
        _ if character == '?' => Ok(None),
        Some(digit) => Ok(u8::try_from(digit).ok()),
        None => Err(PatternError::NoHexDigit { at, character }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_as_it_is_typed() {
        let hello = vec![Some(0x48), Some(0x65), Some(0x6c)];
        for text in ["48656c", "48 65 6C", "0x48, 0x65,0x6c", "48:65:6c", " 4865 6c\n", "48;0X65;6c"] {
            assert_eq!(read(text), Ok(hello.clone()), "{text}");
        }
        assert_eq!(read("0d ?? 0a"), Ok(vec![Some(13), None, Some(10)]));
        assert_eq!(read("00"), Ok(vec![Some(0)]));
    }

    #[test]
    fn what_is_no_hex_is_told_with_its_place() {
        for (text, error) in [
            ("", PatternError::Empty),
            (" , ", PatternError::Empty),
            ("0x", PatternError::Empty),
            ("?? ??", PatternError::OnlyWildcards),
            ("48 6", PatternError::HalfByte { at: 3 }),
            ("4 8", PatternError::HalfByte { at: 0 }),
            ("4?", PatternError::HalfByte { at: 0 }),
            ("48 ?", PatternError::HalfByte { at: 3 }),
            ("48 6g", PatternError::NoHexDigit { at: 4, character: 'g' }),
            ("4中", PatternError::NoHexDigit { at: 1, character: '中' }),
            ("hello", PatternError::NoHexDigit { at: 0, character: 'h' }),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
    }
}
