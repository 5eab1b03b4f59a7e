//! From a target to a connected socket: resolve, socket, connect, each call recorded.
//!
//! In scope: trying the addresses in turn, time-outs, Stop. Out of scope: what is said once there is a connection, TLS too.

use core::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use std::{io, mem};

use socket2::{Domain, Protocol, Socket, Type};

use super::resolve::resolve;
use super::url_target::Target;
use crate::capture::{CallKind, Cause, Failure, Moment, Note, Operation, Outcome, Subject};
use crate::net::record::{Recorder, StopHandle};
use crate::net::socket::ConnectionSocket;
use crate::net::transport::{SocketOptions, Stream};

/// One attempt to connect.
#[derive(Clone, Copy)]
pub struct Connector<'a> {
    /// Where to.
    pub target: &'a Target,
    /// How long each address is tried.
    pub connect_timeout: Duration,
    /// How long a recv of the connection may wait; `None`: for ever.
    pub read_timeout: Option<Duration>,
    /// What the socket is bound to, if it is.
    pub local: Option<SocketAddr>,
    /// The options of the socket.
    pub options: SocketOptions,
    /// An address of our own that is not connected to: that would go on without end.
    pub avoided: Option<SocketAddr>,
    /// Its record.
    pub recorder: &'a Recorder,
    /// What stops it.
    pub stop: &'a StopHandle,
}

impl Connector<'_> {
    /// The host that was asked for.
    pub fn subject(&self) -> Subject {
        Subject::Name { host: self.target.host.clone(), port: self.target.port }
    }

    /// Tries the addresses in turn; `None` if the user stopped. Error: what failed last.
    pub fn connect(&self) -> Result<Option<ConnectionSocket>, Failure> {
        match self.resolve() {
            Ok(addresses) => self.connect_to_any(&addresses),
            Err(_) if self.stop.is_stopped() => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Tries `addresses` in turn; `None` if the user stopped.
    pub fn connect_to_any(&self, addresses: &[SocketAddr]) -> Result<Option<ConnectionSocket>, Failure> {
        if let Some(own) = addresses.iter().find(|address| self.avoided.is_some_and(|own| leads_to(**address, own))) {
            let (operation, subject) = (Operation::Call(CallKind::Connect), Some(Subject::Address(*own)));
            return Err(Failure { operation, subject, cause: Cause::OwnAddress, system: None });
        }
        let mut last = None;
        if let Some(local) = self.local
            && !addresses.is_empty()
            && !addresses.iter().any(|address| self.may_reach(*address))
        {
            let (operation, subject) = (Operation::Call(CallKind::Bind), Some(Subject::Address(local)));
            return Err(Failure { operation, subject, cause: Cause::OtherFamily, system: None });
        }
        for &address in addresses.iter().filter(|address| self.may_reach(**address)) {
            match self.connect_to(address) {
                Ok((stream, lost)) => {
                    // If the system does not tell our end, the connection is gone, which its calls tell.
                    let ends = (stream.local_addr().unwrap_or(unspecified(address)), address);
                    let (recorder, stop) = (self.recorder.clone(), self.stop.clone());
                    return Ok(Some(ConnectionSocket::new(ends, stream, lost, recorder, stop, self.read_timeout)));
                }
                Err(_) if self.stop.is_stopped() => return Ok(None),
                Err(failure) => last = Some(failure),
            }
        }
        last.map_or(Ok(None), Err)
    }

    /// Whether a socket that is bound as this one is can connect to `address`: IPv4 and IPv6 do not mix.
    fn may_reach(&self, address: SocketAddr) -> bool {
        self.local.is_none_or(|local| local.is_ipv4() == address.is_ipv4())
    }

    fn resolve(&self) -> Result<Vec<SocketAddr>, Failure> {
        let subject = self.subject();
        let begun = self.recorder.begin_call(CallKind::Resolve, subject.clone(), self.stop)?;
        self.recorder.blocked(CallKind::Resolve, 0, begun);
        let resolved = resolve(self.target, self.stop);
        let resolved = resolved.map_err(|error| Failure::of(Operation::StartThread, None, &error))?;
        let addresses = resolved.as_ref().map_or(Vec::new(), Vec::clone);
        self.called(CallKind::Resolve, begun, (subject, addresses), resolved)
    }

    /// When a call on `address` is made; who is stopped before makes none.
    fn begin(&self, kind: CallKind, address: SocketAddr) -> Result<Moment, Failure> {
        self.recorder.begin_call(kind, Subject::Address(address), self.stop)
    }

    /// The connected socket; and what resets it, if that came before connect could return.
    fn connect_to(&self, address: SocketAddr) -> Result<(Stream, Option<Box<Failure>>), Failure> {
        let begun = self.begin(CallKind::Socket, address)?;
        let made = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP));
        let socket = self.called(CallKind::Socket, begun, (Subject::Address(address), Vec::new()), made)?;
        let set = self.options.set_connecting(&socket, self.local);
        set.map_err(|error| Failure::of(Operation::Options, Some(Subject::Address(address)), &error))?;
        if let Some(local) = self.local {
            let begun = self.begin(CallKind::Bind, local)?;
            self.called(CallKind::Bind, begun, (Subject::Address(local), Vec::new()), socket.bind(&local.into()))?;
        }
        let begun = self.begin(CallKind::Connect, address)?;
        self.recorder.blocked(CallKind::Connect, 0, begun);
        let connected = self.connect_socket(&socket, address);
        self.stop.clear();
        // A peer that refuses a connection answers SYN with RST, which is another error: so the peer had accepted it, and then reset it, or before
        // that ended its sending side (EPIPE).
        let (connected, lost) = match connected {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && !self.stop.is_stopped() => (Ok(()), None),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset && !self.stop.is_stopped() => {
                let (operation, subject) = (Operation::Call(CallKind::Connect), Some(Subject::Address(address)));
                (Ok(()), Some(Box::new(Failure::of(operation, subject, &error))))
            }
            connected => (connected, None),
        };
        self.called(CallKind::Connect, begun, (Subject::Address(address), Vec::new()), connected)?;
        Ok((socket.into(), lost))
    }

    fn connect_socket(&self, socket: &Socket, address: SocketAddr) -> io::Result<()> {
        let twin = socket.try_clone()?;
        // Shutting a connecting socket down makes connect return; there is nothing to do if that fails.
        self.stop.on_stop(move |_| mem::drop(twin.shutdown(std::net::Shutdown::Both)));
        if self.stop.is_stopped() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        socket.connect_timeout(&address.into(), self.connect_timeout)
    }

    /// Records what became of a call on `subject`, and the addresses that it told.
    fn called<T>(
        &self,
        kind: CallKind,
        begun: Moment,
        (subject, addresses): (Subject, Vec<SocketAddr>),
        result: io::Result<T>,
    ) -> Result<T, Failure> {
        let subject = Some(subject);
        let result = result.map_err(|error| {
            let failure = match error.kind() {
                // The system's own limit has a number, and is another than ours.
                io::ErrorKind::TimedOut if kind == CallKind::Connect && error.raw_os_error().is_none() => {
                    Failure::timed_out(Operation::Call(kind), subject.clone(), self.connect_timeout)
                }
                _ => Failure::of(Operation::Call(kind), subject.clone(), &error),
            };
            let outcome = match (self.stop.is_stopped(), error.kind()) {
                (true, _) => Outcome::Stopped,
                (false, io::ErrorKind::TimedOut) => Outcome::TimedOut,
                (false, _) => Outcome::Failed,
            };
            (outcome, failure)
        });
        let note = Note { subject, addresses, ..Note::default() };
        self.recorder.returned(kind, begun, 0, note, result)
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
