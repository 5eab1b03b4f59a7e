//! One socket call: when it began, how long it took, what was asked and what came back.
//!
//! In scope: the call as a record of fixed size, so that millions of them can stand in a file and be read by number.
//! Out of scope: addresses and error texts, which only few calls have; those are [`Note`](crate::capture::Note)s beside the record.

use crate::capture::Moment;
use crate::capture::spools::records::Record;
use crate::http::Span;

enum_with_all! {
    /// Which call it was. The names are those of POSIX; `Resolve` stands for getaddrinfo(3).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[repr(u8)]
    pub enum CallKind {
        /// getaddrinfo(3): from a name to addresses.
        Resolve = "getaddrinfo",
        /// socket(2).
        Socket = "socket",
        /// bind(2).
        Bind = "bind",
        /// listen(2).
        Listen = "listen",
        /// accept(2).
        Accept = "accept",
        /// connect(2).
        Connect = "connect",
        /// send(2).
        Send = "send",
        /// recv(2).
        Recv = "recv",
        /// shutdown(2) of the sending side.
        Shutdown = "shutdown",
        /// close(2).
        Close = "close",
    }
}

enum_with_all! {
    /// How a call came back.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[repr(u8)]
    pub enum Outcome {
        /// It did what was asked, in whole or in part.
        Done = "done",
        /// recv returned 0: the peer has finished sending.
        PeerFinished = "peer-finished",
        /// The time that the user allowed ran out.
        TimedOut = "timed-out",
        /// Our own Stop ended it; the peer did nothing.
        Stopped = "stopped",
        /// The system returned an error.
        Failed = "failed",
    }
}

/// One call, as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Which call.
    pub kind: CallKind,
    /// How it came back.
    pub outcome: Outcome,
    /// When it was made.
    pub begun: Moment,
    /// How long it took, in nanoseconds.
    pub took: u64,
    /// For send and recv: the bytes that were asked for. For listen: the backlog.
    pub asked: u32,
    /// For send and recv: the bytes that came back.
    pub got: u32,
    /// For send and recv: where in the direction's spool those bytes begin.
    pub offset: u64,
    /// The number of the [`Note`](crate::capture::Note) that belongs to the call, counted from 1; 0 if it has none.
    pub note: u32,
}

impl Default for Call {
    /// A call of which nothing is known, to stand for one whose record is elsewhere.
    fn default() -> Self {
        let (kind, outcome) = (CallKind::Socket, Outcome::Done);
        Self { kind, outcome, begun: Moment::default(), took: 0, asked: 0, got: 0, offset: 0, note: 0 }
    }
}

/// The size of a call in the log, in bytes.
pub const CALL_SIZE: usize = 40;

impl Record<5> for Call {
    fn to_words(&self) -> [u64; 5] {
        let sizes = u64::from(self.asked) | u64::from(self.got) << 32;
        let rest = u64::from(self.note) | (self.kind as u64) << 32 | (self.outcome as u64) << 40;
        [self.begun.0, self.took, self.offset, sizes, rest]
    }

    fn of_words([begun, took, offset, sizes, rest]: [u64; 5]) -> Option<Self> {
        let (asked, got, note) = (sizes as u32, (sizes >> 32) as u32, rest as u32);
        let [.., kind, outcome, _, _] = rest.to_le_bytes();
        Some(Self {
            kind: *CallKind::ALL.get(usize::from(kind))?,
            outcome: *Outcome::ALL.get(usize::from(outcome))?,
            begun: Moment(begun),
            took,
            asked,
            got,
            offset,
            note,
        })
    }
}

impl Call {
    /// For send and recv: the bytes that it carried.
    pub fn span(&self) -> Span {
        Span::new(self.offset, self.offset.saturating_add(u64::from(self.got)))
    }

    /// The moment at which the call came back.
    pub fn ended(&self) -> Moment {
        Moment(self.begun.0.saturating_add(self.took))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_outcome_survives_encoding() {
        for kind in CallKind::ALL {
            for outcome in Outcome::ALL {
                let call = Call {
                    kind,
                    outcome,
                    begun: Moment(u64::MAX - 7),
                    took: 1 << 40,
                    asked: 1024,
                    got: 517,
                    offset: 1 << 41,
                    note: 9,
                };
                assert_eq!(Call::of_words(call.to_words()), Some(call));
            }
        }
    }

    #[test]
    fn bytes_that_are_no_call_are_refused() {
        assert_eq!(Call::of_words([u64::MAX; 5]), None);
    }
}
