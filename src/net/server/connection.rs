//! One connection of a server, from accept to close.
//!
//! In scope: its record, its options, its responder under its faults, its end. Out of scope: accepting it (`server`).

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::admission::Entered;
use super::open_connections::Peers;
use super::responder::{Leave, Responding};
use super::thread_pool::Work;
use crate::capture::{Clock, ConnectionId, Ended, Failure, Operation, SocketId, Subject, catch_panic};
use crate::net::record::{End, Record, Reporter, Stopper};
use crate::net::socket::Wire;
use crate::net::spec::Serving;
use crate::net::worker::Worker;

/// Where the records of a server's connections begin, also of those that its responders open.
#[derive(Clone)]
pub struct Branch {
    trunk: Arc<Trunk>,
}

/// What all clones of a branch share.
struct Trunk {
    clock: Clock,
    reporter: Reporter,
    last: AtomicU32,
    peers: Peers,
}

impl Branch {
    /// Of the server whose listener reports by `reporter`; its open connections are among `peers`.
    pub fn new(clock: Clock, reporter: Reporter, peers: Peers) -> Self {
        Self { trunk: Arc::new(Trunk { clock, reporter, last: AtomicU32::default(), peers }) }
    }

    /// The open connections.
    pub fn peers(&self) -> &Peers {
        &self.trunk.peers
    }

    /// The number of the next connection.
    pub fn next(&self) -> ConnectionId {
        ConnectionId(self.trunk.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// The record of a connection whose thread is called `name`.
    pub fn record(&self, id: ConnectionId, end: End, name: &str) -> Record {
        Record::begin(self.trunk.clock, self.trunk.reporter.at(SocketId::Connection(id)), end, name, None)
    }
}

/// A connection that has been accepted.
pub struct Served {
    pub(crate) id: ConnectionId,
    /// Our end, and the peer's.
    pub(crate) ends: (SocketAddr, SocketAddr),
    pub(crate) stream: TcpStream,
    /// Its record, begun before it has a thread of its own: that needs much of a stack, and a thousand threads would keep theirs so deep.
    pub(crate) record: Record,
    pub(crate) branch: Branch,
    pub(crate) serving: Arc<Serving>,
    pub(crate) stopper: Stopper,
    /// Its place among those that may be connected, given back with this.
    pub(crate) entered: Entered,
}

/// What is left of it once its socket is a wire.
struct Kept {
    id: ConnectionId,
    branch: Branch,
    serving: Arc<Serving>,
    entered: Entered,
}

impl Work for Served {
    /// Serves it to its end, on the calling thread. What happens before and after the conversation has functions of its own, whose room
    /// on the stack is not kept while it waits for its peer.
    fn run(self, worker: Worker) {
        let (kept, mut wire) = self.begin(worker);
        let served = catch_panic(|| Ok(wire.serve(&kept.serving)));
        kept.end(wire, served.unwrap_or_else(|failure| Err(Leave::Failed(failure))));
    }
}

impl Served {
    #[inline(never)]
    fn begin(self, worker: Worker) -> (Kept, Box<Wire>) {
        let Self { id, ends, stream, record, branch, serving, stopper, entered } = self;
        let recorder = record.on(worker);
        if let Err(error) = serving.options.set(&stream) {
            recorder.failed(Failure::of(Operation::Options, None, &error));
        }
        let wire = Wire::between(ends, stream, None, recorder, stopper, serving.idle);
        let wire = Box::new(wire.of_server(Arc::clone(&serving), branch.clone()));
        branch.peers().add(id, wire.sending_part());
        if entered.too_late() {
            wire.stopper().stop();
        }
        (Kept { id, branch, serving, entered }, wire)
    }

    /// Resets it, as there is no thread for it: `error` says why.
    pub(crate) fn refuse(self, error: &io::Error, worker: Worker) {
        let Self { ends, stream, record, stopper, .. } = self;
        let recorder = record.on(worker);
        recorder.failed(Failure::of(Operation::StartThread, Some(Subject::Address(ends.1)), error));
        let wire = Wire::between(ends, stream, None, recorder, stopper, None);
        // If its linger can't be set, the connection is gone already.
        let _ = wire.reset_at_close();
        wire.close(Ended::Reset);
    }
}

impl Kept {
    #[inline(never)]
    fn end(self, wire: Box<Wire>, served: Responding) {
        self.branch.peers().remove(self.id, || wire.interrupt(), wire.recorder().worker());
        let how = match served {
            Ok(how) => how,
            Err(Leave::Stopped) => Ended::Stopped,
            Err(Leave::OnPurpose) => Ended::OnPurpose,
            Err(Leave::Failed(_)) if wire.stopper().is_stopped() => Ended::Stopped,
            Err(Leave::Failed(failure)) => {
                wire.recorder().failed(failure);
                Ended::Failed
            }
        };
        wire.close(how);
        drop(self.entered);
    }
}
