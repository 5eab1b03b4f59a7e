//! The field lines of a head or of trailers, read one after the other (RFC 9112 §5, §7.1.2).
//!
//! In scope: which line is a field line and which a continuation. Out of scope: finding the lines in the bytes (see `line_buffer`), the
//! start line and the empty line.

use super::field::Field;
use super::offset_slice::OffsetSlice;
use crate::http::violation::{Violation, ViolationKind};

/// The most lines that a head may have after its start line, continuations included. So a head has no more fields than that.
pub const FIELDS_MAX: usize = 1000;

/// The number of fields for which room is made at first.
const FIELDS_USUAL: usize = 8;

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
    pub(crate) fn report_bytes(&mut self, line: OffsetSlice<'_>) {
        for (at, kind) in line.bad_bytes() {
            self.report(at, kind);
        }
    }
}
