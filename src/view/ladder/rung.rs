//! A call in its place on the ladder, and the arrows between two of them.

use std::collections::HashSet;

use super::met::{Carried, Met, Unmet};
use crate::capture::{Call, Moment, Outcome, Role};

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It came back.
    Back,
    /// It is in progress.
    Waits,
    /// It is to be made as soon as the pace allows it.
    Due,
}

/// A call on its lifeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Whose.
    pub side: Role,
    /// Its number among the entries of its end, counted from 0; of one that has not come back, the number that it would have.
    pub entry: u64,
    /// Its number in the log; `None` for an accept, and for what has not come back.
    pub number: Option<u64>,
    /// The call. What has not come back took no time yet.
    pub call: Call,
    /// How it stands.
    pub standing: Standing,
    /// Its row in the order of both ends.
    pub row: u64,
    /// By what it has that place: [`Rung::at`], or when the call before it in its log came back, if that was later: one thread may have
    /// begun to send long before another received.
    pub turn: Moment,
    /// When it began and when it came back, in rows.
    pub stretch: (f64, f64),
    /// What it has to do with calls of the other end.
    pub met: Option<Met>,
}

impl Rung {
    /// When it told the other end something, or was told.
    #[must_use]
    pub fn at(&self) -> Moment {
        super::end::at(&self.call)
    }

    /// The middle of its row.
    #[must_use]
    pub fn middle(&self) -> f64 {
        self.row as f64 + 0.5
    }
}

/// One end of an arrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tip {
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
    Open(Unmet),
}

/// What went from one end to the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// What.
    pub carried: Carried,
    /// From which end.
    pub side: Role,
    /// Where it left.
    pub from: Tip,
    /// Where it was taken.
    pub to: Tip,
}

/// In rows, the answer of the system stands so far below the beginning of connect,
const ANSWER: f64 = 0.2;
/// and it has arrived so far below.
const ANSWERED: f64 = 0.4;

/// The arrows that begin or end at one of `rungs`, each once.
#[must_use]
pub fn arrows(rungs: &[Rung]) -> Vec<Arrow> {
    let mut seen = HashSet::new();
    let mut arrows = Vec::new();
    for rung in rungs {
        let Some(met) = &rung.met else { continue };
        if met.carried == Carried::Syn && (!met.is_out || rung.call.outcome == Outcome::Done) {
            arrows.extend(met.is_out.then(|| handshake(rung)).into_iter().flatten());
            continue;
        }
        let own = own_tip(rung, met);
        let side = if met.is_out { rung.side } else { other(rung.side) };
        for with in &met.with {
            let theirs = Tip::Call { entry: with.entry, row: with.row, at: with.at };
            let (from, to) = if met.is_out { (own, theirs) } else { (theirs, own) };
            let ends = if met.is_out { (rung.entry, with.entry) } else { (with.entry, rung.entry) };
            if seen.insert((side, ends)) {
                let carried = with.part.map_or(met.carried, Carried::Bytes);
                arrows.push(Arrow { carried, side, from: not_after(from, to), to });
            }
        }
        if let Some((why, carried)) = met.open {
            let (from, to) = if met.is_out { (own, Tip::Open(why)) } else { (Tip::Open(why), own) };
            arrows.push(Arrow { carried, side, from, to });
        }
    }
    arrows
}

fn own_tip(rung: &Rung, met: &Met) -> Tip {
    let (row, at) = match (met.carried, met.is_out) {
        // The stop came just before the call returned.
        (Carried::FinOfStop, true) => (rung.middle(), rung.call.ended()),
        (_, true) => (rung.stretch.0, rung.call.begun),
        (_, false) => (rung.stretch.1, rung.call.ended()),
    };
    Tip::Call { entry: rung.entry, row, at }
}

/// The system of the other end has answered while connect was in progress: that is what connect waits for. Accept only takes what is
/// there.
fn handshake(rung: &Rung) -> [Arrow; 2] {
    let (entry, begun, ended) = (rung.entry, rung.call.begun, rung.call.ended());
    let middle = Moment(begun.0 + rung.call.took / 2);
    let (row, (side, across)) = (rung.stretch.0, (rung.side, other(rung.side)));
    let system = Tip::System { row: row + ANSWER, at: middle };
    [
        Arrow { carried: Carried::Syn, side, from: Tip::Call { entry, row, at: begun }, to: system },
        Arrow {
            carried: Carried::SynAck,
            side: across,
            from: system,
            to: Tip::Call { entry, row: row + ANSWERED, at: ended },
        },
    ]
}

/// What made a call return has left before that: one that was stopped comes back a little after the socket was shut down.
fn not_after(from: Tip, to: Tip) -> Tip {
    match (from, to) {
        (Tip::Call { entry, row, at }, Tip::Call { row: until, at: end, .. }) => {
            Tip::Call { entry, row: row.min(until), at: at.min(end) }
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
