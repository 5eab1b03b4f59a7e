//! A reply: its head, and where its body comes from.
//!
//! In scope: the bytes of the head, and the faults in it: a Content-Length that is not true, HTTP chunks of a chosen size.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Write as _};
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use super::request::Status;
use crate::capture::{Failure, Operation, RejectionReason, Subject};
use crate::net::{Exchange, Faults, ServeError};

/// A body is read from its file, and sent, in pieces of this size.
const PIECE: usize = 256 * 1024;

/// A body up to this size goes out in one send with its head.
const SMALL: u64 = 64 * 1024;

/// Room for the bytes of a head is made at first.
const HEAD_USUAL: usize = 512;

/// Room for the lines of so many bytes of fields is made at first.
const FIELDS_USUAL: usize = 256;

/// The body of a reply.
#[derive(Debug)]
pub enum Body {
    /// None, nor a length: for 304.
    None,
    /// These bytes.
    Bytes(Cow<'static, [u8]>),
    /// Some of the bytes that others send as well.
    Shared(Arc<[u8]>, Range<usize>),
    /// A part of a file.
    File {
        /// The file.
        file: File,
        /// Its path, for when it can't be read.
        path: PathBuf,
        /// The first byte.
        from: u64,
        /// How many.
        length: u64,
    },
}

impl Body {
    fn len(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Shared(_, range) => range.len() as u64,
            Self::File { length, .. } => *length,
        }
    }
}

/// A reply.
#[derive(Debug)]
pub struct Reply {
    status: Status,
    /// The lines of its fields.
    fields: String,
    body: Body,
    closes: bool,
}

impl Reply {
    /// 200 with a body.
    pub fn ok(body: Body) -> Self {
        Self::new(Status::OK, body)
    }

    /// With a status and a body.
    pub fn new(status: Status, body: Body) -> Self {
        Self { status, fields: String::with_capacity(FIELDS_USUAL), body, closes: false }
    }

    /// A status that says itself what there is to say.
    pub fn plain(status: Status) -> Self {
        Self::text(status, format!("{status}\n"))
    }

    /// A status, and why it is that.
    pub fn saying(status: Status, why: &RejectionReason) -> Self {
        Self::text(status, format!("{status}\n{why}\n"))
    }

    fn text(status: Status, text: String) -> Self {
        let reply = Self::new(status, Body::Bytes(text.into_bytes().into()));
        reply.field("Content-Type", "text/plain; charset=utf-8")
    }

    /// The same with a field.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        // Writing to a String does not fail.
        let _ = write!(self.fields, "{name}: {value}\r\n");
        self
    }

    /// The same with fields whose lines are written already.
    #[must_use]
    pub fn lines(mut self, lines: &str) -> Self {
        self.fields.push_str(lines);
        self
    }

    /// The same, with the connection closed after it.
    #[must_use]
    pub fn closing(self) -> Self {
        Self { closes: true, ..self }
    }

    /// Whether its framing leaves the client unsure where it ends, so that the connection has to be closed.
    pub fn is_misframed(&self, faults: &Faults) -> bool {
        faults.length_off_by != 0 && faults.chunk_size.is_none() && !matches!(self.body, Body::None)
    }

    /// Appends the bytes of its head to `out`. HTTP/1.0 knows no chunks.
    fn write_head(&self, out: &mut Vec<u8>, faults: &Faults, knows_chunks: bool) {
        // Writing to a Vec does not fail.
        let _ = write!(out, "HTTP/1.1 {}\r\nServer: Socketscope\r\nDate: ", self.status);
        out.extend_from_slice(now().as_bytes());
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(self.fields.as_bytes());
        if matches!(self.body, Body::None) {
        } else if faults.chunk_size.is_some() && knows_chunks {
            out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
        } else {
            let length = self.body.len().saturating_add_signed(faults.length_off_by);
            let _ = write!(out, "Content-Length: {length}\r\n");
        }
        if self.closes {
            out.extend_from_slice(b"Connection: close\r\n");
        }
        out.extend_from_slice(b"\r\n");
    }

    /// Sends it; without its body if it answers HEAD. `out` is a buffer to be used again.
    pub fn send(
        self,
        exchange: &mut Exchange,
        (is_head, knows_chunks): (bool, bool),
        faults: &Faults,
        out: &mut Vec<u8>,
    ) -> Result<(), ServeError> {
        out.clear();
        let with_it = if is_head || self.body.len() > SMALL { 0 } else { self.body.len() as usize };
        out.reserve(HEAD_USUAL + with_it);
        self.write_head(out, faults, knows_chunks);
        if is_head {
            return exchange.reply(out);
        }
        let chunk = faults.chunk_size.filter(|_| knows_chunks).map(|size| size.max(1) as usize);
        match self.body {
            Body::None => exchange.reply(out),
            Body::Bytes(bytes) => send_bytes(exchange, &bytes, chunk, out),
            Body::Shared(bytes, range) => send_bytes(exchange, bytes.get(range).unwrap_or_default(), chunk, out),
            Body::File { mut file, path, from, length } => {
                let found = file.seek(SeekFrom::Start(from)).map_err(|error| unreadable(&error).into());
                let sent = found.and_then(|_| send_body(exchange, &mut file, length, chunk, out));
                sent.map_err(|error| match error {
                    ServeError::Failed(failure) if failure.operation == Operation::ReadFile => {
                        Failure { subject: Some(Subject::File(path)), ..failure }.into()
                    }
                    other => other,
                })
            }
        }
    }
}

/// Sends the head in `out` and `bytes` after it.
fn send_bytes(
    exchange: &mut Exchange,
    bytes: &[u8],
    chunk: Option<usize>,
    out: &mut Vec<u8>,
) -> Result<(), ServeError> {
    if chunk.is_some() {
        return send_body(exchange, &mut &*bytes, bytes.len() as u64, chunk, out);
    }
    out.extend_from_slice(bytes);
    exchange.reply(out)
}

/// Sends the head in `out` and `length` bytes of `body` after it, as they are or in HTTP chunks of `chunk` bytes (RFC 9112 §7.1), each with
/// one send.
fn send_body(
    exchange: &mut Exchange,
    body: &mut dyn Read,
    length: u64,
    chunk: Option<usize>,
    out: &mut Vec<u8>,
) -> Result<(), ServeError> {
    if chunk.is_some() || length > SMALL {
        exchange.reply(out)?;
        out.clear();
    }
    let (mut left, size) = (length, chunk.unwrap_or(PIECE));
    while left > 0 || !out.is_empty() {
        let count = left.min(size as u64);
        if chunk.is_some() {
            let _ = write!(out, "{count:x}\r\n");
        }
        let begun = out.len();
        out.resize(begun + usize::try_from(count).unwrap_or(size), 0);
        body.read_exact(out.get_mut(begun..).unwrap_or_default()).map_err(|error| unreadable(&error))?;
        if chunk.is_some() {
            out.extend_from_slice(b"\r\n");
        }
        left -= count;
        exchange.reply(out)?;
        out.clear();
    }
    if chunk.is_some() { exchange.reply(b"0\r\n\r\n") } else { Ok(()) }
}

/// A file became shorter or can't be read any more; what was promised can't be kept, and the connection has to end.
fn unreadable(error: &io::Error) -> Failure {
    let shorter = io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was sent");
    let is_end = error.kind() == io::ErrorKind::UnexpectedEof;
    Failure::of(Operation::ReadFile, None, if is_end { &shorter } else { error })
}

/// The present moment as HTTP writes it; written anew once a second.
fn now() -> Rc<str> {
    thread_local! {
        static WRITTEN: RefCell<(u64, Rc<str>)> = RefCell::new((0, Rc::from("")));
    }
    let now = SystemTime::now();
    let second = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    WRITTEN.with_borrow_mut(|(written, text)| {
        if *written != second {
            (*written, *text) = (second, http_date(now).into());
        }
        Rc::clone(text)
    })
}

/// A moment as HTTP writes it (RFC 9110 §5.6.7).
pub fn http_date(moment: SystemTime) -> String {
    use jiff::Timestamp;
    use jiff::fmt::rfc2822::DateTimePrinter;
    let moment = Timestamp::try_from(moment).unwrap_or_default();
    DateTimePrinter::new().timestamp_to_rfc9110_string(&moment).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(reply: &Reply, faults: &Faults, knows_chunks: bool) -> String {
        let mut out = Vec::new();
        reply.write_head(&mut out, faults, knows_chunks);
        let text = String::from_utf8(out).unwrap();
        text.lines().filter(|line| !line.starts_with("Date: ")).map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn a_head_says_what_comes() {
        let reply = || Reply::ok(Body::Bytes(b"12345".into())).field("X", "y");
        let none = Faults::default();
        assert_eq!(head(&reply(), &none, true), "HTTP/1.1 200 OK\nServer: Socketscope\nX: y\nContent-Length: 5\n\n");
        assert!(head(&reply().closing(), &none, true).contains("Connection: close\n"));
        for (off, length) in [(3, 8), (-2, 3), (-9, 0)] {
            let faults = Faults { length_off_by: off, ..Faults::default() };
            assert!(head(&reply(), &faults, true).contains(&format!("Content-Length: {length}\n")));
        }
        let faults = Faults { chunk_size: Some(2), ..Faults::default() };
        assert!(head(&reply(), &faults, true).contains("Transfer-Encoding: chunked\n"));
        assert!(head(&reply(), &faults, false).contains("Content-Length: 5\n"));
        assert!(!head(&Reply::new(Status::NOT_MODIFIED, Body::None), &none, true).contains("Content-Length"));
    }

    #[test]
    fn dates_are_written_as_http_wants() {
        let moment = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(784_111_777);
        assert_eq!(http_date(moment), "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
