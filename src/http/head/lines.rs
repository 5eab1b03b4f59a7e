//! The lines of a head or of trailers, read one after the other (RFC 9112 §2.1, §2.2 and §7.1.2).
//!
//! In scope: which line is the start line, a field line, a continuation or the empty line. Out of scope: finding the lines in the bytes
//! (see `line_buffer`).

use super::field::Field;
use super::offset_slice::OffsetSlice;
use super::start_line::StartLine;
use crate::http::message_kind::MessageKind;
use crate::http::span::Span;
use crate::http::unreadable::{Refusal, Unreadable};
use crate::http::violation::{Violation, ViolationKind};

/// The most lines that a head may have after its start line, continuations included. So a head has no more fields than that.
pub const FIELDS_MAX: usize = 1000;

/// The number of fields for which room is made at first.
const FIELDS_USUAL: usize = 8;

/// The lines of a head read so far.
#[derive(Debug)]
pub(crate) struct HeadLines {
    kind: MessageKind,
    start_line: Option<PlacedStartLine>,
    pub(crate) section: FieldSection,
}

/// Field lines and their continuations: those of a head after its start line, or those of trailers.
#[derive(Debug, Default)]
pub(crate) struct FieldSection {
    /// How many lines have been read.
    count: usize,
    /// Whether an indented line would continue the last of `fields`.
    is_foldable: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) violations: Vec<Violation>,
}

/// A start line and its place.
#[derive(Debug)]
pub(crate) struct PlacedStartLine {
    pub(crate) start_line: StartLine,
    pub(crate) span: Span,
}

/// What a line of a head is.
#[derive(Debug)]
pub(crate) enum HeadLine {
    /// A line after which the head goes on.
    Inner,
    /// The empty line that ends the head with this start line.
    Last(PlacedStartLine),
}

impl HeadLines {
    pub(crate) fn new(kind: MessageKind) -> Self {
        Self { kind, start_line: None, section: FieldSection::default() }
    }

    /// Notes a violation.
    pub(crate) fn report(&mut self, at: u64, kind: ViolationKind) {
        self.section.report(at, kind);
    }

    /// Reads the next line, which comes without its line end.
    ///
    /// # Errors
    /// When the first line is no start line, or when the head has more than [`FIELDS_MAX`] other lines.
    pub(crate) fn accept(&mut self, line: OffsetSlice<'_>) -> Result<HeadLine, Refusal> {
        let Some(start_line) = self.start_line.take() else {
            self.section.report_bytes(line);
            let start_line = StartLine::read(self.kind, line, &mut self.section.violations)?;
            self.start_line = Some(PlacedStartLine { start_line, span: line.span() });
            return Ok(HeadLine::Inner);
        };
        if line.is_empty() {
            return Ok(HeadLine::Last(start_line));
        }
        self.start_line = Some(start_line);
        if !self.section.accept(line) {
            return Err(Refusal { at: line.at, why: Unreadable::TooManyFields });
        }
        Ok(HeadLine::Inner)
    }
}

impl FieldSection {
    /// Notes a violation.
    pub(crate) fn report(&mut self, at: u64, kind: ViolationKind) {
        self.violations.push(Violation { at, kind });
    }

    /// Reads the next line, which comes without its line end and is not empty. Returns whether the section had room for the line.
    pub(crate) fn accept(&mut self, line: OffsetSlice<'_>) -> bool {
        self.count += 1;
        if self.count > FIELDS_MAX {
            return false;
        }
        self.report_bytes(line);
        self.accept_field(line);
        true
    }

    fn accept_field(&mut self, line: OffsetSlice<'_>) {
        if !line.starts_with_ows() {
            let field = Field::read(line, &mut self.violations);
            self.is_foldable = field.is_some();
            if self.fields.capacity() == 0 {
                self.fields.reserve(FIELDS_USUAL);
            }
            self.fields.extend(field);
            return;
        }
        if self.count == 1 {
            self.report(line.at, ViolationKind::SpaceBeforeFields);
            return;
        }
        self.report(line.at, ViolationKind::ObsFold);
        // The continuation of a skipped line is skipped too.
        if self.is_foldable
            && let Some(field) = self.fields.last_mut()
        {
            field.fold(line);
        }
    }

    /// Reports the bytes that no line may hold, the first of each kind.
    fn report_bytes(&mut self, line: OffsetSlice<'_>) {
        for (at, kind) in line.bad_bytes() {
            self.report(at, kind);
        }
    }
}
