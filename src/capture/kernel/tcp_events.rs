//! What the calls of a connection say about the states that it went through.
//!
//! In scope: the calls at both ends of the log, where connections begin and end, so that the cost does not grow with the calls. A
//! shutdown in the middle of a long log is known without its time. Out of scope: the path that follows (`state_path`).

use super::state_path::{Evidence, Fact, TcpEvent};
use crate::capture::{Call, CallKind, Cause, Connection, Ended, Moment, Outcome};

/// How many calls at the beginning of a log are looked at, and as many at its end.
pub const EDGE_CALLS: usize = 128;

/// What the calls of `connection` say. `calls` are the first and the last [`EDGE_CALLS`] of its log, or all.
pub fn tcp_events(connection: &Connection, calls: &[Call]) -> Vec<Evidence> {
    let mut evidence = began(connection, calls);
    if evidence.is_empty() {
        return evidence;
    }
    evidence.extend(calls.iter().filter_map(|call| ended(connection, call)));
    let did = |event| evidence.iter().position(|evidence| evidence.what == Fact::Did(event));
    // Sending also ends when it fails.
    if connection.sending_ended && did(TcpEvent::ShutDown).is_none() && connection.thread.failure.is_none() {
        // It was somewhere in the middle, and before the peer's end, after which nothing is received.
        let place = did(TcpEvent::PeerEnded).or(did(TcpEvent::Closed)).unwrap_or(evidence.len());
        let at = evidence.get(place).or(evidence.last()).map_or(connection.thread.opened, |evidence| evidence.at);
        evidence.insert(place, Evidence { at, is_timed: false, what: Fact::Did(TcpEvent::ShutDown) });
    }
    evidence
}

fn did(at: Moment, event: TcpEvent) -> Evidence {
    Evidence { at, is_timed: true, what: Fact::Did(event) }
}

/// How it began: with a connect, of which the last counts, as each has a socket of its own; or accepted.
fn began(connection: &Connection, calls: &[Call]) -> Vec<Evidence> {
    let thread = &connection.thread;
    if let Some(blocked) = thread.blocked.iter().find(|call| call.kind == CallKind::Connect) {
        return vec![did(blocked.since, TcpEvent::Connecting)];
    }
    match calls.iter().rev().find(|call| call.kind == CallKind::Connect) {
        Some(call) => {
            let came_back = if call.outcome == Outcome::Done { TcpEvent::Connected } else { TcpEvent::NotConnected };
            vec![did(call.begun, TcpEvent::Connecting), did(call.ended(), came_back)]
        }
        None if connection.peer.is_some() => vec![did(thread.opened, TcpEvent::Accepted)],
        None => Vec::new(),
    }
}

/// What a call says about the end.
fn ended(connection: &Connection, call: &Call) -> Option<Evidence> {
    let event = match (call.kind, call.outcome) {
        (CallKind::Recv, Outcome::PeerFinished) => TcpEvent::PeerEnded,
        (CallKind::Shutdown, Outcome::Done) => TcpEvent::ShutDown,
        (CallKind::Recv | CallKind::Send, Outcome::Failed) if was_reset(connection, call) => TcpEvent::Reset,
        (CallKind::Close, _) if connection.peer.is_some() => match connection.thread.ended {
            Some((_, Ended::Reset)) => TcpEvent::Reset,
            // What a fault does at the end may be either.
            Some((_, Ended::OnPurpose)) => return None,
            _ => TcpEvent::Closed,
        },
        _ => return None,
    };
    Some(did(call.ended(), event))
}

fn was_reset(connection: &Connection, call: &Call) -> bool {
    let failure = connection.thread.note(call).and_then(|note| note.failure.as_ref());
    failure.is_some_and(|failure| matches!(failure.cause, Cause::Reset | Cause::BrokenPipe))
}
