//! Rows of text, laid out from bytes by the same rule as the index.

use super::highlighter::{Highlighter, TokenKind};
use super::line_breaker::{LineBreaker, TAB, Unit, decode};
use crate::http::Span;
use crate::view::visible::push_visible;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRow {
    /// Where it begins in the text, in bytes,
    pub offset: u64,
    /// and where the next one does.
    pub end: u64,
    /// What is shown: marks for what would not be seen, tabs as spaces.
    pub text: String,
    /// Each place in what is shown where a character of the text begins, with the offset of that.
    pub places: Vec<(usize, u64)>,
    /// Where the last character ends that is shown.
    pub stop: u64,
    /// How many bytes of the line follow that are not shown, as the line is too long.
    pub more: u64,
    /// Its parts; empty if it is plain.
    pub parts: Vec<TextPart>,
}

/// A part of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextPart {
    /// From which byte of the row's text on.
    pub start: usize,
    /// What it belongs to.
    pub paint: TokenKind,
    /// Where the lit span begins that it belongs to; `None`: it is not lit.
    pub lit: Option<u64>,
    /// Whether it belongs to what is chosen.
    pub is_chosen: bool,
}

/// What a text is painted by, from one place on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Painter<'a> {
    /// The machine, which stands at the next byte; `None`: nothing is coloured.
    pub(super) machine: Option<Highlighter>,
    /// What is lit, in order.
    pub(super) lit: &'a [Span],
    /// What is chosen.
    pub(super) chosen: Span,
}

/// Lays out up to `count` rows of `columns` columns, painted by `painter`. `bytes` begin at `offset` of the text, at the beginning of a
/// row. A character that the bytes don't hold whole is shown as U+FFFD.
pub(super) fn wrapped(
    bytes: &[u8],
    offset: u64,
    columns: usize,
    count: usize,
    mut painter: Painter<'_>,
) -> Vec<TextRow> {
    let mut breaker = LineBreaker::new(columns);
    let mut rows = Vec::new();
    let mut row: Option<TextRow> = None;
    for (at, unit, own) in units(bytes) {
        let start = offset + at as u64;
        let next = row.get_or_insert_with(|| TextRow::begun(start));
        let mut column = breaker.column();
        if unit != Unit::Char('\n', 1) && breaker.breaks_before(unit) {
            let full = std::mem::replace(next, TextRow::begun(start));
            rows.push(TextRow { end: start, ..full });
            column = 0;
        }
        if rows.len() >= count {
            return rows;
        }
        let part = painter.paint(own, start);
        if unit == Unit::Char('\n', 1) {
            breaker.restart();
            rows.extend(row.take().map(|row| TextRow { end: start + 1, ..row }));
        } else if let Some(row) = &mut row {
            let is_line_end = unit == Unit::Char('\r', 1) && bytes.get(at + 1) == Some(&b'\n');
            // The CR of a CRLF shows no more than its LF.
            if !is_line_end {
                row.push(unit, column, part, Span::new(start, start + own.len() as u64));
            }
        }
        if rows.len() >= count {
            return rows;
        }
    }
    rows.extend(row.map(|row| TextRow { end: offset + bytes.len() as u64, ..row }));
    rows
}

/// One line, which is not wrapped: what stands in its columns from `from` on, up to `columns` of them. `bytes` are the line from
/// its beginning at `offset`, without its end; if `is_cut`, more of it follows.
pub(super) fn line(
    bytes: &[u8],
    offset: u64,
    (from, columns): (usize, usize),
    is_cut: bool,
    painter: &mut Painter<'_>,
) -> TextRow {
    let mut breaker = LineBreaker::new(usize::MAX);
    let mut row = TextRow::begun(offset);
    for (at, unit, own) in units(bytes) {
        if is_cut && unit == Unit::Incomplete {
            break;
        }
        let start = offset + at as u64;
        let part = painter.paint(own, start);
        row.end = start + own.len() as u64;
        let column = breaker.column();
        breaker.breaks_before(unit);
        if column >= from {
            row.push(unit, column, part, Span::new(start, start + own.len() as u64));
        }
        if breaker.column() >= from.saturating_add(columns) {
            break;
        }
    }
    row
}

/// The columns that `bytes` take, from the beginning of a row.
pub(super) fn width(bytes: &[u8]) -> usize {
    let mut breaker = LineBreaker::new(usize::MAX);
    units(bytes).for_each(|(_, unit, _)| _ = breaker.breaks_before(unit));
    breaker.column()
}

/// The characters of `bytes`: where each begins, what it is, and its bytes. The last one may be cut.
fn units(bytes: &[u8]) -> impl Iterator<Item = (usize, Unit, &[u8])> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let (at, left) = (next, bytes.get(next..).filter(|left| !left.is_empty())?);
        let unit = decode(left);
        let own = left.get(..unit.length().unwrap_or(left.len())).unwrap_or(left);
        next += own.len();
        Some((at, unit, own))
    })
}

impl TextRow {
    fn begun(offset: u64) -> Self {
        let (text, places, parts) = (String::new(), Vec::new(), Vec::new());
        Self { offset, end: offset, text, places, stop: offset, more: 0, parts }
    }

    /// Its parts, each with its text.
    pub fn parts(&self) -> impl Iterator<Item = (&str, TextPart)> {
        let ends = self.parts.iter().skip(1).map(|part| part.start).chain([self.text.len()]);
        let whole = self.parts.is_empty().then_some((self.text.as_str(), TextPart::default()));
        let parts = self.parts.iter().zip(ends);
        whole.into_iter().chain(parts.map(|(part, end)| (self.text.get(part.start..end).unwrap_or_default(), *part)))
    }

    /// The bytes of the character before which `chars` characters of what is shown stand; behind the last one, the end of the row.
    #[must_use]
    pub fn character_at(&self, chars: usize) -> Span {
        let Some((byte, _)) = self.text.char_indices().nth(chars) else { return Span::new(self.stop, self.end) };
        let after = self.places.partition_point(|(begin, _)| *begin <= byte);
        let start = after.checked_sub(1).and_then(|at| self.places.get(at)).map_or(self.offset, |(_, offset)| *offset);
        Span::new(start, self.places.get(after).map_or(self.stop, |(_, offset)| *offset))
    }

    /// Appends `unit`, which stands at `column` and is the bytes `place`.
    fn push(&mut self, unit: Unit, column: usize, part: Option<TextPart>, place: Span) {
        self.places.push((self.text.len(), place.start));
        self.stop = place.end;
        let last = self.parts.last().map(|part| TextPart { start: 0, ..*part });
        let part = part.or_else(|| last.map(|_| TextPart::default()));
        if let Some(part) = part.filter(|part| last != Some(*part)) {
            self.parts.push(TextPart { start: self.text.len(), ..part });
        }
        match unit {
            Unit::Char('\t', _) => self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB)),
            Unit::Char(ch, _) => push_visible(&mut self.text, ch),
            Unit::Invalid(_) | Unit::Incomplete => self.text.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

impl Painter<'_> {
    /// Passes over `bytes`, the next character, which begins at `offset`; what it is painted with, if anything is painted: a part that
    /// begins at 0.
    fn paint(&mut self, bytes: &[u8], offset: u64) -> Option<TextPart> {
        let mut paints = bytes.iter().map(|byte| self.machine.as_mut().map(|machine| machine.step(*byte)));
        let paint = paints.next().flatten();
        paints.for_each(drop);
        while self.lit.first().is_some_and(|span| span.end <= offset) {
            self.lit = self.lit.get(1..).unwrap_or_default();
        }
        if self.machine.is_none() && self.lit.is_empty() && self.chosen.end <= offset {
            return None;
        }
        let own = Span::new(offset, offset + bytes.len() as u64);
        let lit = self.lit.first().filter(|span| span.start < own.end).map(|span| span.start);
        Some(TextPart {
            start: 0,
            paint: paint.unwrap_or_default(),
            lit,
            is_chosen: !own.intersect(self.chosen).is_empty(),
        })
    }
}
