//! Rules: what one recv brought is held against a list, and the first rule that fits answers.
//!
//! In scope: matching by text, bytes and regular expressions, answers with their captures. Out of scope: putting messages together;
//! TCP has none, and a rule sees what one recv brought.

use std::time::Duration;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use crate::capture::Ended;
use crate::net::{Leave, Received, Responder, Responding, Wire};

/// A regular expression, compiled, takes so many bytes at most.
const REGEX_MAX: usize = 1024 * 1024;

/// When a rule fits.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// The bytes are these; a line end after them is passed over.
    Equals(Vec<u8>),
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
    /// Sends these; with a regular expression, `$1`, `${name}` and `$$` stand for captures and a dollar.
    Reply(Vec<u8>),
    /// Sends these and closes.
    ReplyAndClose(Vec<u8>),
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
    /// A regular expression; it may match bytes that are no text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn regex(text: &str) -> Result<Self, RuleError> {
        let regex = RegexBuilder::new(text).size_limit(REGEX_MAX).build();
        regex.map(Self::Regex).map_err(|error| RuleError(error.to_string()))
    }

    fn fits(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Equals(wanted) => bytes == wanted || bytes.trim_ascii_end() == wanted,
            Self::Contains(wanted) => memmem::find(bytes, wanted).is_some(),
            Self::StartsWith(wanted) => bytes.starts_with(wanted),
            Self::Regex(regex) => regex.is_match(bytes),
            Self::Anything => true,
        }
    }

    /// The reply `template` to `bytes`.
    fn expand(&self, template: &[u8], bytes: &[u8]) -> Vec<u8> {
        let Self::Regex(regex) = self else { return template.to_vec() };
        let mut reply = Vec::new();
        if let Some(captures) = regex.captures(bytes) {
            captures.expand(template, &mut reply);
        }
        reply
    }
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
                Answer::Reply(template) => wire.reply(&rule.when.expand(template, bytes))?,
                Answer::ReplyAndClose(template) => {
                    wire.reply(&rule.when.expand(template, bytes))?;
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
            (Pattern::Equals(text("hi")), "hi\r\n", true),
            (Pattern::Equals(text("hi\r\n")), "hi\r\n", true),
            (Pattern::Equals(text("hi")), "hi!", false),
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
    fn captures_go_into_the_reply() {
        let regex = Pattern::regex(r"(?-u)add (\d+) (?<b>\d+) (.)").unwrap();
        assert_eq!(regex.expand(b"$2+${1} $$ $3", b"add 1 22 \xff"), b"22+1 $ \xff");
        assert_eq!(Pattern::Anything.expand(b"$1", b"x"), b"$1");
        assert!(Pattern::regex("(").is_err());
    }
}
