//! The server and its responders against raw clients, on real loopback sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use socketscope::capture::{CallKind, Cause, ConnectionId, ConnectionState, Direction, Ended, Outcome, Session};
use socketscope::net::responders::{Hello, Page};
use socketscope::net::{Engine, PAGE, Responder, ServeResult, ServerSpec};
use support::{ServerRun, listen};

fn serve(responder: Arc<dyn Responder>) -> ServerRun {
    listen(ServerSpec::new("127.0.0.1:0".parse().unwrap(), responder))
}

fn ask(server: &ServerRun, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(request).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

fn ended(session: &Session, id: u32) -> bool {
    session.connection(ConnectionId(id)).is_some_and(|connection| connection.thread.ended.is_some())
}

fn receive(stream: &mut TcpStream, expected: &str) {
    let mut bytes = vec![0; expected.len()];
    stream.read_exact(&mut bytes).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn the_tutorials_conversation_goes_as_the_tutorial_says() {
    let mut server = serve(Arc::new(Hello { pause: Duration::ZERO }));
    let mut stream = TcpStream::connect(server.address).unwrap();
    receive(&mut stream, "Welcome!");
    for name in ["Michael", "Tracy", "Sarah"] {
        stream.write_all(name.as_bytes()).unwrap();
        receive(&mut stream, &format!("Hello, {name}!"));
    }
    stream.write_all(b"exit").unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    server.until(|session| ended(session, 1));
    let connection = &server.session.connections[0];
    assert_eq!(connection.state(), ConnectionState::Closed(Ended::Finished));
    assert_eq!((connection.received.calls, connection.received.bytes, connection.sent.calls), (4, 21, 4));
    assert_eq!(connection.peer, Some(stream.local_addr().unwrap()));
    server.stop();
}

#[test]
fn an_empty_recv_ends_hello() {
    let mut server = serve(Arc::new(Hello { pause: Duration::ZERO }));
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    receive(&mut stream, "Welcome!");
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    server.until(|session| ended(session, 1));
    assert_eq!(server.session.connections[0].state(), ConnectionState::Closed(Ended::PeerFinished));
    server.stop();
}

#[test]
fn the_page_answers_any_get_and_carries_its_picture() {
    let server = serve(Arc::new(Page));
    for path in ["/", "/anything?x=y", "/../etc/passwd"] {
        let reply = ask(&server, format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").as_bytes());
        assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n") && reply.ends_with(PAGE), "{path}");
    }
    let picture = ask(&server, b"GET /picture.svg HTTP/1.1\r\nHost: h\r\n\r\n");
    let text = String::from_utf8(picture).unwrap();
    assert!(text.contains("image/svg+xml") && text.ends_with("</svg>\n"), "{text}");
    assert!(String::from_utf8_lossy(PAGE).contains("src=\"/picture.svg\""));
    server.stop();
}

#[test]
fn head_gets_no_body_other_methods_405_and_garbage_400() {
    let server = serve(Arc::new(Page));
    let head = String::from_utf8(ask(&server, b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")).unwrap();
    assert!(head.contains(&format!("Content-Length: {}", PAGE.len())) && head.ends_with("\r\n\r\n"), "{head}");
    assert!(ask(&server, b"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n").starts_with(b"HTTP/1.1 405 "));
    assert!(ask(&server, b"\x16\x03\x01\x02\x00\x01").starts_with(b"HTTP/1.1 400 "));
    server.stop();
}

#[test]
fn a_request_that_comes_byte_by_byte_is_read() {
    let server = serve(Arc::new(Page));
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_nodelay(true).unwrap();
    for byte in b"GET / HTTP/1.1\r\nHost: h\r\n\r\n" {
        stream.write_all(&[*byte]).unwrap();
    }
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    assert!(reply.ends_with(PAGE));
    let session = server.stop();
    assert_eq!(session.connections[0].stream(Direction::Sent).messages.len(), 1);
}

#[test]
fn many_clients_are_served_at_once_each_on_its_own_thread() {
    const CLIENTS: u32 = 50;
    let mut server = serve(Arc::new(Hello { pause: Duration::ZERO }));
    let mut streams: Vec<_> = (0..CLIENTS).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    for stream in &mut streams {
        receive(stream, "Welcome!");
    }
    for (i, stream) in streams.iter_mut().enumerate() {
        stream.write_all(i.to_string().as_bytes()).unwrap();
        receive(stream, &format!("Hello, {i}!"));
    }
    drop(streams);
    server.until(|session| (1..=CLIENTS).all(|id| ended(session, id)));
    let names: std::collections::HashSet<_> =
        server.session.connections.iter().map(|c| c.thread.name.clone()).collect();
    assert_eq!(names.len(), CLIENTS as usize);
    server.stop();
}

#[test]
fn stop_ends_accept_and_every_connection_and_frees_the_port() {
    let mut server = serve(Arc::new(Hello { pause: Duration::ZERO }));
    let mut stream = TcpStream::connect(server.address).unwrap();
    receive(&mut stream, "Welcome!");
    server.until(|session| session.connections.len() == 1);
    let address = server.address;
    let session = server.stop();
    assert_eq!(session.connections[0].state(), ConnectionState::Closed(Ended::Stopped));
    let last = session.listener.as_ref().unwrap().thread.calls.range(0, 100).unwrap();
    assert!(last.iter().any(|call| call.kind == CallKind::Accept && call.outcome == Outcome::Stopped));
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn stop_ends_the_pause_of_hello() {
    let mut server = serve(Arc::new(Hello { pause: Duration::from_secs(3600) }));
    let mut stream = TcpStream::connect(server.address).unwrap();
    receive(&mut stream, "Welcome!");
    stream.write_all(b"Michael").unwrap();
    server.until(|session| session.connections.first().is_some_and(|connection| connection.received.bytes == 7));
    server.stop();
}

#[test]
fn a_port_in_use_and_an_address_of_another_machine_are_failures_with_the_address() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = taken.local_addr().unwrap();
    for (address, cause) in [(busy, Cause::AddressInUse), ("192.0.2.1:9999".parse().unwrap(), Cause::AddressNotHere)] {
        let (engine, reports) = Engine::new(socketscope::capture::Clock::start(), || {});
        let responder = Arc::new(Page);
        let (_handle, mut session) = engine.server(ServerSpec::new(address, responder)).unwrap();
        while !session.is_over() {
            session.apply(reports.recv_timeout(support::LIMIT).unwrap());
        }
        let failure = session.listener.unwrap().thread.failure.unwrap();
        assert_eq!((failure.cause, failure.subject.unwrap().to_string()), (cause, address.to_string()));
    }
}

struct Panicking;

impl Responder for Panicking {
    fn serve(&self, exchange: &mut socketscope::net::Exchange) -> ServeResult {
        exchange.reply(b"before")?;
        panic!("on purpose");
    }
}

#[test]
fn a_panic_in_a_worker_is_an_error_of_its_connection_alone() {
    let mut server = serve(Arc::new(Panicking));
    for id in 1..=2 {
        assert_eq!(ask(&server, b""), b"before");
        server.until(|session| ended(session, id));
        let connection = &server.session.connections[id as usize - 1];
        assert_eq!(connection.thread.failure.as_ref().unwrap().cause, Cause::Panic("on purpose".into()));
        assert_eq!(connection.state(), ConnectionState::Closed(Ended::Failed));
    }
    assert!(server.session.listener.as_ref().unwrap().thread.ended.is_none());
    server.stop();
}
