//! The Range field (RFC 9110 §14).

use crate::http::Span;

/// What a Range field asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ranged {
    /// Nothing that has to be heeded: another unit, several ranges, or no range at all.
    Whole,
    /// This part.
    Part(Span),
    /// A part that is not there.
    NoSuchPart,
}

/// Reads the value of a Range field for a file of `length` bytes.
#[must_use]
pub fn read(value: &[u8], length: u64) -> Ranged {
    let range = value.split_at_checked(6).filter(|(unit, _)| unit.eq_ignore_ascii_case(b"bytes="));
    let Some((first, last)) = range.and_then(|(_, range)| split(range)) else { return Ranged::Whole };
    let span = match (first, last) {
        (Some(first), Some(last)) if last < first => return Ranged::Whole,
        (Some(first), last) => Span::new(first, last.map_or(length, |last| last.saturating_add(1).min(length))),
        // Of nothing, the last so many are all (RFC 9110 §14.1.2).
        (None, Some(1..)) if length == 0 => return Ranged::Whole,
        (None, Some(count)) => Span::new(length.saturating_sub(count), length),
        (None, None) => return Ranged::Whole,
    };
    if span.start < span.end { Ranged::Part(span) } else { Ranged::NoSuchPart }
}

/// `first-last`, `first-` or `-count`; `None` if it is neither.
fn split(range: &[u8]) -> Option<(Option<u64>, Option<u64>)> {
    let text = std::str::from_utf8(range).ok()?.trim_matches([' ', '\t']);
    let (first, last) = text.split_once('-')?;
    let number = |text: &str| -> Option<Option<u64>> {
        if text.is_empty() {
            return Some(None);
        }
        // What is too large is past every end.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Some(text.parse().unwrap_or(u64::MAX)))
    };
    Some((number(first)?, number(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = |start, end| Ranged::Part(Span::new(start, end));
        for (value, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-5", part(2, 6)),
            ("Bytes=2-", part(2, 10)),
            ("bytes=-3", part(7, 10)),
            ("bytes=-30", part(0, 10)),
            ("bytes=9-99999999999999999999999", part(9, 10)),
            ("bytes=10-", Ranged::NoSuchPart),
            ("bytes=99999999999999999999-", Ranged::NoSuchPart),
            ("bytes=-0", Ranged::NoSuchPart),
            ("bytes=5-2", Ranged::Whole),
            ("bytes=-", Ranged::Whole),
            ("bytes=1-2,4-5", Ranged::Whole),
            ("bytes=a-b", Ranged::Whole),
            ("bytes=+1-2", Ranged::Whole),
            ("lines=1-2", Ranged::Whole),
            ("", Ranged::Whole),
        ] {
            assert_eq!(read(value.as_bytes(), 10), expected, "{value}");
        }
        assert_eq!(read(b"bytes=0-", 0), Ranged::NoSuchPart);
    }
}
