//! What the server's form names on the disk.
//!
//! In scope: opening it, apart from everything else that the form asks for: a disk may take its time, so the window has it done on a
//! thread, and nothing else in a form's way to a [`ServerSpec`](crate::net::ServerSpec) waits for anything. Out of scope: that thread.

use std::path::PathBuf;
use std::sync::Arc;

use crate::capture::{Failure, GivenFile};
use crate::net::responders::Files;

/// A canned reply from a file has so many bytes at most: 64 MiB.
const CANNED_MAX: u64 = 64 * 1024 * 1024;

/// What has to be opened before a form can be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnDisk {
    /// The folder whose files are served.
    Folder {
        /// Its path.
        path: PathBuf,
        /// Whether names that begin with a dot are, too.
        hidden: bool,
    },
    /// The file with a canned reply.
    Reply(PathBuf),
}

/// The same, opened.
#[derive(Clone)]
pub enum Opened {
    /// The folder.
    Folder(Arc<Files>),
    /// The bytes of the reply.
    Reply(Arc<[u8]>),
}

impl OnDisk {
    /// Opens it, and reads it if it is a reply. This may take long.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn open(&self) -> Result<Opened, Failure> {
        Ok(match self {
            Self::Folder { path, hidden } => Opened::Folder(Arc::new(Files::open(path, *hidden)?)),
            Self::Reply(path) => Opened::Reply(GivenFile::read(path, CANNED_MAX)?.into()),
        })
    }
}
