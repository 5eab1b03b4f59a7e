//! The hits of a search, in the order of their offsets.
//!
//! In scope: keeping each in eight bytes of a spool, reading them by number, finding them by offset. Out of scope: finding them in
//! the first place.

use std::io;

use crate::capture::{DiskQuota, Spool, SpoolWriter};
use crate::http::Span;

/// The bytes of one record.
const RECORD: usize = 8;
/// The lower bits of a record hold the length, the others the offset, so that records sort as offsets do. An offset may have 46
/// bits (64 TiB), a length 18.
const LENGTH_BITS: u32 = 18;
/// So many records are gathered before they go to the spool.
const GATHER: usize = 64 * 1024 / RECORD;

/// One hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// How many stand before it.
    pub number: u64,
    /// Its bytes.
    pub span: Span,
}

/// The hits that have been found so far. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Hits {
    spool: Spool,
    /// So many of the spool's.
    kept: u64,
    /// More that may become others when more bytes come.
    tail: std::sync::Arc<[Span]>,
}

impl Hits {
    pub(super) fn new(spool: Spool, kept: u64, tail: std::sync::Arc<[Span]>) -> Self {
        Self { spool, kept, tail }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.kept + self.tail.len() as u64
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hit number `number`, counted from 0; `None` past the last.
    ///
    /// # Errors
    /// The system's error if the spool's file can't be read.
    pub fn hit(&self, number: u64) -> io::Result<Option<Hit>> {
        Ok(self.range(number, 1)?.pop().map(|span| Hit { number, span }))
    }

    /// The first hit that begins at `offset` or later.
    ///
    /// # Errors
    /// As [`Hits::hit`].
    pub fn first_at_or_after(&self, offset: u64) -> io::Result<Option<Hit>> {
        self.hit(self.before(offset)?)
    }

    /// The last hit that begins before `offset`.
    ///
    /// # Errors
    /// As [`Hits::hit`].
    pub fn last_before(&self, offset: u64) -> io::Result<Option<Hit>> {
        self.before(offset)?.checked_sub(1).map_or(Ok(None), |number| self.hit(number))
    }

    /// The hits that share bytes with `span`: the first `limit` of them.
    ///
    /// # Errors
    /// As [`Hits::hit`].
    pub fn hits_in(&self, span: Span, limit: usize) -> io::Result<Vec<Span>> {
        // Hits don't overlap, so only one that begins before can reach into it.
        let first = self.before(span.start.saturating_add(1))?.saturating_sub(1);
        let mut hits = self.range(first, limit.saturating_add(1))?;
        hits.retain(|hit| !hit.intersect(span).is_empty());
        hits.truncate(limit);
        Ok(hits)
    }

    /// How many hits begin before `offset`.
    fn before(&self, offset: u64) -> io::Result<u64> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.range(middle, 1)?.pop() {
                Some(hit) if hit.start < offset => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Up to `count` hits from number `first` on.
    fn range(&self, first: u64, count: usize) -> io::Result<Vec<Span>> {
        let kept = usize::try_from(self.kept.saturating_sub(first)).unwrap_or(usize::MAX).min(count);
        let mut bytes = vec![0; kept * RECORD];
        let read = self.spool.read_at(first * RECORD as u64, &mut bytes)?;
        let (records, _) = bytes.get(..read).unwrap_or_default().as_chunks::<RECORD>();
        let mut hits: Vec<_> = records.iter().map(|record| unpack(u64::from_le_bytes(*record))).collect();
        let skipped = usize::try_from(first.saturating_sub(self.kept)).unwrap_or(usize::MAX);
        hits.extend(self.tail.iter().skip(skipped).take(count - kept));
        Ok(hits)
    }
}

/// The writing side.
pub(super) struct HitsWriter {
    writer: SpoolWriter,
    gathered: Vec<[u8; RECORD]>,
    count: u64,
}

impl HitsWriter {
    pub(super) fn on(disk: &DiskQuota) -> (Self, Spool) {
        let (writer, spool) = SpoolWriter::on(disk);
        (Self { writer, gathered: Vec::new(), count: 0 }, spool)
    }

    /// How many hits have been appended.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Appends a hit that begins behind the one before. It can be read after the next flush.
    pub(super) fn append(&mut self, hit: Span) -> io::Result<()> {
        self.gathered.push(pack(hit).to_le_bytes());
        self.count += 1;
        if self.gathered.len() < GATHER { Ok(()) } else { self.write() }
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.write()?;
        self.writer.flush()
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self.writer.append(self.gathered.as_flattened());
        self.gathered.clear();
        written
    }
}

fn pack(hit: Span) -> u64 {
    let length = hit.len().min((1 << LENGTH_BITS) - 1);
    (hit.start << LENGTH_BITS) | length
}

fn unpack(record: u64) -> Span {
    let (start, length) = (record >> LENGTH_BITS, record & ((1 << LENGTH_BITS) - 1));
    Span::new(start, start + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Hits from gaps and lengths, of which the last `tail` are not kept yet.
    fn hits(steps: &[(u64, u64)], tail: usize) -> (Hits, Vec<Span>) {
        let (mut writer, spool) = HitsWriter::on(&DiskQuota::default());
        let mut at = 0;
        let mut spans = Vec::new();
        for (gap, length) in steps {
            spans.push(Span::new(at + gap, at + gap + length));
            at += gap + length;
        }
        let (kept, rest) = spans.split_at(spans.len().saturating_sub(tail));
        kept.iter().for_each(|hit| writer.append(*hit).unwrap());
        writer.flush().unwrap();
        (Hits::new(spool, writer.count(), rest.into()), spans)
    }

    #[test]
    fn a_record_holds_a_hit_far_away_and_long() {
        for (start, length) in [(0, 1), ((1 << 46) - 1, 65536), (123_456_789_012, (1 << 18) - 1)] {
            let hit = Span::new(start, start + length);
            assert_eq!(unpack(pack(hit)), hit);
        }
    }

    #[test]
    fn many_hits_go_to_a_file_and_are_found_again() {
        let (hits, spans) = hits(&vec![(3, 2); 100_000], 7);
        assert_eq!(hits.len(), 100_000);
        for number in [0, 5_000, 99_992, 99_993, 99_999] {
            assert_eq!(hits.hit(number as u64).unwrap(), Some(Hit { number: number as u64, span: spans[number] }));
        }
        assert_eq!(hits.hit(100_000).unwrap(), None);
        assert_eq!(hits.hits_in(Span::new(0, u64::MAX), 10).unwrap(), spans[..10]);
    }

    proptest! {
        #[test]
        fn hits_are_found_by_offset(
            steps in prop::collection::vec((0_u64..5, 1_u64..5), 0..30),
            tail in 0_usize..10,
            from in 0_u64..150,
            length in 0_u64..60,
        ) {
            let (hits, spans) = hits(&steps, tail);
            prop_assert_eq!((hits.len(), hits.is_empty()), (spans.len() as u64, spans.is_empty()));
            let numbered = |number: usize| Hit { number: number as u64, span: spans[number] };
            let after = spans.iter().position(|span| span.start >= from).map(numbered);
            prop_assert_eq!(hits.first_at_or_after(from).unwrap(), after);
            let before = spans.iter().rposition(|span| span.start < from).map(numbered);
            prop_assert_eq!(hits.last_before(from).unwrap(), before);
            let span = Span::new(from, from + length);
            let inside = spans.iter().filter(|hit| !hit.intersect(span).is_empty()).copied();
            prop_assert_eq!(hits.hits_in(span, 1000).unwrap(), inside.collect::<Vec<_>>());
        }
    }
}
