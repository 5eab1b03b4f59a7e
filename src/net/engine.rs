//! Starts clients and servers, and holds the one channel on which all of them report.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::client::{self, ClientHandle};
use super::outlet::{Outlet, Wake};
use super::recorder::{End, Recorder};
use super::server_handle::ServerHandle;
use super::spec::{ClientSpec, ServerSpec};
use crate::capture::{Clock, ConnectionId, Disk, Failure, Operation, Place, Report, Role, Session, SessionId};

/// So many reports may wait to be read.
const REPORTS_MAX: usize = 1024;

/// Where runs are started.
pub struct Engine {
    clock: Clock,
    disk: Disk,
    sender: Sender<Report>,
    wake: Wake,
    last: AtomicU64,
}

impl Engine {
    /// An engine, and the end at which its reports come out. `wake` is called after each report, from a worker's thread.
    #[must_use]
    pub fn new(clock: Clock, wake: impl Fn() + Send + Sync + 'static) -> (Self, Receiver<Report>) {
        let (sender, reports) = bounded(REPORTS_MAX);
        (Self { clock, disk: Disk::default(), sender, wake: Arc::new(wake), last: AtomicU64::new(0) }, reports)
    }

    /// The same engine, with the spools of all runs on the account `disk`. Without this they have no limit.
    #[must_use]
    pub fn keeping_on(self, disk: Disk) -> Self {
        Self { disk, ..self }
    }

    /// The account of the disk.
    #[must_use]
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The clock of all runs.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Starts a client.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn client(&self, spec: ClientSpec) -> Result<(ClientHandle, Session), Failure> {
        let session = self.next_session();
        let handle = self.hop(session, 1, spec)?;
        Ok((handle, Session::new(session, Role::Client)))
    }

    /// Starts the connection number `hop` of a client's run, counted from 1: one that follows a redirect.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn hop(&self, session: SessionId, hop: u32, mut spec: ClientSpec) -> Result<ClientHandle, Failure> {
        let outlet = self.outlet(session, Place::Connection(ConnectionId(hop))).paced(spec.pace.clone());
        let name = if hop == 1 { format!("client {}", session.0) } else { format!("client {} hop {hop}", session.0) };
        let recorder = Recorder::open(self.clock, outlet, End::Client, &name, spec.body_file.take());
        client::start(name, session, spec, recorder).map_err(|error| Failure::of(Operation::StartThread, None, &error))
    }

    /// Starts a server.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub fn server(&self, spec: ServerSpec) -> Result<(ServerHandle, Session), Failure> {
        super::descriptors::allow_all();
        let session = self.next_session();
        let outlet = self.outlet(session, Place::Listener).paced(spec.pace.clone());
        let handle = ServerHandle::start(&format!("listener {}", session.0), spec, self.clock, outlet)
            .map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        Ok((handle, Session::new(session, Role::Server)))
    }

    fn next_session(&self) -> SessionId {
        SessionId(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn outlet(&self, session: SessionId, place: Place) -> Outlet {
        Outlet::new(session, place, self.sender.clone(), Arc::clone(&self.wake)).on(&self.disk)
    }
}
