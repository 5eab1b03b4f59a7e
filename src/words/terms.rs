//! The words for framings, ends, violations and states.

use super::catalogue::{Arg, Words};
use super::sentence::Sentence;
use crate::capture::{Connection, ConnectionState, Ended, Message, Rejection, RejectionReason, ReplyState};
use crate::decode::{Coding, CodingError, CodingFault, CodingsError};
use crate::http::{Framing, MessageEnd, Unreadable, Violation};
use crate::net::Redirect;
use crate::view::{excerpt, group_digits, is_error, status_text};

impl Words {
    /// A number of bytes with its unit, digits grouped.
    pub fn bytes(&self, count: u64) -> String {
        let number = i64::try_from(count).unwrap_or(i64::MAX);
        self.with("bytes", [("count", Arg::from(group_digits(count))), ("number", Arg::from(number))])
    }

    /// How the end of a body is found.
    pub fn framing(&self, framing: Framing) -> String {
        let key = format!("framing-{}", framing.name());
        match framing {
            Framing::ContentLength(length) => self.with(&key, [("length", Arg::from(group_digits(length)))]),
            _ => self.text(&key).into_owned(),
        }
    }

    /// The violation, with its offset and the section of the rule.
    pub fn violation(&self, violation: &Violation) -> String {
        let what = self.text(&format!("violation-{}", violation.kind.name())).into_owned();
        let at = Arg::from(group_digits(violation.at));
        self.with(
            "violation-at",
            [("what", Arg::from(what)), ("at", at), ("section", Arg::from(violation.kind.section()))],
        )
    }

    /// Why the server answered a request with an error of its own, and what the client is to do.
    pub fn rejection(&self, rejection: Rejection) -> Sentence {
        let Rejection { status, why } = rejection;
        let text = match why {
            RejectionReason::Violation(violation) => self.violation(&violation),
            RejectionReason::Chunks(fault, at) => {
                let what = self.text(&format!("chunks-{}", fault.name())).into_owned();
                let parts = [("what", Arg::from(what)), ("at", Arg::from(group_digits(at)))];
                self.with("rejected-chunks", parts)
            }
            RejectionReason::Surplus(at) => self.with("rejected-surplus", [("at", Arg::from(group_digits(at)))]),
            _ => self.text(&format!("rejected-{}", why.key())).into_owned(),
        };
        let (status, why_text) = (Arg::from(u64::from(status)), Arg::from(text));
        let section = match why {
            // Their sentences have it.
            RejectionReason::Violation(_) => None,
            _ => why.section(),
        };
        let what = match section {
            None => self.with("rejected", [("status", status), ("why", why_text)]),
            Some(section) => {
                self.with("rejected-by", [("status", status), ("why", why_text), ("section", Arg::from(section))])
            }
        };
        let advice = format!("try-rejected-{}", why.key());
        let advice = if self.has(&advice) { self.text(&advice).into_owned() } else { String::new() };
        Sentence { what, system: None, advice, topic: None }
    }

    /// Why bytes are no HTTP.
    pub fn unreadable(&self, why: Unreadable) -> String {
        self.text(&format!("unreadable-{}", why.name())).into_owned()
    }

    /// The state of the body of `message` in a direction that holds `bytes` bytes.
    pub fn body_state(&self, message: &Message, bytes: u64) -> String {
        let here = if message.framing == Framing::Chunked { message.content } else { message.body(bytes).len() };
        let here = Arg::from(group_digits(here));
        let (key, count) = match (message.end, message.framing) {
            (Some((_, MessageEnd::Complete)), _) => ("body-complete", 0),
            (Some((_, MessageEnd::Missing(missing))), _) => ("body-missing", missing),
            (Some((_, MessageEnd::MissingChunks(missing))), _) => ("body-missing-chunks", missing),
            (Some((at, MessageEnd::BadChunks(fault))), _) => {
                let why = self.text(&format!("chunks-{}", fault.name())).into_owned();
                let at = Arg::from(group_digits(at));
                return self.with("body-bad-chunks", [("here", here), ("why", Arg::from(why)), ("at", at)]);
            }
            (Some((_, MessageEnd::Cut)), _) => ("body-cut", 0),
            (Some((_, MessageEnd::Unknown)), _) => ("body-unknown", 0),
            (None, Framing::ContentLength(length)) => ("body-arriving-of", length),
            (None, _) => ("body-arriving", 0),
        };
        let count = Arg::from(group_digits(count));
        self.with(key, [("here", here), ("missing", count.clone()), ("length", count)])
    }

    /// The note that `count` messages were counted and not kept.
    pub fn unkept_messages(&self, count: u64) -> String {
        let parts = [("number", Arg::from(count)), ("count", Arg::from(group_digits(count)))];
        self.with("messages-only-counted", parts)
    }

    /// The fault of the reply on `connection`, in a sentence with its address and what to try. Returns `None` without a fault, or if a
    /// failure says it already.
    pub fn reply_fault(&self, connection: &Connection, verdict: ReplyState) -> Option<Sentence> {
        let ended = connection.thread.ended.map(|(_, how)| how);
        if matches!(ended, Some(Ended::Stopped | Ended::Reset)) {
            return None;
        }
        let key = match verdict {
            ReplyState::Incomplete { missing: Some(_) } if ended.is_some() => "missing".to_owned(),
            ReplyState::Incomplete { missing: None } if ended.is_some() => "cut".to_owned(),
            ReplyState::Unknown => "unknown".to_owned(),
            ReplyState::NotHttp(Unreadable::NotHttp) if connection.hints_at_tls() => "tls".to_owned(),
            ReplyState::NotHttp(why) => why.name().to_owned(),
            ReplyState::Complete if connection.hints_at_tls() => "tls".to_owned(),
            _ => return None,
        };
        let missing = match verdict {
            ReplyState::Incomplete { missing } => missing.unwrap_or_default(),
            _ => 0,
        };
        let address = connection.peer.map(|peer| peer.to_string()).unwrap_or_default();
        let parts = [("address", Arg::from(address)), ("missing", Arg::from(group_digits(missing)))];
        let what = self.with(&format!("reply-{key}"), parts);
        let advice = self.text(&format!("try-reply-{key}")).into_owned();
        Some(Sentence { what, system: None, advice, topic: None })
    }

    /// The state of a reply, in a sentence that names the end that closed the connection.
    pub fn reply_state_on(&self, connection: &Connection, verdict: ReplyState) -> String {
        let ended = connection.thread.ended.map(|(_, how)| how);
        match (verdict, ended) {
            (ReplyState::Incomplete { .. } | ReplyState::Arriving, Some(Ended::Stopped | Ended::Reset)) => {
                self.text("verdict-stopped").into_owned()
            }
            (ReplyState::Incomplete { .. } | ReplyState::Arriving, Some(Ended::TimedOut)) => {
                self.text("verdict-timed-out").into_owned()
            }
            (ReplyState::NotHttp(Unreadable::Empty), Some(Ended::Stopped | Ended::Reset | Ended::TimedOut)) => {
                self.text("verdict-failed").into_owned()
            }
            _ => match self.reply_fault(connection, verdict) {
                Some(sentence) => sentence.to_string(),
                None => self.reply_state(verdict),
            },
        }
    }

    /// The note that the status of `message` is an error, so that its body is about that error. Returns `None` for another status.
    pub fn error_status(&self, message: &Message) -> Option<String> {
        is_error(message).then(|| self.with("story-status", [("status", Arg::from(status_text(message)))]))
    }

    /// The address to which a reply redirects its client.
    pub fn redirect(&self, redirect: &Redirect) -> String {
        let location = Arg::from(excerpt(&String::from_utf8_lossy(&redirect.location)));
        match &redirect.target {
            Ok(target) => self.with("redirect-to", [("url", Arg::from(excerpt(&target.url())))]),
            Err(error) => {
                self.with("redirect-target", [("location", location), ("why", Arg::from(self.target_error(error)))])
            }
        }
    }

    /// Why the codings of a body are not undone.
    pub fn codings_error(&self, error: &CodingsError) -> String {
        match error {
            CodingsError::Unknown(name) => {
                self.with("codings-unknown", [("coding", Arg::from(excerpt(&String::from_utf8_lossy(name))))])
            }
            CodingsError::TooMany(count) => self.with("codings-too-many", [("count", Arg::from(*count as u64))]),
        }
    }

    /// The note that the head names a coding that is none.
    pub fn no_coding(&self, name: &[u8]) -> String {
        self.with("codings-none", [("coding", Arg::from(excerpt(&String::from_utf8_lossy(name))))])
    }

    /// The note that a body is not in the coding that its head names.
    pub fn passed_over(&self, coding: Coding) -> String {
        self.with("codings-passed-over", [("coding", Arg::from(coding.name()))])
    }

    /// The fault in coded bytes, with its offset.
    pub fn coding_error(&self, error: &CodingError) -> String {
        let limit = match error.kind {
            CodingFault::TooLong { limit } => limit,
            CodingFault::TooDense { ratio } => ratio,
            CodingFault::Window { bytes } => bytes,
            _ => 0,
        };
        let parts = [
            ("coding", Arg::from(error.coding.name())),
            ("at", Arg::from(group_digits(error.at))),
            ("limit", Arg::from(group_digits(limit))),
        ];
        self.with(&format!("coding-{}", error.kind.name()), parts)
    }

    /// The state of a connection.
    pub fn connection_state(&self, connection: &Connection) -> String {
        if connection.state() == ConnectionState::Open && connection.receiving_ended {
            return self.text("state-half-closed").into_owned();
        }
        self.state_name(connection.state())
    }

    /// A state of a connection.
    pub fn state_name(&self, state: ConnectionState) -> String {
        match state {
            ConnectionState::Preparing => self.text("state-preparing").into_owned(),
            ConnectionState::Open => self.text("state-open").into_owned(),
            ConnectionState::Closed(how) => self.end_reason(how),
        }
    }

    /// Why a thread ended.
    pub fn end_reason(&self, how: Ended) -> String {
        self.text(&format!("ended-{}", how.name())).into_owned()
    }

    /// The state of a reply, in a sentence.
    pub fn reply_state(&self, verdict: ReplyState) -> String {
        match verdict {
            ReplyState::Pending => self.text("verdict-pending").into_owned(),
            ReplyState::Arriving => self.text("verdict-arriving").into_owned(),
            ReplyState::Complete => self.text("verdict-complete").into_owned(),
            ReplyState::Incomplete { missing: Some(missing) } => {
                self.with("verdict-missing", [("missing", Arg::from(group_digits(missing)))])
            }
            ReplyState::Incomplete { missing: None } => self.text("verdict-cut").into_owned(),
            ReplyState::Unknown => self.text("verdict-unknown").into_owned(),
            ReplyState::NotHttp(why) => self.unreadable(why),
            ReplyState::Failed => self.text("verdict-failed").into_owned(),
        }
    }
}
