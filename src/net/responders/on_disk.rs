//! What a responder's form names on the disk.
//!
//! In scope: opening it, apart from everything else that the form asks for. A disk may take its time, so the window opens it on a thread
//! of its own, and nothing else in a form's way to a [`ServerSpec`](crate::net::ServerSpec) waits. Out of scope: that thread.

use std::path::PathBuf;
use std::sync::Arc;

use super::files::Files;
use super::setup::{Opened, ReplySource, Setup};
use crate::capture::{Failure, GivenFile};

/// The largest canned reply that is read from a file: 64 MiB.
const CANNED_MAX: u64 = 64 * 1024 * 1024;

/// What has to be opened before a form can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// The folder whose files are served.
    Folder {
        /// Its path.
        path: PathBuf,
        /// Whether names that begin with a dot are served, too.
        hidden: bool,
    },
    /// The file with a canned reply.
    Reply(PathBuf),
}

impl OnDisk {
    /// What `setup` names, once it names something.
    pub fn of(setup: Setup) -> Option<Self> {
        match setup {
            Setup::Folder { path, hidden } if !path.as_os_str().is_empty() => Some(Self::Folder { path, hidden }),
            Setup::Canned { reply: ReplySource::File(path), .. } if !path.as_os_str().is_empty() => {
                Some(Self::Reply(path))
            }
            _ => None,
        }
    }

    /// Opens it, and reads it if it is a reply. This may take long.
    pub fn open(&self) -> Result<Opened, Failure> {
        Ok(match self {
            Self::Folder { path, hidden } => Opened::Folder(Arc::new(Files::open(path, *hidden)?)),
            Self::Reply(path) => Opened::Reply(GivenFile::read(path, CANNED_MAX)?.into()),
        })
    }
}
