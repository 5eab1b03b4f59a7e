//! The server: socket, bind, listen, then accept in a loop, one named thread for each connection.
//!
//! In scope: the listener's thread, letting clients in, starting and ending the connection threads. Out of scope: what is said on a
//! connection (that is its [`Responder`](super::Responder)'s work) and what happens on it (`served`).
//!
//! Before accept the listener waits in poll(2), see [`Door`]; on the screen that is one accept that blocks, which it is to a client.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use socket2::SockRef;

use super::door::Woken;
use super::outlet::Outlet;
use super::pool::Pool;
use super::recorder::{BATCH_AGE, End, Recorder};
use super::served::{Branch, Served};
use super::server_handle::Controls;
use super::spec::{ServerSpec, Serving};
use super::stopper::Stopper;
use crate::capture::{CallKind, Clock, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, guarded};

/// How long accept pauses when the system has no descriptor or thread left, unless a connection ends before.
const BACK_OFF: Duration = Duration::from_secs(1);

/// Whether accept returns when nobody waits, and poll is asked only then.
const TRIES_FIRST: bool = cfg!(target_os = "linux");

/// The listener at work.
pub(super) struct Server {
    address: SocketAddr,
    recorder: Recorder,
    stopper: Stopper,
    controls: Controls,
    branch: Branch,
    pool: Pool,
    /// The backlog that the socket has.
    backlog: u32,
    options: super::options::SocketOptions,
    /// Where it listens, if that is the address of all its connections.
    bound: Option<SocketAddr>,
    /// Whether something is recorded that has not been reported.
    unreported: bool,
}

impl Server {
    /// A listener as `spec` wants it, which obeys `controls`.
    pub(super) fn new(
        spec: &ServerSpec,
        clock: Clock,
        outlet: Outlet,
        recorder: Recorder,
        stopper: Stopper,
        controls: Controls,
    ) -> Self {
        let branch = Branch::new(clock, outlet, controls.peers.clone());
        let options = spec.serving.options.clone();
        let (address, backlog) = (spec.address, spec.backlog);
        let (pool, unreported) = (Pool::default(), true);
        Self { address, recorder, stopper, controls, branch, pool, backlog, options, bound: None, unreported }
    }

    /// Listens until the end.
    pub(super) fn run(mut self) {
        let how = match guarded(|| self.serve()) {
            Ok(how) => how,
            Err(_) if self.stopper.is_stopped() => Ended::Stopped,
            Err(failure) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        self.recorder.flush();
        self.controls.door.stop();
        self.controls.peers.stop_all();
        // Waits for all its threads. One that has only just begun stops when it finds the door shut.
        drop(self.pool);
        self.recorder.ended(how);
    }

    fn serve(&mut self) -> Result<Ended, Failure> {
        let listener = Arc::new(self.listen()?);
        self.recorder.flush();
        let weak = Arc::downgrade(&listener);
        let (door, peers, is_alone) =
            (self.controls.door.clone(), self.controls.peers.clone(), Arc::clone(&self.controls.on_accepting_thread));
        self.stopper.on_stop(move |_| {
            door.stop();
            if is_alone.load(Ordering::Acquire) {
                peers.stop_all();
            }
            if cfg!(not(unix))
                && let Some(listener) = weak.upgrade()
            {
                wake_accept(&listener);
            }
        });
        // When the accept in progress began; none is while accepting is paused, or the pace lets none be made.
        let mut begun = None;
        while !self.stopper.is_stopped() {
            self.listen_anew(&listener)?;
            if self.controls.door.is_shut() {
                self.leave_accept();
                self.controls.door.wait_until_open();
                begun = None;
                continue;
            }
            let Some(since) = begun.or_else(|| self.turn_to_accept()) else { continue };
            begun = if self.try_accept(&listener, since)? { None } else { Some(since) };
        }
        if let Some(begun) = begun {
            self.recorder.call(CallKind::Accept, begun, 0, Outcome::Stopped, Note::default())?;
        }
        self.stopper.clear();
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

    /// Waits until the pace allows an accept; when that is, if it does.
    fn turn_to_accept(&mut self) -> Option<Moment> {
        let has_turn = self.recorder.turn(CallKind::Accept, 0, || self.stopper.is_stopped());
        has_turn.then(|| self.recorder.now())
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
        let bound = listener
            .local_addr()
            .map_err(|error| Failure::of(Operation::Call(CallKind::Bind), Some(Subject::Address(address)), &error))?;
        // What is accepted does not take after it on Linux; elsewhere it may.
        let set = listener.set_nonblocking(TRIES_FIRST);
        set.map_err(|error| Failure::of(Operation::Options, Some(Subject::Address(address)), &error))?;
        self.bound = Some(bound).filter(|bound| !bound.ip().is_unspecified());
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
        self.unreported = true;
        self.called(CallKind::Listen, begun, wanted, self.address, result)
    }

    /// Waits for a client, as a part of accept. What is unreported goes out when none has come for the age of a batch.
    fn wait_for_client(&mut self, listener: &TcpListener, begun: Moment) -> Result<bool, Failure> {
        let limit = self.unreported.then_some(BATCH_AGE);
        match self.controls.door.wait_for_client(listener, limit) {
            Ok(Woken::Client) => Ok(true),
            Ok(Woken::Asked) => Ok(false),
            Ok(Woken::TimedOut) => {
                self.unreported = false;
                self.recorder.blocked(CallKind::Accept, 0, begun);
                Ok(false)
            }
            Err(error) => {
                Err(Failure::of(Operation::Call(CallKind::Accept), Some(Subject::Address(self.address)), &error))
            }
        }
    }

    /// Says that no accept is in progress.
    fn leave_accept(&mut self) {
        self.recorder.not_blocked(CallKind::Accept);
        self.unreported = false;
    }

    /// Accepts one connection, or waits until there is one or something else is to be done; whether accept has returned.
    fn try_accept(&mut self, listener: &TcpListener, begun: Moment) -> Result<bool, Failure> {
        let serving = self.controls.serving.load_full();
        let late = serving.faults.before_accept;
        // In a crowd somebody waits already, and to be told so first would be one more call for each.
        if (!TRIES_FIRST || !late.is_zero()) && !self.wait_for_client(listener, begun)? {
            return Ok(false);
        }
        if !late.is_zero() && self.stopper.pause(late) {
            return Ok(false);
        }
        if self.accept(listener, begun, serving)? {
            return Ok(true);
        }
        self.wait_for_client(listener, begun)?;
        Ok(false)
    }

    /// Accepts one connection and has it served; whether accept has returned.
    fn accept(&mut self, listener: &TcpListener, begun: Moment, serving: Arc<Serving>) -> Result<bool, Failure> {
        match listener.accept() {
            Ok(_) | Err(_) if self.stopper.is_stopped() => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Ok((stream, peer)) => {
                self.unreported = true;
                let note = Note { subject: Some(Subject::Address(peer)), ..Note::default() };
                self.recorder.call(CallKind::Accept, begun, 0, Outcome::Done, note)?;
                self.let_in(stream, peer, serving);
                Ok(true)
            }
            Err(error) => self.accept_failed(begun, &error).map(|()| true),
        }
    }

    /// A client that went away before it was accepted, or a lack of descriptors, is no reason to stop listening.
    fn accept_failed(&mut self, begun: Moment, error: &io::Error) -> Result<(), Failure> {
        let failure = Failure::of(Operation::Call(CallKind::Accept), Some(Subject::Address(self.address)), error);
        let note = Note { failure: Some(failure.clone()), ..Note::default() };
        self.recorder.call(CallKind::Accept, begun, 0, Outcome::Failed, note)?;
        self.recorder.failed(failure);
        self.recorder.flush();
        self.controls.door.wait_for_change(BACK_OFF);
        Ok(())
    }

    fn let_in(&mut self, stream: TcpStream, peer: SocketAddr, serving: Arc<Serving>) {
        if self.controls.door.turns_away() {
            // Fails only for a connection that is gone already.
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            self.recorder.tell(Event::TurnedAway);
            return;
        }
        let id = self.branch.next();
        let is_alone = self.controls.on_accepting_thread.load(Ordering::Acquire);
        let own_name = || thread::current().name().unwrap_or("listener").to_owned();
        let name = if is_alone { own_name() } else { format!("connection {} {peer}", id.0) };
        let entered = self.controls.door.enter();
        let branch = self.branch.clone();
        let recorder = branch.record(id, End::Server, &name);
        let ends = (self.bound, peer);
        let served = Served { id, ends, recorder: recorder.clone(), branch, serving, entered };
        if is_alone {
            // No accept is in progress while it is served.
            self.leave_accept();
            served.run(stream);
            return;
        }
        if let Err(error) = self.pool.run(name, move || served.run(stream)) {
            recorder.failed(Failure::of(Operation::StartThread, Some(Subject::Address(peer)), &error));
            recorder.ended(Ended::Failed);
            self.controls.door.wait_for_change(BACK_OFF);
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

/// Makes a blocked accept return, where it is not woken otherwise: a connection of our own does.
fn wake_accept(listener: &TcpListener) {
    if let Ok(mut address) = listener.local_addr() {
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
}
