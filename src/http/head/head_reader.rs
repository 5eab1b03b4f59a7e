//! Gathers one head from bytes that come in pieces.
//!
//! In scope: how a message begins, and the bound on the length. Out of scope: finding the
//! lines (see `gather`), what they say (see `lines`), and the body.

use std::mem;

use super::Head;
use super::line_buffer::{Gather, Gathered};
use super::lines::{FirstLine, Line, Lines};
use crate::http::message_kind::{Opening, Side};
use crate::http::span::Span;
use crate::http::unreadable::{Refusal, Unreadable};
use crate::http::violation::ViolationKind;

/// The longest head that is read, in bytes, from its first byte through its empty line.
pub const HEAD_MAX: usize = 256 * 1024;

/// A head in the making.
#[derive(Debug)]
pub(crate) struct HeadReader {
    side: Side,
    gather: Gather,
    /// Whether the bytes so far are known to begin a message.
    opened: bool,
    /// Where the line end of the last whole line begins.
    line_end: u64,
    lines: Lines,
}

impl HeadReader {
    /// A head whose first byte is at `start`; `blank` is where empty lines before it began.
    pub(crate) fn new(side: Side, start: u64, blank: Option<u64>) -> Self {
        let mut lines = Lines::new(side);
        if let Some(at) = blank {
            lines.report(at, ViolationKind::EmptyLineBefore);
        }
        Self { side, gather: Gather::new(start), opened: false, line_end: start, lines }
    }

    /// Offset of the first byte.
    pub(crate) fn start(&self) -> u64 {
        self.gather.start()
    }

    /// Whether the bytes so far are known to begin a message.
    pub(crate) fn is_opened(&self) -> bool {
        self.opened
    }

    /// Takes the next bytes. Returns how many belong to the head, and the head if that
    /// makes it whole; it must not be used after that.
    ///
    /// # Errors
    ///
    /// When the bytes cannot be a head, or are too many.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Head>), Refusal> {
        let room = HEAD_MAX.saturating_sub(self.gather.len());
        let allowed = bytes.get(..room).unwrap_or(bytes);
        self.gather.make_room(allowed.len());
        let mut rest = self.open(allowed)?;
        while !rest.is_empty() {
            let (after, is_line) = self.gather.take(rest);
            rest = after;
            if is_line && let Some(head) = self.end_line()? {
                return Ok((allowed.len() - rest.len(), Some(head)));
            }
        }
        if bytes.len() > allowed.len() {
            let at = self.gather.start() + HEAD_MAX as u64;
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
            match self.side.opening(self.gather.len(), byte) {
                Opening::Goes => {}
                Opening::Done => self.opened = true,
                Opening::Refused => {
                    return Err(Refusal {
                        at: self.gather.start() + self.gather.len() as u64,
                        why: Unreadable::NotHttp,
                    });
                }
            }
            self.gather.push(byte);
            rest = after;
        }
        Ok(rest)
    }

    /// Reads the line that has just become whole.
    fn end_line(&mut self) -> Result<Option<Head>, Refusal> {
        let Gathered { line, is_lone } = self.gather.line();
        if is_lone {
            self.lines.report(line.end(), ViolationKind::LoneLf);
        }
        let text_end = line.end();
        if let Line::Last(first) = self.lines.accept(line)? {
            return Ok(Some(self.take_head(first)));
        }
        self.line_end = text_end;
        self.gather.next_line();
        Ok(None)
    }

    fn take_head(&mut self, first: FirstLine) -> Head {
        let (raw, span) = self.gather.finish();
        Head {
            start_line: first.start_line,
            line: first.span,
            fields: mem::take(&mut self.lines.section.fields).into(),
            span,
            separator: Span::new(self.line_end, span.end),
            raw: raw.into(),
            violations: mem::take(&mut self.lines.section.violations).into(),
        }
    }
}
