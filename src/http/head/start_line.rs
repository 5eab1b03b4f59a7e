//! The first line of a message (RFC 9112 §3 and §4).
//!
//! In scope: a whole request line or status line. Both are split at whitespace, as §3 and §4 allow, and a departure from the strict
//! syntax is reported. Out of scope: the syntax of the target, and HTTP/0.9, whose request line has no version.

use super::offset_slice::OffsetSlice;
use crate::http::characters::is_ows;
use crate::http::message_kind::MessageKind;
use crate::http::method::Method;
use crate::http::span::Span;
use crate::http::unreadable::{Refusal, Unreadable};
use crate::http::version::Version;
use crate::http::violation::{Violation, ViolationKind};

/// The first line of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartLine {
    /// A request line.
    Request {
        /// The method.
        method: Method,
        /// The request target as it was sent. It holds spaces, or is empty, in a line with [`ViolationKind::OddRequestLine`].
        target: Span,
        /// The version; always 1.x.
        version: Version,
    },
    /// A status line.
    Response {
        /// The version; always 1.x.
        version: Version,
        /// The status code, three digits: 0 to 999.
        status: u16,
        /// The reason phrase, often empty.
        reason: Span,
    },
}

/// The length of `HTTP/1.1`.
const VERSION_LEN: usize = 8;

impl StartLine {
    /// Reads `line`, which comes without its line end, and appends what is against the standard to `violations`. Fails when `line` is no
    /// start line of that kind of message, or has a version other than 1.x.
    pub(crate) fn read(
        kind: MessageKind,
        line: OffsetSlice<'_>,
        violations: &mut Vec<Violation>,
    ) -> Result<StartLine, Refusal> {
        match kind {
            MessageKind::Request => request(line, violations),
            MessageKind::Response => response(line, violations),
        }
    }
}

/// Reads a request line: the method is the first word, the version is the last word, the target is what lies between.
fn request(line: OffsetSlice<'_>, violations: &mut Vec<Violation>) -> Result<StartLine, Refusal> {
    let (method, rest) = line.split(word_len(line));
    let trimmed = rest.trim_end();
    let last_space = trimmed.bytes.iter().rposition(|&byte| is_ows(byte));
    let (between, word) = trimmed.split(last_space.map_or(0, |last| last + 1));
    let version = version(word)?;

    let target = between.trim();
    let spaced = between.bytes.strip_prefix(b" ");
    let inner = spaced.and_then(|bytes| bytes.strip_suffix(b" "));
    let tidy = inner == Some(target.bytes)
        && word_len(target) == target.bytes.len()
        && !target.is_empty()
        && rest.end() == word.end();
    if !tidy {
        violations.push(Violation { at: line.at, kind: ViolationKind::OddRequestLine });
    }
    Ok(StartLine::Request {
        method: Method::from(&*String::from_utf8_lossy(method.bytes)),
        target: target.span(),
        version,
    })
}

/// Reads a status line: a version, exactly three digits, and the reason phrase.
fn response(line: OffsetSlice<'_>, violations: &mut Vec<Violation>) -> Result<StartLine, Refusal> {
    let (word, rest) = line.split(VERSION_LEN);
    // Curl and browsers read the letters in any case.
    let upper = word.bytes.to_ascii_uppercase();
    let version = version(OffsetSlice { bytes: &upper, ..word })?;
    if !rest.starts_with_ows() {
        return Err(not_http(rest.at));
    }

    let trimmed = rest.trim_start();
    let (digits, tail) = trimmed.split(3);
    let status = status(digits)?;
    if tail.bytes.first().is_some_and(u8::is_ascii_digit) {
        return Err(not_http(tail.at));
    }

    // Curl and browsers take text that follows the status without a space for the reason phrase.
    let (space, reason) = tail.split(usize::from(tail.starts_with_ows()));
    let is_tidy = rest.bytes.strip_prefix(b" ") == Some(trimmed.bytes) && space.bytes == b" ";
    if !is_tidy || upper != word.bytes {
        violations.push(Violation { at: line.at, kind: ViolationKind::OddStatusLine });
    }
    if !(100..=599).contains(&status) {
        violations.push(Violation { at: digits.at, kind: ViolationKind::StatusOutOfRange });
    }
    Ok(StartLine::Response { version, status, reason: reason.span() })
}

/// How many bytes come before the first whitespace.
fn word_len(text: OffsetSlice<'_>) -> usize {
    text.bytes.iter().position(|&byte| is_ows(byte)).unwrap_or(text.bytes.len())
}

fn version(word: OffsetSlice<'_>) -> Result<Version, Refusal> {
    let Some(version) = Version::read(word.bytes) else {
        return Err(not_http(word.at));
    };
    // A higher minor version is read as the highest known (RFC 9110 §2.5).
    if version.major != 1 {
        return Err(Refusal { at: word.at, why: Unreadable::OtherVersion(version) });
    }
    Ok(version)
}

fn status(digits: OffsetSlice<'_>) -> Result<u16, Refusal> {
    if digits.bytes.len() != 3 || !digits.bytes.iter().all(u8::is_ascii_digit) {
        return Err(not_http(digits.at));
    }
    let value = |sum, &digit: &u8| sum * 10 + u16::from(digit - b'0');
    Ok(digits.bytes.iter().fold(0, value))
}

fn not_http(at: u64) -> Refusal {
    Refusal { at, why: Unreadable::NotHttp }
}
