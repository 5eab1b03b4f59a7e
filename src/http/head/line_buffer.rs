//! Collects lines from bytes that come in pieces.
//!
//! In scope: keeping the bytes of a head or of trailers, and finding the line ends in them. Each byte is searched for a line end once,
//! however the bytes are split. Out of scope: what the lines say (see `lines`), and the bound on their length.

use std::mem;

use super::offset_slice::OffsetSlice;
use crate::http::span::Span;

/// The most bytes for which room is made at once.
const ROOM_MAX: usize = 1024;

/// The bytes of a head or of trailers, as far as they have come.
#[derive(Debug)]
pub(crate) struct LineBuffer {
    /// Offset of the first byte.
    pub(crate) start: u64,
    pub(crate) raw: Vec<u8>,
    /// Where in `raw` the present line begins.
    line: usize,
}

impl LineBuffer {
    /// An empty buffer whose first byte will be at offset `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { start, raw: Vec::new(), line: 0 }
    }

    /// Makes room for `bytes` more if the buffer has no room at all: most heads come in one piece.
    pub(crate) fn make_room(&mut self, bytes: usize) {
        if self.raw.capacity() == 0 {
            self.raw.reserve(bytes.min(ROOM_MAX));
        }
    }

    /// Appends `bytes` through the first LF, or all of them. Returns the bytes left, and whether the present line is whole.
    pub(crate) fn push<'a>(&mut self, bytes: &'a [u8]) -> (&'a [u8], bool) {
        let Some(lf) = memchr::memchr(b'\n', bytes) else {
            self.raw.extend_from_slice(bytes);
            return (&[], false);
        };
        let (line, rest) = bytes.split_at_checked(lf + 1).unwrap_or((bytes, &[]));
        self.raw.extend_from_slice(line);
        (rest, true)
    }

    /// The present line without its line end, and whether that is LF alone. The last byte of the buffer is the LF.
    pub(crate) fn line(&self) -> (OffsetSlice<'_>, bool) {
        let whole = self.raw.get(self.line..).unwrap_or_default();
        let text = whole.strip_suffix(b"\n").unwrap_or(whole);
        let (text, is_lone_lf) = text.strip_suffix(b"\r").map_or((text, true), |text| (text, false));
        (OffsetSlice::new(text, self.start + self.line as u64), is_lone_lf)
    }

    /// Begins the next line.
    pub(crate) fn next_line(&mut self) {
        self.line = self.raw.len();
    }

    /// Takes the bytes out of the buffer, with their place in the direction.
    pub(crate) fn finish(&mut self) -> (Vec<u8>, Span) {
        let raw = mem::take(&mut self.raw);
        let span = Span::new(self.start, self.start + raw.len() as u64);
        (raw, span)
    }
}
