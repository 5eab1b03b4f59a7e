//! Whether a request is one that can be answered, or what it gets instead.
//!
//! What RFC 9112 calls invalid is refused and not guessed at: a guess that differs from another's is how requests are smuggled.

use std::fmt;

use crate::capture::RejectionReason;
use crate::http::{Framing, Head, Method, StartLine, Unreadable, Version, ViolationKind, trim_ows};

/// A body that nobody wants is read up to so many bytes, so that the connection can go on.
pub const BODY_MAX: u64 = 1024 * 1024;

/// A status and its reason phrase (RFC 9110 §15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u16, pub &'static str);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

impl Status {
    pub const OK: Self = Self(200, "OK");
    pub const PARTIAL: Self = Self(206, "Partial Content");
    pub const MOVED: Self = Self(301, "Moved Permanently");
    pub const NOT_MODIFIED: Self = Self(304, "Not Modified");
    pub const BAD_REQUEST: Self = Self(400, "Bad Request");
    pub const FORBIDDEN: Self = Self(403, "Forbidden");
    pub const NOT_FOUND: Self = Self(404, "Not Found");
    pub const NOT_ALLOWED: Self = Self(405, "Method Not Allowed");
    pub const TIME_OUT: Self = Self(408, "Request Timeout");
    pub const PRECONDITION: Self = Self(412, "Precondition Failed");
    pub const TOO_LARGE: Self = Self(413, "Content Too Large");
    pub const NO_RANGE: Self = Self(416, "Range Not Satisfiable");
    pub const EXPECTATION: Self = Self(417, "Expectation Failed");
    pub const HEAD_TOO_LARGE: Self = Self(431, "Request Header Fields Too Large");
    pub const INTERNAL: Self = Self(500, "Internal Server Error");
    pub const NOT_IMPLEMENTED: Self = Self(501, "Not Implemented");
    pub const UNAVAILABLE: Self = Self(503, "Service Unavailable");
    pub const VERSION: Self = Self(505, "HTTP Version Not Supported");
}

/// A request in order.
pub struct Request<'a> {
    /// Its head.
    pub head: &'a Head,
    /// The method is GET or HEAD.
    pub is_head: bool,
    /// What is asked for in origin form: path and query, beginning with `/`.
    pub target: &'a [u8],
    /// Whether the client wants the connection to go on.
    pub keep_alive: bool,
    /// Whether it says that this is its last request (RFC 9112 §9.6).
    pub asks_to_close: bool,
    /// Whether it waits for 100 Continue before it sends its body.
    pub expects_continue: bool,
}

/// Why a request is refused, and whether the connection can go on after that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// With this.
    pub status: Status,
    /// For this.
    pub why: RejectionReason,
    /// Whether where the next request begins is known.
    pub can_go_on: bool,
}

/// A refusal after which the connection has to end.
pub const fn refused(status: Status, why: RejectionReason) -> Refusal {
    Refusal { status, why, can_go_on: false }
}

const fn bad(why: RejectionReason) -> Refusal {
    refused(Status::BAD_REQUEST, why)
}

/// Checks a request; fails with what it gets in place of an answer.
pub fn check(head: &Head, framing: Framing) -> Result<Request<'_>, Refusal> {
    let StartLine::Request { method, target, version } = &head.start_line else {
        return Err(bad(RejectionReason::NotHttp));
    };
    if let Some(violation) = head.violations.iter().find(|violation| is_invalid(violation.kind)) {
        return Err(bad(RejectionReason::Violation(*violation)));
    }
    check_codings(head, framing)?;
    check_host(head, *version)?;
    let target = check_target(head.text(*target), method)?;
    let has_body = !matches!(framing, Framing::None(_) | Framing::ContentLength(0));
    if matches!(framing, Framing::ContentLength(length) if length > BODY_MAX) {
        return Err(refused(Status::TOO_LARGE, RejectionReason::TooLarge));
    }
    let expects_continue = check_expect(head, *version)? && has_body;
    let asks_to_close = has_option(head, b"close");
    let keep_alive = !asks_to_close && (*version >= Version::HTTP_11 || has_option(head, b"keep-alive"));
    let can_go_on = keep_alive && !expects_continue;
    match method {
        Method::Get | Method::Head => {}
        Method::Other(_) => {
            return Err(Refusal { status: Status::NOT_IMPLEMENTED, why: RejectionReason::UnknownMethod, can_go_on });
        }
        _ => return Err(Refusal { status: Status::NOT_ALLOWED, why: RejectionReason::Method, can_go_on }),
    }
    Ok(Request { head, is_head: *method == Method::Head, target, keep_alive, asks_to_close, expects_continue })
}

/// What a request gets that could not be read.
pub fn unreadable(why: Unreadable) -> Option<Refusal> {
    Some(match why {
        Unreadable::Empty => return None,
        Unreadable::NotHttp | Unreadable::TooManyInterim => bad(RejectionReason::NotHttp),
        Unreadable::HeadUnfinished => bad(RejectionReason::Unfinished),
        Unreadable::OtherVersion(_) => refused(Status::VERSION, RejectionReason::Version),
        Unreadable::HeadTooLong => refused(Status::HEAD_TOO_LARGE, RejectionReason::HeadTooLong),
        Unreadable::TooManyFields => refused(Status::HEAD_TOO_LARGE, RejectionReason::TooManyFields),
    })
}

/// Whether bytes that are no HTTP begin with a handshake record of TLS (RFC 8446 §5.1), as far as they tell.
pub fn is_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [22] | [22, 3, ..])
}

/// Whether a violation makes a request invalid. An empty line before it and a lone LF may be passed over (RFC 9112 §2.2), control
/// characters other than CR, LF and NUL may be kept (RFC 9110 §5.5), and a trailer that does not count does no harm.
pub fn is_invalid(kind: ViolationKind) -> bool {
    is_invalid_in_body(kind) && !matches!(kind, ViolationKind::EmptyLineBefore | ViolationKind::LoneLf)
}

/// The same of one in a body, which is only in its framing: there a lone LF is one, as others may take it for data.
pub fn is_invalid_in_body(kind: ViolationKind) -> bool {
    !matches!(kind, ViolationKind::ForbiddenTrailer | ViolationKind::ControlCharacter)
}

fn check_codings(head: &Head, framing: Framing) -> Result<(), Refusal> {
    if matches!(framing, Framing::UntilClose(_)) {
        return Err(bad(RejectionReason::NoEnd));
    }
    let mut codings = head.all("Transfer-Encoding").flat_map(|value| value.split(|byte| *byte == b','));
    let is_known = codings.all(|coding| {
        let coding = trim_ows(coding);
        coding.is_empty() || coding.eq_ignore_ascii_case(b"chunked")
    });
    if is_known { Ok(()) } else { Err(refused(Status::NOT_IMPLEMENTED, RejectionReason::Coding)) }
}

/// RFC 9112 §3.2: a request without Host, with several, or with one that can't be a host is refused.
fn check_host(head: &Head, version: Version) -> Result<(), Refusal> {
    let mut hosts = head.all("Host");
    match (hosts.next(), hosts.next()) {
        (None, _) if version >= Version::HTTP_11 => Err(bad(RejectionReason::NoHost)),
        (Some(_), Some(_)) => Err(bad(RejectionReason::SeveralHosts)),
        (Some(host), None) if !host.is_empty() && !is_authority(host) => Err(bad(RejectionReason::BadHost)),
        _ => Ok(()),
    }
}

/// `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 3986 §3.2), without the userinfo that HTTP does not know.
fn is_authority(authority: &[u8]) -> bool {
    let (host, port) = match authority {
        [b'[', rest @ ..] => {
            let Some(end) = rest.iter().position(|byte| *byte == b']') else { return false };
            let (inner, after) = rest.split_at(end);
            let is_address = std::str::from_utf8(inner).is_ok_and(|text| text.parse::<core::net::Ipv6Addr>().is_ok());
            match (is_address, after.get(1..).unwrap_or_default()) {
                (true, []) => return true,
                (true, [b':', port @ ..]) => return port.iter().all(u8::is_ascii_digit),
                _ => return false,
            }
        }
        _ => match authority.iter().position(|byte| *byte == b':') {
            Some(colon) => (authority.get(..colon).unwrap_or_default(), authority.get(colon + 1..).unwrap_or_default()),
            None => (authority, &[][..]),
        },
    };
    let is_in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(byte);
    !host.is_empty() && host.iter().all(is_in_name) && has_whole_escapes(host) && port.iter().all(u8::is_ascii_digit)
}

/// Whether each `%` is followed by two hexadecimal digits (RFC 3986 §2.1).
pub fn has_whole_escapes(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'%', rest) {
        let [b'%', a, b, ..] = rest.get(at..).unwrap_or_default() else { return false };
        if !a.is_ascii_hexdigit() || !b.is_ascii_hexdigit() {
            return false;
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    true
}

/// The target in origin form. Browsers leave some characters as they are that the grammar wants encoded. They mean themselves; a fragment
/// has no place here.
fn check_target<'a>(target: &'a [u8], method: &Method) -> Result<&'a [u8], Refusal> {
    if !target.iter().all(u8::is_ascii_graphic) {
        return Err(bad(RejectionReason::TargetBytes));
    }
    if target.contains(&b'#') {
        return Err(bad(RejectionReason::Fragment));
    }
    origin(target, method).ok_or(bad(RejectionReason::TargetForm))
}

/// The target in origin form; `None` if it has no form that this method may have (RFC 9112 §3.2).
fn origin<'a>(target: &'a [u8], method: &Method) -> Option<&'a [u8]> {
    match (target, method) {
        ([b'/', ..], _) => Some(target),
        (b"*", Method::Options) => Some(b"/"),
        (_, Method::Connect) => Some(b"/"),
        _ => {
            let scheme = [&b"http://"[..], b"https://"]
                .into_iter()
                .find(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
            let rest = target.get(scheme.len()..)?;
            let at = rest.iter().position(|byte| matches!(byte, b'/' | b'?')).unwrap_or(rest.len());
            let (authority, path) = rest.split_at_checked(at)?;
            match path {
                _ if !is_authority(authority) => None,
                [b'/', ..] => Some(path),
                // With a query and no path it is the root's; the query does not matter here.
                _ => Some(b"/"),
            }
        }
    }
}

/// Whether it expects 100 Continue.
fn check_expect(head: &Head, version: Version) -> Result<bool, Refusal> {
    match head.field("Expect") {
        None => Ok(false),
        Some(value) if value.eq_ignore_ascii_case(b"100-continue") => Ok(version >= Version::HTTP_11),
        Some(_) => Err(refused(Status::EXPECTATION, RejectionReason::Expectation)),
    }
}

/// Whether the Connection field has this option.
fn has_option(head: &Head, option: &[u8]) -> bool {
    let mut options = head.all("Connection").flat_map(|value| value.split(|byte| *byte == b','));
    options.any(|value| trim_ows(value).eq_ignore_ascii_case(option))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::http::{ParseEvent, Reader};

    fn read(text: &str) -> (Option<(Arc<Head>, Framing)>, Option<Unreadable>) {
        let mut found = Vec::new();
        Reader::requests().push(text.as_bytes(), &mut found);
        let mut result = (None, None);
        for found in found {
            match found {
                ParseEvent::Head { head, framing } => result.0 = result.0.or(Some((head, framing))),
                ParseEvent::Unreadable { why, .. } => result.1 = Some(why),
                _ => {}
            }
        }
        result
    }

    /// The status that a request gets, 200 if it is in order, and why.
    fn verdict(text: &str) -> (u16, &'static str) {
        let refusal = match read(text) {
            (Some((head, framing)), _) => check(&head, framing).err(),
            (None, why) => Some(unreadable(why.unwrap()).unwrap()),
        };
        refusal.map_or((200, ""), |refusal| (refusal.status.0, refusal.why.key()))
    }

    #[test]
    fn what_is_invalid_is_refused_and_told_why() {
        for (request, status, why) in [
            ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", 200, ""),
            ("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 200, ""),
            ("GET / HTTP/1.1\nHost: h\n\n", 200, ""),
            ("GET / HTTP/1.0\r\n\r\n", 200, ""),
            ("GET / HTTP/1.7\r\nHost: h\r\n\r\n", 200, ""),
            ("GET http://h/a HTTP/1.1\r\nHost: h\r\n\r\n", 200, ""),
            ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 200, ""),
            ("GET / HTTP/1.1\r\n\r\n", 400, "no-host"),
            ("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400, "several-hosts"),
            ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: h:80\r\n\r\n", 200, ""),
            ("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200, ""),
            ("GET / HTTP/1.1\r\nHost: h:abc\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: a:b:c\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: %zz\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400, "bad-host"),
            ("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400, "bad-host"),
            ("GET /?a|b{\"x\":1}^`\\ HTTP/1.1\r\nHost: h\r\n\r\n", 200, ""),
            ("GET http://:80/a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-form"),
            ("GET http://h:x/a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-form"),
            ("GET http://u:p@h/a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-form"),
            ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \x0c1\r\n\r\n", 400, "bad-content-length"),
            ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \x0cchunked\r\n\r\n", 400, "chunked-not-last"),
            ("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400, "odd-request-line"),
            ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "odd-request-line"),
            ("GET /#a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "fragment"),
            ("GET /\u{fc} HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-bytes"),
            ("GET x HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-form"),
            ("GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-form"),
            ("GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "target-form"),
            ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400, "space-before-colon"),
            ("GET / HTTP/1.1\r\nHost: h\r\n x\r\n\r\n", 400, "obs-fold"),
            ("GET / HTTP/1.1\r\n x\r\nHost: h\r\n\r\n", 400, "space-before-fields"),
            ("GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", 400, "no-colon"),
            ("GET / HTTP/1.1\r\nHost: h\r\nA: x\0\r\n\r\n", 400, "nul"),
            ("GET / HTTP/1.1\r\nHost: h\r\nA: x\ry\r\n\r\n", 400, "bare-cr"),
            (
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                400,
                "conflicting-content-length",
            ),
            ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400, "bad-content-length"),
            (
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                400,
                "length-with-coding",
            ),
            ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 400, "chunked-not-last"),
            ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501, "coding"),
            ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "coding-before-http-11"),
            ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505, "version"),
            ("\x16\x03\x01", 400, "not-http"),
            ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n", 405, "method"),
            ("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 405, "method"),
            ("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 405, "method"),
            ("BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "unknown-method"),
            ("GET / HTTP/1.1\r\nHost: h\r\nExpect: tea\r\n\r\n", 417, "expectation"),
            ("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", 413, "too-large"),
            ("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n", 405, "method"),
            (&format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "a".repeat(300_000)), 431, "head-too-long"),
        ] {
            assert_eq!(verdict(request), (status, why), "{request:?}");
        }
    }

    #[test]
    fn who_wants_the_connection_to_go_on_says_so_by_version_and_field() {
        for (version, field, goes_on) in [
            ("1.1", "", true),
            ("1.1", "Connection: Close\r\n", false),
            ("1.1", "Connection: x, close\r\n", false),
            ("1.1", "Connection: keep-alive\r\n", true),
            ("1.0", "", false),
            ("1.0", "Connection: Keep-Alive\r\n", true),
            ("1.0", "Connection: keep-alive, close\r\n", false),
        ] {
            let (read, _) = read(&format!("GET / HTTP/{version}\r\nHost: h\r\n{field}\r\n"));
            let (head, framing) = read.unwrap();
            let request = check(&head, framing).ok().unwrap();
            assert_eq!(request.keep_alive, goes_on, "{version} {field}");
        }
    }

    #[test]
    fn targets_become_paths() {
        for (target, path) in [
            ("/a?b", Some("/a?b")),
            ("http://h/a?b", Some("/a?b")),
            ("HTTPS://h:1/a", Some("/a")),
            ("http://h", Some("/")),
            ("http://h?x", Some("/")),
            ("http:///a", None),
            ("//h/a", Some("//h/a")),
            ("", None),
        ] {
            assert_eq!(origin(target.as_bytes(), &Method::Get), path.map(str::as_bytes), "{target}");
        }
    }
}
