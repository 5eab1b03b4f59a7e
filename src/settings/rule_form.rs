//! A rule of the server's form.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::client_form::RuleFault;
use crate::capture::hex_bytes;
use crate::net::escaped_bytes;
use crate::net::responders::{Pattern, Piece, Rule, Typed, pieces};

enum_with_all! {
    /// When a rule fits.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum RuleWhen {
        /// What came equals a text, but for a line end behind it. Files of earlier versions call that `equals`.
        #[default]
        #[serde(rename = "equals")]
        Line,
        /// It equals a text.
        #[serde(rename = "exactly")]
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
}

enum_with_all! {
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
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleForm {
    /// When it fits.
    pub when: RuleWhen,
    /// What it is held against: a text with `\\r`, `\\n`, `\\t`, `\\xNN` and `\\\\`, a regular expression, or hex.
    pub pattern: String,
    /// What it does.
    pub then: RuleThen,
    /// The reply, with the same escapes, and with groups (`$1`, `${name}`, `$$`) if a regular expression matched; or hex.
    pub reply: String,
    /// Whether the reply is hex.
    pub reply_is_hex: bool,
    /// Seconds that it waits before.
    pub delay: f32,
}

impl RuleForm {
    /// The rule.
    ///
    /// # Errors
    /// Why it can't be used.
    pub(super) fn rule(&self) -> Result<Rule, RuleFault> {
        let text = |text: &str| escaped_bytes(text).map_err(RuleFault::Typed);
        let hex = |text: &str| hex_bytes(text).map_err(|error| RuleFault::Typed(error.into()));
        let when = match self.when {
            RuleWhen::Line => Pattern::Line(text(&self.pattern)?),
            RuleWhen::Equals => Pattern::Equals(text(&self.pattern)?),
            RuleWhen::Contains => Pattern::Contains(text(&self.pattern)?),
            RuleWhen::StartsWith => Pattern::StartsWith(text(&self.pattern)?),
            RuleWhen::Regex => Pattern::regex(&self.pattern).map_err(RuleFault::Regex)?,
            RuleWhen::Hex => Pattern::Equals(hex(&self.pattern)?),
            RuleWhen::Anything => Pattern::Anything,
        };
        let reply = || match &when {
            _ if self.reply_is_hex => Ok(vec![Piece::Bytes(hex(&self.reply)?)]),
            Pattern::Regex(regex) => {
                // A fault of the escapes is told with its place in the whole.
                text(&self.reply)?;
                let typed = pieces(&self.reply, &regex.0).map_err(RuleFault::Group)?;
                let piece = |typed| match typed {
                    Typed::Text(plain) => Ok(Piece::Bytes(text(plain)?)),
                    Typed::Group(number) => Ok(Piece::Group(number)),
                };
                typed.into_iter().map(piece).collect()
            }
            _ => Ok(vec![Piece::Bytes(text(&self.reply)?)]),
        };
        let replies = matches!(self.then, RuleThen::Reply | RuleThen::ReplyAndClose);
        let reply = if replies { Some(reply()?) } else { None };
        let closes = matches!(self.then, RuleThen::ReplyAndClose | RuleThen::Close);
        let delay = Duration::try_from_secs_f32(self.delay).unwrap_or_default();
        Ok(Rule { when, delay, reply, closes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::responders::UnknownGroup;

    #[test]
    fn rules_are_written_with_escapes() {
        let form = RuleForm {
            pattern: r"a\r\n\x00\\".into(),
            reply: "ff 00".into(),
            reply_is_hex: true,
            when: RuleWhen::Equals,
            ..RuleForm::default()
        };
        let rule = form.rule().unwrap();
        assert!(matches!(rule.when, Pattern::Equals(bytes) if bytes == b"a\r\n\0\\"));
        assert_eq!(rule.reply, Some(vec![Piece::Bytes(vec![0xff, 0])]));
    }

    #[test]
    fn a_group_that_is_not_there_is_refused_and_a_dollar_in_hex_is_none() {
        let form = |reply: &str| RuleForm {
            when: RuleWhen::Regex,
            pattern: r"^cost (\d+)$".into(),
            reply: reply.into(),
            ..RuleForm::default()
        };
        let bytes = |bytes: &[u8]| Piece::Bytes(bytes.to_vec());
        let reply = form(r"$1USD\x24").rule().map(|rule| rule.reply);
        assert_eq!(reply, Ok(Some(vec![bytes(b""), Piece::Group(1), bytes(b"USD$")])));
        for (reply, name) in [("$2", "2"), ("${usd}", "usd"), ("$usd", "usd")] {
            let error = form(reply).rule().map(|rule| rule.reply);
            assert_eq!(error, Err(RuleFault::Group(UnknownGroup(name.into()))), "{reply}");
        }
        let hex = RuleForm { reply_is_hex: true, ..form("24 31") };
        assert_eq!(hex.rule().map(|rule| rule.reply), Ok(Some(vec![bytes(b"$1")])));
        let plain = RuleForm { when: RuleWhen::Contains, pattern: "cost".into(), ..form("$2") };
        assert_eq!(plain.rule().map(|rule| rule.reply), Ok(Some(vec![bytes(b"$2")])));
    }
}
