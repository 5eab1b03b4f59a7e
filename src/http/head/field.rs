//! One field of a head (RFC 9112 §5, RFC 9110 §5).
//!
//! In scope: name and value as ranges, and fields folded over several lines. Out of scope: what a field means. A head may have a
//! thousand fields, so a field takes little memory.

use super::offset_slice::OffsetSlice;
use crate::http::characters::is_token;
use crate::http::span::Span;
use crate::http::violation::{Violation, ViolationKind};

/// A field, as ranges of the direction. Case and order are as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Offset of the first byte of the line, which is the first byte of the name.
    start: u64,
    /// Where the name ends, in bytes from `start`.
    name: u32,
    /// Where the value begins and ends, in bytes from `start`.
    value: (u32, u32),
    /// Where the line ends, in bytes from `start`.
    line: u32,
}

impl Field {
    /// Reads `line`, which comes without its line end, and appends what is against the standard to `violations`. Returns `None` for a line
    /// without a colon.
    pub(crate) fn read(line: OffsetSlice<'_>, violations: &mut Vec<Violation>) -> Option<Field> {
        let mut report = |at, kind| violations.push(Violation { at, kind });
        let Some(colon) = memchr::memchr(b':', line.bytes) else {
            report(line.at, ViolationKind::NoColon);
            return None;
        };
        let (before, rest) = line.split(colon);
        let (_, after) = rest.split(1);
        let name = before.trim_end();
        if name.end() != before.end() {
            report(name.end(), ViolationKind::SpaceBeforeColon);
        }
        if !is_token(name.bytes) {
            report(name.at, ViolationKind::BadFieldName);
        }
        let mut field = Field { start: line.at, name: 0, value: (0, 0), line: 0 };
        let value = after.trim();
        field.name = field.distance(name.end());
        field.value = (field.distance(value.at), field.distance(value.end()));
        field.line = field.distance(line.end());
        Some(field)
    }

    /// The name, without whitespace before the colon.
    pub fn name(&self) -> Span {
        self.span(0, self.name)
    }

    /// The value, without whitespace around it. A folded value holds the line ends between its lines.
    pub fn value(&self) -> Span {
        self.span(self.value.0, self.value.1)
    }

    /// The whole line, or all lines of a folded field, without the last line end.
    pub fn line(&self) -> Span {
        self.span(0, self.line)
    }

    fn span(&self, from: u32, to: u32) -> Span {
        Span::new(self.start + u64::from(from), self.start + u64::from(to))
    }

    /// How many bytes `offset` lies behind `start`: fewer than a head has.
    fn distance(&self, offset: u64) -> u32 {
        u32::try_from(offset.saturating_sub(self.start)).unwrap_or(u32::MAX)
    }

    /// Appends `line`, an indented line that follows the field.
    pub(crate) fn fold(&mut self, line: OffsetSlice<'_>) {
        self.line = self.distance(line.end());
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        let begins = if self.value().is_empty() { self.distance(text.at) } else { self.value.0 };
        self.value = (begins, self.distance(text.end()));
    }
}
