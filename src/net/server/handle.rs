//! What a running server can be told from outside. Nothing of it waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;

use super::admission::{Door, Most};
use super::connection::Branch;
use super::controls::Controls;
use super::listener::Server;
use super::open_connections::{Order, Orders, Peers};
use crate::capture::{Clock, ConnectionId, SessionId};
use crate::net::record::{End, Record, Reporter, Stopper};
use crate::net::socket::Refused;
use crate::net::spec::{ServerSpec, Serving};
use crate::net::worker::start_worker;

/// A server at work. Dropping it stops it; see [`Engine::end`](crate::net::Engine::end) for who waits for its threads.
pub struct ServerHandle {
    /// Its run.
    pub session: SessionId,
    stopper: Stopper,
    controls: Controls,
    orders: Orders,
}

impl ServerHandle {
    /// Starts a listener's thread, which is to be stopped by the [`Stopper`] beside it.
    ///
    /// # Errors
    /// The system's error if there can be no more threads, or it has no descriptors left.
    pub(crate) fn start(
        name: String,
        spec: ServerSpec,
        clock: Clock,
        reporter: Reporter,
    ) -> std::io::Result<(Self, Stopper, JoinHandle<()>)> {
        let stopper = Stopper::default();
        let session = reporter.session;
        let controls = Controls {
            door: Door::new(spec.most)?,
            backlog: Arc::new(AtomicU32::new(spec.backlog)),
            on_accepting_thread: Arc::new(AtomicBool::new(spec.on_accepting_thread)),
            serving: Arc::new(ArcSwap::from_pointee(spec.serving.clone())),
        };
        let (orders, ordered) = Orders::channel();
        let handle = Self { session, stopper: stopper.clone(), controls: controls.clone(), orders };
        let to_stop = stopper.clone();
        let work = move |worker| {
            let reporter = reporter.keeping(spec.keep);
            let recorder = Record::begin(clock, reporter.clone(), End::Server, &name, None).on(worker);
            let branch = Branch::new(clock, reporter, Peers::default());
            Server::new(name, &spec, recorder, stopper, controls, branch).run(ordered);
        };
        let thread = start_worker(format!("listener {}", session.0), work)?;
        Ok((handle, to_stop, thread))
    }

    /// Asks the server to end now, with all its connections.
    pub fn stop(&self) {
        self.stopper.stop();
    }

    /// How connections are served from the next one on.
    pub fn serve_with(&self, serving: Serving) {
        self.controls.serving.store(Arc::new(serving));
    }

    /// Listens again, with another backlog; 1 or more.
    pub fn set_backlog(&self, backlog: u32) {
        self.controls.backlog.store(backlog, Ordering::Release);
        self.controls.door.wake();
    }

    /// Pauses accepting, or goes on.
    pub fn pause_accepting(&self, is_paused: bool) {
        self.controls.door.pause(is_paused);
    }

    /// Whether connections are served on the thread that accepts, from the next one on: while one is, nobody else gets in.
    pub fn serve_on_accepting_thread(&self, on: bool) {
        self.controls.on_accepting_thread.store(on, Ordering::Release);
    }

    /// How many may be connected at a time.
    pub fn set_most(&self, most: Option<Most>) {
        self.controls.door.set_most(most);
    }

    /// Leaves an order for open connections; never waits.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn order(&self, ids: Vec<ConnectionId>, order: Order) -> Result<(), Refused> {
        self.orders.leave(ids, order)
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.stop();
    }
}
