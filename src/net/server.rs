//! The server: socket, bind, listen, then accept in a loop, one named thread for each connection.
//!
//! In scope: the listener's thread, starting and ending the connection threads. Out of scope: what is said on a connection
//! (that is its [`Responder`](super::Responder)'s work).

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::{Domain, Protocol, Socket, Type};

use super::outlet::Outlet;
use super::recorder::{End, Recorder};
use super::responder::Responder;
use super::spec::ServerSpec;
use super::stopper::Stopper;
use super::wire::Wire;
use crate::capture::{
    CallKind, Clock, ConnectionId, Ended, Event, Failure, Moment, Note, Operation, Outcome, Place, SessionId, Subject,
    guarded,
};

/// How long accept pauses when the system has no descriptor or thread left.
const BACK_OFF: Duration = Duration::from_millis(100);

/// A server at work. Dropping it stops it and waits for all its threads.
pub struct ServerHandle {
    /// Its run.
    pub session: SessionId,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl ServerHandle {
    /// Asks the server to end now, with all its connections.
    pub fn stop(&self) {
        self.stopper.stop();
    }

    /// Whether all its threads have ended, so that dropping it does not wait.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until all its threads have ended.
    pub fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
    }
}

impl Drop for ServerHandle {
    fn drop(&mut self) {
        self.stop();
        self.join();
    }
}

/// Starts a listener's thread.
///
/// # Errors
/// The system's error if there can be no more threads.
pub(super) fn start(name: String, spec: ServerSpec, clock: Clock, outlet: Outlet) -> io::Result<ServerHandle> {
    let stopper = Stopper::default();
    let session = outlet.session;
    let recorder = Recorder::open(clock, outlet.clone(), End::Server, &name, None);
    let server =
        Server { spec, clock, outlet, recorder, stopper: stopper.clone(), connections: Vec::new(), accepted: 0 };
    let thread = thread::Builder::new().name(name).spawn(move || server.run())?;
    Ok(ServerHandle { session, stopper, thread: Some(thread) })
}

struct Server {
    spec: ServerSpec,
    clock: Clock,
    outlet: Outlet,
    recorder: Recorder,
    stopper: Stopper,
    connections: Vec<(Stopper, JoinHandle<()>)>,
    accepted: u32,
}

impl Server {
    fn run(mut self) {
        let how = match guarded(|| self.serve()) {
            Ok(how) => how,
            Err(failure) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        for (stopper, _) in &self.connections {
            stopper.stop();
        }
        for (_, thread) in self.connections.drain(..) {
            // A panic was caught and reported inside.
            let _ = thread.join();
        }
        self.recorder.ended(how);
    }

    fn serve(&mut self) -> Result<Ended, Failure> {
        let listener = Arc::new(self.listen()?);
        let weak = Arc::downgrade(&listener);
        self.stopper.on_stop(move || {
            if let Some(listener) = weak.upgrade() {
                wake_accept(&listener);
            }
        });
        while !self.stopper.is_stopped() {
            self.accept(&listener)?;
        }
        self.stopper.clear();
        let begun = self.recorder.now();
        drop(listener);
        self.recorder.call(CallKind::Close, begun, 0, Outcome::Done, Note::default())?;
        Ok(Ended::Stopped)
    }

    fn listen(&self) -> Result<TcpListener, Failure> {
        let address = self.spec.address;
        let begun = self.recorder.now();
        let socket = self.called(CallKind::Socket, begun, 0, address, listening_socket(address))?;
        let begun = self.recorder.now();
        self.called(CallKind::Bind, begun, 0, address, socket.bind(&address.into()))?;
        let begun = self.recorder.now();
        let backlog = i32::try_from(self.spec.backlog).unwrap_or(i32::MAX);
        self.called(CallKind::Listen, begun, self.spec.backlog, address, socket.listen(backlog))?;
        let listener = TcpListener::from(socket);
        let bound = listener
            .local_addr()
            .map_err(|error| Failure::of(Operation::Call(CallKind::Bind), Some(Subject::Address(address)), &error))?;
        self.recorder.tell(Event::Listening(bound));
        Ok(listener)
    }

    /// Accepts one connection and starts its thread.
    fn accept(&mut self, listener: &TcpListener) -> Result<(), Failure> {
        let begun = self.recorder.now();
        self.recorder.blocked(CallKind::Accept, 0, begun);
        match listener.accept() {
            Ok(_) | Err(_) if self.stopper.is_stopped() => {
                self.recorder.call(CallKind::Accept, begun, 0, Outcome::Stopped, Note::default())
            }
            Ok((stream, peer)) => {
                let note = Note { subject: Some(Subject::Address(peer)), ..Note::default() };
                self.recorder.call(CallKind::Accept, begun, 0, Outcome::Done, note)?;
                self.start_connection(stream, peer);
                Ok(())
            }
            Err(error) => self.accept_failed(begun, &error),
        }
    }

    /// A client that went away before it was accepted, or a lack of descriptors, is no reason to stop listening.
    fn accept_failed(&self, begun: Moment, error: &io::Error) -> Result<(), Failure> {
        let failure = Failure::of(Operation::Call(CallKind::Accept), Some(Subject::Address(self.spec.address)), error);
        let note = Note { failure: Some(failure.clone()), ..Note::default() };
        self.recorder.call(CallKind::Accept, begun, 0, Outcome::Failed, note)?;
        self.recorder.failed(failure);
        let _ = self.stopper.pause(BACK_OFF);
        Ok(())
    }

    fn start_connection(&mut self, stream: TcpStream, peer: SocketAddr) {
        self.connections.retain(|(_, thread)| !thread.is_finished());
        self.accepted += 1;
        let place = Place::Connection(ConnectionId(self.accepted));
        let name = format!("connection {} {peer}", self.accepted);
        let recorder = Recorder::open(self.clock, self.outlet.at(place), End::Server, &name, None);
        let stopper = Stopper::default();
        let served = Served {
            recorder: recorder.clone(),
            stopper: stopper.clone(),
            responder: Arc::clone(&self.spec.responder),
        };
        match thread::Builder::new().name(name).spawn(move || served.run(stream)) {
            Ok(thread) => self.connections.push((stopper, thread)),
            Err(error) => {
                recorder.failed(Failure::of(Operation::StartThread, Some(Subject::Address(peer)), &error));
                recorder.ended(Ended::Failed);
                let _ = self.stopper.pause(BACK_OFF);
            }
        }
    }

    /// Records what became of a call on the listening socket.
    fn called<T>(
        &self,
        kind: CallKind,
        begun: Moment,
        asked: u32,
        address: SocketAddr,
        result: io::Result<T>,
    ) -> Result<T, Failure> {
        let subject = Some(Subject::Address(address));
        let mut note = Note { subject: subject.clone(), ..Note::default() };
        match result {
            Ok(value) => {
                self.recorder.call(kind, begun, asked, Outcome::Done, note)?;
                Ok(value)
            }
            Err(error) => {
                let failure = Failure::of(Operation::Call(kind), subject, &error);
                note.failure = Some(failure.clone());
                self.recorder.call(kind, begun, asked, Outcome::Failed, note)?;
                Err(failure)
            }
        }
    }
}

/// A socket as servers want it: on Unix a port that was used a moment ago can be bound again (on Windows that option means
/// something else and stays off); an IPv6 address takes IPv6 only, so that what is shown is what is bound.
fn listening_socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if cfg!(unix) {
        socket.set_reuse_address(true)?;
    }
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    Ok(socket)
}

/// Makes a blocked accept return. Linux does so when the listening socket is shut down; elsewhere a connection of our own does.
fn wake_accept(listener: &TcpListener) {
    if socket2::SockRef::from(listener).shutdown(std::net::Shutdown::Both).is_ok() {
        return;
    }
    if let Ok(mut address) = listener.local_addr() {
        if address.ip().is_unspecified() {
            address.set_ip(if address.is_ipv4() {
                std::net::Ipv4Addr::LOCALHOST.into()
            } else {
                std::net::Ipv6Addr::LOCALHOST.into()
            });
        }
        // If even that fails, accept has an error to return already.
        drop(TcpStream::connect_timeout(&address, BACK_OFF));
    }
}

/// One connection of a server, on its own thread.
struct Served {
    recorder: Recorder,
    stopper: Stopper,
    responder: Arc<dyn Responder>,
}

impl Served {
    fn run(self, stream: TcpStream) {
        let mut wire = match Wire::new(stream, self.recorder.clone(), self.stopper.clone(), None) {
            Ok(wire) => wire,
            Err(failure) => {
                self.recorder.failed(failure);
                return self.recorder.ended(Ended::Failed);
            }
        };
        let how = match guarded(|| self.responder.serve(&mut wire)) {
            Ok(how) => how,
            Err(_) if self.stopper.is_stopped() => Ended::Stopped,
            Err(failure) => {
                self.recorder.failed(failure);
                Ended::Failed
            }
        };
        wire.close(how);
    }
}
