//! Accepting from the listening socket, by the listener's thread or by one that has just served a connection.
//!
//! In scope: the accept calls and their record, the connections that they return. A thread of the pool that has nothing to do accepts
//! the next client itself, as handing a connection from thread to thread costs more than many a connection takes; but only while
//! nothing is asked of accept: it is not paused, bounded, slow or stepped. The listener's thread waits behind all of them, so a client
//! always finds somebody. On the screen that is one accept after another, which it is to a client. Out of scope: the other calls on the
//! listening socket, and when the listener's thread accepts (`server`).

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::controls::Controls;
use super::pool::{IDLE, NAMED, rename};
use super::recorder::{End, Recorder};
use super::regulars::{Regulars, Watch};
use super::seat::{Seat, Seats, Woken, is_called};
use super::served::{Branch, Served};
use super::spec::Serving;
use crate::capture::{CallKind, ConnectionId, Failure, Moment, Note, Operation, Outcome, Subject};

/// Whether accept returns when nobody waits, and the seat is taken only then.
pub const TRIES_FIRST: bool = cfg!(target_os = "linux");

/// So many threads that have served a connection wait for the next one.
const SEATS: usize = if TRIES_FIRST { 2 } else { 0 };
/// How long each of them does.
const WAITS: Duration = Duration::from_secs(5);

/// What an accept returned.
pub enum Accepted {
    /// A client.
    Client(Client),
    /// Nobody waits, or no accept is to be made.
    Nobody,
    /// An error, which is recorded.
    Failed,
}

/// A client that was accepted, and recorded.
pub struct Client {
    /// Its number.
    pub id: ConnectionId,
    /// Its socket.
    pub stream: TcpStream,
    /// Its address.
    pub peer: SocketAddr,
    /// Whether nothing else of the listener's record is unreported.
    pub is_first: bool,
}

/// What stands in the listener's record.
#[derive(Default)]
struct State {
    /// When the accept in progress began; none is while accepting is paused, or the pace lets none be made.
    begun: Option<Moment>,
    /// How many clients have been accepted.
    accepted: u64,
}

/// Where clients come in.
pub struct Entrance {
    address: SocketAddr,
    recorder: Recorder,
    controls: Controls,
    branch: Branch,
    /// The socket until it is closed.
    listener: ArcSwapOption<TcpListener>,
    regulars: Regulars,
    seats: Seats,
    /// Made last, so a client wakes it only if nobody else waits. Gone with the socket.
    seat: Mutex<Option<Seat>>,
    /// Held from the question whether to accept to the record of what accept returned, so that this is one accept after the other.
    state: Mutex<State>,
    /// Whether an accept is recorded that has not been reported.
    unreported: AtomicBool,
}

impl Entrance {
    /// Of `listener`, whose calls stand in `recorder`; the records of its connections are of `branch`.
    ///
    /// # Errors
    /// The system's error if it has no descriptors left.
    pub fn new(listener: TcpListener, recorder: Recorder, controls: Controls, branch: Branch) -> io::Result<Self> {
        let address = listener.local_addr()?;
        // What is accepted does not take after it on Linux; elsewhere it may.
        listener.set_nonblocking(TRIES_FIRST)?;
        let seats = Seats::before(&listener, controls.door.bell(), SEATS);
        let seat = Seat::before(&listener, controls.door.bell())?;
        Ok(Self {
            address,
            recorder,
            controls,
            branch,
            listener: ArcSwapOption::from_pointee(listener),
            regulars: Regulars::default(),
            seats,
            seat: Mutex::new(Some(seat)),
            state: Mutex::default(),
            unreported: AtomicBool::new(true),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Does something with the socket, if it is not closed.
    pub fn with_listener<T>(&self, what: impl FnOnce(&TcpListener) -> T) -> Option<T> {
        self.listener.load().as_deref().map(what)
    }

    /// Closes the socket. An accept of another thread that is in progress returns before; it does not block.
    pub fn close(&self) {
        drop(self.seat.lock().unwrap_or_else(PoisonError::into_inner).take());
        let closing = self.listener.swap(None);
        while closing.as_ref().is_some_and(|listener| Arc::strong_count(listener) > 1) {
            thread::yield_now();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an accept is in progress.
    pub fn is_in_accept(&self) -> bool {
        self.state().begun.is_some()
    }

    /// An accept is in progress from now on.
    pub fn enter_accept(&self) {
        self.state().begun.get_or_insert(self.recorder.now());
    }

    /// None is any more; when the one began that was.
    pub fn leave_accept(&self) -> Option<Moment> {
        let begun = self.state().begun.take();
        self.recorder.not_blocked(CallKind::Accept);
        self.unreported.store(false, Ordering::Relaxed);
        begun
    }

    /// Waits for a client on the listener's own seat, as a part of accept; whether one has come. What is unreported goes out when none
    /// has for the time `quiet`.
    ///
    /// # Errors
    /// The system's error.
    pub fn wait(&self, quiet: Duration) -> io::Result<bool> {
        // Who has woken a thread that left him to this one wakes no other.
        if self.with_listener(is_called).transpose()?.unwrap_or(false) {
            return Ok(true);
        }
        let limit = self.unreported.load(Ordering::Relaxed).then_some(quiet);
        let seat = self.seat.lock().unwrap_or_else(PoisonError::into_inner);
        match seat.as_ref().map_or(Ok(Woken::Asked), |seat| seat.wait(limit))? {
            Woken::Client => return Ok(true),
            Woken::Asked => self.controls.door.bell().quiet(),
            Woken::TimedOut => {
                self.unreported.store(false, Ordering::Relaxed);
                let begun = self.state().begun;
                begun.into_iter().for_each(|begun| self.recorder.blocked(CallKind::Accept, 0, begun));
            }
        }
        Ok(false)
    }

    /// Whether other threads let clients in so fast that this one need not: those that wait come in their turn. See [`Watch`].
    pub fn others_accept(&self, watch: &mut Watch, pause: impl FnOnce(Duration)) -> bool {
        let accepted = self.state().accepted;
        watch.others_are_fast(&self.regulars, accepted, self.recorder.now(), pause)
    }

    /// Calls accept if `may` says so, and records what it returned. The next one is in progress at once, unless it has to wait for its
    /// turn.
    ///
    /// # Errors
    /// A failure of the call log.
    pub fn accept(&self, may: impl FnOnce() -> bool) -> Result<Accepted, Failure> {
        let mut state = self.state();
        if !may() {
            return Ok(Accepted::Nobody);
        }
        match self.with_listener(TcpListener::accept).transpose() {
            Ok(None) => Ok(Accepted::Nobody),
            // A stop makes accept return where it blocks.
            _ if self.controls.door.is_stopped() => Ok(Accepted::Nobody),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Accepted::Nobody),
            Ok(Some((stream, peer))) => {
                let note = Note { subject: Some(Subject::Address(peer)), ..Note::default() };
                self.returned(&mut state, Outcome::Done, note)?;
                state.accepted += 1;
                let is_first = !self.unreported.swap(true, Ordering::Relaxed);
                Ok(Accepted::Client(Client { id: self.branch.next(), stream, peer, is_first }))
            }
            Err(error) => {
                let subject = Some(Subject::Address(self.address));
                let failure = Failure::of(Operation::Call(CallKind::Accept), subject, &error);
                let note = Note { failure: Some(failure.clone()), ..Note::default() };
                self.returned(&mut state, Outcome::Failed, note)?;
                self.recorder.failed(failure);
                self.recorder.flush();
                Ok(Accepted::Failed)
            }
        }
    }

    fn returned(&self, state: &mut State, outcome: Outcome, note: Note) -> Result<(), Failure> {
        let since = state.begun.take().unwrap_or_else(|| self.recorder.now());
        self.recorder.call(CallKind::Accept, since, 0, outcome, note)?;
        state.begun = self.recorder.runs().then(|| self.recorder.now());
        Ok(())
    }

    /// Lets in the client `id` at `peer`, to be served by a thread of its own or, if there is none, by this one; with the name of the
    /// thread.
    pub fn let_in(
        &self,
        id: ConnectionId,
        peer: SocketAddr,
        serving: Arc<Serving>,
        has_own_thread: bool,
    ) -> (String, Served) {
        let own_name = || thread::current().name().unwrap_or("listener").to_owned();
        let name = if has_own_thread { format!("connection {} {peer}", id.0) } else { own_name() };
        let entered = self.controls.door.enter();
        let branch = self.branch.clone();
        let recorder = branch.record(id, End::Server, &name);
        // An address that is specified is that of all its connections.
        let ends = (Some(self.address).filter(|own| !own.ip().is_unspecified()), peer);
        (name, Served { id, ends, recorder, branch, serving, entered })
    }

    /// Accepts and serves clients on the calling thread, which has served one: as long as they come, and it may.
    pub fn serve_more(&self) {
        // Whether a client may wait of whom nobody else has been told.
        let mut leaves_one = false;
        let mut regular = None;
        while self.may_serve_more() && self.regulars.keep(&mut regular) {
            let accepted = self.accept(|| self.may_serve_more()).unwrap_or_else(|failure| {
                self.recorder.failed(failure);
                Accepted::Failed
            });
            match accepted {
                Accepted::Client(client) => {
                    leaves_one = false;
                    self.serve_here(client);
                }
                Accepted::Nobody => {
                    leaves_one = self.wait_for_another();
                    if !leaves_one {
                        break;
                    }
                }
                Accepted::Failed => {
                    leaves_one = true;
                    break;
                }
            }
        }
        self.regulars.leave(regular);
        if leaves_one {
            self.controls.door.ring();
        }
    }

    /// Waits on one of the seats for a client; whether one has come.
    fn wait_for_another(&self) -> bool {
        let mut woken = self.seats.wait(NAMED);
        if matches!(woken, Some(Ok(Woken::TimedOut))) {
            rename(IDLE);
            woken = self.seats.wait(WAITS);
        }
        matches!(woken, Some(Ok(Woken::Client)))
    }

    /// Whether nothing is asked of accept but that it is called.
    fn may_serve_more(&self) -> bool {
        TRIES_FIRST
            && self.controls.door.is_wide_open()
            && self.recorder.runs()
            && !self.controls.on_accepting_thread.load(Ordering::Acquire)
            && self.controls.serving.load().faults.before_accept.is_zero()
    }

    fn serve_here(&self, client: Client) {
        if client.is_first {
            // The listener's thread reports it, and may wait without an end.
            self.controls.door.ring();
        }
        self.regulars.count();
        let (name, served) = self.let_in(client.id, client.peer, self.controls.serving.load_full(), true);
        rename(&name);
        served.run(client.stream);
    }
}
