//! One field of a head (RFC 9112 §5, RFC 9110 §5).
//!
//! In scope: name and value as ranges, and fields folded over several lines. Out of
//! scope: what any field means.

use super::part::{Part, is_tchar};
use super::span::Span;
use super::violation::{Violation, ViolationKind};

/// A field, as ranges of the direction; case and order are as they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, without whitespace before the colon.
    pub name: Span,
    /// The value, without whitespace around it. A folded one holds the line ends within.
    pub value: Span,
    /// The whole line, or lines when folded, without the last line end.
    pub line: Span,
}

impl Field {
    /// Reads `line`, which has no line end, appending what is odd to `violations`;
    /// `None` when it has no colon.
    pub(super) fn read(line: Part<'_>, violations: &mut Vec<Violation>) -> Option<Field> {
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
        Some(Field { name: name.span(), value: after.trim().span(), line: line.span() })
    }

    /// Takes in `line`, an indented line that follows it.
    pub(super) fn fold(&mut self, line: Part<'_>) {
        self.line.end = line.end();
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        if self.value.is_empty() {
            self.value.start = text.at;
        }
        self.value.end = text.end();
    }
}
