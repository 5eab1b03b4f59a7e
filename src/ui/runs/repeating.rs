//! Which connections of a server messages are being repeated on, as far as the window can know.
//!
//! The sending threads don't report it: a loop is over when its connection is, when it was stopped here, or when the time of its last
//! message has come and so many were sent.

use std::collections::BTreeMap;

use crate::capture::{Connection, ConnectionId, Moment, Session};
use crate::net::Repeat;

/// The loops of a run.
#[derive(Debug, Default)]
pub struct Loops {
    /// When the last message is due, and how many sends there are then; `None`: there is no last one.
    known: BTreeMap<ConnectionId, Option<(Moment, u64)>>,
}

impl Loops {
    /// These connections repeat `repeat` from `now` on.
    pub fn begin(&mut self, ids: &[ConnectionId], repeat: &Repeat, session: &Session, now: Moment) {
        self.known.retain(|id, _| session.connection(*id).is_some_and(|connection| connection.thread.ended.is_none()));
        for id in ids {
            let sends = session.connection(*id).map_or(0, |connection| connection.sent.calls);
            let last = repeat.times.map(|times| {
                let pauses = u32::try_from(times.saturating_sub(1)).unwrap_or(u32::MAX);
                (now.plus(repeat.every.saturating_mul(pauses)), sends.saturating_add(times))
            });
            self.known.insert(*id, last);
        }
    }

    /// These repeat nothing any more.
    pub fn stop(&mut self, ids: &[ConnectionId]) {
        for id in ids {
            self.known.remove(id);
        }
    }

    /// Whether messages are repeated on this one.
    #[must_use]
    pub fn goes_on(&self, connection: &Connection, now: Moment) -> bool {
        let is_open = connection.thread.ended.is_none() && !connection.sending_ended;
        let last = self.known.get(&connection.id).filter(|_| is_open);
        last.is_some_and(|last| last.is_none_or(|(at, sends)| now < at || connection.sent.calls < sends))
    }
}
