//! Finds where the rows of a text begin, as its bytes come in.
//!
//! In scope: rows that end at LF, and where they are wrapped, before a character that would not fit; characters that were split
//! between two pieces. Out of scope: keeping what was found (see [`LineIndex`](crate::view::LineIndex)).

use super::line_breaker::{LineBreaker, TAB, Unit, decode};

/// Where rows end, besides at LF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// Before a character that would not fit into this many columns, at least 8.
    Columns(usize),
    /// Nowhere.
    Off,
}

/// The finder.
#[derive(Clone, Debug)]
pub(super) struct RowFinder {
    wrap: Wrap,
    breaker: LineBreaker,
    fed: u64,
    /// The beginning of a character whose rest has not come yet: at most 3 bytes.
    carried: Vec<u8>,
    /// Whether the next byte begins a row.
    is_fresh: bool,
}

impl RowFinder {
    /// At `offset` of a text, where a row begins.
    pub(super) fn new(wrap: Wrap, offset: u64) -> Self {
        let columns = match wrap {
            Wrap::Columns(columns) => columns,
            Wrap::Off => usize::MAX,
        };
        Self { wrap, breaker: LineBreaker::new(columns), fed: offset, carried: Vec::new(), is_fresh: true }
    }

    pub(super) fn wrap(&self) -> Wrap {
        self.wrap
    }

    /// How far the text has been taken in.
    pub(super) fn fed(&self) -> u64 {
        self.fed
    }

    /// Takes in the next bytes of the text, and tells the offset of each row that begins.
    pub(super) fn feed(&mut self, bytes: &[u8], begun: &mut impl FnMut(u64)) {
        match self.wrap {
            Wrap::Columns(_) => self.feed_wrapped(bytes, begun),
            Wrap::Off => self.feed_lines(bytes, begun),
        }
    }

    /// No byte of a longer character is LF, so nothing needs to be decoded.
    fn feed_lines(&mut self, bytes: &[u8], begun: &mut impl FnMut(u64)) {
        let mut at = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            self.begin_if_fresh(self.fed + at, begun);
            self.is_fresh = true;
            at = end as u64 + 1;
        }
        if at < bytes.len() as u64 {
            self.begin_if_fresh(self.fed + at, begun);
        }
        self.fed += bytes.len() as u64;
    }

    fn feed_wrapped(&mut self, bytes: &[u8], begun: &mut impl FnMut(u64)) {
        let mut rest = bytes;
        while !self.carried.is_empty() && !rest.is_empty() {
            rest = self.complete(rest, begun);
        }
        let start = self.fed;
        let mut at = 0;
        while let Some(left) = rest.get(at..).filter(|left| !left.is_empty()) {
            let offset = start + at as u64;
            let length = self.plain_run(left, offset, begun).or_else(|| self.unit(left, offset, begun));
            let Some(length) = length else {
                self.carried.extend_from_slice(left);
                break;
            };
            at += length;
        }
        self.fed = start + rest.len() as u64;
    }

    /// Completes the carried character with bytes of `rest`; gives back what it did not need.
    fn complete<'a>(&mut self, rest: &'a [u8], begun: &mut impl FnMut(u64)) -> &'a [u8] {
        let began = self.fed - self.carried.len() as u64;
        let mut joined = self.carried.clone();
        let had = joined.len();
        joined.extend(rest.iter().take(4));
        match self.unit(&joined, began, begun) {
            Some(length) if length >= had => {
                self.carried.clear();
                self.fed += (length - had) as u64;
                rest.get(length - had..).unwrap_or_default()
            }
            Some(length) => {
                self.carried.drain(..length);
                rest
            }
            None => {
                self.carried.extend_from_slice(rest);
                self.fed += rest.len() as u64;
                &[]
            }
        }
    }

    /// A run of characters that each take a byte and a column, and an LF behind it: its rows are reckoned, not walked. `None` if
    /// none stands here.
    fn plain_run(&mut self, bytes: &[u8], at: u64, begun: &mut impl FnMut(u64)) -> Option<usize> {
        let length = plain_length(bytes);
        let ends_line = bytes.get(length) == Some(&b'\n');
        if length == 0 && !ends_line {
            return None;
        }
        self.begin_if_fresh(at, begun);
        let (columns, room) = (self.breaker.columns(), self.breaker.room());
        if length > room {
            (room..length).step_by(columns).for_each(|place| begun(at + place as u64));
            self.breaker.restart();
            self.breaker.advance((length - room - 1) % columns + 1);
        } else {
            self.breaker.advance(length);
        }
        if ends_line {
            self.breaker.restart();
            self.is_fresh = true;
        }
        Some(length + usize::from(ends_line))
    }

    /// Takes in one character at `at`; its length, or `None` if it is not whole.
    fn unit(&mut self, bytes: &[u8], at: u64, begun: &mut impl FnMut(u64)) -> Option<usize> {
        let unit = decode(bytes);
        let length = unit.length()?;
        self.begin_if_fresh(at, begun);
        if unit == Unit::Char('\n', 1) {
            self.breaker.restart();
            self.is_fresh = true;
        } else if self.breaker.breaks_before(unit) {
            begun(at);
        }
        Some(length)
    }

    fn begin_if_fresh(&mut self, at: u64, begun: &mut impl FnMut(u64)) {
        if std::mem::take(&mut self.is_fresh) {
            begun(at);
        }
    }
}

/// How many characters of ASCII stand at the front that are neither tab nor LF.
fn plain_length(bytes: &[u8]) -> usize {
    const LANES: usize = 32;
    if bytes.first().is_none_or(|first| *first >= 0x80 || *first == b'\n') {
        return 0;
    }
    let is_other = |byte: u8| u8::from(byte >= 0x80) | u8::from(byte == b'\n') | u8::from(byte == b'\t');
    let mut length = 0;
    for block in bytes.chunks_exact(LANES) {
        if block.iter().fold(0, |others, byte| others | is_other(*byte)) != 0 {
            break;
        }
        length += LANES;
    }
    let rest = bytes.get(length..).unwrap_or_default();
    length + rest.iter().position(|byte| is_other(*byte) != 0).unwrap_or(rest.len())
}

const _: () = assert!(TAB <= 8, "a tab must fit into the narrowest row");
