//! The rows of a text that are on the screen, read from where it lies.
//!
//! In scope: reading no more than they need, at any place of a text of any size; the row at an offset, and the offset of a row.
//! Out of scope: drawing.

use super::highlight_index::HighlightIndex;
use super::highlighter::Highlighter;
use super::line_index::LineIndex;
use super::row::{Painter, TextRow, line, width, wrapped};
use super::row_finder::{RowFinder, Wrap};
use crate::capture::Content;
use crate::http::Span;

/// How many bytes of a line that is not wrapped are shown at most.
pub const LINE_MAX: u64 = 64 * 1024;
/// How many bytes of lines that are not wrapped are read at a time.
const BUFFER: u64 = 2 * LINE_MAX;
/// How many bytes the rows on a screen have at most: there are some hundred, of some hundred columns, and a column has at most 4
/// bytes besides characters that take none, whose number is bounded too.
const SCREEN: u64 = 1024 * 1024;

/// A text and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct TextPage<'a> {
    /// Where it lies.
    pub content: Content<'a>,
    /// Its rows.
    pub index: &'a LineIndex,
    /// What can be coloured in it.
    pub highlights: Option<&'a HighlightIndex>,
    /// What is lit in it, in order; none of them overlap.
    pub lit: &'a [Span],
    /// What is chosen in it.
    pub chosen: Span,
}

/// Which rows are wanted, and where lines are not wrapped, which columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The first row,
    pub first: u64,
    /// and how many.
    pub rows: usize,
    /// The first column,
    pub from: usize,
    /// and how many.
    pub columns: usize,
}

impl TextPage<'_> {
    /// The rows of `slice`, as far as they have been counted.
    pub fn rows(&self, slice: Slice) -> Vec<TextRow> {
        let Some(begin) = self.begin_of(slice.first) else { return Vec::new() };
        let left = usize::try_from(self.index.rows() - slice.first).unwrap_or(usize::MAX);
        let slice = Slice { rows: slice.rows.min(left), ..slice };
        match self.index.wrap() {
            Wrap::Columns(columns) => self.wrapped(begin, columns, slice.rows),
            Wrap::Off => self.lines(begin, slice),
        }
    }

    /// Where row `row` begins; `None` if it has not been counted yet.
    pub fn begin_of(&self, row: u64) -> Option<u64> {
        let (offset, skip) = self.index.locate(row)?;
        if skip == 0 {
            return Some(offset);
        }
        let mut passed = 0;
        let mut begin = None;
        self.find(offset, offset + self.index.skipped_max(), |at| {
            if passed == skip {
                begin = Some(at);
            }
            passed += 1;
        });
        begin
    }

    /// The row that holds `offset`; `None` if that has not been counted yet.
    pub fn row_of(&self, offset: u64) -> Option<u64> {
        let (row, begin) = self.index.locate_offset(offset)?;
        let mut begun: u64 = 0;
        let end = (offset + 4).min(begin + self.index.skipped_max());
        self.find(begin, end, |at| begun += u64::from(at <= offset));
        Some(row + begun.saturating_sub(1))
    }

    /// The column at which `offset` stands in row `row`, which holds it; where lines are not wrapped, at most the last that is shown.
    pub fn column_of(&self, row: u64, offset: u64) -> usize {
        let Some(begin) = self.begin_of(row) else { return 0 };
        let bytes = self.content.read(Span::new(begin, offset.min(begin + LINE_MAX))).unwrap_or_default();
        width(&bytes)
    }

    /// Tells `begun` of each row that begins from `start` on, where one does, up to `end`.
    fn find(&self, start: u64, end: u64, mut begun: impl FnMut(u64)) {
        let bytes = self.content.read(Span::new(start, end)).unwrap_or_default();
        RowFinder::new(self.index.wrap(), start).feed(&bytes, &mut begun);
    }

    fn wrapped(&self, begin: u64, columns: usize, count: usize) -> Vec<TextRow> {
        let mut size = (count as u64).saturating_mul(columns as u64 * 2).clamp(1024, SCREEN);
        let painter = self.painter(begin);
        loop {
            let bytes = self.content.read(Span::new(begin, begin + size)).unwrap_or_default();
            let rows = wrapped(&bytes, begin, columns, count, painter);
            // The last row may go on behind what was read.
            let is_whole = rows.len() >= count && rows.last().is_some_and(|row| row.end < begin + size);
            if is_whole || (bytes.len() as u64) < size || size >= SCREEN {
                return rows;
            }
            size = (size * 4).min(SCREEN);
        }
    }

    fn lines(&self, begin: u64, slice: Slice) -> Vec<TextRow> {
        let mut rows = Vec::new();
        let mut painter = self.painter(begin);
        let (mut at, mut buffer, mut start) = (begin, Vec::new(), 0);
        while rows.len() < slice.rows {
            let mut left = buffer.get(start..).unwrap_or_default();
            if memchr::memchr(b'\n', left).is_none() {
                (buffer, start) = (self.content.read(Span::new(at, at + BUFFER)).unwrap_or_default(), 0);
                left = &buffer;
            }
            let Some(next) = self.next_line(left, at, slice.first + rows.len() as u64) else { break };
            let row = shown_line(left, at, &next, slice, &mut painter);
            let (painted, used) = (offset_in(row.end - at), offset_in(next.begin - at));
            rows.push(TextRow { end: next.begin, ..row });
            match (left.get(painted..used), &mut painter.machine) {
                (_, None) => {}
                (Some(passed), Some(machine)) => machine.skip(passed),
                (None, _) => painter = self.painter(next.begin),
            }
            at = next.begin;
            start = start.saturating_add(used);
        }
        rows
    }

    /// What follows line `number`, which `left` begins with.
    fn next_line(&self, left: &[u8], at: u64, number: u64) -> Option<Next> {
        if let Some(end) = memchr::memchr(b'\n', left) {
            return Some(Next { begin: at + end as u64 + 1, length: end as u64 });
        }
        if number + 1 < self.index.rows() {
            let begin = self.begin_of(number + 1)?;
            return Some(Next { begin, length: (begin - at).saturating_sub(1) });
        }
        let length = self.content.len().saturating_sub(at);
        (length > 0).then_some(Next { begin: at + length, length })
    }

    /// What paints the text from `offset` on.
    fn painter(&self, offset: u64) -> Painter<'_> {
        let machine: Option<Highlighter> = self.highlights.and_then(|highlights| {
            let (start, mut machine) = highlights.before(offset)?;
            machine.skip(&self.content.read(Span::new(start, offset)).unwrap_or_default());
            Some(machine)
        });
        let passed = self.lit.partition_point(|span| span.end <= offset);
        Painter { machine, lit: self.lit.get(passed..).unwrap_or_default(), chosen: self.chosen }
    }
}

/// What follows a line.
struct Next {
    /// Where the next one begins.
    begin: u64,
    /// How many bytes this one has without its LF.
    length: u64,
}

/// The line at `at`, with which `left` begins; it ends where it is left off.
fn shown_line(left: &[u8], at: u64, next: &Next, slice: Slice, painter: &mut Painter<'_>) -> TextRow {
    let is_cut = next.length > LINE_MAX;
    let bytes = left.get(..offset_in(next.length.min(LINE_MAX))).unwrap_or(left);
    let bytes = bytes.strip_suffix(b"\r").filter(|_| !is_cut).unwrap_or(bytes);
    let row = line(bytes, at, (slice.from, slice.columns), is_cut, painter);
    // Only where the end of what is shown is on the screen is there something to say about the rest.
    let is_end_seen = row.end + 4 > at + bytes.len() as u64;
    let more = if is_cut && is_end_seen { at + next.length - row.end } else { 0 };
    TextRow { more, ..row }
}

fn offset_in(distance: u64) -> usize {
    usize::try_from(distance).unwrap_or(usize::MAX)
}
