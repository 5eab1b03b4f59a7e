//! What came of a connection, in a few figures: the status or the state, the size, and the time.
//!
//! In scope: which state is told, and of which class it is. Out of scope: its words and its colour.

use std::time::Duration;

use crate::capture::{Cause, Connection, ConnectionState, Ended, Message, Moment};
use crate::http::StartLine;
use crate::view::status;

/// Whether a result is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultClass {
    /// A status of 2xx.
    Success,
    /// A status of 1xx or 3xx: something else is to be done.
    Redirect,
    /// A status from 400 on, a reply that is not whole, or a failure.
    Error,
    /// It goes on.
    Pending,
    /// It is over, and nothing says whether that is good.
    Closed,
}

/// What is told first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The status code of a reply, 0 to 999.
    Status(u16),
    /// The connection is not there yet.
    Connecting,
    /// The connection is open.
    Open,
    /// The connection was reset, by the peer or by the user.
    Reset,
    /// Something failed.
    Failed,
    /// The time ran out.
    TimedOut,
    /// The connection was closed, or stopped by the user.
    Closed,
}

/// The result of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunResult {
    /// The status or the state.
    pub verdict: Verdict,
    /// Whether it is good.
    pub class: ResultClass,
    /// The bytes of the reply's body, or else all bytes that were received.
    pub bytes: u64,
    /// From the beginning of the connection until the last byte of a whole reply, or until its end; until `now` while it goes on.
    pub time: Duration,
}

impl RunResult {
    /// The result of `connection`, of which `looked_at` is looked at: that message if it is a reply, or else the newest reply.
    #[must_use]
    pub fn of(connection: &Connection, looked_at: Option<&Message>, now: Moment) -> Self {
        let reply = looked_at.filter(|message| is_reply(message)).or_else(|| newest_reply(connection));
        let (verdict, class) = match reply {
            Some(reply) => (Verdict::Status(status(reply)), of_reply(reply)),
            None => of_state(connection),
        };
        let times = [&connection.sent, &connection.received].map(|stream| stream.turn_times.map(|times| times.last));
        let last = times.into_iter().flatten().max().filter(|_| reply.is_some_and(Message::is_complete));
        let ended = connection.thread.ended.map(|(at, _)| at);
        let time = last.or(ended).unwrap_or(now).since(connection.thread.opened);
        Self { verdict, class, bytes: size(connection, reply), time }
    }
}

/// The bytes of the reply's body, those that are there so far; without a reply, all that were received.
fn size(connection: &Connection, reply: Option<&Message>) -> u64 {
    let Some(reply) = reply else { return connection.received.bytes };
    if reply.end.is_some() {
        return reply.content;
    }
    let answers = connection.received.messages.first().is_some_and(is_reply);
    let stream = if answers { &connection.received } else { &connection.sent };
    stream.bytes.saturating_sub(reply.head.separator.end)
}

fn is_reply(message: &Message) -> bool {
    matches!(message.head.start_line, StartLine::Response { .. })
}

/// The newest reply, of whichever end.
fn newest_reply(connection: &Connection) -> Option<&Message> {
    let mut streams = [&connection.received, &connection.sent].into_iter();
    streams.find_map(|stream| stream.messages.iter().rev().find(|message| is_reply(message) && !message.is_interim()))
}

fn of_reply(reply: &Message) -> ResultClass {
    match reply.end {
        None => ResultClass::Pending,
        Some(_) if !reply.is_complete() => ResultClass::Error,
        Some(_) => of_status(status(reply)),
    }
}

fn of_status(status: u16) -> ResultClass {
    match status {
        200..300 => ResultClass::Success,
        100..200 | 300..400 => ResultClass::Redirect,
        _ => ResultClass::Error,
    }
}

fn of_state(connection: &Connection) -> (Verdict, ResultClass) {
    let is_reset = connection.thread.failure.as_ref().is_some_and(|failure| failure.cause == Cause::Reset);
    match connection.state() {
        ConnectionState::Preparing => (Verdict::Connecting, ResultClass::Pending),
        ConnectionState::Open => (Verdict::Open, ResultClass::Pending),
        ConnectionState::Closed(Ended::Reset) => (Verdict::Reset, ResultClass::Error),
        ConnectionState::Closed(Ended::Failed) if is_reset => (Verdict::Reset, ResultClass::Error),
        ConnectionState::Closed(Ended::Failed) => (Verdict::Failed, ResultClass::Error),
        ConnectionState::Closed(Ended::TimedOut) => (Verdict::TimedOut, ResultClass::Error),
        ConnectionState::Closed(Ended::PeerFinished | Ended::Finished | Ended::Stopped | Ended::OnPurpose) => {
            (Verdict::Closed, ResultClass::Closed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_the_class_of_its_first_digit() {
        for (status, class) in [
            (100, ResultClass::Redirect),
            (200, ResultClass::Success),
            (299, ResultClass::Success),
            (304, ResultClass::Redirect),
            (399, ResultClass::Redirect),
            (400, ResultClass::Error),
            (503, ResultClass::Error),
            (999, ResultClass::Error),
            (0, ResultClass::Error),
        ] {
            assert_eq!(of_status(status), class, "{status}");
        }
    }
}
