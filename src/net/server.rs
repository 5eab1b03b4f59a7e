//! The server: socket, bind, listen, then accept in a loop, one named thread for each connection.
//!
//! In scope: the listener's thread, when it accepts, starting and ending the connection threads. Out of scope: accepting itself
//! (`entrance`), what is said on a connection (that is its [`Responder`](super::Responder)'s work) and what happens on it (`served`).
//!
//! Before accept the listener waits for a client or the bell of its [`Door`](super::door::Door); on the screen that is one accept that
//! blocks, which it is to a client.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use socket2::SockRef;

use super::controls::Controls;
use super::entrance::{Accepted, Client, Entrance, TRIES_FIRST};
use super::outlet::Outlet;
use super::pool::Pool;
use super::recorder::{BATCH_AGE, Recorder};
use super::regulars::Watch;
use super::served::{Branch, Served};
use super::spec::{ServerSpec, Serving};
use super::stopper::Stopper;
use crate::capture::{CallKind, Clock, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, guarded};

/// How long accept pauses when the system has no descriptor or thread left, unless a connection ends before.
const BACK_OFF: Duration = Duration::from_secs(1);

/// With a backlog of so many, a crowd may be left to threads that accept for themselves.
const BACKLOG_OF_CROWDS: u32 = 64;

/// The listener at work.
pub(super) struct Server {
    address: SocketAddr,
    recorder: Recorder,
    stopper: Stopper,
    controls: Controls,
    branch: Branch,
    /// The backlog that the socket has.
    backlog: u32,
    options: super::options::SocketOptions,
}

/// A server that listens.
struct Open {
    entrance: Arc<Entrance>,
    pool: Pool<(Served, TcpStream)>,
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
        Self { address, recorder, stopper, controls, branch, backlog, options }
    }

    /// Listens until the end.
    pub(super) fn run(mut self) {
        let mut open = None;
        let how = match guarded(|| self.serve(&mut open)) {
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
        self.controls.peers.stop_all();
        if let Some(Open { entrance, pool }) = open {
            entrance.close();
            // Waits for all its threads. One that has only just begun stops when it finds the door shut.
            drop(pool);
        }
        self.recorder.ended(how);
    }

    fn serve(&mut self, open: &mut Option<Open>) -> Result<Ended, Failure> {
        let open = open.insert(self.open()?);
        let entrance = Arc::clone(&open.entrance);
        self.recorder.flush();
        let (door, peers, address) = (self.controls.door.clone(), self.controls.peers.clone(), entrance.address());
        let is_alone = Arc::clone(&self.controls.on_accepting_thread);
        self.stopper.on_stop(move |_| {
            door.stop();
            if is_alone.load(Ordering::Acquire) {
                peers.stop_all();
            }
            if cfg!(not(unix)) {
                wake_accept(address);
            }
        });
        let mut watch = Watch::default();
        while !self.stopper.is_stopped() {
            self.listen_anew(&entrance)?;
            // Where few may wait, they are let in at once.
            if self.backlog >= BACKLOG_OF_CROWDS
                && entrance.others_accept(&mut watch, |time| _ = self.stopper.pause(time))
            {
                continue;
            }
            if self.controls.door.is_shut() {
                entrance.leave_accept();
                self.controls.door.wait_until_open();
            } else if entrance.is_in_accept() || self.has_turn_to_accept() {
                entrance.enter_accept();
                self.accept(open)?;
            }
        }
        if let Some(begun) = entrance.leave_accept() {
            self.recorder.call(CallKind::Accept, begun, 0, Outcome::Stopped, Note::default())?;
        }
        let begun = self.recorder.now();
        entrance.close();
        self.recorder.call(CallKind::Close, begun, 0, Outcome::Done, Note::default())?;
        Ok(Ended::Stopped)
    }

    /// Listens, and lets clients in from now on.
    fn open(&mut self) -> Result<Open, Failure> {
        let listener = self.listen()?;
        let (recorder, controls, branch) = (self.recorder.clone(), self.controls.clone(), self.branch.clone());
        let entrance = Entrance::new(listener, recorder, controls, branch);
        let subject = Some(Subject::Address(self.address));
        let entrance = Arc::new(entrance.map_err(|error| Failure::of(Operation::Options, subject, &error))?);
        let front = Arc::clone(&entrance);
        Ok(Open { entrance, pool: Pool::new(move || front.serve_more()) })
    }

    /// Waits until the pace allows a call; when that is.
    fn turn(&self, kind: CallKind) -> Result<Moment, Failure> {
        let subject = Some(Subject::Address(self.address));
        let stopped = || Failure::of(Operation::Call(kind), subject, &io::ErrorKind::Interrupted.into());
        let has_turn = self.recorder.turn(kind, 0, || self.stopper.is_stopped());
        has_turn.then(|| self.recorder.now()).ok_or_else(stopped)
    }

    /// Waits until the pace allows an accept; whether it does.
    fn has_turn_to_accept(&self) -> bool {
        self.recorder.turn(CallKind::Accept, 0, || self.stopper.is_stopped())
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
        self.recorder.tell(Event::Listening(bound));
        Ok(listener)
    }

    /// Calls listen again on the same socket if another backlog is wanted; the system takes the new one.
    fn listen_anew(&mut self, entrance: &Entrance) -> Result<(), Failure> {
        let wanted = self.controls.backlog.load(Ordering::Acquire);
        if wanted == self.backlog {
            return Ok(());
        }
        self.backlog = wanted;
        let begun = self.recorder.now();
        let result = entrance.with_listener(|listener| SockRef::from(listener).listen(backlog(wanted)));
        self.called(CallKind::Listen, begun, wanted, self.address, result.unwrap_or(Ok(())))?;
        self.recorder.flush();
        Ok(())
    }

    /// Waits for a client, as a part of accept; whether one has come.
    fn wait_for_client(&self, entrance: &Entrance) -> Result<bool, Failure> {
        let subject = Some(Subject::Address(self.address));
        entrance.wait(BATCH_AGE).map_err(|error| Failure::of(Operation::Call(CallKind::Accept), subject, &error))
    }

    /// Accepts one connection and has it served, or waits until there is one or something else is to be done.
    fn accept(&mut self, open: &mut Open) -> Result<(), Failure> {
        let serving = self.controls.serving.load_full();
        let late = serving.faults.before_accept;
        // In a crowd somebody waits already, and to be told so first would be one more call for each.
        if (!TRIES_FIRST || !late.is_zero()) && !self.wait_for_client(&open.entrance)? {
            return Ok(());
        }
        if !late.is_zero() && self.stopper.pause(late) {
            return Ok(());
        }
        match open.entrance.accept(|| !self.stopper.is_stopped())? {
            Accepted::Client(client) => self.let_in(open, client, serving),
            Accepted::Nobody => drop(self.wait_for_client(&open.entrance)?),
            // A client that went away before it was accepted, or a lack of descriptors, is no reason to stop listening.
            Accepted::Failed => self.back_off(&open.entrance),
        }
        Ok(())
    }

    /// Accepts nobody for a while, unless a connection ends before.
    fn back_off(&self, entrance: &Entrance) {
        entrance.leave_accept();
        self.controls.door.wait_for_change(BACK_OFF);
    }

    fn let_in(&self, open: &mut Open, client: Client, serving: Arc<Serving>) {
        let Client { id, stream, peer, .. } = client;
        let entrance = &open.entrance;
        if self.controls.door.turns_away() {
            // Fails only for a connection that is gone already.
            let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
            self.recorder.tell(Event::TurnedAway);
            return;
        }
        let is_alone = self.controls.on_accepting_thread.load(Ordering::Acquire);
        let (name, served) = entrance.let_in(id, peer, serving, !is_alone);
        if is_alone {
            // No accept is in progress while it is served.
            entrance.leave_accept();
            return served.run(stream);
        }
        let recorder = served.recorder.clone();
        if let Err(error) = open.pool.run(name, (served, stream)) {
            recorder.failed(Failure::of(Operation::StartThread, Some(Subject::Address(peer)), &error));
            recorder.ended(Ended::Failed);
            self.back_off(entrance);
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
