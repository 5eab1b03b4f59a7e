//! A file as a representation (RFC 9110 §3.2): what a reply says about it, and which reply a request for it gets.

use std::path::Path;

use super::conditions::{Conditions, Evaluation, Validators};
use super::jail::{self, FoundFile};
use crate::http::Span;
use crate::net::responders::http::{Body, Reply, Request, Status};

/// Whether a text is UTF-8 is told from so many of its bytes.
const LOOKED_AT: usize = 64 * 1024;

/// What is said about a file.
pub struct Representation {
    validators: Validators,
    /// The lines of the fields that go with every reply about it,
    lines: String,
    /// and the media type, which goes with its bytes.
    kind: String,
    length: u64,
}

impl Representation {
    /// Of the file `found` at `path`.
    pub fn of(path: &Path, found: &FoundFile) -> Self {
        let validators = Validators::of(found.length, found.modified, found.changed);
        let lines = validators.lines() + "Accept-Ranges: bytes\r\n";
        Self { validators, lines, kind: kind(path, found), length: found.length }
    }

    /// What `request` for it gets; `body` takes a part out of it.
    pub fn reply(&self, request: &Request<'_>, body: impl FnOnce(Span) -> Body) -> Reply {
        match Conditions(request).evaluate(&self.validators) {
            Evaluation::Failed => Reply::plain(Status::PRECONDITION),
            Evaluation::NotModified => Reply::new(Status::NOT_MODIFIED, Body::None).lines(&self.lines),
            Evaluation::Whole => self.with_kind(Reply::ok(body(Span::new(0, self.length)))),
            Evaluation::Part(span) => {
                let field = format!("bytes {}-{}/{}", span.start, span.end - 1, self.length);
                self.with_kind(Reply::new(Status::PARTIAL, body(span)).field("Content-Range", field))
            }
            Evaluation::NoSuchPart => {
                Reply::plain(Status::NO_RANGE).field("Content-Range", format_args!("bytes */{}", self.length))
            }
        }
    }

    fn with_kind(&self, reply: Reply) -> Reply {
        reply.field("Content-Type", &self.kind).lines(&self.lines)
    }
}

/// The media type by the name. A text is said to be UTF-8 only if its beginning is, and is not plain ASCII.
fn kind(path: &Path, found: &FoundFile) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT || kind.subtype() == mime_guess::mime::JAVASCRIPT;
    if is_text && begins_in_utf8(found) { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

fn begins_in_utf8(found: &FoundFile) -> bool {
    // A file without a length, such as one in /proc, may have bytes all the same.
    let length = if found.length == 0 { u64::MAX } else { found.length };
    let mut bytes = vec![0; usize::try_from(length).unwrap_or(LOOKED_AT).min(LOOKED_AT)];
    let count = jail::read_beginning(&found.file, &mut bytes);
    let bytes = bytes.get(..count).unwrap_or_default();
    let is_utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character may be cut by the end of what was looked at.
        Err(error) => error.error_len().is_none() && (count as u64) < length,
    };
    is_utf8 && !bytes.is_ascii()
}
