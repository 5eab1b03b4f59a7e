//! The built-in page: answers any GET with it, and closes.
//!
//! Requests are read by RFC 9112. The page's picture has a path of its own. After the reply the sending side is shut down and
//! what the client still sends is read until it closes too, so that its unread bytes don't turn our close into a reset that
//! would take the end of the page with it.

use std::time::Duration;

use super::responder::{Responder, Responding};
use super::wire::{Received, Wire};
use crate::capture::Ended;
use crate::http::{Found, Head, Method, Reader, StartLine};

/// The page.
pub const PAGE: &[u8] = include_bytes!("../../assets/page.html");
/// The picture in it.
const PICTURE: &[u8] = include_bytes!("../../assets/picture.svg");
const PICTURE_PATH: &[u8] = b"/picture.svg";

const RECV_SIZE: usize = 1024;
/// How long a client may take to close after it has the whole reply.
const LINGER: Duration = Duration::from_secs(2);

/// The responder.
pub struct Page;

impl Responder for Page {
    fn serve(&self, wire: &mut Wire) -> Responding {
        match read_request(wire)? {
            Request::Head(head) => wire.send(&answer(&head))?,
            Request::Unreadable => {
                wire.send(&reply("400 Bad Request", "", "text/plain; charset=utf-8", b"400 Bad Request\n", true))?
            }
            Request::None(ended) => return Ok(ended),
        }
        wire.shutdown()?;
        drain(wire)
    }
}

enum Request {
    Head(std::sync::Arc<Head>),
    Unreadable,
    None(Ended),
}

fn read_request(wire: &mut Wire) -> Result<Request, crate::capture::Failure> {
    let mut reader = Reader::requests();
    let mut found = Vec::new();
    let mut buffer = [0; RECV_SIZE];
    loop {
        match wire.recv(&mut buffer)? {
            Received::Bytes { count, .. } => reader.push(buffer.get(..count).unwrap_or_default(), &mut found),
            Received::PeerFinished => return Ok(Request::None(Ended::PeerFinished)),
            Received::Stopped => return Ok(Request::None(Ended::Stopped)),
            Received::TimedOut => return Ok(Request::None(Ended::TimedOut)),
        }
        for found in found.drain(..) {
            match found {
                Found::Head { head, .. } => return Ok(Request::Head(head)),
                Found::Unreadable { .. } => return Ok(Request::Unreadable),
                _ => {}
            }
        }
    }
}

fn answer(head: &Head) -> Vec<u8> {
    let StartLine::Request { method, target, .. } = &head.start_line else {
        return reply("400 Bad Request", "", "text/plain; charset=utf-8", b"400 Bad Request\n", true);
    };
    let with_body = match method {
        Method::Get => true,
        Method::Head => false,
        _ => {
            return reply(
                "405 Method Not Allowed",
                "Allow: GET, HEAD\r\n",
                "text/plain; charset=utf-8",
                b"405 Method Not Allowed\n",
                true,
            );
        }
    };
    if head.text(*target) == PICTURE_PATH {
        return reply("200 OK", "", "image/svg+xml", PICTURE, with_body);
    }
    reply("200 OK", "", "text/html; charset=utf-8", PAGE, with_body)
}

fn reply(status: &str, fields: &str, content_type: &str, body: &[u8], with_body: bool) -> Vec<u8> {
    let mut reply = format!(
        "HTTP/1.1 {status}\r\nServer: Socketscope\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{fields}Connection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    if with_body {
        reply.extend_from_slice(body);
    }
    reply
}

fn drain(wire: &mut Wire) -> Responding {
    let mut buffer = [0; RECV_SIZE];
    wire.limit_reading(LINGER);
    let begun = wire.recorder().now();
    loop {
        match wire.recv(&mut buffer)? {
            Received::Bytes { .. } if wire.recorder().now().since(begun) < LINGER => {}
            Received::Stopped => return Ok(Ended::Stopped),
            Received::PeerFinished | Received::Bytes { .. } | Received::TimedOut => return Ok(Ended::Finished),
        }
    }
}
