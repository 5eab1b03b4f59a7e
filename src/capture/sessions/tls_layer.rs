//! The TLS under the bytes of a connection: what was agreed on, when, and the bytes as they crossed the socket.

use std::sync::Arc;

use crate::capture::{CallLog, Direction, Moment, Spool};
use crate::tls::TlsFacts;

/// What a thread has to say of its TLS.
#[derive(Clone, Debug)]
pub enum TlsEvent {
    /// The handshake begins; from here on the connection's calls carry these bytes.
    Begun {
        /// When.
        at: Moment,
        /// The bytes that are sent, encrypted.
        sent: Spool,
        /// The bytes that are received, encrypted.
        received: Spool,
        /// The connection's calls once more, by the same numbers, with the plain bytes that they carried.
        plain_calls: CallLog,
    },
    /// The handshake is done.
    Done {
        /// When.
        at: Moment,
        /// What was agreed on.
        facts: Arc<TlsFacts>,
    },
    /// The peer has said that it has finished sending.
    CloseNotify,
    /// The peer ended without saying so: what it sent last may have been cut off (RFC 8446 §6.1).
    EndedUnsaid,
}

/// The TLS of one connection.
#[derive(Clone, Debug)]
pub struct TlsLayer {
    /// When the handshake began.
    pub begun: Moment,
    /// When it was done, and what was agreed on.
    pub done: Option<(Moment, Arc<TlsFacts>)>,
    /// Whether the peer has said that it has finished sending.
    pub close_notify: bool,
    /// Whether it ended without saying so.
    pub ended_unsaid: bool,
    /// The encrypted bytes, and how many of them have been reported.
    sent: (Spool, u64),
    received: (Spool, u64),
    /// The calls of the connection, by the same numbers, with the plain bytes that they carried in place of the encrypted ones: what
    /// came out of a record counts for the recv that completed it.
    pub plain_calls: CallLog,
    /// Those before these are not shown any more.
    first: [u64; 2],
}

impl TlsLayer {
    pub(super) fn new(at: Moment, sent: Spool, received: Spool, plain_calls: CallLog) -> Self {
        Self {
            begun: at,
            done: None,
            close_notify: false,
            ended_unsaid: false,
            sent: (sent, 0),
            received: (received, 0),
            plain_calls,
            first: [0; 2],
        }
    }

    pub(super) fn count(&mut self, sent: u64, received: u64) {
        self.sent.1 = sent;
        self.received.1 = received;
    }

    /// Forgets the bytes that `shown` shows, which is this layer as it was.
    pub(super) fn clear(&mut self, shown: &Self) {
        self.first = [shown.sent.1, shown.received.1];
    }

    /// The first of the encrypted bytes of a direction that is shown.
    pub fn first_byte(&self, direction: Direction) -> u64 {
        let [sent, received] = self.first;
        direction.of(sent, received)
    }

    /// The encrypted bytes of a direction, and how many there are.
    pub fn wire(&self, direction: Direction) -> (&Spool, u64) {
        let (spool, bytes) = direction.of(&self.sent, &self.received);
        (spool, *bytes)
    }
}
