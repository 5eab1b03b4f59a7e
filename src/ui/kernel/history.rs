//! The observations of the sockets of one connection, or of one listening socket.

use crate::capture::kernel::{
    AcceptQueue, EndHistory, Observation, Reading, SampleSource, Series, Unavailable, WatchedSocket,
};
use crate::capture::{ConnectionId, Moment, SessionId};

/// A run, and one of its connections, or with `None` its listener.
pub type SocketKey = (SessionId, Option<ConnectionId>);

/// What was seen of the sockets of a connection, or of a listening socket.
#[derive(Debug)]
pub struct SocketHistory {
    /// The sockets.
    pub of: WatchedSocket,
    /// Our end.
    pub own: EndHistory,
    /// The other end, if it is on this machine.
    pub other: EndHistory,
    /// The queue of a listening socket.
    pub queue: Series<Option<AcceptQueue>>,
    /// Why nothing can be seen.
    pub blind: Option<Unavailable>,
    /// Where the socket table was read.
    pub source: Option<SampleSource>,
}

impl Default for SocketHistory {
    fn default() -> Self {
        Self::new(WatchedSocket::Listener(([0; 4], 0).into()))
    }
}

impl SocketHistory {
    /// A history without an observation.
    #[must_use]
    pub fn new(of: WatchedSocket) -> Self {
        let (own, other, queue) = (EndHistory::default(), EndHistory::default(), Series::default());
        Self { of, own, other, queue, blind: None, source: None }
    }

    /// Adds an observation.
    pub fn record(&mut self, observation: Observation) {
        self.blind = None;
        self.source = Some(observation.source);
        match observation.seen {
            Reading::Ends { own, other } => {
                self.own.take(observation.at, own);
                self.other.take(observation.at, other);
            }
            Reading::AcceptQueue(queue) => {
                self.queue.take(observation.at, queue);
            }
            Reading::Unavailable(blind) => self.blind = Some(blind),
        }
    }

    /// Whether nothing more will be seen; `has_ended` says that our side has closed the socket.
    #[must_use]
    pub fn is_final(&self, has_ended: bool) -> bool {
        if self.blind.is_some() {
            return true;
        }
        let newest = Moment(u64::MAX);
        let is_gone = |end: &EndHistory| end.states.at(newest).is_some_and(|(_, state)| state.is_none());
        has_ended
            && match self.of {
                WatchedSocket::Connection { .. } => is_gone(&self.own) && is_gone(&self.other),
                WatchedSocket::Listener(_) => self.queue.at(newest).is_some_and(|(_, queue)| queue.is_none()),
            }
    }
}
