//! Rows of text, laid out from bytes by the same rule as the index.

use core::ops::Range;

use super::breaker::{Breaker, Unit, decode};
use super::highlight::{Highlighter, Paint};
use super::visible::push_visible;
use crate::http::Span;

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextRow {
    /// Where it begins in the text, in bytes.
    pub offset: u64,
    /// What is shown: marks for what would not be seen, tabs as spaces.
    pub text: String,
    /// Whether it continues a line that was too long for one row.
    pub continues: bool,
    /// What its parts belong to: from which byte of `text` on; empty if nobody asked.
    pub paints: Vec<(usize, Paint)>,
    /// What of `text` is marked, and by which of the spans that were to be marked.
    pub marks: Vec<(usize, Range<usize>)>,
}

/// Lays out up to `count` rows of `columns` columns, after passing over `skip` rows. `bytes` begin at `offset` of the text, at the
/// beginning of a row. A character that the bytes don't hold whole is shown as U+FFFD.
#[must_use]
pub fn rows_from(bytes: &[u8], offset: u64, columns: usize, skip: u64, count: usize) -> Vec<TextRow> {
    rows_painted(bytes, offset, columns, skip, count, None, &[])
}

/// As [`rows_from`], and each part with what it belongs to by `highlighter`, which stands at `offset`; `marks` are
/// spans of the text, in order, which don't overlap.
#[must_use]
pub fn rows_painted(
    bytes: &[u8],
    offset: u64,
    columns: usize,
    skip: u64,
    count: usize,
    mut highlighter: Option<Highlighter>,
    marks: &[Span],
) -> Vec<TextRow> {
    let mut layout = Layout { breaker: Breaker::new(columns), rows: Vec::new(), skip, count, row: None };
    let mut at = 0;
    let mut marks = marks.iter().copied().enumerate().peekable();
    while let Some(left) = bytes.get(at..).filter(|left| !left.is_empty()) {
        if layout.is_full() {
            return layout.rows;
        }
        let unit = decode(left);
        let length = match unit {
            Unit::Incomplete => left.len(),
            Unit::Char(_, length) | Unit::Invalid(length) => length,
        };
        let mut paints = left.iter().take(length).map(|byte| highlighter.as_mut().map(|machine| machine.step(*byte)));
        let paint = paints.next().flatten();
        paints.for_each(drop);
        let place = offset + at as u64;
        while marks.next_if(|(_, span)| span.end <= place).is_some() {}
        let mark = marks.peek().filter(|(_, span)| span.start < place + length as u64).map(|(number, _)| *number);
        layout.take(unit, place, left.get(length), paint, mark);
        at += length;
    }
    layout.end_row();
    layout.rows
}

struct Layout {
    breaker: Breaker,
    rows: Vec<TextRow>,
    skip: u64,
    count: usize,
    row: Option<TextRow>,
}

impl TextRow {
    /// Marks the text from `from` on.
    fn mark(&mut self, number: usize, from: usize) {
        match self.marks.last_mut() {
            Some((last, range)) if *last == number => range.end = self.text.len(),
            _ => self.marks.push((number, from..self.text.len())),
        }
    }

    /// Its parts, each with what it belongs to and by which span it is marked.
    pub fn marked_parts(&self) -> impl Iterator<Item = (&str, Paint, Option<usize>)> {
        let mut start = 0;
        self.parts().flat_map(move |(part, paint)| {
            let place = start..start + part.len();
            start = place.end;
            self.split(place).map(move |(range, mark)| (self.text.get(range).unwrap_or_default(), paint, mark))
        })
    }

    /// Splits `place` where marks begin and end.
    fn split(&self, place: Range<usize>) -> impl Iterator<Item = (Range<usize>, Option<usize>)> {
        let inside = self.marks.iter().filter(move |(_, mark)| mark.start < place.end && place.start < mark.end);
        let mut at = place.start;
        let mut parts = Vec::new();
        for (number, mark) in inside {
            let (from, to) = (mark.start.max(place.start), mark.end.min(place.end));
            parts.extend([(at..from, None), (from..to, Some(*number))]);
            at = to;
        }
        parts.push((at..place.end, None));
        parts.into_iter().filter(|(range, _)| !range.is_empty())
    }

    /// Its parts, each with what it belongs to.
    pub fn parts(&self) -> impl Iterator<Item = (&str, Paint)> {
        let ends = self.paints.iter().skip(1).map(|(start, _)| *start).chain([self.text.len()]);
        let whole = self.paints.is_empty().then_some((self.text.as_str(), Paint::Plain));
        let parts = self.paints.iter().zip(ends);
        whole
            .into_iter()
            .chain(parts.map(|((start, paint), end)| (self.text.get(*start..end).unwrap_or_default(), *paint)))
    }
}

impl Layout {
    fn is_full(&self) -> bool {
        self.rows.len() >= self.count
    }

    fn take(&mut self, unit: Unit, at: u64, next: Option<&u8>, paint: Option<Paint>, mark: Option<usize>) {
        let begun = |continues| TextRow { offset: at, continues, ..TextRow::default() };
        let row = self.row.get_or_insert_with(|| begun(false));
        if unit == Unit::Char('\n', 1) {
            self.breaker.restart();
            return self.end_row();
        }
        let before = self.breaker.width_of(unit);
        if self.breaker.breaks_before(unit) {
            let full = std::mem::replace(row, begun(true));
            self.push(full);
        }
        let Some(row) = &mut self.row else { return };
        if let Some(paint) = paint.filter(|paint| row.paints.last().is_none_or(|(_, last)| last != paint)) {
            row.paints.push((row.text.len(), paint));
        }
        let from = row.text.len();
        match unit {
            Unit::Char('\t', _) => {
                let spaces = if row.text.is_empty() { super::breaker::TAB } else { before };
                row.text.extend(std::iter::repeat_n(' ', spaces));
            }
            // The CR of a CRLF shows no more than its LF.
            Unit::Char('\r', _) if next == Some(&b'\n') => {}
            Unit::Char(ch, _) => push_visible(&mut row.text, ch),
            Unit::Invalid(_) | Unit::Incomplete => row.text.push(char::REPLACEMENT_CHARACTER),
        }
        if let Some(number) = mark {
            row.mark(number, from);
        }
    }

    fn end_row(&mut self) {
        if let Some(row) = self.row.take() {
            self.push(row);
        }
    }

    fn push(&mut self, row: TextRow) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.is_full() {
            self.rows.push(row);
        }
    }
}
