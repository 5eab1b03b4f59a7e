//! A call in its place on the ladder, and the arrows between two of them.

use std::collections::HashSet;

use super::end::LadderEnd;
use super::matched::{ArrowKind, Match, Unmatched};
use crate::capture::{Call, Moment, Outcome, Role};

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallState {
    /// It came back.
    Returned,
    /// It is in progress.
    InProgress,
    /// It is to be made as soon as the pace allows it.
    Due,
}

/// A call on its lifeline.
#[derive(Clone, Debug, PartialEq)]
pub struct LadderRow {
    /// Whose.
    pub side: Role,
    /// Its number among the entries of its end, counted from 0; of one that has not come back, the number that it would have.
    pub entry: u64,
    /// Its number in the log; `None` for an accept, and for what has not come back.
    pub number: Option<u64>,
    /// The call. What has not come back took no time yet.
    pub call: Call,
    /// How it stands.
    pub state: CallState,
    /// Its row in the order of both ends.
    pub row: u64,
    /// By what it has that place: [`LadderRow::at`], or when the call before it in its log came back, if that was later: one thread may have
    /// begun to send long before another received.
    pub order_time: Moment,
    /// When it began and when it came back, in rows.
    pub stretch: (f64, f64),
    /// What it has to do with calls of the other end.
    pub matched: Option<Match>,
}

impl LadderRow {
    /// The call `call` of entry `entry` of `end`, which stands by itself in row `row`.
    pub(super) fn new(end: &LadderEnd<'_>, entry: u64, call: Call, state: CallState, row: u64) -> Self {
        let number = if state == CallState::Returned { end.number(entry) } else { None };
        let (order_time, stretch) = (super::end::at(&call), (row as f64, row as f64 + 1.0));
        Self { side: end.side, entry, number, call, state, row, order_time, stretch, matched: None }
    }

    /// The side across from its own.
    pub fn across(&self) -> Role {
        other(self.side)
    }

    /// When it told the other end something, or was told.
    pub fn at(&self) -> Moment {
        super::end::at(&self.call)
    }

    /// The middle of its row.
    pub fn middle(&self) -> f64 {
        self.row as f64 + 0.5
    }
}

/// One end of an arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ArrowEnd {
    /// A call.
    Call {
        /// The number of its entry.
        entry: u64,
        /// Its place in rows.
        row: f64,
        /// When it left or was taken there.
        at: Moment,
    },
    /// The system of that end, which needs no call for it. When that was lies between two moments that are known.
    System {
        /// Its place in rows.
        row: f64,
        /// The middle between the two.
        at: Moment,
    },
    /// No call is known.
    Open(Unmatched),
}

/// What went from one end to the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// What.
    pub kind: ArrowKind,
    /// From which end.
    pub side: Role,
    /// Where it left.
    pub from: ArrowEnd,
    /// Where it was taken.
    pub to: ArrowEnd,
}

/// In rows, the answer of the system stands so far below the beginning of connect,
const ANSWER: f64 = 0.2;
/// and it has arrived so far below; so far apart are two steps of the systems.
const ANSWERED: f64 = 0.4;

/// The arrows that begin or end at one of `rows`, each once.
pub fn arrows(rows: &[LadderRow]) -> Vec<Arrow> {
    let mut seen = HashSet::new();
    let mut arrows = Vec::new();
    for row in rows {
        let Some(matched) = &row.matched else { continue };
        if matched.kind == ArrowKind::Syn && (!matched.is_out || row.call.outcome == Outcome::Done) {
            arrows.extend(matched.is_out.then(|| handshake(row)).into_iter().flatten());
            continue;
        }
        let own = own_tip(row, matched);
        let side = if matched.is_out { row.side } else { other(row.side) };
        for with in &matched.with {
            let theirs = ArrowEnd::Call { entry: with.entry, row: with.row, at: with.at };
            let (from, to) = if matched.is_out { (own, theirs) } else { (theirs, own) };
            let ends = if matched.is_out { (row.entry, with.entry) } else { (with.entry, row.entry) };
            if seen.insert((side, ends)) {
                let kind = with.part.map_or(matched.kind, ArrowKind::Bytes);
                let arrow = Arrow { kind, side, from: not_after(from, to), to };
                arrows.push(arrow);
                arrows.extend(acknowledged(&arrow));
            }
        }
        if let Some((why, kind)) = matched.open {
            let (from, to) = if matched.is_out { (own, ArrowEnd::Open(why)) } else { (ArrowEnd::Open(why), own) };
            arrows.push(Arrow { kind, side, from, to });
        }
    }
    arrows
}

fn own_tip(row: &LadderRow, matched: &Match) -> ArrowEnd {
    let (place, at) = match (matched.kind, matched.is_out) {
        // The stop came just before the call returned.
        (ArrowKind::FinOfStop, true) => (row.middle(), row.call.ended()),
        (_, true) => (row.stretch.0, row.call.begun),
        (_, false) => (row.stretch.1, row.call.ended()),
    };
    ArrowEnd::Call { entry: row.entry, row: place, at }
}

/// The system of the other end has answered while connect was in progress: that is what connect waits for. Accept only takes what is
/// there.
fn handshake(row: &LadderRow) -> [Arrow; 3] {
    let (entry, begun, ended) = (row.entry, row.call.begun, row.call.ended());
    let middle = Moment(begun.0 + row.call.took / 2);
    let (row, (side, across)) = (row.stretch.0, (row.side, other(row.side)));
    let system = ArrowEnd::System { row: row + ANSWER, at: middle };
    [
        Arrow { kind: ArrowKind::Syn, side, from: ArrowEnd::Call { entry, row, at: begun }, to: system },
        Arrow {
            kind: ArrowKind::SynAck,
            side: across,
            from: system,
            to: ArrowEnd::Call { entry, row: row + ANSWERED, at: ended },
        },
        Arrow {
            kind: ArrowKind::Ack,
            side,
            from: ArrowEnd::System { row: row + ANSWERED, at: ended },
            to: ArrowEnd::System { row: row + ANSWERED + ANSWER, at: ended },
        },
    ]
}

/// The system that a FIN reaches acknowledges it at once, whatever its program does.
fn acknowledged(fin: &Arrow) -> Option<Arrow> {
    let ArrowEnd::Call { row, at, .. } = fin.to else { return None };
    let system = |row| ArrowEnd::System { row, at };
    matches!(fin.kind, ArrowKind::Fin | ArrowKind::FinOfStop).then(|| Arrow {
        kind: ArrowKind::Ack,
        side: other(fin.side),
        from: system(row),
        to: system(row + ANSWER),
    })
}

/// What made a call return has left before that: one that was stopped comes back a little after the socket was shut down.
fn not_after(from: ArrowEnd, to: ArrowEnd) -> ArrowEnd {
    match (from, to) {
        (ArrowEnd::Call { entry, row, at }, ArrowEnd::Call { row: until, at: end, .. }) => {
            ArrowEnd::Call { entry, row: row.min(until), at: at.min(end) }
        }
        _ => from,
    }
}

/// The side across from `side`.
pub(super) fn other(side: Role) -> Role {
    match side {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    }
}
