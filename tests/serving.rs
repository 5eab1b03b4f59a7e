//! Responders, faults, orders to connections and the door of a server, against raw clients on real loopback sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use socketscope::capture::{Call, CallKind, Cause, ConnectionId, ConnectionState, Ended, Outcome, Session};
use socketscope::net::responders::{
    Canned, Daytime, Discard, Echo, Hello, Manual, Page, Pattern, Piece, Relay, Rule, Rules, When,
};
use socketscope::net::{
    BACKLOG, Command, ConnectionLimit, Cut, CutAction, Dribble, Faults, Order, Overflow, Repeat, Responder, ServeMode,
    ServerSpec, Serving, Target,
};
use support::{LIMIT, ServerRun, listen};

fn spec(responder: impl Responder + 'static) -> ServerSpec {
    ServerSpec::new("127.0.0.1:0".parse().unwrap(), Arc::new(responder))
}

fn serve(responder: impl Responder + 'static) -> ServerRun {
    listen(spec(responder))
}

fn with(responder: impl Responder + 'static, faults: Faults) -> ServerRun {
    let spec = spec(responder);
    listen(ServerSpec { serving: Serving { faults, ..spec.serving.clone() }, ..spec })
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

/// Sends `bytes` and reads until the server closes.
fn ask(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    stream.write_all(bytes).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

/// Sends `bytes` and no more, and reads until the server closes.
fn ask_and_end(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    stream.write_all(bytes).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    reply
}

/// Whether a client of Hello has heard nothing yet, when one that was let in before has been answered several times since.
fn waits(stream: &mut TcpStream, standing: &mut TcpStream) -> bool {
    for _ in 0..20 {
        standing.write_all(b"x").unwrap();
        hear(standing, b"Hello, x!");
    }
    stream.set_nonblocking(true).unwrap();
    let waits = stream.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    waits
}

fn hear(stream: &mut TcpStream, expected: &[u8]) {
    let mut bytes = vec![0; expected.len()];
    stream.read_exact(&mut bytes).unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(expected));
}

fn ended(session: &Session, id: u32) -> Option<Ended> {
    session.connection(ConnectionId(id))?.thread.ended.map(|(_, how)| how)
}

fn calls(session: &Session) -> Vec<Call> {
    session.listener.as_ref().unwrap().thread.calls.range(0, 1000).unwrap()
}

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn echo_sends_back_every_byte_and_ends_with_the_peer() {
    let mut server = serve(Echo);
    let mut stream = connect(server.address);
    let bytes: Vec<u8> = (0..100_000_u32).map(|i| i as u8).collect();
    let (mut reading, sent) = (stream.try_clone().unwrap(), bytes.clone());
    let writing = std::thread::Builder::new().name("writer".into());
    let writer = writing.spawn(move || {
        stream.write_all(&sent).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
    });
    let writer = writer.unwrap();
    let mut echoed = Vec::new();
    reading.read_to_end(&mut echoed).unwrap();
    writer.join().unwrap();
    assert!(echoed == bytes);
    server.until(|session| ended(session, 1).is_some());
    let connection = &server.session.connections[0];
    assert_eq!((connection.sent.bytes, connection.received.bytes), (100_000, 100_000));
    assert_eq!(connection.state(), ConnectionState::Closed(Ended::PeerFinished));
    server.stop();
}

#[test]
fn discard_says_nothing_and_daytime_greets_and_closes() {
    let server = serve(Discard);
    let mut stream = connect(server.address);
    stream.write_all(&[7; 50_000]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!(server.stop().traffic().received, 50_000);
    let server = serve(Daytime);
    let greeting = String::from_utf8(ask(server.address, b"")).unwrap();
    assert!(greeting.ends_with("\r\n") && greeting.contains("20") && greeting.contains(':'), "{greeting}");
    server.stop();
}

#[test]
fn a_canned_reply_goes_out_as_it_is_when_it_is_due() {
    let bytes = b"HTTP/1.1 299 Odd\r\nX: \xff\r\nContent-Length: 2\r\n\r\nok";
    let canned = |when, then_close| serve(Canned { bytes: bytes[..].into(), when, then_close });
    let server = canned(When::Request, true);
    assert_eq!(ask(server.address, GET), bytes);
    assert_eq!(ask(server.address, b"\x00no http"), bytes);
    server.stop();
    let server = canned(When::Accept, true);
    assert_eq!(ask(server.address, b""), bytes);
    server.stop();
    let server = canned(When::Request, false);
    let mut stream = connect(server.address);
    stream.write_all(&[GET, GET].concat()).unwrap();
    hear(&mut stream, &[&bytes[..], bytes].concat());
    stream.write_all(GET).unwrap();
    hear(&mut stream, bytes);
    server.stop();
}

#[test]
fn the_first_rule_that_fits_answers() {
    let bytes = |bytes: &[u8]| vec![Piece::Bytes(bytes.to_vec())];
    let rule = |when, reply, closes| Rule { when, delay: Duration::ZERO, reply, closes };
    let server = serve(Rules(vec![
        rule(Pattern::Line(b"ping".to_vec()), Some(bytes(b"pong")), false),
        rule(
            Pattern::regex(r"^add (\d+)").unwrap(),
            Some([bytes(b"<"), vec![Piece::Group(1)], bytes(b">")].concat()),
            false,
        ),
        rule(Pattern::StartsWith(b"quiet".to_vec()), None, false),
        rule(Pattern::Contains(b"bye".to_vec()), Some(bytes(b"!")), true),
    ]));
    let mut stream = connect(server.address);
    for (said, answer) in [("ping\r\n", "pong"), ("add 17", "<17>")] {
        stream.write_all(said.as_bytes()).unwrap();
        hear(&mut stream, answer.as_bytes());
    }
    stream.write_all(b"quiet bye").unwrap();
    stream.write_all(b" ").unwrap();
    stream.write_all(b"good bye").unwrap();
    let mut rest = Vec::new();
    // What came in one recv is what a rule sees: the three may come together, and then nothing is said.
    stream.shutdown(Shutdown::Write).unwrap();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest == b"!" || rest.is_empty());
    server.stop();
}

#[test]
fn a_relay_carries_both_ways_and_shows_both_connections() {
    let upstream = serve(Hello { pause: Duration::ZERO });
    let target = Target::parse(&upstream.address.to_string()).unwrap();
    let mut relay = serve(Relay { target, connect_timeout: LIMIT });
    let mut stream = connect(relay.address);
    hear(&mut stream, b"Welcome!");
    stream.write_all(b"Relay").unwrap();
    hear(&mut stream, b"Hello, Relay!");
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    relay.until(|session| ended(session, 1).is_some() && ended(session, 2).is_some());
    let [near, far] = [&relay.session.connections[0], &relay.session.connections[1]];
    assert_eq!(far.peer, Some(upstream.address));
    assert_eq!((near.received.bytes, far.sent.bytes, far.received.bytes, near.sent.bytes), (5, 5, 21, 21));
    let kinds = far.thread.calls.range(0, 100).unwrap().iter().map(|call| call.kind).collect::<Vec<_>>();
    assert!(kinds.contains(&CallKind::Connect) && kinds.contains(&CallKind::Shutdown), "{kinds:?}");
    relay.stop();
    upstream.stop();
}

#[test]
fn a_relay_to_nobody_tells_why_and_closes() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut relay = serve(Relay { target: Target::parse(&nobody.to_string()).unwrap(), connect_timeout: LIMIT });
    let mut stream = connect(relay.address);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    relay.until(|session| ended(session, 2) == Some(Ended::Failed) && ended(session, 1).is_some());
    assert!(relay.session.connections[1].thread.failure.is_some());
    relay.stop();
}

#[test]
fn a_relay_ends_at_once_when_its_server_does() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = Target::parse(&silent.local_addr().unwrap().to_string()).unwrap();
    let mut relay = serve(Relay { target, connect_timeout: LIMIT });
    let mut stream = connect(relay.address);
    let (upstream, _) = silent.accept().unwrap();
    relay.until(|session| session.connection(ConnectionId(2)).is_some_and(|far| far.peer.is_some()));
    // The other server says nothing and does not end: who waits for that waits for ever.
    let session = relay.stop();
    assert_eq!(session.connections[1].thread.ended.map(|(_, how)| how), Some(Ended::Stopped));
    assert_eq!(stream.read(&mut [0]).unwrap_or(0), 0);
    drop(upstream);
}

#[test]
fn a_person_answers_some_connections_and_only_those_hear_it() {
    let mut server = serve(Manual);
    let mut streams = [connect(server.address), connect(server.address), connect(server.address)];
    server.until(|session| session.connections.iter().filter(|c| c.peer.is_some()).count() == 3);
    let id_of = |server: &ServerRun, stream: &TcpStream| {
        let local = stream.local_addr().unwrap();
        server.session.connections.iter().find(|connection| connection.peer == Some(local)).unwrap().id
    };
    let ids = [id_of(&server, &streams[0]), id_of(&server, &streams[2])];
    server.handle.order(ids.to_vec(), Order::Give(Command::Send(b"you two"[..].into()))).unwrap();
    hear(&mut streams[0], b"you two");
    hear(&mut streams[2], b"you two");
    let all = server.session.connections.iter().map(|connection| connection.id).collect::<Vec<_>>();
    server.handle.order(all, Order::Give(Command::Send(b"all"[..].into()))).unwrap();
    streams.iter_mut().for_each(|stream| hear(stream, b"all"));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), b"from a file").unwrap();
    server.handle.order(ids.to_vec(), Order::Give(Command::SendFile(file.path().into()))).unwrap();
    hear(&mut streams[2], b"from a file");
    server.handle.order(vec![ids[0]], Order::Give(Command::ShutdownSending)).unwrap();
    hear(&mut streams[0], b"from a file");
    assert_eq!(streams[0].read(&mut [0]).unwrap(), 0);
    server.stop();
}

/// A server by hand whose only client has asked and finished sending.
fn half_closed() -> (ServerRun, TcpStream) {
    let mut server = serve(Manual);
    let mut stream = connect(server.address);
    stream.write_all(b"question").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    server.until(|session| session.newest().is_some_and(|connection| connection.receiving_ended));
    assert_eq!(server.session.newest().unwrap().state(), ConnectionState::Open);
    (server, stream)
}

#[test]
fn a_person_answers_a_client_that_has_finished_sending() {
    let (mut server, mut stream) = half_closed();
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::Send(b"answer"[..].into()))).unwrap();
    hear(&mut stream, b"answer");
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::ShutdownSending)).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    server.until(|session| ended(session, 1).is_some());
    assert_eq!(ended(&server.session, 1), Some(Ended::PeerFinished));
    server.stop();
}

#[test]
fn a_half_closed_connection_ends_as_the_person_says_or_with_its_client() {
    for (order, how) in [(Order::Close, Ended::Stopped), (Order::Reset, Ended::Reset)] {
        let (mut server, mut stream) = half_closed();
        server.handle.order(vec![ConnectionId(1)], order).unwrap();
        server.until(|session| ended(session, 1).is_some());
        assert_eq!(ended(&server.session, 1), Some(how));
        let applied_until = stream.read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(applied_until, if how == Ended::Reset { Err(ErrorKind::ConnectionReset) } else { Ok(0) });
        server.stop();
    }
    let (mut server, stream) = half_closed();
    drop(stream);
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::Send(b"too late"[..].into()))).unwrap();
    server.until(|session| ended(session, 1).is_some());
    let cause = server.session.newest().unwrap().thread.failure.as_ref().map(|failure| failure.cause.clone());
    assert!(cfg!(not(target_os = "linux")) || cause == Some(Cause::BrokenPipe), "{cause:?}");
    server.stop();
}

#[test]
fn who_has_something_to_say_says_it_to_a_client_that_has_finished_sending() {
    let canned = Canned { bytes: b"canned"[..].into(), when: When::Request, then_close: true };
    let server = serve(canned);
    for half in [&b"half a line"[..], &GET[..GET.len() - 2], b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"] {
        assert_eq!(ask_and_end(server.address, half), b"canned", "{half:?}");
    }
    assert_eq!(ask_and_end(server.address, b""), b"", "who asks nothing gets nothing");
    server.stop();
    let server = serve(Page);
    for half in [&GET[..GET.len() - 2], b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"] {
        let reply = String::from_utf8(ask_and_end(server.address, half)).unwrap();
        assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
    }
    assert_eq!(ask_and_end(server.address, b""), b"");
    server.stop();
    let pause = Duration::from_millis(50);
    let rule = Rule {
        when: Pattern::Anything,
        delay: pause,
        reply: Some(vec![Piece::Bytes(b"late".to_vec())]),
        closes: false,
    };
    let server = serve(Rules(vec![rule]));
    assert_eq!(ask_and_end(server.address, b"x"), b"late");
    server.stop();
}

#[test]
fn messages_are_sent_in_a_loop_so_many_times() {
    let mut server = serve(Manual);
    let mut stream = connect(server.address);
    server.until(|session| session.connections.iter().any(|c| c.peer.is_some()));
    let messages = Arc::from([b"a".to_vec(), b"bc".to_vec()]);
    let repeat = Repeat { messages, every: Duration::from_millis(1), times: Some(5) };
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::Repeat(repeat))).unwrap();
    hear(&mut stream, b"abcabca");
    let endless = Repeat { messages: Arc::from([b"x".to_vec()]), every: Duration::from_millis(1), times: None };
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::Repeat(endless))).unwrap();
    hear(&mut stream, b"xxx");
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::StopRepeating)).unwrap();
    server.handle.order(vec![ConnectionId(1)], Order::Give(Command::ShutdownSending)).unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    assert!(rest.iter().all(|byte| *byte == b'x'));
    server.stop();
}

#[test]
fn close_ends_with_fin_and_reset_with_rst() {
    let mut server = serve(Manual);
    let mut streams = [connect(server.address), connect(server.address)];
    server.until(|session| session.connections.iter().filter(|c| c.peer.is_some()).count() == 2);
    let id_of = |stream: &TcpStream| {
        let local = stream.local_addr().unwrap();
        server.session.connections.iter().find(|connection| connection.peer == Some(local)).unwrap().id
    };
    let [closed, reset] = [id_of(&streams[0]), id_of(&streams[1])];
    server.handle.order(vec![closed], Order::Close).unwrap();
    server.handle.order(vec![reset], Order::Reset).unwrap();
    assert_eq!(streams[0].read(&mut [0]).unwrap(), 0);
    assert_eq!(streams[1].read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    server.until(|session| session.connections.iter().all(|c| c.thread.ended.is_some()));
    for (id, how) in [(closed, Ended::Stopped), (reset, Ended::Reset)] {
        assert_eq!(server.session.connection(id).unwrap().state(), ConnectionState::Closed(how));
    }
    server.stop();
}

#[test]
fn a_connection_whose_send_is_blocked_can_be_reset() {
    let mut server = serve(Canned { bytes: vec![7; 64 << 20].into(), when: When::Accept, then_close: true });
    let mut stream = connect(server.address);
    hear(&mut stream, &[7]);
    server.until(|session| {
        session.connections.iter().any(|c| c.thread.blocked.iter().any(|blocked| blocked.kind == CallKind::Send))
    });
    server.handle.order(vec![ConnectionId(1)], Order::Reset).unwrap();
    server.until(|session| ended(session, 1).is_some());
    let error = std::iter::repeat_with(|| stream.read(&mut [0; 65_536])).find_map(Result::err).unwrap();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    server.stop();
}

#[test]
fn replies_are_cut_where_they_are_to_be_and_end_as_they_are_to() {
    let cut = |then| with(Page, Faults { cut: Some(Cut { after: 40, then }), ..Faults::default() });
    let mut server = cut(CutAction::Close);
    assert_eq!(ask(server.address, GET).len(), 40);
    server.until(|session| ended(session, 1) == Some(Ended::OnPurpose));
    server.stop();
    let server = cut(CutAction::Reset);
    let mut stream = connect(server.address);
    stream.write_all(GET).unwrap();
    let (mut bytes, mut buffer) = (0, [0; 1024]);
    let error = loop {
        match stream.read(&mut buffer) {
            Ok(0) => panic!("an orderly end"),
            Ok(count) => bytes += count,
            Err(error) => break error,
        }
    };
    // A reset may overtake what the client has not read.
    assert!(error.kind() == ErrorKind::ConnectionReset && bytes <= 40);
    server.stop();
    let pause = Duration::from_millis(50);
    let mut server = cut(CutAction::Pause(pause));
    assert!(ask(server.address, GET).len() > 1000);
    server.until(|session| ended(session, 1).is_some());
    let sends = server.session.connections[0].thread.calls.range(0, 100).unwrap();
    let sends = sends.into_iter().filter(|call| call.kind == CallKind::Send).collect::<Vec<_>>();
    assert!(sends[0].got == 40 && sends[1].begun.since(sends[0].ended()) >= pause);
    server.stop();
    let mut server = cut(CutAction::Stall);
    let mut stream = connect(server.address);
    stream.write_all(GET).unwrap();
    stream.read_exact(&mut [0; 40]).unwrap();
    // It waits for our end, and has nothing more to say then.
    server.until(|session| session.newest().is_some_and(|c| c.sent.bytes == 40 && c.is_waiting_in_recv()));
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    server.until(|session| ended(session, 1) == Some(Ended::OnPurpose));
    server.stop();
}

#[test]
fn replies_dribble_and_come_late() {
    let dribble = Some(Dribble { bytes: 3, every: Duration::from_millis(1) });
    let first = Duration::from_millis(60);
    let faults = Faults { dribble, before_first_byte: first, before_close: first, ..Faults::default() };
    let mut server = with(Daytime, faults);
    let reply = ask(server.address, b"");
    assert!(reply.ends_with(b"\r\n"));
    server.until(|session| ended(session, 1).is_some());
    let connection = &server.session.connections[0];
    assert!(connection.thread.calls.at(0).unwrap().unwrap().begun.since(connection.thread.opened) >= first);
    assert_eq!(connection.sent.calls, reply.len().div_ceil(3) as u64);
    // The end is what a client waits for that reads until recv returns 0.
    let calls = connection.thread.calls.range(0, 1000).unwrap();
    let last = calls.iter().rfind(|call| call.kind == CallKind::Send).unwrap();
    let shutdown = calls.iter().find(|call| call.kind == CallKind::Shutdown).unwrap();
    assert!(shutdown.begun.since(last.ended()) >= first);
    server.stop();
}

#[test]
fn lengths_can_lie_and_bodies_come_in_chunks_of_a_size() {
    let length = |off| {
        let server = with(Page, Faults { length_off_by: off, ..Faults::default() });
        let reply = String::from_utf8_lossy(&ask(server.address, GET)).into_owned();
        server.stop();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        let field = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        field.parse::<i64>().unwrap() - body.len() as i64
    };
    assert_eq!([length(0), length(10), length(-10)], [0, 10, -10]);
    let mut server = with(Page, Faults { chunk_size: Some(100), ..Faults::default() });
    let reply = ask(server.address, GET);
    assert!(reply.ends_with(b"\r\n0\r\n\r\n") && String::from_utf8_lossy(&reply).contains("\r\n\r\n64\r\n"));
    server.until(|session| ended(session, 1).is_some());
    let message = &server.session.connections[0].sent.messages[0];
    assert!(message.is_complete() && message.content == socketscope::net::PAGE.len() as u64);
    server.stop();
}

#[test]
fn a_server_can_close_unread_or_never_answer() {
    let server = with(Page, Faults { mode: ServeMode::NeverAnswer, ..Faults::default() });
    assert_eq!(ask_and_end(server.address, GET), b"");
    assert_eq!(server.stop().traffic().received, GET.len() as u64);
    let pause = Duration::from_millis(50);
    let server = with(Page, Faults { mode: ServeMode::CloseUnread, before_close: pause, ..Faults::default() });
    let mut stream = connect(server.address);
    stream.write_all(GET).unwrap();
    // Its bytes were never read, so the close is a reset.
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(server.stop().traffic().received, 0);
}

#[test]
fn the_responder_changes_for_new_connections_while_the_server_listens() {
    let mut server = serve(Echo);
    let mut old = connect(server.address);
    old.write_all(b"x").unwrap();
    hear(&mut old, b"x");
    server.handle.serve_with(Serving::with(Arc::new(Hello { pause: Duration::ZERO })));
    let mut new = connect(server.address);
    hear(&mut new, b"Welcome!");
    old.write_all(b"y").unwrap();
    hear(&mut old, b"y");
    server.until(|session| session.connections.len() == 2);
    server.stop();
}

#[test]
fn paused_accepting_lets_nobody_in_until_it_goes_on() {
    let mut server = serve(Hello { pause: Duration::ZERO });
    let mut standing = connect(server.address);
    hear(&mut standing, b"Welcome!");
    server.until(|session| !session.listener.as_ref().unwrap().thread.blocked.is_empty());
    server.handle.pause_accepting(true);
    server.until(|session| session.listener.as_ref().unwrap().thread.blocked.is_empty());
    let mut stream = connect(server.address);
    assert!(waits(&mut stream, &mut standing), "it waits in the backlog");
    server.handle.pause_accepting(false);
    hear(&mut stream, b"Welcome!");
    server.stop();
}

/// So many clients come and go, one after the other: threads that have served one wait for the next themselves then.
fn pass_by(address: SocketAddr, count: u32) {
    for _ in 0..count {
        let mut stream = connect(address);
        stream.write_all(b"x").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut applied_until = Vec::new();
        stream.read_to_end(&mut applied_until).unwrap();
    }
}

#[test]
fn clients_that_stay_keep_none_waiting_after_many_that_came_and_went() {
    let server = serve(Echo);
    pass_by(server.address, 100);
    let mut staying = Vec::new();
    for _ in 0..20 {
        let mut stream = connect(server.address);
        stream.write_all(b"stays").unwrap();
        hear(&mut stream, b"stays");
        staying.push(stream);
    }
    pass_by(server.address, 10);
    let session = server.stop();
    let accepts = calls(&session).into_iter().filter(|call| call.kind == CallKind::Accept).collect::<Vec<_>>();
    let (stopped, accepted) = accepts.split_last().unwrap();
    assert_eq!((accepted.len(), stopped.outcome), (130, Outcome::Stopped));
    assert!(accepted.iter().all(|call| call.outcome == Outcome::Done));
    // One accept after the other, whichever thread made it.
    assert!(accepts.windows(2).all(|pair| pair[0].begun.0 + pair[0].took <= pair[1].begun.0));
    assert_eq!(session.connections.len(), 130);
}

#[test]
fn what_is_asked_of_accept_holds_after_a_crowd() {
    let server = serve(Hello { pause: Duration::ZERO });
    let mut standing = connect(server.address);
    hear(&mut standing, b"Welcome!");
    pass_by(server.address, 20);
    server.handle.pause_accepting(true);
    let mut first = connect(server.address);
    assert!(waits(&mut first, &mut standing));
    server.handle.pause_accepting(false);
    hear(&mut first, b"Welcome!");

    pass_by(server.address, 20);
    server.handle.set_limit(Some(ConnectionLimit { connections: 2, then: Overflow::Wait }));
    let mut second = connect(server.address);
    assert!(waits(&mut second, &mut standing));
    drop(first);
    hear(&mut second, b"Welcome!");
    server.handle.set_limit(None);

    pass_by(server.address, 20);
    server.handle.serve_on_accepting_thread(true);
    let mut third = connect(server.address);
    hear(&mut third, b"Welcome!");
    let mut fourth = connect(server.address);
    assert!(waits(&mut fourth, &mut standing));
    drop(third);
    hear(&mut fourth, b"Welcome!");
    drop(fourth);
    server.handle.serve_on_accepting_thread(false);

    pass_by(server.address, 20);
    let faults = Faults { before_accept: LIMIT, ..Faults::default() };
    let serving = Serving { faults, ..Serving::with(Arc::new(Hello { pause: Duration::ZERO })) };
    server.handle.serve_with(serving);
    let mut late = connect(server.address);
    assert!(waits(&mut late, &mut standing));
    server.stop();
}

#[test]
fn when_there_are_as_many_as_may_be_the_next_one_waits_or_is_reset() {
    let most = |then| {
        let spec = spec(Hello { pause: Duration::ZERO });
        listen(ServerSpec { limit: Some(ConnectionLimit { connections: 1, then }), ..spec })
    };
    let server = most(Overflow::Wait);
    let mut first = connect(server.address);
    hear(&mut first, b"Welcome!");
    let mut second = connect(server.address);
    assert!(waits(&mut second, &mut first));
    drop(first);
    hear(&mut second, b"Welcome!");
    server.stop();
    let mut server = most(Overflow::Refuse);
    let mut first = connect(server.address);
    hear(&mut first, b"Welcome!");
    let mut second = connect(server.address);
    assert_eq!(second.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    server.until(|session| session.listener.as_ref().unwrap().turned_away == 1);
    server.handle.set_limit(None);
    hear(&mut connect(server.address), b"Welcome!");
    server.stop();
}

#[test]
fn served_on_the_accepting_thread_the_second_client_waits_for_the_first() {
    let mut server = listen(ServerSpec { on_accepting_thread: true, ..spec(Hello { pause: Duration::ZERO }) });
    let mut first = connect(server.address);
    hear(&mut first, b"Welcome!");
    let mut second = connect(server.address);
    assert!(waits(&mut second, &mut first));
    server.until(|session| session.listener.as_ref().unwrap().thread.blocked.is_empty());
    drop(first);
    hear(&mut second, b"Welcome!");
    server.stop();
}

#[test]
fn another_backlog_is_a_second_listen_on_the_same_socket() {
    let mut server = serve(Echo);
    server.handle.set_backlog(77);
    server.until(|session| calls(session).iter().filter(|call| call.kind == CallKind::Listen).count() == 2);
    let listens = calls(&server.session).into_iter().filter(|call| call.kind == CallKind::Listen);
    assert_eq!(listens.map(|call| call.asked).collect::<Vec<_>>(), [BACKLOG, 77]);
    let mut stream = connect(server.address);
    stream.write_all(b"x").unwrap();
    hear(&mut stream, b"x");
    server.stop();
}

#[test]
fn an_idle_connection_is_closed_when_its_time_is_over() {
    let spec = spec(Echo);
    let idle = Some(Duration::from_millis(50));
    let mut server = listen(ServerSpec { serving: Serving { idle, ..spec.serving.clone() }, ..spec });
    let mut stream = connect(server.address);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    server.until(|session| ended(session, 1) == Some(Ended::TimedOut));
    server.stop();
}

#[test]
fn half_a_request_is_told_that_its_time_is_over() {
    let spec = spec(Page);
    let idle = Some(Duration::from_millis(500));
    let server = listen(ServerSpec { serving: Serving { idle, ..spec.serving.clone() }, ..spec });
    for (request, status) in [(&b""[..], ""), (b"GET / HT", "HTTP/1.1 408 "), (&GET[..GET.len() - 2], "HTTP/1.1 408 ")]
    {
        let reply = String::from_utf8(ask(server.address, request)).unwrap();
        assert!(reply.starts_with(status) && reply.is_empty() == status.is_empty(), "{reply}");
    }
    server.stop();
}

#[test]
fn past_its_bound_a_connection_is_counted_and_not_kept() {
    let mut server = listen(ServerSpec { keep: 10_000, ..spec(Echo) });
    let mut stream = connect(server.address);
    for _ in 0..100 {
        stream.write_all(&[9; 1000]).unwrap();
        stream.read_exact(&mut [0; 1000]).unwrap();
    }
    drop(stream);
    server.until(|session| ended(session, 1).is_some());
    let connection = &server.session.connections[0];
    for stream in [&connection.sent, &connection.received] {
        assert_eq!((stream.bytes, stream.kept(), stream.is_kept()), (100_000, 10_000, false));
        assert_eq!(stream.calls, 100);
    }
    assert!(connection.thread.call_count <= 10_000 / 40);
    server.stop();
}

#[test]
fn a_relay_to_its_own_address_ends_at_once() {
    // A free port: the server's own is not known before it listens.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let target = Target::parse(&format!("http://127.0.0.1:{port}")).unwrap();
    let relay = Relay { target, connect_timeout: LIMIT };
    let mut server = listen(ServerSpec::new(([127, 0, 0, 1], port).into(), Arc::new(relay)));
    let mut stream = connect(server.address);
    let _ = stream.read(&mut [0]);
    server.until(|session| {
        session.connections.iter().count() >= 2 && session.connections.iter().all(|c| c.thread.ended.is_some())
    });
    let failed = |c: &socketscope::capture::Connection| c.thread.failure.as_ref().map(|failure| failure.cause.clone());
    assert!(server.session.connections.iter().any(|c| failed(c) == Some(Cause::OwnAddress)));
    assert_eq!(server.session.connections.len(), 2, "it went on to itself");
    server.stop();
}
