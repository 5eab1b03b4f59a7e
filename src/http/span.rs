//! A range of bytes in one direction of a connection.
//!
//! In scope: the arithmetic of half-open ranges. Out of scope: the bytes themselves.

/// The bytes from offset `start` up to, and not including, offset `end`.
///
/// Offsets count from the first byte of the direction, which is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset just past the last byte; never less than `start` when made by [`Span::new`].
    pub end: u64,
}

impl Span {
    /// The span `start..end`. When `end` lies before `start`, the span is empty and lies at `start`.
    pub fn new(start: u64, end: u64) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Length in bytes.
    pub fn len(self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span has no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether the span has the byte at `offset`.
    pub fn contains(self, offset: u64) -> bool {
        (self.start..self.end).contains(&offset)
    }

    /// The bytes of the span that `raw` has. The first byte of `raw` lies at `start`.
    pub(super) fn slice(self, raw: &[u8], start: u64) -> &[u8] {
        let inside = self.intersect(Span::new(start, start + raw.len() as u64));
        let index = |offset: u64| usize::try_from(offset.saturating_sub(start)).ok();
        let range = index(inside.start).zip(index(inside.end));
        range.and_then(|(start, end)| raw.get(start..end)).unwrap_or_default()
    }

    /// The bytes that are in both spans. Empty when they share none.
    pub fn intersect(self, other: Span) -> Span {
        Span::new(self.start.max(other.start), self.end.min(other.end))
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn is_half_open() {
        let span = Span::new(3, 5);
        assert_eq!(span.len(), 2);
        assert!(!span.contains(2) && span.contains(3) && span.contains(4) && !span.contains(5));
        assert!(Span::new(5, 3).is_empty());
        assert!(!Span::new(5, 5).contains(5));
    }

    #[test]
    fn intersects() {
        let span = Span::new(3, 8);
        assert_eq!(span.intersect(Span::new(0, 5)), Span::new(3, 5));
        assert_eq!(span.intersect(Span::new(4, 5)), Span::new(4, 5));
        assert!(span.intersect(Span::new(8, 9)).is_empty());
        assert!(span.intersect(Span::new(0, 1)).is_empty());
    }
}
