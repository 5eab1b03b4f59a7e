//! What is looked up in the kernel's socket table, what was read there, and what is kept of it.

use core::net::SocketAddr;
use std::time::Duration;

use super::{AcceptQueue, Sample, Series, TcpState};
use crate::capture::{Moment, SystemError};

/// What is looked up. Sockets are found by their addresses: a descriptor would keep a connection open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WatchedSocket {
    /// Both ends of a connection, of which the other one may be on this machine as well.
    Connection {
        /// Our end.
        local: SocketAddr,
        /// The other end.
        peer: SocketAddr,
    },
    /// A listening socket.
    Listener(SocketAddr),
}

/// One reading of the socket table, and its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// What was looked up.
    pub of: WatchedSocket,
    /// When.
    pub at: Moment,
    /// What was read.
    pub seen: Reading,
    /// Where it was read.
    pub source: SampleSource,
}

/// What was read in the socket table.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "few of them exist at a time, and nearly all have ends")]
pub enum Reading {
    /// The two ends of a connection; `None` where the table has no such socket.
    Ends {
        /// Our end.
        own: Option<EndSample>,
        /// The other end.
        other: Option<EndSample>,
    },
    /// The queue of a listening socket, if there is one.
    AcceptQueue(Option<AcceptQueue>),
    /// The socket table can't be read.
    Unavailable(Unavailable),
}

/// One end of a connection, as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndSample {
    /// What was read.
    pub sample: Sample,
    /// How long the kernel will still keep it in TIME_WAIT, or in FIN_WAIT2 once it is closed.
    pub left: Option<Duration>,
}

/// Where samples are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleSource {
    /// sock_diag(7).
    SockDiag,
    /// /proc/net/tcp and /proc/net/tcp6: states and queues, no figures.
    ProcNet,
}

/// Why the socket table can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// This system has no socket table that can be read without a descriptor of the socket.
    NotHere,
    /// The system refuses it.
    Refused(SystemError),
}

/// Two readings of the same end of TIME_WAIT differ by no more than this, in nanoseconds.
const JITTER: u64 = 250_000_000;

/// What was read of one end over time.
#[derive(Clone, Debug, Default)]
pub struct EndHistory {
    /// What was read.
    pub samples: Series<Sample>,
    /// Its states; `None`: the table has no such socket.
    pub states: Series<Option<TcpState>>,
    /// Until when the kernel keeps it.
    pub kept_until: Option<Moment>,
    cookie: u64,
}

impl EndHistory {
    /// Takes in what was seen at `at`. A socket with the same addresses and another cookie is another one: then this one is gone.
    pub fn take(&mut self, at: Moment, end: Option<EndSample>) {
        let cookie = end.map_or(0, |end| end.sample.cookie);
        // While it is no full socket, it has no cookie of its own.
        let is_young = end.is_some_and(|end| end.sample.state == TcpState::SynReceived);
        let is_another = self.cookie != 0 && cookie != 0 && cookie != self.cookie;
        let end = end.filter(|_| !is_another && !self.is_gone());
        if self.cookie == 0 && !is_young && end.is_some() {
            self.cookie = cookie;
        }
        self.states.take(at, end.map(|end| end.sample.state));
        self.kept_until = end.and_then(|end| end.left).map(|left| self.until(at.plus(left)));
        if let Some(end) = end {
            self.samples.take(at, end.sample);
        }
    }

    /// The kernel tells the remaining time in ticks of its clock, so the end jitters: that is no change.
    fn until(&self, until: Moment) -> Moment {
        let before = self.kept_until.filter(|before| before.0.abs_diff(until.0) < JITTER);
        before.unwrap_or(until)
    }

    /// Whether it was seen and is gone for good.
    pub fn is_gone(&self) -> bool {
        self.samples.begun().is_some() && self.states.at(Moment(u64::MAX)).is_some_and(|(_, state)| state.is_none())
    }

    /// The newest sample until `until`, if the socket was there then.
    pub fn now(&self, until: Moment) -> Option<Sample> {
        self.states.at(until).and_then(|(_, state)| state)?;
        self.samples.at(until).map(|(_, sample)| sample)
    }

    /// The newest sample until `until` that has figures: a closing socket has none any more.
    pub fn with_figures(&self, until: Moment) -> Option<Sample> {
        self.samples.points(until).filter(|(_, sample)| sample.figures.is_some()).last().map(|(_, sample)| sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(state: TcpState, cookie: u64) -> Option<EndSample> {
        let sample = Sample { state, cookie, outstanding: 0, unsent: None, unread: 0, figures: None, memory: None };
        Some(EndSample { sample, left: (state == TcpState::TimeWait).then_some(Duration::from_secs(60)) })
    }

    #[test]
    fn another_socket_with_the_same_addresses_is_not_this_one() {
        let mut history = EndHistory::default();
        let state = |history: &EndHistory| history.now(Moment(u64::MAX)).map(|sample| sample.state);
        history.take(Moment(1), end(TcpState::Established, 7));
        history.take(Moment(2), end(TcpState::TimeWait, 7));
        assert_eq!(state(&history), Some(TcpState::TimeWait));
        assert_eq!(history.kept_until, Some(Moment(2).plus(Duration::from_secs(60))));
        history.take(Moment(3), end(TcpState::Established, 8));
        assert_eq!((state(&history), history.is_gone(), history.kept_until), (None, true, None));
        history.take(Moment(4), end(TcpState::Established, 7));
        assert!(history.is_gone(), "what is gone does not come back");
        assert_eq!(history.now(Moment(1)).map(|sample| sample.state), Some(TcpState::Established), "as it was then");
    }

    #[test]
    fn the_end_of_time_wait_does_not_tremble() {
        let mut history = EndHistory::default();
        let (second, tick) = (1_000_000_000, 4_000_000);
        history.take(Moment(second), end(TcpState::TimeWait, 7));
        let until = history.kept_until.unwrap();
        for at in [second + tick, second - tick, second + 2 * tick] {
            history.take(Moment(at), end(TcpState::TimeWait, 7));
            assert_eq!(history.kept_until, Some(until));
        }
        // The peer's FIN came again: the time begins anew.
        history.take(Moment(9 * second), end(TcpState::TimeWait, 7));
        assert_eq!(history.kept_until, Some(Moment(69 * second)));
    }

    #[test]
    fn what_was_never_seen_may_still_come() {
        let mut history = EndHistory::default();
        history.take(Moment(1), None);
        assert!(!history.is_gone());
        history.take(Moment(2), end(TcpState::SynReceived, 0));
        history.take(Moment(3), end(TcpState::Established, 9));
        assert_eq!(history.now(Moment(3)).map(|sample| sample.cookie), Some(9));
    }
}
