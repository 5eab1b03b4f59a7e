//! Connections as they go and as they end.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::support::ca::{
    Identity, ONLY_12, ONLY_13, Offer, authority, finish, plain_server, ponger, read_exactly, server,
};
use super::support::client::{Outcome, converse, options};
use socketscope::tls::{CertificateDer, Tls, TlsEnd, TlsFailure, TlsOptions};

const HOST: &str = "test.example";
const BUFFER: usize = 16 * 1024;

fn identity() -> (Identity, [CertificateDer<'static>; 1]) {
    let root = authority("root");
    (root.valid(&[HOST]), [root.der()])
}

fn ask(offer: Offer, step: usize) -> Outcome {
    let (identity, roots) = identity();
    let server = ponger(identity, offer);
    let outcome = converse(server.address, options(HOST, &roots, false), b"ping", step);
    server.join();
    outcome
}

/// Speaks to a server that does not speak TLS.
fn ask_plain(work: impl FnOnce(TcpStream) + Send + 'static, step: usize) -> Outcome {
    let server = plain_server(work);
    let outcome = converse(server.address, options(HOST, &identity().1, false), b"ping", step);
    server.join();
    outcome
}

/// Reads the client's first record, so that closing is no reset.
fn read_hello(stream: &mut TcpStream) {
    let mut header = [0; 5];
    stream.read_exact(&mut header).unwrap();
    let mut hello = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
    stream.read_exact(&mut hello).unwrap();
}

#[test]
fn both_versions_are_spoken() {
    for (versions, version) in [(ONLY_12, "TLS 1.2"), (ONLY_13, "TLS 1.3")] {
        let outcome = ask(Offer { versions, ..Offer::default() }, BUFFER);
        assert_eq!(outcome.result, Ok(TlsEnd::CloseNotify));
        assert_eq!(outcome.plain, b"pong");
        let facts = outcome.facts.unwrap();
        assert_eq!(facts.version, version);
        assert!(facts.suite.starts_with("TLS_") && facts.suite.contains("_WITH_") == (version == "TLS 1.2"));
        assert_eq!(facts.group.as_deref(), Some("x25519"));
        assert_eq!(facts.sni.as_deref(), Some(HOST));
    }
}

#[test]
fn alpn_is_told_if_the_server_answers_it() {
    assert_eq!(ask(Offer::default(), BUFFER).facts.unwrap().alpn, None);
    let both = Offer { alpn: &["h2", "http/1.1"], ..Offer::default() };
    assert_eq!(ask(both, BUFFER).facts.unwrap().alpn.as_deref(), Some("http/1.1"));
}

#[test]
fn an_alert_is_told_by_its_name() {
    let (identity, roots) = identity();
    let offer = Offer { alpn: &["h2"], ..Offer::default() };
    let server = server(identity, offer, |mut peer| assert!(peer.read(&mut [0]).is_err()));
    let outcome = converse(server.address, options(HOST, &roots, false), b"ping", BUFFER);
    server.join();
    let alert = TlsFailure::Alert { code: 120, name: Some("no_application_protocol"), handshaking: true };
    assert_eq!(outcome.result, Err(alert));
}

#[test]
fn a_split_changes_nothing() {
    for versions in [ONLY_12, ONLY_13] {
        for step in [1, 2, 3, 7, 1000] {
            let outcome = ask(Offer { versions, ..Offer::default() }, step);
            assert_eq!((outcome.result, outcome.plain.as_slice()), (Ok(TlsEnd::CloseNotify), &b"pong"[..]));
            assert_eq!((outcome.dones, outcome.beyond), (1, 0));
        }
    }
}

#[test]
fn the_same_bytes_say_the_same_whole_or_one_by_one() {
    let (identity, roots) = identity();
    let server = ponger(identity, Offer::default());
    let mut socket = TcpStream::connect(server.address).unwrap();
    let mut tls = Tls::client(options(HOST, &roots, false)).unwrap();
    let (mut out, mut plain, mut wire) = (Vec::new(), Vec::new(), Vec::new());
    tls.send(b"ping").unwrap();
    tls.take_outgoing(&mut out);
    socket.write_all(&out).unwrap();
    while tls.is_handshaking() {
        let mut byte = [0];
        socket.read_exact(&mut byte).unwrap();
        tls.feed(&byte, &mut plain).unwrap();
    }
    out.clear();
    tls.take_outgoing(&mut out);
    socket.write_all(&out).unwrap();
    socket.read_to_end(&mut wire).unwrap();
    // Tickets, the answer and close_notify at once.
    let progress = tls.feed(&wire, &mut plain).unwrap();
    assert!(progress.close_notify && !progress.handshake_done_now);
    assert_eq!((plain.as_slice(), tls.ended()), (&b"pong"[..], TlsEnd::CloseNotify));
    server.join();
}

#[test]
fn a_mebibyte_goes_each_way() {
    let pattern = |seed: u8| (0..1 << 20).map(|at: u32| (at % 251) as u8 ^ seed).collect::<Vec<_>>();
    for versions in [ONLY_12, ONLY_13] {
        let (identity, roots) = identity();
        let offer = Offer { versions, ..Offer::default() };
        let server = server(identity, offer, move |mut peer| {
            assert_eq!(read_exactly(&mut peer, 1 << 20), pattern(1));
            peer.write_all(&pattern(2)).unwrap();
            finish(&mut peer);
        });
        let outcome = converse(server.address, options(HOST, &roots, false), &pattern(1), 64 * 1024);
        server.join();
        assert_eq!(outcome.result, Ok(TlsEnd::CloseNotify));
        assert_eq!(outcome.plain, pattern(2));
    }
}

#[test]
fn keys_can_change_under_way() {
    let (identity, roots) = identity();
    let server = server(identity, Offer { versions: ONLY_13, ..Offer::default() }, |mut peer| {
        read_exactly(&mut peer, 4);
        for _ in 0..3 {
            peer.write_all(b"before ").unwrap();
            peer.conn.refresh_traffic_keys().unwrap();
            peer.write_all(b"after ").unwrap();
        }
        finish(&mut peer);
        // The client's close_notify comes under its new keys.
        assert_eq!(peer.read(&mut [0]).unwrap(), 0);
    });
    let outcome = converse_until_close_notify(server.address, &roots);
    server.join();
    assert_eq!(outcome, b"before after before after before after ");
}

/// As a client that closes once the peer has finished, without waiting for the end of the socket.
fn converse_until_close_notify(address: std::net::SocketAddr, roots: &[CertificateDer<'static>]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).unwrap();
    let mut tls = Tls::client(options(HOST, roots, false)).unwrap();
    let (mut plain, mut wire) = (Vec::new(), vec![0; BUFFER]);
    tls.send(b"ping").unwrap();
    loop {
        let mut out = Vec::new();
        tls.take_outgoing(&mut out);
        socket.write_all(&out).unwrap();
        let count = socket.read(&mut wire).unwrap();
        if tls.feed(&wire[..count], &mut plain).unwrap().close_notify {
            break;
        }
    }
    tls.close();
    let mut out = Vec::new();
    tls.take_outgoing(&mut out);
    socket.write_all(&out).unwrap();
    plain
}

#[test]
fn an_end_without_close_notify_is_a_truncation() {
    for versions in [ONLY_12, ONLY_13] {
        let (identity, roots) = identity();
        let server = server(identity, Offer { versions, ..Offer::default() }, |mut peer| {
            read_exactly(&mut peer, 4);
            peer.write_all(b"po").unwrap();
        });
        let outcome = converse(server.address, options(HOST, &roots, false), b"ping", BUFFER);
        server.join();
        assert_eq!((outcome.result, outcome.plain.as_slice()), (Ok(TlsEnd::Truncated), &b"po"[..]));
    }
}

#[test]
fn bytes_beyond_close_notify_are_counted() {
    for step in [1, BUFFER] {
        let (identity, roots) = identity();
        let server = server(identity, Offer::default(), |mut peer| {
            read_exactly(&mut peer, 4);
            peer.write_all(b"pong").unwrap();
            peer.conn.send_close_notify();
            let mut last = Vec::new();
            while peer.conn.wants_write() {
                peer.conn.write_tls(&mut last).unwrap();
            }
            last.extend(b"surplus");
            peer.sock.write_all(&last).unwrap();
        });
        let outcome = converse(server.address, options(HOST, &roots, false), b"ping", step);
        server.join();
        assert_eq!((outcome.result, outcome.plain.as_slice()), (Ok(TlsEnd::CloseNotify), &b"pong"[..]));
        assert_eq!(outcome.beyond, 7);
    }
}

#[test]
fn a_forged_record_is_not_decrypted() {
    let (identity, roots) = identity();
    let server = server(identity, Offer::default(), |mut peer| {
        read_exactly(&mut peer, 4);
        peer.write_all(b"pong").unwrap();
        let mut forged = vec![23, 3, 3, 0, 64];
        forged.resize(5 + 64, 0);
        peer.sock.write_all(&forged).unwrap();
        // The client says why it goes.
        assert!(peer.read(&mut [0]).unwrap_err().to_string().contains("BadRecordMac"));
    });
    let outcome = converse(server.address, options(HOST, &roots, false), b"ping", BUFFER);
    server.join();
    assert_eq!((outcome.result, outcome.plain.as_slice()), (Err(TlsFailure::Decrypt), &b"pong"[..]));
}

#[test]
fn plain_http_on_the_port_is_told() {
    for step in [1, BUFFER] {
        let answer = |mut stream: TcpStream| {
            read_hello(&mut stream);
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").unwrap();
        };
        let outcome = ask_plain(answer, step);
        assert!(matches!(outcome.result, Err(TlsFailure::NotTls { http: true, .. })), "{outcome:?}");
    }
}

#[test]
fn garbage_is_told() {
    let garbage = |bytes: &'static [u8]| {
        move |mut stream: TcpStream| {
            read_hello(&mut stream);
            stream.write_all(bytes).unwrap();
        }
    };
    let outcome = ask_plain(garbage(b"220 mail.example ESMTP\r\n"), BUFFER);
    assert!(
        matches!(&outcome.result, Err(TlsFailure::NotTls { http: false, opening }) if opening.starts_with(b"220 "))
    );
    // It begins as a record does.
    let outcome = ask_plain(garbage(&[22, 9, 9, 0, 4, 1, 2, 3, 4, 5, 6, 7]), BUFFER);
    assert!(matches!(outcome.result, Err(TlsFailure::Handshake(_))), "{outcome:?}");
    let outcome = ask_plain(garbage(&[21, 3, 3, 0, 2, 2, 40]), BUFFER);
    let alert = TlsFailure::Alert { code: 40, name: Some("handshake_failure"), handshaking: true };
    assert_eq!(outcome.result, Err(alert));
}

#[test]
fn an_end_during_the_handshake_is_told() {
    let outcome = ask_plain(drop, BUFFER);
    assert_eq!(outcome.result, Ok(TlsEnd::DuringHandshake));
    let outcome = ask_plain(|mut stream| read_hello(&mut stream), BUFFER);
    assert_eq!(outcome.result, Ok(TlsEnd::DuringHandshake));
    // Too little to say what it is.
    let few = |mut stream: TcpStream| {
        read_hello(&mut stream);
        stream.write_all(b"HTT").unwrap();
    };
    assert_eq!(ask_plain(few, BUFFER).result, Ok(TlsEnd::DuringHandshake));
    let (identity, roots) = identity();
    let server = server(identity, Offer::default(), |mut peer| {
        // Up to the middle of the server's first flight.
        while peer.conn.wants_read() && !peer.conn.wants_write() {
            peer.conn.read_tls(&mut peer.sock).unwrap();
            peer.conn.process_new_packets().unwrap();
        }
        let mut flight = Vec::new();
        peer.conn.write_tls(&mut flight).unwrap();
        peer.sock.write_all(&flight[..flight.len() / 2]).unwrap();
    });
    let outcome = converse(server.address, options(HOST, &roots, false), b"ping", BUFFER);
    server.join();
    assert_eq!((outcome.result, outcome.facts), (Ok(TlsEnd::DuringHandshake), None));
}

#[test]
fn what_is_no_name_is_refused_before_any_byte() {
    for name in ["", "a b", "bücher.example", "-", "[::1", "a..b"] {
        let failure = Tls::client(TlsOptions { server_name: name.to_owned(), ..TlsOptions::default() }).err();
        assert_eq!(failure, Some(TlsFailure::Name(name.to_owned())));
    }
}
