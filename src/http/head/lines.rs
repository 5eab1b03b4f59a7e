//! The lines of one head or of trailers, read one after the other (RFC 9112 §2.1, §2.2 and §7.1.2).
//!
//! In scope: which line is the start line, a field, a continuation or the empty line.
//! Out of scope: finding the lines in the bytes (see `gather`).

use super::field::Field;
use super::offset_slice::Part;
use super::start_line::StartLine;
use crate::http::message_kind::Side;
use crate::http::span::Span;
use crate::http::unreadable::{Refusal, Unreadable};
use crate::http::violation::{Violation, ViolationKind};

/// The most lines a head may have after its start line, continuations included; so no
/// more fields than that.
pub const FIELDS_MAX: usize = 1000;

/// Room for so many is made at first.
const FIELDS_USUAL: usize = 8;

/// The lines of a head read so far.
#[derive(Debug)]
pub(crate) struct Lines {
    side: Side,
    first: Option<FirstLine>,
    pub(crate) section: Section,
}

/// Lines that are fields or continue them: those of a head after its start line, or of trailers.
#[derive(Debug, Default)]
pub(crate) struct Section {
    count: usize,
    /// Whether an indented line would continue the last of `fields`.
    foldable: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) violations: Vec<Violation>,
}

/// The start line and where it lies.
#[derive(Debug)]
pub(crate) struct FirstLine {
    pub(crate) start_line: StartLine,
    pub(crate) span: Span,
}

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) enum Line {
    /// One of a head that goes on.
    Inner,
    /// The empty line that ends the head which `FirstLine` began.
    Last(FirstLine),
}

impl Lines {
    pub(crate) fn new(side: Side) -> Self {
        Self { side, first: None, section: Section::default() }
    }

    /// Notes a violation.
    pub(crate) fn report(&mut self, at: u64, kind: ViolationKind) {
        self.section.report(at, kind);
    }

    /// Reads the next line, given without its line end.
    ///
    /// # Errors
    ///
    /// When the first line is no start line, or there are too many others.
    pub(crate) fn accept(&mut self, line: Part<'_>) -> Result<Line, Refusal> {
        let Some(first) = self.first.take() else {
            self.section.report_bytes(line);
            self.first = Some(FirstLine {
                start_line: StartLine::read(self.side, line, &mut self.section.violations)?,
                span: line.span(),
            });
            return Ok(Line::Inner);
        };
        if line.is_empty() {
            return Ok(Line::Last(first));
        }
        self.first = Some(first);
        if !self.section.accept(line) {
            return Err(Refusal { at: line.at, why: Unreadable::TooManyFields });
        }
        Ok(Line::Inner)
    }
}

impl Section {
    /// Notes a violation.
    pub(crate) fn report(&mut self, at: u64, kind: ViolationKind) {
        self.violations.push(Violation { at, kind });
    }

    /// Reads the next line, given without its line end and not empty; says whether there was room for it.
    pub(crate) fn accept(&mut self, line: Part<'_>) -> bool {
        self.count += 1;
        if self.count > FIELDS_MAX {
            return false;
        }
        self.report_bytes(line);
        self.accept_field(line);
        true
    }

    fn accept_field(&mut self, line: Part<'_>) {
        if !line.begins_blank() {
            let field = Field::read(line, &mut self.violations);
            self.foldable = field.is_some();
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
        // What continues a skipped line is skipped with it.
        if self.foldable
            && let Some(field) = self.fields.last_mut()
        {
            field.fold(line);
        }
    }

    /// Reports the bytes no line may hold, the first of each.
    fn report_bytes(&mut self, line: Part<'_>) {
        for (at, kind) in line.bad_bytes() {
            self.report(at, kind);
        }
    }
}
