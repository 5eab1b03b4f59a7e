//! One connected socket with its record: recv, send, shutdown and close as a program would call them.
//!
//! In scope: the calls, the time-outs, telling our own Stop from the peer's end. Out of scope: what is said over the connection.
//!
//! A recv first waits no longer than the age of a batch; if nothing came by then, it reports what is in the batch, says that it blocks, and
//! waits on. So the record is never older than one batch, and no timer is needed. On the screen that is one recv that blocks, which it is
//! to the peer.

use core::net::SocketAddr;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::call_guard::CallGuard;
use super::recv_buffer::RecvBuffer;
use super::sending_half::SendingHalf;
use super::shared_tls::SharedTls;
use super::socket_state::SocketState;
use crate::capture::{CallKind, Direction, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, TlsEvent};
use crate::net::record::{BATCH_AGE, Recorded, Recorder, Stop, StopHandle};
use crate::net::transport::{Stream, is_time_out};
use crate::tls::{Tls, TlsEnd, TlsFailure};

/// What a recv brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Bytes, which are in the buffer.
    Bytes {
        /// Whether a whole response has arrived by now, or it is known that none will.
        message_ended: bool,
        /// Whether what the peer sends is no HTTP.
        foreign: bool,
    },
    /// The peer has finished sending.
    PeerFinished,
    /// The user stopped us.
    Stopped,
    /// The read time-out ran out.
    TimedOut,
}

impl Received {
    /// Why a connection is over whose last recv brought this.
    pub fn ended(self) -> Ended {
        match self {
            Self::Bytes { .. } => Ended::Finished,
            Self::PeerFinished => Ended::PeerFinished,
            Self::Stopped => Ended::Stopped,
            Self::TimedOut => Ended::TimedOut,
        }
    }
}

/// A connected socket. Dropping it without [`ConnectionSocket::close`] closes it unrecorded; only a panic should do that.
pub struct ConnectionSocket {
    /// The half that sends.
    pub half: SendingHalf,
    guard: CallGuard,
    read_timeout: Option<Duration>,
    /// The time-out that the socket has now.
    wait: Option<Duration>,
    unreported: bool,
}

impl ConnectionSocket {
    /// Takes over `stream`, which connects these ends, ours and the peer's, and reports it. It is `lost` already if it was reset while it
    /// was made.
    pub fn new(
        (local, peer): (SocketAddr, SocketAddr),
        stream: Stream,
        lost: Option<Box<Failure>>,
        recorder: Recorder,
        stop: StopHandle,
        read_timeout: Option<Duration>,
    ) -> Self {
        recorder.tell(Event::Connected { local, peer });
        let state = Arc::new(SocketState::new(stream, peer, stop, lost));
        let (weak, disk) = (Arc::downgrade(&state), recorder.reservation().disk().clone());
        state.stop.on_stop(move |how| {
            if let Some(state) = weak.upgrade() {
                state.shut(how);
            }
            disk.wake_waiting();
        });
        let guard = CallGuard::new(Direction::Received, &recorder);
        let half = SendingHalf { state, recorder };
        Self { half, guard, read_timeout, wait: None, unreported: true }
    }

    /// Secures the connection to `subject` with TLS; each recv asks for `recv_size` bytes and waits at most `limit`. Returns whether it
    /// is done: it is not if the user stopped us. Error: what TLS refused, or a failure of the socket.
    pub fn secure(&mut self, tls: Tls, subject: Subject, recv_size: usize, limit: Duration) -> Result<bool, Failure> {
        let (tls, subject) = (SharedTls::new(tls), Some(subject));
        self.half.recorder.tls_begins();
        self.half.state.set_tls(tls.clone());
        self.half.answer().map_err(|error| in_handshake(error, subject.clone()))?;
        let read_timeout = self.read_timeout;
        self.limit_reading(limit);
        let mut buffer = RecvBuffer::new(recv_size);
        while tls.machine().is_handshaking() {
            match self.recv(&mut buffer) {
                Ok(Received::Bytes { .. }) => {}
                Ok(Received::PeerFinished) => return Err(Failure::of_tls(subject, TlsFailure::Closed)),
                Ok(Received::Stopped) => return Ok(false),
                Ok(Received::TimedOut) => {
                    return Err(Failure::timed_out(Operation::Tls, subject, self.read_timeout.unwrap_or_default()));
                }
                Err(error) => return Err(in_handshake(error, subject)),
            }
        }
        self.read_timeout = read_timeout;
        Ok(true)
    }

    /// The record.
    pub fn recorder(&self) -> &Recorder {
        &self.half.recorder
    }

    /// What stops this connection.
    pub fn stop(&self) -> &StopHandle {
        self.half.stop()
    }

    /// How long a recv may wait; `None`: for ever.
    pub fn read_timeout(&self) -> Option<Duration> {
        self.read_timeout
    }

    /// From now on a recv waits no longer than `limit`, and no longer than it did.
    pub fn limit_reading(&mut self, limit: Duration) {
        self.read_timeout = Some(self.read_timeout.map_or(limit, |own| own.min(limit)));
    }

    /// Receives up to as many bytes as `buffer` has room for. Waits for room on disk to keep them, then blocks until some are there, the peer
    /// has finished, or the user stops us. Error: the failure of the call, or of keeping what it brought.
    pub fn recv(&mut self, buffer: &mut RecvBuffer) -> Result<Received, Failure> {
        buffer.clear();
        let asked = buffer.size();
        // If the user stops before, no call is made.
        if !self.guard.may_call(&self.half.state, &self.half.recorder, asked) {
            return Ok(Received::Stopped);
        }
        let begun = self.half.recorder.now();
        let mut is_told = false;
        loop {
            self.set_wait(begun, is_told)?;
            match self.half.state.stream.recv(buffer.room()) {
                Ok(0) => return self.returned_nothing(begun, asked),
                Ok(count) => {
                    buffer.set_count(count);
                    return self.returned(begun, buffer);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_time_out(&error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        self.half.recorder.blocked(CallKind::Recv, asked, begun);
                        self.unreported = false;
                    }
                    if self.is_too_long(begun) {
                        self.record_recv(begun, asked, &[], Outcome::TimedOut)?;
                        return Ok(Received::TimedOut);
                    }
                }
                Err(_) if self.half.is_stopped() => return self.stopped(begun, asked),
                Err(error) => {
                    let failure = self.half.state.failure(CallKind::Recv, &error);
                    return Err(self.recv_failed(begun, asked, failure));
                }
            }
        }
    }

    /// Waits only for the age of a batch until it has been told that recv blocks, then as long as the user allows.
    fn set_wait(&mut self, begun: Moment, is_told: bool) -> Result<(), Failure> {
        let left = || {
            let waited = self.half.recorder.now().since(begun);
            self.read_timeout.map(|limit| limit.saturating_sub(waited).max(Duration::from_millis(1)))
        };
        let wait = if is_told { left() } else { Some(BATCH_AGE) };
        if wait != self.wait {
            let set = self.half.state.stream.set_read_timeout(wait);
            set.map_err(|error| self.half.state.new_failure(CallKind::Recv, &error))?;
            self.wait = wait;
        }
        Ok(())
    }

    fn is_too_long(&self, begun: Moment) -> bool {
        self.read_timeout.is_some_and(|limit| self.half.recorder.now().since(begun) >= limit)
    }

    fn returned(&mut self, begun: Moment, buffer: &mut RecvBuffer) -> Result<Received, Failure> {
        if let Some(tls) = self.half.state.tls().cloned() {
            return self.returned_encrypted(&tls, begun, buffer);
        }
        self.record_recv(begun, buffer.size(), buffer.crossed(), Outcome::Done).map(received)
    }

    fn returned_nothing(&mut self, begun: Moment, asked: usize) -> Result<Received, Failure> {
        if self.half.is_stopped() {
            return self.stopped(begun, asked);
        }
        if let Some(loss) = self.half.state.loss() {
            return Err(self.recv_failed(begun, asked, loss));
        }
        self.record_recv(begun, asked, &[], Outcome::PeerFinished)?;
        let recorder = &self.half.recorder;
        recorder.tell(Event::ReceivingEnded);
        let tls_end = self.half.state.tls().map(|tls| tls.machine().ended());
        if tls_end == Some(TlsEnd::Truncated) {
            recorder.tell(Event::Tls(TlsEvent::EndedUnsaid));
        }
        recorder.direction_ended(Direction::Received, matches!(tls_end, None | Some(TlsEnd::CloseNotify)));
        Ok(Received::PeerFinished)
    }

    /// Takes in bytes under TLS: what they say is recorded with them, and what TLS answers goes out.
    #[inline(never)]
    fn returned_encrypted(
        &mut self,
        tls: &SharedTls,
        begun: Moment,
        buffer: &mut RecvBuffer,
    ) -> Result<Received, Failure> {
        let half = &self.half;
        let fed = buffer.decrypt(|wire, plain| tls.machine().feed(wire, plain));
        let recorder = &half.recorder;
        let recorded =
            recorder.transfer_tls(Direction::Received, begun, buffer.size(), buffer.crossed(), buffer.plaintext())?;
        self.unreported = recorded.unreported;
        let is_done_now = fed.as_ref().is_ok_and(|progress| progress.handshake_done_now);
        let facts = if is_done_now { tls.machine().facts() } else { None };
        if let Some(facts) = facts {
            let at = recorder.now();
            recorder.tell(Event::Tls(TlsEvent::Done { at, facts: Arc::new(facts) }));
        }
        // If the peer takes no more, the next recv tells why; the call is in the record.
        let _ = half.answer();
        let progress = fed.map_err(|failure| Failure::of_tls(half.state.subject(), failure))?;
        if progress.close_notify {
            recorder.tell(Event::Tls(TlsEvent::CloseNotify));
            recorder.direction_ended(Direction::Received, true);
            return Ok(Received::PeerFinished);
        }
        Ok(received(recorded))
    }

    fn stopped(&mut self, begun: Moment, asked: usize) -> Result<Received, Failure> {
        self.record_recv(begun, asked, &[], Outcome::Stopped)?;
        Ok(Received::Stopped)
    }

    fn recv_failed(&mut self, begun: Moment, asked: usize, failure: Failure) -> Failure {
        self.unreported = true;
        self.half.recorder.transfer_failed(Direction::Received, begun, asked, Outcome::Failed, failure)
    }

    fn record_recv(
        &mut self,
        begun: Moment,
        asked: usize,
        bytes: &[u8],
        outcome: Outcome,
    ) -> Result<Recorded, Failure> {
        let recorded = self.half.recorder.transfer(Direction::Received, begun, asked, bytes, outcome)?;
        self.unreported = recorded.unreported;
        Ok(recorded)
    }

    /// As [`SendingHalf::send`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.unreported = true;
        self.half.send(bytes)
    }

    /// What is to be said when a recv has waited too long.
    pub fn timed_out(&self) -> Failure {
        let subject = self.half.state.subject();
        Failure::timed_out(Operation::Call(CallKind::Recv), subject, self.read_timeout.unwrap_or_default())
    }

    /// Pauses without a call; returns whether the user stopped us meanwhile.
    #[must_use]
    pub fn pause(&mut self, time: Duration) -> bool {
        if std::mem::take(&mut self.unreported) {
            self.half.recorder.flush();
        }
        self.stop().pause(time)
    }

    /// Something has been recorded that no recv knows of.
    pub fn set_unreported(&mut self) {
        self.unreported = true;
    }

    /// Closes the socket, records it, and ends the record. To the peer it makes a difference how the user has stopped it.
    pub fn close(self, how: Ended) {
        let Self { half, guard, .. } = self;
        drop(guard);
        let was_stopped = matches!(how, Ended::Stopped | Ended::Finished | Ended::PeerFinished);
        let how = if was_stopped && half.stop().how() == Some(Stop::Reset) { Ended::Reset } else { how };
        half.state.set_over();
        let in_order = matches!(how, Ended::Finished | Ended::PeerFinished);
        if in_order {
            half.say_goodbye();
        }
        let SendingHalf { state, recorder } = half;
        // Once stopped, nobody waits for the pace.
        recorder.wait_for_pace(CallKind::Close, 0, || state.stop.is_stopped());
        let begun = recorder.now();
        recorder.direction_ended(Direction::Received, false);
        recorder.direction_ended(Direction::Sent, in_order);
        let note = Note { subject: state.subject(), ..Note::default() };
        state.stop.clear();
        drop(state);
        if let Err(failure) = recorder.call(CallKind::Close, begun, 0, Outcome::Done, note) {
            recorder.failed(failure);
        }
        recorder.ended(how);
    }
}

/// The failure of a call while the connection is being secured: what failed to the user is the handshake.
fn in_handshake(failure: Failure, subject: Option<Subject>) -> Failure {
    let is_call = matches!(failure.operation, Operation::Call(_));
    let operation = if is_call { Operation::Tls } else { failure.operation };
    Failure { operation, subject, ..failure }
}

fn received(recorded: Recorded) -> Received {
    let Recorded { message_ended, foreign, .. } = recorded;
    Received::Bytes { message_ended, foreign }
}
