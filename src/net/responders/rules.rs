//! Rules: what one recv brought is held against a list, and the first rule that fits answers.
//!
//! In scope: matching by text, bytes and regular expressions, answers with their captures. Out of scope: putting messages together;
//! TCP has none, and a rule sees what one recv brought.

use std::time::Duration;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use super::template::{Piece, expand};

use crate::capture::Ended;
use crate::net::{Leave, Received, Responder, Responding, Wire};

/// A regular expression, compiled, takes so many bytes at most.
const REGEX_MAX: usize = 1024 * 1024;

/// When a rule fits.
#[derive(Clone, Debug)]
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
    Regex(Regex),
    /// Always.
    Anything,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Sends these; what no regular expression has matched has no groups.
    Reply(Vec<Piece>),
    /// Sends these and closes.
    ReplyAndClose(Vec<Piece>),
    /// Closes.
    Close,
    /// Nothing.
    Nothing,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// When it fits.
    pub when: Pattern,
    /// How long it waits before it answers.
    pub delay: Duration,
    /// What it does.
    pub answer: Answer,
}

/// Why a regular expression can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(pub String);

impl Pattern {
    /// A regular expression over bytes: `.` and `\xff` are one byte each, whatever the bytes mean; `(?u)` makes them characters of
    /// UTF-8. `^` and `$` meet the beginning and the end of each line, which ends in `\n`, `\r\n`, `\r`, or with the bytes; `.` is none
    /// of a line end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn regex(text: &str) -> Result<Self, RuleError> {
        let regex = RegexBuilder::new(text).unicode(false).multi_line(true).crlf(true).size_limit(REGEX_MAX).build();
        regex.map(Self::Regex).map_err(|error| RuleError(error.to_string()))
    }

    fn fits(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Equals(wanted) => bytes == wanted,
            Self::Line(wanted) => bytes == wanted || without_line_end(bytes) == wanted,
            Self::Contains(wanted) => memmem::find(bytes, wanted).is_some(),
            Self::StartsWith(wanted) => bytes.starts_with(wanted),
            Self::Regex(regex) => regex.is_match(bytes),
            Self::Anything => true,
        }
    }

    /// The reply to `bytes`.
    fn reply(&self, pieces: &[Piece], bytes: &[u8]) -> Vec<u8> {
        let captures = if let Self::Regex(regex) = self { regex.captures(bytes) } else { None };
        expand(pieces, captures.as_ref())
    }
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The responder.
pub struct Rules(pub Vec<Rule>);

impl Responder for Rules {
    fn serve(&self, wire: &mut Wire) -> Responding {
        let mut buffer = wire.buffer();
        loop {
            let received = wire.recv(&mut buffer)?;
            let Received::Bytes { count, .. } = received else { return Ok(received.ended()) };
            let bytes = buffer.get(..count).unwrap_or_default();
            let Some(rule) = self.0.iter().find(|rule| rule.when.fits(bytes)) else { continue };
            if !rule.delay.is_zero() && wire.pause(rule.delay) {
                return Err(Leave::Stopped);
            }
            match &rule.answer {
                Answer::Reply(reply) => wire.reply(&rule.when.reply(reply, bytes))?,
                Answer::ReplyAndClose(reply) => {
                    wire.reply(&rule.when.reply(reply, bytes))?;
                    return Ok(Ended::Finished);
                }
                Answer::Close => return Ok(Ended::Finished),
                Answer::Nothing => {}
            }
        }
    }
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
