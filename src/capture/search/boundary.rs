//! Where characters begin in the encodings in which the second byte of one can look like the first of another.
//!
//! In scope: GBK, gb18030, Big5, Shift_JIS, EUC-JP, EUC-KR, by the form of their bytes (WHATWG Encoding standard), not by whether a
//! character is assigned. Out of scope: UTF-8, whose characters can't be mistaken; UTF-16, in which a hit may begin at any byte,
//! since the head before a text has any length; ISO-2022-JP, whose bytes have a meaning only after an escape sequence.
//!
//! Characters are counted from the first byte that is searched. A byte below 0x30 always stands for itself, so there the counting
//! begins anew.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};

/// Below this, a byte is no part of a longer character.
const ALONE: u8 = 0x30;

/// How many bytes from the beginning of a character on tell how long it is.
pub(super) const CHARACTER_MAX: usize = 4;

/// The family of an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Multibyte {
    Gb,
    Big5,
    ShiftJis,
    EucJp,
    EucKr,
}

impl Multibyte {
    /// The family of `encoding`; `None` if a hit in it needs no check.
    pub(super) fn of(encoding: &'static Encoding) -> Option<Self> {
        let families = [
            (GBK, Self::Gb),
            (GB18030, Self::Gb),
            (BIG5, Self::Big5),
            (SHIFT_JIS, Self::ShiftJis),
            (EUC_JP, Self::EucJp),
            (EUC_KR, Self::EucKr),
        ];
        families.into_iter().find(|(known, _)| *known == encoding).map(|(_, family)| family)
    }

    /// The length of the character at the beginning of `bytes`; 1 for bytes that are none.
    fn length(self, bytes: &[u8]) -> usize {
        let (lead, second) = (bytes.first().copied().unwrap_or(0), bytes.get(1).copied().unwrap_or(0));
        let is_pair = match self {
            Self::Gb if (0x81..=0xfe).contains(&lead) && second.is_ascii_digit() => {
                let is_four = matches!(bytes, [_, _, 0x81..=0xfe, b'0'..=b'9', ..]);
                return if is_four { 4 } else { 1 };
            }
            Self::Gb => matches!((lead, second), (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe)),
            Self::Big5 => matches!((lead, second), (0x81..=0xfe, 0x40..=0x7e | 0xa1..=0xfe)),
            Self::ShiftJis => {
                matches!((lead, second), (0x81..=0x9f | 0xe0..=0xfc, 0x40..=0x7e | 0x80..=0xfc))
            }
            Self::EucJp if lead == 0x8f => {
                let is_three = matches!(bytes, [_, 0xa1..=0xfe, 0xa1..=0xfe, ..]);
                return if is_three { 3 } else { 1 };
            }
            Self::EucJp => matches!((lead, second), (0x8e, 0xa1..=0xdf) | (0xa1..=0xfe, 0xa1..=0xfe)),
            Self::EucKr => matches!((lead, second), (0x81..=0xfe, 0x41..=0xfe)),
        };
        if is_pair { 2 } else { 1 }
    }

    /// The first beginning of a character in `bytes` that is not before `to`, and the last that is; `known` is one of them.
    pub(super) fn walk(self, bytes: &[u8], known: usize, to: usize) -> (usize, usize) {
        let passed = bytes.get(known..to).unwrap_or_default();
        let alone = passed.iter().rposition(|byte| *byte < ALONE);
        let mut before = alone.map_or(known, |at| known + at);
        let mut at = before;
        while at < to {
            before = at;
            at += self.length(bytes.get(at..).unwrap_or_default());
        }
        (at, before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where characters begin, by `walk` from the first byte to every place.
    fn beginnings(family: Multibyte, bytes: &[u8]) -> Vec<usize> {
        (0..bytes.len()).filter(|to| family.walk(bytes, 0, *to).0 == *to).collect()
    }

    #[test]
    fn characters_begin_where_the_encoder_began_them() {
        let text = "a中0文b大小。漢字9カタ한글~";
        for encoding in [GBK, GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR] {
            let family = Multibyte::of(encoding).unwrap();
            let (mut bytes, mut expected) = (Vec::new(), Vec::new());
            for character in text.chars() {
                let mut utf8 = [0; 4];
                let (coded, _, unmapped) = encoding.encode(character.encode_utf8(&mut utf8));
                if !unmapped {
                    expected.push(bytes.len());
                    bytes.extend_from_slice(&coded);
                }
            }
            assert!(expected.len() > 8, "{}", encoding.name());
            assert_eq!(beginnings(family, &bytes), expected, "{}", encoding.name());
        }
        // A character of four bytes, two of which are digits.
        assert_eq!(beginnings(Multibyte::Gb, b"\x81\x30\x81\x300\x81\x40"), [0, 4, 5]);
        // Of three, as JIS X 0212 is written.
        assert_eq!(beginnings(Multibyte::EucJp, b"\x8f\xb0\xa1a\x8e\xb1"), [0, 3, 4]);
    }

    #[test]
    fn counting_begins_anew_at_a_byte_that_stands_alone() {
        // A lead byte without its second.
        assert_eq!(beginnings(Multibyte::Gb, b"\xc4\n\xc4\xe3"), [0, 1, 2]);
        assert_eq!(Multibyte::Gb.walk(b"\xc4\n\xc4\xe3\xba", 0, 3), (4, 2));
    }
}
