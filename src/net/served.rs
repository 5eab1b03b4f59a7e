//! One connection of a server, from accept to close.
//!
//! In scope: its record, its options, its responder under its faults, its end. Out of scope: letting it in (`entrance`).

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::door::Entered;
use super::outlet::Outlet;
use super::peers::Peers;
use super::pool::Work;
use super::recorder::{End, Recorder};
use super::responder::{Leave, Responding};
use super::spec::Serving;
use super::stopper::{Stop, Stopper};
use super::wire::Wire;
use crate::capture::{CallKind, Clock, ConnectionId, Ended, Failure, Operation, Place, Subject, guarded};

/// Where the records of a server's connections begin, also of those that its responders open.
#[derive(Clone)]
pub struct Branch {
    trunk: Arc<Trunk>,
}

/// What all clones of a branch share.
struct Trunk {
    clock: Clock,
    outlet: Outlet,
    last: AtomicU32,
    peers: Peers,
}

impl Branch {
    /// Of the server whose listener reports to `outlet`; its open connections are among `peers`.
    pub fn new(clock: Clock, outlet: Outlet, peers: Peers) -> Self {
        Self { trunk: Arc::new(Trunk { clock, outlet, last: AtomicU32::default(), peers }) }
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
    pub fn record(&self, id: ConnectionId, end: End, name: &str) -> Recorder {
        Recorder::open(self.trunk.clock, self.trunk.outlet.at(Place::Connection(id)), end, name, None)
    }
}

/// A connection that has been let in.
pub struct Served {
    pub(super) id: ConnectionId,
    /// Our end, if the listener's address says it, and the peer's.
    pub(super) ends: (Option<SocketAddr>, SocketAddr),
    /// Its record, begun before it has a thread of its own: that needs much of a stack, and a thousand threads would keep theirs so deep.
    pub(super) recorder: Recorder,
    pub(super) branch: Branch,
    pub(super) serving: Arc<Serving>,
    /// Its place among those that may be connected, given back with this.
    pub(super) entered: Entered,
}

impl Work for (Served, TcpStream) {
    fn run(self) {
        let (served, stream) = self;
        served.run(stream);
    }
}

impl Served {
    /// Serves it to its end, on the calling thread. What happens before and after the conversation has functions of its own, whose room
    /// on the stack is not kept while it waits for its peer.
    pub fn run(self, stream: TcpStream) {
        let Some(mut wire) = self.begin(stream) else { return };
        let served = guarded(|| Ok(self.converse(&mut wire)));
        self.end(wire, served.unwrap_or_else(|failure| Err(Leave::Failed(failure))));
    }

    #[inline(never)]
    fn begin(&self, stream: TcpStream) -> Option<Box<Wire>> {
        let wire = Box::new(self.wire(stream, &self.recorder)?);
        self.branch.peers().add(self.id, wire.sending_half());
        if self.entered.too_late() {
            wire.stopper().stop();
        }
        Some(wire)
    }

    #[inline(never)]
    fn end(&self, wire: Box<Wire>, served: Responding) {
        self.branch.peers().remove(self.id, || wire.interrupt());
        let how = match served {
            Ok(how) => how,
            Err(Leave::Stopped) => Ended::Stopped,
            Err(Leave::OnPurpose) => Ended::OnPurpose,
            Err(Leave::Failed(_)) if wire.stopper().is_stopped() => Ended::Stopped,
            Err(Leave::Failed(failure)) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        // To the peer it makes a difference how it was stopped.
        let was_reset = how == Ended::Stopped && wire.stopper().how() == Some(Stop::Reset);
        wire.close(if was_reset { Ended::Reset } else { how });
    }

    fn wire(&self, stream: TcpStream, recorder: &Recorder) -> Option<Wire> {
        let set = self.serving.options.set(&stream);
        let (local, peer) = self.ends;
        let local = match local.map_or_else(|| stream.local_addr(), Ok) {
            Ok(local) => local,
            Err(error) => {
                recorder.failed(Failure::of(Operation::Call(CallKind::Accept), Some(Subject::Address(peer)), &error));
                recorder.ended(Ended::Failed);
                return None;
            }
        };
        if let Err(error) = set {
            recorder.failed(Failure::of(Operation::Options, None, &error));
        }
        let wire = Wire::between((local, peer), stream, recorder.clone(), Stopper::default(), self.serving.idle);
        Some(wire.receiving(self.serving.recv_size).branching(self.branch.clone()))
    }

    fn converse(&self, wire: &mut Wire) -> Responding {
        wire.serve(&*self.serving.responder, &self.serving.faults)
    }
}
