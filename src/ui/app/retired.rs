//! Runs that nobody looks at any more and whose threads have not ended yet: to drop their handles now would make the window wait.

use crate::net::{ClientHandle, ServerHandle};

/// Runs that were stopped and whose threads are about to end.
#[derive(Default)]
pub(super) struct Retired {
    pub(super) clients: Vec<ClientHandle>,
    pub(super) servers: Vec<ServerHandle>,
}

impl Retired {
    /// Lets go of those that have ended.
    pub(super) fn sweep(&mut self) {
        self.clients.retain(|handle| !handle.is_finished());
        self.servers.retain(|handle| !handle.is_finished());
    }
}
