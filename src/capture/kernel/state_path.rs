//! The path that one end of a connection took through the states of TCP.
//!
//! In scope: putting together what was seen in the socket table and what our own calls say. Most states pass faster than anybody can
//! look. So each transition says how it is known: seen, deduced from a call that came back, or neither, where the figure of RFC 9293 has no
//! shorter path. What was seen overrides what was deduced. Out of scope: which calls say what (`tcp_events`).

use std::time::Duration;

use super::{TRANSITIONS, TcpState};
use crate::capture::Moment;

/// How long Linux keeps a socket in FIN_WAIT2 or TIME_WAIT (TCP_TIMEWAIT_LEN). A socket that is gone earlier was not in these states.
const KEPT: Duration = Duration::from_secs(60);

/// What a call says about the state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TcpEvent {
    /// listen came back.
    Listening,
    /// connect was called.
    Connecting,
    /// connect came back.
    Connected,
    /// connect came back with an error.
    NotConnected,
    /// accept returned the connection.
    Accepted,
    /// This side has shut its sending down.
    ShutDown,
    /// This side has closed.
    Closed,
    /// recv returned 0.
    PeerEnded,
    /// The other end, in this program, has closed or shut its sending down.
    OtherEnded,
    /// The connection was reset.
    Reset,
}

/// What is known, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// When.
    pub at: Moment,
    /// Whether the time is known; else only the order is.
    pub is_timed: bool,
    /// What is known.
    pub what: Fact,
}

/// What is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A call came back.
    Did(TcpEvent),
    /// The socket table said so; `None`: it had no such socket.
    Saw(Option<TcpState>),
}

/// One transition from a state to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// When it had happened at the latest; `None` if that is not known.
    pub at: Option<Moment>,
    /// The state before; `None` if that is not known.
    pub from: Option<TcpState>,
    /// The state after.
    pub to: TcpState,
    /// The call that says so.
    pub event: Option<TcpEvent>,
    /// Whether the state was seen in the socket table.
    pub seen: bool,
}

impl Transition {
    /// Whether it is a transition of RFC 9293's figure.
    pub fn is_arrow(&self) -> bool {
        self.from.is_some_and(|from| TRANSITIONS.contains(&(from, self.to)))
    }
}

/// The transitions in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatePath {
    /// The transitions. There are no more of them than states.
    pub transitions: Vec<Transition>,
}

impl StatePath {
    /// The path that follows from `evidence`, in whatever order that stands.
    pub fn of(mut evidence: Vec<Evidence>) -> Self {
        evidence.sort_by_key(|evidence| evidence.at);
        let mut path = Self::default();
        for Evidence { at: moment, is_timed, what } in evidence {
            let at = is_timed.then_some(moment);
            match what {
                Fact::Did(event) => path.did(at, event),
                Fact::Saw(Some(state)) => path.saw(at, state),
                Fact::Saw(None) => path.gone(moment, at),
            }
        }
        path
    }

    /// The present state.
    pub fn now(&self) -> Option<TcpState> {
        self.transitions.last().map(|transition| transition.to)
    }

    /// Whether the present state was seen.
    pub fn is_seen(&self) -> bool {
        self.transitions.last().is_some_and(|transition| transition.seen)
    }

    fn push(&mut self, at: Option<Moment>, to: TcpState, event: Option<TcpEvent>, seen: bool) {
        let from = self.now();
        self.transitions.push(Transition { at, from, to, event, seen });
    }

    /// Begins at `from`, which is where every socket begins that comes here so.
    fn begin(&mut self, at: Option<Moment>, from: TcpState, to: TcpState, event: Option<TcpEvent>) {
        self.transitions.push(Transition { at, from: Some(from), to, event, seen: false });
    }

    fn did(&mut self, at: Option<Moment>, event: TcpEvent) {
        use TcpState::{
            CloseWait, Closed, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent, TimeWait,
        };
        let said = Some(event);
        match (event, self.now()) {
            (TcpEvent::Listening, None) => self.begin(at, Closed, Listen, said),
            (TcpEvent::Connecting, None) => self.begin(at, Closed, SynSent, said),
            (TcpEvent::Connected, None) => {
                self.begin(None, Closed, SynSent, None);
                self.push(at, Established, said, false);
            }
            (TcpEvent::Connected, Some(SynSent | SynReceived)) => self.push(at, Established, said, false),
            (TcpEvent::Accepted, None) => {
                self.begin(None, Listen, SynReceived, None);
                self.push(at, Established, said, false);
            }
            (TcpEvent::Accepted, Some(SynReceived)) => self.push(at, Established, said, false),
            (TcpEvent::ShutDown | TcpEvent::Closed, Some(Established | SynReceived)) => {
                self.push(at, FinWait1, said, false)
            }
            (TcpEvent::ShutDown | TcpEvent::Closed, Some(CloseWait)) => self.push(at, LastAck, said, false),
            (TcpEvent::PeerEnded | TcpEvent::OtherEnded, Some(Established)) => self.push(at, CloseWait, said, false),
            (TcpEvent::PeerEnded | TcpEvent::OtherEnded, Some(FinWait1)) => {
                self.push(None, FinWait2, None, false);
                self.push(at, TimeWait, said, false);
            }
            (TcpEvent::PeerEnded | TcpEvent::OtherEnded, Some(FinWait2)) => self.push(at, TimeWait, said, false),
            (TcpEvent::NotConnected | TcpEvent::Reset, Some(now)) if now != Closed => {
                self.push(at, Closed, said, false)
            }
            _ => self.name_step(event),
        }
    }

    /// What was seen before its call came back: the call says why.
    fn name_step(&mut self, event: TcpEvent) {
        use TcpState::{CloseWait, Closing, Established, FinWait1, LastAck, TimeWait};
        let states: &[TcpState] = match event {
            TcpEvent::Connected | TcpEvent::Accepted => &[Established],
            TcpEvent::ShutDown | TcpEvent::Closed => &[FinWait1, LastAck],
            TcpEvent::PeerEnded | TcpEvent::OtherEnded => &[CloseWait, Closing, TimeWait],
            TcpEvent::Listening | TcpEvent::Connecting | TcpEvent::NotConnected | TcpEvent::Reset => &[],
        };
        if let Some(transition) =
            self.transitions.iter_mut().find(|transition| states.contains(&transition.to) && transition.event.is_none())
        {
            transition.event = Some(event);
        }
    }

    fn saw(&mut self, at: Option<Moment>, state: TcpState) {
        // What was only deduced, and can't lead to what was seen, was not so.
        while let Some(last) = self.transitions.last()
            && !last.seen
            && (last.to == TcpState::Closed || last.to.path_to(state).is_none())
        {
            self.transitions.pop();
        }
        let Some(now) = self.now() else { return self.push(at, state, None, true) };
        let way = now.path_to(state).unwrap_or_else(|| vec![state]);
        let Some((last, between)) = way.split_last() else {
            if let Some(transition) = self.transitions.last_mut() {
                transition.seen = true;
            }
            return;
        };
        between.iter().for_each(|state| self.push(None, *state, None, false));
        self.push(at, *last, None, true);
    }

    fn gone(&mut self, moment: Moment, at: Option<Moment>) {
        use TcpState::{Closed, FinWait1, FinWait2, TimeWait};
        if self.now() == Some(Closed) {
            if let Some(transition) = self.transitions.last_mut() {
                transition.seen = true;
            }
            return;
        }
        // A FIN that was sent leaves the socket in the table for a while. If it is not there, no FIN was sent.
        let is_early = |transition: &Transition| transition.at.is_some_and(|then| moment.since(then) < KEPT);
        let first = self.transitions.iter().position(|transition| transition.to == FinWait1);
        if let Some(first) = first
            && let Some(after) = self.transitions.get(first..)
            && after
                .iter()
                .all(|transition| !transition.seen && matches!(transition.to, FinWait1 | FinWait2 | TimeWait))
            && after.iter().any(is_early)
        {
            self.transitions.truncate(first);
        }
        self.push(at, Closed, None, true);
    }
}
