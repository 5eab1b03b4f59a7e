//! Sends messages on a connection from whatever thread.

use std::sync::Arc;

use super::message_order::MessageOrder;
use crate::capture::Failure;
use crate::net::record::{Record, Recorder};
use crate::net::socket::{SendingHalf, SendingPart, SocketState};
use crate::net::worker::Worker;

/// What a [`MessageSender`] is made of on whatever thread. It sends nothing itself.
#[derive(Clone)]
pub struct MessageSenderPart {
    part: SendingPart,
    order: Arc<MessageOrder>,
}

impl MessageSenderPart {
    /// Of the connection of `part`, whose messages go out in `order`.
    pub fn new(part: SendingPart, order: Arc<MessageOrder>) -> Self {
        Self { part, order }
    }

    /// The sender on the thread of `worker`.
    pub fn on(self, worker: Worker) -> MessageSender {
        MessageSender { half: self.part.on(worker), order: self.order }
    }

    /// The socket and its state.
    pub fn state(&self) -> &SocketState {
        self.part.state()
    }

    /// The record.
    pub fn record(&self) -> &Record {
        self.part.record()
    }
}

/// Sends messages, each whole and after what other threads are sending.
pub struct MessageSender {
    half: SendingHalf,
    order: Arc<MessageOrder>,
}

impl MessageSender {
    /// Sends all of `bytes`. A cut that comes ends the connection.
    ///
    /// # Errors
    /// As [`SendingHalf::send`].
    pub fn send(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.order.send(&self.half, bytes)?;
        self.order.stop_at_cut(&self.half);
        Ok(())
    }

    /// Ends the sending side.
    ///
    /// # Errors
    /// As [`SendingHalf::shutdown`].
    pub fn shutdown(&self) -> Result<(), Failure> {
        self.order.shutdown(&self.half)
    }

    /// Whether what is sent has been cut: nothing more is.
    pub fn is_cut(&self) -> bool {
        self.order.cut().is_some()
    }

    /// The half that it sends by.
    pub fn half(&self) -> &SendingHalf {
        &self.half
    }

    /// The record.
    pub fn recorder(&self) -> &Recorder {
        self.half.recorder()
    }
}
