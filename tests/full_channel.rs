//! What the window calls never waits for room in the channel of the reports, of which it is the only reader: the channel is full here, and
//! nobody reads it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use socketscope::capture::{Clock, ConnectionId, Report, Session};
use socketscope::net::responders::{Echo, Hello, Manual};
use socketscope::net::{
    ClientHandle, ClientSpec, Command, ConnectionLimit, Engine, Order, Overflow, Repeat, ServerHandle, ServerSpec,
    Serving,
};
use support::{LIMIT, target};

/// Two servers and a client under way, and a channel that is full.
struct Full {
    engine: Engine,
    reports: Receiver<Report>,
    server: ServerHandle,
    /// It serves on the thread that accepts, and is busy with somebody.
    alone: ServerHandle,
    client: ClientHandle,
    address: std::net::SocketAddr,
    _visitor: TcpStream,
    goes_on: Arc<AtomicBool>,
}

impl Drop for Full {
    fn drop(&mut self) {
        self.goes_on.store(false, Ordering::Release);
    }
}

fn listens(session: &mut Session, reports: &Receiver<Report>) -> std::net::SocketAddr {
    loop {
        if let Some(address) = session.listener.as_ref().and_then(|listener| listener.address) {
            return address;
        }
        let report = reports.recv_timeout(LIMIT).unwrap();
        if report.session == session.id {
            session.apply(report);
        }
    }
}

impl Full {
    fn new() -> Self {
        let (engine, reports) = Engine::new(Clock::start(), || {});
        let spec = |responder| ServerSpec::new("127.0.0.1:0".parse().unwrap(), responder);
        let (server, mut session) = engine.server(spec(Arc::new(Echo))).unwrap();
        let address = listens(&mut session, &reports);
        let hello = ServerSpec { on_accepting_thread: true, ..spec(Arc::new(Hello { pause: Duration::ZERO })) };
        let (alone, mut of_alone) = engine.server(hello).unwrap();
        let mut visitor = TcpStream::connect(listens(&mut of_alone, &reports)).unwrap();
        visitor.read_exact(&mut [0; 8]).unwrap();
        let (client, _) = engine.client(ClientSpec::tutorial(target(address))).unwrap();
        let goes_on = Arc::new(AtomicBool::new(true));
        for _ in 0..50 {
            let goes_on = Arc::clone(&goes_on);
            let work = move || {
                let Ok(mut stream) = TcpStream::connect(address) else { return };
                stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
                // Replies come as long as the server has room to report.
                while goes_on.load(Ordering::Acquire) && stream.write_all(b"x").is_ok() {
                    let _ = stream.read(&mut [0; 64]);
                }
            };
            std::thread::Builder::new().name("crowd".into()).spawn(work).unwrap();
        }
        while !reports.is_full() {
            std::thread::yield_now();
        }
        Self { engine, reports, server, alone, client, address, _visitor: visitor, goes_on }
    }
}

/// Does `what` in the full channel; fails if it does not come back.
fn comes_back(what: impl FnOnce(&Full) + Send + 'static) -> Full {
    let (done, end) = bounded(1);
    let work = move || {
        let full = Full::new();
        what(&full);
        assert!(full.reports.is_full(), "nobody reads it");
        done.send(full).unwrap();
    };
    std::thread::Builder::new().name("window".into()).spawn(work).unwrap();
    end.recv_timeout(LIMIT).expect("the window waits for itself")
}

#[test]
fn starting_a_client_comes_back() {
    comes_back(|full| drop(full.engine.client(ClientSpec::tutorial(target(full.address))).unwrap()));
}

#[test]
fn following_a_redirect_comes_back() {
    comes_back(|full| {
        full.client.stop();
        drop(full.engine.hop(full.client.session, 2, ClientSpec::tutorial(target(full.address))).unwrap());
    });
}

#[test]
fn stopping_a_client_and_giving_it_commands_comes_back() {
    comes_back(|full| {
        let _ = full.client.give(Command::Send(b"typed"[..].into()));
        let _ = full.client.give(Command::ShutdownSending);
        full.client.stop();
    });
}

#[test]
fn starting_a_server_comes_back() {
    let spec = ServerSpec::new("127.0.0.1:0".parse().unwrap(), Arc::new(Manual));
    comes_back(|full| drop(full.engine.server(spec).unwrap()));
}

#[test]
fn stopping_a_server_comes_back() {
    comes_back(|full| full.server.stop());
}

#[test]
fn stopping_a_server_that_serves_on_the_accepting_thread_comes_back() {
    comes_back(|full| {
        // Until who carries them out waits for room itself, and no more are taken.
        let tell = || full.alone.order(vec![ConnectionId(1)], Order::Give(Command::Send(b"told"[..].into())));
        while tell().is_ok() {
            std::thread::yield_now();
        }
        full.alone.stop();
    });
}

#[test]
fn changing_a_server_comes_back() {
    comes_back(|full| {
        full.server.serve_with(Serving::with(Arc::new(Manual)));
        full.server.set_backlog(7);
        full.server.pause_accepting(true);
        full.server.pause_accepting(false);
        full.server.serve_on_accepting_thread(true);
        full.server.set_limit(Some(ConnectionLimit { connections: 1, then: Overflow::Refuse }));
        full.server.set_limit(None);
    });
}

#[test]
fn orders_to_all_connections_come_back() {
    comes_back(|full| {
        let messages = Arc::from([b"again".to_vec()]);
        let repeat = Repeat { messages, every: Duration::ZERO, times: None };
        for command in [Command::Send(b"told"[..].into()), Command::Repeat(repeat), Command::StopRepeating] {
            // So many that no more are taken; each comes back all the same.
            for _ in 0..200 {
                let _ = full.server.order((1..=50).map(ConnectionId).collect(), Order::Give(command.clone()));
            }
        }
        let _ = full.server.order((1..=50).map(ConnectionId).collect(), Order::Reset);
        let _ = full.server.order((1..=50).map(ConnectionId).collect(), Order::Close);
    });
}

#[test]
fn the_end_of_everything_comes_back() {
    let mut full = comes_back(|_| {});
    let (done, end) = bounded(1);
    let work = move || {
        let reports = std::mem::replace(&mut full.reports, crossbeam_channel::never());
        full.engine.end(reports);
        done.send(()).unwrap();
    };
    std::thread::Builder::new().name("window".into()).spawn(work).unwrap();
    end.recv_timeout(LIMIT).expect("a worker waits for room in a channel that nobody reads");
}
