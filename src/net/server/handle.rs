//! What a running server can be told from outside. Nothing of it waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use crossbeam_channel::{Sender, bounded};

use super::admission::{Admission, ConnectionLimit};
use super::connection_factory::ConnectionFactory;
use super::listener::{Controls, ServerListener};
use super::open_connections::{ORDERS_MAX, Order, Orders};
use super::spec::{ServerSpec, Serving};
use crate::capture::{Clock, ConnectionId, SessionId};
use crate::net::record::{ConnectionRole, Record, ReportSender, StopHandle};
use crate::net::sending::Refused;
use crate::net::worker::start_worker;

/// A server at work. Dropping it stops it; see [`Engine::end`](crate::net::Engine::end) for who waits for its threads.
pub struct ServerHandle {
    /// Its run.
    pub session: SessionId,
    stop: StopHandle,
    controls: Arc<Controls>,
    orders: Sender<Orders>,
}

impl ServerHandle {
    /// Starts a listener's thread, which is to be stopped by the `StopHandle` beside it. Fails if there can be no more threads, or the system
    /// has no descriptors left.
    pub fn start(
        name: String,
        spec: ServerSpec,
        clock: Clock,
        mut sender: ReportSender,
    ) -> std::io::Result<(Self, StopHandle, JoinHandle<()>)> {
        let stop = StopHandle::default();
        let session = sender.session;
        sender.keep = spec.keep;
        let controls = Arc::new(Controls {
            admission: Arc::new(Admission::new(spec.limit)?),
            backlog: AtomicU32::new(spec.backlog),
            on_accepting_thread: AtomicBool::new(spec.on_accepting_thread),
            serving: ArcSwap::from_pointee(spec.serving.clone()),
        });
        let (orders, receiver) = bounded(ORDERS_MAX);
        let handle = Self { session, stop: stop.clone(), controls: Arc::clone(&controls), orders };
        let to_stop = stop.clone();
        let work = move |worker| {
            let recorder = Record::begin(clock, sender.clone(), ConnectionRole::Server, &name, None).on(worker);
            let factory = ConnectionFactory::new(clock, sender);
            ServerListener::new(name, &spec, recorder, stop, controls, factory).run(&receiver);
        };
        let thread = start_worker(format!("listener {}", session.0), work)?;
        Ok((handle, to_stop, thread))
    }

    /// Asks the server to end now, with all its connections.
    pub fn stop(&self) {
        self.stop.stop();
    }

    /// How connections are served from the next one on.
    pub fn serve_with(&self, serving: Serving) {
        self.controls.serving.store(Arc::new(serving));
    }

    /// Listens again, with another backlog; 1 or more.
    pub fn set_backlog(&self, backlog: u32) {
        self.controls.backlog.store(backlog, Ordering::Release);
        self.controls.admission.wake();
    }

    /// Pauses accepting, or goes on.
    pub fn pause_accepting(&self, is_paused: bool) {
        self.controls.admission.pause(is_paused);
    }

    /// Whether connections are served on the thread that accepts, from the next one on: while one is, nobody else gets in.
    pub fn serve_on_accepting_thread(&self, on: bool) {
        self.controls.on_accepting_thread.store(on, Ordering::Release);
    }

    /// How many may be connected at a time.
    pub fn set_limit(&self, limit: Option<ConnectionLimit>) {
        self.controls.admission.set_limit(limit);
    }

    /// Leaves an order for open connections; never waits.
    pub fn order(&self, ids: Vec<ConnectionId>, order: Order) -> Result<(), Refused> {
        Ok(self.orders.try_send((ids, order))?)
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.stop();
    }
}
