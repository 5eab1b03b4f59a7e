//! What is read out of a head, and what is reported against it.

use std::sync::Arc;

use super::Ending::{Finish, Open};
use super::{requests, responses};
use crate::http::{Head, Method, ParseEvent, Reader, Span, StartLine, Version};

fn head(mut reader: Reader, bytes: &str) -> Arc<Head> {
    let mut found = Vec::new();
    reader.push(bytes.as_bytes(), &mut found);
    match found.into_iter().next() {
        Some(ParseEvent::Head { head, .. }) => head,
        other => panic!("no head but {other:?}"),
    }
}

fn text(head: &Head, span: Span) -> &str {
    std::str::from_utf8(head.text(span)).unwrap()
}

#[test]
fn keeps_order_case_and_duplicates() {
    let raw = "\r\nPUT /a?b HTTP/1.1\r\nHost:a\r\nX-b: \t1 2 \r\nx-B:\r\nACCEPT: c:d\r\n\r\n";
    let head = head(Reader::requests(), raw);
    let fields: Vec<(&str, &str)> =
        head.fields.iter().map(|field| (text(&head, field.name()), text(&head, field.value()))).collect();
    assert_eq!(fields, [("Host", "a"), ("X-b", "1 2"), ("x-B", ""), ("ACCEPT", "c:d")]);
    assert_eq!(text(&head, head.fields[1].line()), "X-b: \t1 2 ");
    assert_eq!(head.field("accept"), Some(&b"c:d"[..]));
    assert_eq!(head.field("x-b"), Some(&b"1 2"[..]));
    assert_eq!(head.field("x-c"), None);
    assert_eq!(head.all("X-B").collect::<Vec<_>>(), [&b"1 2"[..], b""]);
    assert_eq!(head.span, Span::new(2, raw.len() as u64));
    assert_eq!(head.raw(), &raw.as_bytes()[2..]);
}

#[test]
fn reads_start_lines() {
    let request = head(Reader::requests(), "PUT /a?b HTTP/1.0\r\n\r\n");
    assert_eq!(
        request.start_line,
        StartLine::Request { method: Method::Put, target: Span::new(4, 8), version: Version::HTTP_10 }
    );
    assert_eq!(request.line, Span::new(0, 17));
    assert_eq!(request.method(), Some(&Method::Put));
    assert_eq!(request.status(), None);

    let response = head(Reader::responses(), "HTTP/1.1 404 Not Found\r\n\r\n");
    assert_eq!(
        response.start_line,
        StartLine::Response { version: Version::HTTP_11, status: 404, reason: Span::new(13, 22) }
    );
    assert_eq!((response.method(), response.status()), (None, Some(404)));
}

#[test]
fn text_stays_within_the_head() {
    let head = head(Reader::requests(), "\r\nGET / HTTP/1.1\r\n\r\nmore");
    assert_eq!(head.text(Span::new(0, 5)), b"GET");
    assert_eq!(head.text(Span::new(18, 99)), b"\r\n");
    assert_eq!(head.text(Span::new(20, u64::MAX)), b"");
    assert_eq!(head.text(Span::new(0, 1)), b"");
    assert_eq!(head.text(Span { start: 5, end: 3 }), b"");
}

#[test]
fn the_separator_is_the_last_line_end_and_the_empty_line() {
    let start = "HTTP/1.1 200 OK\r\nA: b";
    for separator in ["\r\n\r\n", "\n\n", "\r\n\n", "\n\r\n"] {
        let head = head(Reader::responses(), &format!("{start}{separator}rest"));
        assert_eq!(text(&head, head.separator), separator);
        assert_eq!(head.separator.start, start.len() as u64);
    }
    let bare = head(Reader::responses(), "HTTP/1.1 200 OK\r\n\r\n");
    assert_eq!(bare.separator, Span::new(15, 19));
}

#[test]
fn the_separator_may_come_in_any_pieces() {
    let start = "HTTP/1.1 200 OK\r\nContent-Length: 1";
    let raw = format!("{start}\r\n\r\n!");
    let stream = responses(&[&raw]);
    let whole = stream.read(&[], Finish);
    // Each bit of `mask` says whether to split around one of the separator's four bytes.
    for mask in 0..32_usize {
        let cuts: Vec<usize> = (0..5).filter(|bit| mask & (1 << bit) != 0).map(|bit| start.len() + bit).collect();
        assert_eq!(stream.read(&cuts, Finish), whole, "split at {cuts:?}");
    }
}

#[test]
fn lone_lf_is_accepted_and_reported() {
    requests(&["GET / HTTP/1.1", "\nA: b\r\nC: d", "\n", "\n"])
        .finds(Open, &["head 0..4 none-request-without lone-lf@1 lone-lf@2 lone-lf@3", "end 4 complete"]);
}

#[test]
fn odd_lines() {
    let start = "GET / HTTP/1.1\r\n";
    let table: [(&[&str], &str); 13] = [
        (&["\u{1}: b"], "control-character@1 bad-field-name@1"),
        (&["A: b", "\u{1b}[1m\u{7}"], "control-character@2"),
        (&["A: b\tc", "\u{7f}\u{80}"], "control-character@2"),
        (&["A: b", "\u{1}", "\0", "\rc"], "control-character@2 nul@3 bare-cr@4"),
        (&[": b"], "bad-field-name@1"),
        (&["nothing"], "no-colon@1"),
        (&["A", " \t: b"], "space-before-colon@2"),
        (&[" A: b"], "space-before-fields@1"),
        (&["A: b\r\n", " c"], "obs-fold@2"),
        (&["no\r\n", " more"], "no-colon@1 obs-fold@2"),
        (&["A: b", "\rc\rd"], "bare-cr@2"),
        (&["A: b", "\0\0"], "nul@2"),
        (&["\r"], "bare-cr@1 no-colon@1"),
    ];
    for (lines, violations) in table {
        let pieces = [&[start], lines, &["\r\n\r\n"]].concat();
        let ends = pieces.len();
        let head = format!("head 0..{ends} none-request-without {violations}");
        requests(&pieces).finds(Open, &[&head, &format!("end {ends} complete")]);
    }
}

#[test]
fn folded_values_are_one_range() {
    let raw = "GET / HTTP/1.1\r\n x: y\r\nA:\r\n b\r\n\tc \r\n \r\nD: e\r\nnone\r\n f\r\n\r\n";
    let head = head(Reader::requests(), raw);
    assert_eq!(head.fields.len(), 2);
    assert_eq!(head.field("a"), Some(&b"b\r\n\tc"[..]));
    assert_eq!(text(&head, head.fields[0].line()), "A:\r\n b\r\n\tc \r\n ");
    assert_eq!(head.field("d"), Some(&b"e"[..]));
}

#[test]
fn odd_request_lines() {
    let odd = ["head 0..1 none-request-without odd-request-line@0", "end 1 complete"];
    for line in [
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET /\tHTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET HTTP/1.1",
        "GET  HTTP/1.1",
    ] {
        requests(&[&format!("{line}\r\n\r\n")]).finds(Open, &odd);
    }
    let spaced = head(Reader::requests(), "GET  /a b \t HTTP/1.1\r\n\r\n");
    assert!(matches!(spaced.start_line,
        StartLine::Request { target, .. } if text(&spaced, target) == "/a b"));
}

#[test]
fn odd_status_lines() {
    let until_close = "head 0..1 until-close-response-without";
    for line in
        ["HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK", "HTTP/1.1 200OK", "HTTP/1.1 200:"]
    {
        let odd = format!("{until_close} odd-status-line@0");
        responses(&[&format!("{line}\r\n\r\n")]).finds(Open, &[&odd]);
    }
    let unspaced = head(Reader::responses(), "HTTP/1.1 200OK\r\n\r\n");
    assert!(
        matches!(unspaced.start_line, StartLine::Response { status: 200, reason, .. } if text(&unspaced, reason) == "OK")
    );
    responses(&["HTTP/1.1 200 \r\n\r\n"]).finds(Open, &[until_close]);
    for status in ["099", "600", "999"] {
        responses(&["HTTP/1.1 ", status, " Odd\r\n\r\n"])
            .finds(Open, &["head 0..3 until-close-response-without status-out-of-range@1"]);
    }
}

#[test]
fn content_lengths() {
    let (start, last) = ("HTTP/1.1 200 OK\r\nContent-Length: ", "\r\n\r\n");
    let again = "\r\ncontent-length:";
    let table: [(&[&str], &str); 6] = [
        (&[start, "5", again, "5", last], "content-length 5 repeated-content-length@3"),
        (&[start, "5, 5", last], "content-length 5 repeated-content-length@1"),
        (&[start, "5", again, "6", last], "until-close-bad-length conflicting-content-length@3"),
        (&[start, "5, 6", last], "until-close-bad-length conflicting-content-length@1"),
        (&[start, "five", last], "until-close-bad-length bad-content-length@1"),
        (&[start, "-1", again, "x", last], "until-close-bad-length bad-content-length@1 bad-content-length@3"),
    ];
    for (pieces, line) in table {
        let mut pieces = pieces.to_vec();
        let ends = pieces.len();
        let head = format!("head 0..{ends} {line}");
        let end = if line.starts_with("until-close") { "unknown" } else { "complete" };
        pieces.push("hello");
        responses(&pieces).finds(Finish, &[&head, &format!("end {} {end}", ends + 1)]);
    }
}

#[test]
fn transfer_codings() {
    let (response, request) = ("HTTP/1.1 200 OK\r\n", "POST / HTTP/1.1\r\n");
    let table: [(&str, &[&str], &str); 7] = [
        (response, &["chunked"], "chunked"),
        (response, &["gzip,\r\n", " Chunked"], "chunked obs-fold@3"),
        (response, &["a\r\nTransfer-Encoding: chunked"], "chunked"),
        (response, &["chunked, gzip"], "until-close-response-coding"),
        (response, &["\r\nA: b"], "until-close-response-coding"),
        (request, &["chunked"], "chunked"),
        (request, &["gzip"], "until-close-request-coding chunked-not-last@1"),
    ];
    for (first, coding, line) in table {
        let pieces = [&[first, "Transfer-Encoding:"], coding, &["\r\n\r\n", "0\r\n\r\n"]].concat();
        let ends = pieces.len();
        let stream = if first == request { requests(&pieces) } else { responses(&pieces) };
        let how = if line.starts_with("until-close-request") { "unknown" } else { "complete" };
        let head = format!("head 0..{} {line}", ends - 1);
        stream.finds(Finish, &[&head, &format!("end {ends} {how}")]);
    }
}

#[test]
fn transfer_coding_beside_other_framing() {
    let coding = "Transfer-Encoding: chunked\r\n\r\n";
    responses(&["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", coding])
        .finds(Open, &["head 0..2 chunked length-with-coding@1"]);
    responses(&["HTTP/1.0 200 OK\r\n", coding]).finds(Open, &["head 0..2 chunked coding-before-http-11@1"]);
    responses(&["HTTP/1.1 304 Same\r\n", coding]).finds(Open, &["head 0..2 none-not-modified-304", "end 2 complete"]);
}

#[test]
fn codings_are_listed() {
    let coded = head(
        Reader::responses(),
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\ncontent-encoding: gzip\r\n\
         Transfer-Encoding: gzip;q=1, chunked\r\n\r\n",
    );
    assert_eq!(coded.codings().content, [&b"br"[..], b"gzip"]);
    assert_eq!(coded.codings().transfer, [&b"gzip"[..], b"chunked"]);
    assert!(!coded.codings().is_plain());
    let plain = head(Reader::responses(), "HTTP/1.1 200 OK\r\nContent-Encoding: Identity\r\n\r\n");
    assert!(plain.codings().is_plain());
}
