//! Begins the records of a server's connections, also of those that its responders open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::open_connections::OpenConnections;
use crate::capture::{Clock, ConnectionId, SocketId};
use crate::net::record::{ConnectionRole, Record, ReportSender};

/// The factory; clones are the same one.
#[derive(Clone)]
pub struct ConnectionFactory {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Clock,
    sender: ReportSender,
    last: AtomicU32,
    open: OpenConnections,
}

impl ConnectionFactory {
    /// Of the server whose listener reports by `sender`; its open connections are among `open`.
    pub fn new(clock: Clock, sender: ReportSender, open: OpenConnections) -> Self {
        Self { shared: Arc::new(Shared { clock, sender, last: AtomicU32::default(), open }) }
    }

    /// The open connections.
    pub fn open(&self) -> &OpenConnections {
        &self.shared.open
    }

    /// The number of the next connection.
    pub fn next_id(&self) -> ConnectionId {
        ConnectionId(self.shared.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The record of a connection whose thread is called `name`.
    pub fn record(&self, id: ConnectionId, role: ConnectionRole, name: &str) -> Record {
        Record::begin(self.shared.clock, self.shared.sender.at(SocketId::Connection(id)), role, name, None)
    }
}
