//! The program's own runs over TLS: the client as the window and `get` use it.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use socketscope::capture::{CallKind, Cause, Direction, Ended, Operation, ReplyState, Session};
use socketscope::http::{MessageEnd, Span};
use socketscope::net::{ClientSpec, Target};
use socketscope::tls::{TlsFailure, Trust};

use super::engine::{LIMIT, start};
use super::support::ca::{
    Authority, Identity, Leaf, ONLY_12, ONLY_13, Offer, Peer, Server, authority, finish, plain_server, self_signed,
    server,
};

const HELLO: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A file with the certificate of `root`.
fn root_file(root: &Authority) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(root.pem().as_bytes()).unwrap();
    file
}

fn url(address: SocketAddr) -> String {
    format!("https://localhost:{}/", address.port())
}

pub fn spec(address: SocketAddr, roots: &tempfile::NamedTempFile) -> ClientSpec {
    let target = Target { host: "127.0.0.1".to_owned(), ..Target::parse(&url(address)).unwrap() };
    ClientSpec { root_file: Some(roots.path().to_owned()), ..ClientSpec::tutorial(target) }
}

fn read_request(peer: &mut Peer) -> Vec<u8> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && peer.read(&mut byte).unwrap() > 0 {
        request.extend(byte);
    }
    request
}

/// Answers one request with `reply` and closes, with or without a close_notify.
fn answering(identity: Identity, offer: Offer, reply: &'static [u8], says_goodbye: bool) -> Server {
    server(identity, offer, move |mut peer| {
        read_request(&mut peer);
        peer.write_all(reply).unwrap();
        peer.flush().unwrap();
        if says_goodbye {
            finish(&mut peer);
        }
        // Wait for the client's end, so that closing is no reset.
        let _ = peer.sock.read_to_end(&mut Vec::new());
    })
}

/// As [`answering`], but the socket ends without a close_notify.
fn cutting(identity: Identity, reply: &'static [u8]) -> Server {
    server(identity, Offer::default(), move |mut peer| {
        read_request(&mut peer);
        peer.write_all(reply).unwrap();
        peer.flush().unwrap();
        peer.sock.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = peer.sock.read_to_end(&mut Vec::new());
    })
}

pub fn trusted() -> (Identity, tempfile::NamedTempFile) {
    let root = authority("root");
    (root.valid(&["localhost", "127.0.0.1"]), root_file(&root))
}

fn received(session: &Session) -> Vec<u8> {
    let stream = &session.newest().unwrap().received;
    stream.spool.read(Span::new(0, stream.bytes)).unwrap()
}

#[test]
fn plain_bytes_and_those_under_tls_are_both_kept() {
    for (versions, version) in [(ONLY_12, "TLS 1.2"), (ONLY_13, "TLS 1.3")] {
        for recv_size in [1, 7, 1024, 65_536] {
            let (identity, roots) = trusted();
            let server = answering(identity, Offer { versions, ..Offer::default() }, HELLO, true);
            let session = start(ClientSpec { recv_size, ..spec(server.address, &roots) }).finish();
            server.join();
            let connection = session.newest().unwrap();
            assert_eq!(ReplyState::of(connection), ReplyState::Complete, "{:?}", connection.thread.failure);
            assert_eq!(connection.thread.ended.unwrap().1, Ended::PeerFinished);
            assert_eq!(received(&session), HELLO);
            let tls = connection.tls.as_ref().unwrap();
            let (_, facts) = tls.done.as_ref().unwrap();
            assert_eq!((facts.version, &facts.trust), (version, &Trust::Verified));
            assert!(tls.close_notify && !tls.ended_unsaid);
            for direction in Direction::BOTH {
                let (spool, bytes) = tls.wire(direction);
                let wire = spool.read(Span::new(0, bytes)).unwrap();
                assert_eq!(wire.len() as u64, bytes);
                assert_eq!(wire[..2], [22, 3], "a record of the handshake begins it");
                assert!(!wire.windows(4).any(|part| part == b"HTTP"), "nothing plain is on the wire");
                let calls = connection.thread.calls.range(0, 10_000).unwrap();
                let of_way = calls.iter().filter(|call| call.kind == CallKind::from(direction));
                let carried = of_way.map(|call| (call.offset, u64::from(call.got)));
                let end = carried.fold(0, |end, (offset, got)| {
                    assert_eq!(offset, end, "calls carry the encrypted bytes in order");
                    end + got
                });
                assert_eq!(end, bytes);
            }
        }
    }
}

#[test]
fn an_end_without_close_notify_cuts_a_body_that_rests_on_it() {
    let (identity, roots) = trusted();
    let server = cutting(identity, b"HTTP/1.1 200 OK\r\n\r\nhello");
    let session = start(spec(server.address, &roots)).finish();
    server.join();
    let connection = session.newest().unwrap();
    assert!(connection.tls.as_ref().unwrap().ended_unsaid);
    assert_eq!(ReplyState::of(connection), ReplyState::Incomplete { missing: None });
    assert_eq!(connection.received.messages[0].end.unwrap().1, MessageEnd::Cut);
    assert!(received(&session).ends_with(b"hello"));
}

#[test]
fn an_end_without_close_notify_does_not_matter_to_a_body_of_known_length() {
    let (identity, roots) = trusted();
    let server = cutting(identity, HELLO);
    let session = start(spec(server.address, &roots)).finish();
    server.join();
    assert_eq!(ReplyState::of(session.newest().unwrap()), ReplyState::Complete);
}

#[test]
fn a_refused_certificate_ends_the_run_before_anything_is_sent() {
    let root = authority("root");
    let roots = root_file(&root);
    let identity = root.leaf(&Leaf::expired(&["127.0.0.1"]));
    let server = server(identity, Offer::default(), |mut peer| {
        assert!(peer.read(&mut [0]).is_err(), "no request comes");
    });
    let session = start(spec(server.address, &roots)).finish();
    server.join();
    let connection = session.newest().unwrap();
    let failure = connection.thread.failure.as_ref().unwrap();
    assert_eq!(failure.operation, Operation::Tls);
    let Cause::Tls(cause) = &failure.cause else { panic!("{failure:?}") };
    assert_eq!(cause.name(), "certificate");
    assert_eq!(connection.sent.bytes, 0);
    assert_eq!(connection.thread.ended.unwrap().1, Ended::Failed);
}

#[test]
fn an_accepted_certificate_stays_marked_and_is_accepted_of_no_other_host() {
    let roots = root_file(&authority("root"));
    let server = answering(self_signed(&Leaf::valid(&["127.0.0.1"]), false), Offer::default(), HELLO, true);
    let spec = ClientSpec { accept_invalid: true, ..spec(server.address, &roots) };
    let elsewhere = spec.to(Target::parse("https://localhost:1/").unwrap(), Vec::new(), None);
    assert!(!elsewhere.accept_invalid);
    assert!(spec.to(spec.target.clone(), Vec::new(), None).accept_invalid);
    let session = start(spec).finish();
    server.join();
    let connection = session.newest().unwrap();
    assert_eq!(ReplyState::of(connection), ReplyState::Complete);
    let (_, facts) = connection.tls.as_ref().unwrap().done.as_ref().unwrap();
    assert!(matches!(&facts.trust, Trust::AcceptedAnyway(faults) if faults[0].name() == "self-signed"));
}

#[test]
fn plain_http_on_the_port_is_told_from_other_failures() {
    let server = plain_server(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let (_, roots) = trusted();
    let session = start(spec(server.address, &roots)).finish();
    server.join();
    let failure = session.newest().unwrap().thread.failure.clone().unwrap();
    assert!(matches!(&failure.cause, Cause::Tls(cause) if matches!(**cause, TlsFailure::NotTls { http: true, .. })));
}

#[test]
fn a_server_that_never_answers_the_handshake_runs_into_the_time_out_or_stop() {
    let (_, roots) = trusted();
    let silent = || plain_server(|mut stream| drop(stream.read_to_end(&mut Vec::new())));
    let server = silent();
    let connect_timeout = Duration::from_millis(50);
    let session = start(ClientSpec { connect_timeout, ..spec(server.address, &roots) }).finish();
    server.join();
    let failure = session.newest().unwrap().thread.failure.clone().unwrap();
    assert_eq!((failure.operation, failure.cause), (Operation::Tls, Cause::TimedOut(connect_timeout)));
    let server = silent();
    let mut run = start(ClientSpec { connect_timeout: LIMIT, ..spec(server.address, &roots) });
    let waits = |session: &Session| session.newest().is_some_and(|connection| connection.is_waiting_in_recv());
    run.until(waits);
    run.handle.stop();
    let session = run.finish();
    server.join();
    assert_eq!(session.newest().unwrap().thread.ended.unwrap().1, Ended::Stopped);
}

#[test]
fn a_reset_in_the_handshake_is_a_connection_that_could_not_be_secured() {
    for reads in [0, 1] {
        let server = plain_server(move |mut stream| {
            for _ in 0..reads {
                assert!(stream.read(&mut [0; 64]).unwrap() > 0);
            }
            socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        });
        let output = get(&[&format!("https://{}/", server.address)]);
        server.join();
        assert_eq!(output.status.code(), Some(8), "{}", told(&output));
        assert!(told(&output).contains("TLS with 127.0.0.1"), "{}", told(&output));
    }
}

#[test]
fn what_is_typed_and_the_end_of_sending_go_through_tls() {
    use socketscope::net::Command as Give;
    let (identity, roots) = trusted();
    let server = server(identity, Offer::default(), |mut peer| {
        let mut all = Vec::new();
        peer.read_to_end(&mut all).unwrap();
        assert_eq!(all, b"one two");
        peer.write_all(b"three").unwrap();
        finish(&mut peer);
    });
    let mut run = start(ClientSpec { request: b"one ".to_vec(), ..spec(server.address, &roots) });
    run.until(|session| session.newest().is_some_and(|connection| connection.sent.bytes == 4));
    run.handle.give(Give::Send(b"two"[..].into())).unwrap();
    run.until(|session| session.newest().is_some_and(|connection| connection.sent.bytes == 7));
    run.handle.give(Give::ShutdownSending).unwrap();
    let session = run.finish();
    server.join();
    assert_eq!(received(&session), b"three");
}

#[test]
fn a_long_request_is_answered_before_all_of_it_is_read() {
    let (identity, roots) = trusted();
    let server = server(identity, Offer::default(), |mut peer| {
        peer.read_exact(&mut [0; 1000]).unwrap();
        peer.write_all(&vec![b'x'; 1 << 20]).unwrap();
        peer.flush().unwrap();
        let mut rest = Vec::new();
        peer.read_to_end(&mut rest).unwrap();
        assert_eq!(rest.len(), (4 << 20) - 1000);
        finish(&mut peer);
    });
    let mut run = start(ClientSpec { request: vec![b'y'; 4 << 20], ..spec(server.address, &roots) });
    run.until(|session| session.newest().is_some_and(|c| c.sent.bytes == 4 << 20 && c.received.bytes == 1 << 20));
    run.handle.give(socketscope::net::Command::ShutdownSending).unwrap();
    let session = run.finish();
    server.join();
    assert_eq!(session.newest().unwrap().thread.failure, None);
}

fn get(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    command.args(["--lang", "en", "get"]).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn get_speaks_https_with_a_named_root() {
    let (identity, roots) = trusted();
    let server = answering(identity, Offer { alpn: &["http/1.1"], ..Offer::default() }, HELLO, true);
    let output = get(&[&url(server.address), "--cacert", roots.path().to_str().unwrap()]);
    server.join();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"hello"[..]), "{}", told(&output));
    let told = told(&output);
    assert!(told.contains("TLS: TLS 1.3, TLS_") && told.contains("certificate verified"), "{told}");
}

#[test]
fn get_refuses_what_is_not_trusted_unless_it_is_told_to_go_on() {
    let make = || self_signed(&Leaf::valid(&["localhost"]), false);
    let refused = server(make(), Offer::default(), |mut peer| drop(peer.read(&mut [0])));
    let (_, roots) = trusted();
    let cacert = ["--cacert", roots.path().to_str().unwrap()];
    let output = get(&[&url(refused.address), cacert[0], cacert[1]]);
    refused.join();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(8), 0), "{}", told(&output));
    assert!(told(&output).contains("it vouches for itself and is not trusted here"), "{}", told(&output));
    let accepted = answering(make(), Offer::default(), HELLO, true);
    let output = get(&[&url(accepted.address), cacert[0], cacert[1], "--insecure"]);
    accepted.join();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"hello"[..]), "{}", told(&output));
    assert!(told(&output).contains("CERTIFICATE NOT TRUSTED: it vouches for itself"), "{}", told(&output));
}

#[test]
fn get_tells_a_truncation_under_tls() {
    let (identity, roots) = trusted();
    let server = cutting(identity, b"HTTP/1.1 200 OK\r\n\r\nhello");
    let output = get(&[&url(server.address), "--cacert", roots.path().to_str().unwrap()]);
    server.join();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(5), &b"hello"[..]), "{}", told(&output));
    assert!(told(&output).contains("close_notify"), "{}", told(&output));
}

#[test]
fn get_names_a_file_of_roots_that_holds_none() {
    let empty = tempfile::NamedTempFile::new().unwrap();
    let path = empty.path().to_str().unwrap();
    let output = get(&["https://localhost:1/", "--cacert", path]);
    assert_eq!(output.status.code(), Some(7));
    assert!(told(&output).contains(&format!("reading {path} failed: it holds no certificates")), "{}", told(&output));
}

#[test]
fn get_tells_the_handshake_as_json() {
    let (identity, roots) = trusted();
    let server = answering(identity, Offer::default(), HELLO, true);
    let output = get(&[&url(server.address), "--json", "--cacert", roots.path().to_str().unwrap()]);
    server.join();
    let lines = told(&output);
    let events = lines.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let events =
        events.filter(|event| event["event"].as_str().is_some_and(|name| name.starts_with("tls"))).collect::<Vec<_>>();
    let names = events.iter().map(|event| event["event"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(names[..2], ["tls-begun", "tls"], "{lines}");
    assert_eq!(events[1]["verified"], true);
    assert_eq!(events[1]["certificates"][0]["names"][0], "localhost");
}
