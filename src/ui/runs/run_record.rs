//! What is known of one run, and what is shown of it: the present, or how the run stood when the display was paused.
//!
//! In scope: pausing, clearing, counting from here. Out of scope: the threads of the run. While the display is paused, reports go into the
//! session as ever. What is shown is a clone of the session, which reads the same spools up to where they were. So every panel stands still
//! without knowing of the pause, and what waits is the difference of the two sessions.

use std::collections::{BTreeMap, BTreeSet};

use crate::capture::{Connection, ConnectionId, DiskFull, Event, Moment, Report, Session, SocketId, Traffic};

/// One run as it is known, and as it is shown.
#[derive(Debug)]
pub struct RunRecord {
    live: Session,
    frozen: Option<Frozen>,
    /// The counts of connections at the moment when the user reset them.
    counted_from: BTreeMap<ConnectionId, Counts>,
    /// Grows whenever what is shown may have changed.
    changes: u64,
    /// Connections that may wait for space on the disk: not every frame can ask all of them.
    waiting_for_disk: BTreeSet<ConnectionId>,
}

#[derive(Debug)]
struct Frozen {
    session: Session,
    at: Moment,
}

/// Bytes and calls of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes sent.
    pub sent: u64,
    /// The sends that carried them.
    pub sends: u64,
    /// Bytes received.
    pub received: u64,
    /// The reads that brought them.
    pub reads: u64,
}

impl Counts {
    /// The totals of `connection`.
    #[must_use]
    pub fn of(connection: &Connection) -> Self {
        let (sent, received) = (&connection.sent, &connection.received);
        Self { sent: sent.bytes, sends: sent.calls, received: received.bytes, reads: received.calls }
    }
}

impl RunRecord {
    /// A run of which `session` is known.
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self {
            live: session,
            frozen: None,
            counted_from: BTreeMap::new(),
            changes: 0,
            waiting_for_disk: BTreeSet::new(),
        }
    }

    /// The run as it stands.
    #[must_use]
    pub fn live(&self) -> &Session {
        &self.live
    }

    /// The run as it is shown.
    #[must_use]
    pub fn shown(&self) -> &Session {
        self.frozen.as_ref().map_or(&self.live, |frozen| &frozen.session)
    }

    /// No report from before `now` waits any more.
    pub fn caught_up(&mut self, now: Moment) {
        self.live.applied_until = now;
    }

    /// A number that grows whenever what is shown may have changed.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// What is shown may have changed.
    pub fn touch(&mut self) {
        self.changes += 1;
    }

    /// Takes in a report of the run.
    pub fn apply(&mut self, report: Report) {
        self.changes += 1;
        let is_room = |event: &Event| matches!(event, Event::DiskWait { .. });
        let waiting = if let SocketId::Connection(id) = report.socket { Some(id) } else { None };
        let waiting = waiting.filter(|_| report.session == self.live.id && report.events.iter().any(is_room));
        self.live.apply(report);
        if let Some(id) = waiting {
            self.waiting_for_disk.insert(id);
            let Self { waiting_for_disk, live, .. } = self;
            waiting_for_disk
                .retain(|id| live.connection(*id).is_some_and(|connection| connection.disk_full().is_some()));
        }
    }

    /// Why the run waits for room on the disk, if one of its connections does.
    #[must_use]
    pub fn disk_full(&self) -> Option<&DiskFull> {
        self.waiting_for_disk.iter().find_map(|id| self.live.connection(*id)?.disk_full())
    }

    /// Lets what is shown stand still; `now` is the present moment.
    pub fn pause(&mut self, now: Moment) {
        self.changes += 1;
        if self.frozen.is_none() {
            self.frozen = Some(Frozen { session: self.live.clone(), at: now });
        }
    }

    /// Shows the present again.
    pub fn resume(&mut self) {
        self.changes += 1;
        self.frozen = None;
    }

    /// When the display was paused, while it is.
    #[must_use]
    pub fn paused(&self) -> Option<Moment> {
        self.frozen.as_ref().map(|frozen| frozen.at)
    }

    /// How much has come since the display was paused, while it is.
    #[must_use]
    pub fn waiting(&self) -> Option<Traffic> {
        self.frozen.as_ref().map(|frozen| self.live.traffic().since(frozen.session.traffic()))
    }

    /// Forgets what is shown; what waits while the display is paused does not go with it.
    pub fn clear(&mut self) {
        self.changes += 1;
        match &mut self.frozen {
            Some(frozen) => {
                self.live.clear(&frozen.session);
                let shown = frozen.session.clone();
                frozen.session.clear(&shown);
            }
            None => {
                let shown = self.live.clone();
                self.live.clear(&shown);
            }
        }
    }

    /// Counts the bytes and calls of a connection from here, as it is shown.
    pub fn reset_counts(&mut self, id: ConnectionId) {
        if let Some(counts) = self.shown().connection(id).map(Counts::of) {
            self.counted_from.insert(id, counts);
        }
    }

    /// From where the counts of a connection count.
    #[must_use]
    pub fn counted_from(&self, id: ConnectionId) -> Counts {
        self.counted_from.get(&id).copied().unwrap_or_default()
    }
}
