//! A rule: a pattern that what one recv brought is held against, and what is sent if it fits.
//!
//! In scope: matching by text, bytes and regular expressions, replies with their groups. Out of scope: the responder (`rules`).

use std::time::Duration;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use super::reply_template::{Piece, expand};

/// The most memory that a compiled regular expression may take: 1 MiB.
const REGEX_MAX: usize = 1024 * 1024;

/// When a rule fits.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// The bytes are these.
    Equals(Vec<u8>),
    /// The same; a line end after them (`\n`, `\r\n` or `\r`) is passed over.
    Line(Vec<u8>),
    /// These are somewhere in them.
    Contains(Vec<u8>),
    /// They begin with these.
    StartsWith(Vec<u8>),
    /// The expression matches somewhere in them.
    Regex(Expression),
    /// Always.
    Anything,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// When it fits.
    pub when: Pattern,
    /// How long the responder waits before it answers.
    pub delay: Duration,
    /// What is sent; `None`: nothing. Only a reply to a regular expression has groups.
    pub reply: Option<Vec<Piece>>,
    /// Whether the connection is closed then.
    pub closes: bool,
}

/// A regular expression, compiled. Two are equal if they are written alike.
#[derive(Clone, Debug)]
pub struct Expression(pub Regex);

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// Why a regular expression can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(pub String);

impl Pattern {
    /// A regular expression over bytes: `.` and `\xff` are one byte each, whatever the bytes mean; `(?u)` makes them characters of
    /// UTF-8. `^` and `$` meet the beginning and the end of each line, which ends in `\n`, `\r\n`, `\r`, or with the bytes; `.` is none
    /// of a line end.
    pub fn regex(text: &str) -> Result<Self, RuleError> {
        let regex = RegexBuilder::new(text).unicode(false).multi_line(true).crlf(true).size_limit(REGEX_MAX).build();
        regex.map(|regex| Self::Regex(Expression(regex))).map_err(|error| RuleError(error.to_string()))
    }

    /// Whether `bytes`, which one recv brought, fit.
    pub(super) fn fits(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Equals(wanted) => bytes == wanted,
            Self::Line(wanted) => bytes == wanted || without_line_end(bytes) == wanted,
            Self::Contains(wanted) => memmem::find(bytes, wanted).is_some(),
            Self::StartsWith(wanted) => bytes.starts_with(wanted),
            Self::Regex(regex) => regex.0.is_match(bytes),
            Self::Anything => true,
        }
    }

    /// The reply that `pieces` make to `bytes`.
    pub(super) fn reply(&self, pieces: &[Piece], bytes: &[u8]) -> Vec<u8> {
        let captures = if let Self::Regex(regex) = self { regex.0.captures(bytes) } else { None };
        expand(pieces, captures.as_ref())
    }
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_what_they_say() {
        let text = |text: &str| text.as_bytes().to_vec();
        for (pattern, bytes, fits) in [
            (Pattern::Equals(text("hi")), "hi", true),
            (Pattern::Equals(text("hi")), "hi\n", false),
            (Pattern::Equals(text("~\x01")), "~\x01 ", false),
            (Pattern::Line(text("hi")), "hi", true),
            (Pattern::Line(text("hi")), "hi\n", true),
            (Pattern::Line(text("hi")), "hi\r\n", true),
            (Pattern::Line(text("hi\r\n")), "hi\r\n", true),
            (Pattern::Line(text("hi")), "hi\n\n", false),
            (Pattern::Line(text("hi")), "hi ", false),
            (Pattern::Line(text("hi")), "hi!", false),
            (Pattern::Contains(text("ell")), "hello", true),
            (Pattern::Contains(text("elo")), "hello", false),
            (Pattern::StartsWith(text("he")), "hello", true),
            (Pattern::StartsWith(text("el")), "hello", false),
            (Pattern::regex("^h.*o$").unwrap(), "hello", true),
            (Pattern::regex("^o").unwrap(), "hello", false),
            (Pattern::Anything, "", true),
        ] {
            assert_eq!(pattern.fits(bytes.as_bytes()), fits, "{pattern:?} {bytes:?}");
        }
    }

    #[test]
    fn expressions_match_bytes_and_lines_however_they_end() {
        for (pattern, bytes, fits) in [
            (r"^\xff\xfe", &b"\xff\xfe"[..], true),
            (r"^\xff\xfe", b"\xc3\xbf\xc3\xbe", false),
            (r"^[\x80-\xff]{2}$", b"\x80\xff\n", true),
            ("^..$", b"\xff\x00", true),
            ("你好", "你好".as_bytes(), true),
            ("(?u)^你.$", "你好\r\n".as_bytes(), true),
            (r"^cost (\d+)$", b"cost 5", true),
            (r"^cost (\d+)$", b"cost 5\n", true),
            (r"^cost (\d+)$", b"cost 5\r\n", true),
            (r"^cost (\d+)$", b"a line\ncost 5\r\nanother", true),
            (r"^cost (\d+)$", b"cost 5 \n", false),
            (r"\Acost", b"a line\ncost", false),
        ] {
            assert_eq!(Pattern::regex(pattern).unwrap().fits(bytes), fits, "{pattern} {bytes:x?}");
        }
        assert!(Pattern::regex("(").is_err());
    }

    #[test]
    fn groups_go_into_the_reply() {
        let regex = Pattern::regex(r"add (\d+)( never)? (.+)$").unwrap();
        let pieces = [Piece::Group(3), Piece::Bytes(b"+".to_vec()), Piece::Group(2), Piece::Group(1)];
        assert_eq!(regex.reply(&pieces, b"add 1 \xff\r\n"), b"\xff+1");
        assert_eq!(Pattern::Anything.reply(&[Piece::Bytes(b"$1".to_vec())], b"x"), b"$1");
    }
}
