//! The calls of both ends within a stretch of time, for a ladder that is drawn to scale. Of more than can be told apart, like ones that
//! follow each other are folded.

use std::io;

use super::end::LadderEnd;
use super::order::Ladder;
use super::row::{CallState, LadderRow};
use crate::capture::{Call, CallKind, Moment, Role};

/// How many calls of an end are drawn one by one.
pub const SINGLE_MAX: u64 = 128;
/// How many of the first calls, and of the last, are always drawn one by one.
const EDGE: u64 = 16;
/// Into how many pieces the calls between them are cut.
const PIECES: u64 = 32;
/// A piece with at most this many calls is read whole.
const WHOLE: u64 = 2_048;
/// How many calls of a longer piece are read.
const SAMPLES: u64 = 16;
/// A piece with at most this many runs of like calls is drawn as its runs.
const RUNS_MAX: usize = 4;

/// Calls of one end that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldedCalls {
    /// Whose.
    pub side: Role,
    /// The number of the first entry.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// Which kinds, in the order in which they are first met.
    pub kinds: Vec<CallKind>,
    /// Whether all of them were looked at, and not only some, evenly spread.
    pub is_exact: bool,
    /// When the first of them began, and the last came back.
    pub stretch: (Moment, Moment),
    /// The bytes that they carried, if they are all of one direction.
    pub bytes: Option<u64>,
}

/// What there is in a stretch of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimedLadder {
    /// Calls that stand for themselves.
    pub rows: Vec<LadderRow>,
    /// Others.
    pub folded: Vec<FoldedCalls>,
}

impl Ladder<'_> {
    /// What happened from `from` until `until`.
    ///
    /// # Errors
    /// If a log's file can't be read.
    pub fn timed(&self, from: Moment, until: Moment) -> io::Result<TimedLadder> {
        let ladder = self.without_rows();
        let mut timed = TimedLadder::default();
        for side in [Role::Client, Role::Server] {
            let Some(end) = ladder.end(side) else { continue };
            let first = end.ended_from(from)?;
            // What came back later may have begun before; of those there is one a thread.
            let behind = end.ended_from(Moment(until.0.saturating_add(1)))?;
            let last = behind.saturating_add(4).min(end.count());
            if last - first <= SINGLE_MAX {
                single(&end, first, last, until, &mut timed.rows)?;
                continue;
            }
            single(&end, first, first + EDGE, until, &mut timed.rows)?;
            fold(&end, first + EDGE, last - EDGE, &mut timed)?;
            single(&end, last - EDGE, last, until, &mut timed.rows)?;
        }
        timed.rows.extend(ladder.unfinished().into_iter().filter(|row| row.call.begun <= until));
        for row in &mut timed.rows {
            row.matched = ladder.find_match(row)?;
        }
        Ok(timed)
    }
}

/// The entries from `first` to `last` that had begun at `until`, each for itself.
fn single(end: &LadderEnd<'_>, first: u64, last: u64, until: Moment, rows: &mut Vec<LadderRow>) -> io::Result<()> {
    let count = usize::try_from(last.saturating_sub(first)).unwrap_or(0);
    let calls = end.calls(first, count)?.into_iter().zip(first..);
    let row = |(call, entry)| LadderRow::new(end, entry, call, CallState::Returned, 0);
    rows.extend(calls.filter(|(call, _)| call.begun <= until).map(row));
    Ok(())
}

/// The entries from `first` to `last` in as many pieces as can be told apart; neighbours of the same kinds are one.
fn fold(end: &LadderEnd<'_>, first: u64, last: u64, timed: &mut TimedLadder) -> io::Result<()> {
    let count = last.saturating_sub(first);
    let edge =
        |piece: u64| first + u64::try_from(u128::from(count) * u128::from(piece) / u128::from(PIECES)).unwrap_or(0);
    for piece in 0..PIECES {
        for folded in piece_of(end, edge(piece), edge(piece + 1))? {
            match timed.folded.last_mut().filter(|before| is_more_of(before, &folded)) {
                Some(before) => {
                    before.count += folded.count;
                    before.stretch.1 = folded.stretch.1;
                    before.is_exact &= folded.is_exact;
                    before.bytes = before.bytes.zip(folded.bytes).map(|(before, more)| before + more);
                }
                None => timed.folded.push(folded),
            }
        }
    }
    Ok(())
}

/// Whether `folded` goes on as `before` does.
fn is_more_of(before: &FoldedCalls, folded: &FoldedCalls) -> bool {
    before.side == folded.side && before.kinds == folded.kinds && before.first + before.count == folded.first
}

fn piece_of(end: &LadderEnd<'_>, first: u64, last: u64) -> io::Result<Vec<FoldedCalls>> {
    let count = last.saturating_sub(first);
    if count > WHOLE {
        return sampled(end, first, count);
    }
    let calls = end.calls(first, usize::try_from(count).unwrap_or(0))?;
    let runs: Vec<&[Call]> = calls.chunk_by(|a, b| a.kind == b.kind).collect();
    if runs.len() > RUNS_MAX {
        return Ok(folded(end, first, &calls).into_iter().collect());
    }
    let mut next = first;
    let each = runs.into_iter().filter_map(|run| {
        let made = folded(end, next, run);
        next += run.len() as u64;
        made
    });
    Ok(each.collect())
}

fn folded(end: &LadderEnd<'_>, first: u64, calls: &[Call]) -> Option<FoldedCalls> {
    let stretch = (calls.iter().map(|call| call.begun).min()?, calls.last()?.ended());
    let kinds = kinds(calls);
    let is_transfer = matches!(kinds.as_slice(), [CallKind::Send] | [CallKind::Recv]);
    let bytes = is_transfer.then(|| calls.iter().map(|call| u64::from(call.got)).sum());
    Some(FoldedCalls { side: end.side, first, count: calls.len() as u64, kinds, is_exact: true, stretch, bytes })
}

fn sampled(end: &LadderEnd<'_>, first: u64, count: u64) -> io::Result<Vec<FoldedCalls>> {
    let mut calls = Vec::new();
    for sample in 0..SAMPLES {
        calls.extend(end.calls(first + (count - 1) * sample / (SAMPLES - 1), 1)?);
    }
    let made = folded(end, first, &calls).map(|made| {
        // Offsets count every byte of a direction, also those of calls that were not looked at.
        let whole = calls.first().zip(calls.last()).map(|(from, to)| to.span().end.saturating_sub(from.offset));
        FoldedCalls { count, is_exact: false, bytes: made.bytes.and(whole), ..made }
    });
    Ok(made.into_iter().collect())
}

fn kinds(calls: &[Call]) -> Vec<CallKind> {
    let mut kinds = Vec::new();
    for call in calls {
        if !kinds.contains(&call.kind) {
            kinds.push(call.kind);
        }
    }
    kinds
}
