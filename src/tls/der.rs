//! The elements of DER (X.690), as far as reading a certificate needs them.
//!
//! In scope: tags and lengths of elements one after the other, and object identifiers in decimal. Out of scope: tags of more than one byte,
//! which no certificate has; whether an encoding is the only one that DER allows; writing.

/// The tag of an OBJECT IDENTIFIER.
pub(super) const IDENTIFIER: u8 = 0x06;
/// The tag of an INTEGER.
pub(super) const INTEGER: u8 = 0x02;
/// The tag of a BIT STRING.
pub(super) const BIT_STRING: u8 = 0x03;
/// The tag of an OCTET STRING.
pub(super) const OCTET_STRING: u8 = 0x04;
/// The tag of a UTCTime, a date whose year has two digits.
pub(super) const UTC_TIME: u8 = 0x17;
/// The tag of a SEQUENCE.
pub(super) const SEQUENCE: u8 = 0x30;

/// The most bytes of an object identifier that is written in decimal. A longer one is not known, and slow to write.
const IDENTIFIER_MAX: usize = 64;

/// One element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// The class and the number of the tag.
    pub tag: u8,
    /// The bytes of the element without tag and length.
    pub content: &'a [u8],
    /// All bytes of the element.
    pub whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside of it.
    pub fn inside(self) -> Elements<'a> {
        Elements(self.content)
    }

    /// The element as an object identifier in decimal: `2.5.4.3`. `?` for one that can't be written so.
    pub fn figures(self) -> String {
        self.identifier().unwrap_or_else(|| "?".to_owned())
    }

    /// The same by its name, where `name` knows one.
    pub fn known_as(self, name: fn(&str) -> Option<&'static str>) -> String {
        let figures = self.figures();
        name(&figures).map_or(figures, str::to_owned)
    }

    fn identifier(self) -> Option<String> {
        if self.tag != IDENTIFIER || self.content.len() > IDENTIFIER_MAX {
            return None;
        }
        let mut figures = String::new();
        let mut number = 0_u64;
        for byte in self.content {
            number = number.checked_mul(128)? | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                // The first two figures are one number (X.690 §8.19.4).
                let first = (number / 40).min(2);
                let text =
                    if figures.is_empty() { format!("{first}.{}", number - first * 40) } else { format!(".{number}") };
                figures.push_str(&text);
                number = 0;
            }
        }
        (!figures.is_empty()).then_some(figures)
    }
}

/// Elements that lie one after the other. They end where the bytes end, or where there is no element.
#[derive(Clone, Copy)]
pub(super) struct Elements<'a>(pub &'a [u8]);

impl<'a> Elements<'a> {
    /// The next element. Returns `None` if there is none, or if its tag is not `tag`.
    pub fn take_tagged(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut rest = *self;
        let element = rest.next().filter(|element| element.tag == tag)?;
        *self = rest;
        Some(element)
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let (tag, rest) = self.0.split_first()?;
        let (length, rest) = length(rest)?;
        let (content, after) = rest.split_at_checked(length)?;
        let (whole, _) = self.0.split_at_checked(self.0.len() - after.len())?;
        self.0 = after;
        Some(Element { tag: *tag, content, whole })
    }
}

/// The length at the beginning of `bytes`, and the bytes after it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    match first {
        0..=0x7f => Some((usize::from(*first), rest)),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            let length = digits.iter().fold(0, |length: u64, digit| length << 8 | u64::from(*digit));
            Some((usize::try_from(length).ok()?, rest))
        }
        // DER has no length that is found only at the end.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_one_after_the_other_and_inside_of_each_other() {
        let bytes = [0x30, 0x81, 3, 0x02, 1, 7, 0x05, 0, 0x04];
        let mut elements = Elements(&bytes);
        assert_eq!(elements.take_tagged(INTEGER), None);
        let sequence = elements.take_tagged(SEQUENCE).unwrap();
        assert_eq!(sequence.whole, &bytes[..6]);
        assert_eq!(
            sequence.inside().map(|element| (element.tag, element.content)).collect::<Vec<_>>(),
            [(2, &[7][..])]
        );
        assert_eq!(elements.next().unwrap().content, b"");
        assert_eq!(elements.next(), None);
    }

    #[test]
    fn what_promises_more_than_there_is_is_no_element() {
        for bytes in
            [&[0x30][..], &[0x30, 1], &[0x30, 0x80, 0, 0], &[0x30, 0x82, 1], &[0x30, 0x84, 255, 255, 255, 255, 0]]
        {
            assert_eq!(Elements(bytes).next(), None, "{bytes:?}");
        }
    }

    #[test]
    fn object_identifiers_are_written_in_figures() {
        let figures = |content: &[u8]| Element { tag: IDENTIFIER, content, whole: content }.figures();
        assert_eq!(figures(&[0x55, 4, 3]), "2.5.4.3");
        assert_eq!(figures(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11]), "1.2.840.113549.1.1.11");
        assert_eq!(figures(&[0x09, 0x92, 0x26]), "0.9.2342");
        assert_eq!(figures(&[0x88, 0x37]), "2.999");
        for unknown in [&[][..], &[0xff; 12], &[1; IDENTIFIER_MAX + 1]] {
            assert_eq!(figures(unknown), "?");
        }
    }
}
