//! A rule of the server's form.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::draft::RuleFault;
use crate::net::responders::{Answer, Pattern, Rule};
use crate::net::{escaped_bytes, hex_bytes};

/// When a rule fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleWhen {
    /// What came equals a text.
    #[default]
    Equals,
    /// It has the text somewhere.
    Contains,
    /// It begins with the text.
    StartsWith,
    /// A regular expression matches.
    Regex,
    /// It equals bytes, written as hex.
    Hex,
    /// Always.
    Anything,
}

impl RuleWhen {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Equals, Self::Contains, Self::StartsWith, Self::Regex, Self::Hex, Self::Anything];
}

/// What a rule does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleThen {
    /// Replies.
    #[default]
    Reply,
    /// Replies and closes.
    ReplyAndClose,
    /// Closes.
    Close,
    /// Nothing.
    Nothing,
}

impl RuleThen {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Reply, Self::ReplyAndClose, Self::Close, Self::Nothing];
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleDraft {
    /// When it fits.
    pub when: RuleWhen,
    /// What it is held against: a text with `\\r`, `\\n`, `\\t`, `\\xNN` and `\\\\`, a regular expression, or hex.
    pub pattern: String,
    /// What it does.
    pub then: RuleThen,
    /// The reply, with the same escapes; or hex.
    pub reply: String,
    /// Whether the reply is hex.
    pub reply_is_hex: bool,
    /// Seconds that it waits before.
    pub delay: f32,
}

impl RuleDraft {
    /// The rule.
    ///
    /// # Errors
    /// Why it can't be used.
    pub(super) fn rule(&self) -> Result<Rule, RuleFault> {
        let text = |text: &str| escaped_bytes(text).map_err(RuleFault::Typed);
        let hex = |text: &str| hex_bytes(text).map_err(RuleFault::Typed);
        let when = match self.when {
            RuleWhen::Equals => Pattern::Equals(text(&self.pattern)?),
            RuleWhen::Contains => Pattern::Contains(text(&self.pattern)?),
            RuleWhen::StartsWith => Pattern::StartsWith(text(&self.pattern)?),
            RuleWhen::Regex => Pattern::regex(&self.pattern).map_err(RuleFault::Regex)?,
            RuleWhen::Hex => Pattern::Equals(hex(&self.pattern)?),
            RuleWhen::Anything => Pattern::Anything,
        };
        let reply = || if self.reply_is_hex { hex(&self.reply) } else { text(&self.reply) };
        let answer = match self.then {
            RuleThen::Reply => Answer::Reply(reply()?),
            RuleThen::ReplyAndClose => Answer::ReplyAndClose(reply()?),
            RuleThen::Close => Answer::Close,
            RuleThen::Nothing => Answer::Nothing,
        };
        let delay = Duration::try_from_secs_f32(self.delay).unwrap_or_default();
        Ok(Rule { when, delay, answer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_written_with_escapes() {
        let draft = RuleDraft {
            pattern: r"a\r\n\x00\\".into(),
            reply: "ff 00".into(),
            reply_is_hex: true,
            ..RuleDraft::default()
        };
        let rule = draft.rule().unwrap();
        assert!(matches!(rule.when, Pattern::Equals(bytes) if bytes == b"a\r\n\0\\"));
        assert_eq!(rule.answer, Answer::Reply(vec![0xff, 0]));
    }
}
