//! Bytes as users write them in hex: the one reader of every field that takes them.
//!
//! In scope: two digits for each byte, with or without a separator between bytes (white space, `,` `;` `:` `-`), `0x` or `\x` before a
//! byte, `??` for any byte where something is searched for. A separator ends a byte, so a digit that stands alone is refused: it could
//! be a byte, or half of one whose other digit was forgotten. `0x7` is a number, as in C, and so a byte.
//! Out of scope: escapes within a text.

/// Why a text is no hex. Places count characters from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// A byte needs two digits, or `??`.
    #[error("half a byte at {at}")]
    HalfByte {
        /// Where its only digit stands.
        at: usize,
    },
    /// What stands there is no digit.
    #[error("{character:?} at {at} is no hexadecimal digit")]
    NoDigit {
        /// Where it stands.
        at: usize,
        /// What stands there.
        character: char,
    },
}

/// The bytes that `text` writes. Fails where it is no hex.
pub fn hex_bytes(text: &str) -> Result<Vec<u8>, HexError> {
    Ok(read(text, false)?.into_iter().flatten().collect())
}

/// The same with `??` for any byte, which is `None`.
pub(super) fn hex_pattern(text: &str) -> Result<Vec<Option<u8>>, HexError> {
    read(text, true)
}

fn read(text: &str, wildcards: bool) -> Result<Vec<Option<u8>>, HexError> {
    let characters: Vec<char> = text.chars().collect();
    // The digit at a place: `Some(None)` for half a wildcard; `None` if no character follows, or a separator.
    let digit = |at: usize| match characters.get(at).filter(|character| !is_separator(**character)) {
        None => Ok(None),
        Some('?') if wildcards => Ok(Some(None)),
        Some(character) => match character.to_digit(16) {
            Some(digit) => Ok(Some(u8::try_from(digit).ok())),
            None => Err(HexError::NoDigit { at, character: *character }),
        },
    };
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(&character) = characters.get(at) {
        if is_separator(character) {
            at += 1;
            continue;
        }
        let x = characters.get(at + 1).filter(|x| matches!(character, '0' | '\\') && matches!(x, 'x' | 'X'));
        at += if x.is_some() { 2 } else { 0 };
        let Some(first) = digit(at)? else {
            return Err(HexError::NoDigit { at: at - 1, character: *x.unwrap_or(&character) });
        };
        let second = digit(at + 1)?;
        bytes.push(match (first, second) {
            (Some(high), Some(Some(low))) => Some(high << 4 | low),
            (None, Some(None)) => None,
            // As a number, one digit is a byte.
            (Some(_), None) if x.is_some() && character == '0' => first,
            _ => return Err(HexError::HalfByte { at }),
        });
        at += if second.is_some() { 2 } else { 1 };
    }
    Ok(bytes)
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | ';' | ':' | '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hex_is_read_in_the_spellings_that_people_use() {
        for text in [
            "48656c07",
            "48 65 6C 07",
            "48:65:6c:07",
            "48-65-6c-07",
            "48;0X65;6c;07",
            "0x48,0x65,0x6c,0x7",
            "0x48, 0x65, 0x6c, 0x07,",
            r"\x48\x65\x6c\x07",
            "0x48656c07",
            "0x480x650x6c0x7",
            "\t48\r\n65\u{a0}6c\u{3000}07\n",
        ] {
            assert_eq!(hex_bytes(text), Ok(b"Hel\x07".to_vec()), "{text}");
            assert_eq!(hex_pattern(text), Ok(b"Hel\x07".map(Some).to_vec()), "{text}");
        }
        assert_eq!(hex_bytes("0x1,0x2"), Ok(vec![1, 2]));
        assert_eq!((hex_bytes(""), hex_bytes(" ,- ")), (Ok(vec![]), Ok(vec![])));
        assert_eq!(hex_pattern("0d ?? \\x??0a"), Ok(vec![Some(13), None, None, Some(10)]));
    }

    #[test]
    fn what_is_no_hex_is_told_with_its_place() {
        let half = |at| HexError::HalfByte { at };
        let no_digit = |at, character| HexError::NoDigit { at, character };
        for (text, error) in [
            ("0 1 2 3 4 5 6 7", half(0)),
            ("1 23 4", half(0)),
            ("12 3 45", half(3)),
            ("12 345", half(5)),
            ("0x123", half(4)),
            (r"\x1", half(2)),
            ("4-8", half(0)),
            ("4g", no_digit(1, 'g')),
            ("4中", no_digit(1, '中')),
            ("48 ６5", no_digit(3, '６')),
            ("48，65", no_digit(2, '，')),
            ("你 4x", no_digit(0, '你')),
            ("0x", no_digit(1, 'x')),
            ("0xg", no_digit(2, 'g')),
            (r"48\n", no_digit(2, '\\')),
            ("??", no_digit(0, '?')),
        ] {
            assert_eq!(hex_bytes(text), Err(error), "{text}");
        }
        for (text, error) in [("4?", half(0)), ("48 ?", half(3)), ("0x?", half(2)), ("? 4g", half(0))] {
            assert_eq!(hex_pattern(text), Err(error), "{text}");
        }
    }

    proptest! {
        /// Whatever separators and prefixes stand between bytes, the bytes are the same.
        #[test]
        fn bytes_come_back_in_any_spelling(bytes in prop::collection::vec(
            (any::<u8>(), prop::sample::select(vec!["", "0x", "\\x"]), "[ ,;:\n-]{1,3}"), 0..40)) {
            let text: String = bytes.iter().map(|(byte, prefix, behind)| format!("{prefix}{byte:02x}{behind}")).collect();
            let wanted: Vec<u8> = bytes.iter().map(|(byte, ..)| *byte).collect();
            prop_assert_eq!(hex_bytes(&text), Ok(wanted));
        }

        /// No digit is joined with one beyond a separator, and the place of an error is where its character stands.
        #[test]
        fn what_is_read_is_what_stands_there(text in "[0-9a-gx\\\\?, 中-]{0,16}") {
            let at = |at| text.chars().nth(at);
            match hex_bytes(&text) {
                Ok(bytes) => for run in text.split(is_separator) {
                    let digits = run.replace("\\x", "");
                    prop_assert!(digits.len() % 2 == 0 || digits.contains("0x"), "{bytes:?}");
                },
                Err(HexError::NoDigit { at: place, character }) => prop_assert_eq!(at(place), Some(character)),
                Err(HexError::HalfByte { at: place }) => prop_assert!(at(place).is_some_and(|digit| digit.is_ascii_hexdigit())),
            }
        }
    }
}
