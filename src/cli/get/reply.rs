//! The reply that a headless client waits for, and its body.

use crate::capture::{Body, Connection, Message};
use crate::decode::{Limits, Stage};
use crate::http::{Framing, Span, UntilClose};
use crate::view::status;

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

/// Whether nothing in `reply` could be saved: one to HEAD, or one whose status says that it has no content (RFC 9110 §6.4.1; §15.3.6
/// for 205). A file that is there is as good as before then.
pub fn has_no_content(reply: &Message) -> bool {
    let is_reset = status(reply) == 205 && reply.content == 0 && reply.is_complete();
    is_reset || matches!(reply.framing, Framing::None(_))
}
