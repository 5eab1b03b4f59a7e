//! The programs that are shown, compiled and run: each client against this program's server, each server against this program's client;
//! what they exchange is compared with what this program exchanges for the same forms, byte for byte. Needs python3, rustc and cc.

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

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use socketscope::capture::{ConnectionState, Session};
use socketscope::export::program::{
    ClientPlan, Dialect, LATER_MESSAGES_MAX, LaterMessagesReader, Plan, Program, program,
};
use socketscope::http::Span;
use socketscope::net::responders::ResponderKind;
use socketscope::net::{self, PAGE, ReceiveUntil};
use socketscope::settings::{CannedForm, ClientForm, RuleForm, RuleThen, RuleWhen, ServerForm, Written};
use support::{LIMIT, ServerRun, listen, start};

/// A program that can be run, in a folder of its own.
struct Built {
    folder: tempfile::TempDir,
    command: PathBuf,
    arguments: Vec<PathBuf>,
}

fn build(plan: &Plan, dialect: Dialect) -> Built {
    let written: Program = program(plan, dialect, &|remark| format!("{} 说明", remark.name()));
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join(written.file_name);
    std::fs::write(&source, written.source()).unwrap();
    let made = folder.path().join("made");
    let compiler = match dialect {
        Dialect::Python => {
            return Built { folder, command: "python3".into(), arguments: vec!["-u".into(), source] };
        }
        Dialect::Rust => Command::new("rustc")
            .args(["--edition", "2021", "-D", "warnings"])
            .arg("-o")
            .arg(&made)
            .arg(&source)
            .output(),
        Dialect::C => Command::new("cc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"])
            .arg(&made)
            .arg(&source)
            .output(),
    };
    let compiler = compiler.unwrap();
    assert!(compiler.status.success(), "{}\n{}", String::from_utf8_lossy(&compiler.stderr), written.source());
    Built { folder, command: made, arguments: Vec::new() }
}

impl Built {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.command);
        command.args(&self.arguments).current_dir(self.folder.path());
        command
    }
}

/// A generated server that runs.
struct Running {
    child: Child,
    _built: Built,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Runs the server of `draft` as a program on a free port.
fn serve(draft: &ServerForm, dialect: Dialect) -> (Running, SocketAddr) {
    let address = free();
    let draft = ServerForm { port: address.port(), ..draft.clone() };
    let built = build(&Plan::Server(draft.plan().unwrap()), dialect);
    let child = built.command().stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let running = Running { child, _built: built };
    let begun = Instant::now();
    // It listens as soon as somebody can connect; it has to see him go, too.
    while TcpStream::connect(address).is_err() {
        assert!(begun.elapsed() < LIMIT, "{dialect:?} does not listen");
        std::thread::yield_now();
    }
    (running, address)
}

/// One thing that a client says.
enum Says {
    Bytes(&'static [u8]),
    NoMore,
}

/// What this program's client hears from the server at `address`: after so many bytes it says the next thing, and it ends when the server
/// closes.
fn talk(address: SocketAddr, request: &[u8], then: Vec<(u64, Says)>) -> Vec<u8> {
    let mut spec = ClientForm::of(&address.to_string()).spec().unwrap();
    spec.request = request.to_vec();
    let mut run = start(spec);
    for (after, says) in then {
        let applied_until = |session: &Session| {
            session.connections.first().is_some_and(|c| c.received.bytes >= after && c.state() == ConnectionState::Open)
        };
        run.until(applied_until);
        let command = match says {
            Says::Bytes(bytes) => net::Command::Send(bytes.into()),
            Says::NoMore => net::Command::ShutdownSending,
        };
        run.handle.give(command).unwrap();
    }
    let session = run.finish();
    let received = &session.connections[0].received;
    received.spool.read(Span::new(0, received.bytes)).unwrap()
}

/// This program's own server of `draft`, on any free port.
fn serving(draft: &ServerForm) -> ServerRun {
    let opened = draft.on_disk().map(|named| named.open().unwrap());
    listen(ServerForm { port: 0, ..draft.clone() }.spec(opened.as_ref()).unwrap())
}

/// The same from this program's own server of `draft`.
fn own(draft: &ServerForm, talk: &dyn Fn(SocketAddr) -> Vec<u8>) -> Vec<u8> {
    let run = serving(draft);
    let applied_until = talk(run.address);
    run.stop();
    applied_until
}

/// Holds a conversation with a server of `draft` in each language, and with this program's own.
fn same_as_own(draft: &ServerForm, talk: &dyn Fn(SocketAddr) -> Vec<u8>) -> Vec<u8> {
    let expected = own(draft, talk);
    for dialect in Dialect::ALL {
        let (_running, address) = serve(draft, dialect);
        assert_eq!(String::from_utf8_lossy(&talk(address)), String::from_utf8_lossy(&expected), "{dialect:?}");
        assert_eq!(talk(address), expected, "{dialect:?}, once more");
    }
    expected
}

fn all_bytes() -> Vec<u8> {
    (0..=255).chain((0..=255).rev()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn canned(bytes: &[u8]) -> ServerForm {
    let canned = CannedForm { written: Written::Hex, hex: hex(bytes), ..CannedForm::default() };
    ServerForm { responder: ResponderKind::Canned, canned, ..ServerForm::default() }
}

/// Runs the client of `draft` as a program and on this program's own threads, both against a server of `server`; what each sent, and what
/// the program left in its file or said.
fn client_against(server: &ServerForm, draft: &ClientForm, dialect: Dialect) -> ([Vec<u8>; 2], Vec<u8>) {
    let run = serving(server);
    let address = format!("http://{}/", run.address);
    let mut spec = ClientForm { address, ..draft.clone() }.spec().unwrap();
    spec.request = draft.spec().unwrap().request;
    let plan = ClientPlan::of(&spec, false);
    let output = plan.output.clone();
    let built = build(&Plan::Client(plan), dialect);
    let done = built.command().stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{dialect:?}: {}", String::from_utf8_lossy(&done.stderr));
    start(spec).finish();
    let session = run.stop();
    let sent = [0, 1].map(|number| {
        let received = &session.connections[number].received;
        received.spool.read(Span::new(0, received.bytes)).unwrap()
    });
    let left = std::fs::read(built.folder.path().join(output)).unwrap_or(done.stdout);
    (sent, left)
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn clients_send_what_was_asked_and_keep_the_body() {
    let page = ServerForm { responder: ResponderKind::Page, ..ServerForm::default() };
    for dialect in Dialect::ALL {
        for recv_size in [1024, 7] {
            let (sent, body) = client_against(&page, &ClientForm { recv_size, ..ClientForm::default() }, dialect);
            assert_eq!(sent[0], b"GET / HTTP/1.1\r\nHost: www.baidu.com\r\nConnection: close\r\n\r\n");
            assert_eq!(sent[0], sent[1], "{dialect:?}");
            assert!(body == PAGE, "{dialect:?}: the body is not the page");
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn clients_with_time_outs_and_a_file_send_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a 'file'.bin");
    std::fs::write(&file, all_bytes().repeat(500)).unwrap();
    let echo =
        ServerForm { responder: ResponderKind::Canned, ..canned(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") };
    let mut draft = ClientForm { connect_timeout: 2.5, read_timeout: Some(20.0), ..ClientForm::of("www.baidu.com") };
    draft.request = "POST / HTTP/1.1\nHost: x\nContent-Length: 256000\n\n".into();
    (draft.body.kind, draft.body.file) = (Written::File, file.display().to_string());
    for dialect in Dialect::ALL {
        let (sent, body) = client_against(&echo, &draft, dialect);
        assert!(sent[0] == sent[1] && sent[0].len() > 256_000, "{dialect:?}: {} and {}", sent[0].len(), sent[1].len());
        assert_eq!(body, b"ok");
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn clients_exchange_every_byte_there_is() {
    let mut server = canned(&all_bytes());
    server.canned.when = net::responders::When::EachRecv;
    let mut draft = ClientForm { request: String::new(), ..ClientForm::default() };
    (draft.body.kind, draft.body.hex) = (Written::Hex, hex(&all_bytes()));
    for dialect in Dialect::ALL {
        let (sent, said) = client_against(&server, &draft, dialect);
        assert_eq!(sent[0], all_bytes(), "{dialect:?}");
        assert_eq!(sent[0], sent[1]);
        assert_eq!(said, all_bytes(), "{dialect:?}");
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn clients_that_wait_for_the_end_of_the_message_do_not_wait_for_the_close() {
    let draft = ClientForm { until: ReceiveUntil::MessageEnd, recv_size: 5, ..ClientForm::default() };
    let length = b"HTTP/1.1 200 OK\r\nX: y\r\ncontent-LENGTH: 5\r\n\r\nhello".as_slice();
    let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".as_slice();
    for (reply, expected) in [(length, b"hello".as_slice()), (chunks, b"5\r\nhello\r\n0\r\n\r\n")] {
        let mut server = canned(reply);
        server.canned.then_close = false;
        for dialect in Dialect::ALL {
            let (sent, body) = client_against(&server, &draft, dialect);
            assert_eq!(sent[0], sent[1]);
            assert_eq!(body, expected, "{dialect:?}");
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn the_tutorials_server_says_the_same() {
    let draft = ServerForm { pause: 0.05, ..ServerForm::default() };
    let applied_until = same_as_own(&draft, &|address| {
        talk(address, b"Michael", vec![(23, Says::Bytes(b"Tracy\xff")), (37, Says::Bytes(b"exit\r\n"))])
    });
    assert_eq!(applied_until, b"Welcome!Hello, Michael!Hello, Tracy\xff!");
    let alone = ServerForm { on_accepting_thread: true, pause: 0.0, recv_size: 4, ..draft };
    let applied_until = same_as_own(&alone, &|address| talk(address, b"four", vec![(20, Says::NoMore)]));
    assert_eq!(applied_until, b"Welcome!Hello, four!");
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn echo_and_discard_say_the_same() {
    let draft =
        ServerForm { responder: ResponderKind::Echo, recv_size: 100, idle: Some(20.0), ..ServerForm::default() };
    let mut draft = draft;
    (draft.options.keep_alive, draft.options.linger, draft.options.send_buffer) = (true, Some(2), Some(65_536));
    let applied_until = same_as_own(&draft, &|address| talk(address, &all_bytes(), vec![(512, Says::NoMore)]));
    assert_eq!(applied_until, all_bytes());
    let draft = ServerForm { responder: ResponderKind::Discard, ..draft };
    assert_eq!(same_as_own(&draft, &|address| talk(address, b"x", vec![(0, Says::NoMore)])), b"");
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn canned_replies_are_the_same_whenever_they_go_out() {
    use net::responders::When;
    for when in When::ALL {
        for then_close in [true, false] {
            let mut draft = canned(&all_bytes());
            (draft.canned.when, draft.canned.then_close) = (when, then_close);
            let applied_until = same_as_own(&draft, &|address| {
                let ends = if then_close { Vec::new() } else { vec![(512, Says::NoMore)] };
                talk(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", ends)
            });
            assert_eq!(applied_until, all_bytes(), "{when:?}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reply");
    std::fs::write(&file, all_bytes()).unwrap();
    let mut draft = canned(b"");
    (draft.canned.written, draft.canned.file) = (Written::File, file.display().to_string());
    assert_eq!(
        same_as_own(&draft, &|address| talk(address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Vec::new())),
        all_bytes()
    );
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn rules_answer_the_same() {
    let rule = |when, pattern: &str, then, reply: &str| RuleForm {
        when,
        pattern: pattern.into(),
        then,
        reply: reply.into(),
        ..RuleForm::default()
    };
    let rules = vec![
        RuleForm { delay: 0.01, ..rule(RuleWhen::Line, "ping", RuleThen::Reply, r"pong\n\xff") },
        rule(RuleWhen::Hex, "00ff22", RuleThen::Reply, r#"three "bytes"\\??="#),
        rule(RuleWhen::Contains, "ell", RuleThen::Reply, "contains"),
        rule(RuleWhen::StartsWith, "he", RuleThen::Nothing, ""),
        rule(RuleWhen::Equals, "bye\\n", RuleThen::Reply, "Not yet."),
        rule(RuleWhen::Equals, "bye", RuleThen::ReplyAndClose, "Bye."),
        rule(RuleWhen::Anything, "", RuleThen::Reply, "?"),
    ];
    let draft = ServerForm { responder: ResponderKind::Rules, rules, ..ServerForm::default() };
    let applied_until = same_as_own(&draft, &|address| {
        let says = |bytes| Says::Bytes(bytes);
        let then = vec![
            (6, says(b"\x00\xff\x22")),
            (23, says(b"hello")),
            (31, says(b"\x00\xff\x22 ")),
            (32, says(b"bye\n")),
            (40, says(b"bye")),
        ];
        talk(address, b"ping\r\n", then)
    });
    assert_eq!(applied_until, b"pong\n\xffthree \"bytes\"\\??=contains?Not yet.Bye.");
}

#[test]
#[ignore = "needs python3"]
fn a_rule_with_a_regular_expression_answers_the_same_in_python() {
    let rules = vec![RuleForm {
        when: RuleWhen::Regex,
        pattern: r"add (\d+) (?<b>\d+)( never)?(.)$".into(),
        reply: "${b}+$1USD=$3$$$4".into(),
        ..RuleForm::default()
    }];
    let draft = ServerForm { responder: ResponderKind::Rules, rules, ..ServerForm::default() };
    let talk = |address| talk(address, b"hello\nplease add 1 22\xff\r\n", vec![(6, Says::NoMore)]);
    let (_running, address) = serve(&draft, Dialect::Python);
    assert_eq!(talk(address), own(&draft, &talk));
    assert_eq!(talk(address), b"22+1USD=$\xff");
}

#[test]
#[ignore = "needs python3"]
fn regular_expressions_match_the_same_in_python() {
    let all: &[&'static [u8]] = &[b"a\rb", b"a\r\nb\r\n", b"\r", b"AbB \xc3\xa4\xc3\xa4-]", b"aa12.", b"x"];
    for pattern in [
        "^b",
        "a$",
        "^$",
        "$",
        "^.*$",
        "(?i)a?b+",
        "(?i)[^a-f\\].\\n]{1,}?",
        "ä+",
        r"\A(?P<n>a|b)*",
        r"\bx\b|\d{2}",
        r"[\w-]+\s",
        r"(ab?|,)*",
        r"(a|b)*?\z",
        r"(?:(a)|b)*",
        r"\xc3\xa4",
        r"[\xa4\x61]+",
        "(a)?(?:b)?",
        r"\r$",
    ] {
        let rule = |when, pattern: &str, reply: &str| RuleForm {
            when,
            pattern: pattern.into(),
            reply: reply.into(),
            ..RuleForm::default()
        };
        let groups = if pattern.contains("(a") || pattern.contains("(?P") { "<$0|$1>" } else { "<$0>" };
        let rules = vec![rule(RuleWhen::Regex, pattern, groups), rule(RuleWhen::Anything, "", "none")];
        let draft = ServerForm { responder: ResponderKind::Rules, rules, ..ServerForm::default() };
        let source = program(&Plan::Server(draft.plan().unwrap()), Dialect::Python, &|remark| remark.name().into());
        assert!(!source.source().contains("program-no-regex"), "{pattern} is left out");
        let (_running, address) = serve(&draft, Dialect::Python);
        for input in all {
            let talk = |address| talk(address, input, vec![(2, Says::NoMore)]);
            let (applied_until, expected) = (talk(address), own(&draft, &talk));
            assert_eq!(applied_until, expected, "{pattern} in {:?}", String::from_utf8_lossy(input));
        }
    }
}

/// A peer on a port of its own that says what `replies` has: each once so many bytes have come, and then waits for the client's end. Gives
/// the address, and what it heard.
fn peer(replies: &'static [(usize, &'static [u8])]) -> (SocketAddr, std::thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let script = move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let mut applied_until = Vec::new();
        for (after, reply) in replies {
            while applied_until.len() < *after {
                let mut part = [0; 64];
                let n = stream.read(&mut part).unwrap();
                assert!(n > 0, "the client has ended after {applied_until:?}");
                applied_until.extend(&part[..n]);
            }
            stream.write_all(reply).unwrap();
        }
        stream.read_to_end(&mut applied_until).unwrap();
        applied_until
    };
    (address, std::thread::spawn(script))
}

/// What a run says and hears: each message, or the end of sending, once so many bytes have come.
fn conversation(
    address: SocketAddr,
    request: &str,
    says: &[(u64, Option<&[u8]>)],
    stops_after: Option<u64>,
) -> ClientPlan {
    let mut spec = ClientForm::of(&address.to_string()).spec().unwrap();
    spec.request = request.into();
    conversation_of(spec, says, stops_after)
}

/// The same of a run that is all of `spec`.
fn conversation_of(spec: net::ClientSpec, says: &[(u64, Option<&[u8]>)], stops_after: Option<u64>) -> ClientPlan {
    let mut plan = ClientPlan::of(&spec, false);
    let (head, has_file) = (spec.request.len() as u64, spec.request_file.is_some());
    let file = spec.request_file.as_ref().map_or(0, |path| std::fs::metadata(path).unwrap().len());
    let opening = usize::try_from(head + file).unwrap();
    let mut run = start(spec);
    let open = |session: &Session, bytes| {
        session.connections.first().is_some_and(|c| c.received.bytes >= bytes && c.state() == ConnectionState::Open)
    };
    for (number, (after, message)) in says.iter().enumerate() {
        run.until(|session| open(session, *after));
        let command = message.map_or(net::Command::ShutdownSending, |bytes| net::Command::Send(bytes.into()));
        run.handle.give(command).unwrap();
        let sent: usize =
            opening + says[..=number].iter().filter_map(|(_, said)| *said).map(<[u8]>::len).sum::<usize>();
        run.until(|session| {
            session.connections[0].sent.bytes >= sent as u64
                && (message.is_some() || session.connections[0].sending_ended)
        });
    }
    if let Some(bytes) = stops_after {
        run.until(|session| open(session, bytes));
        run.handle.stop();
    }
    let session = run.finish();
    let mut listening = LaterMessagesReader::default();
    assert!(!listening.read_on(&session.connections[0], head, has_file));
    plan.later = listening.later;
    plan
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn what_was_typed_is_sent_by_the_program_as_in_the_run() {
    const REPLIES: &[(usize, &[u8])] = &[(0, b"Welcome!"), (7, b"Hello, Michael!"), (12, b"Hello, \xff\n\0\"'!")];
    let says: &[(u64, Option<&[u8]>)] =
        &[(8, Some(b"Michael")), (23, Some(b"\xff\n\0\"'")), (23, Some(b" ?")), (36, None)];
    // Once the client ends its sending, and once the user stops, where the peer says nothing more either.
    for (says, stops) in [(says, None), (&says[..3], Some(36))] {
        let (address, applied_until) = peer(REPLIES);
        let plan = conversation(address, "", says, stops);
        let wanted = applied_until.join().unwrap();
        assert_eq!(wanted, b"Michael\xff\n\0\"' ?");
        assert_eq!((plan.later.messages.len(), plan.later.closes, plan.later.has_more), (says.len(), stops, false));
        let after: Vec<_> = plan.later.messages.iter().map(|(after, _)| *after).collect();
        assert_eq!(after[..2], [8, 23], "an answer is not what its question waited for: {after:?}");
        for dialect in Dialect::ALL {
            let (address, applied_until) = peer(REPLIES);
            let plan = Plan::Client(ClientPlan { port: address.port(), ..plan.clone() });
            let output = build(&plan, dialect).command().output().unwrap();
            assert!(output.status.success(), "{dialect:?}: {}", String::from_utf8_lossy(&output.stderr));
            assert_eq!(applied_until.join().unwrap(), wanted, "{dialect:?}");
            assert_eq!(output.stdout, b"Welcome!Hello, Michael!Hello, \xff\n\0\"'!", "{dialect:?}");
        }
    }
}

#[test]
#[ignore = "needs python3"]
fn of_what_was_sent_again_and_again_a_bounded_part_is_written_out() {
    const REPLIES: &[(usize, &[u8])] = &[(LATER_MESSAGES_MAX + 50, b"enough")];
    let (address, applied_until) = peer(REPLIES);
    let says = vec![(0, Some(&b"x"[..])); LATER_MESSAGES_MAX + 47];
    let says = [says, vec![(0, None)]].concat();
    let plan = conversation(address, "abc", &says, None);
    assert_eq!(applied_until.join().unwrap().len(), LATER_MESSAGES_MAX + 50);
    assert!(plan.later.has_more);
    assert_eq!(plan.later.messages.len(), LATER_MESSAGES_MAX + 1, "the end of sending is not left out");
    let source = program(&Plan::Client(plan), Dialect::Python, &|remark| remark.name().into()).source();
    assert!(source.contains("# program-said-in-part"), "{source}");
}

/// The output of the client of `plan` in `dialect`, which goes to `port`.
fn client_to(plan: &ClientPlan, port: u16, dialect: Dialect) -> std::process::Output {
    let plan = Plan::Client(ClientPlan { port, ..plan.clone() });
    let output = build(&plan, dialect).command().output().unwrap();
    assert!(output.status.success(), "{dialect:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn a_run_that_was_stopped_before_the_head_was_there_is_a_program_that_works() {
    const SILENT: &[(usize, &[u8])] = &[];
    const CUT: &[(usize, &[u8])] = &[(18, b"HTTP/1.1 200 OK\r\nX")];
    for (request, replies, stops, reads) in [
        ("GET / HTTP/1.1\r\n\r\n", SILENT, 0, false),
        ("GET / HTTP/1.1\r\n\r\n", CUT, 18, true),
        ("", SILENT, 0, false),
    ] {
        let (address, applied_until) = peer(replies);
        let plan = conversation(address, request, &[], Some(stops));
        assert_eq!(applied_until.join().unwrap(), request.as_bytes());
        assert_eq!((plan.later.closes, plan.later.resets), (Some(stops), false));
        for dialect in Dialect::ALL {
            let source = program(&Plan::Client(plan.clone()), dialect, &|remark| remark.name().into()).source();
            assert_eq!(source.contains("recv(") || source.contains("sock.read("), reads, "{source}");
            let (address, applied_until) = peer(replies);
            let output = client_to(&plan, address.port(), dialect);
            assert_eq!(applied_until.join().unwrap(), request.as_bytes(), "{dialect:?}");
            let said = [output.stdout, output.stderr].concat();
            assert_eq!(String::from_utf8_lossy(&said).contains("no head"), reads, "{dialect:?}");
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn a_run_that_was_reset_is_a_program_that_resets() {
    let plan = |address: SocketAddr| {
        let spec = ClientForm::of(&address.to_string()).spec().unwrap();
        let mut plan = ClientPlan::of(&spec, false);
        (plan.later.closes, plan.later.resets) = (Some(0), true);
        plan
    };
    for dialect in Dialect::ALL {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        client_to(&plan(address), address.port(), dialect);
        let mut stream = listener.accept().unwrap().0;
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let end = stream.read_to_end(&mut Vec::new()).map_err(|error| error.kind());
        if dialect == Dialect::Rust {
            assert!(end.is_ok());
            let source = program(&Plan::Client(plan(address)), dialect, &|remark| format!("{:?}", remark.argument()));
            assert!(source.source().contains("SO_LINGER"), "{}", source.source());
        } else {
            assert_eq!(end, Err(std::io::ErrorKind::ConnectionReset), "{dialect:?}");
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn a_reply_that_is_whole_before_the_last_message_is_not_waited_for_again() {
    const WHOLE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const REPLIES: &[(usize, &[u8])] = &[(18, WHOLE)];
    let mut spec = ClientForm { until: ReceiveUntil::MessageEnd, ..ClientForm::default() }.spec().unwrap();
    spec.request = b"GET / HTTP/1.1\r\n\r\n".to_vec();
    let mut plan = ClientPlan::of(&spec, false);
    plan.host = "127.0.0.1".into();
    plan.later.messages = vec![(WHOLE.len() as u64, b"more".to_vec())];
    for dialect in Dialect::ALL {
        let (address, applied_until) = peer(REPLIES);
        client_to(&plan, address.port(), dialect);
        assert_eq!(applied_until.join().unwrap(), b"GET / HTTP/1.1\r\n\r\nmore", "{dialect:?}");
    }
}

#[test]
#[ignore = "needs nothing; it stands with the others of its kind"]
fn a_file_as_body_is_no_reason_to_say_that_something_is_left_out() {
    const REPLIES: &[(usize, &[u8])] = &[(300, b"ok")];
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "body", &[b'x'; 300]);
    let more: &[(u64, Option<&[u8]>)] = &[(2, Some(b"more")), (2, None)];
    for (head, says, messages, has_more) in [
        ("POST / HTTP/1.1\r\nContent-Length: 300\r\n\r\n", &more[1..], 1, false),
        ("POST / HTTP/1.1\r\nContent-Length: 300\r\n\r\n", more, 2, false),
    ] {
        let (address, applied_until) = peer(REPLIES);
        let mut spec = ClientForm::of(&address.to_string()).spec().unwrap();
        (spec.request, spec.request_file) = (head.into(), Some(folder.path().join("body")));
        let plan = conversation_of(spec, says, None);
        applied_until.join().unwrap();
        assert_eq!((plan.later.messages.len(), plan.later.has_more), (messages, has_more), "{:?}", plan.later);
        assert_eq!(plan.later.messages[0].1, if messages == 2 { &b"more"[..] } else { b"" });
    }
}

/// The status, the type and the body of a reply.
fn reply(bytes: &[u8]) -> (String, String, Vec<u8>) {
    let end = bytes.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let (line, fields) = head.split_once("\r\n").unwrap();
    let fields: BTreeMap<_, _> = fields.lines().map(|line| line.split_once(": ").unwrap()).collect();
    let body = bytes[end + 4..].to_vec();
    assert_eq!(fields["Connection"], "close", "{head}");
    (line.to_owned(), format!("{}, {}", fields["Content-Type"], fields["Content-Length"]), body)
}

/// Whether a server answers so by itself, whatever it serves.
fn is_own_error(status_line: &str) -> bool {
    status_line.contains(" 405 ")
}

fn answers_like_own(draft: &ServerForm, requests: &[&str]) {
    let ask = |request: &str| {
        let request = format!("{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        move |address| talk(address, request.as_bytes(), Vec::new())
    };
    let expected: Vec<_> = requests.iter().map(|request| reply(&own(draft, &ask(request)))).collect();
    for dialect in Dialect::ALL {
        let (_running, address) = serve(draft, dialect);
        for (request, expected) in requests.iter().zip(&expected) {
            let applied_until = reply(&ask(request)(address));
            // The server gives a reason for an error of its own below the status; the program stops at that.
            let is_same = match is_own_error(&applied_until.0) {
                true => applied_until.0 == expected.0 && expected.2.starts_with(&applied_until.2),
                false => applied_until == *expected,
            };
            assert!(
                is_same,
                "{dialect:?}, {request}: {:?} for {:?}",
                (&applied_until.0, &applied_until.1),
                (&expected.0, &expected.1)
            );
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn the_page_is_the_same() {
    let draft = ServerForm { responder: ResponderKind::Page, ..ServerForm::default() };
    answers_like_own(&draft, &["GET /", "GET /picture.svg", "HEAD /picture.svg", "GET /other?x=1", "DELETE /"]);
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn files_are_the_same_and_none_gets_out_of_the_folder() {
    let outside = tempfile::tempdir().unwrap();
    let folder = outside.path().join("it's a \"folder\" 文");
    std::fs::create_dir_all(folder.join("below")).unwrap();
    write(outside.path(), "secret.txt", b"secret");
    write(&folder, "index.html", b"<p>index");
    write(&folder, "a b.txt", &all_bytes());
    write(&folder, ".hidden", b"hidden");
    write(&folder.join("below"), "index.html", b"<p>below");
    std::os::unix::fs::symlink(outside.path().join("secret.txt"), folder.join("link.txt")).unwrap();
    let folder = folder.display().to_string();
    let draft = ServerForm { responder: ResponderKind::Files, folder, ..ServerForm::default() };
    let asked = ["GET /", "GET /a%20b.txt", "HEAD /a%20b.txt?x", "GET /below/", "GET /no.txt"];
    answers_like_own(&draft, &asked);
    for dialect in Dialect::ALL {
        let (_running, address) = serve(&draft, dialect);
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/below/../../secret.txt",
            "/.hidden",
            "/link.txt",
            "//etc/passwd",
            "/a%00b",
        ] {
            let applied_until = talk(address, format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes(), Vec::new());
            assert!(
                applied_until.starts_with(b"HTTP/1.1 404 "),
                "{dialect:?} {path}: {}",
                String::from_utf8_lossy(&applied_until)
            );
        }
    }
    let shown = ServerForm { hidden: true, ..draft };
    for dialect in Dialect::ALL {
        let (_running, address) = serve(&shown, dialect);
        assert!(talk(address, b"GET /.hidden HTTP/1.1\r\n\r\n", Vec::new()).ends_with(b"hidden"), "{dialect:?}");
        assert!(talk(address, b"GET /../secret.txt HTTP/1.1\r\n\r\n", Vec::new()).starts_with(b"HTTP/1.1 404 "));
    }
}

/// Whether the server at `address` closes right after its reply to `request`: who writes to it then is told that nobody reads. One that has
/// only said that it sends nothing more still reads.
fn closes_at_once(address: SocketAddr, request: &str) -> bool {
    let mut client = TcpStream::connect(address).unwrap();
    client.set_read_timeout(Some(LIMIT)).unwrap();
    client.write_all(request.as_bytes()).unwrap();
    client.read_to_end(&mut Vec::new()).unwrap();
    client.write_all(b"x").unwrap();
    client.write_all(b"x").is_err()
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn servers_shut_down_and_drain_unless_the_client_has_said_that_it_sends_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let page = ServerForm { responder: ResponderKind::Page, ..ServerForm::default() };
    let files = ServerForm {
        responder: ResponderKind::Files,
        folder: folder.path().display().to_string(),
        ..ServerForm::default()
    };
    let canned = canned(b"HTTP/1.1 200 OK\r\n\r\n");
    let close = "Connection: close\r\n";
    for (draft, method, fields, expected) in [
        (&page, "GET", close, true),
        (&page, "HEAD", "a: b\r\nconnection:Keep-Alive , CLOSE \r\n", true),
        (&page, "GET", "", false),
        (&page, "GET", "X-Connection: close\r\nConnection: closed\r\n", false),
        (&page, "POST", close, false),
        (&files, "GET", close, true),
        (&canned, "GET", close, false),
    ] {
        let request = format!("{method} /a HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
        let run = serving(draft);
        assert_eq!(closes_at_once(run.address, &request), expected, "{:?} {request}", draft.responder);
        run.stop();
    }
    for dialect in Dialect::ALL {
        for (draft, asked) in [(&page, true), (&files, true), (&canned, false)] {
            let (_running, address) = serve(draft, dialect);
            let says = |method: &str, fields: &str| {
                closes_at_once(address, &format!("{method} /a HTTP/1.1\r\nHost: x\r\n{fields}\r\n"))
            };
            let of = draft.responder;
            assert_eq!(says("GET", close), asked, "{dialect:?} {of:?}");
            assert_eq!(says("HEAD", "a: b\r\nconnection:Keep-Alive , CLOSE \r\n"), asked, "{dialect:?} {of:?}");
            assert!(!says("GET", ""), "{dialect:?} {of:?}");
            assert!(!says("GET", "X-Connection: close\r\nConnection: closed\r\n"), "{dialect:?} {of:?}");
            assert!(!says("POST", close), "{dialect:?} {of:?}");
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn the_time_of_day_has_the_same_form() {
    let draft = ServerForm { responder: ResponderKind::Daytime, ..ServerForm::default() };
    let form = |said: &[u8]| {
        let said = String::from_utf8(said.to_vec()).unwrap();
        let shape: String = said.chars().map(|ch| if ch.is_ascii_digit() { '0' } else { ch }).collect();
        let shape = shape.rsplit_once('-').unwrap().0.to_owned();
        // The weekday and the month.
        (said.split(' ').next().unwrap().to_owned(), shape)
    };
    let say = |address| talk(address, b"", Vec::new());
    for dialect in Dialect::ALL {
        // Midnight may come between the two.
        let (_running, address) = serve(&draft, dialect);
        let same = (0..3).any(|_| form(&say(address)) == form(&own(&draft, &say)));
        assert!(same || dialect == Dialect::Rust, "{dialect:?}: {}", String::from_utf8_lossy(&say(address)));
        let said = String::from_utf8(say(address)).unwrap();
        assert!(said.ends_with("\r\n") && said.split(' ').count() == 5, "{said:?}");
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn what_is_typed_goes_to_the_newest_connection() {
    let draft = ServerForm { responder: ResponderKind::Manual, ..ServerForm::default() };
    let line = "你好\n".as_bytes();
    for dialect in Dialect::ALL {
        let (mut running, address) = serve(&draft, dialect);
        let mut typed = running.child.stdin.take().unwrap();
        // One client after another: the end of the first one ends neither the server nor the typing.
        for _ in 0..3 {
            let mut client = TcpStream::connect(address).unwrap();
            client.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
            client.write_all(b"hi").unwrap();
            let (mut applied_until, mut part) = (Vec::new(), [0; 64]);
            let begun = Instant::now();
            // What is typed before the connection was accepted goes to nobody.
            while applied_until.len() < line.len() {
                assert!(begun.elapsed() < LIMIT, "{dialect:?}");
                typed.write_all(line).unwrap();
                typed.flush().unwrap();
                applied_until.extend(client.read(&mut part).map_or(&[][..], |n| &part[..n]));
            }
            assert_eq!(applied_until[..line.len()], *line, "{dialect:?}");
            client.shutdown(std::net::Shutdown::Write).unwrap();
            client.set_read_timeout(Some(LIMIT)).unwrap();
            client.read_to_end(&mut applied_until).unwrap();
            typed.write_all(line).unwrap();
        }
    }
}

#[test]
#[ignore = "needs python3, rustc and cc"]
fn a_relay_carries_both_ways() {
    let echo =
        listen(ServerForm { port: 0, responder: ResponderKind::Echo, ..ServerForm::default() }.spec(None).unwrap());
    let draft = ServerForm {
        responder: ResponderKind::Relay,
        relay: format!("http://{}", echo.address),
        ..ServerForm::default()
    };
    let applied_until = same_as_own(&draft, &|address| talk(address, &all_bytes(), vec![(512, Says::NoMore)]));
    assert_eq!(applied_until, all_bytes());
    echo.stop();
}

#[test]
#[ignore = "needs rustc and cc"]
fn what_can_not_be_encrypted_compiles_and_sends_nothing() {
    let peer = TcpListener::bind("127.0.0.1:0").unwrap();
    let draft = ClientForm::of(&format!("https://{}/", peer.local_addr().unwrap()));
    let plan = Plan::Client(ClientPlan::of(&draft.spec().unwrap(), false));
    let relay =
        ServerForm { responder: ResponderKind::Relay, relay: "https://127.0.0.1:1".into(), ..ServerForm::default() };
    for dialect in [Dialect::Rust, Dialect::C] {
        assert!(build(&plan, dialect).command().output().unwrap().status.success());
        let mut sent = Vec::new();
        peer.accept().unwrap().0.read_to_end(&mut sent).unwrap();
        assert!(sent.is_empty(), "{dialect:?}");
        build(&Plan::Server(relay.plan().unwrap()), dialect);
    }
}
