//! From a target to a connected socket: resolve, socket, connect, each call recorded.
//!
//! In scope: trying the addresses in turn, time-outs, Stop. Out of scope: what is said once there is a connection, TLS too.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;
use std::{io, mem};

use socket2::{Domain, Protocol, Socket, Type};

use super::resolve::resolve;
use super::url_target::Target;
use crate::capture::{CallKind, Cause, Failure, Moment, Note, Operation, Outcome, Subject};
use crate::net::record::{Recorder, Stopper};
use crate::net::socket::Wire;

/// One attempt to connect.
#[derive(Clone, Copy)]
pub struct Connector<'a> {
    /// Where to.
    pub target: &'a Target,
    /// How long each address is tried.
    pub connect_timeout: Duration,
    /// How long a recv of the connection may wait; `None`: for ever.
    pub read_timeout: Option<Duration>,
    /// TCP_NODELAY.
    pub no_delay: bool,
    /// An address of our own that is not connected to: that would go on without end.
    pub avoided: Option<SocketAddr>,
    /// Its record.
    pub recorder: &'a Recorder,
    /// What stops it.
    pub stopper: &'a Stopper,
}

impl Connector<'_> {
    /// The host that was asked for.
    pub fn subject(&self) -> Subject {
        Subject::Name { host: self.target.host.clone(), port: self.target.port }
    }

    /// Tries the addresses in turn; `None` if the user stopped.
    ///
    /// # Errors
    /// What failed last.
    pub fn connect(&self) -> Result<Option<Wire>, Failure> {
        self.connect_to_any(&self.resolve()?.unwrap_or_default())
    }

    /// The same with addresses that are known.
    ///
    /// # Errors
    /// As [`Connector::connect`].
    pub fn connect_to_any(&self, addresses: &[SocketAddr]) -> Result<Option<Wire>, Failure> {
        if let Some(own) = addresses.iter().find(|address| self.avoided.is_some_and(|own| leads_to(**address, own))) {
            let (operation, subject) = (Operation::Call(CallKind::Connect), Some(Subject::Address(*own)));
            return Err(Failure { operation, subject, cause: Cause::OwnAddress, system: None });
        }
        let mut last = None;
        for &address in addresses {
            match self.connect_to(address) {
                Ok((stream, lost)) => {
                    // If the system does not tell our end, the connection is gone, which its calls tell.
                    let ends = (stream.local_addr().unwrap_or(unspecified(address)), address);
                    let (recorder, stopper) = (self.recorder.clone(), self.stopper.clone());
                    return Ok(Some(Wire::between(ends, stream, lost, recorder, stopper, self.read_timeout)));
                }
                Err(_) if self.stopper.is_stopped() => return Ok(None),
                Err(failure) => last = Some(failure),
            }
        }
        last.map_or(Ok(None), Err)
    }

    fn resolve(&self) -> Result<Option<Vec<SocketAddr>>, Failure> {
        let target = self.target;
        let subject = Some(self.subject());
        if !self.has_turn(CallKind::Resolve) {
            return Ok(None);
        }
        let begun = self.recorder.now();
        self.recorder.blocked(CallKind::Resolve, 0, begun);
        let mut note = Note { subject: subject.clone(), ..Note::default() };
        let resolved =
            resolve(target, self.stopper).map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        match resolved {
            Ok(Some(addresses)) => {
                note.addresses.clone_from(&addresses);
                self.recorder.call(CallKind::Resolve, begun, 0, Outcome::Done, note)?;
                Ok(Some(addresses))
            }
            Ok(None) => {
                self.recorder.call(CallKind::Resolve, begun, 0, Outcome::Stopped, note)?;
                Ok(None)
            }
            Err(error) => {
                let failure = Failure::of(Operation::Call(CallKind::Resolve), subject, &error);
                note.failure = Some(failure.clone());
                self.recorder.call(CallKind::Resolve, begun, 0, Outcome::Failed, note)?;
                Err(failure)
            }
        }
    }

    fn has_turn(&self, kind: CallKind) -> bool {
        self.recorder.turn(kind, 0, || self.stopper.is_stopped())
    }

    /// Waits until a call on `address` may be made; who is stopped meanwhile makes none.
    fn take_turn(&self, kind: CallKind, address: SocketAddr) -> Result<(), Failure> {
        let stopped =
            || Failure::of(Operation::Call(kind), Some(Subject::Address(address)), &io::ErrorKind::Interrupted.into());
        self.has_turn(kind).then_some(()).ok_or_else(stopped)
    }

    /// The connected socket; and what resets it, if that came before connect could return.
    fn connect_to(&self, address: SocketAddr) -> Result<(TcpStream, Option<Box<Failure>>), Failure> {
        self.take_turn(CallKind::Socket, address)?;
        let begun = self.recorder.now();
        let made = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP));
        let socket = self.called(CallKind::Socket, begun, address, made)?;
        self.take_turn(CallKind::Connect, address)?;
        let begun = self.recorder.now();
        self.recorder.blocked(CallKind::Connect, 0, begun);
        let connected = self.connect_socket(&socket, address);
        self.stopper.clear();
        // Who refuses a connection answers SYN with RST, which is another error: so the peer had accepted it, and then reset it, or before
        // that ended its sending side (EPIPE).
        let (connected, lost) = match connected {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && !self.stopper.is_stopped() => (Ok(()), None),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset && !self.stopper.is_stopped() => {
                let (operation, subject) = (Operation::Call(CallKind::Connect), Some(Subject::Address(address)));
                (Ok(()), Some(Box::new(Failure::of(operation, subject, &error))))
            }
            connected => (connected, None),
        };
        self.called(CallKind::Connect, begun, address, connected)?;
        Ok((socket.into(), lost))
    }

    fn connect_socket(&self, socket: &Socket, address: SocketAddr) -> io::Result<()> {
        let twin = socket.try_clone()?;
        // Shutting a connecting socket down makes connect return; there is nothing to do if that fails.
        self.stopper.on_stop(move |_| mem::drop(twin.shutdown(std::net::Shutdown::Both)));
        if self.stopper.is_stopped() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.no_delay {
            socket.set_tcp_nodelay(true)?;
        }
        socket.connect_timeout(&address.into(), self.connect_timeout)
    }

    /// Records what became of a call on `address`.
    fn called<T>(
        &self,
        kind: CallKind,
        begun: Moment,
        address: SocketAddr,
        result: io::Result<T>,
    ) -> Result<T, Failure> {
        let subject = Some(Subject::Address(address));
        let mut note = Note { subject: subject.clone(), ..Note::default() };
        let error = match result {
            Ok(value) => {
                self.recorder.call(kind, begun, 0, Outcome::Done, note)?;
                return Ok(value);
            }
            Err(error) => error,
        };
        let failure = match error.kind() {
            // The system's own limit has a number, and is another than ours.
            io::ErrorKind::TimedOut if kind == CallKind::Connect && error.raw_os_error().is_none() => {
                Failure::timed_out(Operation::Call(kind), subject, self.connect_timeout)
            }
            _ => Failure::of(Operation::Call(kind), subject, &error),
        };
        let outcome = match (self.stopper.is_stopped(), error.kind()) {
            (true, _) => Outcome::Stopped,
            (false, io::ErrorKind::TimedOut) => Outcome::TimedOut,
            (false, _) => Outcome::Failed,
        };
        if outcome != Outcome::Stopped {
            note.failure = Some(failure.clone());
        }
        self.recorder.call(kind, begun, 0, outcome, note)?;
        Err(failure)
    }
}

/// The address of the same kind that says nothing.
fn unspecified(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    }
}

/// Whether a connect to `address` reaches `own`, which may be an IPv4 address as an IPv6 socket says it. The unspecified address
/// is this machine.
fn leads_to(address: SocketAddr, own: SocketAddr) -> bool {
    let (there, here) = (address.ip().to_canonical(), own.ip().to_canonical());
    address.port() == own.port() && (there == here || (there.is_unspecified() && here.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_our_own_is_known_however_it_is_written() {
        for (address, own, expected) in [
            ("127.0.0.1:80", "127.0.0.1:80", true),
            ("127.0.0.1:80", "[::ffff:127.0.0.1]:80", true),
            ("0.0.0.0:80", "127.0.0.1:80", true),
            ("[::]:80", "[::1]:80", true),
            ("127.0.0.1:81", "127.0.0.1:80", false),
            ("127.0.0.2:80", "127.0.0.1:80", false),
            ("0.0.0.0:80", "192.0.2.1:80", false),
        ] {
            assert_eq!(leads_to(address.parse().unwrap(), own.parse().unwrap()), expected, "{address} {own}");
        }
    }
}
