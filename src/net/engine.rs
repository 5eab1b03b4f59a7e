//! Starts clients and servers, and holds the one channel on which all of them report.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::client::{self, ClientHandle, ClientSpec};
use super::record::{Pace, ReportSender, StopHandle, Wake};
use super::server::{ServerHandle, ServerSpec};
use crate::capture::{Clock, ConnectionId, DiskQuota, Failure, Operation, Report, Role, Session, SessionId, SocketId};

/// The number of reports that may wait to be read.
const REPORTS_MAX: usize = 1024;

/// Where runs are started.
pub struct Engine {
    clock: Clock,
    disk: DiskQuota,
    sender: Sender<Report>,
    wake: Wake,
    last: AtomicU64,
    threads: Mutex<Vec<Running>>,
}

/// The thread of a client or a listener, which waits for the other threads of its run.
struct Running {
    stop: StopHandle,
    thread: JoinHandle<()>,
}

impl Engine {
    /// An engine, and the end at which its reports come out. `wake` is called after each report, from a worker's thread.
    pub fn new(clock: Clock, wake: impl Fn() + Send + Sync + 'static) -> (Self, Receiver<Report>) {
        let (sender, reports) = bounded(REPORTS_MAX);
        let (wake, last, threads) = (Arc::new(wake), AtomicU64::new(0), Mutex::default());
        (Self { clock, disk: DiskQuota::default(), sender, wake, last, threads }, reports)
    }

    /// The same engine, with the spools of all runs on the account `disk`. Without an account they have no limit.
    #[must_use]
    pub fn keeping_on(self, disk: DiskQuota) -> Self {
        Self { disk, ..self }
    }

    /// The account of the disk.
    pub fn disk(&self) -> &DiskQuota {
        &self.disk
    }

    /// The clock of all runs.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Starts a client. Fails if the system has no thread left.
    pub fn client(&self, spec: ClientSpec) -> Result<(ClientHandle, Session), Failure> {
        let session = self.next_session();
        let handle = self.hop(session, 1, spec)?;
        Ok((handle, Session::new(session, Role::Client)))
    }

    /// Starts the connection number `hop` of a client's run, counted from 1: one that follows a redirect. Fails if the system has no thread
    /// left.
    pub fn hop(&self, session: SessionId, hop: u32, spec: ClientSpec) -> Result<ClientHandle, Failure> {
        let sender = self.report_sender(session, SocketId::Connection(ConnectionId(hop)), &spec.pace);
        let name = if hop == 1 { format!("client {}", session.0) } else { format!("client {} hop {hop}", session.0) };
        let started = client::start(name, spec, self.clock, sender);
        let (handle, stop, thread) = started.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        self.runs(stop, thread);
        Ok(handle)
    }

    /// Starts a server. Fails if the system has no thread left.
    pub fn server(&self, spec: ServerSpec) -> Result<(ServerHandle, Session), Failure> {
        allow_all_descriptors();
        let session = self.next_session();
        let sender = self.report_sender(session, SocketId::Listener, &spec.pace);
        let started = ServerHandle::start(format!("listener {}", session.0), spec, self.clock, sender);
        let (handle, stop, thread) = started.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        self.runs(stop, thread);
        Ok((handle, Session::new(session, Role::Server)))
    }

    /// Stops all runs and waits for their threads. A thread that reports may wait for room in the channel, so its reading end is given up
    /// here.
    pub fn end(&self, reports: Receiver<Report>) {
        drop(reports);
        let running = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        running.iter().for_each(|running| running.stop.stop());
        for Running { thread, .. } in running {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
    }

    fn runs(&self, stop: StopHandle, thread: JoinHandle<()>) {
        let mut running = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|running| !running.thread.is_finished());
        running.push(Running { stop, thread });
    }

    fn next_session(&self) -> SessionId {
        SessionId(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn report_sender(&self, session: SessionId, socket: SocketId, pace: &Pace) -> ReportSender {
        let mut sender = ReportSender::new(session, socket, self.sender.clone(), Arc::clone(&self.wake));
        (sender.disk, sender.pace) = (self.disk.clone(), pace.clone());
        sender
    }
}

/// Allows the process as many descriptors as it may allow itself, see getrlimit(2): a server with ten thousand connections needs as many. If that fails, accept tells when they run out.
#[cfg(unix)]
fn allow_all_descriptors() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Where the maximum is no limit the system still has one of its own, which is not to be asked for.
    if let Some(maximum) = maximum {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(maximum), maximum: Some(maximum) });
    }
}

/// Elsewhere sockets are no such descriptors.
#[cfg(not(unix))]
fn allow_all_descriptors() {}
