//! The states of a TCP connection and the arrows between them.
//!
//! In scope: figure 5 of RFC 9293 §3.3.2 as data. Out of scope: how it is laid out. Not in that figure, and not here: a reset, which leads
//! from every state to CLOSED.

use TcpState::{
    CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent, TimeWait,
};

enum_with_all! {
    /// A state. The names are those that `netstat` and the manual pages write.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum TcpState {
        /// No connection at all: the kernel keeps nothing.
        Closed = "CLOSED",
        /// Waits for somebody to connect.
        Listen = "LISTEN",
        /// Has sent SYN and waits for the peer's.
        SynSent = "SYN_SENT",
        /// Has received SYN, sent its own, and waits for its acknowledgment.
        SynReceived = "SYN_RCVD",
        /// Both sides may send.
        Established = "ESTABLISHED",
        /// Has sent FIN and waits for its acknowledgment.
        FinWait1 = "FIN_WAIT1",
        /// Its FIN is acknowledged; the peer may still send.
        FinWait2 = "FIN_WAIT2",
        /// Both have sent FIN at once; waits for the acknowledgment of its own.
        Closing = "CLOSING",
        /// Everything is done; stays a while for what may still be under way.
        TimeWait = "TIME_WAIT",
        /// The peer has sent FIN; this side may still send.
        CloseWait = "CLOSE_WAIT",
        /// Has sent FIN after the peer's, and waits for its acknowledgment.
        LastAck = "LAST_ACK",
    }
}

impl TcpState {
    /// The shortest way along the arrows from `self` to `to`, without `self`; `None` if there is none. It never leads through CLOSED.
    pub fn path_to(self, to: Self) -> Option<Vec<Self>> {
        let mut ways = vec![vec![self]];
        let mut reached = vec![self];
        let mut at = 0;
        while let Some(way) = ways.get(at).cloned() {
            at += 1;
            let here = *way.last()?;
            if here == to {
                return Some(way.into_iter().skip(1).collect());
            }
            for (_, next) in TRANSITIONS.iter().filter(|(from, _)| *from == here && (here != Closed || way.len() == 1))
            {
                if !reached.contains(next) {
                    reached.push(*next);
                    ways.push(way.iter().copied().chain([*next]).collect());
                }
            }
        }
        None
    }
}

/// The arrows of the figure. Of two ways of the same length, the one that stands first is the usual one.
pub const TRANSITIONS: [(TcpState, TcpState); 19] = [
    (Closed, Listen),
    (Closed, SynSent),
    (Listen, SynReceived),
    (Listen, SynSent),
    (Listen, Closed),
    (SynSent, Established),
    (SynSent, SynReceived),
    (SynSent, Closed),
    (SynReceived, Established),
    (SynReceived, FinWait1),
    (Established, FinWait1),
    (Established, CloseWait),
    (FinWait1, FinWait2),
    (FinWait1, Closing),
    (FinWait2, TimeWait),
    (Closing, TimeWait),
    (TimeWait, Closed),
    (CloseWait, LastAck),
    (LastAck, Closed),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_follow_the_arrows() {
        for (from, to, way) in [
            (Established, Established, Some(vec![])),
            (Closed, Established, Some(vec![SynSent, Established])),
            (Listen, Established, Some(vec![SynReceived, Established])),
            (Established, TimeWait, Some(vec![FinWait1, FinWait2, TimeWait])),
            (Established, LastAck, Some(vec![CloseWait, LastAck])),
            (CloseWait, TimeWait, None),
            (FinWait2, Established, None),
            (LastAck, SynSent, None),
        ] {
            assert_eq!(from.path_to(to), way, "{} to {}", from.name(), to.name());
        }
    }

    #[test]
    fn every_state_is_reached_and_left() {
        for state in TcpState::ALL {
            assert!(TRANSITIONS.iter().any(|(from, _)| *from == state), "{}", state.name());
            assert!(Closed.path_to(state).is_some(), "{}", state.name());
        }
    }
}
