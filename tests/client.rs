//! The client against peers that cut, dribble, stall and reset, on real loopback sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use proptest::prelude::*;
use socketscope::capture::{
    CallKind, Cause, Connection, ConnectionState, Direction, Ended, Operation, Outcome, ReplyState, Session,
    SpecialFile,
};
use socketscope::http::{Span, Unreadable};
use socketscope::net::{Command, ReceiveUntil};
use support::{Peer, start, target};

const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\n\r\n0123456789";
const HEAD: u64 = 45;

fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
        request.push(byte[0]);
    }
    request
}

/// A peer that reads the request and sends `reply` in `pieces`, each as a segment of its own.
fn answering(pieces: Vec<Vec<u8>>) -> Peer {
    Peer::new(move |mut stream| {
        stream.set_nodelay(true).unwrap();
        read_request(&mut stream);
        for piece in pieces {
            stream.write_all(&piece).unwrap();
        }
    })
}

fn only(session: &Session) -> &Connection {
    assert_eq!(session.connections.len(), 1);
    &session.connections[0]
}

fn calls(connection: &Connection) -> Vec<(CallKind, Outcome, u32)> {
    let calls = connection.thread.calls.range(0, 10_000).unwrap();
    calls.iter().map(|call| (call.kind, call.outcome, call.got)).collect()
}

fn body(connection: &Connection) -> Vec<u8> {
    let received = &connection.received;
    received.spool.read(received.messages.last().unwrap().body(received.bytes)).unwrap()
}

#[test]
fn the_main_job_is_recorded_call_by_call() {
    let peer = answering(vec![REPLY.to_vec()]);
    let session = start(peer.spec()).finish();
    let connection = only(&session);
    let kinds: Vec<_> = calls(connection).into_iter().map(|(kind, ..)| kind).collect();
    let expected = [
        CallKind::Resolve,
        CallKind::Socket,
        CallKind::Connect,
        CallKind::Send,
        CallKind::Recv,
        CallKind::Recv,
        CallKind::Close,
    ];
    assert_eq!(kinds, expected);
    assert_eq!(calls(connection)[5], (CallKind::Recv, Outcome::PeerFinished, 0));
    assert_eq!(
        (ReplyState::of(connection), connection.state()),
        (ReplyState::Complete, ConnectionState::Closed(Ended::PeerFinished))
    );
    assert_eq!(connection.received.messages[0].head.span, Span::new(0, HEAD));
    assert_eq!(body(connection), b"0123456789");
    assert_eq!(connection.sent.spool.read(Span::new(0, 999)).unwrap(), peer.spec().request);
    assert_eq!(connection.peer, Some(peer.address));
    peer.join();
}

#[test]
fn what_is_sent_is_exactly_what_was_given() {
    let (sender, received) = crossbeam_channel::bounded(1);
    let peer = Peer::new(move |mut stream| {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        sender.send(all).unwrap();
    });
    let mut spec = peer.spec();
    spec.request = b"any\x00bytes\n\xff".to_vec();
    let mut run = start(spec);
    run.until(|session| session.newest().is_some_and(|connection| connection.state() == ConnectionState::Open));
    run.handle.give(Command::Send(b"more"[..].into())).unwrap();
    run.handle.give(Command::ShutdownSending).unwrap();
    assert_eq!(received.recv().unwrap(), b"any\x00bytes\n\xffmore");
    let session = run.finish();
    assert!(calls(only(&session)).contains(&(CallKind::Shutdown, Outcome::Done, 0)));
    peer.join();
}

#[test]
fn every_receive_size_gives_the_same_bytes() {
    for size in [1, 2, 3, 7, 45, 1024, 1 << 20] {
        let peer = answering(vec![REPLY.to_vec()]);
        let mut spec = peer.spec();
        spec.recv_size = size;
        let session = start(spec).finish();
        assert_eq!(body(only(&session)), b"0123456789");
        assert!(calls(only(&session)).iter().all(|(kind, _, got)| *kind != CallKind::Recv || *got as usize <= size));
        peer.join();
    }
}

#[test]
fn the_separator_may_straddle_two_reads_in_every_way() {
    let end = usize::try_from(HEAD).unwrap();
    for cut in end - 4..=end {
        let (go, wait) = crossbeam_channel::bounded::<()>(1);
        let peer = Peer::new(move |mut stream| {
            read_request(&mut stream);
            stream.write_all(&REPLY[..cut]).unwrap();
            wait.recv().unwrap();
            stream.write_all(&REPLY[cut..]).unwrap();
        });
        let mut run = start(peer.spec());
        run.until(|session| session.newest().is_some_and(|connection| connection.received.bytes == cut as u64));
        go.send(()).unwrap();
        let session = run.finish();
        let connection = only(&session);
        assert_eq!(connection.received.messages[0].head.separator, Span::new(HEAD - 4, HEAD));
        assert_eq!(body(connection), b"0123456789");
        let (_, call) = connection.thread.calls.carrying(Direction::Received, HEAD - 5).unwrap().unwrap();
        assert_eq!(u64::from(call.got), cut as u64);
        peer.join();
    }
}

#[test]
fn a_body_that_ends_early_says_how_much_is_missing() {
    let peer = answering(vec![REPLY[..REPLY.len() - 3].to_vec()]);
    let session = start(peer.spec()).finish();
    assert_eq!(ReplyState::of(only(&session)), ReplyState::Incomplete { missing: Some(3) });
    assert_eq!(body(only(&session)), b"0123456");
    peer.join();
}

#[test]
fn bytes_after_the_body_are_surplus() {
    let peer = answering(vec![[REPLY, b"garbage"].concat()]);
    let session = start(peer.spec()).finish();
    let connection = only(&session);
    assert_eq!((ReplyState::of(connection), connection.received.surplus), (ReplyState::Complete, Some(HEAD + 10)));
    assert_eq!(body(connection), b"0123456789");
    peer.join();
}

#[test]
fn an_empty_reply_and_one_that_is_no_http_are_told_apart() {
    for (reply, why) in [
        (&b""[..], Unreadable::Empty),
        (b"Welcome!", Unreadable::NotHttp),
        (b"HTTP/1.1 200", Unreadable::HeadUnfinished),
    ] {
        let peer = answering(vec![reply.to_vec()]);
        let session = start(peer.spec()).finish();
        assert_eq!(ReplyState::of(only(&session)), ReplyState::NotHttp(why));
        assert_eq!(only(&session).received.spool.read(Span::new(0, 99)).unwrap(), reply);
        peer.join();
    }
}

#[test]
fn a_head_without_an_end_is_bounded_and_kept() {
    let field = [b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'a'; 300 * 1024]].concat();
    let peer = answering(vec![field.clone()]);
    let session = start(peer.spec()).finish();
    let connection = only(&session);
    assert_eq!(ReplyState::of(connection), ReplyState::NotHttp(Unreadable::HeadTooLong));
    assert_eq!(connection.received.spool.read(Span::new(0, u64::MAX)).unwrap(), field);
    peer.join();
}

#[test]
fn a_reset_is_a_failure_and_keeps_what_came_before() {
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let peer = Peer::new(move |mut stream| {
        read_request(&mut stream);
        stream.write_all(&REPLY[..50]).unwrap();
        wait.recv().unwrap();
        socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    });
    let mut run = start(peer.spec());
    run.until(|session| session.newest().is_some_and(|connection| connection.received.bytes == 50));
    go.send(()).unwrap();
    let session = run.finish();
    let connection = only(&session);
    assert_eq!(connection.thread.failure.as_ref().unwrap().cause, Cause::Reset);
    assert_eq!(
        (body(connection), ReplyState::of(connection)),
        (b"01234".to_vec(), ReplyState::Incomplete { missing: Some(5) })
    );
    peer.join();
}

#[test]
fn nobody_listening_is_refused_with_the_address() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let session = start(socketscope::net::ClientSpec::tutorial(target(address))).finish();
    let failure = only(&session).thread.failure.clone().unwrap();
    assert_eq!((failure.cause, failure.subject.unwrap().to_string()), (Cause::Refused, address.to_string()));
    assert_eq!(only(&session).state(), ConnectionState::Closed(Ended::Failed));
}

#[test]
fn a_name_without_an_address_is_not_found() {
    let mut target = target("127.0.0.1:80".parse().unwrap());
    target.host = "no-such-host.invalid".into();
    let session = start(socketscope::net::ClientSpec::tutorial(target)).finish();
    assert_eq!(only(&session).thread.failure.as_ref().unwrap().cause, Cause::NameNotFound);
}

#[test]
fn a_peer_that_says_nothing_times_out_where_that_was_asked_for() {
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let peer = Peer::new(move |mut stream| {
        read_request(&mut stream);
        wait.recv().unwrap();
    });
    let mut spec = peer.spec();
    spec.read_timeout = Some(Duration::from_millis(60));
    let session = start(spec).finish();
    go.send(()).unwrap();
    let connection = only(&session);
    assert_eq!(connection.state(), ConnectionState::Closed(Ended::TimedOut));
    let last = calls(connection).into_iter().rev().find(|(kind, ..)| *kind == CallKind::Recv);
    assert_eq!(last, Some((CallKind::Recv, Outcome::TimedOut, 0)));
    peer.join();
}

#[test]
fn stop_ends_a_blocked_recv_at_once_and_is_no_end_of_the_peer() {
    let peer = Peer::new(|mut stream| {
        read_request(&mut stream);
        // Until the client goes away.
        let _ = stream.read(&mut [0]);
    });
    let mut run = start(peer.spec());
    run.until(|session| session.newest().is_some_and(Connection::is_waiting_in_recv));
    run.handle.stop();
    // Were it not stopped, no report would come before the test gives up.
    let session = run.finish();
    assert_eq!(only(&session).state(), ConnectionState::Closed(Ended::Stopped));
    assert!(calls(only(&session)).contains(&(CallKind::Recv, Outcome::Stopped, 0)));
    peer.join();
}

#[test]
#[cfg(target_os = "linux")]
fn stop_ends_a_connect_that_gets_no_answer() {
    let (address, _full) = support::full_listener();
    let spec = socketscope::net::ClientSpec::tutorial(target(address));
    let connect_timeout = Duration::from_secs(3600);
    let mut run = start(socketscope::net::ClientSpec { connect_timeout, ..spec });
    let connecting = |session: &Session| {
        session.newest().is_some_and(|c| c.thread.blocked.iter().any(|b| b.kind == CallKind::Connect))
    };
    run.until(connecting);
    run.handle.stop();
    // Were it not stopped, no report would come before the test gives up.
    assert_eq!(only(&run.finish()).state(), ConnectionState::Closed(Ended::Stopped));
}

#[test]
fn the_end_of_the_reply_may_end_the_run() {
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let peer = Peer::new(move |mut stream| {
        read_request(&mut stream);
        stream.write_all(REPLY).unwrap();
        wait.recv().unwrap();
    });
    let mut spec = peer.spec();
    spec.until = ReceiveUntil::MessageEnd;
    let session = start(spec).finish();
    go.send(()).unwrap();
    assert_eq!(
        (ReplyState::of(only(&session)), only(&session).state()),
        (ReplyState::Complete, ConnectionState::Closed(Ended::Finished))
    );
    peer.join();
}

#[test]
fn a_complete_body_on_a_connection_that_stays_open_is_known_to_be_complete() {
    let (go, wait) = crossbeam_channel::bounded::<()>(1);
    let peer = Peer::new(move |mut stream| {
        read_request(&mut stream);
        stream.write_all(REPLY).unwrap();
        wait.recv().unwrap();
    });
    let mut run = start(peer.spec());
    run.until(|session| {
        session.newest().is_some_and(|connection| {
            ReplyState::of(connection) == ReplyState::Complete && connection.is_waiting_in_recv()
        })
    });
    assert_eq!(only(&run.session).state(), ConnectionState::Open);
    go.send(()).unwrap();
    run.finish();
    peer.join();
}

#[test]
fn a_long_request_does_not_stop_the_reply_from_being_read() {
    const LONG: usize = 8 << 20;
    let peer = Peer::new(|mut stream| {
        // Answers more than the buffers hold before it reads anything.
        let reply = [b"HTTP/1.0 200 OK\r\n\r\n".to_vec(), vec![b'x'; LONG]].concat();
        stream.write_all(&reply).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let mut spec = peer.spec();
    spec.request = vec![b'r'; LONG];
    spec.recv_size = 65_536;
    let session = start(spec).finish();
    assert_eq!(body(only(&session)).len(), LONG);
    assert_eq!(ReplyState::of(only(&session)), ReplyState::Complete);
    peer.join();
}

#[test]
fn dropping_a_run_ends_it_although_nobody_reads_its_reports() {
    let peer = Peer::new(|mut stream| {
        let _ = stream.write_all(&vec![b'x'; 4 << 20]);
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let mut spec = peer.spec();
    spec.recv_size = 1;
    let mut run = start(spec);
    run.until(|session| session.newest().is_some_and(|connection| connection.received.bytes > 0));
    drop(run.reports);
    drop(run.handle);
    peer.join();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_cutting_changes_what_is_read(cuts in prop::collection::vec(1_usize..20, 0..12), size in 1_usize..40) {
        let mut pieces = Vec::new();
        let mut rest = REPLY;
        for cut in cuts {
            let (piece, left) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece.to_vec());
            rest = left;
        }
        pieces.push(rest.to_vec());
        let peer = answering(pieces);
        let mut spec = peer.spec();
        spec.recv_size = size;
        let session = start(spec).finish();
        prop_assert_eq!(body(only(&session)), b"0123456789");
        prop_assert_eq!(ReplyState::of(only(&session)), ReplyState::Complete);
        peer.join();
    }
}

#[test]
fn a_file_is_sent_after_the_request_without_being_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let data: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
    std::fs::write(&path, &data).unwrap();
    let length = data.len();
    let peer = Peer::new(move |mut stream| {
        read_request(&mut stream);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        assert!(body == data);
        stream.write_all(REPLY).unwrap();
    });
    let mut spec = peer.spec();
    spec.request = format!("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n").into_bytes();
    let head = spec.request.len();
    spec.request_file = Some(path);
    let session = start(spec).finish();
    let connection = only(&session);
    assert_eq!(ReplyState::of(connection), ReplyState::Complete);
    assert_eq!(connection.sent.bytes, (head + length) as u64);
    assert_eq!(connection.sent.messages[0].body(connection.sent.bytes), Span::new(head as u64, connection.sent.bytes));
    peer.join();
}

#[test]
fn a_file_that_is_not_there_is_told_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut spec = socketscope::net::ClientSpec::tutorial(target(listener.local_addr().unwrap()));
    spec.request_file = Some("/no/such/file".into());
    let session = start(spec).finish();
    let failure = only(&session).thread.failure.clone().unwrap();
    assert_eq!((failure.operation, failure.cause), (Operation::ReadFile, Cause::NotFound));
    assert_eq!(only(&session).sent.bytes, 0);
}

#[test]
#[cfg(unix)]
fn a_device_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut spec = socketscope::net::ClientSpec::tutorial(target(listener.local_addr().unwrap()));
    spec.request_file = Some("/dev/zero".into());
    let failure = only(&start(spec).finish()).thread.failure.clone().unwrap();
    assert_eq!((failure.operation, failure.cause), (Operation::ReadFile, Cause::NotAFile(SpecialFile::Device)));
}
