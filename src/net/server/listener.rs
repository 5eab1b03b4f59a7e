//! The server: socket, bind, listen, then accept in a loop, one named thread for each connection.
//!
//! In scope: the listener's thread and its calls, handing over to the connection threads, starting and ending them. Out of scope: what is
//! said on a connection (that is its [`Responder`](crate::net::Responder)'s work) and what happens on it (`served`).
//!
//! Before accept the listener waits for a client or for another wish of the user, see [`Door`](super::admission::Door); on the screen that is one
//! accept that blocks, which it is to a client.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use socket2::SockRef;

use super::admission::Woken;
use super::connection::{Branch, Served};
use super::controls::Controls;
use super::open_connections::{Obeying, Ordered};
use super::socket_options::SocketOptions;
use super::thread_pool::{Pool, Work as _};
use crate::capture::{
    CallKind, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, catch_panic, start_thread,
};
use crate::net::record::{BATCH_AGE, End, Recorder, Stopper};
use crate::net::spec::{ServerSpec, Serving};

/// How long accept pauses when the system has no descriptor or thread left, unless a connection ends before.
const BACK_OFF: Duration = Duration::from_secs(1);

/// The listener at work.
pub(crate) struct Server {
    name: String,
    /// Where it is to listen, and where it does once it does.
    address: SocketAddr,
    recorder: Recorder,
    stopper: Stopper,
    controls: Controls,
    branch: Branch,
    /// The backlog that the socket has.
    backlog: u32,
    options: SocketOptions,
    /// When the accept in progress began; none is while accepting is paused, or the pace lets none be made.
    accepting: Option<Moment>,
    /// Whether something is recorded that has not been reported.
    unreported: bool,
    pool: Pool<Served>,
}

impl Server {
    /// A listener called `name` as `spec` wants it, which obeys `controls`; its connections are of `branch`.
    pub(crate) fn new(
        name: String,
        spec: &ServerSpec,
        recorder: Recorder,
        stopper: Stopper,
        controls: Controls,
        branch: Branch,
    ) -> Self {
        let (address, backlog, options) = (spec.address, spec.backlog, spec.serving.options.clone());
        let (accepting, unreported, pool) = (None, true, Pool::new());
        Self { name, address, recorder, stopper, controls, branch, backlog, options, accepting, unreported, pool }
    }

    /// Listens until the end. What is left in `ordered` is done to its connections.
    pub(crate) fn run(mut self, ordered: Ordered) {
        let how = match catch_panic(|| self.serve(ordered)) {
            Ok(how) => how,
            Err(_) if self.stopper.is_stopped() => Ended::Stopped,
            Err(failure) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        self.stopper.clear();
        self.recorder.flush();
        self.controls.door.stop();
        self.branch.peers().stop_all();
        // Waits for all its threads. One that has only just begun stops when it finds the door shut.
        drop(self.pool);
        self.recorder.ended(how);
    }

    fn serve(&mut self, ordered: Ordered) -> Result<Ended, Failure> {
        let listener = self.listen()?;
        let _obeying = Obeying::start(&self.name, self.branch.peers().clone(), ordered, self.recorder.worker())
            .map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        self.recorder.flush();
        let (door, address) = (self.controls.door.clone(), self.address);
        self.stopper.on_stop(move |_| {
            door.stop();
            if cfg!(not(unix)) {
                // Nothing is lost if there is no thread for it: then there is none to connect, either.
                let _ = start_thread("wake accept", move || wake_accept(address));
            }
        });
        while !self.stopper.is_stopped() {
            let wishes = self.controls.door.wishes();
            self.listen_anew(&listener)?;
            if self.controls.door.is_shut() {
                self.leave_accept();
                self.controls.door.wait_until_open(wishes);
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

    /// Waits until the pace allows a call; when that is.
    fn turn(&self, kind: CallKind) -> Result<Moment, Failure> {
        let subject = Some(Subject::Address(self.address));
        let stopped = || Failure::of(Operation::Call(kind), subject, &io::ErrorKind::Interrupted.into());
        let has_turn = self.recorder.turn(kind, 0, || self.stopper.is_stopped());
        has_turn.then(|| self.recorder.now()).ok_or_else(stopped)
    }

    fn listen(&mut self) -> Result<TcpListener, Failure> {
        let address = self.address;
        let begun = self.turn(CallKind::Socket)?;
        let socket = self.called(CallKind::Socket, begun, 0, address, self.options.listening_socket(address))?;
        let begun = self.turn(CallKind::Bind)?;
        self.called(CallKind::Bind, begun, 0, address, socket.bind(&address.into()))?;
        let begun = self.turn(CallKind::Listen)?;
        self.called(CallKind::Listen, begun, self.backlog, address, socket.listen(backlog(self.backlog)))?;
        let listener = TcpListener::from(socket);
        // What waits for accept may be gone again by then; where there is poll, that is what waits.
        listener
            .set_nonblocking(cfg!(unix))
            .map_err(|error| Failure::of(Operation::Options, Some(Subject::Address(address)), &error))?;
        let bound = listener
            .local_addr()
            .map_err(|error| Failure::of(Operation::Call(CallKind::Bind), Some(Subject::Address(address)), &error))?;
        self.address = bound;
        self.recorder.tell(Event::Listening(bound));
        Ok(listener)
    }

    /// Calls listen again on the same socket if another backlog is wanted; the system takes the new one.
    fn listen_anew(&mut self, listener: &TcpListener) -> Result<(), Failure> {
        let wanted = self.controls.backlog.load(Ordering::Acquire);
        if wanted == self.backlog {
            return Ok(());
        }
        self.backlog = wanted;
        let begun = self.recorder.now();
        let result = SockRef::from(listener).listen(backlog(wanted));
        self.called(CallKind::Listen, begun, wanted, self.address, result)?;
        self.recorder.flush();
        Ok(())
    }

    /// When the accept in progress began; it begins now if none is and the pace allows one.
    fn enter_accept(&mut self) -> Option<Moment> {
        if self.accepting.is_none() && self.recorder.turn(CallKind::Accept, 0, || self.stopper.is_stopped()) {
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
    fn waits_for_client(&mut self, listener: &TcpListener, begun: Moment) -> Result<bool, Failure> {
        let limit = self.unreported.then_some(BATCH_AGE);
        let woken = self.controls.door.wait_for_client(listener, limit).map_err(|error| self.accept_failure(&error))?;
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
    fn accept(&mut self, listener: &TcpListener, begun: Moment) -> Result<(), Failure> {
        let serving = self.controls.serving.load_full();
        let late = serving.faults.before_accept;
        if (!late.is_zero() || cfg!(not(unix))) && !self.waits_for_client(listener, begun)? {
            return Ok(());
        }
        if !late.is_zero() && (self.stopper.pause(late) || self.controls.door.is_shut()) {
            return Ok(());
        }
        let accepted = listener.accept();
        // Where accept itself waits, a stop makes it return with a connection of our own.
        if cfg!(not(unix)) && self.stopper.is_stopped() {
            return Ok(());
        }
        match accepted {
            Ok((stream, peer)) => {
                // On Linux it does not take after the listener.
                if cfg!(all(unix, not(target_os = "linux"))) {
                    stream.set_nonblocking(false).map_err(|error| self.accept_failure(&error))?;
                }
                self.accepting = None;
                let note = Note { subject: Some(Subject::Address(peer)), ..Note::default() };
                self.recorder.call(CallKind::Accept, begun, 0, Outcome::Done, note)?;
                self.let_in(stream, peer, serving);
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
                    let wishes = self.controls.door.wishes();
                    self.controls.door.wait_for_change(wishes, BACK_OFF);
                }
            }
        }
        Ok(())
    }

    /// Has a client served by a thread of its own, or by this one; or resets it, if there are too many.
    fn let_in(&mut self, stream: TcpStream, peer: SocketAddr, serving: Arc<Serving>) {
        if self.controls.door.turns_away() {
            // Fails only for a connection that is gone already.
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            self.recorder.tell(Event::TurnedAway);
            return;
        }
        let is_alone = self.controls.on_accepting_thread.load(Ordering::Acquire);
        let id = self.branch.next();
        let name = if is_alone { self.name.clone() } else { format!("connection {} {peer}", id.0) };
        // An address that is specified is that of all its connections. One that is not stands for ours if the system does not tell it.
        let is_known = !self.address.ip().is_unspecified();
        let local = if is_known { self.address } else { stream.local_addr().unwrap_or(self.address) };
        let served = Served {
            id,
            ends: (local, peer),
            stream,
            record: self.branch.record(id, End::Server, &name),
            branch: self.branch.clone(),
            serving,
            stopper: Stopper::default(),
            entered: self.controls.door.enter(),
        };
        let worker = self.recorder.worker();
        let stopper = served.stopper.clone();
        if is_alone {
            // No accept is in progress while it is served, and who stops the listener stops it.
            self.leave_accept();
            self.stopper.leads(&stopper);
            served.run(worker);
        } else if let Err((error, served)) = self.pool.run(name, served) {
            self.stopper.leads(&stopper);
            served.refuse(&error, worker);
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
        let mut note = Note { subject: subject.clone(), ..Note::default() };
        match result {
            Ok(value) => {
                self.recorder.call(kind, begun, asked, Outcome::Done, note)?;
                Ok(value)
            }
            Err(error) => {
                let failure = Failure::of(Operation::Call(kind), subject, &error);
                note.failure = Some(failure.clone());
                self.recorder.call(kind, begun, asked, Outcome::Failed, note)?;
                Err(failure)
            }
        }
    }
}

/// A backlog as listen(2) takes it; the system cuts it to its own limit.
fn backlog(wanted: u32) -> i32 {
    i32::try_from(wanted).unwrap_or(i32::MAX)
}

/// Makes an accept return that blocks at `address`, where it is not woken otherwise: a connection of our own does.
fn wake_accept(mut address: SocketAddr) {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    // If even that fails, accept has an error to return already.
    drop(TcpStream::connect_timeout(&address, BACK_OFF));
}
