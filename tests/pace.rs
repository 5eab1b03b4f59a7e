//! The pace of a client and of a server: call by call, slowly, and at once, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them, and its peers need no names"
)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use socketscope::capture::{
    CallKind, ConnectionId, ConnectionState, Ended, Session, SessionId, SocketId, ThreadRecord,
};
use socketscope::net::responders::{Echo, Hello};
use socketscope::net::{ClientSpec, Pace, PaceMode, Responder, ServerSpec};
use support::{ClientRun, LIMIT, Peer, ServerRun, listen, start};

const CLIENT: SocketId = SocketId::Connection(ConnectionId(1));

fn thread(session: &Session, socket: SocketId) -> Option<&ThreadRecord> {
    match socket {
        SocketId::Listener => session.listener.as_ref().map(|listener| &listener.thread),
        SocketId::Connection(id) => session.connection(id).map(|connection| &connection.thread),
    }
}

/// The call that is due at `socket`.
fn due(session: &Session, socket: SocketId) -> Option<CallKind> {
    thread(session, socket)?.due.first().map(|due| due.kind)
}

/// The calls that were made at `socket`.
fn made(session: &Session, socket: SocketId) -> Vec<CallKind> {
    let thread = thread(session, socket).unwrap();
    thread.calls.range(0, 100).unwrap().iter().map(|call| call.kind).collect()
}

fn step(pace: &Pace, socket: SocketId) {
    // It is told that the call is due just before its thread begins to wait.
    let begun = Instant::now();
    while !pace.step(SessionId(1), socket) {
        assert!(begun.elapsed() < LIMIT, "nothing waits for a step");
        thread::yield_now();
    }
}

fn stepped(pace: &Pace, peer: &Peer) -> ClientRun {
    start(ClientSpec { pace: pace.clone(), ..peer.spec() })
}

/// Answers the request once it is there; with bytes unread, the close would be a reset.
fn answer(mut stream: TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut some = [0; 1024];
        let count = stream.read(&mut some).unwrap();
        request.extend_from_slice(&some[..count]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nbody").unwrap();
}

#[test]
fn a_client_makes_one_call_a_step_and_tells_which_comes_next() {
    use CallKind::{Close, Connect, Recv, Resolve, Send, Socket};
    let peer = Peer::new(|mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi").unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap_or(0);
    });
    let pace = Pace::at(PaceMode::Step);
    let mut client = stepped(&pace, &peer);
    let steps = [Resolve, Socket, Connect, Send, Recv];
    for (number, call) in steps.iter().enumerate() {
        client.until(|session| due(session, CLIENT) == Some(*call));
        assert_eq!(made(&client.session, CLIENT), steps[..number]);
        assert_eq!(client.session.connection(ConnectionId(1)).unwrap().received.bytes, 0, "nothing is received ahead");
        step(&pace, CLIENT);
    }
    // What came meanwhile is there at once.
    client.until(|session| session.connection(ConnectionId(1)).unwrap().received.bytes > 0);
    client.until(|session| due(session, CLIENT) == Some(Recv));
    client.handle.stop();
    let session = client.finish();
    assert_eq!(session.connection(ConnectionId(1)).unwrap().state(), ConnectionState::Closed(Ended::Stopped));
    assert_eq!(made(&session, CLIENT), [&steps[..], &[Close]].concat(), "the recv that was due was never made");
    assert_eq!(due(&session, CLIENT), None);
    peer.join();
}

#[test]
fn a_client_that_is_stepped_goes_on_at_once_when_it_is_to_run() {
    let peer = Peer::new(answer);
    let pace = Pace::at(PaceMode::Step);
    let mut client = stepped(&pace, &peer);
    client.until(|session| due(session, CLIENT) == Some(CallKind::Resolve));
    pace.set(PaceMode::Run);
    let session = client.finish();
    assert_eq!(session.connection(ConnectionId(1)).unwrap().state(), ConnectionState::Closed(Ended::PeerFinished));
    peer.join();
}

#[test]
fn a_slow_client_waits_before_each_call() {
    let peer = Peer::new(answer);
    let each = Duration::from_millis(20);
    let session = stepped(&Pace::at(PaceMode::Slow(each)), &peer).finish();
    let calls = thread(&session, CLIENT).unwrap().calls.range(0, 100).unwrap();
    assert!(calls.len() >= 6);
    for pair in calls.windows(2) {
        assert!(pair[1].begun.since(pair[0].ended()) >= each, "{pair:?}");
    }
    peer.join();
}

#[test]
fn who_is_stopped_before_a_call_does_not_make_it() {
    let peer = Peer::new(|mut stream| drop(stream.read(&mut [0])));
    for steps in 0..3 {
        let pace = Pace::at(PaceMode::Step);
        let mut client = stepped(&pace, &peer);
        for _ in 0..steps {
            step(&pace, CLIENT);
        }
        client.until(|session| {
            thread(session, CLIENT).is_some_and(|thread| thread.call_count == steps && !thread.due.is_empty())
        });
        client.handle.stop();
        let session = client.finish();
        assert_eq!(made(&session, CLIENT).len() as u64, steps);
        assert_eq!(thread(&session, CLIENT).unwrap().ended.map(|(_, how)| how), Some(Ended::Stopped));
    }
    // The peer still waits for one to come.
    drop(TcpStream::connect(peer.address));
    peer.join();
}

fn server(pace: &Pace, responder: impl Responder + 'static) -> ServerRun {
    let spec = ServerSpec::new("127.0.0.1:0".parse().unwrap(), Arc::new(responder));
    listen(ServerSpec { pace: pace.clone(), ..spec })
}

#[test]
fn a_listener_and_its_connections_are_stepped_each_by_itself() {
    use CallKind::{Accept, Recv, Send};
    let pace = Pace::default();
    let mut server = server(&pace, Echo);
    server.until(|session| !session.listener.as_ref().unwrap().thread.blocked.is_empty());
    pace.set(PaceMode::Step);
    // The accept in progress was begun before; the next one is due after it.
    let mut first = TcpStream::connect(server.address).unwrap();
    let mut second = TcpStream::connect(server.address).unwrap();
    first.set_read_timeout(Some(LIMIT)).unwrap();
    let (one, two) = (SocketId::Connection(ConnectionId(1)), SocketId::Connection(ConnectionId(2)));
    server.until(|session| due(session, SocketId::Listener) == Some(Accept) && due(session, one) == Some(Recv));
    assert!(server.session.connection(ConnectionId(2)).is_none(), "it is connected, and not accepted");
    second.write_all(b"second").unwrap();
    first.write_all(b"first").unwrap();
    step(&pace, one);
    server.until(|session| due(session, one) == Some(Send));
    assert_eq!(server.session.connection(ConnectionId(1)).unwrap().received.bytes, 5);
    step(&pace, one);
    let mut echoed = [0; 5];
    first.read_exact(&mut echoed).unwrap();
    assert_eq!(&echoed, b"first");
    step(&pace, SocketId::Listener);
    server.until(|session| due(session, two) == Some(Recv));
    let session = server.stop();
    assert_eq!(made(&session, one).last(), Some(&CallKind::Close));
    assert_eq!(made(&session, two), [CallKind::Close]);
    assert!(session.connections.iter().all(|connection| connection.thread.due.is_empty()));
}

#[test]
fn a_server_that_is_stepped_from_the_beginning_listens_only_when_it_may() {
    let pace = Pace::at(PaceMode::Step);
    let stepping = {
        let pace = pace.clone();
        thread::spawn(move || (0..3).for_each(|_| step(&pace, SocketId::Listener)))
    };
    let mut server = server(&pace, Hello { pause: Duration::ZERO });
    stepping.join().unwrap();
    server.until(|session| due(session, SocketId::Listener) == Some(CallKind::Accept));
    assert_eq!(made(&server.session, SocketId::Listener), [CallKind::Socket, CallKind::Bind, CallKind::Listen]);
    let session = server.stop();
    let calls = made(&session, SocketId::Listener);
    assert_eq!(calls[3..], [CallKind::Close], "no accept was begun");
}
