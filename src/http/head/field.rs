//! One field of a head (RFC 9112 §5, RFC 9110 §5).
//!
//! In scope: name and value as ranges, and fields folded over several lines. Out of
//! scope: what any field means. A head may have a thousand of them, so each is small.

use super::offset_slice::Part;
use crate::http::characters::is_tchar;
use crate::http::span::Span;
use crate::http::violation::{Violation, ViolationKind};

/// A field, as ranges of the direction; case and order are as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Where its line and its name begin: a line that begins otherwise is no field.
    start: u64,
    /// From there: where the name ends.
    name: u32,
    /// Where the value begins and ends.
    value: (u32, u32),
    /// Where the line ends.
    line: u32,
}

impl Field {
    /// Reads `line`, which has no line end, appending what is odd to `violations`;
    /// `None` when it has no colon.
    pub(crate) fn read(line: Part<'_>, violations: &mut Vec<Violation>) -> Option<Field> {
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
        if name.is_empty() || !name.bytes.iter().copied().all(is_tchar) {
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

    /// The value, without whitespace around it. A folded one holds the line ends within.
    pub fn value(&self) -> Span {
        self.span(self.value.0, self.value.1)
    }

    /// The whole line, or lines when folded, without the last line end.
    pub fn line(&self) -> Span {
        self.span(0, self.line)
    }

    fn span(&self, from: u32, to: u32) -> Span {
        Span::new(self.start + u64::from(from), self.start + u64::from(to))
    }

    /// How far `offset` lies behind its beginning: less than a head is long.
    fn distance(&self, offset: u64) -> u32 {
        u32::try_from(offset.saturating_sub(self.start)).unwrap_or(u32::MAX)
    }

    /// Takes in `line`, an indented line that follows it.
    pub(crate) fn fold(&mut self, line: Part<'_>) {
        self.line = self.distance(line.end());
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        let begins = if self.value().is_empty() { self.distance(text.at) } else { self.value.0 };
        self.value = (begins, self.distance(text.end()));
    }
}
