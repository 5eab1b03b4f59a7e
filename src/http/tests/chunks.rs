//! Bodies in HTTP chunks.

use super::Ending::{Cut, Finish, Open};
use super::{requests, responses};
use crate::http::{
    CHUNK_EXCESS_MAX, CHUNK_LINE_MAX, ChunkBoundary, ChunkFault, ChunkReader, ChunkStep, FIELDS_MAX, HEAD_MAX,
    MessageEnd, ParseEvent, Reader,
};

const HEAD: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn chunks_end_a_body() {
    let head = "head 0..1 chunked";
    for ending in [Open, Finish, Cut] {
        responses(&[HEAD, "5\r\nhello\r\n1\r\n \r\n00B\r\nwide\r\nworld\r\n0\r\n\r\n"])
            .finds(ending, &[head, "end 2 complete content 17"]);
        responses(&[HEAD, "0\r\n\r\n"]).finds(ending, &[head, "end 2 complete"]);
    }
    responses(&[HEAD, "1\r\na\r\n0\r\n\r\n", HEAD, "0\r\n\r\n"])
        .finds(Finish, &[head, "end 2 complete content 1", "head 2..3 chunked", "end 4 complete"]);
}

#[test]
fn extensions_are_passed_over() {
    for line in ["5;a", "5;a=b;c=\"d\"", "5 ;a", "5;", "05;\t"] {
        responses(&[HEAD, line, "\r\nhello\r\n0;last\r\n\r\n"])
            .finds(Finish, &["head 0..1 chunked", "end 3 complete content 5"]);
    }
}

#[test]
fn trailers_are_fields() {
    let stream = responses(&[HEAD, "0\r\n", "A: 1\r\nb : 2\r\n", "\r\n"]);
    stream.finds(
        Finish,
        &["head 0..1 chunked", "violation space-before-colon@?57", "trailers 2..4 A=1 b=2", "end 4 complete"],
    );
}

#[test]
fn what_can_be_read_all_the_same_is_told_once() {
    responses(&[HEAD, "5", "\nhello\n1 \r\na\r\n1", " \na\n0\n\n"]).finds(
        Finish,
        &["head 0..1 chunked", "violation lone-lf@2", "violation padded-chunk-size@?56", "end 4 complete content 7"],
    );
    responses(&[HEAD, "5;a\rb\r\nhello\r\n0\r\n\r\n"])
        .finds(Finish, &["head 0..1 chunked", "violation bare-cr@?50", "end 2 complete content 5"]);
}

#[test]
fn faults_end_the_reading_where_they_are() {
    for (good, bad, fault) in [
        ("", "x\r\n", "bad-size"),
        ("", "\r\n", "bad-size"),
        ("", " 5\r\nhello", "bad-size"),
        ("", "-1\r\n", "bad-size"),
        ("0", "x5\r\nhello", "bad-size"),
        ("5 ", "x\r\nhello", "bad-size"),
        ("1\r\na\r\n", "\r\n", "bad-size"),
        ("", "8000000000000000\r\n", "size-too-large"),
        ("", "00000000000000000010000000000000000\r\n", "size-too-large"),
        ("5\r\nhello", "x\r\n0\r\n\r\n", "no-line-end"),
        ("5\r\nhello", "0\r\n\r\n", "no-line-end"),
        ("5\r\nhello\r", "\r\n", "no-line-end"),
    ] {
        let content = if good.contains("hello") { 5 } else { u64::from(good.contains('a')) };
        // An empty piece begins where the next one does.
        let at = if good.is_empty() { 1 } else { 2 };
        let end = format!("end {at} bad-chunks {fault}{}", counted(content));
        responses(&[HEAD, good, bad]).finds(Finish, &["head 0..1 chunked", &end]);
    }
}

#[test]
fn a_direction_that_ends_within_chunks_misses_some() {
    let head = "head 0..1 chunked";
    for (sent, missing, content) in [
        ("", 0, 0),
        ("5", 0, 0),
        ("5\r\n", 5, 0),
        ("5\r\nhel", 2, 3),
        ("5\r\nhello", 0, 5),
        ("5\r\nhello\r\n", 0, 5),
        ("0\r\n", 0, 0),
        ("0\r\nA: b\r\n", 0, 0),
    ] {
        let at = if sent.is_empty() { 1 } else { 2 };
        let end = format!("end {at} missing-chunks {missing}{}", counted(content));
        for ending in [Finish, Cut] {
            responses(&[HEAD, sent]).finds(ending, &[head, &end]);
        }
        responses(&[HEAD, sent]).finds(Open, &[head]);
    }
}

#[test]
fn requests_have_chunks_too() {
    requests(&[
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "2\r\nab\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
    ])
    .finds(
        Open,
        &["head 0..1 chunked", "end 2 complete content 2", "head 2..3 none-request-without", "end 3 complete"],
    );
}

fn counted(content: u64) -> String {
    if content > 0 { format!(" content {content}") } else { String::new() }
}

/// The end of a body of these bytes: how, and where counted from its beginning.
fn end_of(body: &[u8]) -> Option<(MessageEnd, u64)> {
    let mut reader = Reader::responses();
    let mut found = Vec::new();
    reader.push(HEAD.as_bytes(), &mut found);
    for piece in body.chunks(1000) {
        reader.push(piece, &mut found);
    }
    found.into_iter().find_map(|found| match found {
        ParseEvent::End { at, how, .. } => Some((how, at - HEAD.len() as u64)),
        _ => None,
    })
}

/// To show the first screen of a body of a gibibyte of extensions, all of it would have to be read.
#[test]
fn framing_without_data_is_bounded() {
    let chunk = |len: usize, data: usize| format!("{data:x};{}\r\n{}\r\n", "x".repeat(len - 4), "d".repeat(data));
    let body = |chunk: &str, times: usize| format!("{}0\r\n\r\n", chunk.repeat(times));
    let full = chunk(CHUNK_LINE_MAX, 1);
    let enough = CHUNK_EXCESS_MAX as usize / CHUNK_LINE_MAX;
    assert_eq!(end_of(body(&full, enough).as_bytes()).unwrap().0, MessageEnd::Complete);
    let fault = (MessageEnd::BadChunks(ChunkFault::TooMuchFraming), (enough * full.len()) as u64);
    assert_eq!(end_of(body(&full, enough + 9).as_bytes()), Some(fault));
    // Signed chunks, and the smallest ones, may go on for ever.
    for usual in [chunk(100, 200), chunk(20, 2), "1\r\nx\r\n".to_owned()] {
        assert_eq!(end_of(body(&usual, 20_000).as_bytes()).unwrap().0, MessageEnd::Complete, "{usual}");
    }
}

#[test]
fn lines_and_trailers_are_bounded() {
    let line = |len: usize| format!("1;{}\r\na\r\n0\r\n\r\n", "x".repeat(len - 4));
    assert_eq!(end_of(line(CHUNK_LINE_MAX).as_bytes()).unwrap().0, MessageEnd::Complete);
    let fault = (MessageEnd::BadChunks(ChunkFault::LineTooLong), CHUNK_LINE_MAX as u64);
    assert_eq!(end_of(line(CHUNK_LINE_MAX + 1).as_bytes()), Some(fault));
    let trailers = |len: usize| format!("0\r\na:{}\r\n\r\n", "x".repeat(len - 6));
    assert_eq!(end_of(trailers(HEAD_MAX).as_bytes()).unwrap().0, MessageEnd::Complete);
    let fault = (MessageEnd::BadChunks(ChunkFault::TrailersTooLong), 3 + HEAD_MAX as u64);
    assert_eq!(end_of(trailers(HEAD_MAX + 1).as_bytes()), Some(fault));
    let many = |count: usize| format!("0\r\n{}\r\n", "a:b\r\n".repeat(count));
    assert_eq!(end_of(many(FIELDS_MAX).as_bytes()).unwrap().0, MessageEnd::Complete);
    let fault = (MessageEnd::BadChunks(ChunkFault::TooManyTrailers), 3 + 5 * FIELDS_MAX as u64);
    assert_eq!(end_of(many(FIELDS_MAX + 1).as_bytes()), Some(fault));
}

#[test]
fn reading_goes_on_from_any_mark() {
    let chunk = format!("{:x}\r\n{}\r\n", 1000, "x".repeat(1000));
    let body = format!("{}0\r\n\r\n", chunk.repeat(500));
    let mut reader = Reader::responses();
    let mut found = Vec::new();
    reader.push(HEAD.as_bytes(), &mut found);
    reader.push(body.as_bytes(), &mut found);
    let marks: Vec<ChunkBoundary> = found
        .iter()
        .filter_map(|found| if let ParseEvent::ChunkBoundary(mark) = found { Some(*mark) } else { None })
        .collect();
    assert!((5..=8).contains(&marks.len()), "{marks:?}");
    for mark in marks {
        let mut chunks = ChunkReader::new(mark);
        let at = mark.wire as usize - HEAD.len();
        assert_eq!(mark.data / 1000, at as u64 / chunk.len() as u64);
        assert_eq!(chunks.step(&body.as_bytes()[at..]), ChunkStep::Framing(5));
        assert_eq!((chunks.left(), chunks.skip(5000)), (1000, 1000));
        assert_eq!(chunks.step(b"\r\n"), ChunkStep::Framing(1));
        assert_eq!(chunks.step(b"\n"), ChunkStep::Framing(1));
        assert_eq!(
            chunks.boundary(),
            Some(ChunkBoundary { wire: mark.wire + chunk.len() as u64, data: mark.data + 1000 })
        );
    }
}
