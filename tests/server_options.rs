//! Each option of a server with each responder: either a raw client feels it, or the socket has it, or it is refused with a reason.
//!
//! The matches over responders and options have no wildcard, so whoever adds one has to say here what it does.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

#[path = "support/own_sockets.rs"]
mod own_sockets;
mod support;

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::process::Command as Program;
use std::time::{Duration, Instant};

use own_sockets::sockets;
use socket2::SockRef;
use socketscope::capture::{Call, CallKind, Connection, ConnectionId, ConnectionState, Moment, Outcome};
use socketscope::net::responders::ResponderKind as R;
use socketscope::net::{Command, ConnectionLimit, Cut, CutAction, Dribble, Order, Overflow, ServeMode};
use socketscope::settings::{NoEffect, RuleForm, RuleWhen, ServerForm, ServerOption as O};
use support::{LIMIT, ServerRun, listen};

const WAIT: Duration = Duration::from_millis(80);
/// What the record shows of it at least: a pause ends with the send that it is before, which may have begun late.
const FELT: Duration = Duration::from_millis(40);
const GET: &[u8] = b"GET /page.txt HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
const TYPED: &[u8] = b"a typed answer";

/// Whether an option changes something with a responder, for a server on an IPv4 address without other options.
fn fits(responder: R, option: O) -> Result<(), NoEffect> {
    let unless = |is_unfit: bool, why| if is_unfit { Err(why) } else { Ok(()) };
    // Who adds a responder says here what it is like.
    let (speaks_http, sends, answers) = match responder {
        R::Page | R::Files => (true, true, true),
        R::Hello | R::Echo | R::Daytime | R::Canned | R::Rules | R::Relay => (false, true, true),
        R::Manual => (false, true, false),
        R::Discard => (false, false, false),
    };
    match option {
        O::CloseUnread | O::BeforeAccept | O::BeforeClose => Ok(()),
        O::NeverAnswer => unless(!answers, NoEffect::NoAnswers),
        O::BeforeFirstByte | O::Dribble | O::Cut => unless(!sends, NoEffect::Silent),
        O::LengthOff | O::ChunkSize => unless(!speaks_http, NoEffect::NotHttp),
        O::RecvSize | O::Idle | O::Backlog | O::Most | O::OneThread | O::Keep => Ok(()),
        O::ReuseAddress | O::NoDelay | O::KeepAlive | O::Linger | O::SendBuffer | O::ReceiveBuffer => Ok(()),
        O::OnlyV6 => Err(NoEffect::NotAllAddresses),
        O::Pause => unless(responder != R::Hello, NoEffect::OnlyHello),
        O::Hidden => unless(responder != R::Files, NoEffect::OnlyFiles),
    }
}

/// Asks for `option`, otherwise than it usually is; `reply` bytes are what such a server usually sends.
fn ask_for(draft: &mut ServerForm, option: O, reply: usize) {
    let (faults, options) = (&mut draft.faults, &mut draft.options);
    match option {
        O::CloseUnread => faults.mode = ServeMode::CloseUnread,
        O::NeverAnswer => faults.mode = ServeMode::NeverAnswer,
        O::BeforeAccept => faults.before_accept = WAIT,
        O::BeforeFirstByte => faults.before_first_byte = WAIT,
        O::BeforeClose => faults.before_close = WAIT,
        O::Dribble => faults.dribble = Some(Dribble { bytes: reply.div_ceil(3).max(1) as u32, every: WAIT / 2 }),
        O::Cut => faults.cut = Some(Cut { after: 5, then: CutAction::Close }),
        O::LengthOff => faults.length_off_by = 7,
        O::ChunkSize => faults.chunk_size = Some(4),
        O::RecvSize => draft.recv_size = 3,
        O::Idle => draft.idle = Some(WAIT.as_secs_f32()),
        O::Backlog => draft.backlog = 7,
        O::Most => draft.most = Some(ConnectionLimit { connections: 1, then: Overflow::Refuse }),
        O::OneThread => draft.on_accepting_thread = true,
        O::Keep => draft.keep_mib = 0,
        O::ReuseAddress => options.reuse_address = !options.reuse_address,
        O::NoDelay => options.no_delay = !options.no_delay,
        O::KeepAlive => options.keep_alive = true,
        O::OnlyV6 => options.only_v6 = false,
        O::Linger => options.linger = Some(3),
        O::SendBuffer => options.send_buffer = Some(50_000),
        O::ReceiveBuffer => options.receive_buffer = Some(50_000),
        O::Pause => draft.pause = WAIT.as_secs_f32(),
        O::Hidden => draft.hidden = true,
    }
    assert!(draft.asks_for(option), "{option:?}");
}

/// What the servers of all tests share: a folder, and a server to relay to.
struct World {
    folder: tempfile::TempDir,
    upstream: ServerRun,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("page.txt"), "the page of a folder").unwrap();
        std::fs::write(folder.path().join(".hidden"), "hidden").unwrap();
        let echo = ServerForm { responder: R::Echo, port: 0, ..ServerForm::default() };
        Self { folder, upstream: listen(echo.spec(None).unwrap()) }
    }

    /// A form of such a server on a free port.
    fn draft(&self, responder: R) -> ServerForm {
        let mut draft = ServerForm { port: 0, ..ServerForm::default() }.answering(responder);
        draft.folder = self.folder.path().to_string_lossy().into_owned();
        draft.canned.text = "HTTP/1.1 200 OK\nContent-Length: 6\n\ncanned".into();
        let reply = "what a rule says".into();
        draft.rules = vec![RuleForm { when: RuleWhen::Anything, reply, ..RuleForm::default() }];
        draft.relay = self.upstream.address.to_string();
        draft.pause = 0.0;
        draft
    }
}

fn serve(draft: &ServerForm) -> ServerRun {
    let opened = draft.on_disk().map(|named| named.open().unwrap());
    listen(draft.spec(opened.as_ref()).unwrap())
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

/// What a client says to such a server, and whether it waits to be greeted first.
fn says(responder: R) -> (&'static [u8], bool) {
    match responder {
        R::Hello => (b"x", true),
        R::Daytime => (b"", true),
        R::Page | R::Files | R::Canned => (GET, false),
        R::Echo | R::Discard | R::Rules | R::Manual | R::Relay => (b"some twenty bytes ..", false),
    }
}

/// What a client heard, and when.
#[derive(Debug)]
struct Heard {
    bytes: Vec<u8>,
    /// From its connect to the first byte.
    first: Duration,
    /// From its connect to the end.
    end: Duration,
    error: Option<ErrorKind>,
}

/// A client of such a server: says what there is to say, ends its sending side, and hears until the end.
fn talk(server: &mut ServerRun, responder: R) -> Heard {
    let begun = Instant::now();
    let mut stream = connect(server.address);
    let (question, waits) = says(responder);
    let mut said = false;
    let say = |mut stream: &TcpStream| {
        // Who has been cut off needs not be told anything.
        let _ = stream.write_all(question).and_then(|()| stream.shutdown(Shutdown::Write));
    };
    if !waits {
        say(&stream);
        said = true;
    }
    if responder == R::Manual {
        // What is typed goes out once somebody is there to hear it, whatever becomes of that.
        server.until(|session| session.newest().is_some_and(|connection| connection.peer.is_some()));
        let id = server.session.newest().unwrap().id;
        let _ = server.handle.order(vec![id], Order::Give(Command::Send(TYPED.into())));
        let _ = server.handle.order(vec![id], Order::Give(Command::ShutdownSending));
    }
    let mut heard = Heard { bytes: Vec::new(), first: Duration::ZERO, end: Duration::ZERO, error: None };
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer);
        let now = begun.elapsed();
        match read {
            Ok(0) => break heard.end = now,
            Ok(count) => {
                if heard.bytes.is_empty() {
                    heard.first = now;
                }
                heard.bytes.extend_from_slice(&buffer[..count]);
                if !std::mem::replace(&mut said, true) {
                    say(&stream);
                }
            }
            Err(error) => {
                (heard.end, heard.error) = (now, Some(error.kind()));
                break;
            }
        }
    }
    heard
}

fn over(server: &mut ServerRun) {
    server.until(|session| {
        session.newest().is_some()
            && session.connections.iter().all(|c| matches!(c.state(), ConnectionState::Closed(_)))
    });
}

fn calls(connection: &Connection, kind: CallKind) -> Vec<Call> {
    let calls = connection.thread.calls.range(0, 10_000).unwrap();
    calls.into_iter().filter(|call| call.kind == kind).collect()
}

/// The sockets of an open connection of such a server: those that it has accepted, and those that connect onward.
fn connected(server: &mut ServerRun, world: &World, responder: R) -> (TcpStream, Vec<OwnedFd>) {
    let mut stream = connect(server.address);
    let wanted = if responder == R::Relay { 2 } else { 1 };
    if responder == R::Relay {
        stream.write_all(b"onward").unwrap();
        stream.read_exact(&mut [0; 6]).unwrap();
    }
    let open = |c: &Connection| c.peer.is_some() || matches!(c.state(), ConnectionState::Closed(_));
    server.until(|session| session.connections.iter().filter(|c| open(c)).count() == wanted);
    let (near, far) = (server.address, world.upstream.address);
    let ours = server.session.connections.iter().filter_map(|c| c.local).collect::<Vec<_>>();
    let found = sockets(|local, peer| {
        let is_near = local == Some(near) && peer == stream.local_addr().ok();
        is_near || (peer == Some(far) && local.is_some_and(|local| ours.contains(&local)))
    });
    assert_eq!(found.len(), wanted, "{responder:?}");
    (stream, found)
}

fn field(reply: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(reply).into_owned();
    let value = |line: &str| line.strip_prefix(name).and_then(|rest| rest.strip_prefix(": ")).map(str::to_owned);
    text.lines().find_map(value)
}

/// Asserts that `option` is felt with `responder`.
/// What was sent to the first client, and when the end of that began. The record has it as it was, however late the client looks.
fn sends_and_end(server: &ServerRun) -> (Vec<Call>, Moment) {
    let connection = server.session.connection(ConnectionId(1)).unwrap();
    let ends = [CallKind::Shutdown, CallKind::Close].map(|kind| calls(connection, kind));
    (calls(connection, CallKind::Send), ends.concat().first().unwrap().begun)
}

fn feels(world: &World, responder: R, option: O) {
    let label = format!("{responder:?} {option:?}");
    let plain = talk(&mut serve(&world.draft(responder)), responder);
    assert_eq!((plain.error, plain.bytes.is_empty()), (None, responder == R::Discard), "{label} {plain:?}");
    let mut draft = world.draft(responder);
    ask_for(&mut draft, option, plain.bytes.len());
    let mut server = serve(&draft);
    match option {
        O::CloseUnread => {
            let heard = talk(&mut server, responder);
            over(&mut server);
            assert_eq!((heard.bytes.len(), server.session.traffic().received), (0, 0), "{label}");
        }
        O::NeverAnswer => {
            if says(responder).1 {
                // Nobody greets, so the client speaks first.
                let mut stream = connect(server.address);
                stream.write_all(b"x").unwrap();
                stream.shutdown(Shutdown::Write).unwrap();
                assert_eq!(stream.read(&mut [0]).unwrap(), 0, "{label}");
            } else {
                assert_eq!(talk(&mut server, responder).bytes, b"", "{label}");
            }
            over(&mut server);
            assert!(server.session.traffic().received > 0, "{label}");
        }
        O::BeforeAccept => {
            let heard = talk(&mut server, responder);
            assert!(heard.end >= WAIT && (heard.bytes.is_empty() || heard.first >= WAIT), "{label} {heard:?}");
        }
        O::BeforeFirstByte => {
            let heard = talk(&mut server, responder);
            assert!(heard.first >= WAIT && heard.bytes.len() == plain.bytes.len(), "{label} {heard:?}");
        }
        O::BeforeClose => {
            let heard = talk(&mut server, responder);
            assert!(heard.end >= WAIT, "{label} {heard:?}");
            assert_eq!(heard.bytes.len(), plain.bytes.len(), "{label}");
            over(&mut server);
            let (sends, end) = sends_and_end(&server);
            assert!(sends.last().is_none_or(|last| end.since(last.ended()) >= WAIT), "{label} {heard:?}");
        }
        O::Dribble => {
            let heard = talk(&mut server, responder);
            assert_eq!(heard.bytes.len(), plain.bytes.len(), "{label}");
            over(&mut server);
            let (sends, _) = sends_and_end(&server);
            assert!(sends[sends.len() - 1].begun.since(sends[0].begun) >= FELT, "{label} {heard:?}");
        }
        O::Cut => {
            let heard = talk(&mut server, responder);
            assert_eq!(heard.bytes, plain.bytes[..5], "{label}");
            // Who speaks to one that has closed is reset.
            assert!(heard.error.is_none() || says(responder).1, "{label} {heard:?}");
            over(&mut server);
        }
        O::LengthOff => {
            let heard = talk(&mut server, responder);
            let length = |heard: &Heard| field(&heard.bytes, "Content-Length").unwrap().parse::<u64>().unwrap();
            assert_eq!(length(&heard), length(&plain) + 7, "{label}");
        }
        O::ChunkSize => {
            let heard = talk(&mut server, responder);
            let text = String::from_utf8_lossy(&heard.bytes).into_owned();
            assert_eq!(field(&heard.bytes, "Transfer-Encoding").as_deref(), Some("chunked"), "{label}");
            assert!(text.contains("\r\n\r\n4\r\n"), "{label}");
        }
        O::RecvSize => {
            talk(&mut server, responder);
            over(&mut server);
            for connection in server.session.connections.iter() {
                let asked = calls(connection, CallKind::Recv).iter().map(|call| call.asked).collect::<Vec<_>>();
                assert!(!asked.is_empty() && asked.iter().all(|asked| *asked == 3), "{label} {asked:?}");
            }
        }
        O::Idle => {
            let stream = connect(server.address);
            server.until(|session| {
                session.connection(ConnectionId(1)).is_some_and(|c| matches!(c.state(), ConnectionState::Closed(_)))
            });
            let recvs = calls(server.session.connection(ConnectionId(1)).unwrap(), CallKind::Recv);
            let last = recvs.last().unwrap();
            assert_eq!(last.outcome, Outcome::TimedOut, "{label}");
            // Those that only wait for their client to close wait for two seconds without it.
            assert!(last.took >= 70_000_000 && last.took < 1_500_000_000, "{label} {}", last.took);
            drop(stream);
        }
        O::Backlog => {
            let listener = server.session.listener.as_ref().unwrap().thread.calls.range(0, 100).unwrap();
            let listened = listener.iter().find(|call| call.kind == CallKind::Listen).unwrap();
            assert_eq!(listened.asked, 7, "{label}");
        }
        O::Most => {
            let first = connect(server.address);
            server.until(|session| session.newest().is_some_and(|connection| connection.peer.is_some()));
            let error = connect(server.address).read(&mut [0]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{label}");
            drop(first);
        }
        O::OneThread => {
            talk(&mut server, responder);
            over(&mut server);
            let thread = &server.session.connection(ConnectionId(1)).unwrap().thread.name;
            assert!(thread.starts_with("listener "), "{label} {thread}");
        }
        O::Keep => {
            talk(&mut server, responder);
            over(&mut server);
            for connection in server.session.connections.iter() {
                let bytes = connection.sent.bytes + connection.received.bytes;
                assert!(bytes > 0 && connection.sent.kept() + connection.received.kept() == 0, "{label}");
            }
        }
        O::ReuseAddress => {
            let address = server.address;
            let mut found = sockets(|local, peer| local == Some(address) && peer.is_none());
            // Who has been reset has no peer any more, either.
            found.retain(|socket| rustix::net::sockopt::socket_acceptconn(socket).unwrap());
            assert_eq!(found.len(), 1, "{label}");
            assert!(!SockRef::from(&found[0]).reuse_address().unwrap(), "{label}");
        }
        O::NoDelay | O::KeepAlive | O::Linger | O::SendBuffer | O::ReceiveBuffer => {
            let (stream, found) = connected(&mut server, world, responder);
            for socket in &found {
                let socket = SockRef::from(socket);
                assert!(
                    match option {
                        O::NoDelay => socket.tcp_nodelay().unwrap() == draft.options.no_delay,
                        O::KeepAlive => socket.keepalive().unwrap(),
                        O::Linger => socket.linger().unwrap() == Some(Duration::from_secs(3)),
                        // Linux doubles it.
                        O::SendBuffer => socket.send_buffer_size().unwrap() == 100_000,
                        _ => socket.recv_buffer_size().unwrap() == 100_000,
                    },
                    "{label}"
                );
            }
            drop(stream);
        }
        O::OnlyV6 => panic!("it is tried with an address of IPv6"),
        O::Pause => {
            let heard = talk(&mut server, responder);
            over(&mut server);
            let (sends, _) = sends_and_end(&server);
            assert!(sends[sends.len() - 1].begun.since(sends[0].begun) >= FELT, "{label} {heard:?}");
        }
        O::Hidden => {
            let ask = |address| {
                let mut stream = connect(address);
                stream.write_all(b"GET /.hidden HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
                let mut reply = String::new();
                stream.read_to_string(&mut reply).unwrap();
                reply
            };
            assert!(ask(server.address).starts_with("HTTP/1.1 200 "), "{label}");
            assert!(ask(serve(&world.draft(responder)).address).starts_with("HTTP/1.1 404 "), "{label}");
        }
    }
}

#[test]
fn every_option_is_felt_with_every_responder_or_refused() {
    let world = World::new();
    for responder in R::ALL {
        for option in O::ALL {
            let draft = world.draft(responder);
            match fits(responder, option) {
                Ok(()) => {
                    assert_eq!(draft.no_effect(option), None, "{responder:?} {option:?}");
                    feels(&world, responder, option);
                }
                Err(why) => assert_eq!(draft.no_effect(option), Some(why), "{responder:?} {option:?}"),
            }
        }
    }
}

#[test]
fn what_changes_nothing_is_not_in_force() {
    let world = World::new();
    for responder in R::ALL {
        for option in O::ALL.into_iter().filter(|option| fits(responder, *option).is_err()) {
            let mut draft = world.draft(responder);
            ask_for(&mut draft, option, 30);
            assert!(draft.faults_in_force().is_none(), "{responder:?} {option:?}");
        }
    }
}

#[test]
fn options_that_leave_each_other_nothing_to_do_are_refused() {
    let world = World::new();
    let of_reply = [O::BeforeFirstByte, O::Dribble, O::Cut, O::LengthOff, O::ChunkSize];
    for first in O::ALL {
        let mut draft = world.draft(R::Page);
        ask_for(&mut draft, first, 30);
        for second in O::ALL.into_iter().filter(|second| *second != first && fits(R::Page, *second).is_ok()) {
            let wanted = match first {
                O::CloseUnread if of_reply.contains(&second) => Some(NoEffect::Unread),
                O::CloseUnread if matches!(second, O::RecvSize | O::Idle) => Some(NoEffect::Unread),
                O::NeverAnswer if of_reply.contains(&second) => Some(NoEffect::Unanswered),
                O::ChunkSize if second == O::LengthOff => Some(NoEffect::Chunked),
                O::OneThread if second == O::Most => Some(NoEffect::OneThread),
                _ => None,
            };
            assert_eq!(draft.no_effect(second), wanted, "{first:?} {second:?}");
        }
    }
}

#[test]
fn cuts_and_waits_hold_for_what_is_typed_and_what_is_carried_back() {
    let world = World::new();
    for responder in [R::Manual, R::Relay] {
        let cut = |then| {
            let mut draft = world.draft(responder);
            draft.faults.cut = Some(Cut { after: 5, then });
            serve(&draft)
        };
        let mut server = cut(CutAction::Reset);
        let heard = talk(&mut server, responder);
        assert_eq!(heard.error, Some(ErrorKind::ConnectionReset), "{responder:?} {heard:?}");
        let mut server = cut(CutAction::Pause(WAIT));
        let heard = talk(&mut server, responder);
        assert!(heard.bytes.len() > 5, "{responder:?} {heard:?}");
        over(&mut server);
        let (sends, _) = sends_and_end(&server);
        assert!(sends[sends.len() - 1].begun.since(sends[0].begun) >= FELT, "{responder:?} {heard:?}");
        // What stalls has no end of its own; the client's ends it.
        let mut server = cut(CutAction::Stall);
        let mut stream = connect(server.address);
        stream.write_all(says(responder).0).unwrap();
        server.until(|session| session.connection(ConnectionId(1)).is_some_and(|c| c.peer.is_some()));
        if responder == R::Manual {
            for command in [Command::Send(TYPED.into()), Command::ShutdownSending] {
                server.handle.order(vec![ConnectionId(1)], Order::Give(command)).unwrap();
            }
        }
        stream.read_exact(&mut [0; 5]).unwrap();
        stream.set_read_timeout(Some(WAIT)).unwrap();
        let waited = stream.read(&mut [0]).unwrap_err().kind();
        assert_eq!(waited, ErrorKind::WouldBlock, "{responder:?}");
        stream.shutdown(Shutdown::Write).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 0, "{responder:?}");
        over(&mut server);
    }
}

#[test]
fn a_server_on_ipv6_can_take_ipv4_connections() {
    if TcpListener::bind("[::]:0").is_err() {
        return;
    }
    let mut draft = World::new().draft(R::Echo);
    for one in ["::1", "127.0.0.1", "0.0.0.0"] {
        draft.address = one.into();
        assert_eq!(draft.no_effect(O::OnlyV6), Some(NoEffect::NotAllAddresses), "{one}");
    }
    draft.address = "::".into();
    assert_eq!(draft.no_effect(O::OnlyV6), None);
    ask_for(&mut draft, O::OnlyV6, 0);
    let server = serve(&draft);
    let mut stream = connect(([127, 0, 0, 1], server.address.port()).into());
    stream.write_all(b"IPv4").unwrap();
    stream.read_exact(&mut [0; 4]).unwrap();
}

/// Runs `serve` with arguments that it refuses; what it says.
fn refused(arguments: &[&str]) -> String {
    let output = Program::new(env!("CARGO_BIN_EXE_socketscope"))
        .args(["--lang", "en", "serve", "--bind", "127.0.0.1:0"])
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_command_line_refuses_what_would_change_nothing_and_names_both() {
    let what = |responder| match responder {
        R::Hello | R::Page | R::Echo | R::Discard | R::Daytime => Some(None),
        R::Files => Some(Some("/")),
        R::Canned => Some(Some("/etc/hostname")),
        R::Relay => Some(Some("127.0.0.1:1")),
        R::Rules | R::Manual => None,
    };
    let flag = |option| match option {
        O::CloseUnread => &["--close-unread"][..],
        O::NeverAnswer => &["--never-answer"],
        O::BeforeAccept => &["--delay-accept", "1"],
        O::BeforeFirstByte => &["--delay-first", "1"],
        O::BeforeClose => &["--delay-close", "1"],
        O::Dribble => &["--dribble", "5/20"],
        O::Cut => &["--cut", "50:close"],
        O::LengthOff => &["--length-off-by", "7"],
        O::ChunkSize => &["--chunk-size", "3"],
        O::RecvSize => &["--recv-size", "3"],
        O::Idle => &["--idle", "3"],
        O::Backlog => &["--backlog", "7"],
        O::Most => &["--most", "1"],
        O::OneThread => &["--one-thread"],
        O::Keep => &["--keep", "1K"],
        O::Pause => &["--pause", "2"],
        O::Hidden => &["--hidden"],
        O::ReuseAddress | O::NoDelay | O::KeepAlive | O::OnlyV6 | O::Linger | O::SendBuffer | O::ReceiveBuffer => &[],
    };
    let mut count = 0;
    for responder in R::ALL {
        let Some(what) = what(responder) else { continue };
        for option in O::ALL.into_iter().filter(|option| fits(responder, *option).is_err()) {
            let [name, ..] = flag(option) else { continue };
            let said = refused(&[&[responder.name()][..], what.as_slice(), flag(option)].concat());
            assert!(said.contains(name) && said.contains(responder.name()), "{said}");
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
    for (arguments, names) in [
        (&["page", "--close-unread", "--cut", "5:close"][..], ["--cut", "--close-unread"]),
        (&["page", "--never-answer", "--dribble", "1/1"], ["--dribble", "--never-answer"]),
        (&["page", "--length-off-by", "7", "--chunk-size", "3"], ["--length-off-by", "--chunk-size"]),
        (&["echo", "--one-thread", "--most", "2"], ["--most", "--one-thread"]),
        (&["echo", "--close-unread", "--idle", "2"], ["--idle", "--close-unread"]),
        (&["page", "/tmp"], ["page", "/tmp"]),
    ] {
        let said = refused(arguments);
        assert!(names.iter().all(|name| said.contains(name)), "{said}");
    }
}
