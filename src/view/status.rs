//! The status of a reply, as it is told.

use super::excerpt;
use crate::capture::Message;
use crate::http::StartLine;

/// The status of `reply`, 0 to 999; 0 of a request.
pub fn status(reply: &Message) -> u16 {
    reply.head.status().unwrap_or(0)
}

/// Whether `reply` says that what was asked for is not in it: a client's or a server's error (RFC 9110 §15.5, §15.6), and what curl
/// takes for one.
pub fn is_error(reply: &Message) -> bool {
    status(reply) >= 400
}

/// The status of `reply` with its reason, safe to be shown.
pub fn status_text(reply: &Message) -> String {
    let reason = match &reply.head.start_line {
        StartLine::Response { reason, .. } => reply.head.text(*reason),
        StartLine::Request { .. } => b"",
    };
    format!("{:03} {}", status(reply), excerpt(&String::from_utf8_lossy(reason))).trim_end().to_owned()
}
