//! Gathers lines from bytes that come in pieces.
//!
//! In scope: keeping the bytes of a section and finding its line ends; each byte is searched for a line end once, whatever the
//! pieces. Out of scope: what the lines say (see `lines`), and the bound on their length.

use std::mem;

use super::offset_slice::Part;
use crate::http::span::Span;

/// Room for so many bytes is made at once, at most.
const ROOM_MAX: usize = 1024;

/// A section in the making.
#[derive(Debug)]
pub(crate) struct Gather {
    /// Offset of the first byte.
    start: u64,
    raw: Vec<u8>,
    /// Where in `raw` the line being gathered begins.
    line: usize,
}

/// A whole line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gathered<'a> {
    /// It, without its line end.
    pub(crate) line: Part<'a>,
    /// Whether its LF stands alone.
    pub(crate) is_lone: bool,
}

impl Gather {
    /// A section whose first byte is at `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { start, raw: Vec::new(), line: 0 }
    }

    /// Offset of the first byte.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// How many bytes it holds.
    pub(crate) fn len(&self) -> usize {
        self.raw.len()
    }

    /// Makes room for `bytes` more, if it has none at all: most heads come in one piece.
    pub(crate) fn make_room(&mut self, bytes: usize) {
        if self.raw.capacity() == 0 {
            self.raw.reserve(bytes.min(ROOM_MAX));
        }
    }

    /// Takes in one byte that is no line end.
    pub(crate) fn push(&mut self, byte: u8) {
        self.raw.push(byte);
    }

    /// Takes in bytes through the first LF, or all; returns those left, and whether a line is whole.
    pub(crate) fn take<'a>(&mut self, bytes: &'a [u8]) -> (&'a [u8], bool) {
        let Some(feed) = memchr::memchr(b'\n', bytes) else {
            self.raw.extend_from_slice(bytes);
            return (&[], false);
        };
        let (line, rest) = bytes.split_at_checked(feed + 1).unwrap_or((bytes, &[]));
        self.raw.extend_from_slice(line);
        (rest, true)
    }

    /// The line that the last byte, an LF, ends.
    pub(crate) fn line(&self) -> Gathered<'_> {
        let whole = self.raw.get(self.line..).unwrap_or_default();
        let text = whole.strip_suffix(b"\n").unwrap_or(whole);
        let (text, is_lone) = text.strip_suffix(b"\r").map_or((text, true), |text| (text, false));
        Gathered { line: Part::new(text, self.start + self.line as u64), is_lone }
    }

    /// Goes on to the next line.
    pub(crate) fn next_line(&mut self) {
        self.line = self.raw.len();
    }

    /// The bytes and where they lie; it is empty after that.
    pub(crate) fn finish(&mut self) -> (Vec<u8>, Span) {
        let raw = mem::take(&mut self.raw);
        let span = Span::new(self.start, self.start + raw.len() as u64);
        (raw, span)
    }
}
