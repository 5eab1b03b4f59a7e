//! Peers that hang at every call, and what Stop and the time-outs do then; both families of addresses.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them, and its peers need no names"
)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use socketscope::capture::{CallKind, Cause, ConnectionState, Ended, Failure, Operation, Outcome, ReplyState, Session};
use socketscope::net::responders::Hello;
use socketscope::net::{ClientSpec, ServerSpec};
use support::{Peer, full_listener, listen, start, target};

/// Longer than any test waits: what ends before was ended by somebody.
const FOR_EVER: Duration = Duration::from_secs(3600);

fn waits_in(kind: CallKind) -> impl Fn(&Session) -> bool {
    move |session| session.newest().is_some_and(|c| c.thread.blocked.iter().any(|blocked| blocked.kind == kind))
}

fn failure(session: &Session) -> Failure {
    session.newest().unwrap().thread.failure.as_deref().cloned().unwrap()
}

#[test]
fn a_connect_without_an_answer_runs_into_its_time_out() {
    let (address, _full) = full_listener();
    let connect_timeout = Duration::from_millis(60);
    let session = start(ClientSpec { connect_timeout, ..ClientSpec::tutorial(target(address)) }).finish();
    let failure = failure(&session);
    assert_eq!(failure.operation, Operation::Call(CallKind::Connect));
    assert_eq!(failure.cause, Cause::TimedOut(connect_timeout));
    let calls = session.newest().unwrap().thread.calls.range(0, 100).unwrap();
    assert!(calls.iter().any(|call| call.kind == CallKind::Connect && call.outcome == Outcome::TimedOut));
}

#[test]
fn stop_ends_a_send_that_nobody_takes() {
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let peer = Peer::new(move |stream| {
        // Reads nothing.
        let _ = wait.recv();
        drop(stream);
    });
    let request = vec![b'x'; 64 << 20];
    let mut run = start(ClientSpec { request, ..peer.spec() });
    // A send comes back when all that it was given is in the system's buffers, and these are smaller.
    run.until(waits_in(CallKind::Send));
    run.handle.stop();
    let session = run.finish();
    go.send(()).unwrap();
    peer.join();
    let connection = session.newest().unwrap();
    assert_eq!(connection.state(), ConnectionState::Closed(Ended::Stopped));
    assert!(connection.sent.bytes < 64 << 20);
}

#[test]
fn stop_ends_a_recv_without_an_end() {
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let peer = Peer::new(move |stream| {
        let _ = wait.recv();
        drop(stream);
    });
    let mut run = start(ClientSpec { read_timeout: Some(FOR_EVER), ..peer.spec() });
    run.until(waits_in(CallKind::Recv));
    run.handle.stop();
    assert_eq!(run.finish().newest().unwrap().state(), ConnectionState::Closed(Ended::Stopped));
    go.send(()).unwrap();
    peer.join();
}

#[test]
fn an_ipv6_literal_is_connected_to_where_there_is_ipv6_and_a_failure_where_there_is_none() {
    let listener = match TcpListener::bind("[::1]:0") {
        Ok(listener) => listener,
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::AddrNotAvailable | ErrorKind::Unsupported), "{error}");
            let session = start(ClientSpec::tutorial(target("[::1]:9".parse().unwrap()))).finish();
            assert_eq!(session.newest().unwrap().state(), ConnectionState::Closed(Ended::Failed));
            return;
        }
    };
    let address = listener.local_addr().unwrap();
    let peer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    });
    let session = start(ClientSpec::tutorial(target(address))).finish();
    peer.join().unwrap();
    let connection = session.newest().unwrap();
    assert_eq!((ReplyState::of(connection), connection.peer), (ReplyState::Complete, Some(address)));
    let request = connection.sent.spool.read(socketscope::http::Span::new(0, 200)).unwrap();
    assert!(String::from_utf8(request).unwrap().contains(&format!("Host: [::1]:{}", address.port())));
}

#[test]
fn the_name_localhost_is_resolved_and_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = std::thread::spawn(move || drop(listener.accept().unwrap()));
    let target = socketscope::net::Target::parse(&format!("localhost:{port}")).unwrap();
    let session = start(ClientSpec::tutorial(target)).finish();
    peer.join().unwrap();
    let connection = session.newest().unwrap();
    assert_eq!(connection.peer.unwrap().port(), port);
    let notes = &connection.thread.notes;
    assert!(notes.iter().any(|note| note.addresses.iter().any(|address| address.port() == port)));
}

#[test]
fn more_clients_than_the_backlog_holds_are_all_served() {
    let responder = std::sync::Arc::new(Hello { pause: Duration::ZERO });
    let server = listen(ServerSpec { backlog: 8, ..ServerSpec::new("127.0.0.1:0".parse().unwrap(), responder) });
    let talk = |address| {
        std::thread::spawn(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"exit").unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).unwrap();
            said
        })
    };
    let clients: Vec<_> = (0..12).map(|_| talk(server.address)).collect();
    for client in clients {
        assert!(client.join().unwrap().starts_with("Welcome!"));
    }
    server.stop();
}
