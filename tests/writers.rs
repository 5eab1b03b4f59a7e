//! Several threads that send on one connection: the record is what crossed the wire, byte for byte, and each message is whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what it expects with them"
)]

mod support;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use proptest::prelude::*;
use socketscope::capture::{CallKind, ConnectionId, Outcome};
use socketscope::http::Span;
use socketscope::net::responders::{Pattern, Piece, Rule, Rules};
use socketscope::net::{Command, Order, ServerSpec};
use support::{LIMIT, listen};

/// What two writers send, and how the peer reads.
#[derive(Clone, Debug)]
struct Case {
    /// The length of the responder's reply, how often it replies, and the same of what the user sends.
    reply: (usize, usize),
    order: (usize, usize),
    read_size: usize,
}

fn case() -> impl Strategy<Value = Case> {
    let length = prop_oneof![1..100_usize, 10_000..300_000_usize];
    ((length.clone(), 1..20_usize), (length, 1..15_usize), 1..100_000_usize)
        .prop_map(|(reply, order, read_size)| Case { reply, order, read_size })
}

/// The lengths of the runs of equal bytes.
fn runs(bytes: &[u8]) -> Vec<(u8, usize)> {
    bytes.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_responder_and_a_user(case in case()) {
        let reply = Some(vec![Piece::Bytes(vec![b'r'; case.reply.0])]);
        let rule = Rule { when: Pattern::Contains(b"?".to_vec()), delay: std::time::Duration::ZERO, reply, closes: false };
        let mut server = listen(ServerSpec::new("127.0.0.1:0".parse().unwrap(), Arc::new(Rules(vec![rule]))));
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        server.until(|session| session.connection(ConnectionId(1)).is_some());
        let mut asking = stream.try_clone().unwrap();
        let asker = std::thread::Builder::new().name("asks".into());
        let replies = case.reply.1;
        let asker = asker.spawn(move || (0..replies).for_each(|_| asking.write_all(b"?").unwrap())).unwrap();
        for _ in 0..case.order.1 {
            let order = Order::Give(Command::Send(vec![b'u'; case.order.0].into()));
            server.handle.order(vec![ConnectionId(1)], order).unwrap();
        }
        let orders = case.order.0 * case.order.1;
        let (mut got, mut piece) = (Vec::new(), vec![0; case.read_size]);
        // Questions that came together get one answer.
        while got.iter().filter(|byte| **byte == b'u').count() < orders || !got.contains(&b'r') {
            let count = stream.read(&mut piece).unwrap();
            prop_assert!(count > 0);
            got.extend_from_slice(&piece[..count]);
        }
        asker.join().unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        stream.read_to_end(&mut got).unwrap();
        server.until(|session| session.connections[0].thread.ended.is_some());
        let connection = &server.session.connections[0];
        let recorded = connection.sent.spool.read(Span::new(0, got.len() as u64)).unwrap();
        prop_assert!(recorded == got, "{} bytes are recorded, {} were received", recorded.len(), got.len());
        for (byte, length) in runs(&got) {
            let whole = if byte == b'r' { case.reply.0 } else { case.order.0 };
            prop_assert_eq!(length % whole, 0, "a message of {} bytes was cut", whole);
        }
        let calls = connection.thread.calls.range(0, 100_000).unwrap();
        let mut expected = 0;
        for send in calls.iter().filter(|call| call.kind == CallKind::Send && call.outcome == Outcome::Done) {
            prop_assert_eq!(send.offset, expected);
            expected += u64::from(send.got);
        }
        prop_assert_eq!(expected, got.len() as u64);
        server.stop();
    }
}
