//! On which connections of a server messages are being repeated, as far as the window can know.
//!
//! The sending threads don't report it. Repeating is over when its connection is, when it was stopped here, or when the time of its last
//! message has come and as many messages were sent as were asked for.

use std::collections::BTreeMap;

use crate::capture::{Connection, ConnectionId, Moment, Session};
use crate::net::Repeat;

/// Where messages are repeated in a run.
#[derive(Debug, Default)]
pub struct Repeating {
    /// When the last message is due, and how many sends the connection has made then; `None`: there is no last message.
    last: BTreeMap<ConnectionId, Option<(Moment, u64)>>,
}

impl Repeating {
    /// The connections `ids` repeat `repeat` from `now` on.
    pub fn begin(&mut self, ids: &[ConnectionId], repeat: &Repeat, session: &Session, now: Moment) {
        self.last.retain(|id, _| session.connection(*id).is_some_and(|connection| connection.thread.ended.is_none()));
        for id in ids {
            let sends = session.connection(*id).map_or(0, |connection| connection.sent.calls);
            let due = repeat.times.map(|times| {
                let pauses = u32::try_from(times.saturating_sub(1)).unwrap_or(u32::MAX);
                (now.plus(repeat.every.saturating_mul(pauses)), sends.saturating_add(times))
            });
            self.last.insert(*id, due);
        }
    }

    /// The connections `ids` repeat nothing any more.
    pub fn stop(&mut self, ids: &[ConnectionId]) {
        for id in ids {
            self.last.remove(id);
        }
    }

    /// Whether messages are repeated on `connection`.
    #[must_use]
    pub fn is_repeating(&self, connection: &Connection, now: Moment) -> bool {
        let is_open = connection.thread.ended.is_none() && !connection.sending_ended;
        let last = self.last.get(&connection.id).filter(|_| is_open);
        last.is_some_and(|last| last.is_none_or(|(at, sends)| now < at || connection.sent.calls < sends))
    }
}
