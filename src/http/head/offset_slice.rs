//! A slice with the offset of its first byte in the direction.
//!
//! In scope: cutting and trimming a line with the right offsets, so that no parser does that arithmetic by itself. Whitespace is OWS: SP
//! and HTAB (RFC 9110 §5.6.3). Out of scope: what the pieces mean.

use crate::http::characters::is_ows;
use crate::http::span::Span;
use crate::http::violation::ViolationKind;

/// Some bytes and the offset of the first of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OffsetSlice<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) at: u64,
}

impl<'a> OffsetSlice<'a> {
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

    /// The first `n` bytes and the rest. With fewer than `n` bytes the rest is empty.
    pub(crate) fn split(self, n: usize) -> (OffsetSlice<'a>, OffsetSlice<'a>) {
        let (left, right) = self.bytes.split_at_checked(n).unwrap_or((self.bytes, &[]));
        let rest = self.at + left.len() as u64;
        (OffsetSlice::new(left, self.at), OffsetSlice::new(right, rest))
    }

    /// Whether the first byte is whitespace.
    pub(crate) fn starts_with_ows(self) -> bool {
        self.bytes.first().is_some_and(|&byte| is_ows(byte))
    }

    pub(crate) fn trim_start(self) -> OffsetSlice<'a> {
        let kept = self.bytes.iter().position(|&byte| !is_ows(byte));
        self.split(kept.unwrap_or(self.bytes.len())).1
    }

    pub(crate) fn trim_end(self) -> OffsetSlice<'a> {
        let last = self.bytes.iter().rposition(|&byte| !is_ows(byte));
        self.split(last.map_or(0, |last| last + 1)).0
    }

    /// The bytes that no line may hold: the offset of the first of each kind.
    pub(crate) fn bad_bytes(self) -> impl Iterator<Item = (u64, ViolationKind)> {
        // Nearly no line holds any. This loop has no early end, so that the compiler looks at many bytes at once.
        let has_any = self.bytes.iter().fold(false, |has_any, &byte| has_any | is_bad(byte));
        let kinds = [ViolationKind::BareCr, ViolationKind::Nul, ViolationKind::ControlCharacter];
        kinds.into_iter().filter(move |_| has_any).filter_map(move |kind| {
            let found = self.bytes.iter().position(|&byte| is_bad(byte) && violation_of(byte) == kind)?;
            Some((self.at + found as u64, kind))
        })
    }

    /// The slice without whitespace at either end.
    pub(crate) fn trim(self) -> OffsetSlice<'a> {
        self.trim_start().trim_end()
    }
}

/// Whether no line may hold `byte` (RFC 9110 §5.5).
fn is_bad(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// The violation of a line that holds `byte`, which is bad.
fn violation_of(byte: u8) -> ViolationKind {
    match byte {
        b'\r' => ViolationKind::BareCr,
        0 => ViolationKind::Nul,
        _ => ViolationKind::ControlCharacter,
    }
}

#[cfg(test)]
mod tests {
    use super::{OffsetSlice, Span};

    #[test]
    fn trimming_keeps_offsets() {
        let slice = OffsetSlice::new(b" \ta b\t ", 10);
        assert_eq!(slice.trim().span(), Span::new(12, 15));
        assert_eq!(slice.trim().bytes, b"a b");
        assert!(OffsetSlice::new(b" \t ", 10).trim().is_empty());
    }

    #[test]
    fn splitting_past_the_end_takes_all() {
        let (left, right) = OffsetSlice::new(b"abc", 7).split(9);
        assert_eq!(left.span(), Span::new(7, 10));
        assert_eq!(right.span(), Span::new(10, 10));
    }
}
