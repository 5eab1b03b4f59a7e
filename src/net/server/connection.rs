//! One connection of a server, from accept to close.
//!
//! In scope: its record, its options, its responder under its faults, its end. Out of scope: accepting it (`listener`).

use core::net::SocketAddr;
use std::io;
use std::sync::Arc;

use super::admission::AdmissionGuard;
use super::connection_factory::ConnectionFactory;
use super::exchange::{Exchange, ServeError, ServeResult};
use super::faults::ServeMode;
use super::responder::Responder;
use super::spec::Serving;
use crate::capture::{ConnectionId, Ended, Failure, Operation, Subject, catch_panic};
use crate::net::record::{Record, StopHandle};
use crate::net::sending::CutAction;
use crate::net::socket::ConnectionSocket;
use crate::net::transport::Stream;
use crate::net::worker::Worker;

/// A connection that has been accepted.
pub struct AcceptedConnection {
    /// Its number.
    pub id: ConnectionId,
    /// Our end, and the peer's.
    pub ends: (SocketAddr, SocketAddr),
    /// Its socket.
    pub stream: Stream,
    /// Its record, begun before it has a thread of its own: that needs much of a stack, and a thousand threads would keep theirs so deep.
    pub record: Record,
    /// Where further connections begin.
    pub factory: Arc<ConnectionFactory>,
    /// How it is served.
    pub serving: Arc<Serving>,
    /// What stops it.
    pub stop: StopHandle,
    /// Its place among those that may be connected, given back with this.
    pub admission: AdmissionGuard,
}

/// What is left of it while it is served.
struct ServedConnection {
    id: ConnectionId,
    serving: Arc<Serving>,
    admission: AdmissionGuard,
}

impl AcceptedConnection {
    /// Serves it to its end, on the calling thread. What happens before and after the conversation has functions of its own, whose room
    /// on the stack is not kept while it waits for its peer.
    pub fn run(self, worker: Worker) {
        let (served, mut exchange) = self.begin(worker);
        let result = catch_panic(|| Ok(serve(&mut exchange, &*served.serving.responder)));
        served.end(exchange, result.unwrap_or_else(|failure| Err(ServeError::Failed(failure))));
    }

    #[inline(never)]
    fn begin(self, worker: Worker) -> (ServedConnection, Box<Exchange>) {
        let Self { id, ends, stream, record, factory, serving, stop, admission } = self;
        let recorder = record.on(worker);
        if let Err(error) = serving.options.set(&stream.options()) {
            recorder.failed(Failure::of(Operation::Options, None, &error));
        }
        let socket = ConnectionSocket::new(ends, stream, None, recorder, stop, serving.idle);
        let exchange =
            Box::new(Exchange::new(socket, serving.recv_size, (serving.faults.clone(), serving.options), factory));
        exchange.factory.open.add(id, exchange.sender_part());
        if admission.too_late() {
            exchange.stop().stop();
        }
        (ServedConnection { id, serving, admission }, exchange)
    }

    /// Resets it, as there is no thread for it: `error` says why.
    pub fn refuse(self, error: &io::Error, worker: Worker) {
        let Self { ends, stream, record, stop, .. } = self;
        let recorder = record.on(worker);
        recorder.failed(Failure::of(Operation::StartThread, Some(Subject::Address(ends.1)), error));
        let socket = ConnectionSocket::new(ends, stream, None, recorder, stop, None);
        // If its linger can't be set, the connection is gone already.
        let _ = socket.half.state.reset_at_close();
        socket.close(Ended::Reset);
    }
}

impl ServedConnection {
    #[inline(never)]
    fn end(self, exchange: Box<Exchange>, result: ServeResult) {
        let worker = exchange.recorder().worker();
        exchange.factory.open.remove(self.id, || exchange.socket.half.interrupt(), worker);
        let how = match result {
            Ok(how) => how,
            Err(ServeError::Stopped) => Ended::Stopped,
            Err(ServeError::OnPurpose) => Ended::OnPurpose,
            Err(ServeError::Failed(_)) if exchange.stop().is_stopped() => Ended::Stopped,
            Err(ServeError::Failed(failure)) => {
                exchange.recorder().failed(failure);
                Ended::Failed
            }
        };
        exchange.socket.close(how);
        drop(self.admission);
    }
}

/// Serves a connection, with the faults that are asked for.
fn serve(exchange: &mut Exchange, responder: &dyn Responder) -> ServeResult {
    let before_close = exchange.faults.before_close;
    let result = match exchange.faults.mode {
        ServeMode::Serve => responder.serve(exchange),
        ServeMode::CloseUnread => Ok(Ended::Finished),
        ServeMode::NeverAnswer => exchange.read_to_the_end(),
    };
    if result.is_ok() && !before_close.is_zero() && !exchange.has_finished() && exchange.pause(before_close) {
        return Err(ServeError::Stopped);
    }
    match exchange.cut() {
        Some(_) if matches!(result, Err(ServeError::Failed(_))) && !exchange.stop().is_stopped() => result,
        Some(CutAction::Close | CutAction::Reset) => Err(ServeError::OnPurpose),
        Some(CutAction::Stall) if matches!(result, Ok(Ended::PeerFinished)) => Err(ServeError::OnPurpose),
        _ => result,
    }
}
