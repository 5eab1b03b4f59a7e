//! Relay: connects onward and carries bytes both ways, so that any client can be watched as it talks to the real server.
//!
//! In scope: the two connections, each with a record of its own and the same options, half-closes carried on. Out of scope: changing
//! what is carried; a client that names the relay in its Host field gets what the server says to that. Faults concern what the client gets:
//! its connection sends as they want it, and what goes onward is carried as it comes.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use super::info::{Replies, ResponderInfo};
use super::setup::{FormKind, Setup};
use crate::capture::{Cause, ConnectionId, Ended, Failure, Operation, catch_panic};
use crate::net::client::Connector;
use crate::net::record::{End, Recorder, Stop, Stopper};
use crate::net::server::Branch;
use crate::net::socket::SendingPart;
use crate::net::spec::Serving;
use crate::net::worker::start_scoped_worker;
use crate::net::{BACKLOG, CONNECT_TIMEOUT, Leave, Received, Responder, Responding, SendingHalf, Target, Wire};
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
    branch: Branch,
    stopper: Stopper,
    /// How the near connection is served: the options are those of both.
    serving: Arc<Serving>,
    /// Where the near connection arrived.
    own: Option<SocketAddr>,
    /// What carries back.
    near: SendingPart,
    /// Where it says how to send to it, once it is there, or why it is not.
    opened: Sender<Result<SendingPart, Leave>>,
    /// Disconnected when nobody sends to it any more.
    carried: Receiver<()>,
}

impl Responder for Relay {
    fn serve(&self, near: &mut Wire) -> Responding {
        let (Some(branch), Some(serving)) = (near.branch().cloned(), near.serving().cloned()) else {
            return Err(Failure::of(Operation::Work, None, &io::ErrorKind::Unsupported.into()).into());
        };
        let (id, stopper) = (branch.next(), Stopper::default());
        near.stopper().leads(&stopper);
        // Connecting may take long.
        near.recorder().flush();
        let (opened, opening) = bounded(1);
        let (carrying, carried) = bounded::<()>(0);
        let (own, part) = (near.line.stream.local_addr().ok(), near.sending_part());
        let onward = Onward { id, branch, stopper, serving, own, near: part, opened, carried };
        let name = format!("connection {} onward of {}", id.0, near.line.shared.peer);
        thread::scope(move |scope| {
            let carrying = carrying;
            let work = {
                let name = name.clone();
                move |worker| {
                    let recorder = onward.branch.record(id, End::Client, &name).on(worker);
                    if let Err(panic) = catch_panic(|| {
                        self.run(&onward, &recorder);
                        Ok(())
                    }) {
                        recorder.failed(panic);
                        recorder.ended(Ended::Failed);
                        onward.near.shared.stopper.stop();
                        onward.branch.peers().remove(id, || {}, worker);
                    }
                }
            };
            start_scoped_worker(scope, name, work)
                .map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
            // What panics ends the connection, too; what it was is in its record.
            let far = opening.recv().unwrap_or(Err(Leave::Stopped))?;
            let far = far.on(near.recorder().worker());
            let how = catch_panic(|| Ok(carry(near, &far)));
            if how.is_err() {
                far.stopper().stop();
            }
            drop((far, carrying));
            Ok(how?)
        })
    }
}

impl Relay {
    /// Connects onward, carries back, and closes.
    fn run(&self, onward: &Onward, recorder: &Recorder) {
        let Onward { id, branch, stopper, serving, near, opened, .. } = onward;
        let connector = Connector {
            target: &self.target,
            connect_timeout: self.connect_timeout,
            read_timeout: None,
            no_delay: false,
            // Whoever connects onward to where he listens himself would do so without end.
            avoided: onward.own,
            recorder,
            stopper,
        };
        let mut far = match connector.connect() {
            Ok(Some(far)) => far,
            ended => {
                let (how, why) = match ended {
                    Err(failure) => {
                        recorder.failed(failure.clone());
                        (Ended::Failed, Leave::Failed(failure))
                    }
                    Ok(_) => (Ended::Stopped, Leave::Stopped),
                };
                recorder.ended(how);
                // The near connection waits for it.
                let _ = opened.send(Err(why));
                return;
            }
        };
        far = far.receiving(serving.recv_size);
        if let Err(error) = serving.options.set_onward(&far.line.stream) {
            recorder.failed(Failure::of(Operation::Options, None, &error));
        }
        branch.peers().add(*id, far.sending_part());
        let how = match self.secure(&connector, &mut far) {
            Ok(()) => {
                let _ = opened.send(Ok(far.sending_part()));
                let how = carry(&mut far, &near.clone().on(recorder.worker()));
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
        branch.peers().remove(*id, || far.interrupt(), recorder.worker());
        far.close(how);
    }

    fn secure(&self, connector: &Connector<'_>, far: &mut Wire) -> Result<(), Failure> {
        if !self.target.tls {
            return Ok(());
        }
        let subject = connector.subject();
        let server_name = self.target.host_without_zone().to_owned();
        let made = Tls::client(TlsOptions { server_name, extra_roots: Vec::default(), accept_invalid: false });
        let tls = made.map_err(|failure| Failure::of_tls(Some(subject.clone()), failure))?;
        let recv_size = far.buffer().len();
        far.secure(tls, subject, recv_size, self.connect_timeout).map(drop)
    }
}

/// Carries one way. Unless the peer has only finished sending, the other connection is over, too.
fn carry(from: &mut Wire, to: &SendingHalf) -> Ended {
    let (how, stop) = match carry_all(from, to) {
        Ok(Ended::PeerFinished) => return Ended::PeerFinished,
        Ok(how) => (how, Stop::Orderly),
        Err(failure) => {
            let was_reset = failure.cause == Cause::Reset;
            if !was_stopped(from) {
                from.recorder().failed(failure);
            }
            (Ended::Failed, if was_reset { Stop::Reset } else { Stop::Orderly })
        }
    };
    // To be asked first: who leads the other is stopped with it.
    let how = if was_stopped(from) { Ended::Stopped } else { how };
    to.stopper().stop_by(from.stopper().how().unwrap_or(stop));
    how
}

fn was_stopped(wire: &Wire) -> bool {
    wire.stopper().is_stopped()
}

fn carry_all(from: &mut Wire, to: &SendingHalf) -> Result<Ended, Failure> {
    let mut buffer = from.buffer();
    loop {
        let received = from.recv(&mut buffer)?;
        let count = if let Received::Bytes { count, .. } = received { count } else { 0 };
        let said = from.said(buffer.get(..count).unwrap_or_default());
        if !said.is_empty()
            && let Err(failure) = to.send(said)
        {
            // There is nobody to carry to, and what was taken is lost.
            if !to.is_stopped() {
                to.recorder().failed(failure);
            }
            from.stopper().stop_by(to.stopper().how().unwrap_or(Stop::Reset));
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
