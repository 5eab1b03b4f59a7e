//! One run of a role, and the only place where reports change what is known of it.

use core::net::SocketAddr;
use std::collections::VecDeque;

use super::message::MessagesMax;
use crate::capture::{
    Connection, ConnectionId, Connections, Direction, Event, Message, Moment, Opened, Progress, Rate, Report, Role,
    SessionId, SocketId, ThreadRecord,
};
use crate::http::ParseEvent;

/// How many closed connections of a server are kept unless the caller says otherwise.
pub const CLOSED_MAX: usize = 200;

/// How many bytes all connections of a server keep, their calls included, unless the user chooses: 1 GiB. Beyond that, closed connections
/// are forgotten.
pub const KEPT_MAX: u64 = 1024 * 1024 * 1024;

/// The listening socket of a server.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its calls.
    pub thread: ThreadRecord,
    /// The address it listens on, once it does.
    pub address: Option<SocketAddr>,
    /// How many clients were turned away, as there were as many connections as allowed.
    pub turned_away: u64,
    /// What all its connections sent, including the forgotten ones.
    pub sent: Rate,
    /// The same, received.
    pub received: Rate,
}

impl Listener {
    fn new(opened: Opened) -> Self {
        let Opened { at, thread, calls, .. } = opened;
        let (sent, received) = (Rate::new(at), Rate::new(at));
        Self { thread: ThreadRecord::new(thread, at, calls), address: None, turned_away: 0, sent, received }
    }

    /// What all its connections carried in `direction`.
    pub fn rate(&self, direction: Direction) -> &Rate {
        direction.of(&self.sent, &self.received)
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
        self.calls += connection.thread.call_count;
        self.sent += connection.sent.bytes;
        self.received += connection.received.bytes;
    }

    /// How much has come since it was `earlier`.
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
    pub connections: Connections,
    /// How many closed connections of a server are not kept any more. Each one holds open files.
    pub forgotten: u64,
    /// Every report that was sent before this moment has been applied. The reader of the reports sets it.
    pub applied_until: Moment,
    /// How many bytes all connections of a server keep before closed ones are forgotten.
    pub kept_max: u64,
    /// How many closed connections of a server are kept.
    pub closed_max: usize,
    /// How much is kept of messages.
    pub(super) messages_max: MessagesMax,
    /// What crossed the sockets of the forgotten connections.
    forgotten_traffic: Traffic,
    /// What the other connections keep.
    kept: KeptSize,
    /// The closed connections of a server, the one that closed first at the front.
    closed: VecDeque<ConnectionId>,
}

/// How much connections keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct KeptSize {
    /// Bytes of spools and logs.
    bytes: u64,
    /// Bytes of memory that messages take.
    memory: u64,
}

impl KeptSize {
    fn of(connection: &Connection) -> Self {
        Self { bytes: connection.kept_bytes(), memory: connection.messages_memory() }
    }

    /// A connection that kept `before` keeps `now`.
    fn change(&mut self, before: Self, now: Self) {
        self.bytes = (self.bytes + now.bytes).saturating_sub(before.bytes);
        self.memory = (self.memory + now.memory).saturating_sub(before.memory);
    }
}

impl Session {
    /// A run that has not reported anything yet.
    pub fn new(id: SessionId, role: Role) -> Self {
        Self {
            id,
            role,
            listener: None,
            connections: Connections::default(),
            forgotten: 0,
            applied_until: Moment(0),
            kept_max: KEPT_MAX,
            closed_max: CLOSED_MAX,
            messages_max: MessagesMax::default(),
            forgotten_traffic: Traffic::default(),
            kept: KeptSize::default(),
            closed: VecDeque::new(),
        }
    }

    /// Applies a report. Reports of other sessions are ignored.
    pub fn apply(&mut self, report: Report) {
        if report.session != self.id {
            return;
        }
        match report.socket {
            SocketId::Listener => report.events.into_iter().for_each(|event| self.apply_to_listener(event)),
            SocketId::Connection(id) => self.apply_to_connection(id, report.events),
        }
    }

    /// Forgets what `shown` shows, which is this session now or as it was: what is over goes, and what goes on begins anew from
    /// there, with the numbers that it has. A message that was still arriving stays whole.
    pub fn clear(&mut self, shown: &Self) {
        if let (Some(listener), Some(shown)) = (&mut self.listener, &shown.listener) {
            listener.thread.first_call = shown.thread.call_count;
        }
        if self.role == Role::Server {
            shown.closed.iter().for_each(|id| self.forget(*id));
            self.closed.retain(|id| !shown.closed.contains(id));
        }
        for connection in self.connections.iter_mut() {
            if let Some(shown) = shown.connection(connection.id) {
                let before = KeptSize::of(connection);
                connection.clear(shown);
                self.kept.change(before, KeptSize::of(connection));
            }
        }
    }

    /// The calls and bytes of all connections, including the forgotten ones.
    pub fn traffic(&self) -> Traffic {
        let mut all = self.forgotten_traffic;
        all.calls += self.listener.as_ref().map_or(0, |listener| listener.thread.call_count);
        self.connections.iter().for_each(|connection| all.add(connection));
        all
    }

    /// The connection with the number `id`.
    pub fn connection(&self, id: ConnectionId) -> Option<&Connection> {
        self.connections.by_id(id)
    }

    /// The connection of a client, or the newest of a server.
    pub fn newest(&self) -> Option<&Connection> {
        self.connections.last()
    }

    /// When it began, once that is known: what all times in it count from.
    pub fn began(&self) -> Option<Moment> {
        self.threads().next().map(|thread| thread.opened)
    }

    /// The record of each thread: that of the listener, if there is one, and those of the connections.
    pub fn threads(&self) -> impl Iterator<Item = &ThreadRecord> {
        let listener = self.listener.as_ref().map(|listener| &listener.thread);
        listener.into_iter().chain(self.connections.iter().map(|connection| &connection.thread))
    }

    /// Bytes of memory that all messages take.
    #[cfg(test)]
    pub(super) fn messages_memory(&self) -> u64 {
        self.kept.memory
    }

    /// Whether every thread of the run has ended. False before the first report.
    pub fn is_over(&self) -> bool {
        let has_begun = self.listener.is_some() || (self.role == Role::Client && !self.connections.is_empty());
        has_begun && self.threads().all(|thread| thread.ended.is_some())
    }

    fn apply_to_listener(&mut self, event: Event) {
        match (event, &mut self.listener) {
            (Event::Opened(opened), _) => self.listener = Some(Listener::new(*opened)),
            (Event::Listening(address), Some(listener)) => listener.address = Some(address),
            (Event::TurnedAway, Some(listener)) => listener.turned_away += 1,
            (event, Some(listener)) => listener.thread.apply(event),
            (_, None) => {}
        }
    }

    fn apply_to_connection(&mut self, id: ConnectionId, events: Vec<Event>) {
        let coming = events.iter().map(memory).sum();
        let mut events = events.into_iter().peekable();
        if self.connections.by_id(id).is_none()
            && let Some(Event::Opened(opened)) = events.next_if(|event| matches!(event, Event::Opened(_)))
        {
            self.connections.add(Connection::new(id, *opened));
        }
        self.make_room(coming);
        let Some(connection) = self.connections.get_mut(id) else { return };
        let before = KeptSize::of(connection);
        let others = self.kept.memory.saturating_sub(before.memory);
        let memory_of_all = self.messages_max.memory_of_all.saturating_sub(others);
        let max = MessagesMax { memory_of_all, ..self.messages_max };
        let mut is_over = false;
        for event in events {
            match (&event, &mut self.listener) {
                (Event::Progress(progress), Some(listener)) => listener.take_in(progress),
                (Event::Ended { .. }, _) => is_over = true,
                _ => {}
            }
            connection.apply(event, &max);
        }
        self.kept.change(before, KeptSize::of(connection));
        if is_over && self.role == Role::Server {
            self.closed.push_back(id);
        }
        self.make_room(0);
    }

    /// Forgets the connections that closed first, while there are too many of them or too much is kept, `coming` bytes of messages
    /// included.
    fn make_room(&mut self, coming: u64) {
        let is_too_much = |session: &Self| {
            let KeptSize { bytes, memory } = session.kept;
            bytes > session.kept_max || memory.saturating_add(coming) > session.messages_max.memory_of_all
        };
        while self.closed.len() > self.closed_max || (is_too_much(self) && !self.closed.is_empty()) {
            if let Some(id) = self.closed.pop_front() {
                self.forget(id);
            }
        }
    }

    fn forget(&mut self, id: ConnectionId) {
        if let Some(connection) = self.connections.remove(id) {
            self.kept.change(KeptSize::of(&connection), KeptSize::default());
            self.forgotten_traffic.add(&connection);
            self.forgotten += 1;
        }
    }
}

/// The bytes of memory of a message that begins with `event`.
fn memory(event: &Event) -> u64 {
    match event {
        Event::Found { found: ParseEvent::Head { head, .. }, .. } => Message::memory_with(head),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Burst, Ended, Moment, Spool};

    fn opened() -> Event {
        Event::Opened(Box::default())
    }

    fn received(bytes: u64) -> Event {
        let received_burst = Burst { calls: 1, bytes, smallest: 7, largest: 7, ..Burst::default() };
        Event::Progress(Progress { received_burst, ..Progress::default() })
    }

    #[test]
    fn what_all_connections_carried_is_summed_also_of_those_that_are_forgotten() {
        let mut session = Session::new(SessionId(1), Role::Server);
        let mut tell = |socket, events| session.apply(Report { session: SessionId(1), socket, events });
        tell(SocketId::Listener, vec![opened()]);
        let count = CLOSED_MAX as u32 + 50;
        for id in 1..=count {
            let events = vec![opened(), received(7), received(7), ended()];
            tell(SocketId::Connection(ConnectionId(id)), events);
        }
        assert!(session.forgotten > 0);
        let kept = session.newest().unwrap().received.rate.total();
        let all = session.listener.unwrap().rate(Direction::Received).total();
        assert_eq!((kept.bytes, kept.calls), (14, 2));
        assert_eq!((all.bytes, all.calls), (14 * u64::from(count), 2 * u64::from(count)));
    }

    fn ended() -> Event {
        Event::Ended { at: Moment(1), how: Ended::Finished }
    }

    /// Bytes in a spool, all of which are reported.
    fn filled(bytes: usize) -> Event {
        Event::Opened(Box::new(Opened { received: Spool::of(&vec![7; bytes]), ..Opened::default() }))
    }

    #[test]
    fn closed_connections_give_way_when_too_much_is_kept_and_open_ones_never_do() {
        let mut session = Session { kept_max: 250, ..Session::new(SessionId(1), Role::Server) };
        let mut tell = |id, events| {
            session.apply(Report { session: SessionId(1), socket: SocketId::Connection(ConnectionId(id)), events });
            session.connections.iter().map(|connection| connection.id.0).collect::<Vec<_>>()
        };
        let progress = || Event::Progress(Progress { received: 100, ..Progress::default() });
        assert_eq!(tell(1, vec![filled(100), progress()]), [1]);
        assert_eq!(tell(2, vec![filled(100), progress(), ended()]), [1, 2]);
        assert_eq!(tell(3, vec![filled(100), progress()]), [1, 3]);
        assert_eq!(tell(4, vec![filled(100), progress()]), [1, 3, 4]);
        assert_eq!(tell(1, vec![ended()]), [3, 4]);
        assert_eq!((session.forgotten, session.traffic().received), (2, 400));
    }

    #[test]
    fn what_is_kept_of_a_direction_ends_where_its_spool_does() {
        let mut session = Session::new(SessionId(1), Role::Server);
        let progress = Event::Progress(Progress { received: 1000, ..Progress::default() });
        let events = vec![filled(100), progress];
        session.apply(Report { session: SessionId(1), socket: SocketId::Connection(ConnectionId(1)), events });
        let stream = &session.connections[0].received;
        assert_eq!((stream.bytes, stream.kept(), stream.is_kept()), (1000, 100, false));
        assert_eq!(stream.shown(), crate::http::Span::new(0, 100));
    }
}
