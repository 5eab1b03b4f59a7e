//! The open connections of a server, so that they can be spoken to and ended from outside.
//!
//! In scope: who is connected; the sending thread of a connection, which begins when there is something to send that no responder
//! sends; the thread that carries out the user's orders. Out of scope: what the responders say.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam_channel::{Receiver, Sender, bounded, select};

use crate::capture::{ConnectionId, Failure, Operation, Subject};
use crate::net::record::{Record, Stop, StopHandle};
use crate::net::sending::{COMMANDS_MAX, Command, MessageSenderPart, Refused, SendThread, Unsent};
use crate::net::worker::Worker;

/// The number of orders that may wait.
pub const ORDERS_MAX: usize = 64;

/// What the user asks of open connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// What their sending threads are to do.
    Give(Command),
    /// Close.
    Close,
    /// Close with a reset.
    Reset,
}

/// What is to be done to these connections.
pub type Orders = (Vec<ConnectionId>, Order);

/// Whether a command was taken, or why there is no thread for it.
type Given = std::io::Result<Result<(), Refused>>;

struct OpenConnection {
    part: MessageSenderPart,
    sending: Option<(Sender<Command>, SendThread)>,
}

/// The open connections. Nobody waits for anything with its lock.
#[derive(Default)]
pub struct OpenConnections {
    open: Mutex<BTreeMap<ConnectionId, Box<OpenConnection>>>,
}

impl OpenConnections {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Box<OpenConnection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection is open.
    pub fn add(&self, id: ConnectionId, part: MessageSenderPart) {
        self.lock().insert(id, Box::new(OpenConnection { part, sending: None }));
    }

    /// A connection is about to close. Waits until its sending thread has ended; `unblock` makes a send in progress return.
    pub fn remove(&self, id: ConnectionId, unblock: impl FnOnce(), _: Worker) {
        let removed = self.lock().remove(&id);
        if let Some((commands, sending)) = removed.and_then(|one| one.sending) {
            drop(commands);
            sending.join(unblock);
        }
    }

    /// Ends all.
    pub fn stop_all(&self) {
        let handles = self.lock().values().map(|one| one.part.state.stop.clone()).collect::<Vec<_>>();
        handles.iter().for_each(StopHandle::stop);
    }

    /// Carries out what comes out of `orders` until `over` is disconnected.
    pub fn carry_out(&self, orders: &Receiver<Orders>, over: &Receiver<()>, worker: Worker) {
        loop {
            select! {
                recv(orders) -> left => {
                    let Ok((ids, order)) = left else { return };
                    ids.into_iter().for_each(|id| self.obey(id, &order, worker));
                }
                recv(over) -> _ => return,
            }
        }
    }

    fn obey(&self, id: ConnectionId, order: &Order, worker: Worker) {
        match order {
            Order::Close => self.stop(id, Stop::Orderly),
            Order::Reset => self.stop(id, Stop::Reset),
            Order::Give(command) => self.give(id, command.clone(), worker),
        }
    }

    fn stop(&self, id: ConnectionId, how: Stop) {
        let stop = self.lock().get(&id).map(|one| one.part.state.stop.clone());
        if let Some(stop) = stop {
            stop.stop_by(how);
        }
    }

    fn give(&self, id: ConnectionId, command: Command, worker: Worker) {
        let Some((record, subject, given)) = self.try_give(id, command) else { return };
        let failure = match given {
            Err(error) => Failure::of(Operation::StartThread, subject, &error),
            // Its peer reads more slowly than the user sends.
            Ok(Err(Refused::Busy)) => Failure::of(Operation::Orders, subject, &std::io::ErrorKind::WouldBlock.into()),
            Ok(_) => return,
        };
        let recorder = record.on(worker);
        recorder.failed(failure);
        recorder.flush();
    }

    /// Gives a command to the connection `id`, if it is open; with what is to be told of it.
    fn try_give(&self, id: ConnectionId, command: Command) -> Option<(Record, Option<Subject>, Given)> {
        let mut open = self.lock();
        let one = open.get_mut(&id)?;
        let given = one.sending(id).map(|commands| Ok(commands.try_send(command)?));
        Some((one.part.record.clone(), one.part.state.subject(), given))
    }
}

impl OpenConnection {
    /// Where its sending thread takes commands; begins it if need be.
    fn sending(&mut self, id: ConnectionId) -> std::io::Result<&Sender<Command>> {
        if self.sending.is_none() {
            let (commands, receiver) = bounded(COMMANDS_MAX);
            let name = format!("connection {} {}", id.0, self.part.state.peer);
            let thread = SendThread::start(&name, self.part.clone(), Unsent::default(), receiver)?;
            self.sending = Some((commands, thread));
        }
        self.sending.as_ref().map(|(commands, _)| commands).ok_or_else(|| std::io::ErrorKind::Other.into())
    }
}
