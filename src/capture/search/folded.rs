//! Finds bytes of which each may be one of two: letters in any case.
//!
//! In scope: looking for the rarest of them in both forms, then comparing the others. A regular expression does the same, but takes
//! several times as long where hits are many. Out of scope: letters whose cases differ in more than one byte.

use core::ops::Range;

use memchr::memchr2;

use super::spelling::Letter;

/// Bytes in the order of how often they are met in texts and programs, the most frequent first. All others are rare.
const FREQUENT: &[u8] = b" etaoinsrhldcumfpgwybvk\0\n0123456789.,-/\"<>=:;()_TSAICPENMRDLOBHFGWUVYKJ";

/// What is searched for.
#[derive(Clone, Debug)]
pub(super) struct Folded {
    /// Each byte in both its forms, which are the same for most.
    bytes: Vec<[u8; 2]>,
    /// Which of them is looked for first.
    rarest: usize,
}

impl Folded {
    /// For letters that each have one form, or two that differ in one byte; `None` for others.
    pub(super) fn of(letters: &[Letter]) -> Option<Self> {
        let mut bytes = Vec::new();
        for letter in letters {
            let (one, other) = match letter.as_slice() {
                [only] => (only, only),
                [one, other] => (one, other),
                _ => return None,
            };
            let differing = one.iter().zip(other).filter(|(one, other)| one != other).count();
            if one.len() != other.len() || differing > 1 {
                return None;
            }
            bytes.extend(one.iter().zip(other).map(|(one, other)| [*one, *other]));
        }
        let rank = |byte: u8| FREQUENT.iter().position(|frequent| *frequent == byte).unwrap_or(FREQUENT.len());
        let least = |pair: &[u8; 2]| pair.iter().map(|byte| rank(*byte)).min();
        let rarest = (0..bytes.len()).max_by_key(|i| bytes.get(*i).and_then(least))?;
        Some(Self { bytes, rarest })
    }

    /// How many bytes a hit has.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The first hit in `bytes` that begins at `from` or later.
    pub(super) fn find(&self, bytes: &[u8], from: usize) -> Option<Range<usize>> {
        let [one, other] = *self.bytes.get(self.rarest)?;
        let mut at = from + self.rarest;
        loop {
            let rarest = at + memchr2(one, other, bytes.get(at..)?)?;
            let start = rarest - self.rarest;
            let part = bytes.get(start..start + self.bytes.len())?;
            if part.iter().zip(&self.bytes).all(|(byte, [one, other])| byte == one || byte == other) {
                return Some(start..start + part.len());
            }
            at = rarest + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::spelling::letters;
    use super::*;
    use encoding_rs::{GBK, UTF_8, UTF_16LE, WINDOWS_1251};

    #[test]
    fn only_letters_with_one_byte_that_differs_are_searched_so() {
        for (text, encoding, length) in [
            ("Line ", UTF_8, Some(5)),
            ("第A章", UTF_8, Some(7)),
            ("Ab", UTF_16LE, Some(4)),
            ("Мир", WINDOWS_1251, Some(3)),
            ("é", UTF_8, Some(2)),
            // In two bytes, or of two lengths.
            ("ÿ", UTF_8, None),
            ("ı", UTF_8, None),
            ("ж", GBK, Some(2)),
        ] {
            let folded = letters(text, encoding, true).ok().as_deref().and_then(Folded::of);
            assert_eq!(folded.map(|folded| folded.len()), length, "{text} in {}", encoding.name());
        }
    }

    #[test]
    fn the_rarest_byte_is_looked_for_first() {
        for (text, rarest) in [("line ", 0), ("ee x", 3), ("needle", 3), ("a你", 3)] {
            let folded = Folded::of(&letters(text, UTF_8, true).unwrap()).unwrap();
            assert_eq!(folded.rarest, rarest, "{text}");
        }
        let folded = Folded::of(&letters("ab", UTF_8, true).unwrap()).unwrap();
        assert_eq!(folded.find(b"xaB ABa", 0), Some(1..3));
        assert_eq!(folded.find(b"xaB ABa", 2), Some(4..6));
        assert_eq!(folded.find(b"xaB ABa", 5), None);
        assert_eq!(folded.find(b"", 0), None);
        assert_eq!(folded.find(b"a", 7), None);
    }
}
