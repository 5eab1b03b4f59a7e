//! The reply that a headless client waits for, and its body.

use crate::capture::{Body, Connection, Message};
use crate::decode::{Limits, Stage};
use crate::http::{Framing, Span, StartLine, UntilClose};
use crate::view::visible_bytes;

/// The reply that was asked for: the first that is not an interim one.
pub fn reply(connection: &Connection) -> Option<&Message> {
    connection.received.messages.iter().find(|message| !message.is_interim())
}

/// Whether a reply is to be discarded, as nobody can tell where its body ends (RFC 9112 §6.3).
pub fn is_discarded(reply: &Message) -> bool {
    reply.framing == Framing::UntilClose(UntilClose::BadLength)
}

/// What to hand out: the body, unpacked up to `stage`; all bytes if they are no HTTP.
pub fn body(connection: &Connection, stage: Stage, limits: Limits) -> Option<Body> {
    let received = &connection.received;
    match reply(connection) {
        Some(message) if is_discarded(message) => None,
        Some(message) => Some(Body::of(message, received, stage, limits)),
        None => received.unreadable.map(|_| Body::wire(received.spool.clone(), Span::new(0, received.bytes))),
    }
}

/// The status of `reply`, 0 to 999.
pub fn status(reply: &Message) -> u16 {
    match reply.head.start_line {
        StartLine::Response { status, .. } => status,
        StartLine::Request { .. } => 0,
    }
}

/// Whether `reply` says that what was asked for is not in it: a client's or a server's error (RFC 9110 §15.5, §15.6), and what curl
/// takes for one.
pub fn is_error(reply: &Message) -> bool {
    status(reply) >= 400
}

/// The status of `reply` with its reason, safe to print.
pub fn status_text(reply: &Message) -> String {
    let reason = match &reply.head.start_line {
        StartLine::Response { reason, .. } => reply.head.text(*reason),
        StartLine::Request { .. } => b"",
    };
    format!("{:03} {}", status(reply), visible_bytes(reason.get(..200).unwrap_or(reason))).trim_end().to_owned()
}

/// Whether nothing in `reply` could be saved: one to HEAD, or one whose status says that it has no content (RFC 9110 §6.4.1; §15.3.6
/// for 205). A file that is there is as good as before then.
pub fn has_no_content(reply: &Message) -> bool {
    let is_reset = status(reply) == 205 && reply.content == 0 && reply.is_complete();
    is_reset || matches!(reply.framing, Framing::None(_))
}
