//! The connections of a server in the order of their table: sorted by a column, without those that are not asked for.
//!
//! In scope: the order as numbers, found in one walk over the connections and one sort. Out of scope: when it is found anew, words
//! (which are handed in), drawing.

use core::net::{IpAddr, SocketAddr};
use std::fmt::Write as _;
use std::time::Duration;

use super::exchange::{last_activity, last_request, last_status, pairs, together};
use crate::capture::{Connection, ConnectionId, ConnectionState, Ended, Moment};

/// The rate is that of about this time before the present.
const RECENT: Duration = Duration::from_secs(1);

/// What rows can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionColumn {
    /// The number, which is the order in which they came.
    #[default]
    Number,
    /// The name of the peer.
    Name,
    /// How far they have come.
    State,
    /// The other end.
    Peer,
    /// Our end.
    Local,
    /// Bytes sent.
    Sent,
    /// Bytes received.
    Received,
    /// Calls of recv that brought bytes.
    Reads,
    /// Bytes a second, both ways.
    Rate,
    /// How long they have been there.
    Age,
    /// The name of the thread.
    Thread,
    /// What was asked last.
    Request,
    /// What was answered last.
    Status,
    /// When bytes crossed the socket last.
    Activity,
}

/// Which connections are asked for by their state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionStates {
    /// All.
    #[default]
    All,
    /// Those that are not over.
    Open,
    /// Those that are over.
    Closed,
    /// Those with a failure.
    Failed,
}

impl ConnectionStates {
    /// All choices, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::All, Self::Open, Self::Closed, Self::Failed];

    fn has(self, connection: &Connection) -> bool {
        let is_over = connection.thread.ended.is_some();
        match self {
            Self::All => true,
            Self::Open => !is_over,
            Self::Closed => is_over,
            Self::Failed => has_failed(connection),
        }
    }
}

/// What the table is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionQuery {
    /// What it is sorted by.
    pub by: ConnectionColumn,
    /// Whether the largest stands first.
    pub reversed: bool,
    /// A text that a row must hold; empty: any.
    pub text: String,
    /// The states that it may have.
    pub states: ConnectionStates,
}

impl ConnectionQuery {
    /// Sorts by `by`; the other way round if it does already.
    pub fn sort(&mut self, by: ConnectionColumn) {
        self.reversed = self.by == by && !self.reversed;
        self.by = by;
    }

    /// Whether connections may be left out.
    pub fn leaves_out(&self) -> bool {
        !self.text.trim().is_empty() || self.states != ConnectionStates::All
    }
}

/// What rows say that is not in the connections.
#[derive(Clone, Copy)]
pub struct RowTexts<'a> {
    /// The name of a peer.
    pub name: &'a dyn Fn(IpAddr) -> Option<&'a str>,
    /// What is said of a state.
    pub state: &'a dyn Fn(ConnectionState) -> &'a str,
    /// The present moment.
    pub now: Moment,
}

/// Whether something failed, or the connection ended for it.
pub fn has_failed(connection: &Connection) -> bool {
    connection.thread.failure.is_some() || matches!(connection.state(), ConnectionState::Closed(Ended::Failed))
}

/// The machine at the other end.
pub fn peer_ip(connection: &Connection) -> Option<IpAddr> {
    connection.peer.map(|peer| peer.ip().to_canonical())
}

/// Bytes a second that crossed a connection just now, both ways; `None` once it is over.
pub fn rate(connection: &Connection, now: Moment) -> Option<f64> {
    let both = || connection.sent.rate.recent(now, RECENT) + connection.received.rate.recent(now, RECENT);
    connection.thread.ended.is_none().then(both)
}

/// The connections that `query` asks for, in its order. Those that are alike stand in the order of their numbers, and the two of a relay
/// together.
#[must_use]
pub fn ordered<'a>(
    connections: impl Iterator<Item = &'a Connection> + Clone,
    query: &ConnectionQuery,
    said: &RowTexts<'_>,
) -> Vec<ConnectionId> {
    let pairs = pairs(connections.clone());
    together(sorted(connections, query, said), &pairs)
}

fn sorted<'a>(
    connections: impl Iterator<Item = &'a Connection>,
    query: &ConnectionQuery,
    said: &RowTexts<'_>,
) -> Vec<ConnectionId> {
    let wanted = query.text.trim().to_lowercase();
    let mut line = String::new();
    let shown =
        connections.filter(|connection| query.states.has(connection) && holds(connection, &wanted, said, &mut line));
    if query.by == ConnectionColumn::Number {
        let mut all: Vec<ConnectionId> = shown.map(|connection| connection.id).collect();
        if query.reversed {
            all.reverse();
        }
        return all;
    }
    let mut keyed: Vec<(Key, ConnectionId)> =
        shown.map(|connection| (key(connection, query.by, said), connection.id)).collect();
    match query.reversed {
        false => keyed.sort_unstable(),
        true => keyed.sort_unstable_by(|(a, first), (b, second)| (b, first).cmp(&(a, second))),
    }
    keyed.into_iter().map(|(_, id)| id).collect()
}

/// Whether the row holds the text `wanted`, which is in small letters; `line` is room to work in.
fn holds(connection: &Connection, wanted: &str, said: &RowTexts<'_>, line: &mut String) -> bool {
    if wanted.is_empty() {
        return true;
    }
    line.clear();
    // Writing to a string does not fail.
    if let Some(peer) = connection.peer {
        let _ = writeln!(line, "{peer}");
    }
    let name = peer_ip(connection).and_then(said.name).unwrap_or_default();
    let _ = write!(line, "{name}\n{}\n{}\n", (said.state)(connection.state()), connection.thread.name);
    let said = [last_request(connection), last_status(connection)].into_iter().flatten();
    for said in said {
        let _ = writeln!(line, "{said}");
    }
    line.to_lowercase().contains(wanted)
}

/// What stands in a column, so that it can be compared. A column has keys of one kind only.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    /// Those without a text stand last.
    Text(bool, String),
    Address(Option<SocketAddr>),
}

fn key(connection: &Connection, by: ConnectionColumn, said: &RowTexts<'_>) -> Key {
    let text = |text: &str| Key::Text(text.is_empty(), text.to_lowercase());
    match by {
        ConnectionColumn::Number => Key::Number(connection.id.0.into()),
        ConnectionColumn::Name => text(peer_ip(connection).and_then(said.name).unwrap_or_default()),
        ConnectionColumn::State => Key::Number(rank(connection)),
        ConnectionColumn::Peer => Key::Address(connection.peer),
        ConnectionColumn::Local => Key::Address(connection.local),
        ConnectionColumn::Sent => Key::Number(connection.sent.bytes),
        ConnectionColumn::Received => Key::Number(connection.received.bytes),
        ConnectionColumn::Reads => Key::Number(connection.received.calls),
        ConnectionColumn::Rate => Key::Number(rate(connection, said.now).map_or(0, |rate| rate as u64)),
        ConnectionColumn::Age => Key::Number(nanos(connection.thread.age(said.now))),
        ConnectionColumn::Thread => text(&connection.thread.name),
        ConnectionColumn::Request => text(&last_request(connection).unwrap_or_default()),
        ConnectionColumn::Status => text(&last_status(connection).unwrap_or_default()),
        ConnectionColumn::Activity => Key::Number(last_activity(connection).map_or(0, |at| at.0)),
    }
}

/// Open ones first, then those that are over, by how they ended; each with those that failed behind the others.
fn rank(connection: &Connection) -> u64 {
    let state = match connection.state() {
        ConnectionState::Preparing => 0,
        ConnectionState::Open => 1,
        ConnectionState::Closed(how) => 2 + how as u64,
    };
    2 * state + u64::from(has_failed(connection))
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
