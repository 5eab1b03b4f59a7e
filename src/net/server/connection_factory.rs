//! Begins the records of a server's connections, also of those that its responders open.

use std::sync::atomic::{AtomicU32, Ordering};

use super::open_connections::OpenConnections;
use crate::capture::{Clock, ConnectionId, SocketId};
use crate::net::record::{ConnectionRole, Record, ReportSender};

/// What a server has one of.
pub struct ConnectionFactory {
    clock: Clock,
    /// Where the listener reports.
    sender: ReportSender,
    last: AtomicU32,
    /// The open connections.
    pub open: OpenConnections,
}

impl ConnectionFactory {
    /// Of the server whose listener reports by `sender`. No connection is open.
    pub fn new(clock: Clock, sender: ReportSender) -> Self {
        Self { clock, sender, last: AtomicU32::default(), open: OpenConnections::default() }
    }

    /// The number of the next connection.
    pub fn next_id(&self) -> ConnectionId {
        ConnectionId(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The record of a connection whose thread is called `name`.
    pub fn record(&self, id: ConnectionId, role: ConnectionRole, name: &str) -> Record {
        Record::begin(self.clock, self.sender.at(SocketId::Connection(id)), role, name, None)
    }
}
