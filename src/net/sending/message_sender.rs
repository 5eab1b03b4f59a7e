//! Sends messages on a connection from whatever thread.

use std::sync::Arc;

use super::message_order::MessageOrder;
use crate::capture::Failure;
use crate::net::record::Record;
use crate::net::socket::{SendingHalf, SocketState};
use crate::net::worker::Worker;

/// What a [`MessageSender`] is made of on whatever thread. It sends nothing itself.
#[derive(Clone)]
pub struct MessageSenderPart {
    /// The socket and its state.
    pub state: Arc<SocketState>,
    /// The record.
    pub record: Record,
    order: Arc<MessageOrder>,
}

impl MessageSenderPart {
    /// Of the connection of `half`, whose messages go out in `order`.
    pub fn new(half: &SendingHalf, order: Arc<MessageOrder>) -> Self {
        Self { state: Arc::clone(&half.state), record: half.recorder.record().clone(), order }
    }

    /// The sender on the thread of `worker`.
    pub fn on(self, worker: Worker) -> MessageSender {
        let half = SendingHalf { state: self.state, recorder: self.record.on(worker) };
        MessageSender { half, order: self.order }
    }
}

/// Sends messages, each whole and after what other threads are sending.
pub struct MessageSender {
    /// The half that it sends by.
    pub half: SendingHalf,
    order: Arc<MessageOrder>,
}

impl MessageSender {
    /// Sends all of `bytes`, as [`SendingHalf::send`] does. A cut that comes ends the connection.
    pub fn send(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.order.send(&self.half, bytes)?;
        self.order.stop_at_cut(&self.half);
        Ok(())
    }

    /// Ends the sending side.
    pub fn shutdown(&self) -> Result<(), Failure> {
        self.order.shutdown(&self.half)
    }

    /// Whether what is sent has been cut: nothing more is.
    pub fn is_cut(&self) -> bool {
        self.order.cut().is_some()
    }
}
