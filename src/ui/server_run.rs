//! One run of the server: its listener and its connections.

use core::net::SocketAddr;

use super::record::Record;
use super::shelf::Keepable;
use crate::capture::{Connection, ConnectionId, Session};
use crate::net::ServerHandle;
use crate::settings::ResponderKind;

/// A run.
pub struct ServerRun {
    /// Its threads.
    pub handle: ServerHandle,
    /// What is known of it.
    pub record: Record,
    /// What it answers: the form may have changed since.
    pub answering: ResponderKind,
    /// The address that it was to listen on.
    pub asked: SocketAddr,
    /// The connection that the user chose; `None`: the newest.
    pub selected: Option<ConnectionId>,
    /// Whether the listener's own calls are looked at instead.
    pub at_listener: bool,
}

impl ServerRun {
    /// The address that it listens on; the one that it was to listen on before it does.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.record.live().listener.as_ref().and_then(|listener| listener.address).unwrap_or(self.asked)
    }

    /// The address of a server that answers with the page, once it listens and while it does.
    #[must_use]
    pub fn page_address(&self) -> Option<SocketAddr> {
        let listener = self.record.live().listener.as_ref()?;
        (self.is_running() && self.answering == ResponderKind::Page && listener.track.ended.is_none())
            .then_some(listener.address)?
    }

    /// The session as it is shown.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.record.shown()
    }

    /// The connection that is looked at.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        let session = Some(self.session()).filter(|_| !self.at_listener)?;
        self.selected.and_then(|id| session.connection(id)).or_else(|| session.newest())
    }

    /// Looks at another connection; at the listener's own calls if that connection is looked at already.
    pub fn select(&mut self, id: ConnectionId) {
        self.at_listener = self.connection().is_some_and(|connection| connection.id == id);
        self.selected = Some(id);
    }

    /// Stays with the connection `id`, or with the listener, when others connect.
    pub fn hold(&mut self, id: Option<ConnectionId>) {
        (self.selected, self.at_listener) = (id, id.is_none());
    }

    /// Looks at the newest connection, and at each that comes.
    pub fn select_newest(&mut self) {
        (self.selected, self.at_listener) = (None, false);
    }

    /// Whether another connection than the newest is looked at.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        let newest = self.session().newest().map(|connection| connection.id);
        newest.is_some() && self.connection().map(|connection| connection.id) != newest
    }
}

impl Keepable for ServerRun {
    fn record(&self) -> &Record {
        &self.record
    }

    fn record_mut(&mut self) -> &mut Record {
        &mut self.record
    }

    fn is_running(&self) -> bool {
        !self.record.live().is_over()
    }

    fn stop(&self) {
        self.handle.stop();
    }
}
