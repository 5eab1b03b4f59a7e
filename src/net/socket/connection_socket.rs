//! One connected socket with its record: recv, send, shutdown and close as a program would call them.
//!
//! In scope: the calls, the time-outs, telling our own Stop from the peer's end. Out of scope: what is said over the wire.
//!
//! A recv first waits no longer than the age of a batch; if nothing came by then, it reports what is in the batch, says that it blocks, and
//! waits on. So the record is never older than one batch, and no timer is needed. On the screen that is one recv that blocks, which it is
//! to the peer.

use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::disk_gate::Gate;
use super::sending_half::{SendingHalf, SendingPart, Shared};
use super::tls_stream::TlsLine;
use crate::capture::{CallKind, Direction, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, TlsEvent};
use crate::net::record::{BATCH_AGE, Recorded, Recorder, Stop, Stopper};
use crate::net::server::Serves;
use crate::tls::{Tls, TlsEnd, TlsFailure};

/// What a recv brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// So many bytes, at the front of the buffer.
    Bytes {
        /// How many; with TLS these are the encrypted ones.
        count: usize,
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
    #[must_use]
    pub fn ended(self) -> Ended {
        match self {
            Self::Bytes { .. } => Ended::Finished,
            Self::PeerFinished => Ended::PeerFinished,
            Self::Stopped => Ended::Stopped,
            Self::TimedOut => Ended::TimedOut,
        }
    }
}

/// A connected socket. Dropping it without [`Wire::close`] closes it unrecorded; only a panic should do that.
pub struct Wire {
    pub(crate) line: SendingHalf,
    gate: Gate,
    pub(crate) read_timeout: Option<Duration>,
    /// The time-out that the socket has now.
    wait: Option<Duration>,
    pub(crate) unreported: bool,
    /// What the bytes of a recv say under TLS.
    plain: Vec<u8>,
    /// What its responder has besides the calls.
    pub(crate) serves: Serves,
}

impl Wire {
    /// Takes over the socket `stream` that connects these ends, ours and the peer's, and reports it. It is `lost` already if it was reset
    /// while it was made.
    pub(crate) fn between(
        (local, peer): (SocketAddr, SocketAddr),
        stream: TcpStream,
        lost: Option<Box<Failure>>,
        recorder: Recorder,
        stopper: Stopper,
        read_timeout: Option<Duration>,
    ) -> Self {
        recorder.connected(local, peer);
        let (stream, shared) = (Arc::new(stream), Arc::new(Shared::new(peer, stopper, lost)));
        let (weak, disk) = (Arc::downgrade(&stream), recorder.reservation().disk().clone());
        let of_connection = Arc::downgrade(&shared);
        shared.stopper.on_stop(move |how| {
            if let (Some(stream), Some(shared)) = (weak.upgrade(), of_connection.upgrade()) {
                // Fails only if the connection is gone, which is what is wanted.
                let _ = shared.shut(&stream, how);
            }
            disk.wake_waiting();
        });
        let gate = Gate::new(Direction::Received, &recorder, &shared);
        let line = SendingHalf { stream, shared, recorder, tls: None };
        let (wait, unreported, plain, serves) = (None, true, Vec::new(), Serves::default());
        Self { line, gate, read_timeout, wait, unreported, plain, serves }
    }

    /// Secures the connection to `subject` with TLS; each recv asks for `recv_size` bytes and waits at most `limit`. Returns whether it
    /// is done: it is not if the user stopped us.
    ///
    /// # Errors
    /// What TLS refused, or a failure of the socket.
    pub fn secure(&mut self, tls: Tls, subject: Subject, recv_size: usize, limit: Duration) -> Result<bool, Failure> {
        let (tls, subject) = (TlsLine::new(tls), Some(subject));
        self.line.recorder.tls_begins();
        self.line.tls = Some(tls.clone());
        self.line.answer().map_err(|error| in_handshake(error, subject.clone()))?;
        let read_timeout = self.read_timeout;
        self.read_timeout = Some(read_timeout.map_or(limit, |own| own.min(limit)));
        let mut buffer = vec![0; recv_size];
        while tls.is_handshaking() {
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
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.line.recorder
    }

    /// What stops this connection.
    #[must_use]
    pub fn stopper(&self) -> &Stopper {
        self.line.stopper()
    }

    /// From now on the close sends RST in place of FIN, and what is still to be sent is thrown away.
    ///
    /// # Errors
    /// The failure of setsockopt.
    pub fn reset_at_close(&self) -> Result<(), Failure> {
        self.line.shared.resets.store(true, Ordering::Release);
        let set = socket2::SockRef::from(&*self.line.stream).set_linger(Some(Duration::ZERO));
        set.map_err(|error| Failure::of(Operation::Call(CallKind::Close), self.line.shared.subject(), &error))
    }

    /// From now on a recv waits no longer than `limit`, and no longer than it did.
    pub fn limit_reading(&mut self, limit: Duration) {
        self.read_timeout = Some(self.read_timeout.map_or(limit, |own| own.min(limit)));
    }

    /// What the last recv said, which brought `bytes`: under TLS, what was in them; also when it was the last.
    #[must_use]
    pub fn said<'a>(&'a self, bytes: &'a [u8]) -> &'a [u8] {
        if self.line.tls.is_some() { &self.plain } else { bytes }
    }

    /// What another thread can make a half of to send with.
    pub(crate) fn sending_part(&self) -> SendingPart {
        self.line.part()
    }

    /// Receives up to `buffer.len()` bytes, to the front of `buffer`. Waits for room to keep them, then blocks until some are there, the peer
    /// has finished, or the user stops us.
    ///
    /// # Errors
    /// The failure of the call, or of keeping what it brought.
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Received, Failure> {
        // Who is stopped while he waits for his turn, or for room, has made no call.
        if !self.line.has_turn(CallKind::Recv, buffer.len()) || !self.gate.pass(buffer.len(), self.line.tls.is_some()) {
            return Ok(Received::Stopped);
        }
        self.plain.clear();
        let begun = self.line.recorder.now();
        let asked = buffer.len();
        let mut is_told = false;
        loop {
            self.set_wait(begun, is_told)?;
            match (&*self.line.stream).read(buffer) {
                Ok(count) => return self.returned(begun, asked, buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_time_out(&error) => {
                    if !std::mem::replace(&mut is_told, true) {
                        self.line.recorder.blocked(CallKind::Recv, asked, begun);
                        self.unreported = false;
                    }
                    if self.is_too_long(begun) {
                        self.record_recv(begun, asked, &[], Outcome::TimedOut, None)?;
                        return Ok(Received::TimedOut);
                    }
                }
                Err(_) if self.line.is_stopped() => return self.stopped(begun, asked),
                Err(error) => {
                    let failure = self.line.shared.failure(CallKind::Recv, &self.line.stream, &error);
                    return Err(self.recv_failed(begun, asked, failure));
                }
            }
        }
    }

    /// Waits only for the age of a batch until it has been told that recv blocks, then as long as the user allows.
    fn set_wait(&mut self, begun: Moment, is_told: bool) -> Result<(), Failure> {
        let left = || {
            let waited = self.line.recorder.now().since(begun);
            self.read_timeout.map(|limit| limit.saturating_sub(waited).max(Duration::from_millis(1)))
        };
        let wait = if is_told { left() } else { Some(BATCH_AGE) };
        if wait != self.wait {
            match self.line.stream.set_read_timeout(wait) {
                // macOS refuses it on a connection that is lost; the read tells why.
                Err(error) if error.kind() != io::ErrorKind::InvalidInput => {
                    return Err(Failure::of(Operation::Call(CallKind::Recv), self.line.shared.subject(), &error));
                }
                _ => self.wait = wait,
            }
        }
        Ok(())
    }

    fn is_too_long(&self, begun: Moment) -> bool {
        self.read_timeout.is_some_and(|limit| self.line.recorder.now().since(begun) >= limit)
    }

    fn returned(&mut self, begun: Moment, asked: usize, bytes: &[u8]) -> Result<Received, Failure> {
        if let Some(tls) = self.line.tls.clone().filter(|_| !bytes.is_empty()) {
            return self.returned_encrypted(&tls, begun, asked, bytes);
        }
        if !bytes.is_empty() {
            let recorded = self.record_recv(begun, asked, bytes, Outcome::Done, None)?;
            return Ok(received(bytes.len(), recorded));
        }
        if self.line.is_stopped() {
            return self.stopped(begun, asked);
        }
        if let Some(loss) = self.line.shared.loss(&self.line.stream) {
            return Err(self.recv_failed(begun, asked, loss));
        }
        self.record_recv(begun, asked, &[], Outcome::PeerFinished, None)?;
        self.line.recorder.tell(Event::ReceivingEnded);
        let tls_end = self.line.tls.as_ref().map(TlsLine::ended);
        if tls_end == Some(TlsEnd::Truncated) {
            self.line.recorder.tell(Event::Tls(TlsEvent::EndedUnsaid));
        }
        self.line.recorder.direction_ended(Direction::Received, matches!(tls_end, None | Some(TlsEnd::CloseNotify)));
        Ok(Received::PeerFinished)
    }

    /// Takes in bytes under TLS: what they say is recorded with them, and what TLS answers goes out.
    #[inline(never)]
    fn returned_encrypted(
        &mut self,
        tls: &TlsLine,
        begun: Moment,
        asked: usize,
        bytes: &[u8],
    ) -> Result<Received, Failure> {
        self.plain.clear();
        let fed = tls.feed(bytes, &mut self.plain);
        let recorded = self.line.recorder.transfer_tls(Direction::Received, begun, asked, bytes, &self.plain)?;
        self.unreported = recorded.unreported;
        if fed.as_ref().is_ok_and(|progress| progress.handshake_done_now)
            && let Some(facts) = tls.facts()
        {
            let at = self.line.recorder.now();
            self.line.recorder.tell(Event::Tls(TlsEvent::Done { at, facts: Arc::new(facts) }));
        }
        // If the peer takes no more, the next recv tells why; the call is in the record.
        let _ = self.line.answer();
        let subject = self.line.shared.subject();
        let progress = fed.map_err(|failure| Failure::of_tls(subject, failure))?;
        if progress.close_notify {
            self.line.recorder.tell(Event::Tls(TlsEvent::CloseNotify));
            self.line.recorder.direction_ended(Direction::Received, true);
            return Ok(Received::PeerFinished);
        }
        Ok(received(bytes.len(), recorded))
    }

    fn stopped(&mut self, begun: Moment, asked: usize) -> Result<Received, Failure> {
        self.record_recv(begun, asked, &[], Outcome::Stopped, None)?;
        Ok(Received::Stopped)
    }

    #[cold]
    fn recv_failed(&mut self, begun: Moment, asked: usize, failure: Failure) -> Failure {
        let note = Note { failure: Some(failure.clone()), ..Note::default() };
        match self.record_recv(begun, asked, &[], Outcome::Failed, Some(note)) {
            Ok(_) => failure,
            Err(spooling) => spooling,
        }
    }

    fn record_recv(
        &mut self,
        begun: Moment,
        asked: usize,
        bytes: &[u8],
        outcome: Outcome,
        note: Option<Note>,
    ) -> Result<Recorded, Failure> {
        let recorded = self.line.recorder.transfer(Direction::Received, begun, asked, bytes, outcome, note)?;
        self.unreported = recorded.unreported;
        Ok(recorded)
    }

    /// What is to be said when a recv has waited too long.
    #[must_use]
    pub fn timed_out(&self) -> Failure {
        let subject = self.line.shared.subject();
        Failure::timed_out(Operation::Call(CallKind::Recv), subject, self.read_timeout.unwrap_or_default())
    }

    /// Sends all of `bytes`, with as many send calls as the system needs.
    ///
    /// # Errors
    /// As [`SendingHalf::send`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.unreported = true;
        self.line.send(bytes)
    }

    /// Ends our sending side; the peer's recv will return 0 once it has read everything.
    ///
    /// # Errors
    /// As [`SendingHalf::shutdown`].
    pub fn shutdown(&mut self) -> Result<(), Failure> {
        self.unreported = true;
        self.line.shutdown()
    }

    /// Pauses without a call; returns whether the user stopped us meanwhile.
    #[must_use]
    pub fn pause(&mut self, time: Duration) -> bool {
        if std::mem::take(&mut self.unreported) {
            self.line.recorder.flush();
        }
        self.line.stopper().pause(time)
    }

    /// As [`SendingHalf::interrupt`].
    pub fn interrupt(&self) {
        self.line.interrupt();
    }

    /// Closes the socket, records it, and ends the record. To the peer it makes a difference how the user has stopped it.
    pub fn close(self, how: Ended) {
        let Self { line, gate, .. } = self;
        let was_stopped = matches!(how, Ended::Stopped | Ended::Finished | Ended::PeerFinished);
        let how = if was_stopped && line.stopper().how() == Some(Stop::Reset) { Ended::Reset } else { how };
        drop(gate);
        line.shared.is_over.store(true, Ordering::Release);
        let in_order = matches!(how, Ended::Finished | Ended::PeerFinished);
        if in_order {
            line.say_goodbye();
        }
        let SendingHalf { stream, recorder, shared, .. } = line;
        // Who has been stopped does not wait for it.
        recorder.turn(CallKind::Close, 0, || shared.stopper.is_stopped());
        let begun = recorder.now();
        recorder.direction_ended(Direction::Received, false);
        recorder.direction_ended(Direction::Sent, in_order);
        shared.stopper.clear();
        drop(stream);
        let note = Note { subject: shared.subject(), ..Note::default() };
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

fn received(count: usize, recorded: Recorded) -> Received {
    let Recorded { message_ended, foreign, .. } = recorded;
    Received::Bytes { count, message_ended, foreign }
}

/// Whether a read has come back because its time was over. Only Windows says so with the error that means, elsewhere, that the peer has
/// not acknowledged for so long that the connection is lost.
fn is_time_out(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock || (cfg!(windows) && error.kind() == io::ErrorKind::TimedOut)
}
