//! What became of the reply that a client waited for.

use crate::capture::{Connection, ConnectionState, Message};
use crate::http::{MessageEnd, Unreadable};

/// The state of a reply, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyState {
    /// Nothing can be said yet.
    Pending,
    /// The head is there and the body arrives.
    Arriving,
    /// The body is whole, as its framing says.
    Complete,
    /// The body ended early.
    Incomplete {
        /// Missing bytes of a body with a Content-Length.
        missing: Option<u64>,
    },
    /// The end came, but the framing was faulty, so nobody knows whether it is whole.
    Unknown,
    /// The bytes are no HTTP reply.
    NotHttp(Unreadable),
    /// The connection failed before a reply could be read.
    Failed,
}

impl ReplyState {
    /// The verdict on the newest reply of `connection`.
    pub fn of(connection: &Connection) -> Self {
        let received = &connection.received;
        match received.unkept_end() {
            Some(end) => end.map_or(Self::Arriving, Self::of_end),
            None => Self::on(connection, received.messages.iter().rev().find(|message| !message.is_interim())),
        }
    }

    /// The verdict on `reply`, one of those of `connection`, or on its absence.
    pub fn on(connection: &Connection, reply: Option<&Message>) -> Self {
        let received = &connection.received;
        let over = matches!(connection.state(), ConnectionState::Closed(_));
        match (reply, received.cleared_end) {
            (Some(message), _) => return message.end.map_or(Self::Arriving, |(_, how)| Self::of_end(how)),
            // Its reply has come and is not shown any more.
            (None, Some(end)) => return Self::of_end(end),
            (None, None) => {}
        }
        if connection.thread.failure.is_some() && received.bytes == 0 {
            return Self::Failed;
        }
        match received.unreadable {
            Some((_, why)) => Self::NotHttp(why),
            None if over => Self::Failed,
            None => Self::Pending,
        }
    }

    fn of_end(end: MessageEnd) -> Self {
        match end {
            MessageEnd::Complete => Self::Complete,
            MessageEnd::Missing(missing) => Self::Incomplete { missing: Some(missing) },
            MessageEnd::Cut | MessageEnd::MissingChunks(_) => Self::Incomplete { missing: None },
            MessageEnd::Unknown | MessageEnd::BadChunks(_) => Self::Unknown,
        }
    }
}
