//! Files: a folder over HTTP/1.1 (RFC 9110).
//!
//! In scope: GET and HEAD, conditions, one range, index.html or a listing, MIME types. Out of scope: several ranges in one reply (the
//! whole is sent, which RFC 9110 §14.2 allows), and changing anything. The folder is a jail: see `jail`.

mod conditions;
mod jail;
mod listing;
mod path;
mod range;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use conditions::{Conditions, Validators, Verdict};
use jail::{Entry, Jail};
use path::Wanted;

use super::http::{Body, Reply, Request, Service, Status, converse};
use crate::capture::{Failure, Operation, Subject};
use crate::net::{Responder, Responding, Wire};

/// Whether a text is UTF-8 is told from so many of its bytes.
const LOOKED_AT: usize = 1024;

/// The responder.
pub struct Files {
    jail: Jail,
    /// Whether names that begin with a dot are served, too.
    hidden: bool,
}

impl Files {
    /// Serves the folder at `root`; names that begin with a dot only if `hidden` says so.
    ///
    /// # Errors
    /// If it can't be opened.
    pub fn open(root: &Path, hidden: bool) -> Result<Self, Failure> {
        let jail = Jail::open(root);
        let jail =
            jail.map_err(|error| Failure::of(Operation::OpenFolder, Some(Subject::File(PathBuf::from(root))), &error))?;
        Ok(Self { jail, hidden })
    }
}

impl Responder for Files {
    fn serve(&self, wire: &mut Wire) -> Responding {
        converse(wire, self)
    }
}

impl Service for Files {
    fn answer(&self, request: &Request<'_>) -> Reply {
        self.find(request).unwrap_or_else(Reply::plain)
    }
}

impl Files {
    fn find(&self, request: &Request<'_>) -> Result<Reply, Status> {
        let wanted = Wanted::read(request.target, self.hidden)?;
        match self.jail.entry(&wanted.path)? {
            Entry::File { file, length, modified } if !wanted.is_folder => {
                Ok(reply(request, &wanted.path, file, length, modified))
            }
            Entry::File { .. } => Err(Status::NOT_FOUND),
            Entry::Folder if !wanted.is_folder => {
                Ok(Reply::plain(Status::MOVED).field("Location", wanted.with_slash()))
            }
            Entry::Folder => self.folder(request, &wanted),
        }
    }

    fn folder(&self, request: &Request<'_>, wanted: &Wanted) -> Result<Reply, Status> {
        let index = wanted.path.join("index.html");
        match self.jail.entry(&index) {
            Ok(Entry::File { file, length, modified }) => Ok(reply(request, &index, file, length, modified)),
            Ok(Entry::Folder) | Err(Status::NOT_FOUND) => {
                let items = self.jail.list(&wanted.path, self.hidden)?;
                let page = listing::page(&wanted.with_slash(), wanted.is_root(), &items);
                let reply = Reply::ok(Body::Bytes(page.into_bytes().into()));
                Ok(reply.field("Content-Type", "text/html; charset=utf-8"))
            }
            Err(status) => Err(status),
        }
    }
}

/// The reply to a request for a file that is there.
fn reply(request: &Request<'_>, path: &Path, file: File, length: u64, modified: Option<SystemTime>) -> Reply {
    let validators = Validators::of(length, modified);
    let described = |reply: Reply| validators.describe(reply).field("Accept-Ranges", "bytes");
    match Conditions(request).judge(&validators) {
        Verdict::Failed => Reply::plain(Status::PRECONDITION),
        Verdict::NotModified => described(Reply::new(Status::NOT_MODIFIED, Body::None)),
        Verdict::Whole => {
            let kind = kind(path, &file);
            described(Reply::ok(Body::File { file, from: 0, length }).field("Content-Type", kind))
        }
        Verdict::Part(span) => {
            let kind = kind(path, &file);
            let body = Body::File { file, from: span.start, length: span.len() };
            let field = format!("bytes {}-{}/{length}", span.start, span.end - 1);
            let reply = Reply::new(Status::PARTIAL, body).field("Content-Range", field);
            described(reply.field("Content-Type", kind))
        }
        Verdict::NoSuchPart => Reply::plain(Status::NO_RANGE).field("Content-Range", format!("bytes */{length}")),
    }
}

/// The media type by the name. A text is said to be UTF-8 only if its beginning is, and is not plain ASCII.
fn kind(path: &Path, file: &File) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = kind.type_() == mime_guess::mime::TEXT || kind.subtype() == mime_guess::mime::JAVASCRIPT;
    if is_text && begins_in_utf8(file) { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

fn begins_in_utf8(file: &File) -> bool {
    let mut bytes = [0; LOOKED_AT];
    let count = jail::read_beginning(file, &mut bytes);
    let bytes = bytes.get(..count).unwrap_or_default();
    let is_utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character may be cut by the end of what was looked at.
        Err(error) => error.error_len().is_none() && count == LOOKED_AT,
    };
    is_utf8 && !bytes.is_ascii()
}
