//! Bytes that are no HTTP as a conversation: a message is what one end said before the other one did.
//!
//! In scope: whether a connection's bytes are shown so, and reading the messages that are in view, out of the turns and the spools. Out
//! of scope: finding the turns (`capture::Turns`), drawing.

use std::io;

use crate::capture::{Connection, Direction, Moment, StreamLayer, Turns};
use crate::http::Span;
use crate::view::preview_of;

/// A row of a conversation holds a whole message, however long it is.
pub const MESSAGE_PER_ROW: u64 = u64::MAX;

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenMessage {
    /// Its number, counted from 0.
    pub number: u64,
    /// When its first byte was sent, or was received.
    pub at: Option<Moment>,
    /// From which end.
    pub direction: Direction,
    /// Its bytes.
    pub span: Span,
    /// The first of them on one line; empty if they are not kept.
    pub text: String,
}

/// Whether the bytes of `connection` are a conversation, where those that go in `direction` are looked at: there are some, and no HTTP
/// message was found among them, or those of this direction can't be read as HTTP.
#[must_use]
pub fn is_conversation(connection: &Connection, direction: Direction) -> bool {
    let streams = Direction::BOTH.map(|direction| connection.stream(direction));
    let has_http = |direction: Direction| {
        let stream = connection.stream(direction);
        !stream.messages.is_empty() || stream.unkept_messages > 0 || stream.cleared_end.is_some()
    };
    let has_none = !Direction::BOTH.into_iter().any(has_http);
    let is_unreadable = connection.stream(direction).unreadable.is_some() && !has_http(direction);
    streams.iter().any(|stream| !stream.shown().is_empty()) && (has_none || is_unreadable)
}

/// The messages from number `first` on, at most `count` of them, out of `turns` of [`MESSAGE_PER_ROW`] bytes a row; of each at most `most`
/// bytes are shown.
///
/// # Errors
/// If the turns can't be read.
pub fn spoken_messages(
    connection: &Connection,
    turns: &Turns,
    (first, count): (u64, usize),
    most: usize,
) -> io::Result<Vec<SpokenMessage>> {
    let message = |turn: crate::capture::Turn| {
        let (direction, span) = (turn.direction, turn.span);
        let call = connection.calls(StreamLayer::Plain).carrying(direction, span.start).ok().flatten();
        let at = call.map(|(_, call)| if direction == Direction::Sent { call.begun } else { call.ended() });
        let text = preview_of(connection, direction, span, most).unwrap_or_default();
        SpokenMessage { number: turn.first_row, at, direction, span, text }
    };
    let turns = turns.from_row(first, count)?.into_iter().filter(|turn| turn.first_row >= first);
    Ok(turns.map(message).collect())
}
