//! Random streams, made of bytes and of pieces of HTTP, split at random.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::Ending::{self, Cut, Finish, Open};
use super::Stream;
use crate::http::{Head, Method, ParseEvent, Span};

/// Pieces that, put together, often make messages.
const PIECES: [&[u8]; 39] = [
    b"GET / HTTP/1.1\r\n",
    b"POST /a b HTTP/1.0\n",
    b"CONNECT a:1 HTTP/1.1\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.0 204 \r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 101 Switch\r\n",
    b"HTTP/1.1 304\n",
    b"HTTP/2.0 200 OK\r\n",
    b"HTTP/",
    b"GET ",
    b"Host: a\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 3\r\n\r\nabc",
    b"Content-Length: 3\r\n",
    b"Content-Length: 3, 4\r\n",
    b"Content-Length: x\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n",
    b"Transfer-Encoding: gzip, chunked\r\nTransfer-Encoding: identity, chunked\r\n\r\n",
    b"3\r\nabc\r\n",
    b"0\r\nHost : a\r\n",
    b"HTTP/1.1 099 Odd\r\n",
    b"0\r\n\r\n",
    b"2 ;x\nab\n",
    b"0\r\na: b\r\n",
    b"A",
    b"Transfer-Encoding: gzip\r\n",
    b"Content-Encoding: \"a,b\", br\r\n",
    b" folded\r\n",
    b"no colon\r\n",
    b"a : b\n",
    b": \0\r\r\n",
    b"\r\n",
    b"\r\n\r\n",
    b"\n",
    b"\r",
    b"abc",
    b"\xff\x00\x16",
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => select(&PIECES[..]).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..8),
    ];
    prop_oneof![
        9 => vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
        1 => vec(any::<u8>(), 0..64),
    ]
}

fn streams() -> impl Strategy<Value = Stream> {
    let methods = [Method::Get, Method::Head, Method::Connect];
    let asked = vec(select(methods.to_vec()), 0..4);
    (any::<bool>(), asked, bytes()).prop_map(|(responses, asked, bytes)| Stream {
        responses,
        asked,
        bytes,
        marks: Vec::new(),
    })
}

fn endings() -> impl Strategy<Value = Ending> {
    select(vec![Open, Finish, Cut])
}

/// Whether a head is the bytes it says it is, and all its ranges lie within it.
fn head_is_sound(head: &Head, bytes: &[u8]) -> bool {
    let within = |span: Span| span.start <= span.end && span.intersect(head.span) == span;
    let range = head.span.start as usize..head.span.end as usize;
    let fields = head.fields.iter();
    bytes.get(range) == Some(head.raw())
        && within(head.line)
        && within(head.separator)
        && head.separator.end == head.span.end
        && matches!(head.text(head.separator), b"\r\n\r\n" | b"\n\n" | b"\r\n\n" | b"\n\r\n")
        && head.violations.is_sorted_by_key(|violation| violation.at)
        && fields.clone().is_sorted_by_key(|field| field.line().start)
        && fields.clone().all(|field| {
            within(field.line())
                && field.name().intersect(field.line()) == field.name()
                && field.value().intersect(field.line()) == field.value()
        })
}

/// Whether heads and ends alternate, nothing follows a last word, and offsets never go back.
fn order_is_sound(found: &[ParseEvent], len: u64) -> bool {
    let mut at = 0;
    let mut open = false;
    let mut over = false;
    for one in found {
        let (start, end) = match one {
            // What is told of a body comes between its head and its end, and before them in no order.
            ParseEvent::Violation(_) | ParseEvent::ChunkBoundary(_) | ParseEvent::Trailers(_) if open => continue,
            ParseEvent::Violation(_) | ParseEvent::ChunkBoundary(_) | ParseEvent::Trailers(_) => return false,
            ParseEvent::Head { head, .. } => (head.span.start, head.span.end),
            ParseEvent::End { at, .. } | ParseEvent::Surplus { at } => (*at, *at),
            ParseEvent::Unreadable { from, at, .. } => (*from, *at),
        };
        let is_end = matches!(one, ParseEvent::End { .. });
        if over || open != is_end || start < at || end < start || end > len {
            return false;
        }
        at = end;
        open = matches!(one, ParseEvent::Head { .. });
        over = matches!(one, ParseEvent::Unreadable { .. } | ParseEvent::Surplus { .. });
    }
    true
}

/// PROPTEST_CASES can ask for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { failure_persistence: None, cases: default.cases.max(2000), ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn splits_change_nothing(
        stream in streams(),
        ending in endings(),
        cuts in vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let len = stream.bytes.len();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(len + 1)).collect();
        cuts.sort_unstable();
        let whole = stream.read(&[], ending);
        prop_assert_eq!(&stream.read(&cuts, ending), &whole);
        let all: Vec<usize> = (0..len).collect();
        prop_assert_eq!(&stream.read(&all, ending), &whole);
    }

    #[test]
    fn findings_are_sound(stream in streams(), ending in endings()) {
        let found = stream.read(&[], ending);
        prop_assert!(order_is_sound(&found, stream.bytes.len() as u64), "{:?}", found);
        for one in &found {
            if let ParseEvent::Head { head, .. } = one {
                prop_assert!(head_is_sound(head, &stream.bytes), "{:?}", head);
            }
        }
        if matches!(ending, Finish | Cut) {
            let open = !matches!(found.last(), Some(ParseEvent::End { .. } | ParseEvent::Unreadable { .. } | ParseEvent::Surplus { .. }));
            prop_assert!(!open, "{:?}", found);
        }
    }
}
