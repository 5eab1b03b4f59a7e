//! What a responder has of its connection: the calls of the socket, what was read in the bytes of the peer, and a place to begin further
//! connections from.
//!
//! In scope: what is sent goes out in the shape that the faults of the server want. Out of scope: the calls themselves (`socket`), what is
//! said (`responders`), and which faults there are (`faults`).

use std::sync::Arc;
use std::time::Duration;

use super::connection_factory::ConnectionFactory;
use super::faults::Faults;
use crate::capture::{Ended, Failure};
use crate::net::record::{Recorder, StopHandle};
use crate::net::sending::{CutAction, MessageOrder, MessageSenderPart};
use crate::net::socket::{ConnectionSocket, Received, RecvBuffer};
use crate::net::transport::SocketOptions;

/// How often a connection that neither receives nor sends any more is looked at: a reset makes no call return then.
const LOOK: Duration = Duration::from_millis(100);

/// Why serving a connection is over: the reason that goes into the record.
pub type ServeResult = Result<Ended, ServeError>;

/// Why serving a connection broke off.
#[derive(Clone, Debug)]
pub enum ServeError {
    /// Something failed.
    Failed(Failure),
    /// The user stopped it.
    Stopped,
    /// A fault that was asked for ended it here.
    OnPurpose,
}

impl From<Failure> for ServeError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The connection of a responder.
pub struct Exchange {
    /// The socket. What is sent through it directly has not the shape that the faults want.
    pub(in crate::net) socket: ConnectionSocket,
    order: Arc<MessageOrder>,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// The options of its socket, which further connections get, too.
    pub options: SocketOptions,
    recv_size: usize,
    /// Where further connections begin.
    pub(in crate::net) factory: Arc<ConnectionFactory>,
}

impl Exchange {
    /// Of `socket`, whose recvs ask for `recv_size` bytes, and whose peer is served with these faults. Further connections begin at `factory`,
    /// and get these `options`.
    pub fn new(
        socket: ConnectionSocket,
        recv_size: usize,
        (faults, options): (Faults, SocketOptions),
        factory: Arc<ConnectionFactory>,
    ) -> Self {
        let order = Arc::new(MessageOrder::shaped(faults.shape()));
        Self { socket, order, faults, options, recv_size, factory }
    }

    /// A buffer for its recvs.
    pub fn buffer(&self) -> RecvBuffer {
        RecvBuffer::new(self.recv_size)
    }

    /// Receives into `buffer`, as `ConnectionSocket::recv` does.
    pub fn recv(&mut self, buffer: &mut RecvBuffer) -> Result<Received, Failure> {
        self.socket.recv(buffer)
    }

    /// Sends a part of a reply. At a cut it breaks off with [`ServeError::OnPurpose`].
    pub fn reply(&mut self, bytes: &[u8]) -> Result<(), ServeError> {
        self.socket.set_unreported();
        self.order.send(&self.socket.half, bytes)?;
        match self.order.cut() {
            None => return Ok(()),
            Some(CutAction::Reset) => self.socket.half.state.reset_at_close()?,
            Some(CutAction::Stall) => drop(self.read_to_the_end()?),
            Some(CutAction::Close | CutAction::Pause(_)) => {}
        }
        Err(ServeError::OnPurpose)
    }

    /// Ends our sending side; the peer's recv will return 0 once it has read everything.
    pub fn shutdown(&mut self) -> Result<(), Failure> {
        self.socket.set_unreported();
        self.order.shutdown(&self.socket.half)
    }

    /// Pauses without a call; returns whether the user stopped us meanwhile.
    #[must_use]
    pub fn pause(&mut self, time: Duration) -> bool {
        self.socket.pause(time)
    }

    /// From now on a recv waits no longer than `limit`, and no longer than it did.
    pub fn limit_reading(&mut self, limit: Duration) {
        self.socket.limit_reading(limit);
    }

    /// Whether bytes of the peer have come that no recv has taken; to close then would be a reset.
    pub fn has_unread(&self) -> bool {
        self.socket.half.state.stream.has_unread()
    }

    /// Receives until the peer has finished, and answers nothing.
    pub fn read_to_the_end(&mut self) -> ServeResult {
        let mut buffer = self.buffer();
        loop {
            match self.recv(&mut buffer)? {
                Received::Bytes { .. } => {}
                other => return Ok(other.ended()),
            }
        }
    }

    /// The peer has finished sending, and may still be told something: stays until our side has finished, too, or until the connection is
    /// lost or idle for too long.
    pub fn stay(&mut self) -> ServeResult {
        let (recorder, state) = (self.socket.recorder(), &self.socket.half.state);
        recorder.flush();
        // What a fault has cut has no end of its own.
        let is_over = || state.has_finished() || self.order.cut().is_some();
        let begun = recorder.now();
        while !is_over() {
            if self.socket.read_timeout().is_some_and(|limit| recorder.now().since(begun) >= limit) {
                return Ok(Ended::TimedOut);
            }
            if state.stream.is_hung_up() && !state.stop.is_stopped() {
                // A shutdown of our own that is under way hangs up, too, and has said so when it is over.
                self.order.wait();
                if is_over() {
                    continue;
                }
                // It is gone with what was sent to it last; who sent that may have been told.
                return state.lost_send().map_or(Ok(Ended::Failed), |failure| Err(failure.into()));
            }
            if state.stop.pause_unless(LOOK, is_over) {
                return Err(ServeError::Stopped);
            }
        }
        Ok(Ended::PeerFinished)
    }

    /// Whether our sending side has ended, in order or by a cut.
    pub fn has_finished(&self) -> bool {
        self.socket.half.state.has_finished() || self.order.cut().is_some()
    }

    /// How what is sent has been cut, once it has.
    pub fn cut(&self) -> Option<CutAction> {
        self.order.cut()
    }

    /// What another thread makes a sender of.
    pub fn sender_part(&self) -> MessageSenderPart {
        MessageSenderPart::new(&self.socket.half, Arc::clone(&self.order))
    }

    /// The record.
    pub fn recorder(&self) -> &Recorder {
        self.socket.recorder()
    }

    /// What stops the connection.
    pub fn stop(&self) -> &StopHandle {
        self.socket.stop()
    }
}
