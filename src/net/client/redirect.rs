//! Where a reply sends its client on (RFC 9110 §15.4 and §10.2.2).
//!
//! In scope: the target, resolved against what was asked for, and the request that asks for it there. Out of scope: whether to
//! follow, and how often.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, percent_encode};
use url::Url;

use super::authority::TargetError;
use super::spec::ClientSpec;
use super::url_target::Target;
use crate::http::{Head, Method, StartLine};

/// The number of redirects that are followed in a row.
pub const REDIRECTS_MAX: usize = 10;

/// Fields that belong to the host that was asked, and are not told to another.
const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
/// Fields that say something of a body.
const OF_BODY: [&str; 4] = ["content-length", "content-type", "content-encoding", "transfer-encoding"];

/// Nothing in ASCII; what is beyond it always is encoded.
const BEYOND_ASCII: &AsciiSet = &AsciiSet::EMPTY;

/// A reply that sends its client on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The status: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// What the Location field says, as it was sent.
    pub location: Vec<u8>,
    /// Where that leads; or why one can't go there.
    pub target: Result<Target, TargetError>,
}

impl Redirect {
    /// The redirect that `head` is, in reply to a request for `asked`; `None` if it is none.
    pub fn of(head: &Head, asked: &Target) -> Option<Self> {
        let status = head.status().filter(|status| matches!(status, 301 | 302 | 303 | 307 | 308))?;
        let location = head.field("location").filter(|location| !location.is_empty())?;
        Some(Self { status, location: location.to_vec(), target: resolve(location, asked) })
    }

    /// The run that asks for `target` after this redirect came in reply to `asked`.
    pub fn follow(&self, asked: &ClientSpec, target: Target) -> ClientSpec {
        let (request, keeps_body) = self.request(&asked.request, &asked.target, &target);
        asked.to(target, request, asked.request_file.clone().filter(|_| keeps_body))
    }

    /// `request`, which was sent to `asked`, and whether its body stays, changed to ask for `target`: the first line, Host, and what a browser leaves out.
    fn request(&self, request: &[u8], asked: &Target, target: &Target) -> (Vec<u8>, bool) {
        let Some(parts) = Parts::of(request) else { return (target.request().into_bytes(), false) };
        let keeps = matches!(self.status, 307 | 308) || matches!(parts.method, Method::Get | Method::Head);
        let method = match parts.method {
            Method::Head => Method::Head,
            _ if !keeps && (self.status == 303 || parts.method == Method::Post) => Method::Get,
            ref method => method.clone(),
        };
        let loses_body = method != parts.method;
        let is_elsewhere = !asked.is_same_peer(target);
        let left_out = |name: &str| {
            let is = |names: &[&str]| names.iter().any(|other| name.eq_ignore_ascii_case(other));
            (loses_body && is(&OF_BODY)) || (is_elsewhere && is(&CREDENTIALS))
        };
        let mut text = format!("{} {} HTTP/1.1\r\n", method.as_str(), target.path).into_bytes();
        for (name, line) in parts.fields {
            // A host that was named on purpose is asked by that name again, as curl does.
            if is_elsewhere && name.eq_ignore_ascii_case("host") {
                text.extend(format!("Host: {}\r\n", target.authority()).bytes());
            } else if !left_out(&name) {
                text.extend(line);
                text.extend(b"\r\n");
            }
        }
        text.extend(b"\r\n");
        if !loses_body {
            text.extend(parts.body);
        }
        (text, !loses_body)
    }
}

fn resolve(location: &[u8], asked: &Target) -> Result<Target, TargetError> {
    let location = in_utf8(location);
    // The URL standard knows no zones.
    let base = Target { host: asked.host_without_zone().to_owned(), ..asked.clone() };
    let base = Url::parse(&base.url()).map_err(|_| TargetError::Host)?;
    let url = base.join(&location).map_err(|_| TargetError::Host)?;
    // A peer has no business to choose whose name is told.
    let mut target = Target::parse(url.as_str())?.without_credentials();
    if target.host == asked.host_without_zone() {
        target.host.clone_from(&asked.host);
    }
    Ok(target)
}

/// `location` as text; bytes that are not UTF-8 go into the URL as they are, percent-encoded, as curl and browsers have it.
fn in_utf8(location: &[u8]) -> Cow<'_, str> {
    core::str::from_utf8(location)
        .map(Cow::Borrowed)
        .unwrap_or_else(|_| Cow::Owned(percent_encode(location, BEYOND_ASCII).to_string()))
}

/// A request, taken apart.
struct Parts<'a> {
    method: Method,
    /// Names, and whole lines without their ends.
    fields: Vec<(String, &'a [u8])>,
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(request: &'a [u8]) -> Option<Self> {
        let mut reader = crate::http::Reader::requests();
        let mut found = Vec::new();
        reader.push(request, &mut found);
        let head = found.into_iter().find_map(|found| match found {
            crate::http::ParseEvent::Head { head, .. } => Some(head),
            _ => None,
        })?;
        let StartLine::Request { method, .. } = &head.start_line else { return None };
        let part = |start: u64, end: u64| request.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?);
        let fields = head.fields.iter().filter_map(|field| {
            let name = String::from_utf8_lossy(head.text(field.name())).into_owned();
            Some((name, part(field.line().start, field.line().end)?))
        });
        let body = part(head.span.end, request.len() as u64).unwrap_or_default();
        Some(Self { method: method.clone(), fields: fields.collect(), body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{ParseEvent, Reader};

    fn head(status: u16, location: &str) -> std::sync::Arc<Head> {
        head_of_bytes(status, location.as_bytes())
    }

    fn head_of_bytes(status: u16, location: &[u8]) -> std::sync::Arc<Head> {
        let line = format!("HTTP/1.1 {status} Moved\r\nLocation: ");
        let mut found = Vec::new();
        Reader::responses().push(&[line.as_bytes(), location, b"\r\n\r\n"].concat(), &mut found);
        match found.into_iter().next() {
            Some(ParseEvent::Head { head, .. }) => head,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn targets_are_resolved_against_what_was_asked() {
        let asked = Target::parse("http://a.example:81/b/c?d").unwrap();
        for (location, url) in [
            ("/x", "http://a.example:81/x"),
            ("x?y#z", "http://a.example:81/b/x?y"),
            ("../x", "http://a.example:81/x"),
            ("?y", "http://a.example:81/b/c?y"),
            ("//b.example/x", "http://b.example/x"),
            ("http://b.example", "http://b.example/"),
            ("HTTP://B.example:8080/%41 b", "http://b.example:8080/%41%20b"),
            ("/a\tb", "http://a.example:81/ab"),
            ("http://u:p@b.example/", "http://b.example/"),
        ] {
            let redirect = Redirect::of(&head(302, location), &asked).unwrap();
            assert_eq!(redirect.target.map(|target| target.url()), Ok(url.to_owned()), "{location}");
        }
        let zoned = Target::parse("http://[fe80::1%25lo]:81/b").unwrap();
        for (location, url) in [
            ("/x", "http://[fe80::1%25lo]:81/x"),
            ("http://[fe80::1]:82/x", "http://[fe80::1%25lo]:82/x"),
            ("http://[fe80::2]/", "http://[fe80::2]/"),
        ] {
            let redirect = Redirect::of(&head(302, location), &zoned).unwrap();
            assert_eq!(redirect.target.map(|target| target.url()), Ok(url.to_owned()), "{location}");
        }
        for location in ["ftp://a/", "http://", "javascript:x", "data:,x"] {
            assert!(Redirect::of(&head(302, location), &asked).unwrap().target.is_err(), "{location}");
        }
    }

    #[test]
    fn a_target_in_no_utf_8_keeps_its_bytes() {
        let asked = Target::parse("http://a/").unwrap();
        for (location, path) in [(&b"/\xe9?\xff a"[..], "/%E9?%FF%20a"), ("/é?ü".as_bytes(), "/%C3%A9?%C3%BC")] {
            let redirect = Redirect::of(&head_of_bytes(302, location), &asked).unwrap();
            assert_eq!(redirect.target.unwrap().path, path);
        }
    }

    #[test]
    fn a_body_from_a_file_is_sent_again_where_the_method_stays() {
        let mut spec = ClientSpec::tutorial(Target::parse("http://a/").unwrap());
        spec.request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n".to_vec();
        spec.request_file = Some("data".into());
        for (status, file) in [(307, true), (308, true), (302, false), (303, false)] {
            let redirect = Redirect::of(&head(status, "/x"), &spec.target).unwrap();
            let next = redirect.follow(&spec, redirect.target.clone().unwrap());
            assert_eq!(next.request_file.is_some(), file, "{status}");
            assert_eq!(next.request.windows(14).any(|part| part == b"Content-Length"), file, "{status}");
        }
    }

    #[test]
    fn only_some_replies_send_on() {
        let asked = Target::parse("http://a/").unwrap();
        for status in [301, 302, 303, 307, 308] {
            assert!(Redirect::of(&head(status, "/x"), &asked).is_some());
        }
        for status in [200, 201, 300, 304, 305, 306, 400] {
            assert!(Redirect::of(&head(status, "/x"), &asked).is_none());
        }
        assert!(Redirect::of(&head(301, ""), &asked).is_none());
    }

    #[test]
    fn the_request_is_what_a_browser_would_send() {
        let asked = Target::parse("http://a/").unwrap();
        let post = "POST /f HTTP/1.1\r\nHost: a\r\nCookie: c\r\nContent-Length: 2\r\nX: y\r\n\r\nok";
        let get = "GET /f HTTP/1.1\r\nhOST: a\r\nConnection: close\r\n\r\n";
        for (status, location, request, expected) in [
            (302, "/x", get, "GET /x HTTP/1.1\r\nhOST: a\r\nConnection: close\r\n\r\n"),
            (
                302,
                "http://a/x",
                &get.replace(": a", ": named"),
                "GET /x HTTP/1.1\r\nhOST: named\r\nConnection: close\r\n\r\n",
            ),
            (
                302,
                "http://a:81/x",
                &get.replace(": a", ": named"),
                "GET /x HTTP/1.1\r\nHost: a:81\r\nConnection: close\r\n\r\n",
            ),
            (302, "http://b:1/x", get, "GET /x HTTP/1.1\r\nHost: b:1\r\nConnection: close\r\n\r\n"),
            (302, "/x", post, "GET /x HTTP/1.1\r\nHost: a\r\nCookie: c\r\nX: y\r\n\r\n"),
            (303, "/x", &post.replace("POST", "PUT"), "GET /x HTTP/1.1\r\nHost: a\r\nCookie: c\r\nX: y\r\n\r\n"),
            (302, "/x", "HEAD /f HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n"),
            (307, "/x", post, &post.replace("/f", "/x")),
            (308, "//b/x", post, "POST /x HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\nX: y\r\n\r\nok"),
            (302, "/x", "nonsense", "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        ] {
            let redirect = Redirect::of(&head(status, location), &asked).unwrap();
            let target = redirect.target.clone().unwrap();
            let (text, _) = redirect.request(request.as_bytes(), &asked, &target);
            assert_eq!(String::from_utf8(text).unwrap(), expected, "{status} {location}");
        }
    }
}
