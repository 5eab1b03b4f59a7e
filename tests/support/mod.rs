//! What the end-to-end tests share: peers made of raw sockets, and runs of the engine until they are over.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use socket2::{Domain, Socket, Type};
use socketscope::capture::{Clock, Report, Session};
use socketscope::net::{ClientHandle, ClientSpec, Engine, ServerHandle, ServerSpec, Target};

/// No event takes longer than this, or the test has failed.
pub const LIMIT: Duration = Duration::from_secs(30);

/// A peer that accepts one connection and does with it what the test says.
pub struct Peer {
    pub address: SocketAddr,
    thread: JoinHandle<()>,
}

impl Peer {
    pub fn new(script: impl FnOnce(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = thread::Builder::new().name("peer".into()).spawn(move || script(listener.accept().unwrap().0));
        Self { address, thread: thread.unwrap() }
    }

    /// A client's form for this peer, with the tutorial's request.
    pub fn spec(&self) -> ClientSpec {
        ClientSpec::tutorial(target(self.address))
    }

    pub fn join(self) {
        self.thread.join().unwrap();
    }
}

/// The address of a peer that reads a request, does what the test says, and closes.
pub fn asked(script: impl FnOnce(&mut TcpStream) + Send + 'static) -> SocketAddr {
    let script = |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 4096]).unwrap();
        script(&mut stream);
    };
    Peer::new(script).address
}

/// The address of a peer that reads a request, sends `reply` and closes.
pub fn replying(reply: impl AsRef<[u8]>) -> SocketAddr {
    let reply = reply.as_ref().to_vec();
    // The client may have gone before it has all of it.
    asked(move |stream| _ = stream.write_all(&reply))
}

/// The same, but the peer closes only when the client has gone.
pub fn replying_and_waiting(reply: impl AsRef<[u8]>) -> SocketAddr {
    let reply = reply.as_ref().to_vec();
    asked(move |stream| _ = stream.write_all(&reply).and_then(|()| stream.read(&mut [0; 1024])))
}

/// The address of a peer that reads a request and sends `parts`, each after the first once the channel has a message.
pub fn sending_parts(parts: Vec<Vec<u8>>) -> (SocketAddr, Sender<()>) {
    let (go_on, waiting) = bounded(64);
    let script = move |stream: &mut TcpStream| {
        for (number, part) in parts.iter().enumerate() {
            if number > 0 && waiting.recv().is_err() {
                return;
            }
            stream.write_all(part).unwrap();
        }
    };
    (asked(script), go_on)
}

/// The program, in English, without a terminal to read from.
pub fn socketscope() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    command.args(["--lang", "en"]).stdin(Stdio::null());
    command
}

/// A listener whose queue is full, so that further connects wait in SYN_SENT; and the sockets that keep it so.
pub fn full_listener() -> (SocketAddr, Vec<Socket>) {
    let socket = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let listener = socket();
    listener.bind(&"127.0.0.1:0".parse::<SocketAddr>().unwrap().into()).unwrap();
    listener.listen(1).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut sockets = vec![listener];
    for _ in 0..8 {
        let queued = socket();
        queued.set_nonblocking(true).unwrap();
        // Two find room, and the others wait: each is under way at once.
        let _ = queued.connect(&address.into());
        sockets.push(queued);
    }
    (address, sockets)
}

pub fn target(address: SocketAddr) -> Target {
    Target { host: address.ip().to_string(), port: address.port(), tls: false, path: "/".into(), authorization: None }
}

pub struct ClientRun {
    /// Let go of first, see [`ServerRun`].
    pub reports: Receiver<Report>,
    pub handle: ClientHandle,
    pub session: Session,
}

pub fn start(spec: ClientSpec) -> ClientRun {
    let (engine, reports) = Engine::new(Clock::start(), || {});
    let (handle, session) = engine.client(spec).unwrap();
    ClientRun { handle, session, reports }
}

impl ClientRun {
    /// Takes in reports until `done` holds.
    pub fn until(&mut self, done: impl Fn(&Session) -> bool) {
        until(&mut self.session, &self.reports, done);
    }

    pub fn finish(mut self) -> Session {
        self.until(Session::is_over);
        self.session
    }
}

pub struct ServerRun {
    /// Let go of first: a thread that reports would wait for room otherwise, and the handle for the thread.
    pub reports: Receiver<Report>,
    pub handle: ServerHandle,
    pub session: Session,
    pub address: SocketAddr,
}

pub fn listen(spec: ServerSpec) -> ServerRun {
    let (engine, reports) = Engine::new(Clock::start(), || {});
    let (handle, mut session) = engine.server(spec).unwrap();
    let address_of = |session: &Session| session.listener.as_ref().and_then(|listener| listener.address);
    until(&mut session, &reports, |session| address_of(session).is_some());
    let address = address_of(&session).unwrap();
    ServerRun { handle, session, reports, address }
}

impl ServerRun {
    pub fn until(&mut self, done: impl Fn(&Session) -> bool) {
        until(&mut self.session, &self.reports, done);
    }

    pub fn stop(mut self) -> Session {
        self.handle.stop();
        self.until(Session::is_over);
        self.session
    }
}

fn until(session: &mut Session, reports: &Receiver<Report>, done: impl Fn(&Session) -> bool) {
    while !done(session) {
        session.apply(reports.recv_timeout(LIMIT).expect("a report comes in time"));
    }
}
