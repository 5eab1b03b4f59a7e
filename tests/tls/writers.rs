//! Two threads that send on one connection under TLS: one sends what the user types, the other what TLS has to answer. The record is what
//! crossed the wire, byte for byte, and the peer can decrypt all of it.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use crossbeam_channel::bounded;
use proptest::collection::vec;
use proptest::prelude::*;
use rustls::{ServerConnection, StreamOwned};
use socketscope::capture::{CallKind, Direction, Ended};
use socketscope::http::Span;
use socketscope::net::{ClientSpec, Command, ReceiveUntil};

use super::engine::start;
use super::runs::{spec, trusted};
use super::support::ca::{ONLY_13, Offer, config, plain_server};

/// A socket that keeps what was read from it.
struct Tapped {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Read for Tapped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.read.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

impl Write for Tapped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// `lengths` are those of the messages. The peer asks for new keys after each of `steps`, which are numbers of bytes; the client has
    /// to answer that, with the last record under its old keys. More than 32 such questions without a byte of data are refused.
    #[test]
    fn a_user_and_the_answers_to_key_updates(
        lengths in vec(prop_oneof![1..100_usize, 10_000..300_000_usize], 1..14),
        steps in vec(1..60_000_usize, 1..30),
    ) {
        let (identity, roots) = trusted();
        let (result, received) = bounded(1);
        let server = plain_server(move |stream| {
            let connection = ServerConnection::new(config(identity, Offer { versions: ONLY_13, ..Offer::default() }));
            let mut peer = StreamOwned::new(connection.unwrap(), Tapped { stream, read: Vec::new() });
            let mut plain = Vec::new();
            for step in steps {
                (&mut peer).take(step as u64).read_to_end(&mut plain).unwrap();
                peer.conn.refresh_traffic_keys().unwrap();
                peer.flush().unwrap();
            }
            peer.read_to_end(&mut plain).unwrap();
            peer.conn.send_close_notify();
            peer.flush().unwrap();
            // What the client answers after its end; to close before it has come would be a reset.
            peer.sock.read_to_end(&mut Vec::new()).unwrap();
            result.send((plain, peer.sock.read)).unwrap();
        });
        let spec = ClientSpec { request: Vec::new(), until: ReceiveUntil::Close, ..spec(server.address, &roots) };
        let mut run = start(spec);
        run.until(|session| session.newest().is_some_and(|connection| connection.tls.as_ref().is_some_and(|tls| tls.done.is_some())));
        let messages = lengths.iter().zip(b'a'..).map(|(length, byte)| vec![byte; *length]).collect::<Vec<_>>();
        for message in &messages {
            run.handle.give(Command::Send(message.as_slice().into())).unwrap();
        }
        run.handle.give(Command::ShutdownSending).unwrap();
        let session = run.finish();
        server.join();
        let (plain, wire) = received.recv().unwrap();
        prop_assert!(plain == messages.concat(), "{} bytes came of {}", plain.len(), lengths.iter().sum::<usize>());
        let connection = session.newest().unwrap();
        let failure = &connection.thread.failure;
        prop_assert_eq!(connection.thread.ended.unwrap().1, Ended::PeerFinished, "{:?}", failure);
        let sent = &connection.sent;
        prop_assert!(sent.spool.read(Span::new(0, sent.bytes)).unwrap() == plain, "what was said is in the record");
        let (spool, bytes) = connection.tls.as_ref().unwrap().wire(Direction::Sent);
        prop_assert!(spool.read(Span::new(0, bytes)).unwrap() == wire, "{bytes} bytes are recorded of {}", wire.len());
        let calls = connection.thread.calls.range(0, 100_000).unwrap();
        let mut expected = 0;
        for send in calls.iter().filter(|call| call.kind == CallKind::Send) {
            prop_assert_eq!(send.offset, expected);
            expected += u64::from(send.got);
        }
        prop_assert_eq!(expected, bytes);
    }
}
