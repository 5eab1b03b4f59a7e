//! A slice that knows where in the direction it lies.
//!
//! In scope: cutting and trimming a line while keeping absolute offsets right, so that
//! the parsers never do that arithmetic themselves. Out of scope: what the parts mean.
//! Whitespace is OWS, SP and HTAB (RFC 9110 §5.6.3).

use crate::http::characters::is_blank;
use crate::http::span::Span;
use crate::http::violation::ViolationKind;

/// Some bytes and the offset of the first of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: u64,
}

impl<'a> Part<'a> {
    pub(crate) fn new(bytes: &'a [u8], at: u64) -> Self {
        Self { bytes, at }
    }

    /// Offset just past the last byte.
    pub(crate) fn end(self) -> u64 {
        self.at + self.bytes.len() as u64
    }

    pub(crate) fn span(self) -> Span {
        Span::new(self.at, self.end())
    }

    pub(crate) fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The first `n` bytes and the rest; all and nothing when there are fewer.
    pub(crate) fn split(self, n: usize) -> (Part<'a>, Part<'a>) {
        let (left, right) = self.bytes.split_at_checked(n).unwrap_or((self.bytes, &[]));
        let rest = self.at + left.len() as u64;
        (Part::new(left, self.at), Part::new(right, rest))
    }

    /// Whether it begins with whitespace.
    pub(crate) fn begins_blank(self) -> bool {
        self.bytes.first().is_some_and(|&byte| is_blank(byte))
    }

    pub(crate) fn trim_start(self) -> Part<'a> {
        let kept = self.bytes.iter().position(|&byte| !is_blank(byte));
        self.split(kept.unwrap_or(self.bytes.len())).1
    }

    pub(crate) fn trim_end(self) -> Part<'a> {
        let last = self.bytes.iter().rposition(|&byte| !is_blank(byte));
        self.split(last.map_or(0, |last| last + 1)).0
    }

    /// The bytes that no line may hold, the first of each, and where they are.
    pub(crate) fn bad_bytes(self) -> impl Iterator<Item = (u64, ViolationKind)> {
        let found = [(b'\r', ViolationKind::BareCr), (0, ViolationKind::Nul)];
        found.into_iter().filter_map(move |(byte, kind)| {
            memchr::memchr(byte, self.bytes).map(|found| (self.at + found as u64, kind))
        })
    }

    /// Without whitespace at either end.
    pub(crate) fn trim(self) -> Part<'a> {
        self.trim_start().trim_end()
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Span};

    #[test]
    fn trimming_keeps_offsets() {
        let part = Part::new(b" \ta b\t ", 10);
        assert_eq!(part.trim().span(), Span::new(12, 15));
        assert_eq!(part.trim().bytes, b"a b");
        assert!(Part::new(b" \t ", 10).trim().is_empty());
    }

    #[test]
    fn splitting_past_the_end_takes_all() {
        let (left, right) = Part::new(b"abc", 7).split(9);
        assert_eq!(left.span(), Span::new(7, 10));
        assert_eq!(right.span(), Span::new(10, 10));
    }
}
