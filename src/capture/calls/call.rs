//! One socket call: when it began, how long it took, what was asked and what came back.
//!
//! In scope: the call as a record of fixed size, so that millions of them can stand in a file and be read by number.
//! Out of scope: addresses and error texts, which only few calls have; those are [`Note`](crate::capture::Note)s beside the record.

use crate::capture::Moment;
use crate::http::Span;

/// Which call it was. The names are those of POSIX; `Resolve` stands for getaddrinfo(3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum CallKind {
    /// getaddrinfo(3): from a name to addresses.
    Resolve,
    /// socket(2).
    Socket,
    /// bind(2).
    Bind,
    /// listen(2).
    Listen,
    /// accept(2).
    Accept,
    /// connect(2).
    Connect,
    /// send(2).
    Send,
    /// recv(2).
    Recv,
    /// shutdown(2) of the sending side.
    Shutdown,
    /// close(2).
    Close,
}

impl CallKind {
    /// Every kind, in the order in which a program makes them.
    pub const ALL: [Self; 10] = [
        Self::Resolve,
        Self::Socket,
        Self::Bind,
        Self::Listen,
        Self::Accept,
        Self::Connect,
        Self::Send,
        Self::Recv,
        Self::Shutdown,
        Self::Close,
    ];

    /// The name of the call as it is written in a program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Resolve => "getaddrinfo",
            Self::Socket => "socket",
            Self::Bind => "bind",
            Self::Listen => "listen",
            Self::Accept => "accept",
            Self::Connect => "connect",
            Self::Send => "send",
            Self::Recv => "recv",
            Self::Shutdown => "shutdown",
            Self::Close => "close",
        }
    }
}

/// How a call came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// It did what was asked, in whole or in part.
    Done,
    /// recv returned 0: the peer has finished sending.
    PeerFinished,
    /// The time that the user allowed ran out.
    TimedOut,
    /// Our own Stop ended it; the peer did nothing.
    Stopped,
    /// The system returned an error.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [Self::Done, Self::PeerFinished, Self::TimedOut, Self::Stopped, Self::Failed];

    /// A short name for machine-readable output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::PeerFinished => "peer-finished",
            Self::TimedOut => "timed-out",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
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

impl Call {
    /// The record as bytes; [`Call::decode`] reads it back.
    #[must_use]
    pub fn encode(&self) -> [u8; CALL_SIZE] {
        let mut bytes = [0; CALL_SIZE];
        let (begun, rest) = bytes.split_at_mut(8);
        let (took, rest) = rest.split_at_mut(8);
        let (offset, rest) = rest.split_at_mut(8);
        let (asked, rest) = rest.split_at_mut(4);
        let (got, rest) = rest.split_at_mut(4);
        let (note, rest) = rest.split_at_mut(4);
        begun.copy_from_slice(&self.begun.0.to_le_bytes());
        took.copy_from_slice(&self.took.to_le_bytes());
        offset.copy_from_slice(&self.offset.to_le_bytes());
        asked.copy_from_slice(&self.asked.to_le_bytes());
        got.copy_from_slice(&self.got.to_le_bytes());
        note.copy_from_slice(&self.note.to_le_bytes());
        if let [kind, outcome, ..] = rest {
            *kind = self.kind as u8;
            *outcome = self.outcome as u8;
        }
        bytes
    }

    /// Reads a record that [`Call::encode`] wrote; `None` if it is none.
    #[must_use]
    pub fn decode(bytes: &[u8; CALL_SIZE]) -> Option<Self> {
        let long = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let short = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        Some(Self {
            begun: Moment(long(0)?),
            took: long(8)?,
            offset: long(16)?,
            asked: short(24)?,
            got: short(28)?,
            note: short(32)?,
            kind: *CallKind::ALL.get(usize::from(bytes[36]))?,
            outcome: *Outcome::ALL.get(usize::from(bytes[37]))?,
        })
    }

    /// For send and recv: the bytes that it carried.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.offset, self.offset.saturating_add(u64::from(self.got)))
    }

    /// The moment at which the call came back.
    #[must_use]
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
                assert_eq!(Call::decode(&call.encode()), Some(call));
            }
        }
    }

    #[test]
    fn bytes_that_are_no_call_are_refused() {
        assert_eq!(Call::decode(&[0xff; CALL_SIZE]), None);
    }
}
