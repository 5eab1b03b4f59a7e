//! A character of UTF-8 of which one read brought the beginning and the next one the rest (RFC 3629 §3).

/// A character that a border goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitCharacter {
    /// How many of its bytes lie before the border.
    pub before: usize,
    /// How many bytes it has.
    pub length: usize,
    /// The character.
    pub character: char,
}

impl SplitCharacter {
    /// A character has no more bytes.
    pub const LONGEST: usize = 4;

    /// The character that the border between two pieces of text goes through, if it does. The last bytes of the one and the first
    /// of the other are enough.
    pub fn between(before: &[u8], after: &[u8]) -> Option<Self> {
        let begins = (1..Self::LONGEST).filter_map(|back| before.get(before.len().checked_sub(back)?..));
        let start = begins.into_iter().find(|rest| rest.first().is_some_and(|byte| *byte >= 0xc0))?;
        let length: usize = match start.first()? {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let rest = after.get(..length.checked_sub(start.len()).filter(|missing| *missing > 0)?)?;
        let whole = [start, rest].concat();
        let character = std::str::from_utf8(&whole).ok()?.chars().next()?;
        Some(Self { before: start.len(), length, character })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_border_through_a_character_is_found_and_no_other() {
        let text = "a中é😀z";
        let bytes = text.as_bytes();
        for at in 0..=bytes.len() {
            let found = SplitCharacter::between(&bytes[..at], &bytes[at..]);
            assert_eq!(found.is_none(), text.is_char_boundary(at), "{at}");
            let Some(found) = found else { continue };
            let start = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            assert_eq!(Some(found.character), text[start..].chars().next());
            assert_eq!((found.before, found.length), (at - start, found.character.len_utf8()));
        }
    }

    #[test]
    fn what_is_no_text_has_none() {
        for (before, after) in [(&b"\xe4"[..], &b"ab"[..]), (b"\xff\xfe", b"\x80"), (b"", b"\xb8"), (b"\xe4\xb8", b"")]
        {
            assert_eq!(SplitCharacter::between(before, after), None);
        }
    }
}
