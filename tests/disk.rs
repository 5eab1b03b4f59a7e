//! The limit on what the spools hold on disk: receiving waits there, loses nothing, and goes on by itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test says what it expects with them, and its peers need no names"
)]

mod support;

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::Receiver;
use socketscope::capture::{
    BodyFile, Cause, Clock, ConnectionState, DiskFullReason, DiskQuota, Ended, Operation, ReplyState, Report, Session,
    Subject,
};
use socketscope::decode::{Limits, Stage};
use socketscope::http::Span;
use socketscope::net::responders::Hello;
use socketscope::net::{ClientHandle, ClientSpec, Engine, ServerSpec};
use support::{LIMIT, Peer, target};

const MIB: u64 = 1024 * 1024;

/// Runs on one account of the disk.
struct Runs {
    engine: Engine,
    reports: Receiver<Report>,
    handles: Vec<ClientHandle>,
    sessions: Vec<Session>,
}

impl Runs {
    fn on(disk: &DiskQuota) -> Self {
        let (engine, reports) = Engine::new(Clock::start(), || {});
        let engine = engine.keeping_on(disk.clone());
        Self { engine, reports, handles: Vec::new(), sessions: Vec::new() }
    }

    fn start(&mut self, spec: ClientSpec) {
        let (handle, session) = self.engine.client(spec).unwrap();
        self.handles.push(handle);
        self.sessions.push(session);
    }

    /// Takes in reports until `done` holds of every session.
    fn until(&mut self, done: impl Fn(&Session) -> bool) {
        while !self.sessions.iter().all(&done) {
            let report = self.reports.recv_timeout(LIMIT).expect("a report comes in time");
            let session = self.sessions.iter_mut().find(|session| session.id == report.session).unwrap();
            session.apply(report);
        }
    }

    /// What the spools of all sessions hold of what crossed the sockets, in bytes.
    fn bytes(&self) -> u64 {
        self.sessions.iter().map(|session| session.newest().map_or(0, |c| c.sent.bytes + c.received.bytes)).sum()
    }
}

fn waits(session: &Session) -> bool {
    session.newest().is_some_and(|connection| connection.disk_full().is_some())
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

/// A peer that sends `size` bytes and closes.
fn source(size: usize) -> Peer {
    Peer::new(move |mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        // A client that is stopped closes early.
        let _ = stream.write_all(&pattern(size));
    })
}

#[test]
fn receiving_waits_at_the_limit_and_goes_on_when_it_is_raised() {
    let disk = DiskQuota::blocking_with(2 * MIB, || None);
    let peer = source(8 << 20);
    let mut runs = Runs::on(&disk);
    runs.start(ClientSpec { recv_size: 4096, ..peer.spec() });
    runs.until(waits);
    let disk_full = runs.sessions[0].newest().unwrap().disk_full().unwrap().clone();
    assert_eq!(disk_full.why, DiskFullReason::Limit);
    assert!(disk_full.missing > 0 && disk_full.missing <= 4096 + 40, "{disk_full:?}");
    assert!(disk.held() <= 2 * MIB, "{}", disk.held());
    assert!(disk.held() > 2 * MIB - 5000, "it waits no earlier than it must: {}", disk.held());
    disk.set_limit(64 * MIB);
    runs.until(Session::is_over);
    peer.join();
    let connection = runs.sessions[0].newest().unwrap();
    assert_eq!(connection.state(), ConnectionState::Closed(Ended::PeerFinished));
    assert_eq!(connection.disk_full(), None);
    assert_eq!(connection.received.spool.read(Span::new(0, u64::MAX)).unwrap(), pattern(8 << 20));
}

#[test]
fn the_limit_holds_for_all_spools_together_and_those_that_go_give_room() {
    let disk = DiskQuota::blocking_with(3 * MIB, || None);
    let mut runs = Runs::on(&disk);
    let peers: Vec<_> = (0..4).map(|_| source(4 << 20)).collect();
    for peer in &peers {
        runs.start(ClientSpec { recv_size: 16 * 1024, ..peer.spec() });
    }
    runs.until(waits);
    assert!(disk.held() <= 3 * MIB, "{} are held", disk.held());
    // The first spool's first bytes stay in memory and count nowhere.
    assert!(disk.held() + 4 * 2 * 64 * 1024 > runs.bytes(), "{} of {}", disk.held(), runs.bytes());
    // The two that hold most go, so at least half of it; the others go on by themselves as far as that reaches.
    for _ in 0..2 {
        let received = |session: &Session| session.newest().unwrap().received.bytes;
        let most = (0..runs.sessions.len()).max_by_key(|i| received(&runs.sessions[*i])).unwrap();
        drop((runs.handles.remove(most), runs.sessions.remove(most)));
    }
    let before = runs.bytes();
    while runs.bytes() < before + MIB / 2 {
        let report = runs.reports.recv_timeout(LIMIT).expect("they go on");
        if let Some(session) = runs.sessions.iter_mut().find(|session| session.id == report.session) {
            session.apply(report);
        }
    }
    assert!(disk.held() <= 3 * MIB, "{} are held", disk.held());
    let Runs { engine, reports, handles, sessions } = runs;
    engine.end(reports);
    drop((handles, sessions));
    peers.into_iter().for_each(Peer::join);
    assert_eq!(disk.held(), 0, "everything is given back");
}

#[test]
fn stop_ends_the_wait_for_room() {
    let disk = DiskQuota::blocking_with(MIB, || None);
    let peer = source(8 << 20);
    let mut runs = Runs::on(&disk);
    runs.start(ClientSpec { recv_size: 64 * 1024, ..peer.spec() });
    runs.until(waits);
    runs.handles[0].stop();
    runs.until(Session::is_over);
    peer.join();
    let connection = runs.sessions[0].newest().unwrap();
    assert_eq!(connection.state(), ConnectionState::Closed(Ended::Stopped));
    let received = connection.received.spool.read(Span::new(0, u64::MAX)).unwrap();
    assert_eq!(received.len() as u64, connection.received.bytes);
    assert!(pattern(8 << 20).starts_with(&received));
}

#[test]
fn a_disk_that_is_nearly_full_makes_receiving_wait_until_it_is_not() {
    let free = Arc::new(AtomicU64::new(MIB));
    let known = Arc::clone(&free);
    let disk = DiskQuota::blocking_with(u64::MAX, move || Some(known.load(Ordering::SeqCst)));
    let peer = source(1 << 20);
    let mut runs = Runs::on(&disk);
    runs.start(peer.spec());
    runs.until(waits);
    assert_eq!(runs.sessions[0].newest().unwrap().disk_full().unwrap().why, DiskFullReason::Full);
    // Nobody says so: it is found out.
    free.store(1 << 40, Ordering::SeqCst);
    runs.until(Session::is_over);
    peer.join();
    assert_eq!(runs.sessions[0].newest().unwrap().received.bytes, MIB);
}

/// The account of a system that refuses to write: a device that is always full, in place of a temporary file.
#[test]
#[cfg(target_os = "linux")]
fn what_the_system_refuses_to_write_is_kept_in_memory_and_receiving_waits() {
    let disk = DiskQuota::blocking_with(u64::MAX, || None);
    let body = b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n";
    let peer = Peer::new(move |mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(body).and_then(|()| stream.write_all(&pattern(4_000_000)));
    });
    let file = std::fs::File::options().read(true).write(true).open("/dev/full").unwrap();
    let body_file = BodyFile {
        file,
        path: "page.html".into(),
        stage: Stage::Wire,
        limits: Limits::default(),
        unpacked: Arc::default(),
    };
    let mut runs = Runs::on(&disk);
    runs.start(ClientSpec { body_file: Some(body_file), ..peer.spec() });
    runs.until(waits);
    let disk_full = runs.sessions[0].newest().unwrap().disk_full().unwrap().clone();
    assert!(matches!(disk_full.why, DiskFullReason::Refused(_)), "{disk_full:?}");
    runs.handles[0].stop();
    runs.until(Session::is_over);
    peer.join();
    let connection = runs.sessions[0].newest().unwrap();
    let received = connection.received.spool.read(Span::new(0, u64::MAX)).unwrap();
    assert_eq!(received.len() as u64, connection.received.bytes);
    let sent = [body.as_slice(), &pattern(4_000_000)].concat();
    assert!(received.len() > body.len() && sent.starts_with(&received));
    let failure = connection.thread.failure.clone().unwrap();
    let subject = Some(Subject::File("page.html".into()));
    assert_eq!((failure.operation, failure.subject, failure.cause), (Operation::Save, subject, Cause::DiskFull));
}

#[test]
fn a_send_waits_for_room_too_and_ends_with_its_connection() {
    let disk = DiskQuota::blocking_with(MIB, || None);
    let (given, streams) = crossbeam_channel::bounded(1);
    let peer = Peer::new(move |mut stream| {
        given.send(stream.try_clone().unwrap()).unwrap();
        // The peer takes what comes until the test shuts its socket down; the client still has more to send then. What it sends
        // after that resets the connection, so the last read here returns 0 or fails, whichever the system sees first.
        let mut all = 0;
        let mut buffer = [0; 65_536];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            all += count;
        }
        assert!(all < 8 << 20);
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(8 << 20).unwrap();
    let mut runs = Runs::on(&disk);
    runs.start(ClientSpec { request: Vec::new(), request_file: Some(file.path().to_owned()), ..peer.spec() });
    runs.until(waits);
    assert!(runs.sessions[0].newest().unwrap().sent.disk_full.is_some());
    assert!(disk.held() <= MIB);
    streams.recv().unwrap().shutdown(std::net::Shutdown::Both).unwrap();
    runs.until(Session::is_over);
    peer.join();
}

#[test]
fn without_a_window_the_limit_ends_receiving_with_an_error_that_names_it() {
    let disk = DiskQuota::limited(MIB);
    let peer = source(8 << 20);
    let mut runs = Runs::on(&disk);
    runs.start(peer.spec());
    runs.until(Session::is_over);
    peer.join();
    let connection = runs.sessions[0].newest().unwrap();
    let failure = connection.thread.failure.clone().unwrap();
    assert_eq!((failure.operation, failure.cause), (Operation::Spool, Cause::DiskLimit(MIB)));
    assert_eq!(failure.system, None, "the system has said nothing");
    let received = connection.received.spool.read(Span::new(0, u64::MAX)).unwrap();
    assert_eq!(received.len() as u64, connection.received.bytes);
    assert!(pattern(8 << 20).starts_with(&received));
}

#[test]
fn a_connection_of_a_server_waits_and_the_server_stops_all_the_same() {
    let disk = DiskQuota::blocking_with(MIB, || None);
    let (engine, reports) = Engine::new(Clock::start(), || {});
    let engine = engine.keeping_on(disk.clone());
    let responder = Arc::new(Hello { pause: Duration::ZERO });
    let spec = ServerSpec::new("127.0.0.1:0".parse().unwrap(), responder);
    let (handle, mut session) = engine.server(spec).unwrap();
    let until = |session: &mut Session, done: &dyn Fn(&Session) -> bool| {
        while !done(session) {
            session.apply(reports.recv_timeout(LIMIT).expect("a report comes in time"));
        }
    };
    let address = |session: &Session| session.listener.as_ref().and_then(|listener| listener.address);
    until(&mut session, &|session| address(session).is_some());
    let address = address(&session).unwrap();
    let client = std::thread::spawn(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        // Until the server, which keeps both what it reads and what it says, is gone.
        while stream.write_all(&[b'x'; 1024]).is_ok() && stream.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
    });
    until(&mut session, &waits);
    assert!(disk.held() <= MIB);
    handle.stop();
    until(&mut session, &Session::is_over);
    client.join().unwrap();
    assert_eq!(session.newest().unwrap().state(), ConnectionState::Closed(Ended::Stopped));
}

#[test]
fn a_whole_reply_under_the_limit_is_whole() {
    let disk = DiskQuota::blocking(DiskQuota::default_limit());
    let peer = Peer::new(|mut stream| {
        let _ = stream.read(&mut [0; 1024]);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n").unwrap();
        stream.write_all(&pattern(300_000)).unwrap();
    });
    let mut runs = Runs::on(&disk);
    runs.start(ClientSpec::tutorial(target(peer.address)));
    runs.until(Session::is_over);
    peer.join();
    assert_eq!(ReplyState::of(runs.sessions[0].newest().unwrap()), ReplyState::Complete);
    assert!(disk.held() > 0);
}
