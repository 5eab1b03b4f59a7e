//! What a run of the client sent after its request: messages that were typed, repeated or sent by a lesson, and the end of sending.
//!
//! In scope: reading them off the record as it grows, each with how many bytes had been received before it; a bound. Out of scope: which run.

use super::literal::WRITTEN_MAX;
use crate::capture::{Call, CallKind, CallLog, Connection, Ended, Outcome};

/// At most this many calls of the record are read at a time.
const CALLS_MAX: usize = 16 * 1024;
/// At most this many messages are written out.
pub const LATER_MESSAGES_MAX: usize = 200;

/// What a client sends after its request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaterMessages {
    /// For each message: how many bytes had been received before it, and its bytes. No bytes stand for the end of sending.
    pub messages: Vec<(u64, Vec<u8>)>,
    /// The number of bytes that the client had received when it closed by itself. `None`: it waits until the peer closes.
    pub closes: Option<u64>,
    /// Whether it closed with a reset.
    pub resets: bool,
    /// Whether there were more messages than are kept.
    pub has_more: bool,
}

/// Reads the messages off the record of a connection as it grows.
#[derive(Clone, Debug, Default)]
pub struct LaterMessagesReader {
    /// The messages that have been read.
    pub later: LaterMessages,
    /// The length of all messages in bytes.
    bytes: usize,
    /// The number of the next call to be read.
    next: u64,
    /// How many bytes had been received before that call.
    received: u64,
}

impl LaterMessagesReader {
    /// Reads on in `connection`. Its opening has `opening` bytes, and after them those of a file if it `has_file`. Returns whether there is
    /// more to read.
    pub fn read_on(&mut self, connection: &Connection, opening: u64, has_file: bool) -> bool {
        let thread = &connection.thread;
        let by_itself = thread.ended.is_some_and(|(_, how)| matches!(how, Ended::Stopped | Ended::Reset));
        self.later.closes = by_itself.then_some(connection.received.bytes);
        self.later.resets = thread.ended.is_some_and(|(_, how)| how == Ended::Reset);
        let end = if has_file { end_of_request(connection, opening) } else { Some(opening) };
        let Some(opening) = end else {
            // What is no request of HTTP has no end: what was sent after the file can't be told from it.
            self.later.has_more = connection.sent.bytes > opening && connection.sent.unreadable.is_some();
            return false;
        };
        // Under TLS the calls carry encrypted bytes.
        let log = connection.tls.as_ref().map_or(&thread.calls, |tls| &tls.plain_calls);
        let left = usize::try_from(thread.call_count.saturating_sub(self.next)).unwrap_or(usize::MAX);
        let calls = log.range(self.next, left.min(CALLS_MAX)).unwrap_or_default();
        for call in &calls {
            self.next += 1;
            match call.kind {
                CallKind::Recv => self.received += u64::from(call.got),
                CallKind::Send if call.got > 0 && call.offset >= opening => {
                    let bytes = if self.has_room(call.got as usize) {
                        connection.sent.spool.read(call.span()).ok()
                    } else {
                        None
                    };
                    self.add(self.received_before(call, log), bytes.filter(|bytes| !bytes.is_empty()));
                }
                CallKind::Shutdown if call.outcome == Outcome::Done => {
                    self.add(self.received_before(call, log), Some(Vec::new()));
                }
                _ => {}
            }
        }
        // Python's TLS can't end sending alone: who waits for that end would wait for ever.
        let has_ended_sending = self.later.messages.iter().any(|(_, bytes)| bytes.is_empty());
        if connection.tls.is_some() && has_ended_sending && thread.ended.is_some() {
            self.later.closes = Some(connection.received.bytes);
        }
        calls.len() < left && !calls.is_empty()
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.later.messages.len() < LATER_MESSAGES_MAX && self.bytes.saturating_add(bytes) <= WRITTEN_MAX
    }

    /// How much had been received before `call`, the newest that was read. Two threads write the record: an answer may stand in it before
    /// the send that it answers.
    fn received_before(&self, call: &Call, log: &CallLog) -> u64 {
        let before = (0..self.next.saturating_sub(1)).rev().map_while(|number| log.at(number).ok().flatten());
        let overtaking = before.take_while(|before| before.ended() > call.begun);
        let bytes = overtaking.filter(|before| before.kind == CallKind::Recv).map(|recv| u64::from(recv.got));
        self.received.saturating_sub(bytes.sum())
    }

    fn add(&mut self, received: u64, bytes: Option<Vec<u8>>) {
        let Some(bytes) = bytes else {
            self.later.has_more = true;
            return;
        };
        self.bytes += bytes.len();
        self.later.messages.push((received, bytes));
    }
}

/// Where the first request ended, once it has, if a body came after the bytes before `head`.
fn end_of_request(connection: &Connection, head: u64) -> Option<u64> {
    let (at, _) = connection.sent.messages.first()?.end?;
    (at > head).then_some(at)
}
