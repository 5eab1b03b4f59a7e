//! Relay: connects onward and carries bytes both ways, so that any client can be watched as it talks to the real server.
//!
//! In scope: the two connections, each with a record of its own and the same options, half-closes carried on. Out of scope: changing
//! what is carried; a client that names the relay in its Host field gets what the server says to that. Faults concern what the client gets:
//! its connection sends as they want it, and what goes onward is carried as it comes.

use core::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::info::{Replies, ResponderInfo};
use super::setup::{FormKind, Setup};
use crate::capture::{Cause, ConnectionId, Ended, Failure, ONWARD_OF, Operation, catch_panic};
use crate::net::client::Connector;
use crate::net::record::{ConnectionRole, Recorder, Stop, StopHandle};
use crate::net::sending::{MessageOrder, MessageSender, MessageSenderPart};
use crate::net::server::ConnectionFactory;
use crate::net::socket::{ConnectionSocket, RecvBuffer};
use crate::net::transport::SocketOptions;
use crate::net::worker::start_scoped_worker;
use crate::net::{BACKLOG, CONNECT_TIMEOUT, Exchange, Received, Responder, ServeError, ServeResult, Target};
use crate::tls::{Tls, TlsOptions};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("What another server answers: carries bytes both ways"),
    form: FormKind::Relay,
    replies: Replies::Bytes,
    no_delay: true,
    backlog: BACKLOG,
    build: |setup, _| match setup {
        Setup::Relay(target) => Some(Arc::new(Relay { target, connect_timeout: CONNECT_TIMEOUT })),
        _ => None,
    },
};

/// The responder.
pub struct Relay {
    /// Where to; with TLS if that is an `https:` URL.
    pub target: Target,
    /// How long each address is tried.
    pub connect_timeout: Duration,
}

/// The connection onward, which has a thread of its own, as the near one has.
struct Onward {
    id: ConnectionId,
    factory: Arc<ConnectionFactory>,
    stop: StopHandle,
    /// The options of both connections.
    options: SocketOptions,
    /// How many bytes each recv asks for.
    recv_size: usize,
    /// Where the near connection arrived.
    own: Option<SocketAddr>,
    /// What carries back.
    near: MessageSenderPart,
    /// Where it says how to send to it, once it is there, or why it is not.
    opened: Sender<Result<MessageSenderPart, ServeError>>,
    /// Disconnected when nobody sends to it any more.
    carried: Receiver<()>,
}

impl Responder for Relay {
    fn serve(&self, near: &mut Exchange) -> ServeResult {
        let factory = Arc::clone(&near.factory);
        let (id, stop) = (factory.next_id(), StopHandle::default());
        near.stop().leads(&stop);
        // Connecting may take long.
        near.recorder().flush();
        let (opened, opening) = bounded(1);
        let (carrying, carried) = bounded::<()>(0);
        let (own, part) = (near.socket.half.state.stream.local_addr().ok(), near.sender_part());
        let (options, mut buffer) = (near.options, near.buffer());
        let name = format!("connection {}{ONWARD_OF}{}", id.0, part.state.peer);
        let onward = Onward { id, factory, stop, options, recv_size: buffer.size(), own, near: part, opened, carried };
        thread::scope(move |scope| {
            let carrying = carrying;
            let work = {
                let name = name.clone();
                move |worker| {
                    let recorder = onward.factory.record(id, ConnectionRole::Client, &name).on(worker);
                    if let Err(panic) = catch_panic(|| {
                        self.run(&onward, &recorder);
                        Ok(())
                    }) {
                        recorder.failed(panic);
                        recorder.ended(Ended::Failed);
                        onward.near.state.stop.stop();
                        onward.factory.open.remove(id, || {}, worker);
                    }
                }
            };
            start_scoped_worker(scope, name, work)
                .map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
            // What panics ends the connection, too; what it was is in its record.
            let far = opening.recv().unwrap_or(Err(ServeError::Stopped))?;
            let far = far.on(near.recorder().worker());
            let how = catch_panic(|| Ok(carry(&mut near.socket, &mut buffer, &far)));
            if how.is_err() {
                far.half.stop().stop();
            }
            drop((far, carrying));
            Ok(how?)
        })
    }
}

impl Relay {
    /// Connects onward, carries back, and closes.
    fn run(&self, onward: &Onward, recorder: &Recorder) {
        let Onward { id, factory, stop, options, recv_size, near, opened, .. } = onward;
        let connector = Connector {
            target: &self.target,
            connect_timeout: self.connect_timeout,
            read_timeout: None,
            local: None,
            options: *options,
            // A relay that connected onward to its own address would do so without end.
            avoided: onward.own,
            recorder,
            stop,
        };
        let mut far = match connector.connect() {
            Ok(Some(far)) => far,
            ended => {
                let (how, why) = match ended {
                    Err(failure) => {
                        recorder.failed(failure.clone());
                        (Ended::Failed, ServeError::Failed(failure))
                    }
                    Ok(_) => (Ended::Stopped, ServeError::Stopped),
                };
                recorder.ended(how);
                // The near connection waits for it.
                let _ = opened.send(Err(why));
                return;
            }
        };
        let far_part = MessageSenderPart::new(&far.half, Arc::new(MessageOrder::default()));
        factory.open.add(*id, far_part.clone());
        let how = match self.secure(&connector, &mut far, *recv_size) {
            Ok(()) => {
                let _ = opened.send(Ok(far_part));
                let near = near.clone().on(recorder.worker());
                let how = carry(&mut far, &mut RecvBuffer::new(*recv_size), &near);
                // Nothing is ever sent there.
                let _ = onward.carried.recv();
                how
            }
            Err(failure) => {
                recorder.failed(failure.clone());
                let _ = opened.send(Err(failure.into()));
                Ended::Failed
            }
        };
        factory.open.remove(*id, || far.half.interrupt(), recorder.worker());
        far.close(how);
    }

    fn secure(&self, connector: &Connector<'_>, far: &mut ConnectionSocket, recv_size: usize) -> Result<(), Failure> {
        if !self.target.tls {
            return Ok(());
        }
        let subject = connector.subject();
        let server_name = self.target.host_without_zone().to_owned();
        let made = Tls::client(TlsOptions { server_name, extra_roots: Vec::default(), accept_invalid: false });
        let tls = made.map_err(|failure| Failure::of_tls(Some(subject.clone()), failure))?;
        far.secure(tls, subject, recv_size, self.connect_timeout).map(drop)
    }
}

/// Carries one way. Unless the peer has only finished sending, the other connection is over, too.
fn carry(from: &mut ConnectionSocket, buffer: &mut RecvBuffer, to: &MessageSender) -> Ended {
    let (how, stop) = match carry_all(from, buffer, to) {
        Ok(Ended::PeerFinished) => return Ended::PeerFinished,
        Ok(how) => (how, Stop::Orderly),
        Err(failure) => {
            let was_reset = failure.cause == Cause::Reset;
            if !from.stop().is_stopped() {
                from.recorder().failed(failure);
            }
            (Ended::Failed, if was_reset { Stop::Reset } else { Stop::Orderly })
        }
    };
    // To be asked first: who leads the other is stopped with it.
    let how = if from.stop().is_stopped() { Ended::Stopped } else { how };
    to.half.stop().stop_by(from.stop().how().unwrap_or(stop));
    how
}

fn carry_all(from: &mut ConnectionSocket, buffer: &mut RecvBuffer, to: &MessageSender) -> Result<Ended, Failure> {
    loop {
        let received = from.recv(buffer)?;
        if !buffer.plaintext().is_empty()
            && let Err(failure) = to.send(buffer.plaintext())
        {
            // There is nobody to carry to, and what was taken is lost.
            if !to.half.is_stopped() {
                to.half.recorder.failed(failure);
            }
            from.stop().stop_by(to.half.stop().how().unwrap_or(Stop::Reset));
            return Ok(Ended::Stopped);
        }
        match received {
            Received::Bytes { .. } => {}
            Received::PeerFinished => {
                // If the other is gone already, its own recv tells so.
                let _ = to.shutdown();
                return Ok(Ended::PeerFinished);
            }
            other => return Ok(other.ended()),
        }
    }
}
