//! The server: socket, bind, listen, then accept in a loop, one named thread for each connection.
//!
//! In scope: the listener's thread and its calls, handing over to the connection threads, starting and ending them. Out of scope: what
//! happens on a connection (`connection`) and what is said there, which is the work of its [`Responder`](super::responder::Responder).
//!
//! Before accept the listener waits for a client or for a change that the user asks for, see [`Admission`](super::admission::Admission). On
//! the screen that is one accept that blocks, which it is to a client.

use core::net::SocketAddr;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwap;
use crossbeam_channel::{Receiver, bounded};

use super::admission::Admission;
use super::connection::AcceptedConnection;
use super::connection_factory::ConnectionFactory;
use super::open_connections::Orders;
use super::spec::{ServerSpec, Serving};
use super::thread_pool::ThreadPool;
use crate::capture::{
    CallKind, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, catch_panic, start_thread,
};
use crate::net::record::{BATCH_AGE, ConnectionRole, Recorder, StopHandle};
use crate::net::transport::{Listener, SocketOptions, Stream, Woken, wake_accept};
use crate::net::worker::start_scoped_worker;

/// How long accept pauses when the system has no descriptor or thread left, unless a connection ends before.
const BACK_OFF: Duration = Duration::from_secs(1);

/// What can be changed of a server while it listens: the listener looks at it before each accept.
pub struct Controls {
    /// Whether clients come in at all.
    pub admission: Arc<Admission>,
    /// How connections are served.
    pub serving: ArcSwap<Serving>,
    /// How many may wait.
    pub backlog: AtomicU32,
    /// Whether connections are served on the thread that accepts.
    pub on_accepting_thread: AtomicBool,
}

/// The listener at work.
pub struct ServerListener {
    name: String,
    /// Where it is to listen, and where it does once it does.
    address: SocketAddr,
    recorder: Recorder,
    stop: StopHandle,
    controls: Arc<Controls>,
    factory: Arc<ConnectionFactory>,
    /// The backlog that the socket has.
    backlog: u32,
    options: SocketOptions,
    /// When the accept in progress began; none is while accepting is paused, or the pace lets none be made.
    accepting: Option<Moment>,
    /// Whether something is recorded that has not been reported.
    unreported: bool,
    pool: ThreadPool<AcceptedConnection>,
}

impl ServerListener {
    /// A listener called `name` as `spec` wants it, which obeys `controls`; its connections are made by `factory`.
    pub fn new(
        name: String,
        spec: &ServerSpec,
        recorder: Recorder,
        stop: StopHandle,
        controls: Arc<Controls>,
        factory: ConnectionFactory,
    ) -> Self {
        let (address, backlog, options) = (spec.address, spec.backlog, spec.serving.options);
        let (factory, accepting, unreported, pool) =
            (Arc::new(factory), None, true, ThreadPool::new(AcceptedConnection::run));
        Self { name, address, recorder, stop, controls, factory, backlog, options, accepting, unreported, pool }
    }

    /// Listens until the end. Its connections get what comes out of `orders`.
    pub fn run(mut self, orders: &Receiver<Orders>) {
        let how = match catch_panic(|| self.serve(orders)) {
            Ok(how) => how,
            Err(_) if self.stop.is_stopped() => Ended::Stopped,
            Err(failure) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        self.stop.clear();
        self.recorder.flush();
        self.controls.admission.stop();
        self.factory.open.stop_all();
        // Waits for all its threads. One that has only just begun stops when it finds that nobody is admitted any more.
        drop(self.pool);
        self.recorder.ended(how);
    }

    fn serve(&mut self, orders: &Receiver<Orders>) -> Result<Ended, Failure> {
        let listener = self.listen()?;
        let (over, is_over) = bounded::<()>(0);
        let (factory, is_over, name) = (Arc::clone(&self.factory), &is_over, format!("{} orders", self.name));
        let open = &factory.open;
        thread::scope(|scope| {
            // The scope waits for the thread, which ends when this is dropped.
            let _over = over;
            start_scoped_worker(scope, name, move |worker| open.carry_out(orders, is_over, worker))
                .map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
            self.recorder.flush();
            self.accept_until_stopped(listener)
        })
    }

    fn accept_until_stopped(&mut self, listener: Listener) -> Result<Ended, Failure> {
        let (admission, address) = (Arc::clone(&self.controls.admission), self.address);
        self.stop.on_stop(move |_| {
            admission.stop();
            if cfg!(not(unix)) {
                // Nothing is lost if there is no thread for it: then there is none to connect, either.
                let _ = start_thread("wake accept", move || wake_accept(address, BACK_OFF));
            }
        });
        while !self.stop.is_stopped() {
            let changes = self.controls.admission.changes();
            self.listen_anew(&listener)?;
            if self.controls.admission.is_closed() {
                self.leave_accept();
                self.controls.admission.wait_until_open(changes);
            } else if let Some(begun) = self.enter_accept() {
                self.accept(&listener, begun)?;
            }
        }
        if let Some(begun) = self.accepting {
            self.recorder.call(CallKind::Accept, begun, 0, Outcome::Stopped, Note::default())?;
        }
        let begun = self.recorder.now();
        drop(listener);
        self.recorder.call(CallKind::Close, begun, 0, Outcome::Done, Note::default())?;
        Ok(Ended::Stopped)
    }

    /// When a call is made; who is stopped before makes none.
    fn begin(&self, kind: CallKind) -> Result<Moment, Failure> {
        self.recorder.begin_call(kind, Subject::Address(self.address), &self.stop)
    }

    fn listen(&mut self) -> Result<Listener, Failure> {
        let address = self.address;
        let begun = self.begin(CallKind::Socket)?;
        let socket = self.called(CallKind::Socket, begun, 0, address, self.options.listening_socket(address))?;
        let begun = self.begin(CallKind::Bind)?;
        self.called(CallKind::Bind, begun, 0, address, socket.bind(&address.into()))?;
        let begun = self.begin(CallKind::Listen)?;
        self.called(CallKind::Listen, begun, self.backlog, address, socket.listen(backlog(self.backlog)))?;
        let listener = Listener::new(socket)
            .map_err(|error| Failure::of(Operation::Options, Some(Subject::Address(address)), &error))?;
        let bound = listener
            .local_addr()
            .map_err(|error| Failure::of(Operation::Call(CallKind::Bind), Some(Subject::Address(address)), &error))?;
        self.address = bound;
        self.recorder.tell(Event::Listening(bound));
        Ok(listener)
    }

    /// Calls listen again on the same socket if another backlog is wanted; the system takes the new one.
    fn listen_anew(&mut self, listener: &Listener) -> Result<(), Failure> {
        let wanted = self.controls.backlog.load(Ordering::Acquire);
        if wanted == self.backlog {
            return Ok(());
        }
        self.backlog = wanted;
        let begun = self.recorder.now();
        let result = listener.listen(backlog(wanted));
        self.called(CallKind::Listen, begun, wanted, self.address, result)?;
        self.recorder.flush();
        Ok(())
    }

    /// When the accept in progress began; it begins now if none is and the pace allows one.
    fn enter_accept(&mut self) -> Option<Moment> {
        if self.accepting.is_none() && self.recorder.wait_for_pace(CallKind::Accept, 0, || self.stop.is_stopped()) {
            self.accepting = Some(self.recorder.now());
            // That it blocks is to be told.
            self.unreported = true;
        }
        self.accepting
    }

    /// No accept is in progress any more.
    fn leave_accept(&mut self) {
        self.accepting = None;
        self.recorder.not_blocked(CallKind::Accept);
        self.unreported = false;
    }

    /// Waits for a client, as a part of the accept that began at `begun`; whether one has come. What is unreported goes out first if none
    /// comes for the age of a batch.
    fn waits_for_client(&mut self, listener: &Listener, begun: Moment) -> Result<bool, Failure> {
        let limit = self.unreported.then_some(BATCH_AGE);
        let woken =
            self.controls.admission.wait_for_client(listener, limit).map_err(|error| self.accept_failure(&error))?;
        // Where accept itself waits, it is about to.
        if woken == Woken::TimedOut || cfg!(not(unix)) {
            self.unreported = false;
            self.recorder.blocked(CallKind::Accept, 0, begun);
        }
        Ok(woken == Woken::Client)
    }

    fn accept_failure(&self, error: &io::Error) -> Failure {
        Failure::of(Operation::Call(CallKind::Accept), Some(Subject::Address(self.address)), error)
    }

    /// Accepts a client and has it served, or waits until there is one. In a crowd somebody waits already, so that is tried first.
    fn accept(&mut self, listener: &Listener, begun: Moment) -> Result<(), Failure> {
        let serving = self.controls.serving.load_full();
        let late = serving.faults.before_accept;
        if (!late.is_zero() || cfg!(not(unix))) && !self.waits_for_client(listener, begun)? {
            return Ok(());
        }
        if !late.is_zero() && (self.stop.pause(late) || self.controls.admission.is_closed()) {
            return Ok(());
        }
        let accepted = listener.accept();
        // Where accept itself waits, a stop makes it return with a connection of our own.
        if cfg!(not(unix)) && self.stop.is_stopped() {
            return Ok(());
        }
        match accepted {
            Ok((stream, peer)) => {
                self.accepting = None;
                let note = Note { subject: Some(Subject::Address(peer)), ..Note::default() };
                self.recorder.call(CallKind::Accept, begun, 0, Outcome::Done, note)?;
                self.admit(stream, peer, serving);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.waits_for_client(listener, begun)?;
            }
            // A client that went away before it was accepted, or a lack of descriptors, is no reason to stop listening.
            Err(error) => {
                let failure = self.accept_failure(&error);
                let note = Note { failure: Some(failure.clone()), ..Note::default() };
                self.recorder.call(CallKind::Accept, begun, 0, Outcome::Failed, note)?;
                self.recorder.failed(failure);
                self.leave_accept();
                if error.kind() != io::ErrorKind::ConnectionAborted {
                    let changes = self.controls.admission.changes();
                    self.controls.admission.wait_for_change(changes, BACK_OFF);
                }
            }
        }
        Ok(())
    }

    /// Has a client served by a thread of its own, or by this one; or resets it, if there are too many.
    fn admit(&mut self, stream: Stream, peer: SocketAddr, serving: Arc<Serving>) {
        if self.controls.admission.rejects_next() {
            // Fails only for a connection that is gone already.
            let _ = stream.reset_at_close();
            self.recorder.tell(Event::TurnedAway);
            return;
        }
        let is_alone = self.controls.on_accepting_thread.load(Ordering::Acquire);
        let id = self.factory.next_id();
        let name = if is_alone { self.name.clone() } else { format!("connection {} {peer}", id.0) };
        // An address that is specified is that of all its connections. One that is not stands for ours if the system does not tell it.
        let is_known = !self.address.ip().is_unspecified();
        let local = if is_known { self.address } else { stream.local_addr().unwrap_or(self.address) };
        let connection = AcceptedConnection {
            id,
            ends: (local, peer),
            stream,
            record: self.factory.record(id, ConnectionRole::Server, &name),
            factory: Arc::clone(&self.factory),
            serving,
            stop: StopHandle::default(),
            admission: self.controls.admission.admit(),
        };
        let worker = self.recorder.worker();
        let stop = connection.stop.clone();
        if is_alone {
            // No accept is in progress while it is served, and who stops the listener stops it.
            self.leave_accept();
            self.stop.leads(&stop);
            connection.run(worker);
        } else if let Err((error, connection)) = self.pool.run(name, connection) {
            self.stop.leads(&stop);
            connection.refuse(&error, worker);
        }
    }

    /// Records what became of a call on the listening socket.
    fn called<T>(
        &self,
        kind: CallKind,
        begun: Moment,
        asked: u32,
        address: SocketAddr,
        result: io::Result<T>,
    ) -> Result<T, Failure> {
        let subject = Some(Subject::Address(address));
        let failure = |error| Failure::of(Operation::Call(kind), subject.clone(), &error);
        let result = result.map_err(|error| (Outcome::Failed, failure(error)));
        let note = Note { subject, ..Note::default() };
        self.recorder.returned(kind, begun, asked, note, result)
    }
}

/// A backlog as listen(2) takes it; the system cuts it to its own limit.
fn backlog(wanted: u32) -> i32 {
    i32::try_from(wanted).unwrap_or(i32::MAX)
}
