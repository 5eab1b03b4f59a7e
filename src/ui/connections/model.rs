//! What the table of a server's connections reads.

use crate::capture::{ConnectionId, Session};
use crate::settings::PeerNames;
use crate::ui::server::ServerRun;

/// The run that is shown, and the names of its peers.
#[derive(Clone, Copy)]
pub struct ConnectionsModel<'a> {
    /// The run; `None`: nothing has run yet.
    pub run: Option<&'a ServerRun>,
    /// The names of machines.
    pub names: &'a PeerNames,
}

impl<'a> ConnectionsModel<'a> {
    /// The session.
    #[must_use]
    pub fn session(&self) -> Option<&'a Session> {
        self.run.map(ServerRun::session)
    }

    /// The connection that is looked at.
    #[must_use]
    pub fn looked(&self) -> Option<ConnectionId> {
        self.run.and_then(ServerRun::connection).map(|connection| connection.id)
    }
}
