//! A date in a certificate.
//!
//! In scope: reading a date, and writing it as in RFC 3339 in UTC, as certificates have no other zone (RFC 5280 §4.1.2.5). Out of scope:
//! local time.

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;

use super::der::{Element, UTC_TIME};

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);

/// A moment to the second, in UTC, up to the end of the year 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(DateTime);

impl Date {
    /// The moment in the element `time`. Old certificates leave the seconds out, or have an offset from UTC.
    pub(super) fn read(time: Element<'_>) -> Option<Self> {
        let digits = std::str::from_utf8(time.content).ok()?.replace('Z', "+0000");
        let century = match time.tag {
            UTC_TIME if digits.get(..2)? < "50" => "20",
            UTC_TIME => "19",
            _ => "",
        };
        let text = century.to_owned() + &digits;
        let forms = ["%Y%m%d%H%M%S%.f%z", "%Y%m%d%H%M%z"];
        let parsed = forms.iter().find_map(|form| BrokenDownTime::parse(form, &text).ok())?;
        let offset = SignedDuration::from_secs(parsed.offset()?.seconds().into());
        parsed.to_datetime().ok()?.checked_sub(offset).ok().map(Self)
    }

    /// The moment `seconds` after 1970-01-01T00:00:00Z, or the last moment that can be written.
    pub fn from_unix(seconds: i64) -> Self {
        Self(EPOCH.saturating_add(SignedDuration::from_secs(seconds)))
    }

    /// Seconds since 1970-01-01T00:00:00Z, negative before that.
    pub fn unix(self) -> i64 {
        self.0.duration_since(EPOCH).as_secs()
    }
}

impl std::fmt::Display for Date {
    /// The date as in RFC 3339: `2026-01-31T23:59:59Z`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0}Z", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_each_form_that_certificates_have() {
        const GENERALIZED_TIME: u8 = 0x18;
        for (tag, content, expected) in [
            (UTC_TIME, "491231235959Z", Some("2049-12-31T23:59:59Z")),
            (UTC_TIME, "500101000000Z", Some("1950-01-01T00:00:00Z")),
            (UTC_TIME, "9912312359Z", Some("1999-12-31T23:59:00Z")),
            (UTC_TIME, "991231235959+0100", Some("1999-12-31T22:59:59Z")),
            (GENERALIZED_TIME, "99991231235959Z", Some("9999-12-31T23:59:59Z")),
            (GENERALIZED_TIME, "20240229000000Z", Some("2024-02-29T00:00:00Z")),
            (GENERALIZED_TIME, "20230229000000Z", None),
            (UTC_TIME, "", None),
        ] {
            let date = Date::read(Element { tag, content: content.as_bytes(), whole: b"" });
            assert_eq!(date.map(|date| date.to_string()).as_deref(), expected, "{content}");
        }
    }

    #[test]
    fn seconds_since_1970_and_a_date_are_the_same() {
        for (unix, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            let date = Date::from_unix(unix);
            assert_eq!((date.to_string().as_str(), date.unix()), (text, unix));
        }
        assert!(Date::from_unix(i64::MAX) >= Date::from_unix(253_402_300_799));
    }
}
