//! Conditions on a request, and the validators of a file (RFC 9110 §8.8 and §13).

use std::time::{Duration, SystemTime};

use jiff::fmt::rfc2822::DateTimeParser;

use super::range::{self, Ranged};
use crate::http::Span;
use crate::net::responders::http::{Request, http_date};

/// By what a client knows whether it has the same file.
pub struct Validators {
    tag: String,
    modified: Option<SystemTime>,
    length: u64,
}

impl Validators {
    /// Of a file of `length` bytes that was changed at `modified`.
    pub fn of(length: u64, modified: Option<SystemTime>) -> Self {
        let since = modified.and_then(|modified| modified.duration_since(SystemTime::UNIX_EPOCH).ok());
        let tag = format!("\"{:x}-{length:x}\"", since.unwrap_or_default().as_nanos());
        Self { tag, modified, length }
    }

    /// The lines of their fields.
    pub fn lines(&self) -> String {
        let tag = &self.tag;
        match self.modified {
            Some(modified) => format!("ETag: {tag}\r\nLast-Modified: {}\r\n", http_date(modified)),
            None => format!("ETag: {tag}\r\n"),
        }
    }

    /// Whether it has been changed since the date in `value`; `None` if that is no date.
    fn changed_since(&self, value: &[u8]) -> Option<bool> {
        let since = date(value)?;
        let modified = self.modified?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        // HTTP knows whole seconds.
        Some(Duration::from_secs(modified.as_secs()) > since)
    }

    fn is_date(&self, value: &[u8]) -> bool {
        let modified = self.modified.and_then(|modified| modified.duration_since(SystemTime::UNIX_EPOCH).ok());
        date(value).is_some_and(|date| modified.is_some_and(|modified| modified.as_secs() == date.as_secs()))
    }
}

fn date(value: &[u8]) -> Option<Duration> {
    let text = std::str::from_utf8(value).ok()?;
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    Duration::try_from(date.as_duration()).ok()
}

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
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
    /// Judges them in the order of RFC 9110 §13.2.2.
    pub fn judge(&self, file: &Validators) -> Verdict {
        let head = self.0.head;
        let unchanged = match (head.field("If-Match"), head.field("If-Unmodified-Since")) {
            (Some(_), _) => self.names("If-Match", &file.tag, false),
            (None, Some(date)) => !file.changed_since(date).unwrap_or(false),
            (None, None) => true,
        };
        if !unchanged {
            return Verdict::Failed;
        }
        let changed = match (head.field("If-None-Match"), head.field("If-Modified-Since")) {
            (Some(_), _) => !self.names("If-None-Match", &file.tag, true),
            (None, Some(date)) => file.changed_since(date).unwrap_or(true),
            (None, None) => true,
        };
        if !changed {
            return Verdict::NotModified;
        }
        match head.field("Range").filter(|_| !self.0.is_head && self.range_holds(file)) {
            None => Verdict::Whole,
            Some(value) => match range::read(value, file.length) {
                Ranged::Whole => Verdict::Whole,
                Ranged::Part(span) => Verdict::Part(span),
                Ranged::NoSuchPart => Verdict::NoSuchPart,
            },
        }
    }

    /// Whether a field lists the tag, or `*`. A weak tag is the same only if `weak` may count.
    fn names(&self, field: &str, tag: &str, weak: bool) -> bool {
        let mut tags = self.0.head.all(field).flat_map(|value| value.split(|byte| *byte == b','));
        tags.any(|listed| {
            let listed = listed.trim_ascii();
            let listed = listed.strip_prefix(b"W/").filter(|_| weak).unwrap_or(listed);
            listed == b"*" || listed == tag.as_bytes()
        })
    }

    /// If-Range: the part is wanted only of the file that the client knows.
    fn range_holds(&self, file: &Validators) -> bool {
        match self.0.head.field("If-Range") {
            None => true,
            Some(value) => value == file.tag.as_bytes() || file.is_date(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Found, Reader};

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn verdict(fields: &str) -> Verdict {
        let modified = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_500);
        let file = Validators::of(10, Some(modified));
        let fields = fields.replace("TAG", &file.tag).replace("DATE", DATE);
        let mut found = Vec::new();
        Reader::requests().push(format!("GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n").as_bytes(), &mut found);
        let Some(Found::Head { head, .. }) = found.first() else { panic!("no head") };
        let request = Request {
            head,
            is_head: false,
            target: b"/",
            keep_alive: true,
            asks_to_close: false,
            expects_continue: false,
        };
        Conditions(&request).judge(&file)
    }

    #[test]
    fn conditions_are_judged_in_order() {
        let part = Verdict::Part(Span::new(1, 3));
        for (fields, expected) in [
            ("", Verdict::Whole),
            ("If-None-Match: TAG\r\n", Verdict::NotModified),
            ("If-None-Match: \"x\", W/TAG\r\n", Verdict::NotModified),
            ("If-None-Match: *\r\n", Verdict::NotModified),
            ("If-None-Match: \"x\"\r\nIf-Modified-Since: DATE\r\n", Verdict::Whole),
            ("If-Modified-Since: DATE\r\n", Verdict::NotModified),
            ("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", Verdict::Whole),
            ("If-Modified-Since: yesterday\r\n", Verdict::Whole),
            ("If-Match: TAG\r\n", Verdict::Whole),
            ("If-Match: W/TAG\r\n", Verdict::Failed),
            ("If-Match: \"x\"\r\n", Verdict::Failed),
            ("If-Unmodified-Since: DATE\r\n", Verdict::Whole),
            ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", Verdict::Failed),
            ("Range: bytes=1-2\r\n", part),
            ("Range: bytes=1-2\r\nIf-Range: TAG\r\n", part),
            ("Range: bytes=1-2\r\nIf-Range: DATE\r\n", part),
            ("Range: bytes=1-2\r\nIf-Range: \"x\"\r\n", Verdict::Whole),
            ("Range: bytes=10-\r\n", Verdict::NoSuchPart),
            ("If-None-Match: TAG\r\nRange: bytes=1-2\r\n", Verdict::NotModified),
        ] {
            assert_eq!(verdict(fields), expected, "{fields}");
        }
    }
}
