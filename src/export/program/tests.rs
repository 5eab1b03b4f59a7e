use core::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::capture::{CallKind, Role};
use crate::net::responders::{FormKind, Pattern, Piece, ReplySource, ResponderKind, Rule, Setup, When};
use crate::net::{SocketOptions, Target};

fn client() -> ClientPlan {
    ClientPlan {
        host: "www.baidu.com".into(),
        port: 80,
        is_v6: false,
        request: b"GET / HTTP/1.1\r\nHost: www.baidu.com\r\nConnection: close\r\n\r\n".to_vec(),
        request_file: None,
        recv_size: 1024,
        connect_timeout: None,
        read_timeout: None,
        local: None,
        options: SocketOptions::client(),
        until_message_end: false,
        tls: false,
        root_file: None,
        accepts_invalid: false,
        output: "baidu.html".into(),
        later: LaterMessages::default(),
    }
}

fn server(responder: ResponderKind, setup: Setup) -> ServerPlan {
    ServerPlan {
        address: "127.0.0.1:9999".parse().unwrap(),
        backlog: 5,
        recv_size: 1024,
        idle: None,
        on_accepting_thread: false,
        options: SocketOptions { no_delay: false, ..SocketOptions::default() },
        responder,
        setup,
        has_faults: false,
        has_most: false,
        has_orders: false,
    }
}

fn echo() -> ServerPlan {
    server(ResponderKind::Echo, Setup::Empty)
}

fn by_rules(rules: Vec<Rule>) -> Plan {
    Plan::Server(server(ResponderKind::Rules, Setup::Rules(rules)))
}

fn written(plan: &Plan, dialect: Dialect) -> Program {
    program(plan, dialect, &|remark| format!("{} {:?}", remark.name(), remark.argument()))
}

/// Each responder with each form that it may have.
fn servers() -> Vec<ServerPlan> {
    let canned =
        |reply: &[u8], when, then_close| Setup::Canned { reply: ReplySource::Bytes(reply.to_vec()), when, then_close };
    let relay = |target| Setup::Relay(Target::parse(target).unwrap());
    let setups = |form| match form {
        FormKind::Empty => vec![Setup::Empty],
        FormKind::Pause => vec![Setup::Pause(Duration::from_secs(1))],
        FormKind::Folder => [false, true].map(|hidden| Setup::Folder { path: "/srv".into(), hidden }).into(),
        FormKind::Canned => {
            let reply = ReplySource::File("a".into());
            let mut all = vec![Setup::Canned { reply, when: When::Request, then_close: true }];
            for when in When::ALL {
                all.extend([true, false].map(|close| canned(b"HTTP/1.1 200 OK\r\n\r\n", when, close)));
            }
            all
        }
        FormKind::Rules => vec![Setup::Rules(rules()), Setup::Rules(Vec::new())],
        FormKind::Relay => vec![relay("http://[::1]:80"), relay("https://example.org")],
    };
    let of = |kind: ResponderKind| setups(kind.info().form).into_iter().map(move |setup| server(kind, setup));
    ResponderKind::ALL.into_iter().flat_map(of).collect()
}

fn rules() -> Vec<Rule> {
    let rule = |when, reply: &[u8]| Rule {
        when,
        delay: Duration::ZERO,
        reply: Some(vec![Piece::Bytes(reply.to_vec())]),
        closes: false,
    };
    let regex = |text| Pattern::regex(text).unwrap();
    vec![
        rule(Pattern::Equals(b"ping".to_vec()), b"pong\n"),
        Rule {
            reply: Some(vec![Piece::Bytes(b"got ".to_vec()), Piece::Group(1), Piece::Bytes(b"$.".to_vec())]),
            ..rule(regex(r"^add (?<n>[0-9.]+) .\.$"), b"")
        },
        rule(regex("(?u)^.$"), b"one"),
        rule(Pattern::Line(b"bye".to_vec()), b"bye"),
        Rule { delay: Duration::from_millis(1500), closes: true, ..rule(Pattern::Anything, b"bye") },
    ]
}

/// Every plan that is told apart.
fn plans() -> Vec<Plan> {
    let timed = ClientPlan {
        connect_timeout: Some(Duration::from_millis(1500)),
        read_timeout: Some(Duration::from_secs(2)),
        until_message_end: true,
        ..client()
    };
    let raw = ClientPlan { request: b"hi".to_vec(), request_file: Some("a b".into()), ..client() };
    let tls = ClientPlan { tls: true, root_file: Some("ca.pem".into()), accepts_invalid: true, ..client() };
    let quiet = ClientPlan { request: Vec::new(), until_message_end: true, ..client() };
    let messages = vec![(0, b"a\"'\\ \xff??=\n b".to_vec()), (9, Vec::new())];
    let later = LaterMessages { messages, closes: Some(9), resets: true, has_more: true };
    let later = ClientPlan { request: Vec::new(), later, ..client() };
    let options = SocketOptions {
        reuse_address: true,
        only_v6: false,
        no_delay: true,
        keep_alive: true,
        linger: Some(3),
        send_buffer: Some(4096),
        receive_buffer: Some(8192),
    };
    let bound = ClientPlan { local: Some("127.0.0.1:5000".parse().unwrap()), options, ..client() };
    let mut plans: Vec<_> = [client(), timed, raw, tls, quiet, later, bound].into_iter().map(Plan::Client).collect();
    plans.extend(servers().into_iter().map(Plan::Server));
    plans.push(Plan::Server(ServerPlan {
        address: SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 9999),
        idle: Some(Duration::from_millis(2500)),
        on_accepting_thread: true,
        options: SocketOptions { reuse_address: false, ..options },
        has_faults: true,
        has_most: true,
        has_orders: true,
        ..echo()
    }));
    plans
}

fn steps(program: &Program) -> Vec<(Whose, CallKind)> {
    program.lines.iter().flat_map(|line| line.steps.iter().map(|step| (step.whose, step.kind))).collect()
}

#[test]
fn the_tutorials_client_is_written_as_the_tutorial_has_it() {
    let expected = r"import socket

with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
    sock.connect(('www.baidu.com', 80))
    sock.send(b'GET / HTTP/1.1\r\n'
              b'Host: www.baidu.com\r\n'
              b'Connection: close\r\n'
              b'\r\n')
    buffer = []
    while True:
        d = sock.recv(1024)
        if d:
            buffer.append(d)
        else:
            break
data = b''.join(buffer)
header, html = data.split(b'\r\n\r\n', 1)
print(header.decode('utf-8'))
with open('baidu.html', 'wb') as f:
    f.write(html)
";
    assert_eq!(written(&Plan::Client(client()), Dialect::Python).source(), expected);
}

#[test]
fn the_tutorials_server_is_written_as_the_tutorial_has_it() {
    let expected = r"import socket
import threading
import time


def tcplink(sock, addr):
    with sock:
        sock.send(b'Welcome!')
        while True:
            data = sock.recv(1024)
            time.sleep(1)
            if not data or data.rstrip() == b'exit':
                break
            sock.send(b'Hello, ' + data + b'!')
    print('Connection from %s:%s closed.' % addr[:2])


with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(('127.0.0.1', 9999))
    s.listen(5)
    while True:
        sock, addr = s.accept()
        t = threading.Thread(target=tcplink, args=(sock, addr))
        t.start()
";
    let hello = server(ResponderKind::Hello, Setup::Pause(Duration::from_secs(1)));
    assert_eq!(written(&Plan::Server(hello), Dialect::Python).source(), expected);
}

#[test]
fn nothing_of_a_template_is_left_in_a_program() {
    for plan in plans() {
        for dialect in Dialect::ALL {
            let program = written(&plan, dialect);
            let source = program.source();
            assert!(!source.contains(['«', '»', '§']), "{source}");
            assert!(program.lines.iter().all(|line| !line.text.contains('\n')), "{source}");
            assert!(!source.contains("\n\n\n\n") && source.lines().count() > 5, "{source}");
        }
    }
}

#[test]
fn each_template_has_a_part_for_every_responder() {
    for dialect in Dialect::ALL {
        let conditions = dialect.template(Role::Server).lines().filter_map(|line| line.strip_prefix("§if "));
        let parts: Vec<_> = conditions.flat_map(|condition| condition.split('|')).collect();
        for kind in ResponderKind::ALL {
            assert!(parts.contains(&kind.name()), "{kind:?} {dialect:?}");
        }
    }
}

#[test]
fn each_program_has_a_line_for_every_call() {
    for plan in plans() {
        for dialect in Dialect::ALL {
            let program = written(&plan, dialect);
            let steps = steps(&program);
            let has = |whose, kind| assert!(steps.contains(&(whose, kind)), "{kind:?}: {}", program.source());
            has(Whose::Connection, CallKind::Close);
            let kinds = match plan.role() {
                Role::Client => [CallKind::Resolve, CallKind::Socket, CallKind::Connect, CallKind::Recv].as_slice(),
                Role::Server => &[],
            };
            kinds.iter().for_each(|kind| has(Whose::Connection, *kind));
            if plan.role() == Role::Server {
                for kind in [CallKind::Socket, CallKind::Bind, CallKind::Listen, CallKind::Accept] {
                    has(Whose::Listener, kind);
                }
            }
        }
    }
}

#[test]
fn a_clients_socket_gets_its_options_and_its_address_before_it_connects() {
    let options = SocketOptions { linger: Some(0), receive_buffer: Some(8192), ..SocketOptions::client() };
    let plan = Plan::Client(ClientPlan { local: Some("127.0.0.1:5000".parse().unwrap()), options, ..client() });
    for dialect in [Dialect::Python, Dialect::C] {
        let source = written(&plan, dialect).source();
        let places =
            ["SO_REUSEADDR", "SO_RCVBUF", "SO_LINGER", "bind(", "connect("].map(|text| source.find(text).unwrap());
        assert!(places.is_sorted() && !source.contains("TCP_NODELAY"), "{source}");
    }
    let source = written(&plan, Dialect::Rust).source();
    for remark in ["program-no-bind", "\"SO_LINGER\"", "\"SO_RCVBUF\""] {
        assert!(source.contains(remark), "{source}");
    }
}

#[test]
fn what_a_language_can_not_do_is_remarked() {
    let remarks = |plan: &Plan, dialect| written(plan, dialect).source();
    let tls = Plan::Client(ClientPlan { tls: true, ..client() });
    assert!(!remarks(&tls, Dialect::Python).contains("program-no-tls"));
    for dialect in [Dialect::Rust, Dialect::C] {
        let source = remarks(&tls, dialect);
        assert!(source.starts_with("// program-no-tls"), "{source}");
        assert!(!source.contains("GET /"), "what is to be encrypted is not sent in plain: {source}");
    }
    let regex = by_rules(rules());
    assert!(remarks(&regex, Dialect::Python).contains("program-python-regex"));
    assert!(remarks(&regex, Dialect::C).contains("program-no-regex"));
    let ordered = Plan::Server(ServerPlan { has_orders: true, ..echo() });
    assert!(remarks(&ordered, Dialect::Rust).contains("program-no-orders"));
    let long = Plan::Client(ClientPlan { request: vec![b'x'; WRITTEN_MAX + 1], ..client() });
    let source = remarks(&long, Dialect::C);
    assert!(source.contains("program-beside-it Some(\"request.bin\")") && source.len() < 8192);
}

#[test]
fn sending_is_not_ended_under_tls() {
    let messages = vec![(0, b"a".to_vec()), (9, Vec::new())];
    let later = LaterMessages { messages, closes: Some(9), ..LaterMessages::default() };
    let plain = ClientPlan { later: later.clone(), ..client() };
    let alone = LaterMessages { messages: vec![(9, Vec::new())], ..LaterMessages::default() };
    for later in [later, alone] {
        let source = written(&Plan::Client(ClientPlan { tls: true, later, ..client() }), Dialect::Python).source();
        assert!(!source.contains("shutdown(") && source.contains("# program-no-tls-half-close"), "{source}");
    }
    let source = written(&Plan::Client(plain), Dialect::Python).source();
    assert!(source.contains("shutdown(") && !source.contains("half-close"), "{source}");
}

#[test]
fn a_client_counts_what_it_has_without_copying_it() {
    let later = LaterMessages { messages: vec![(3, b"a".to_vec())], closes: Some(9), ..LaterMessages::default() };
    let source = written(&Plan::Client(ClientPlan { later, ..client() }), Dialect::Rust).source();
    assert_eq!(source.matches("buffer.iter().map(Vec::len).sum::<usize>()").count(), 2, "{source}");
    assert!(!source.contains("concat().len()"), "{source}");
}

#[test]
fn a_server_listens_in_the_zone_of_its_address() {
    let address = core::net::SocketAddrV6::new("fe80::1".parse().unwrap(), 7, 0, 3).into();
    let plan = Plan::Server(ServerPlan { address, ..echo() });
    for (dialect, host) in
        [(Dialect::Python, "('fe80::1%3', 7)"), (Dialect::Rust, "[fe80::1%3]:7"), (Dialect::C, "\"fe80::1%3\"")]
    {
        let source = written(&plan, dialect).source();
        assert!(source.contains(host), "{source}");
    }
}

#[test]
fn a_remark_stays_in_its_comment() {
    let plan = Plan::Client(ClientPlan { tls: true, ..client() });
    let program = program(&plan, Dialect::C, &|_| "one\nint evil;\\".into());
    assert_eq!(program.lines[0].text, "// one int evil;");
}

#[test]
fn rules_of_python_take_the_groups_of_their_expression() {
    let source = written(&by_rules(rules()), Dialect::Python).source();
    let expression = r"b'(?<![^\\r\\n])(?!(?<=\\r)\\n)add (?P<n>[0-9.]+) [^\\r\\n]\\.(?![^\\r\\n]' b')(?!(?<=\\r)\\n)'";
    assert!(source.contains(&format!("elif m := re.search({expression}, data):")), "{source}");
    assert!(source.contains("reply, closes = b'got ' + (m[1] or b'') + b'$.', False"), "{source}");
    assert!(source.contains("# program-no-regex"), "one of characters is left out: {source}");
}

/// What a literal of bytes denotes, read as its language does.
fn read(literal: &str, dialect: Dialect) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = literal.as_bytes();
    let mut is_inside = false;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let quote = if dialect == Dialect::Python { b'\'' } else { b'"' };
        match *first {
            byte if byte == quote => is_inside = !is_inside,
            _ if !is_inside => assert!(matches!(first, b'b' | b'\n' | b' '), "{literal}"),
            b'\\' => {
                let (kind, after) = rest.split_first().unwrap();
                rest = after;
                match kind {
                    b'n' => bytes.push(b'\n'),
                    b'r' => bytes.push(b'\r'),
                    b't' => bytes.push(b'\t'),
                    b'x' => {
                        let (hex, after) = rest.split_at(2);
                        bytes.push(u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap());
                        rest = after;
                        assert_ne!(dialect, Dialect::C);
                    }
                    b'\n' => {
                        assert_eq!(dialect, Dialect::Rust);
                        rest = rest.trim_ascii_start();
                    }
                    b'0'..=b'7' => {
                        assert_eq!(dialect, Dialect::C);
                        bytes.push(
                            u8::from_str_radix(std::str::from_utf8(&[*kind, rest[0], rest[1]]).unwrap(), 8).unwrap(),
                        );
                        rest = &rest[2..];
                    }
                    other => bytes.push(*other),
                }
            }
            byte => {
                assert!(byte != b'\n', "{literal}");
                bytes.push(byte);
            }
        }
    }
    assert!(!is_inside);
    bytes
}

#[test]
fn every_byte_can_stand_in_a_literal_beside_every_digit() {
    let bytes: Vec<u8> = (0..=255).flat_map(|byte| [byte, b'0', byte, b'a', byte, b'?', b'?', b'=', b' ']).collect();
    for dialect in Dialect::ALL {
        let literal = literal::bytes(&bytes, dialect).join("\n   ");
        assert_eq!(read(&literal, dialect), bytes, "{dialect:?}");
        assert!(dialect != Dialect::C || !literal.contains("??="), "it would have a trigraph");
    }
}

proptest! {
    #[test]
    fn a_literal_denotes_the_bytes_that_it_was_made_of(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for dialect in Dialect::ALL {
            let literal = literal::bytes(&bytes, dialect).join("\n        ");
            prop_assert_eq!(&read(&literal, dialect), &bytes);
        }
    }

    #[test]
    fn a_text_stays_within_its_literal(text in "\\PC{0,30}[\\\\'\"\n\r\t?\0\u{202e}]{0,6}") {
        for dialect in Dialect::ALL {
            let literal = literal::text(&text, dialect);
            let inside = &literal[1..literal.len() - 1];
            let hidden = |ch: char| ch.is_control() || ch == '\u{202e}';
            prop_assert!(!inside.contains(hidden));
            let quote = literal.chars().next().unwrap();
            let plain = inside.replace("\\\\", "").replace(&format!("\\{quote}"), "");
            prop_assert!(!plain.contains(quote) && !plain.ends_with('\\'));
        }
    }
}
