//! What a running server can be told from outside.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{self, JoinHandle};

use arc_swap::ArcSwap;

use super::controls::Controls;
use super::door::{Door, Most};
use super::outlet::Outlet;
use super::peers::{Order, Orders, Peers};
use super::recorder::{End, Recorder};
use super::sender::Refused;
use super::server::Server;
use super::spec::{ServerSpec, Serving};
use super::stopper::Stopper;
use crate::capture::{Clock, ConnectionId, SessionId};

/// A server at work. Dropping it stops it and waits for all its threads.
pub struct ServerHandle {
    /// Its run.
    pub session: SessionId,
    stopper: Stopper,
    controls: Controls,
    orders: Option<Orders>,
    threads: Vec<JoinHandle<()>>,
}

impl ServerHandle {
    /// Starts a listener's thread.
    ///
    /// # Errors
    /// The system's error if there can be no more threads.
    pub(super) fn start(name: &str, spec: ServerSpec, clock: Clock, outlet: Outlet) -> io::Result<Self> {
        let stopper = Stopper::default();
        let session = outlet.session;
        let controls = Controls {
            door: Door::new(spec.most)?,
            backlog: Arc::new(AtomicU32::new(spec.backlog)),
            on_accepting_thread: Arc::new(AtomicBool::new(spec.on_accepting_thread)),
            peers: Peers::default(),
            serving: Arc::new(ArcSwap::from_pointee(spec.serving.clone())),
        };
        let (orders, obeying) = Orders::begin(name, controls.peers.clone())?;
        let outlet = outlet.keeping(spec.keep);
        let recorder = Recorder::open(clock, outlet.clone(), End::Server, name, None);
        let server = Server::new(&spec, clock, outlet, recorder, stopper.clone(), controls.clone());
        let listening = thread::Builder::new().name(name.to_owned()).spawn(move || server.run())?;
        Ok(Self { session, stopper, controls, orders: Some(orders), threads: vec![listening, obeying] })
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
        self.controls.door.ring();
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
        self.orders.as_ref().map_or(Err(Refused::NotOpen), |orders| orders.leave(ids, order))
    }

    /// Whether all its threads have ended, so that dropping it does not wait.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.threads.first().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until all its threads have ended.
    pub fn join(&mut self) {
        let mut threads = self.threads.drain(..);
        if let Some(listening) = threads.next() {
            // A panic was caught and reported inside.
            let _ = listening.join();
        }
        // The thread that carries out orders ends with the last way to leave one.
        self.orders = None;
        threads.for_each(|thread| drop(thread.join()));
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.stop();
        self.join();
    }
}
