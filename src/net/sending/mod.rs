//! Messages that are sent on a connection: one after the other, whichever thread sends them, and shaped where a server is to make faults.
//!
//! In scope: the order of messages, pauses between pieces, cuts, the thread that sends what the user types. Out of scope: the calls (`socket`),
//! and which faults a server makes (`server`).

mod message_order;
mod message_sender;
mod send_thread;
mod shaping;

pub use message_order::MessageOrder;
pub use message_sender::{MessageSender, MessageSenderPart};
pub use send_thread::{COMMANDS_MAX, Command, Refused, Repeat, SendThread, Unsent};
pub use shaping::{Cut, CutAction, Dribble, Shape};
