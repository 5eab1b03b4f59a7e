//! The values of the program's variables, from the record of the run.
//!
//! Bytes are read from the spool, and only as many as are shown.

use super::current_line::ProgramRun;
use crate::capture::{
    Call, CallKind, Connection, ConnectionState, Direction, Ended, Outcome, StreamLayer, ThreadRecord,
};
use crate::export::program::{DataIs, Dialect, Program, Variable, literal_of};
use crate::http::Span;
use crate::ui::kit::UiContext;
use crate::view::group_digits;
use crate::words::Arg;

/// The most bytes of a value that are shown.
const EXCERPT_MAX: u64 = 64;
/// The newest recv is looked for among this many calls.
const NEWEST_CALLS: usize = 64;
/// A socket is made by one of this many first calls.
const FIRST_CALLS: usize = 64;

/// The value of `variable`; `None` if it has none yet.
#[must_use]
pub fn value(
    variable: Variable,
    program: &Program,
    run: ProgramRun<'_>,
    cx: &UiContext<'_>,
    dialect: Dialect,
) -> Option<String> {
    if variable == Variable::Listener {
        return listener(run.listener?, cx, run.address);
    }
    let connection = run.connection?;
    let show = |span: Span| excerpt(connection, span, cx, dialect);
    match variable {
        Variable::Listener => None,
        Variable::Sock => sock(connection, cx),
        Variable::Addr => connection.peer.map(|peer| peer.to_string()),
        Variable::D => newest(connection, program.keeps(true), writes_over(dialect)).map(show),
        // In C the buffer is an array of bytes, in the other languages a list.
        Variable::Buffer if dialect == Dialect::C => has_buffer(connection).then(|| show(all(connection))),
        Variable::Buffer => buffer(connection, cx),
        Variable::Data => match program.data {
            DataIs::Newest => newest(connection, true, writes_over(dialect)).map(show),
            DataIs::Collected => {
                let last = newest(connection, !program.drains(), false)?;
                Some(show(Span::new(0, last.end)))
            }
            DataIs::Joined => ended_well(connection).then(|| show(all(connection))),
        },
        Variable::Header | Variable::Html => {
            let head = connection.received.messages.first().filter(|_| ended_well(connection))?.head.span;
            // Four bytes of CRLF CRLF are in neither.
            Some(show(match variable {
                Variable::Header => Span::new(head.start, head.end.saturating_sub(4).max(head.start)),
                _ => Span::new(head.end, connection.received.bytes),
            }))
        }
    }
}

fn listener(thread: &ThreadRecord, cx: &UiContext<'_>, address: Option<core::net::SocketAddr>) -> Option<String> {
    let state = match (thread.ended, address) {
        (Some(_), _) => "program-closed",
        (None, Some(_)) => "program-listening",
        (None, None) if has_socket(thread) => "program-not-bound",
        (None, None) => return None,
    };
    let address = address.map(|address| format!("{address}, ")).unwrap_or_default();
    Some(format!("{address}{}", cx.text(state)))
}

fn has_socket(thread: &ThreadRecord) -> bool {
    let is_made = |call: &Call| call.kind == CallKind::Socket && call.outcome == Outcome::Done;
    thread.calls.range(0, FIRST_CALLS).is_ok_and(|calls| calls.iter().any(is_made))
}

fn sock(connection: &Connection, cx: &UiContext<'_>) -> Option<String> {
    let state = match connection.state() {
        ConnectionState::Preparing if has_socket(&connection.thread) => "program-not-connected",
        ConnectionState::Preparing => return None,
        ConnectionState::Open if connection.sending_ended => "program-half-closed",
        ConnectionState::Open => "program-connected",
        ConnectionState::Closed(_) => "program-closed",
    };
    let ends = connection.local.zip(connection.peer).map(|(local, peer)| format!("{local} → {peer}, "));
    Some(format!("{}{}", ends.unwrap_or_default(), cx.text(state)))
}

fn buffer(connection: &Connection, cx: &UiContext<'_>) -> Option<String> {
    if !has_buffer(connection) {
        return None;
    }
    let parts = ("parts", Arg::from(group_digits(connection.received.calls)));
    let count = ("count", Arg::from(connection.received.calls));
    let bytes = ("bytes", Arg::from(cx.words.bytes(connection.received.bytes)));
    Some(cx.words.with("program-buffer", [parts, count, bytes]))
}

/// The list is made when the request has been sent; what shows that is the first recv.
fn has_buffer(connection: &Connection) -> bool {
    has_received(connection) || is_receiving(connection)
}

/// Whether recv writes over what is there: where it writes nothing, that stays.
fn writes_over(dialect: Dialect) -> bool {
    dialect != Dialect::Python
}

fn is_receiving(connection: &Connection) -> bool {
    connection.thread.unfinished().any(|(call, _)| call.kind == CallKind::Recv)
}

fn has_received(connection: &Connection) -> bool {
    connection.received.bytes > 0 || newest(connection, true, false).is_some()
}

/// Whether the program is past its loop: the peer has finished, or the message has, and the socket is closed.
fn ended_well(connection: &Connection) -> bool {
    matches!(connection.thread.ended, Some((_, Ended::PeerFinished | Ended::Finished)))
}

fn all(connection: &Connection) -> Span {
    Span::new(0, connection.received.bytes)
}

/// What the newest recv returned: of all, or of those before the sending side was shut down, if what comes `after` goes nowhere;
/// `with_bytes`: the newest that brought some. The calls before it that carried nothing of this direction are few; past
/// them, the call that brought the last byte is looked for.
fn newest(connection: &Connection, after: bool, with_bytes: bool) -> Option<Span> {
    let log = connection.calls(StreamLayer::Plain);
    let count = connection.thread.call_count.min(log.len());
    let first = count.saturating_sub(NEWEST_CALLS as u64);
    let calls = log.range(first, usize::try_from(count - first).unwrap_or(NEWEST_CALLS)).ok()?;
    let shut = calls.iter().rposition(|call| call.kind == CallKind::Shutdown).filter(|_| !after);
    let is_recv = |call: &&Call| {
        let came_back = matches!(call.outcome, Outcome::Done | Outcome::PeerFinished);
        call.kind == CallKind::Recv && came_back && (call.got > 0 || !with_bytes)
    };
    let is_far = !after && shut.is_none() && connection.sending_ended;
    if let Some(call) = calls.iter().take(shut.unwrap_or(calls.len())).rev().find(is_recv).filter(|_| !is_far) {
        return Some(call.span());
    }
    // A program that drains has read one request.
    let last = match is_far {
        true => connection.received.messages.first()?.head.span.end,
        false => connection.received.kept(),
    };
    Some(log.carrying(Direction::Received, last.checked_sub(1)?).ok()??.1.span())
}

/// The bytes of `span` as a literal: all, or the first of them and how many there are.
fn excerpt(connection: &Connection, span: Span, cx: &UiContext<'_>, dialect: Dialect) -> String {
    let shown = Span::new(span.start, span.end.min(span.start + EXCERPT_MAX));
    let bytes = connection.received.spool.read(shown).unwrap_or_default();
    let literal = literal_of(&bytes, dialect);
    let more = if (bytes.len() as u64) < span.len() { "…" } else { "" };
    // The count goes first: it is to be seen however long the rest is.
    format!("{}  {literal}{more}", cx.words.bytes(span.len()))
}
