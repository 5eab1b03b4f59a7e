//! The Content-Length of a head (RFC 9110 §8.6, RFC 9112 §6.3 item 5).
//!
//! In scope: one number out of all fields of that name, and out of the lists in them. Out of scope: whether the number delimits the body
//! (see `framing`).

use crate::http::characters::trim_ows;
use crate::http::head::Head;
use crate::http::violation::{Violation, ViolationKind};

/// The length that all Content-Length fields together state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentLength {
    Absent,
    /// This number of bytes, stated once or more.
    Bytes(u64),
    /// A value is no number, or two values differ.
    Unusable,
}

impl ContentLength {
    /// Reads the length from `head`, and appends what is against the standard to `violations`: for each field at most one.
    pub(crate) fn read(head: &Head, violations: &mut Vec<Violation>) -> ContentLength {
        let mut length = ContentLength::Absent;
        for field in head.named("content-length") {
            let (next, kind) = length.and_list(head.text(field.value()));
            length = next;
            violations.extend(kind.map(|kind| Violation { at: field.value().start, kind }));
        }
        length
    }

    /// The length with the values of one more field, and the gravest violation in that field.
    fn and_list(self, value: &[u8]) -> (ContentLength, Option<ViolationKind>) {
        let mut seen = self;
        let mut wrong = None;
        for element in value.split(|&byte| byte == b',') {
            let Some(bytes) = decimal(trim_ows(element)) else {
                let kind = ViolationKind::BadContentLength;
                return (ContentLength::Unusable, Some(kind));
            };
            match seen {
                ContentLength::Absent => seen = ContentLength::Bytes(bytes),
                ContentLength::Bytes(before) if before == bytes => {
                    wrong = wrong.or(Some(ViolationKind::RepeatedContentLength));
                }
                ContentLength::Bytes(_) => {
                    seen = ContentLength::Unusable;
                    wrong = Some(ViolationKind::ConflictingContentLength);
                }
                ContentLength::Unusable => {}
            }
        }
        (seen, wrong)
    }
}

/// The number that `digits` are. Returns `None` for anything but one or more digits, and from 2^64 on.
fn decimal(digits: &[u8]) -> Option<u64> {
    // `parse` takes a sign as well.
    let digits = Some(digits).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::ContentLength::{self, Absent, Bytes, Unusable};
    use super::ViolationKind::{
        BadContentLength as Bad, ConflictingContentLength as Conflicting, RepeatedContentLength as Repeated,
    };

    #[test]
    fn reads_one_field() {
        let table = [
            ("0", Bytes(0), None),
            ("007", Bytes(7), None),
            ("18446744073709551615", Bytes(u64::MAX), None),
            ("18446744073709551616", Unusable, Some(Bad)),
            ("5, 5", Bytes(5), Some(Repeated)),
            ("5,5,6", Unusable, Some(Conflicting)),
            ("5,6,x", Unusable, Some(Bad)),
            ("", Unusable, Some(Bad)),
            ("5,", Unusable, Some(Bad)),
            ("+5", Unusable, Some(Bad)),
            ("-5", Unusable, Some(Bad)),
            ("0x5", Unusable, Some(Bad)),
            ("5 5", Unusable, Some(Bad)),
        ];
        for (value, length, kind) in table {
            let read = ContentLength::Absent.and_list(value.as_bytes());
            assert_eq!(read, (length, kind), "{value}");
        }
    }

    #[test]
    fn joins_fields() {
        assert_eq!(Bytes(5).and_list(b"5"), (Bytes(5), Some(Repeated)));
        assert_eq!(Bytes(5).and_list(b"6"), (Unusable, Some(Conflicting)));
        assert_eq!(Unusable.and_list(b"5"), (Unusable, None));
        assert_eq!(Absent.and_list(b"5"), (Bytes(5), None));
    }
}
