//! Each option of a client's socket: the peer sees it, the system has it, or a failure tells why it can't be.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

#[path = "support/own_sockets.rs"]
mod own_sockets;
mod support;

use std::io::{ErrorKind, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use own_sockets::sockets;
use socket2::SockRef;
use socketscope::capture::{CallKind, Cause, Failure, Operation, Outcome, Session, Subject};
use socketscope::net::{ClientSpec, SocketOptions};
use support::{LIMIT, Peer, socketscope, start, target};

/// A peer that tells from where it is connected to, and closes when the client does.
fn telling() -> (Peer, Receiver<SocketAddr>) {
    let (told, from) = bounded(1);
    let peer = Peer::new(move |mut stream: TcpStream| {
        told.send(stream.peer_addr().unwrap()).unwrap();
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    (peer, from)
}

/// An address of which nobody has the port.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn failure(session: &Session) -> Failure {
    *session.newest().unwrap().thread.failure.clone().unwrap()
}

#[test]
fn the_peer_sees_the_address_and_port_that_the_socket_was_bound_to() {
    let (peer, from) = telling();
    let local = free();
    let mut run = start(ClientSpec { local: Some(local), ..peer.spec() });
    assert_eq!(from.recv_timeout(LIMIT).unwrap(), local);
    run.until(|session| session.newest().is_some_and(|connection| connection.local.is_some()));
    let connection = run.session.newest().unwrap();
    assert_eq!(connection.local, Some(local));
    let calls = connection.thread.calls.range(0, 4).unwrap();
    let kinds: Vec<_> = calls.iter().map(|call| (call.kind, call.outcome)).collect();
    let expected = [CallKind::Resolve, CallKind::Socket, CallKind::Bind, CallKind::Connect];
    assert_eq!(kinds, expected.map(|kind| (kind, Outcome::Done)));
    run.handle.stop();
    peer.join();
}

#[test]
fn with_port_0_the_system_chooses_one_at_that_address() {
    let (peer, from) = telling();
    let run = start(ClientSpec { local: Some("127.0.0.2:0".parse().unwrap()), ..peer.spec() });
    let seen = from.recv_timeout(LIMIT).unwrap();
    assert!(seen.ip().to_string() == "127.0.0.2" && seen.port() != 0, "{seen}");
    run.handle.stop();
    peer.join();
}

#[test]
fn why_a_socket_can_not_be_bound_is_told_with_the_call_and_the_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobodys: SocketAddr = "192.0.2.1:0".parse().unwrap();
    for (local, cause) in [
        (taken.local_addr().unwrap(), Cause::AddressInUse),
        (nobodys, Cause::AddressNotHere),
        ("[::1]:0".parse().unwrap(), Cause::OtherFamily),
    ] {
        let failure =
            failure(&start(ClientSpec { local: Some(local), ..ClientSpec::tutorial(target(free())) }).finish());
        assert_eq!(failure.operation, Operation::Call(CallKind::Bind));
        assert_eq!((failure.subject, failure.cause), (Some(Subject::Address(local)), cause));
    }
}

#[test]
fn the_system_has_the_options_that_were_asked_for() {
    let (peer, from) = telling();
    let options = SocketOptions {
        no_delay: true,
        keep_alive: true,
        linger: Some(3),
        send_buffer: Some(50_000),
        receive_buffer: Some(60_000),
        ..SocketOptions::client()
    };
    let address = peer.address;
    let run = start(ClientSpec { options, ..peer.spec() });
    from.recv_timeout(LIMIT).unwrap();
    let found = sockets(|_, other| other == Some(address));
    assert_eq!(found.len(), 1);
    let socket = SockRef::from(&found[0]);
    assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
    assert_eq!(socket.linger().unwrap(), Some(Duration::from_secs(3)));
    // Linux doubles them.
    assert_eq!((socket.send_buffer_size().unwrap(), socket.recv_buffer_size().unwrap()), (100_000, 120_000));
    drop(found);
    run.handle.stop();
    peer.join();
}

#[test]
fn without_options_the_system_keeps_its_own() {
    let (peer, from) = telling();
    let address = peer.address;
    let run = start(peer.spec());
    from.recv_timeout(LIMIT).unwrap();
    let found = sockets(|_, other| other == Some(address));
    let socket = SockRef::from(&found[0]);
    assert!(!socket.tcp_nodelay().unwrap() && !socket.keepalive().unwrap() && !socket.reuse_address().unwrap());
    assert_eq!(socket.linger().unwrap(), None);
    drop(found);
    run.handle.stop();
    peer.join();
}

#[test]
fn a_client_that_lingers_0_seconds_resets() {
    let (told, ended) = bounded(1);
    let peer = Peer::new(move |mut stream: TcpStream| {
        let mut bytes = Vec::new();
        told.send(stream.read_to_end(&mut bytes).map_err(|error| error.kind())).unwrap();
    });
    let options = SocketOptions { linger: Some(0), ..SocketOptions::client() };
    let read_timeout = Some(Duration::from_millis(50));
    start(ClientSpec { options, read_timeout, ..peer.spec() }).finish();
    assert_eq!(ended.recv_timeout(LIMIT).unwrap(), Err(ErrorKind::ConnectionReset));
    peer.join();
}

#[test]
fn get_takes_them_as_options() {
    let (peer, from) = telling();
    let local = free();
    let address = format!("http://{}/", peer.address);
    let arguments =
        ["--linger", "0", "--send-buffer", "64K", "--receive-buffer", "65536", "--keep-alive", "--no-delay"];
    let mut get = socketscope();
    get.args(["get", &address, "--timeout", "0.05", "--bind", &local.to_string()]).args(arguments);
    let told = String::from_utf8(get.output().unwrap().stderr).unwrap();
    assert_eq!(from.recv_timeout(LIMIT).unwrap(), local);
    assert!(told.contains("bind"), "{told}");
    peer.join();
    for (wrong, why) in [(["--bind", "eth0"], "no address of a machine"), (["--linger", "99999"], "99999")] {
        let output = socketscope().args(["get", "127.0.0.1:1"]).args(wrong).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains(why));
    }
}
