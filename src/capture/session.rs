//! One run of a role, and the only place where reports change what is known of it.

use core::net::SocketAddr;

use super::{
    Connection, ConnectionId, Event, Moment, Opened, Place, Progress, Rate, Report, Role, SessionId, Track, Way,
};

/// So many closed connections of a server are kept.
pub const CLOSED_MAX: usize = 200;

/// The listening socket of a server.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its calls.
    pub track: Track,
    /// The address it listens on, once it does.
    pub address: Option<SocketAddr>,
    /// How many clients were turned away, as there were as many as may be.
    pub turned_away: u64,
    /// What all its connections sent, also those that are not kept any more.
    pub sent: Rate,
    /// The same, received.
    pub received: Rate,
}

impl Listener {
    fn new(opened: &Opened) -> Self {
        let (sent, received) = (Rate::new(opened.at), Rate::new(opened.at));
        Self { track: Track::new(opened), address: None, turned_away: 0, sent, received }
    }

    /// What all its connections carried in the direction `way`.
    #[must_use]
    pub fn rate(&self, way: Way) -> &Rate {
        match way {
            Way::Sent => &self.sent,
            Way::Received => &self.received,
        }
    }

    fn take_in(&mut self, progress: &Progress) {
        self.sent.take_in(&progress.sent_burst);
        self.received.take_in(&progress.received_burst);
    }
}

/// How much has crossed the sockets of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Socket calls.
    pub calls: u64,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes received.
    pub received: u64,
}

impl Traffic {
    fn add(&mut self, connection: &Connection) {
        self.calls += connection.track.call_count;
        self.sent += connection.sent.bytes;
        self.received += connection.received.bytes;
    }

    /// How much has come since it was `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(earlier.calls),
            sent: self.sent.saturating_sub(earlier.sent),
            received: self.received.saturating_sub(earlier.received),
        }
    }
}

/// One run of a role. A clone stays as it is while the run goes on: it reads the same spools up to where they were then.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// The role.
    pub role: Role,
    /// The listening socket; a client has none.
    pub listener: Option<Listener>,
    /// The connections in the order of their numbers.
    pub connections: Vec<Connection>,
    /// How many closed connections of a server are not kept any more: each holds files.
    pub forgotten: u64,
    /// Every report that was sent before this moment has been taken in. It is for whoever reads the reports to keep.
    pub heard: Moment,
    /// What crossed their sockets.
    gone: Traffic,
}

impl Session {
    /// A run of which nothing is known yet.
    #[must_use]
    pub fn new(id: SessionId, role: Role) -> Self {
        let gone = Traffic::default();
        Self { id, role, listener: None, connections: Vec::new(), forgotten: 0, heard: Moment(0), gone }
    }

    /// Takes in a report. Reports of other sessions are ignored.
    pub fn apply(&mut self, report: Report) {
        if report.session != self.id {
            return;
        }
        for event in report.events {
            match report.place {
                Place::Listener => self.apply_to_listener(event),
                Place::Connection(id) => self.apply_to_connection(id, event),
            }
        }
    }

    /// Forgets what `shown` shows, which is this session now or as it was: what is over goes, and what goes on begins anew from
    /// there, with the numbers that it has. A message that was still arriving stays whole.
    pub fn clear(&mut self, shown: &Self) {
        if let (Some(listener), Some(shown)) = (&mut self.listener, &shown.listener) {
            listener.track.first_call = shown.track.call_count;
        }
        let is_over = |id| shown.connection(id).is_some_and(|shown: &Connection| shown.track.ended.is_some());
        if self.role == Role::Server {
            for connection in self.connections.extract_if(.., |connection| is_over(connection.id)) {
                self.gone.add(&connection);
                self.forgotten += 1;
            }
        }
        for connection in &mut self.connections {
            if let Some(shown) = shown.connection(connection.id) {
                connection.clear(shown);
            }
        }
    }

    /// Calls and bytes of all connections, those that are not kept any more too.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        let mut all = self.gone;
        all.calls += self.listener.as_ref().map_or(0, |listener| listener.track.call_count);
        self.connections.iter().for_each(|connection| all.add(connection));
        all
    }

    /// The connection with the number `id`.
    #[must_use]
    pub fn connection(&self, id: ConnectionId) -> Option<&Connection> {
        self.connections.get(self.place_of(id).ok()?)
    }

    /// The connection of a client, or the newest of a server.
    #[must_use]
    pub fn newest(&self) -> Option<&Connection> {
        self.connections.last()
    }

    /// When it began, once that is known: what all times in it count from.
    #[must_use]
    pub fn began(&self) -> Option<Moment> {
        let listener = self.listener.as_ref().map(|listener| listener.track.opened);
        listener.or_else(|| self.connections.first().map(|connection| connection.track.opened))
    }

    /// What is kept of each thread: the listener, if there is one, and the connections.
    pub fn tracks(&self) -> impl Iterator<Item = &Track> {
        let listener = self.listener.as_ref().map(|listener| &listener.track);
        listener.into_iter().chain(self.connections.iter().map(|connection| &connection.track))
    }

    /// Whether every thread of the run has ended. False before the first report.
    #[must_use]
    pub fn is_over(&self) -> bool {
        match (&self.listener, self.role) {
            (Some(listener), _) => {
                listener.track.ended.is_some() && self.connections.iter().all(|c| c.track.ended.is_some())
            }
            (None, Role::Server) => false,
            (None, Role::Client) => {
                !self.connections.is_empty() && self.connections.iter().all(|c| c.track.ended.is_some())
            }
        }
    }

    fn place_of(&self, id: ConnectionId) -> Result<usize, usize> {
        self.connections.binary_search_by_key(&id, |connection| connection.id)
    }

    fn apply_to_listener(&mut self, event: Event) {
        match (event, &mut self.listener) {
            (Event::Opened(opened), _) => self.listener = Some(Listener::new(&opened)),
            (Event::Listening(address), Some(listener)) => listener.address = Some(address),
            (Event::TurnedAway, Some(listener)) => listener.turned_away += 1,
            (event, Some(listener)) => listener.track.apply(event),
            (_, None) => {}
        }
    }

    fn apply_to_connection(&mut self, id: ConnectionId, event: Event) {
        match (self.place_of(id), event) {
            (Err(place), Event::Opened(opened)) => self.open(place, id, &opened),
            (Ok(place), event) => {
                if let (Event::Progress(progress), Some(listener)) = (&event, &mut self.listener) {
                    listener.take_in(progress);
                }
                if let Some(connection) = self.connections.get_mut(place) {
                    connection.apply(event);
                }
            }
            (Err(_), _) => {}
        }
    }

    fn open(&mut self, place: usize, id: ConnectionId, opened: &Opened) {
        self.connections.insert(place, Connection::new(id, opened));
        self.forget_the_oldest();
    }

    /// Of a server's closed connections only the newest are kept.
    fn forget_the_oldest(&mut self) {
        let closed = |connection: &Connection| connection.track.ended.is_some();
        let count = self.connections.iter().filter(|connection| closed(connection)).count();
        if self.role == Role::Server
            && count > CLOSED_MAX
            && let Some(oldest) = self.connections.iter().position(closed)
        {
            let oldest = self.connections.remove(oldest);
            self.gone.add(&oldest);
            self.forgotten += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Burst, CallLog, Ended, Moment, Spool};

    fn opened() -> Event {
        Event::Opened(Box::new(Opened {
            at: Moment(0),
            thread: String::new(),
            calls: CallLog::default(),
            sent: Spool::default(),
            received: Spool::default(),
        }))
    }

    fn received(bytes: u64) -> Event {
        let received_burst = Burst { calls: 1, bytes, smallest: 7, largest: 7, ..Burst::default() };
        Event::Progress(Progress { received_burst, ..Progress::default() })
    }

    #[test]
    fn what_all_connections_carried_is_summed_also_of_those_that_are_forgotten() {
        let mut session = Session::new(SessionId(1), Role::Server);
        let mut tell = |place, events| session.apply(Report { session: SessionId(1), place, events });
        tell(Place::Listener, vec![opened()]);
        let count = CLOSED_MAX as u32 + 50;
        for id in 1..=count {
            let ended = Event::Ended { at: Moment(1), how: Ended::Finished };
            let events = vec![opened(), received(7), received(7), ended];
            tell(Place::Connection(ConnectionId(id)), events);
        }
        assert!(session.forgotten > 0);
        let kept = session.newest().unwrap().received.rate.total();
        let all = session.listener.unwrap().rate(Way::Received).total();
        assert_eq!((kept.bytes, kept.calls), (14, 2));
        assert_eq!((all.bytes, all.calls), (14 * u64::from(count), 2 * u64::from(count)));
    }
}
