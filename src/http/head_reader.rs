//! Gathers one head from bytes that come in pieces.
//!
//! In scope: keeping the bytes, finding the line ends, the bound on the length. Each byte
//! is searched for a line end once, whatever the pieces. Out of scope: what the lines say
//! (see `lines`) and the body.

use std::mem;
use std::sync::Arc;

use super::found::{Refusal, Unreadable};
use super::head::Head;
use super::lines::{FirstLine, Line, Lines};
use super::part::Part;
use super::side::{Opening, Side};
use super::span::Span;
use super::violation::ViolationKind;

/// The longest head that is read, in bytes, from its first byte through its empty line.
pub const HEAD_MAX: usize = 256 * 1024;

/// A head in the making.
#[derive(Debug)]
pub(super) struct HeadReader {
    side: Side,
    /// Offset of the first byte.
    start: u64,
    raw: Vec<u8>,
    /// Whether the bytes so far are known to begin a message.
    opened: bool,
    /// Where in `raw` the line being gathered begins.
    line: usize,
    /// Where in `raw` the line end of the last whole line begins.
    line_end: usize,
    lines: Lines,
}

impl HeadReader {
    /// A head whose first byte is at `start`; `blank` is where empty lines before it began.
    pub(super) fn new(side: Side, start: u64, blank: Option<u64>) -> Self {
        let mut lines = Lines::new(side);
        if let Some(at) = blank {
            lines.report(at, ViolationKind::EmptyLineBefore);
        }
        Self { side, start, raw: Vec::new(), opened: false, line: 0, line_end: 0, lines }
    }

    /// Offset of the first byte.
    pub(super) fn start(&self) -> u64 {
        self.start
    }

    /// Whether the bytes so far are known to begin a message.
    pub(super) fn is_opened(&self) -> bool {
        self.opened
    }

    /// Takes the next bytes. Returns how many belong to the head, and the head if that
    /// makes it whole; it must not be used after that.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be a head, or are too many.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Head>), Refusal> {
        let room = HEAD_MAX.saturating_sub(self.raw.len());
        let allowed = bytes.get(..room).unwrap_or(bytes);
        let mut rest = self.open(allowed)?;
        while let Some(feed) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at_checked(feed + 1).unwrap_or((rest, &[]));
            rest = after;
            self.raw.extend_from_slice(line);
            if let Some(head) = self.end_line()? {
                return Ok((allowed.len() - rest.len(), Some(head)));
            }
        }
        self.raw.extend_from_slice(rest);
        if bytes.len() > allowed.len() {
            let at = self.start + HEAD_MAX as u64;
            let why = if self.opened {
                Unreadable::HeadTooLong
            } else {
                // No method is that long.
                Unreadable::NotHttp
            };
            return Err(Refusal { at, why });
        }
        Ok((bytes.len(), None))
    }

    /// Takes bytes until they are known to begin a message; returns those left.
    fn open<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Refusal> {
        let mut rest = bytes;
        while !self.opened
            && let Some((&byte, after)) = rest.split_first()
        {
            match self.side.opening(self.raw.len(), byte) {
                Opening::Goes => {}
                Opening::Done => self.opened = true,
                Opening::Refused => {
                    return Err(Refusal { at: self.start + self.raw.len() as u64, why: Unreadable::NotHttp });
                }
            }
            self.raw.push(byte);
            rest = after;
        }
        Ok(rest)
    }

    /// Reads the line that the last byte of `raw`, an LF, ends.
    fn end_line(&mut self) -> Result<Option<Head>, Refusal> {
        let begin = self.line;
        let whole = self.raw.get(begin..).unwrap_or_default();
        let text = whole.strip_suffix(b"\n").unwrap_or(whole);
        let (text, lone) = match text.strip_suffix(b"\r") {
            Some(text) => (text, false),
            None => (text, true),
        };
        let line = Part::new(text, self.start + begin as u64);
        if lone {
            self.lines.report(line.end(), ViolationKind::LoneLf);
        }
        let text_end = begin + text.len();
        if let Line::Last(first) = self.lines.accept(line)? {
            return Ok(Some(self.take_head(first)));
        }
        self.line_end = text_end;
        self.line = self.raw.len();
        Ok(None)
    }

    fn take_head(&mut self, first: FirstLine) -> Head {
        let raw: Arc<[u8]> = mem::take(&mut self.raw).into();
        let span = Span::new(self.start, self.start + raw.len() as u64);
        Head {
            start_line: first.start_line,
            line: first.span,
            fields: mem::take(&mut self.lines.fields),
            span,
            separator: Span::new(self.start + self.line_end as u64, span.end),
            raw,
            violations: mem::take(&mut self.lines.violations),
        }
    }
}
