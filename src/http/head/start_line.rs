//! The first line of a message (RFC 9112 §3 and §4).
//!
//! In scope: a whole request or status line. Both are read by their words rather than
//! strictly, as §3 and §4 allow, and what is odd is reported. Out of scope: the target's
//! own syntax, and HTTP/0.9, whose request line has no version.

use super::offset_slice::Part;
use crate::http::characters::is_blank;
use crate::http::message_kind::Side;
use crate::http::method::Method;
use crate::http::span::Span;
use crate::http::unreadable::{Refusal, Unreadable};
use crate::http::version::Version;
use crate::http::violation::{Violation, ViolationKind};

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StartLine {
    /// A request line.
    Request {
        /// The method.
        method: Method,
        /// The request target, as written; holds spaces, or nothing, when the line is odd.
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
    /// Reads `line`, which has no line end, appending what is odd to `violations`.
    ///
    /// # Errors
    ///
    /// When it is no start line of that side, or one of a version other than 1.x.
    pub(crate) fn read(side: Side, line: Part<'_>, violations: &mut Vec<Violation>) -> Result<StartLine, Refusal> {
        match side {
            Side::Requests => request(line, violations),
            Side::Responses => response(line, violations),
        }
    }
}

/// A method, a target, a version: the first word, the last word and what is in between.
fn request(line: Part<'_>, violations: &mut Vec<Violation>) -> Result<StartLine, Refusal> {
    let (method, rest) = line.split(word_len(line));
    let trimmed = rest.trim_end();
    let last_blank = trimmed.bytes.iter().rposition(|&byte| is_blank(byte));
    let (between, word) = trimmed.split(last_blank.map_or(0, |last| last + 1));
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

/// A version, three digits that no other follows, and whatever is left.
fn response(line: Part<'_>, violations: &mut Vec<Violation>) -> Result<StartLine, Refusal> {
    let (word, rest) = line.split(VERSION_LEN);
    // Curl and browsers read the letters in any case.
    let upper = word.bytes.to_ascii_uppercase();
    let version = version(Part { bytes: &upper, ..word })?;
    if !rest.begins_blank() {
        return Err(not_http(rest.at));
    }

    let trimmed = rest.trim_start();
    let (digits, tail) = trimmed.split(3);
    let status = status(digits)?;
    if tail.bytes.first().is_some_and(u8::is_ascii_digit) {
        return Err(not_http(tail.at));
    }

    // Curl and browsers take what follows the status without a space for the reason.
    let (space, reason) = tail.split(usize::from(tail.begins_blank()));
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
fn word_len(part: Part<'_>) -> usize {
    let blank = part.bytes.iter().position(|&byte| is_blank(byte));
    blank.unwrap_or(part.bytes.len())
}

fn version(word: Part<'_>) -> Result<Version, Refusal> {
    let Some(version) = Version::read(word.bytes) else {
        return Err(not_http(word.at));
    };
    // A higher minor version is read as the highest known (RFC 9110 §2.5).
    if version.major != 1 {
        return Err(Refusal { at: word.at, why: Unreadable::OtherVersion(version) });
    }
    Ok(version)
}

fn status(digits: Part<'_>) -> Result<u16, Refusal> {
    if digits.bytes.len() != 3 || !digits.bytes.iter().all(u8::is_ascii_digit) {
        return Err(not_http(digits.at));
    }
    let value = |sum, &digit: &u8| sum * 10 + u16::from(digit - b'0');
    Ok(digits.bytes.iter().fold(0, value))
}

fn not_http(at: u64) -> Refusal {
    Refusal { at, why: Unreadable::NotHttp }
}
