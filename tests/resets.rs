//! Resets at any moment, at both ends: each is told as a reset, whichever call the system tells it to, and never as an orderly end. And an
//! orderly end is never told as a reset.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use socketscope::capture::{
    CallKind, Cause, Clock, Connection, ConnectionId, ConnectionState, Ended, Outcome, Session,
};
use socketscope::net::responders::{Canned, Discard, Echo, Hello, Manual, Page, Relay, When};
use socketscope::net::{ClientSpec, Command, Engine, Order, ReceiveUntil, Responder, ServerSpec};
use support::{LIMIT, ServerRun, listen, target};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Numbers that look like chance and are the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    /// Lets others run for up to so many microseconds.
    fn dawdle(&mut self, most: u64) {
        let until = Instant::now() + Duration::from_micros(self.below(most));
        while Instant::now() < until {
            std::thread::yield_now();
        }
    }
}

/// Closes with RST.
fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// A server that forgets nobody, unless what they have sent is too much.
fn serve(responder: impl Responder + 'static) -> ServerRun {
    let mut server = listen(ServerSpec::new("127.0.0.1:0".parse().unwrap(), Arc::new(responder)));
    server.session.closed_max = usize::MAX;
    server
}

/// `count` clients, one after the other on each of four threads, that say something of `words`, may read something, and reset.
fn reset_often(address: SocketAddr, count: u64, words: &'static [&'static [u8]]) {
    let clients = (1..=4).map(|seed| {
        std::thread::Builder::new().name("clients".into()).spawn(move || {
            let mut chance = Chance(seed * 0x9E37_79B9_7F4A);
            for _ in 0..count / 4 {
                let mut stream = TcpStream::connect(address).unwrap();
                stream.set_read_timeout(Some(LIMIT)).unwrap();
                let said = words[chance.below(words.len() as u64) as usize];
                stream.write_all(&said[..chance.below(said.len() as u64 + 1) as usize]).unwrap();
                // A whole request gets an answer, of which some is read, or none.
                chance.dawdle(300);
                reset(stream);
            }
        })
    });
    clients.collect::<Vec<_>>().into_iter().for_each(|thread| thread.unwrap().join().unwrap());
}

fn all_ended(session: &Session, count: u64) -> bool {
    session.connections.len() as u64 == count && session.connections.iter().all(|one| one.thread.ended.is_some())
}

/// What is told of connections that were reset and are told otherwise.
fn told_otherwise(session: &Session) -> Vec<String> {
    let is_reset = |one: &&Connection| {
        let cause = one.thread.failure.as_ref().map(|failure| &failure.cause);
        one.state() == ConnectionState::Closed(Ended::Failed) && cause == Some(&Cause::Reset)
    };
    let others = session.connections.iter().filter(|one| !is_reset(one));
    others.map(|one| format!("{:?} {:?} {:?}", one.state(), one.thread.failure, calls(one))).collect()
}

fn calls(connection: &Connection) -> Vec<(CallKind, Outcome)> {
    let calls = connection.thread.calls.range(0, 10).unwrap();
    calls.iter().map(|call| (call.kind, call.outcome)).collect()
}

fn each_is_told(responder: impl Responder + 'static, count: u64, words: &'static [&'static [u8]]) {
    let mut server = serve(responder);
    reset_often(server.address, count, words);
    server.until(|session| all_ended(session, count));
    let others = told_otherwise(&server.session);
    assert!(others.is_empty(), "{} of {count}: {:?}", others.len(), &others[..others.len().min(5)]);
    server.stop();
}

#[test]
fn resets_of_clients_of_a_page() {
    each_is_told(Page, 2000, &[GET, b"", b"GET / HTTP/1.1\r\nHo"]);
}

#[test]
fn resets_of_clients_that_talk() {
    each_is_told(Hello { pause: Duration::ZERO }, 1000, &[b"Michael", b""]);
    each_is_told(Echo, 1000, &[b"echo", b""]);
    each_is_told(Discard, 1000, &[b"discard", b""]);
}

#[test]
fn resets_while_a_long_reply_is_sent() {
    let bytes: Arc<[u8]> = vec![b'x'; 8 << 20].into();
    // Some megabytes of each are kept, and of all no more than a gigabyte.
    each_is_told(Canned { bytes, when: When::Accept, then_close: false }, 100, &[b""]);
}

#[test]
fn resets_while_another_thread_sends() {
    const COUNT: u32 = 200;
    let mut server = serve(Manual);
    for id in 1..=COUNT {
        let stream = TcpStream::connect(server.address).unwrap();
        server.until(|session| session.connection(ConnectionId(id)).is_some());
        let message = Command::Send(vec![b'm'; 100_000].into());
        // So many that some are under way when the reset comes.
        for _ in 0..8 {
            let _ = server.handle.order(vec![ConnectionId(id)], Order::Give(message.clone()));
        }
        Chance(u64::from(id)).dawdle(2000);
        reset(stream);
        server.until(|session| session.connection(ConnectionId(id)).is_some_and(|one| one.thread.ended.is_some()));
    }
    let others = told_otherwise(&server.session);
    assert!(others.is_empty(), "{} of {COUNT}: {:?}", others.len(), &others[..others.len().min(5)]);
    server.stop();
}

/// A server of the standard library that resets each of `count` clients at some moment.
fn resetting(count: u64, reply: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let work = move || {
        let mut chance = Chance(0x1234_5678_9ABC_DEF1);
        for _ in 0..count {
            let mut stream = listener.accept().unwrap().0;
            if chance.below(3) > 0 {
                let mut request = [0; 64];
                let _ = stream.read(&mut request).unwrap();
                // The client may have been told already, and be gone.
                let _ = stream.write_all(&reply[..chance.below(reply.len() as u64 + 1) as usize]);
            }
            chance.dawdle(200);
            reset(stream);
        }
    };
    std::thread::Builder::new().name("resetting".into()).spawn(work).unwrap();
    address
}

#[test]
fn resets_of_servers() {
    const AT_ONCE: u64 = 100;
    const TIMES: u64 = 15;
    let address = resetting(AT_ONCE * TIMES, b"HTTP/1.1 200 OK\r\n\r\nuntil the end, which is a reset");
    let (engine, reports) = Engine::new(Clock::start(), || {});
    for _ in 0..TIMES {
        let start = |number: u64| {
            let until = if number.is_multiple_of(2) { ReceiveUntil::Close } else { ReceiveUntil::MessageEnd };
            engine.client(ClientSpec { until, ..ClientSpec::tutorial(target(address)) }).unwrap()
        };
        let mut clients = (0..AT_ONCE).map(start).collect::<Vec<_>>();
        while !clients.iter().all(|(_, session)| session.is_over()) {
            let report = reports.recv_timeout(LIMIT).unwrap();
            clients.iter_mut().find(|(_, session)| session.id == report.session).unwrap().1.apply(report);
        }
        for (_, session) in &clients {
            let told = told_otherwise(session);
            assert!(told.is_empty(), "{told:?}");
            let kinds = calls(session.newest().unwrap());
            assert!(kinds.contains(&(CallKind::Connect, Outcome::Done)), "a reset is no failed connect: {kinds:?}");
            assert_eq!(kinds.last(), Some(&(CallKind::Close, Outcome::Done)));
        }
    }
    engine.end(reports);
}

/// A relay to a server of the test, a client of it, the server's end of the connection onward, and the relay.
fn relayed() -> (TcpStream, TcpStream, ServerRun) {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let relay = serve(Relay { target: target(upstream.local_addr().unwrap()), connect_timeout: LIMIT });
    let mut client = TcpStream::connect(relay.address).unwrap();
    let mut server = upstream.accept().unwrap().0;
    client.set_read_timeout(Some(LIMIT)).unwrap();
    server.set_read_timeout(Some(LIMIT)).unwrap();
    client.write_all(b"there").unwrap();
    server.read_exact(&mut [0; 5]).unwrap();
    server.write_all(b"back").unwrap();
    client.read_exact(&mut [0; 4]).unwrap();
    (client, server, relay)
}

fn is_reset_for(stream: &mut TcpStream) -> bool {
    stream.read(&mut [0; 8]).is_err_and(|error| error.kind() == ErrorKind::ConnectionReset)
}

#[test]
fn a_relay_carries_on_a_reset_as_one() {
    let (client, mut server, mut relay) = relayed();
    reset(client);
    assert!(is_reset_for(&mut server), "of the client");
    relay.until(|session| all_ended(session, 2));
    let ends = relay.session.connections.iter().map(|one| one.thread.ended.unwrap().1).collect::<Vec<_>>();
    assert_eq!(ends, [Ended::Failed, Ended::Reset]);
    relay.stop();

    let (mut client, server, mut relay) = relayed();
    reset(server);
    assert!(is_reset_for(&mut client), "of the server");
    relay.until(|session| all_ended(session, 2));
    let ends = relay.session.connections.iter().map(|one| one.thread.ended.unwrap().1).collect::<Vec<_>>();
    assert_eq!(ends, [Ended::Reset, Ended::Failed]);
    relay.stop();

    let (mut client, mut server, mut relay) = relayed();
    relay.handle.order(vec![ConnectionId(1)], Order::Reset).unwrap();
    assert!(is_reset_for(&mut client) && is_reset_for(&mut server), "of the user");
    relay.until(|session| all_ended(session, 2));
    assert!(relay.session.connections.iter().all(|one| one.state() == ConnectionState::Closed(Ended::Reset)));
    relay.stop();
}

#[test]
fn orderly_ends_are_told_as_such_after_another_thread_has_sent() {
    const COUNT: u32 = 50;
    let mut server = serve(Discard);
    for id in 1..=COUNT {
        let mut stream = TcpStream::connect(server.address).unwrap();
        server.until(|session| session.connection(ConnectionId(id)).is_some());
        let message = Command::Send(vec![b'm'; 1000].into());
        server.handle.order(vec![ConnectionId(id)], Order::Give(message)).unwrap();
        stream.read_exact(&mut [0; 1000]).unwrap();
        drop(stream);
        server.until(|session| session.connection(ConnectionId(id)).is_some_and(|one| one.thread.ended.is_some()));
    }
    assert!(server.session.connections.iter().all(|one| one.state() == ConnectionState::Closed(Ended::PeerFinished)));
    server.stop();
}
