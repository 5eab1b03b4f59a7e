//! The replies over real loopback sockets, one byte a write, through the engine of the program.
//!
//! In scope: the peer that sends, the client that reads, many of them at once. Out of scope: the expected findings (see `table`).

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::bounded;
use socket2::SockRef;
use socketscope::capture::{Body, BodyReadError, Connection, Session};
use socketscope::decode::Stage;
use socketscope::http::Span;
use socketscope::net::ReceiveUntil;

use super::reading::{Message, Reading, Unpacked};
use super::support::{Peer, start};
use super::table::Reply;

/// The number of connections that are open at a time.
const CONNECTIONS: usize = 12;
/// The number of bytes that are sent one a write. The rest of a reply is sent in larger pieces, as each write takes some microseconds.
const SINGLE_BYTES: usize = 8 * 1024;
const LARGER: usize = 61;

/// How the findings differ from the expected ones, over all of `replies`.
pub fn differences(replies: &[Reply]) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let one_after_the_other = || {
        let mut differences = Vec::new();
        while let Some(reply) = replies.get(next.fetch_add(1, Ordering::Relaxed)) {
            differences.extend(reply.difference(received(reply).lines()));
        }
        differences
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(one_after_the_other)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// The findings of a client whose peer sends `reply`.
fn received(reply: &Reply) -> Reading {
    let asked = if reply.asked.is_empty() { &["GET".to_owned()][..] } else { &reply.asked };
    let requests: String = asked.iter().map(|method| format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n")).collect();
    let (everything_came, wait) = bounded::<()>(1);
    let (bytes, is_reset, length) = (reply.bytes.clone(), reply.is_reset, requests.len());
    let peer = Peer::new(move |mut stream| {
        stream.read_exact(&mut vec![0; length]).unwrap();
        send(&mut stream, &bytes);
        if is_reset {
            wait.recv().unwrap();
            SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
        }
    });
    let mut spec = peer.spec();
    spec.request = requests.into_bytes();
    spec.until = ReceiveUntil::Close;
    let mut run = start(spec);
    let all = reply.bytes.len() as u64;
    run.until(|session| session.newest().is_some_and(|one| one.received.bytes == all) || session.is_over());
    // A peer that closes by itself does not wait for this message.
    let _ = everything_came.send(());
    let session = run.finish();
    peer.join();
    reading(reply, &session)
}

fn send(stream: &mut TcpStream, bytes: &[u8]) {
    stream.set_nodelay(true).unwrap();
    let (first, rest) = bytes.split_at(bytes.len().min(SINGLE_BYTES));
    for piece in first.chunks(1).chain(rest.chunks(LARGER)) {
        stream.write_all(piece).unwrap();
    }
}

fn reading(reply: &Reply, session: &Session) -> Reading {
    let connection = session.newest().expect("a connection");
    let received = &connection.received;
    let wire = received.spool.read(Span::new(0, received.bytes)).unwrap();
    assert!(wire == reply.bytes, "{}: {} bytes instead of {}", reply.name, wire.len(), reply.bytes.len());
    let messages = received.messages.iter().map(|message| {
        let mut read = Message::new(message.head.clone(), message.framing);
        read.violations.clone_from(&message.violations);
        read.trailers.clone_from(&message.trailers);
        (read.end, read.content) = (message.end, message.content);
        read.body = poured(message, connection, Stage::Framed, reply);
        read.decoded = poured(message, connection, Stage::Decoded, reply);
        let content = received.content(message).read(Span::new(0, u64::MAX)).unwrap();
        assert!(content == read.body.0, "{}: the body is read in two ways", reply.name);
        read
    });
    Reading { messages: messages.collect(), unreadable: received.unreadable, surplus: received.surplus }
}

fn poured(message: &socketscope::capture::Message, connection: &Connection, stage: Stage, reply: &Reply) -> Unpacked {
    let mut bytes = Vec::new();
    let out = |piece: &[u8], _| -> Result<(), std::convert::Infallible> {
        bytes.extend_from_slice(piece);
        Ok(())
    };
    match Body::of(message, &connection.received, stage, reply.limits).read_pieces(out) {
        Ok(passed_over) => (bytes, None, passed_over),
        Err(BodyReadError::Coding(error)) => (bytes, Some(error), None),
        Err(BodyReadError::Spool(error)) => panic!("{}: {error}", reply.name),
        Err(BodyReadError::Out(never)) => match never {},
    }
}
