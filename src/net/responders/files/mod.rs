//! Files: a folder over HTTP/1.1 (RFC 9110).
//!
//! In scope: GET and HEAD, conditions, one range, index.html or a listing, MIME types. Out of scope: several ranges in one reply (the
//! whole is sent, which RFC 9110 §14.2 allows), and changing anything. The folder is a jail: see `jail`. What many ask for
//! is read once: see `small_file_cache`.

mod conditions;
mod jail;
mod listing;
mod representation;
mod request_path;
mod small_file_cache;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use conditions::{Conditions, Evaluation, Validators};
use jail::{Entry, FoundFile, Jail};
use representation::Representation;
use request_path::RequestPath;
use small_file_cache::SmallFileCache;

use super::http::{Body, Reply, Request, Service, Status, serve_http};
use super::info::{Replies, ResponderInfo};
use super::setup::{FormKind, Opened};
use crate::capture::{Failure, Operation, Subject};
use crate::net::{BACKLOG, Exchange, Responder, ServeResult};

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("The files of a folder, over HTTP/1.1"),
    form: FormKind::Folder,
    replies: Replies::Http,
    no_delay: true,
    backlog: BACKLOG,
    build: |_, opened| match opened {
        Some(Opened::Folder(files)) => Some(Arc::clone(files)),
        _ => None,
    },
};

/// The responder.
pub struct Files {
    jail: Jail,
    cache: SmallFileCache,
    /// Whether names that begin with a dot are served, too.
    hidden: bool,
}

impl Files {
    /// Serves the folder at `root`; names that begin with a dot only if `hidden` says so. Fails if the folder can't be opened.
    pub fn open(root: &Path, hidden: bool) -> Result<Self, Failure> {
        let failure = |error| Failure::of(Operation::OpenFolder, Some(Subject::File(root.to_owned())), &error);
        let jail = Jail::open(root).map_err(failure)?;
        Ok(Self { jail, cache: SmallFileCache::default(), hidden })
    }
}

impl Responder for Files {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        serve_http(exchange, self)
    }
}

impl Service for Files {
    fn answer(&self, request: &Request<'_>) -> Reply {
        if let Some(small) = self.cache.find(request.target, &self.jail) {
            return small.reply(request);
        }
        self.find(request).unwrap_or_else(Reply::plain)
    }
}

impl Files {
    fn find(&self, request: &Request<'_>) -> Result<Reply, Status> {
        let wanted = RequestPath::parse(request.target, self.hidden)?;
        match self.jail.entry(&wanted.path)? {
            Entry::File(found) if !wanted.is_folder => Ok(self.reply(request, &wanted.path, found)),
            Entry::File(_) => Err(Status::NOT_FOUND),
            Entry::Folder if !wanted.is_folder => {
                let query =
                    request.target.iter().position(|byte| *byte == b'?').and_then(|at| request.target.get(at..));
                // It is printable ASCII, as the whole target is.
                let query = String::from_utf8_lossy(query.unwrap_or_default());
                Ok(Reply::plain(Status::MOVED).field("Location", wanted.with_slash() + &query))
            }
            Entry::Folder => self.folder(request, &wanted),
        }
    }

    fn folder(&self, request: &Request<'_>, wanted: &RequestPath) -> Result<Reply, Status> {
        let index = wanted.path.join("index.html");
        match self.jail.entry(&index) {
            Ok(Entry::File(found)) => Ok(self.reply(request, &index, found)),
            Ok(Entry::Folder) | Err(Status::NOT_FOUND) => {
                let items = self.jail.list(&wanted.path, self.hidden)?;
                let page = listing::page(&wanted.with_slash(), wanted.is_root(), &items);
                Ok(match Conditions(request).evaluate(&Validators::none()) {
                    Evaluation::Failed => Reply::plain(Status::PRECONDITION),
                    Evaluation::NotModified => Reply::new(Status::NOT_MODIFIED, Body::None),
                    // Of what is made anew each time, no part is worth asking for.
                    Evaluation::Whole | Evaluation::Part(_) | Evaluation::NoSuchPart => {
                        let reply = Reply::ok(Body::Bytes(page.into_bytes().into()));
                        reply.field("Content-Type", "text/html; charset=utf-8")
                    }
                })
            }
            Err(status) => Err(status),
        }
    }

    /// The reply to a request for a file that is there.
    fn reply(&self, request: &Request<'_>, path: &Path, found: FoundFile) -> Reply {
        let representation = Representation::of(path, &found);
        match self.cache.keep(request.target, path, representation, &found, SystemTime::now()) {
            Ok(small) => small.reply(request),
            Err(representation) => representation.reply(request, |part| {
                let (path, file) = (path.to_owned(), found.file);
                Body::File { file, path, from: part.start, length: part.len() }
            }),
        }
    }
}
