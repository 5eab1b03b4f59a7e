//! Reads one head from bytes that come in pieces.
//!
//! In scope: the bytes with which a message begins, and the bound on the length of a head. Out of scope: finding the lines (see
//! `line_buffer`), what the lines say (see `lines`), and the body.

use std::mem;

use super::Head;
use super::line_buffer::{BufferedLine, LineBuffer};
use super::lines::{HeadLine, HeadLines, PlacedStartLine};
use crate::http::message_kind::{MessageKind, StartCheck};
use crate::http::span::Span;
use crate::http::unreadable::{Refusal, Unreadable};
use crate::http::violation::ViolationKind;

/// The longest head that is read, in bytes, from its first byte through its empty line.
pub const HEAD_MAX: usize = 256 * 1024;

/// A reader of one head.
#[derive(Debug)]
pub(crate) struct HeadReader {
    kind: MessageKind,
    buffer: LineBuffer,
    /// Whether the bytes so far are known to begin a message.
    is_message: bool,
    /// Where the line end of the last whole line begins.
    line_end: u64,
    lines: HeadLines,
}

impl HeadReader {
    /// A reader of the head whose first byte is at `start`. `empty_line` is the offset of the first empty line before the head.
    pub(crate) fn new(kind: MessageKind, start: u64, empty_line: Option<u64>) -> Self {
        let mut lines = HeadLines::new(kind);
        if let Some(at) = empty_line {
            lines.report(at, ViolationKind::EmptyLineBefore);
        }
        Self { kind, buffer: LineBuffer::new(start), is_message: false, line_end: start, lines }
    }

    /// Offset of the first byte.
    pub(crate) fn start(&self) -> u64 {
        self.buffer.start()
    }

    /// Whether the bytes so far are known to begin a message.
    pub(crate) fn is_message(&self) -> bool {
        self.is_message
    }

    /// Reads the next bytes. Returns how many belong to the head, and the head if these bytes make it whole. After that the reader must
    /// not be used.
    ///
    /// # Errors
    /// When the bytes cannot be a head, or are too many.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Head>), Refusal> {
        let room = HEAD_MAX.saturating_sub(self.buffer.len());
        let allowed = bytes.get(..room).unwrap_or(bytes);
        self.buffer.make_room(allowed.len());
        let mut rest = self.push_start(allowed)?;
        while !rest.is_empty() {
            let (after, is_whole_line) = self.buffer.push(rest);
            rest = after;
            if is_whole_line && let Some(head) = self.end_line()? {
                return Ok((allowed.len() - rest.len(), Some(head)));
            }
        }
        if bytes.len() > allowed.len() {
            // No method is as long as the longest head.
            let why = if self.is_message { Unreadable::HeadTooLong } else { Unreadable::NotHttp };
            return Err(Refusal { at: self.buffer.start() + HEAD_MAX as u64, why });
        }
        Ok((bytes.len(), None))
    }

    /// Reads bytes until they are known to begin a message. Returns the bytes left.
    fn push_start<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Refusal> {
        let mut rest = bytes;
        while !self.is_message
            && let Some((&byte, after)) = rest.split_first()
        {
            match self.kind.check_start(self.buffer.len(), byte) {
                StartCheck::Possible => {}
                StartCheck::Certain => self.is_message = true,
                StartCheck::Impossible => {
                    let at = self.buffer.start() + self.buffer.len() as u64;
                    return Err(Refusal { at, why: Unreadable::NotHttp });
                }
            }
            self.buffer.push_byte(byte);
            rest = after;
        }
        Ok(rest)
    }

    /// Reads the line that has just become whole.
    fn end_line(&mut self) -> Result<Option<Head>, Refusal> {
        let BufferedLine { line, is_lone_lf } = self.buffer.line();
        if is_lone_lf {
            self.lines.report(line.end(), ViolationKind::LoneLf);
        }
        let text_end = line.end();
        if let HeadLine::Last(start_line) = self.lines.accept(line)? {
            return Ok(Some(self.take_head(start_line)));
        }
        self.line_end = text_end;
        self.buffer.next_line();
        Ok(None)
    }

    fn take_head(&mut self, start_line: PlacedStartLine) -> Head {
        let (raw, span) = self.buffer.finish();
        Head {
            start_line: start_line.start_line,
            line: start_line.span,
            fields: mem::take(&mut self.lines.section.fields).into(),
            span,
            separator: Span::new(self.line_end, span.end),
            raw: raw.into(),
            violations: mem::take(&mut self.lines.section.violations).into(),
        }
    }
}
