//! One connected socket with its record: recv, send, shutdown and close as a program would call them.
//!
//! In scope: the calls, the time-outs, telling our own Stop from the peer's end. Out of scope: what is said over the wire.
//!
//! A recv that finds unreported calls in the batch first waits no longer than [`BATCH_AGE`]; if nothing came by then, it
//! reports them, says that it blocks, and waits on. So the record is never older than one batch, and no timer is needed.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use super::recorder::{BATCH_AGE, Recorded, Recorder};
use super::stopper::Stopper;
use crate::capture::{CallKind, Ended, Event, Failure, Moment, Note, Operation, Outcome, Subject, Way};

/// What a recv brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// So many bytes, at the front of the buffer.
    Bytes {
        /// How many.
        count: usize,
        /// Whether a whole response has arrived by now.
        message_ended: bool,
    },
    /// The peer has finished sending.
    PeerFinished,
    /// The user stopped us.
    Stopped,
    /// The read time-out ran out.
    TimedOut,
}

/// A connected socket. Dropping it without [`Wire::close`] closes it unrecorded; only a panic should do that.
pub struct Wire {
    stream: Arc<TcpStream>,
    peer: SocketAddr,
    recorder: Recorder,
    stopper: Stopper,
    read_timeout: Option<Duration>,
    /// The time-out that the socket has now.
    wait: Option<Duration>,
    unreported: bool,
}

impl Wire {
    /// Takes over a connected socket and reports it.
    ///
    /// # Errors
    /// If the system does not say who is at the other end, which means that the connection is gone already.
    pub fn new(
        stream: TcpStream,
        recorder: Recorder,
        stopper: Stopper,
        read_timeout: Option<Duration>,
    ) -> Result<Self, Failure> {
        let ends = stream.peer_addr().and_then(|peer| Ok((stream.local_addr()?, peer)));
        let (local, peer) = ends.map_err(|error| Failure::of(Operation::Call(CallKind::Connect), None, &error))?;
        recorder.connected(local, peer);
        let stream = Arc::new(stream);
        let weak = Arc::downgrade(&stream);
        stopper.on_stop(move || {
            if let Some(stream) = weak.upgrade() {
                // Fails only if the connection is gone, which is what is wanted.
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        Ok(Self { stream, peer, recorder, stopper, read_timeout, wait: None, unreported: true })
    }

    /// The other end.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The record.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// What stops this connection.
    #[must_use]
    pub fn stopper(&self) -> &Stopper {
        &self.stopper
    }

    /// From now on a recv waits no longer than `limit`.
    pub fn limit_reading(&mut self, limit: Duration) {
        self.read_timeout = Some(limit);
    }

    /// A half that another thread can send with.
    #[must_use]
    pub fn sending_half(&self) -> SendingHalf {
        SendingHalf {
            stream: Arc::clone(&self.stream),
            peer: self.peer,
            recorder: self.recorder.clone(),
            stopper: self.stopper.clone(),
        }
    }

    /// Receives up to `buffer.len()` bytes; blocks until some are there, the peer has finished, or the user stops us.
    ///
    /// # Errors
    /// The failure of the call, or of keeping what it brought.
    pub fn recv(&mut self, buffer: &mut [u8]) -> Result<Received, Failure> {
        let begun = self.recorder.now();
        let asked = buffer.len();
        if !self.unreported {
            self.recorder.blocked(CallKind::Recv, asked, begun);
        }
        loop {
            self.set_wait(begun)?;
            match (&*self.stream).read(buffer) {
                Ok(count) => return self.returned(begun, asked, buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_time_out(&error) => {
                    if std::mem::take(&mut self.unreported) {
                        self.recorder.blocked(CallKind::Recv, asked, begun);
                    }
                    if self.is_too_long(begun) {
                        self.record_recv(begun, asked, &[], Outcome::TimedOut, None)?;
                        return Ok(Received::TimedOut);
                    }
                }
                Err(_) if self.stopper.is_stopped() => return self.stopped(begun, asked),
                Err(error) => return Err(self.recv_failed(begun, asked, &error)),
            }
        }
    }

    fn returned(&mut self, begun: Moment, asked: usize, bytes: &[u8]) -> Result<Received, Failure> {
        if !bytes.is_empty() {
            let recorded = self.record_recv(begun, asked, bytes, Outcome::Done, None)?;
            return Ok(Received::Bytes { count: bytes.len(), message_ended: recorded.message_ended });
        }
        if self.stopper.is_stopped() {
            return self.stopped(begun, asked);
        }
        self.record_recv(begun, asked, &[], Outcome::PeerFinished, None)?;
        self.recorder.direction_ended(Way::Received, true);
        Ok(Received::PeerFinished)
    }

    fn stopped(&mut self, begun: Moment, asked: usize) -> Result<Received, Failure> {
        self.record_recv(begun, asked, &[], Outcome::Stopped, None)?;
        Ok(Received::Stopped)
    }

    fn recv_failed(&mut self, begun: Moment, asked: usize, error: &io::Error) -> Failure {
        let failure = Failure::of(Operation::Call(CallKind::Recv), Some(Subject::Address(self.peer)), error);
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
        let recorded = self.recorder.transfer(Way::Received, begun, asked, bytes, outcome, note)?;
        self.unreported = recorded.unreported;
        Ok(recorded)
    }

    /// Waits only for the age of a batch while something is unreported, else as long as the user allows.
    fn set_wait(&mut self, begun: Moment) -> Result<(), Failure> {
        let left = || {
            self.read_timeout
                .map(|limit| limit.saturating_sub(self.recorder.now().since(begun)).max(Duration::from_millis(1)))
        };
        let wait = if self.unreported { Some(BATCH_AGE) } else { left() };
        if wait == self.wait {
            return Ok(());
        }
        let subject = Some(Subject::Address(self.peer));
        self.stream
            .set_read_timeout(wait)
            .map_err(|error| Failure::of(Operation::Call(CallKind::Recv), subject, &error))?;
        self.wait = wait;
        Ok(())
    }

    /// What is to be said when a recv has waited too long.
    #[must_use]
    pub fn timed_out(&self) -> Failure {
        let subject = Some(Subject::Address(self.peer));
        Failure::timed_out(Operation::Call(CallKind::Recv), subject, self.read_timeout.unwrap_or_default())
    }

    fn is_too_long(&self, begun: Moment) -> bool {
        self.read_timeout.is_some_and(|limit| self.recorder.now().since(begun) >= limit)
    }

    /// Sends all of `bytes`, with as many send calls as the system needs.
    ///
    /// # Errors
    /// As [`SendingHalf::send`].
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.unreported = true;
        self.sending_half().send(bytes)
    }

    /// Ends our sending side; the peer's recv will return 0 once it has read everything.
    ///
    /// # Errors
    /// As [`SendingHalf::shutdown`].
    pub fn shutdown(&mut self) -> Result<(), Failure> {
        self.unreported = true;
        self.sending_half().shutdown()
    }

    /// Pauses without a call; returns whether the user stopped us meanwhile.
    #[must_use]
    pub fn pause(&mut self, time: Duration) -> bool {
        if std::mem::take(&mut self.unreported) {
            self.recorder.flush();
        }
        self.stopper.pause(time)
    }

    /// Makes every call that blocks on the socket return, also those of other threads.
    pub fn interrupt(&self) {
        // Fails only if the connection is gone, and then nothing blocks.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// Closes the socket, records it, and ends the record.
    pub fn close(self, how: Ended) {
        let Self { stream, recorder, stopper, peer, .. } = self;
        let begun = recorder.now();
        recorder.direction_ended(Way::Received, false);
        recorder.direction_ended(Way::Sent, matches!(how, Ended::Finished | Ended::PeerFinished));
        stopper.clear();
        drop(stream);
        let note = Note { subject: Some(Subject::Address(peer)), ..Note::default() };
        if let Err(failure) = recorder.call(CallKind::Close, begun, 0, Outcome::Done, note) {
            recorder.failed(failure);
        }
        recorder.ended(how);
    }
}

/// The sending half of a [`Wire`].
pub struct SendingHalf {
    stream: Arc<TcpStream>,
    peer: SocketAddr,
    recorder: Recorder,
    stopper: Stopper,
}

impl SendingHalf {
    /// Sends all of `bytes`. Each send call is recorded with what it was asked to take and what it took.
    ///
    /// # Errors
    /// The failure of the call, or of keeping what was sent.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let begun = self.recorder.now();
            self.recorder.blocked(CallKind::Send, rest.len(), begun);
            match (&*self.stream).write(rest) {
                Ok(count) => {
                    let (taken, left) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    self.recorder.transfer(Way::Sent, begun, rest.len(), taken, Outcome::Done, None)?;
                    rest = left;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(begun, rest.len(), &error)),
            }
        }
        Ok(())
    }

    fn failed(&self, begun: Moment, asked: usize, error: &io::Error) -> Failure {
        let failure = Failure::of(Operation::Call(CallKind::Send), Some(Subject::Address(self.peer)), error);
        let (outcome, note) = if self.stopper.is_stopped() {
            (Outcome::Stopped, None)
        } else {
            (Outcome::Failed, Some(Note { failure: Some(failure.clone()), ..Note::default() }))
        };
        match self.recorder.transfer(Way::Sent, begun, asked, &[], outcome, note) {
            Ok(_) => failure,
            Err(spooling) => spooling,
        }
    }

    /// Ends our sending side.
    ///
    /// # Errors
    /// The failure of the call.
    pub fn shutdown(&self) -> Result<(), Failure> {
        let begun = self.recorder.now();
        let result = self.stream.shutdown(Shutdown::Write);
        let failure = result
            .as_ref()
            .err()
            .map(|e| Failure::of(Operation::Call(CallKind::Shutdown), Some(Subject::Address(self.peer)), e));
        let outcome = if failure.is_some() { Outcome::Failed } else { Outcome::Done };
        if failure.is_none() {
            self.recorder.direction_ended(Way::Sent, true);
            self.recorder.tell(Event::SendingEnded);
        }
        let note = Note { failure: failure.clone(), ..Note::default() };
        self.recorder.call(CallKind::Shutdown, begun, 0, outcome, note)?;
        failure.map_or(Ok(()), Err)
    }

    /// The record.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// Whether the user has stopped the connection.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopper.is_stopped()
    }
}

fn is_time_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
