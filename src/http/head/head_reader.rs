//! Reads one head from bytes that come in pieces.
//!
//! In scope: the bytes with which a message begins, the bound on the length of a head, its start line and its empty line. Out of scope:
//! finding the lines (see `line_buffer`), the fields (see `lines`), and the body.

use std::mem;

use super::Head;
use super::line_buffer::LineBuffer;
use super::lines::FieldSection;
use super::start_line::StartLine;
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
    pub(crate) buffer: LineBuffer,
    /// Whether the bytes so far are known to begin a message.
    pub(crate) is_message: bool,
    /// Where the line end of the last whole line begins.
    line_end: u64,
    /// The start line and its place.
    start_line: Option<(StartLine, Span)>,
    section: FieldSection,
}

impl HeadReader {
    /// A reader of the head whose first byte is at `start`. `empty_line` is the offset of the first empty line before the head.
    pub(crate) fn new(kind: MessageKind, start: u64, empty_line: Option<u64>) -> Self {
        let mut section = FieldSection::default();
        if let Some(at) = empty_line {
            section.report(at, ViolationKind::EmptyLineBefore);
        }
        let buffer = LineBuffer::new(start);
        Self { kind, buffer, is_message: false, line_end: start, start_line: None, section }
    }

    /// Reads the next bytes. Returns how many belong to the head, and the head if these bytes make it whole. After that the reader must
    /// not be used. Fails when the bytes cannot be a head, or are too many.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(usize, Option<Head>), Refusal> {
        let room = HEAD_MAX.saturating_sub(self.buffer.raw.len());
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
            return Err(Refusal { at: self.buffer.start + HEAD_MAX as u64, why });
        }
        Ok((bytes.len(), None))
    }

    /// Reads bytes until they are known to begin a message. Returns the bytes left.
    fn push_start<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Refusal> {
        let mut rest = bytes;
        while !self.is_message
            && let Some((&byte, after)) = rest.split_first()
        {
            match self.kind.check_start(self.buffer.raw.len(), byte) {
                StartCheck::Possible => {}
                StartCheck::Certain => self.is_message = true,
                StartCheck::Impossible => {
                    let at = self.buffer.start + self.buffer.raw.len() as u64;
                    return Err(Refusal { at, why: Unreadable::NotHttp });
                }
            }
            self.buffer.raw.push(byte);
            rest = after;
        }
        Ok(rest)
    }

    /// Reads the line that has just become whole. Returns the head if that is its empty line.
    fn end_line(&mut self) -> Result<Option<Head>, Refusal> {
        let (line, is_lone_lf) = self.buffer.line();
        if is_lone_lf {
            self.section.report(line.end(), ViolationKind::LoneLf);
        }
        if self.start_line.is_none() {
            self.section.report_bytes(line);
            let start_line = StartLine::read(self.kind, line, &mut self.section.violations)?;
            self.start_line = Some((start_line, line.span()));
        } else if line.is_empty() {
            return Ok(self.take_head());
        } else if !self.section.accept(line) {
            return Err(Refusal { at: line.at, why: Unreadable::TooManyFields });
        }
        self.line_end = line.end();
        self.buffer.next_line();
        Ok(None)
    }

    fn take_head(&mut self) -> Option<Head> {
        let (start_line, line) = self.start_line.take()?;
        let (raw, span) = self.buffer.finish();
        let separator = Span::new(self.line_end, span.end);
        let FieldSection { fields, violations, .. } = mem::take(&mut self.section);
        Some(Head {
            start_line,
            line,
            fields: fields.into(),
            span,
            separator,
            raw: raw.into(),
            violations: violations.into(),
        })
    }
}
