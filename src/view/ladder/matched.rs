//! What a call of one end has to do with calls of the other end.

use crate::capture::Moment;
use crate::http::Span;

/// What an arrow stands for: what went from one end to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowKind {
    /// Bytes of the direction.
    Bytes(Span),
    /// The opening of the connection.
    Syn,
    /// The answer to that, which needs no accept.
    SynAck,
    /// The answer to that, or to a FIN: the systems' own, of which no socket is told.
    Ack,
    /// That there is no more to come.
    Fin,
    /// The same, as the user has stopped that end: the socket was shut down before it was closed.
    FinOfStop,
    /// That the connection is void.
    Rst,
}

impl ArrowKind {
    /// Whether the systems do it among themselves: no socket call sends it or is told of it as such.
    #[must_use]
    pub fn is_by_system(self) -> bool {
        match self {
            Self::Syn | Self::SynAck | Self::Ack | Self::Fin | Self::FinOfStop => true,
            Self::Bytes(_) | Self::Rst => false,
        }
    }
}

/// Why no call is known at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// That end is not in this program, or is not kept.
    Elsewhere,
    /// No call there has come back with it so far.
    NotYet,
}

/// A call of the other end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatchedCall {
    /// The number of its entry.
    pub entry: u64,
    /// Its number in the log; `None` for an accept.
    pub number: Option<u64>,
    /// Which bytes the two have in common.
    pub part: Option<Span>,
    /// When it began, if it told something, or came back, if it was told.
    pub at: Moment,
    /// Its place in rows, where rows are asked for.
    pub row: f64,
}

/// What a call has to do with calls of the other end.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// What an arrow stands for: what went from one end to the other.
    pub kind: ArrowKind,
    /// Whether it went out from this call.
    pub is_out: bool,
    /// The calls of the other end, in order.
    pub with: Vec<MatchedCall>,
    /// Whether they are only the first and the last of more than are told.
    pub is_many: bool,
    /// What met no call that is known, and why.
    pub open: Option<(Unmatched, ArrowKind)>,
}

impl Match {
    /// What went out from a call, or came in to it, and the call of the other end, if one is known; if none is, `unmatched` says why.
    pub(super) fn of(kind: ArrowKind, is_out: bool, with: Option<MatchedCall>, unmatched: Unmatched) -> Self {
        let open = with.is_none().then_some((unmatched, kind));
        Self { kind, is_out, with: with.into_iter().collect(), is_many: false, open }
    }
}
