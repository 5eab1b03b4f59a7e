//! The open connections of a server, so that they can be spoken to and ended from outside.
//!
//! In scope: who is connected; the sending thread of a connection, which begins when there is something to send that no responder
//! sends. Out of scope: what the responders say.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::sender::{Command, Commands, Later, Refused, SendingThread};
use super::sending_half::SendingHalf;
use super::stopper::{Stop, Stopper};
use crate::capture::{ConnectionId, Failure, Operation, Subject};

/// So many orders may wait.
const ORDERS_MAX: usize = 64;

/// What the user asks of open connections.
#[derive(Clone, Debug)]
pub enum Order {
    /// What their sending threads are to do.
    Give(Command),
    /// Close.
    Close,
    /// Close with a reset.
    Reset,
}

struct Peer {
    half: SendingHalf,
    sending: Option<(Commands, SendingThread)>,
}

/// The open connections; clones are the same ones.
#[derive(Clone, Default)]
pub struct Peers {
    open: Arc<Mutex<BTreeMap<ConnectionId, Box<Peer>>>>,
}

impl Peers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Box<Peer>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection is open.
    pub fn add(&self, id: ConnectionId, half: SendingHalf) {
        self.lock().insert(id, Box::new(Peer { half, sending: None }));
    }

    /// A connection is about to close. Waits until its sending thread has ended; `unblock` makes a send in progress return.
    pub fn remove(&self, id: ConnectionId, unblock: impl FnOnce()) {
        let peer = self.lock().remove(&id);
        if let Some((commands, sending)) = peer.and_then(|peer| peer.sending) {
            drop(commands);
            sending.join(unblock);
        }
    }

    /// Ends all.
    pub fn stop_all(&self) {
        let stoppers = self.lock().values().map(|peer| peer.half.stopper.clone()).collect::<Vec<_>>();
        stoppers.iter().for_each(Stopper::stop);
    }

    fn obey(&self, id: ConnectionId, order: &Order) {
        match order {
            Order::Close => self.stop(id, Stop::Orderly),
            Order::Reset => self.stop(id, Stop::Reset),
            Order::Give(command) => self.give(id, command.clone()),
        }
    }

    fn stop(&self, id: ConnectionId, how: Stop) {
        let stopper = self.lock().get(&id).map(|peer| peer.half.stopper.clone());
        if let Some(stopper) = stopper {
            stopper.stop_by(how);
        }
    }

    fn give(&self, id: ConnectionId, command: Command) {
        let mut open = self.lock();
        let Some(peer) = open.get_mut(&id) else { return };
        let recorder = peer.half.recorder.clone();
        let subject = Some(Subject::Address(peer.half.peer));
        let given = match peer.sending(id) {
            Ok(commands) => commands.give(command),
            Err(error) => return recorder.failed(Failure::of(Operation::StartThread, subject, &error)),
        };
        if given == Err(Refused::Busy) {
            // Its peer reads more slowly than the user sends.
            recorder.failed(Failure::of(Operation::Orders, subject, &std::io::ErrorKind::WouldBlock.into()));
            recorder.flush();
        }
    }
}

impl Peer {
    /// Where its sending thread takes commands; begins it if need be.
    fn sending(&mut self, id: ConnectionId) -> std::io::Result<&Commands> {
        if self.sending.is_none() {
            let (commands, receiver) = Commands::channel();
            let name = format!("connection {} {}", id.0, self.half.peer);
            let thread = SendingThread::start(&name, self.half.clone(), Later::default(), receiver)?;
            self.sending = Some((commands, thread));
        }
        self.sending.as_ref().map(|(commands, _)| commands).ok_or_else(|| std::io::ErrorKind::Other.into())
    }
}

/// Where orders to many connections are left; a thread of the server's carries them out.
#[derive(Clone)]
pub struct Orders {
    sender: Sender<(Vec<ConnectionId>, Order)>,
}

impl Orders {
    /// Begins the thread that carries them out. It ends with the last clone of what is returned.
    ///
    /// # Errors
    /// The system's error if there can be no more threads.
    pub fn begin(name: &str, peers: Peers) -> std::io::Result<(Self, thread::JoinHandle<()>)> {
        let (sender, receiver) = bounded(ORDERS_MAX);
        let work = move || carry_out(&peers, &receiver);
        let thread = thread::Builder::new().name(format!("{name} orders")).spawn(work)?;
        Ok((Self { sender }, thread))
    }

    /// Leaves an order for the connections `ids`; never waits.
    ///
    /// # Errors
    /// If earlier orders are still under way, or the server is over.
    pub fn leave(&self, ids: Vec<ConnectionId>, order: Order) -> Result<(), Refused> {
        self.sender.try_send((ids, order)).map_err(|error| match error {
            TrySendError::Full(_) => Refused::Busy,
            TrySendError::Disconnected(_) => Refused::NotOpen,
        })
    }
}

fn carry_out(peers: &Peers, orders: &Receiver<(Vec<ConnectionId>, Order)>) {
    for (ids, order) in orders {
        for id in ids {
            peers.obey(id, &order);
        }
    }
}
