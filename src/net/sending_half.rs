//! The half of a connected socket that sends, which several threads may hold.
//!
//! In scope: send and shutdown as a program would call them, each recorded; encryption where there is TLS. Out of scope: what is
//! said over the wire.

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::gate::Gate;
use super::recorder::Recorder;
use super::stopper::Stopper;
use super::tls_line::{SendError, TlsLine};
use crate::capture::{CallKind, Event, Failure, Moment, Note, Operation, Outcome, Subject, Way};

/// Who closes waits no longer than this to tell the peer so.
const GOODBYE: Duration = Duration::from_millis(100);

/// The sending half of a [`Wire`](super::wire::Wire).
#[derive(Clone)]
pub struct SendingHalf {
    pub(super) stream: Arc<TcpStream>,
    pub(super) peer: SocketAddr,
    pub(super) recorder: Recorder,
    pub(super) stopper: Stopper,
    /// The TLS under what is sent, if there is one.
    pub(super) tls: Option<TlsLine>,
    /// Whether the connection is over although nobody has stopped it.
    pub(super) is_over: Arc<AtomicBool>,
    /// Whether a send is blocked.
    pub(super) blocks: Arc<AtomicBool>,
}

impl SendingHalf {
    /// Sends all of `bytes`. Each send call is recorded with what it was asked to take and what it took.
    ///
    /// # Errors
    /// The failure of the call, of TLS, or of keeping what was sent.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.recorder.announce(bytes);
        let Some(tls) = &self.tls else { return self.send_plain(bytes) };
        tls.send(bytes, &mut |wire, plain| self.send_encrypted(wire, plain)).map_err(|error| match error {
            SendError::Socket(failure) => failure,
            SendError::Tls(failure) => Failure::of_tls(Some(Subject::Address(self.peer)), failure),
        })
    }

    fn send_plain(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut rest = bytes;
        let mut gate = self.gate();
        while !rest.is_empty() {
            self.pass(&mut gate, rest.len(), false)?;
            let begun = self.recorder.now();
            match self.write(begun, rest) {
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

    /// Sends `wire`, which holds `plain`; that has been sent when all of it has.
    fn send_encrypted(&self, wire: &[u8], plain: &[u8]) -> Result<(), Failure> {
        let mut rest = wire;
        let mut gate = self.gate();
        while !rest.is_empty() {
            self.pass(&mut gate, rest.len(), true)?;
            let begun = self.recorder.now();
            match self.write(begun, rest) {
                Ok(count) => {
                    let (taken, left) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    let said = if left.is_empty() { plain } else { &[] };
                    self.recorder.transfer_tls(Way::Sent, begun, rest.len(), taken, said)?;
                    rest = left;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(begun, rest.len(), &error)),
            }
        }
        Ok(())
    }

    /// One send, as send(2) does it: it blocks until all is taken. Nearly always all is taken at once, and then there is nothing to tell
    /// before it returns; so that is tried first.
    fn write(&self, begun: Moment, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self.write_at_once(bytes) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Err(error) => return Err(error),
        };
        let Some((_, rest @ [_, ..])) = bytes.split_at_checked(taken) else { return Ok(taken) };
        self.recorder.blocked(CallKind::Send, bytes.len(), begun);
        self.blocks.store(true, Ordering::Release);
        let written = (&*self.stream).write(rest);
        self.blocks.store(false, Ordering::Release);
        match written {
            Ok(count) => Ok(taken + count),
            // The next call tells.
            Err(_) if taken > 0 => Ok(taken),
            Err(error) => Err(error),
        }
    }

    #[cfg(unix)]
    fn write_at_once(&self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::net::{SendFlags, send};
        #[cfg(not(target_vendor = "apple"))]
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        #[cfg(target_vendor = "apple")]
        let flags = SendFlags::DONTWAIT;
        Ok(send(&*self.stream, bytes, flags)?)
    }

    /// Elsewhere there is no flag for it.
    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "as on Unix")]
    fn write_at_once(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn gate(&self) -> Gate {
        Gate::new(Way::Sent, &self.recorder, &self.stopper, &self.is_over)
    }

    /// Waits until the pace allows a call; whether it may be made: not if the connection is over.
    pub(super) fn has_turn(&self, kind: CallKind, asked: usize) -> bool {
        let is_over = || self.stopper.is_stopped() || self.is_over.load(Ordering::Acquire);
        self.recorder.turn(kind, asked, is_over)
    }

    /// Waits until the pace allows a send, and there is room to keep what is sent.
    fn pass(&self, gate: &mut Gate, bytes: usize, tls: bool) -> Result<(), Failure> {
        // What is said at the very end has no turn to wait for.
        let has_turn = self.is_over.load(Ordering::Acquire) || self.has_turn(CallKind::Send, bytes);
        if has_turn && gate.pass(bytes, tls) {
            return Ok(());
        }
        Err(self.is_no_more())
    }

    /// The failure of a send that is not made, as the connection is over.
    pub(super) fn is_no_more(&self) -> Failure {
        let subject = Some(Subject::Address(self.peer));
        Failure::of(Operation::Call(CallKind::Send), subject, &io::ErrorKind::BrokenPipe.into())
    }

    /// Sends what TLS itself has to say.
    ///
    /// # Errors
    /// The failure of the call.
    pub(super) fn answer(&self) -> Result<(), Failure> {
        let Some(tls) = &self.tls else { return Ok(()) };
        tls.answer(&mut |wire, plain| self.send_encrypted(wire, plain))
    }

    /// With TLS, tells the peer that nothing more will come, unless that takes long.
    pub(super) fn say_goodbye(&self) {
        if let Some(tls) = &self.tls
            && self.stream.set_write_timeout(Some(GOODBYE)).is_ok()
        {
            // A peer that is gone already need not be told.
            let _ = tls.close(&mut |wire, plain| self.send_encrypted(wire, plain));
        }
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

    /// Whether bytes have come that no recv has taken; also if that can't be known.
    pub(super) fn has_unread(&self) -> bool {
        #[cfg(unix)]
        return rustix::io::ioctl_fionread(&*self.stream).map_or(true, |count| count > 0);
        #[cfg(not(unix))]
        true
    }

    /// Ends our sending side.
    ///
    /// # Errors
    /// The failure of the call.
    pub fn shutdown(&self) -> Result<(), Failure> {
        if let Some(tls) = &self.tls {
            tls.close(&mut |wire, plain| self.send_encrypted(wire, plain))?;
        }
        // Whoever it is over for loses nothing by it.
        self.has_turn(CallKind::Shutdown, 0);
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

    /// Makes every call that blocks on the socket return, and every wait for room, also those of other threads.
    pub fn interrupt(&self) {
        self.is_over.store(true, Ordering::Release);
        self.recorder.headroom().disk().look_again();
        // Fails only if the connection is gone, and then nothing blocks.
        let _ = self.stream.shutdown(Shutdown::Both);
    }

    /// What stops the connection.
    #[must_use]
    pub(super) fn stopper(&self) -> &Stopper {
        &self.stopper
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
