//! Relay: connects onward and carries bytes both ways, so that any client can be watched as it talks to the real server.
//!
//! In scope: the two connections, each with a record of its own, half-closes carried on. Out of scope: changing what is carried; a
//! client that names the relay in its Host field gets what the server says to that.

use std::io;
use std::thread;
use std::time::Duration;

use crate::capture::{Cause, Ended, Failure, Operation};
use crate::net::connector::Connector;
use crate::net::recorder::End;
use crate::net::stopper::{Stop, Stopper};
use crate::net::{Leave, Received, Responder, Responding, SendingHalf, Target, Wire};
use crate::tls::{Tls, TlsOptions};

/// The responder.
pub struct Relay {
    /// Where to; with TLS if that is an `https:` URL.
    pub target: Target,
    /// How long each address is tried.
    pub connect_timeout: Duration,
}

impl Responder for Relay {
    fn serve(&self, near: &mut Wire) -> Responding {
        let Some(branch) = near.branch().cloned() else {
            return Err(Failure::of(Operation::Work, None, &io::ErrorKind::Unsupported.into()).into());
        };
        let id = branch.next();
        let recorder = branch.record(id, End::Client, &format!("connection {} onward of {}", id.0, thread_name()));
        let stopper = Stopper::default();
        near.stopper().leads(&stopper);
        // Connecting may take long.
        near.recorder().flush();
        let connector = Connector {
            target: &self.target,
            connect_timeout: self.connect_timeout,
            read_timeout: None,
            no_delay: false,
            // Whoever connects onward to where he listens himself would do so without end.
            avoided: near.line.stream.local_addr().ok(),
            recorder: &recorder,
            stopper: &stopper,
        };
        let mut far = match connector.connect() {
            Ok(Some(far)) => far,
            Ok(None) => {
                recorder.ended(Ended::Stopped);
                return Err(Leave::Stopped);
            }
            Err(failure) => {
                recorder.failed(failure.clone());
                recorder.ended(Ended::Failed);
                return Err(failure.into());
            }
        };
        branch.peers().add(id, far.sending_half());
        let how = self.secure(&connector, &mut far);
        let how = how.map(|()| carry_both(near, &mut far));
        branch.peers().remove(id, || far.interrupt());
        match how {
            Ok((near_how, far_how)) => {
                far.close(far_how);
                Ok(near_how)
            }
            Err(failure) => {
                recorder.failed(failure.clone());
                far.close(Ended::Failed);
                Err(failure.into())
            }
        }
    }
}

impl Relay {
    fn secure(&self, connector: &Connector<'_>, far: &mut Wire) -> Result<(), Failure> {
        if !self.target.tls {
            return Ok(());
        }
        let subject = connector.subject();
        let server_name = self.target.host.clone();
        let made = Tls::client(TlsOptions { server_name, extra_roots: Vec::default(), accept_invalid: false });
        let tls = made.map_err(|failure| Failure::of_tls(Some(subject.clone()), failure))?;
        let recv_size = far.buffer().len();
        far.secure(tls, subject, recv_size, self.connect_timeout).map(drop)
    }
}

fn thread_name() -> String {
    thread::current().name().unwrap_or("relay").to_owned()
}

/// Carries both ways until both have ended; how the near and the far connection did.
fn carry_both(near: &mut Wire, far: &mut Wire) -> (Ended, Ended) {
    let (back, forth) = (near.sending_half(), far.sending_half());
    let name = format!("{} back", thread_name());
    thread::scope(|scope| {
        let returning = thread::Builder::new().name(name).spawn_scoped(scope, || carry(far, &back));
        let near_how = match &returning {
            Ok(_) => carry(near, &forth),
            Err(error) => {
                near.recorder().failed(Failure::of(Operation::StartThread, None, error));
                forth.stopper().stop();
                Ended::Failed
            }
        };
        // What panics ends the connection, too.
        let far_how = returning.map(|thread| thread.join().unwrap_or(Ended::Failed)).unwrap_or(Ended::Stopped);
        (near_how, far_how)
    })
}

/// Carries one way. Unless the peer has only finished sending, the other connection is over, too.
fn carry(from: &mut Wire, to: &SendingHalf) -> Ended {
    let (how, stop) = match carry_all(from, to) {
        Ok(Ended::PeerFinished) => return Ended::PeerFinished,
        Ok(how) => (how, Stop::Orderly),
        Err(failure) => {
            let was_reset = failure.cause == Cause::Reset;
            if !from.stopper().is_stopped() {
                from.recorder().failed(failure);
            }
            (Ended::Failed, if was_reset { Stop::Reset } else { Stop::Orderly })
        }
    };
    to.stopper().stop_by(stop);
    if from.stopper().is_stopped() { Ended::Stopped } else { how }
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
            // It tells itself why, and there is nobody to carry to.
            to.recorder().failed(failure);
            from.stopper().stop();
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
