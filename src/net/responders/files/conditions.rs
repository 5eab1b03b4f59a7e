//! Conditions on a request, its Range field, and the validators of a file (RFC 9110 §8.8, §13 and §14).

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::http::{Head, Span, trim_ows};
use crate::net::responders::http::{Request, http_date};

/// A date is a strong validator when the change is so long ago (RFC 9110 §8.8.2.2).
const STRONG_AFTER: Duration = Duration::from_secs(60);

/// By what a client knows whether it has the same file.
pub struct Validators {
    tag: String,
    modified: Option<SystemTime>,
    length: u64,
}

impl Validators {
    /// Of a file of `length` bytes that was changed at `modified`, and in any way at `changed` in nanoseconds.
    pub fn of(length: u64, modified: Option<SystemTime>, changed: i128) -> Self {
        let since = modified.and_then(|modified| modified.duration_since(SystemTime::UNIX_EPOCH).ok());
        let tag = format!("\"{:x}-{changed:x}-{length:x}\"", since.unwrap_or_default().as_nanos());
        Self { tag, modified, length }
    }

    /// Of what has neither tag nor date.
    pub fn none() -> Self {
        Self { tag: String::new(), modified: None, length: 0 }
    }

    /// The lines of their fields.
    pub fn lines(&self) -> String {
        let tag = &self.tag;
        // A date to come would be no date of a change (RFC 9110 §8.8.2.1).
        match self.modified.map(|modified| modified.min(SystemTime::now())) {
            Some(modified) => format!("ETag: {tag}\r\nLast-Modified: {}\r\n", http_date(modified)),
            None => format!("ETag: {tag}\r\n"),
        }
    }

    /// Whether it has been changed since the date in `value`; `None` if that is no date.
    fn changed_since(&self, value: &[u8]) -> Option<bool> {
        let since = date(value)?;
        Some(whole_seconds(self.modified?)? > since)
    }

    /// Whether `value` is the date of the change, and that so long ago that it was hardly changed twice within that second.
    fn is_date(&self, value: &[u8]) -> bool {
        let Some(modified) = self.modified else { return false };
        let is_old = SystemTime::now().duration_since(modified).is_ok_and(|age| age > STRONG_AFTER);
        is_old && date(value).is_some_and(|date| whole_seconds(modified) == Some(date))
    }
}

/// A date in any of the three forms of RFC 9110 §5.6.7.
fn date(value: &[u8]) -> Option<DateTime> {
    const FORMS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    FORMS.iter().find_map(|form| DateTime::strptime(form, value).ok())
}

/// A moment as HTTP knows it: in UTC, without what is below a second.
fn whole_seconds(moment: SystemTime) -> Option<DateTime> {
    let moment = TimeZone::UTC.to_datetime(Timestamp::try_from(moment).ok()?);
    moment.with().subsec_nanosecond(0).build().ok()
}

/// The value of a field that is there once.
fn single<'a>(head: &'a Head, name: &'a str) -> Option<&'a [u8]> {
    let mut all = head.all(name);
    all.next().filter(|_| all.next().is_none())
}

/// The entity tags in a list, each with whether it is weak (RFC 9110 §8.8.3); a tag may hold commas.
fn tags(list: &[u8]) -> impl Iterator<Item = (bool, &[u8])> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b','))?;
        let listed = rest.get(start..)?;
        let (is_weak, opaque) = listed.strip_prefix(b"W/").map_or((false, listed), |opaque| (true, opaque));
        let end = 2 + opaque.strip_prefix(b"\"")?.iter().position(|byte| *byte == b'"')?;
        let (tag, after) = opaque.split_at_checked(end)?;
        rest = after;
        Some((is_weak, tag))
    })
}

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// 412
    Failed,
    /// 304
    NotModified,
    /// All of it.
    Whole,
    /// 206, this part.
    Part(Span),
    /// 416
    NoSuchPart,
}

/// The conditions of a request.
pub struct Conditions<'a>(pub &'a Request<'a>);

impl Conditions<'_> {
    /// Evaluates them in the order of RFC 9110 §13.2.2.
    pub fn evaluate(&self, file: &Validators) -> Evaluation {
        let head = self.0.head;
        let unchanged = match (head.field("If-Match"), single(head, "If-Unmodified-Since")) {
            (Some(_), _) => self.names("If-Match", &file.tag, false),
            (None, Some(date)) => !file.changed_since(date).unwrap_or(false),
            (None, None) => true,
        };
        if !unchanged {
            return Evaluation::Failed;
        }
        let changed = match (head.field("If-None-Match"), single(head, "If-Modified-Since")) {
            (Some(_), _) => !self.names("If-None-Match", &file.tag, true),
            (None, Some(date)) => file.changed_since(date).unwrap_or(true),
            (None, None) => true,
        };
        if !changed {
            return Evaluation::NotModified;
        }
        match single(head, "Range").filter(|_| !self.0.is_head && self.range_holds(file)) {
            None => Evaluation::Whole,
            Some(value) => range(value, file.length),
        }
    }

    /// Whether a field lists the tag, or is `*`. A weak tag is the same only if `weak` may count.
    fn names(&self, field: &str, tag: &str, weak: bool) -> bool {
        self.0.head.all(field).any(|list| {
            trim_ows(list) == b"*" || tags(list).any(|(is_weak, listed)| (weak || !is_weak) && listed == tag.as_bytes())
        })
    }

    /// If-Range: the part is wanted only of the file that the client knows.
    fn range_holds(&self, file: &Validators) -> bool {
        let mut values = self.0.head.all("If-Range");
        match (values.next(), values.next()) {
            (None, _) => true,
            (Some(value), None) => value == file.tag.as_bytes() || file.is_date(value),
            (Some(_), Some(_)) => false,
        }
    }
}

/// What the value of a Range field asks for of a file of `length` bytes. Another unit, several ranges, and what is no range are passed over
/// (RFC 9110 §14.2).
fn range(value: &[u8], length: u64) -> Evaluation {
    let range = value.split_at_checked(6).filter(|(unit, _)| unit.eq_ignore_ascii_case(b"bytes="));
    let Some((first, last)) = range.and_then(|(_, range)| first_and_last(range)) else { return Evaluation::Whole };
    let span = match (first, last) {
        (Some(first), Some(last)) if last < first => return Evaluation::Whole,
        (Some(first), last) => Span::new(first, last.map_or(length, |last| last.saturating_add(1).min(length))),
        // Of nothing, the last so many are all (RFC 9110 §14.1.2).
        (None, Some(1..)) if length == 0 => return Evaluation::Whole,
        (None, Some(count)) => Span::new(length.saturating_sub(count), length),
        (None, None) => return Evaluation::Whole,
    };
    if span.start < span.end { Evaluation::Part(span) } else { Evaluation::NoSuchPart }
}

/// `first-last`, `first-` or `-count`; `None` if it is neither.
fn first_and_last(range: &[u8]) -> Option<(Option<u64>, Option<u64>)> {
    let text = std::str::from_utf8(range).ok()?.trim_matches([' ', '\t']);
    let (first, last) = text.split_once('-')?;
    let number = |text: &str| -> Option<Option<u64>> {
        if text.is_empty() {
            return Some(None);
        }
        // What is too large is past every end.
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Some(text.parse().unwrap_or(u64::MAX)))
    };
    Some((number(first)?, number(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{ParseEvent, Reader};

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn evaluation(fields: &str) -> Evaluation {
        let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_500);
        let file = Validators::of(10, Some(modified), 5);
        let fields = fields.replace("TAG", &file.tag).replace("DATE", DATE);
        let mut found = Vec::new();
        Reader::requests().push(format!("GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n").as_bytes(), &mut found);
        let Some(ParseEvent::Head { head, .. }) = found.first() else { panic!("no head") };
        let request = Request {
            head,
            is_head: false,
            target: b"/",
            keep_alive: true,
            asks_to_close: false,
            expects_continue: false,
        };
        Conditions(&request).evaluate(&file)
    }

    #[test]
    fn conditions_are_evaluated_in_order() {
        let part = Evaluation::Part(Span::new(1, 3));
        for (fields, expected) in [
            ("", Evaluation::Whole),
            ("If-None-Match: TAG\r\n", Evaluation::NotModified),
            ("If-None-Match: \"x\", W/TAG\r\n", Evaluation::NotModified),
            ("If-None-Match: *\r\n", Evaluation::NotModified),
            ("If-None-Match: \"x\"\r\nIf-Modified-Since: DATE\r\n", Evaluation::Whole),
            ("If-Modified-Since: DATE\r\n", Evaluation::NotModified),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", Evaluation::Whole),
            ("If-Modified-Since: yesterday\r\n", Evaluation::Whole),
            ("If-Modified-Since: Sunday, 06-Nov-94 08:49:37 GMT\r\n", Evaluation::NotModified),
            ("If-Modified-Since: Sun Nov  6 08:49:37 1994\r\n", Evaluation::NotModified),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 +0000\r\n", Evaluation::Whole),
            ("If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n", Evaluation::NotModified),
            ("If-Modified-Since: DATE\r\nIf-Modified-Since: DATE\r\n", Evaluation::Whole),
            ("If-Unmodified-Since: Sunday, 06-Nov-94 08:49:36 GMT\r\n", Evaluation::Failed),
            ("If-None-Match: \"a,*,b\"\r\n", Evaluation::Whole),
            ("If-Match: \"a,*,b\"\r\n", Evaluation::Failed),
            ("If-None-Match: W/*\r\n", Evaluation::Whole),
            ("If-None-Match: \"a,b\" ,, W/TAG\r\n", Evaluation::NotModified),
            ("If-None-Match: \"unfinished\r\n", Evaluation::Whole),
            ("Range: bytes=0-0\r\nRange: bytes=1-1\r\n", Evaluation::Whole),
            ("If-Match: TAG\r\n", Evaluation::Whole),
            ("If-Match: W/TAG\r\n", Evaluation::Failed),
            ("If-Match: \"x\"\r\n", Evaluation::Failed),
            ("If-Unmodified-Since: DATE\r\n", Evaluation::Whole),
            ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", Evaluation::Failed),
            ("Range: bytes=1-2\r\n", part),
            ("Range: bytes=1-2\r\nIf-Range: TAG\r\n", part),
            ("Range: bytes=1-2\r\nIf-Range: DATE\r\n", part),
            ("Range: bytes=1-2\r\nIf-Range: \"x\"\r\n", Evaluation::Whole),
            ("Range: bytes=10-\r\n", Evaluation::NoSuchPart),
            ("If-None-Match: TAG\r\nRange: bytes=1-2\r\n", Evaluation::NotModified),
        ] {
            assert_eq!(evaluation(fields), expected, "{fields}");
        }
    }

    #[test]
    fn a_date_of_just_now_is_no_strong_validator() {
        let now = SystemTime::now();
        let file = Validators::of(10, Some(now), 0);
        assert!(!file.is_date(http_date(now).as_bytes()));
        let long_ago = now - Duration::from_secs(120);
        assert!(Validators::of(10, Some(long_ago), 0).is_date(http_date(long_ago).as_bytes()));
    }

    #[test]
    fn a_date_to_come_is_not_told() {
        let later = SystemTime::now() + Duration::from_secs(1_000_000);
        assert!(!Validators::of(10, Some(later), 0).lines().contains(&http_date(later)));
    }

    #[test]
    fn a_change_that_leaves_date_and_length_has_another_tag() {
        let tag = |changed| Validators::of(10, None, changed).tag;
        assert_ne!(tag(1), tag(2));
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = |start, end| Evaluation::Part(Span::new(start, end));
        for (value, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-5", part(2, 6)),
            ("Bytes=2-", part(2, 10)),
            ("bytes=-3", part(7, 10)),
            ("bytes=-30", part(0, 10)),
            ("bytes=9-99999999999999999999999", part(9, 10)),
            ("bytes=10-", Evaluation::NoSuchPart),
            ("bytes=99999999999999999999-", Evaluation::NoSuchPart),
            ("bytes=-0", Evaluation::NoSuchPart),
            ("bytes=5-2", Evaluation::Whole),
            ("bytes=-", Evaluation::Whole),
            ("bytes=1-2,4-5", Evaluation::Whole),
            ("bytes=a-b", Evaluation::Whole),
            ("bytes=+1-2", Evaluation::Whole),
            ("lines=1-2", Evaluation::Whole),
            ("", Evaluation::Whole),
        ] {
            assert_eq!(range(value.as_bytes(), 10), expected, "{value}");
        }
        assert_eq!(range(b"bytes=0-", 0), Evaluation::NoSuchPart);
    }
}
