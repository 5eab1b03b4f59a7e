//! The paths of both ends through the TCP states, put together from the socket table and from the calls.
//!
//! In scope: reading the calls at both ends of the logs, again only while the logs grow. Out of scope: what calls say about states
//! (`capture::kernel`).

use super::history::SocketHistory;
use crate::capture::kernel::{EDGE_CALLS, EndHistory, Evidence, Fact, StatePath, TcpEvent, TcpState, tcp_events};
use crate::capture::{Call, Connection, Listener, Moment};

/// The calls of both ends.
#[derive(Debug, Default)]
pub struct StatePaths {
    edges: [EdgeCalls; 2],
}

/// The first and the last calls of a log.
#[derive(Debug, Default)]
struct EdgeCalls {
    of: Option<(Moment, u64)>,
    calls: Vec<Call>,
}

impl EdgeCalls {
    fn read(&mut self, connection: &Connection) -> &[Call] {
        let thread = &connection.thread;
        let of = Some((thread.opened, thread.call_count));
        if self.of != of {
            // A log that can't be read now is read again in the next frame.
            let edge = EDGE_CALLS as u64;
            let last = thread.call_count.saturating_sub(edge).max(edge);
            let rest = usize::try_from(thread.call_count.saturating_sub(last)).unwrap_or_default();
            let head = usize::try_from(thread.call_count.min(edge)).unwrap_or_default();
            let calls = thread.calls.range(0, head).and_then(|head| Ok((head, thread.calls.range(last, rest)?)));
            if let Ok((mut head, tail)) = calls {
                head.extend(tail);
                (self.of, self.calls) = (of, head);
            }
        }
        &self.calls
    }
}

impl StatePaths {
    /// The ways of this end and of the other one, as far as they were known at `now`.
    pub fn of(
        &mut self,
        own: &Connection,
        other: Option<&Connection>,
        history: &SocketHistory,
        now: Moment,
    ) -> [StatePath; 2] {
        let [here, there] = &mut self.edges;
        let own_deeds = tcp_events(own, here.read(own));
        let other_deeds = other.map(|other| tcp_events(other, there.read(other))).unwrap_or_default();
        let is_over = own.thread.ended.is_some();
        let way = |mut evidence: Vec<Evidence>, of_other: &[Evidence], history: &EndHistory, is_over: bool| {
            evidence.extend(of_other.iter().filter_map(from_other_end));
            evidence.retain(|evidence| evidence.at <= now);
            evidence.extend(seen(history, is_over, now));
            StatePath::of(evidence)
        };
        let other_is_over = other.is_some_and(|other| other.thread.ended.is_some());
        [
            way(own_deeds.clone(), &other_deeds, &history.own, is_over),
            way(other_deeds, &own_deeds, &history.other, other_is_over),
        ]
    }

    /// The way of a listening socket.
    #[must_use]
    pub fn of_listener(listener: &Listener, history: &SocketHistory, now: Moment) -> StatePath {
        let mut evidence = Vec::new();
        let mut add = |at, what| evidence.push(Evidence { at, is_timed: true, what });
        if listener.address.is_some() {
            // The address shows that listen came back; when it did is not needed.
            add(listener.thread.opened, Fact::Did(TcpEvent::Listening));
        }
        for (at, queue) in history.queue.points(now) {
            match queue {
                Some(_) => add(at, Fact::Saw(Some(TcpState::Listen))),
                None if listener.thread.ended.is_some() => add(at, Fact::Saw(None)),
                None => {}
            }
        }
        for evidence in &mut evidence {
            evidence.is_timed = matches!(evidence.what, Fact::Saw(_));
        }
        StatePath::of(evidence)
    }
}

/// What was seen. A socket that the table never had is no news before our side has closed it. What the first look found may have been so
/// for long.
fn seen(history: &EndHistory, is_over: bool, now: Moment) -> Vec<Evidence> {
    let mut was_there = is_over;
    let mut seen = Vec::new();
    for (number, (at, state)) in history.states.points(now).enumerate() {
        was_there |= state.is_some();
        if was_there {
            seen.push(Evidence { at, is_timed: number > 0, what: Fact::Saw(state) });
        }
    }
    seen
}

/// What this end knows from what the other one did.
fn from_other_end(evidence: &Evidence) -> Option<Evidence> {
    let event = match evidence.what {
        Fact::Did(TcpEvent::ShutDown | TcpEvent::Closed) => TcpEvent::OtherEnded,
        Fact::Did(TcpEvent::Reset) => TcpEvent::Reset,
        _ => return None,
    };
    Some(Evidence { what: Fact::Did(event), ..*evidence })
}
