//! A call in its place on the ladder, and the arrows between two of them.

use std::collections::HashSet;

use super::met::{Carried, Met, Unmet};
use crate::capture::{Call, Moment, Role};

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
    /// When it began and when it came back, in rows.
    pub stretch: (f64, f64),
    /// What it has to do with calls of the other end.
    pub met: Option<Met>,
}

impl Rung {
    /// When it told the other end something, or was told: by this it has its place in the order.
    #[must_use]
    pub fn at(&self) -> Moment {
        if super::end::tells(self.call.kind) { self.call.begun } else { self.call.ended() }
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

/// The arrows that begin or end at one of `rungs`, each once.
#[must_use]
pub fn arrows(rungs: &[Rung]) -> Vec<Arrow> {
    let mut seen = HashSet::new();
    let mut arrows = Vec::new();
    for rung in rungs {
        let Some(met) = &rung.met else { continue };
        let row = if met.is_out { rung.stretch.0 } else { rung.stretch.1 };
        let at = if met.is_out { rung.call.begun } else { rung.call.ended() };
        let own = Tip::Call { entry: rung.entry, row, at };
        let side = if met.is_out { rung.side } else { other(rung.side) };
        for with in &met.with {
            let theirs = Tip::Call { entry: with.entry, row: with.row, at: with.at };
            let (from, to) = if met.is_out { (own, theirs) } else { (theirs, own) };
            let ends = if met.is_out { (rung.entry, with.entry) } else { (with.entry, rung.entry) };
            if seen.insert((side, ends)) {
                let carried = with.part.map_or(met.carried, Carried::Bytes);
                arrows.push(Arrow { carried, side, from, to });
            }
        }
        if let Some((why, carried)) = met.open {
            let (from, to) = if met.is_out { (own, Tip::Open(why)) } else { (Tip::Open(why), own) };
            arrows.push(Arrow { carried, side, from, to });
        }
    }
    arrows
}

/// The side across from `side`.
pub(super) fn other(side: Role) -> Role {
    match side {
        Role::Client => Role::Server,
        Role::Server => Role::Client,
    }
}
