//! The calls of both ends in one order, found by row.

use std::io;

use super::end::{Keyed, LadderEnd};
use super::row::{CallState, LadderRow, other};
use crate::capture::{Call, Connection, Moment, Role};

/// How many rows above and below the visible ones are read, for calls that reach into view.
const BESIDE: u64 = 16;
/// How many calls of an end below those may have begun before them: one a thread.
const THREADS: usize = 4;

/// How many calls the ends have, whether they are over, and whether the connection has not been accepted.
pub type LadderVersion = ([u64; 2], [Option<bool>; 2], bool);

/// The two ends of a connection, as far as they are in this program.
#[derive(Clone, Copy, Debug)]
pub struct Ladder<'a> {
    client: Option<LadderEnd<'a>>,
    server: Option<LadderEnd<'a>>,
    /// Which of them is looked at.
    pub own: Role,
    /// Whether the other end is a listener of this program that has not accepted the connection.
    pub(super) is_unaccepted: bool,
    /// Whether places in rows are asked for.
    pub(super) in_rows: bool,
}

impl<'a> Ladder<'a> {
    /// The ladder of a connection of a run of `role`, and of its other end if that is in this program, too.
    pub fn new(connection: &'a Connection, role: Role, other_end: Option<&'a Connection>) -> Self {
        let own = LadderEnd::of(connection, role);
        let across = other_end.map(|connection| LadderEnd { connection, side: other(own.side) });
        let (client, server) = match own.side {
            Role::Client => (Some(own), across),
            Role::Server => (across, Some(own)),
        };
        Self { client, server, own: own.side, is_unaccepted: false, in_rows: true }
    }

    /// The same where a listener of this program has not accepted the connection, if it is `so`.
    #[must_use]
    pub fn unaccepted(self, so: bool) -> Self {
        Self { is_unaccepted: so && self.end(other(self.own)).is_none(), ..self }
    }

    /// Whether the other end is a listener of this program that has not accepted the connection.
    pub fn is_unaccepted(&self) -> bool {
        self.is_unaccepted
    }

    /// The same where nobody asks for places in rows, which cost a search each.
    pub(super) fn without_rows(&self) -> Self {
        Self { in_rows: false, ..*self }
    }

    /// What changes with everything that may change an arrow, other than what is in progress.
    pub fn version(&self) -> LadderVersion {
        let sides = [Role::Client, Role::Server];
        let is_over = |end: LadderEnd<'_>| end.connection.thread.ended.is_some();
        (sides.map(|side| self.count(side)), sides.map(|side| self.end(side).map(is_over)), self.is_unaccepted)
    }

    /// The end at `side`.
    pub fn end(&self, side: Role) -> Option<LadderEnd<'a>> {
        match side {
            Role::Client => self.client,
            Role::Server => self.server,
        }
    }

    /// How many entries the end at `side` has.
    pub fn count(&self, side: Role) -> u64 {
        self.end(side).map_or(0, |end| end.count())
    }

    /// How many rows there are, without the calls that have not come back.
    pub fn rows(&self) -> u64 {
        self.count(Role::Client) + self.count(Role::Server)
    }

    /// The calls of both ends that have not come back, below all others: those of the client first.
    pub fn unfinished(&self) -> Vec<LadderRow> {
        let rows = self.rows();
        let ends = [self.client, self.server].into_iter().flatten();
        let calls = ends.flat_map(|end| {
            let entries = end.count()..;
            let unfinished = end.connection.thread.unfinished();
            unfinished.zip(entries).map(move |((blocked, is_due), entry)| {
                let call = Call { kind: blocked.kind, asked: blocked.asked, begun: blocked.since, ..Call::default() };
                (end, entry, call, if is_due { CallState::Due } else { CallState::InProgress })
            })
        });
        calls
            .zip(rows..)
            .map(|((end, entry, call, state), row)| LadderRow::new(&end, entry, call, state, row))
            .collect()
    }

    /// How many of the first `row` rows are entries of the client; the others are those of the server. Where two have the same turn, the
    /// client's is first.
    pub(super) fn split(&self, row: u64) -> io::Result<u64> {
        let (Some(client), Some(server)) = (self.client, self.server) else {
            return Ok(row.min(self.count(Role::Client)));
        };
        let (mut low, mut high) = (row.saturating_sub(server.count()), row.min(client.count()));
        while low < high {
            let middle = low + (high - low) / 2;
            // The client's entry is among them unless it comes behind the last of the server's that would be.
            let beside = row.saturating_sub(1).saturating_sub(middle);
            if client.order_time(middle)? > server.order_time(beside)? { high = middle } else { low = middle + 1 }
        }
        Ok(low)
    }

    /// How many of the first `row` rows are entries of the end at `side`.
    ///
    /// # Errors
    /// If a log's file can't be read.
    pub fn entries_before(&self, side: Role, row: u64) -> io::Result<u64> {
        let client = self.split(row.min(self.rows()))?;
        Ok(if side == Role::Client { client } else { row.min(self.rows()) - client })
    }

    /// The row of entry `entry` of the end at `side`.
    ///
    /// # Errors
    /// If a log's file can't be read.
    pub fn row_of(&self, side: Role, entry: u64) -> io::Result<u64> {
        let (Some(own), Some(across)) = (self.end(side), self.end(other(side))) else { return Ok(entry) };
        let order_time = own.order_time(entry)?;
        let (mut low, mut high) = (0, across.count());
        while low < high {
            let middle = low + (high - low) / 2;
            let theirs = across.order_time(middle)?;
            let is_before = if side == Role::Client { theirs < order_time } else { theirs <= order_time };
            if is_before { low = middle + 1 } else { high = middle }
        }
        Ok(entry + low)
    }

    /// The calls in `count` rows from `first` on, and those beside them of which a part may be in view. What those in the rows have to
    /// do with calls of the other end is found out.
    ///
    /// # Errors
    /// If a log's file can't be read.
    pub fn read(&self, first: u64, count: usize) -> io::Result<Vec<LadderRow>> {
        let start = first.saturating_sub(BESIDE).min(self.rows());
        let end = first.saturating_add(count as u64).saturating_add(BESIDE).min(self.rows());
        let want = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        let split = self.split(start)?;
        let read = |side, from: u64| -> io::Result<Vec<Keyed>> {
            self.end(side).map_or(Ok(Vec::new()), |end| end.keyed(from, want.saturating_add(THREADS)))
        };
        let merged = Merged {
            client: read(Role::Client, split)?,
            server: read(Role::Server, start - split)?,
            first: [split, start - split],
        };
        let (mut ladder_rows, order_times) = self.merge(&merged, start, want);
        ladder_rows.extend(self.unfinished());
        place(&mut ladder_rows, &order_times, start, end);
        let visible = first..first.saturating_add(count as u64);
        for ladder_row in &mut ladder_rows {
            if visible.contains(&ladder_row.row) {
                ladder_row.matched = self.find_match(ladder_row)?;
            }
        }
        Ok(ladder_rows)
    }

    /// `want` rows from `start` on with their turns; behind them calls that began before the last of those.
    fn merge(&self, merged: &Merged, start: u64, want: usize) -> (Vec<LadderRow>, Vec<u64>) {
        let (mut ladder_rows, mut order_times) = (Vec::new(), Vec::new());
        let (mut client, mut server) = (merged.client.iter().peekable(), merged.server.iter().peekable());
        let mut next = merged.first;
        let mut ladder_row = |side: Role, keyed: &Keyed, row| {
            let [of_client, of_server] = &mut next;
            let entry = if side == Role::Client { of_client } else { of_server };
            let made = LadderRow::new(&self.end(side)?, *entry, keyed.call, CallState::Returned, row);
            *entry += 1;
            Some(LadderRow { order_time: Moment(keyed.order_time), ..made })
        };
        for row in (start..).take(want) {
            let side = match (client.peek(), server.peek()) {
                (Some(ours), Some(theirs)) if theirs.order_time < ours.order_time => Role::Server,
                (Some(_), _) => Role::Client,
                (None, _) => Role::Server,
            };
            let Some(keyed) = (if side == Role::Client { client.next() } else { server.next() }) else { break };
            ladder_rows.extend(ladder_row(side, keyed, row));
            order_times.push(keyed.order_time);
        }
        let (last, end) = (order_times.last().copied().unwrap_or(0), start + ladder_rows.len() as u64);
        for (side, rest) in [(Role::Client, client), (Role::Server, server)] {
            let reaching = rest.take(THREADS).filter(|keyed| keyed.call.begun.0 <= last);
            ladder_rows.extend(reaching.filter_map(|keyed| ladder_row(side, keyed, end)).collect::<Vec<_>>());
        }
        (ladder_rows, order_times)
    }
}

/// The calls of both ends from somewhere on.
struct Merged {
    client: Vec<Keyed>,
    server: Vec<Keyed>,
    first: [u64; 2],
}

/// Finds where each call begins and ends, in rows: between those whose turns were before and after.
fn place(ladder_rows: &mut [LadderRow], order_times: &[u64], start: u64, end: u64) {
    for ladder_row in ladder_rows {
        let own = ladder_row.row.checked_sub(start).and_then(|at| order_times.get(usize::try_from(at).ok()?)).copied();
        let (begun, ended) = (ladder_row.call.begun.0, ladder_row.call.ended().0);
        let (top, middle) = (ladder_row.row as f64, ladder_row.middle());
        let at = |count: usize| (start + count as u64) as f64;
        let from = match own {
            Some(own) if own == begun => middle,
            _ => at(order_times.partition_point(|order_time| *order_time < begun)).min(top),
        };
        let until = match (own, ladder_row.state) {
            (_, CallState::InProgress | CallState::Due) => top + 1.0,
            (None, _) => end as f64 + 1.0,
            (Some(own), _) if own == ended => middle,
            (Some(_), _) => at(order_times.partition_point(|order_time| *order_time <= ended)).max(top + 1.0),
        };
        ladder_row.stretch = (from, until);
    }
}
