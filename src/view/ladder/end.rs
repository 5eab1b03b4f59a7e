//! The calls of one end, as a ladder counts them.
//!
//! In scope: entries by number. That of a server begins with the accept that made it, which stands in the log of the listener; all
//! others are calls of the connection's log.

use std::io;

use crate::capture::{
    Call, CallKind, Cause, Connection, Direction, Failure, Moment, Outcome, Role, StreamLayer, ThreadRecord,
};

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct LadderEnd<'a> {
    /// Its record.
    pub connection: &'a Connection,
    /// Whether it connected or accepted.
    pub side: Role,
}

/// A call, and the moment by which it takes its place in the order.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyed {
    pub call: Call,
    pub order_time: u64,
}

impl<'a> LadderEnd<'a> {
    /// The end that `connection` is. A server's responder may have connected it: then it begins with what only a client calls.
    pub fn of(connection: &'a Connection, session: Role) -> Self {
        let first = connection.thread.calls.at(0).ok().flatten().map(|call| call.kind);
        let connects = matches!(first, Some(CallKind::Resolve | CallKind::Socket | CallKind::Connect));
        Self { connection, side: if connects { Role::Client } else { session } }
    }

    fn thread(&self) -> &'a ThreadRecord {
        &self.connection.thread
    }

    /// 1 if the first entry is the accept.
    fn accepts(&self) -> u64 {
        u64::from(self.side == Role::Server && self.thread().first_call == 0)
    }

    /// How many entries there are.
    pub fn count(&self) -> u64 {
        let kept = self.thread().calls.len().min(self.thread().call_count);
        kept.saturating_sub(self.thread().first_call) + self.accepts()
    }

    /// The number in the log of the call that is entry `entry`; `None` for the accept.
    pub fn number(&self, entry: u64) -> Option<u64> {
        entry.checked_sub(self.accepts()).map(|call| call + self.thread().first_call)
    }

    /// The entry that call number `number` of the log is, if it is one.
    pub fn entry(&self, number: u64) -> Option<u64> {
        let entry = number.checked_sub(self.thread().first_call)? + self.accepts();
        (entry < self.count()).then_some(entry)
    }

    /// Up to `count` entries from number `first` on.
    pub(super) fn calls(&self, first: u64, count: usize) -> io::Result<Vec<Call>> {
        let left = usize::try_from(self.count().saturating_sub(first)).unwrap_or(usize::MAX);
        let count = count.min(left);
        let mut calls = Vec::new();
        if first < self.accepts() && count > 0 {
            calls.push(Call { kind: CallKind::Accept, begun: self.thread().opened, ..Call::default() });
        }
        if let Some(number) = self.number(first + calls.len() as u64) {
            calls.extend(self.thread().calls.range(number, count - calls.len())?);
        }
        Ok(calls)
    }

    /// The same with their order times.
    pub(super) fn keyed(&self, first: u64, count: usize) -> io::Result<Vec<Keyed>> {
        // The one before says when it came back.
        let has_one_before = first > 0;
        let calls = self.calls(first - u64::from(has_one_before), count.saturating_add(usize::from(has_one_before)))?;
        let mut floor = 0;
        let keyed = calls.into_iter().map(|call| {
            let order_time = at(&call).0.max(floor);
            floor = floor.max(call.ended().0);
            Keyed { call, order_time }
        });
        Ok(keyed.skip(usize::from(has_one_before)).collect())
    }

    /// The order time of entry `entry`; that of an entry that does not exist is later than any.
    pub(super) fn order_time(&self, entry: u64) -> io::Result<u64> {
        Ok(self.keyed(entry, 1)?.first().map_or(u64::MAX, |keyed| keyed.order_time))
    }

    /// The first entry that came back at `moment` or later: in a log calls stand in the order in which they came back.
    ///
    /// # Errors
    /// If the log's file can't be read.
    pub fn ended_from(&self, moment: Moment) -> io::Result<u64> {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(call) = self.calls(middle, 1)?.pop() else {
                high = middle;
                continue;
            };
            if call.ended() < moment { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }
}

/// When a call told the other end something, or was told.
pub(super) fn at(call: &Call) -> Moment {
    let tells = matches!(call.kind, CallKind::Connect | CallKind::Send | CallKind::Shutdown | CallKind::Close);
    if tells { call.begun } else { call.ended() }
}

/// How many calls behind the last bytes are searched for a shutdown, a close or the end.
pub(super) const NEAR: usize = 64;

/// The number of the error that says that nobody is there any more, on Unix.
const EPIPE: i32 = 32;

/// Whether a call came back with the news that the peer has made the connection void.
pub(super) fn is_reset(end: &LadderEnd<'_>, call: &Call) -> bool {
    let note = end.connection.thread.note(call).filter(|_| call.outcome == Outcome::Failed);
    let failure = note.and_then(|note| note.failure.as_ref()).filter(|failure| failure.cause == Cause::Reset);
    // Other calls on a connection that was reset fail otherwise, though for that reason.
    let is_told = |failure: &Failure| failure.system.as_ref().is_none_or(|system| system.code != Some(EPIPE));
    call.kind != CallKind::Connect && failure.is_some_and(is_told)
}

/// The first entry from `first` on, of the next few, for which `test` holds.
pub(super) fn first_of(end: &LadderEnd<'_>, first: u64, test: impl Fn(&Call) -> bool) -> io::Result<Option<u64>> {
    let calls = end.calls(first, NEAR)?;
    Ok(calls.iter().zip(first..).find(|(call, _)| test(call)).map(|(_, entry)| entry))
}

/// The same among the last few, the first of them.
pub(super) fn last_of(end: &LadderEnd<'_>, test: impl Fn(&Call) -> bool) -> io::Result<Option<u64>> {
    first_of(end, end.count().saturating_sub(NEAR as u64), test)
}

/// The first entry behind the last bytes of a direction for which `test` holds, or one among the last of all.
pub(super) fn after_last(
    end: &LadderEnd<'_>,
    direction: Direction,
    test: impl Fn(&Call) -> bool,
) -> io::Result<Option<u64>> {
    let connection = end.connection;
    let (_, bytes) = connection.bytes(direction, StreamLayer::Wire);
    let carrying = match bytes.checked_sub(1) {
        Some(last) => connection.thread.calls.carrying(direction, last)?.and_then(|(number, _)| end.entry(number)),
        None => None,
    };
    let found = first_of(end, carrying.map_or(0, |entry| entry + 1), &test)?;
    if found.is_some() { Ok(found) } else { last_of(end, test) }
}

/// Whether the user stopped a call that carried nothing: it came back as its socket was shut down.
pub(super) fn is_stopped(call: &Call) -> bool {
    call.outcome == Outcome::Stopped && call.got == 0 && matches!(call.kind, CallKind::Send | CallKind::Recv)
}
