//! What the threads of one connection share besides its record: its socket, and what is known of it.
//!
//! In scope: why the connection is lost, whether it is over, and making the calls return that block on it. Out of scope: recording.

use core::net::SocketAddr;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::shared_tls::SharedTls;
use crate::capture::{CallKind, Failure, Operation, Subject};
use crate::net::record::{Stop, StopHandle};
use crate::net::transport::Stream;

/// The socket and its state. The socket is closed with it.
pub struct SocketState {
    /// The socket.
    pub stream: Stream,
    /// The peer's address.
    pub peer: SocketAddr,
    /// What stops the connection.
    pub stop: StopHandle,
    /// The TLS over the socket, once there is one.
    tls: OnceLock<SharedTls>,
    /// Whether the connection is over although nobody has stopped it.
    is_over: AtomicBool,
    /// Whether it is closed with RST although nobody has stopped it.
    resets: AtomicBool,
    /// Whether a send may be blocked.
    is_sending: AtomicBool,
    /// Whether our sending side has been shut down.
    has_finished: AtomicBool,
    /// Why the connection is lost, once a call has told. The system tells it to one call only: a later recv returns 0, and a later send fails
    /// with EPIPE. Held while a send is in the system, so that who holds it knows what that has told.
    lost: Mutex<Option<Box<Failure>>>,
}

impl SocketState {
    /// Of a connection to `peer`, which is `lost` already if it was reset while it was made.
    pub fn new(stream: Stream, peer: SocketAddr, stop: StopHandle, lost: Option<Box<Failure>>) -> Self {
        let [is_over, resets, is_sending, has_finished] = [const { AtomicBool::new(false) }; 4];
        let (tls, lost) = (OnceLock::new(), Mutex::new(lost));
        Self { stream, peer, stop, tls, is_over, resets, is_sending, has_finished, lost }
    }

    /// The TLS over the socket, if there is one.
    #[inline]
    pub fn tls(&self) -> Option<&SharedTls> {
        self.tls.get()
    }

    /// From now on there is TLS over the socket.
    pub fn set_tls(&self, tls: SharedTls) {
        // A connection is secured once.
        let _ = self.tls.set(tls);
    }

    /// What a call on the connection is done to.
    pub fn subject(&self) -> Option<Subject> {
        Some(Subject::Address(self.peer))
    }

    /// The failure of a call on the connection with `error`, whatever other calls were told.
    pub fn new_failure(&self, kind: CallKind, error: &io::Error) -> Failure {
        Failure::of(Operation::Call(kind), self.subject(), error)
    }

    /// That the connection is over before a call was made.
    pub fn ended_early(&self, kind: CallKind) -> Failure {
        self.new_failure(kind, &io::ErrorKind::BrokenPipe.into())
    }

    /// Whether the connection is over although nobody has stopped it.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// The connection is over.
    pub fn set_over(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    /// Whether no further call is to be made.
    pub fn is_no_more(&self) -> bool {
        self.is_over() || self.stop.is_stopped()
    }

    /// Whether our sending side has been shut down.
    pub fn has_finished(&self) -> bool {
        self.has_finished.load(Ordering::Acquire)
    }

    /// Our sending side has been shut down: pauses that wait for it end.
    pub fn set_finished(&self) {
        self.has_finished.store(true, Ordering::Release);
        self.stop.nudge();
    }

    /// From now on the close sends RST in place of FIN, and what is still to be sent is thrown away.
    pub fn reset_at_close(&self) -> Result<(), Failure> {
        self.resets.store(true, Ordering::Release);
        self.stream.reset_at_close().map_err(|error| self.new_failure(CallKind::Close, &error))
    }

    /// Makes every call that blocks on the socket return.
    pub fn interrupt(&self) {
        self.set_over();
        self.stop.nudge();
        let resets = self.resets.load(Ordering::Acquire);
        self.shut(self.stop.how().unwrap_or(if resets { Stop::Reset } else { Stop::Orderly }));
    }

    /// Makes the calls in progress return, as the connection is stopped so. For a reset only the receiving side is shut down, so that close
    /// sends RST and nothing before it does FIN; but a send that blocks needs both, and what it could not place keeps the FIN back.
    pub fn shut(&self, how: Stop) {
        let shut = || match how {
            Stop::Orderly => self.stream.shutdown_both(),
            Stop::Reset => {
                self.stream.reset_at_close()?;
                // A thread that is about to block says so before it looks whether it is stopped, see `send`.
                if self.is_sending.load(Ordering::SeqCst) {
                    self.stream.shutdown_both()
                } else {
                    self.stream.shutdown_receiving()
                }
            }
        };
        // Fails only if the connection is gone, and then nothing blocks.
        let _ = shut();
    }

    /// Sends what can be sent without blocking; how many bytes.
    pub fn send_at_once(&self, bytes: &[u8]) -> Result<usize, Failure> {
        self.sent(|| self.stream.send_at_once(bytes))
    }

    /// Sends, and blocks until all is taken, unless the connection is stopped before; how many bytes.
    pub fn send(&self, bytes: &[u8]) -> Result<usize, Failure> {
        self.sent(|| {
            self.is_sending.store(true, Ordering::SeqCst);
            let sent =
                if self.stop.is_stopped() { Err(io::ErrorKind::BrokenPipe.into()) } else { self.stream.send(bytes) };
            self.is_sending.store(false, Ordering::SeqCst);
            sent
        })
    }

    /// Makes a call that sends; one that was interrupted has taken nothing.
    fn sent(&self, send: impl FnOnce() -> io::Result<usize>) -> Result<usize, Failure> {
        let mut lost = self.lost();
        match send() {
            Ok(count) => Ok(count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(0),
            // Only the goodbye of TLS has a time for it, after which the connection is no less there.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(self.new_failure(CallKind::Send, &error)),
            Err(error) => Err(self.failure_of(CallKind::Send, &error, &mut lost)),
        }
    }

    fn lost(&self) -> MutexGuard<'_, Option<Box<Failure>>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The failure of a call of this kind that ended with `error`, which is remembered if it tells that the connection is lost. EPIPE and
    /// ENOTCONN only tell that it is gone: if another call was told why, that is the cause.
    pub fn failure(&self, kind: CallKind, error: &io::Error) -> Failure {
        self.failure_of(kind, error, &mut self.lost())
    }

    fn failure_of(&self, kind: CallKind, error: &io::Error, lost: &mut Option<Box<Failure>>) -> Failure {
        let failure = self.new_failure(kind, error);
        match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::NotConnected => {}
            // The last word of a network that lets nothing through may be any error.
            kind if tells_loss(kind) || self.stream.is_hung_up() => {
                lost.get_or_insert_with(|| Box::new(failure.clone()));
                return failure;
            }
            _ => return failure,
        }
        let pending = self.stream.take_error();
        if lost.is_none() {
            *lost = pending.map(|pending| Box::new(self.new_failure(kind, &pending)));
        }
        let cause = lost.as_ref().map_or(failure.cause, |lost| lost.cause.clone());
        Failure { cause, ..failure }
    }

    /// Why the connection is lost on which a recv has returned 0, if it did not end in order. Then both its directions are closed, so a send
    /// that is in the system returns at once, and has told why.
    pub fn loss(&self) -> Option<Failure> {
        if !self.stream.is_hung_up() {
            return None;
        }
        // The system has no words for this call: it returned 0.
        let operation = Operation::Call(CallKind::Recv);
        self.lost().as_deref().map(|lost| Failure { operation, system: None, ..lost.clone() })
    }

    /// Why a send was lost that the system had taken, if it tells.
    pub fn lost_send(&self) -> Option<Failure> {
        self.stream.take_error().map(|error| self.new_failure(CallKind::Send, &error))
    }
}

/// Whether an error tells why a connection is lost.
fn tells_loss(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, HostUnreachable, NetworkUnreachable, TimedOut};
    matches!(kind, ConnectionReset | ConnectionAborted | TimedOut | HostUnreachable | NetworkUnreachable)
}
