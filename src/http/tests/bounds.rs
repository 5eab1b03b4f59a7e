//! Heads at and over what is read, and bodies over any size.

use super::Ending::{Finish, Open};
use super::{Stream, requests, responses};
use crate::http::{FIELDS_MAX, HEAD_MAX, MessageEnd, ParseEvent, Reader, Unreadable};

/// Demands `expected` of the stream, fed whole, byte by byte and split about its bounds.
#[track_caller]
fn finds_split(stream: &Stream, expected: impl Fn(&[ParseEvent]) -> bool) {
    let whole = stream.read(&[], Open);
    assert!(expected(&whole), "{whole:?}");
    let len = stream.bytes.len();
    for cut in [1, 2, len / 2, len - 4, len - 3, len - 2, len - 1] {
        assert_eq!(stream.read(&[cut], Open), whole, "split at {cut}");
    }
    let all: Vec<usize> = (1..len).collect();
    assert_eq!(stream.read(&all, Open), whole, "byte by byte");
}

fn unreadable(found: &[ParseEvent], why: Unreadable, place: u64) -> bool {
    let wanted = ParseEvent::Unreadable { from: 0, at: place, why };
    found == [wanted]
}

fn head_of(len: usize) -> String {
    let (start, end) = ("GET / HTTP/1.1\r\nA: ", "\r\n\r\n");
    let fill = len - start.len() - end.len();
    format!("{start}{}{end}", "b".repeat(fill))
}

#[test]
fn a_head_may_be_so_long() {
    finds_split(&requests(&[&head_of(HEAD_MAX)]), |found| found.len() == 2);
    let over = HEAD_MAX as u64;
    for len in [HEAD_MAX + 1, HEAD_MAX + 2, HEAD_MAX + 4, 2 * HEAD_MAX] {
        finds_split(&requests(&[&head_of(len)]), |found| unreadable(found, Unreadable::HeadTooLong, over));
    }
    let unfinished = requests(&[&head_of(HEAD_MAX + 1)[..HEAD_MAX]]);
    assert!(unfinished.read(&[], Open).is_empty());
    assert!(unreadable(&unfinished.read(&[], Finish), Unreadable::HeadUnfinished, over));
}

#[test]
fn a_method_has_an_end() {
    let letters = "a".repeat(HEAD_MAX + 1);
    finds_split(&requests(&[&letters]), |found| unreadable(found, Unreadable::NotHttp, HEAD_MAX as u64));
    let get = "GET / HTTP/1.1\r\n\r\n";
    finds_split(&requests(&[get, &letters]), |found| {
        found.last() == Some(&ParseEvent::Surplus { at: get.len() as u64 })
    });
}

#[test]
fn a_head_may_have_so_many_fields() {
    let start = "HTTP/1.1 204 No\r\n";
    let full = format!("{start}{}", "A: b\r\n".repeat(FIELDS_MAX));
    let whole = format!("{full}\r\n");
    finds_split(
        &responses(&[&whole]),
        |found| matches!(found, [ParseEvent::Head { head, .. }, _] if head.fields.len() == FIELDS_MAX),
    );
    for line in ["A: b\r\n", " fold\r\n"] {
        finds_split(&responses(&[&full, line, "\r\n"]), |found| {
            unreadable(found, Unreadable::TooManyFields, full.len() as u64)
        });
    }
}

#[test]
fn a_body_may_be_of_any_size() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", u64::MAX);
    let mut reader = Reader::responses();
    let mut found = Vec::new();
    reader.push(head.as_bytes(), &mut found);
    reader.push(&[0; 1000], &mut found);
    reader.finish(&mut found);
    let at = head.len() as u64 + 1000;
    let how = MessageEnd::Missing(u64::MAX - 1000);
    assert_eq!(found.last(), Some(&ParseEvent::End { at, how, content: 1000 }));
}
