//! The calls of one end, as a ladder counts them.
//!
//! In scope: entries by number. That of a server begins with the accept that made it, which stands in the log of the listener; all
//! others are calls of the connection's log.

use std::io;

use crate::capture::{Call, CallKind, Connection, Moment, Role, ThreadRecord};

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
    #[must_use]
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
    #[must_use]
    pub fn count(&self) -> u64 {
        let kept = self.thread().calls.len().min(self.thread().call_count);
        kept.saturating_sub(self.thread().first_call) + self.accepts()
    }

    /// The number in the log of the call that is entry `entry`; `None` for the accept.
    #[must_use]
    pub fn number(&self, entry: u64) -> Option<u64> {
        entry.checked_sub(self.accepts()).map(|call| call + self.thread().first_call)
    }

    /// The entry that call number `number` of the log is, if it is one.
    #[must_use]
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

    /// The same with their turns.
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

    /// The turn of entry `entry`; that of what is not there is later than any.
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

/// Whether a call tells the other end something.
pub(super) fn tells(kind: CallKind) -> bool {
    matches!(kind, CallKind::Connect | CallKind::Send | CallKind::Shutdown | CallKind::Close)
}

/// When a call told the other end something, or was told.
pub(super) fn at(call: &Call) -> Moment {
    if tells(call.kind) { call.begun } else { call.ended() }
}
