//! One run of a role, and the only place where reports change what is known of it.

use core::net::SocketAddr;

use super::{Connection, ConnectionId, Event, Moment, Opened, Place, Report, Role, SessionId, Track};

/// So many closed connections of a server are kept.
pub const CLOSED_MAX: usize = 200;

/// The listening socket of a server.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its calls.
    pub track: Track,
    /// The address it listens on, once it does.
    pub address: Option<SocketAddr>,
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
    /// What crossed their sockets.
    gone: Traffic,
}

impl Session {
    /// A run of which nothing is known yet.
    #[must_use]
    pub fn new(id: SessionId, role: Role) -> Self {
        Self { id, role, listener: None, connections: Vec::new(), forgotten: 0, gone: Traffic::default() }
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
            (Event::Opened(opened), _) => self.listener = Some(Listener { track: Track::new(&opened), address: None }),
            (Event::Listening(address), Some(listener)) => listener.address = Some(address),
            (event, Some(listener)) => listener.track.apply(event),
            (_, None) => {}
        }
    }

    fn apply_to_connection(&mut self, id: ConnectionId, event: Event) {
        match (self.place_of(id), event) {
            (Err(place), Event::Opened(opened)) => self.open(place, id, &opened),
            (Ok(place), event) => {
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
