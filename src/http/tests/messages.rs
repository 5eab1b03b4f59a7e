//! Where messages begin and end.

use super::Ending::{Cut, Finish, Open};
use super::{requests, responses};
use crate::http::{EXPECTED_MAX, Framing, Method, NoBody, ParseEvent, Reader};

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\n\r\n";
const FIVE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const POST_FIVE: &str = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n";

#[test]
fn requests_follow_each_other() {
    requests(&[GET, POST_FIVE, "hello", GET]).finds(
        Finish,
        &[
            "head 0..1 none-request-without",
            "end 1 complete",
            "head 1..2 content-length 5",
            "end 3 complete",
            "head 3..4 none-request-without",
            "end 4 complete",
        ],
    );
}

#[test]
fn empty_lines_before_a_request_are_skipped() {
    let found = [
        "head 1..2 none-request-without empty-line-before@0",
        "end 2 complete",
        "head 3..4 none-request-without empty-line-before@2",
        "end 4 complete",
    ];
    requests(&["\r\n\r\n", GET, "\n\r\n", GET]).finds(Finish, &found);
    requests(&["\r\n\r\n", GET, "\n\r\n", GET, "\r\n\r"]).finds(Finish, &found);
}

#[test]
fn empty_lines_are_not_for_responses() {
    responses(&["\r\n", OK]).finds(Finish, &["unreadable 0@0 not-http"]);
    responses(&[FIVE, "hello", "\r\n", OK])
        .finds(Finish, &["head 0..1 content-length 5", "end 2 complete", "surplus 2"]);
}

#[test]
fn content_length_ends_a_body() {
    let head = "head 0..1 content-length 5";
    let five = responses(&[FIVE, "hello"]);
    for ending in [Open, Finish, Cut] {
        five.finds(ending, &[head, "end 2 complete"]);
    }
    responses(&[FIVE]).finds(Open, &[head]);
    responses(&[FIVE]).finds(Finish, &[head, "end 1 missing 5"]);
    responses(&[FIVE, "hel"]).finds(Finish, &[head, "end 2 missing 2"]);
    responses(&[FIVE, "hel"]).finds(Cut, &[head, "end 2 missing 2"]);
    responses(&["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
        .finds(Open, &["head 0..1 content-length 0", "end 1 complete"]);
}

#[test]
fn a_length_too_short_leaves_surplus() {
    let found = ["head 0..1 content-length 5", "end 2 complete", "surplus 2"];
    responses(&[FIVE, "hello", " and more"]).finds(Open, &found);
    responses(&[FIVE, "hello", "HTTX"]).finds(Open, &found);
    responses(&[FIVE, "hello", "HTT"]).finds(Finish, &found);
    requests(&[POST_FIVE, "hello", " world"]).finds(Open, &found);
    requests(&[POST_FIVE, "hello", "world"]).finds(Finish, &found);
    requests(&[POST_FIVE, "hello", "some words\r\n"]).finds(Open, &found);
    requests(&[POST_FIVE, "hello", "\rGET"]).finds(Open, &found);
}

#[test]
fn a_second_head_may_fail() {
    let found = |last| ["head 0..1 content-length 5", "end 2 complete", last];
    responses(&[FIVE, "hello", "HTTP/1.1"]).finds(Finish, &found("unreadable 2@3 head-unfinished"));
    responses(&[FIVE, "hello", "HTTP/2.0 200 \r\n"]).finds(Finish, &found("unreadable 2@2 other-version"));
}

#[test]
fn close_ends_a_body_without_length() {
    let head = "head 0..1 until-close-response-without";
    let body = responses(&[OK, "HTTP/1.1 200 OK\r\n\r\n"]);
    body.finds(Open, &[head]);
    body.finds(Finish, &[head, "end 2 complete"]);
    body.finds(Cut, &[head, "end 2 cut"]);
    responses(&[OK]).finds(Finish, &[head, "end 1 complete"]);
}

#[test]
fn replies_without_a_body() {
    for (status, name) in [("204 No", "no-content-204 length-without-body@?17"), ("304 Not", "not-modified-304")] {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n");
        let first = format!("head 0..1 none-{name}");
        responses(&[&head, FIVE, "hello"])
            .finds(Open, &[&first, "end 1 complete", "head 1..2 content-length 5", "end 3 complete"]);
    }
}

#[test]
fn replies_answer_requests_in_order() {
    responses(&[FIVE, FIVE, "hello", FIVE, FIVE, "hello"]).to(&[Method::Head, Method::Post, Method::Head]).finds(
        Finish,
        &[
            "head 0..1 none-head-method",
            "end 1 complete",
            "head 1..2 content-length 5",
            "end 3 complete",
            "head 3..4 none-head-method",
            "end 4 complete",
            "head 4..5 content-length 5",
            "end 6 complete",
        ],
    );
}

#[test]
fn interim_replies_answer_nothing() {
    let hints = "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n";
    responses(&["HTTP/1.1 100 Continue\r\n\r\n", hints, FIVE, FIVE, "hello"]).to(&[Method::Head]).finds(
        Open,
        &[
            "head 0..1 none-interim",
            "end 1 complete",
            "head 1..2 none-interim length-without-body@?51",
            "end 2 complete",
            "head 2..3 none-head-method",
            "end 3 complete",
            "head 3..4 content-length 5",
            "end 5 complete",
        ],
    );
}

#[test]
fn nothing_after_a_switch_is_http() {
    let switch = responses(&["HTTP/1.1 101 Switching Protocols\r\n\r\n", OK]);
    switch.finds(Finish, &["head 0..1 none-switching-101", "end 1 complete", "surplus 1"]);
    for (head, violation) in [
        (OK, ""),
        (FIVE, " length-without-body@?17"),
        (CHUNKED, " coding-without-body@?17"),
        ("HTTP/1.1 204 None\r\n\r\n", ""),
    ] {
        let first = format!("head 0..1 none-connect-tunnel{violation}");
        let tunnel = [&first, "end 1 complete", "surplus 1"];
        responses(&[head, OK]).to(&[Method::Connect]).finds(Open, &tunnel);
        responses(&[head]).to(&[Method::Connect]).finds(Finish, &tunnel[..2]);
    }
    responses(&["HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\n", "no", OK])
        .to(&[Method::Connect, Method::Connect])
        .finds(
            Open,
            &["head 0..1 content-length 2", "end 2 complete", "head 2..3 none-connect-tunnel", "end 3 complete"],
        );
}

#[test]
fn directions_that_end_too_soon() {
    for ending in [Finish, Cut] {
        responses(&[]).finds(ending, &["unreadable 0@0 empty"]);
        requests(&[]).finds(ending, &["unreadable 0@0 empty"]);
        requests(&["\r\n\r"]).finds(ending, &["unreadable 0@1 empty"]);
        let unfinished = ["unreadable 0@1 head-unfinished"];
        responses(&["HTT"]).finds(ending, &unfinished);
        responses(&["HTTP/1.1 200 OK\r\nA: b\r\n"]).finds(ending, &unfinished);
        requests(&["GE"]).finds(ending, &unfinished);
    }
    responses(&[]).finds(Open, &[]);
    responses(&["HTT"]).finds(Open, &[]);
}

#[test]
fn responses_that_are_not_http() {
    let at_first = ["unreadable 0@0 not-http"];
    responses(&["SSH-2.0-OpenSSH\r\n"]).finds(Open, &at_first);
    responses(&["HTTP/1.x 200 OK\r\n"]).finds(Open, &at_first);
    let later = ["unreadable 0@1 not-http"];
    for pieces in [
        ["HTTP", "\0"],
        ["HTTP/1.1", "/ 200 OK\r\n"],
        ["HTTP/1.1", "\r\n"],
        ["HTTP/1.1 ", "20 OK\r\n"],
        ["HTTP/1.1 200", "0 OK\r\n"],
    ] {
        responses(&pieces).finds(Open, &later);
    }
}

#[test]
fn requests_that_are_not_http() {
    requests(&["\x16\x03\x01"]).finds(Open, &["unreadable 0@0 not-http"]);
    requests(&[" GET"]).finds(Open, &["unreadable 0@0 not-http"]);
    let later = ["unreadable 0@1 not-http"];
    for pieces in [["\r", "GET"], ["GET", "\r\n"], ["GET ", "/\r\n"], ["GET / ", "x\r\n"]] {
        requests(&pieces).finds(Open, &later);
    }
}

#[test]
fn other_versions() {
    requests(&["PRI * ", "HTTP/2.0\r\n\r\nSM\r\n\r\n"]).finds(Open, &["unreadable 0@1 other-version"]);
    responses(&["HTTP/3.1 200 OK\r\n"]).finds(Open, &["unreadable 0@0 other-version"]);
    responses(&["HTTP/1.7 204 OK\r\n\r\n"]).finds(Open, &["head 0..1 none-no-content-204", "end 1 complete"]);
}

#[test]
fn remembers_so_many_requests() {
    let mut reader = Reader::responses();
    for _ in 0..EXPECTED_MAX {
        reader.expect(&Method::Get);
    }
    reader.expect(&Method::Head);
    let mut found = Vec::new();
    let empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for _ in 0..=EXPECTED_MAX {
        reader.push(empty, &mut found);
    }
    let as_head =
        |found: &ParseEvent| matches!(found, ParseEvent::Head { framing: Framing::None(NoBody::HeadMethod), .. });
    assert_eq!(found.len(), 2 * (EXPECTED_MAX + 1));
    assert!(!found.iter().any(as_head));
}
