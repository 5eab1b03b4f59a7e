//! What can be set of a responder, as plain data: the responder is built from it, and its program is written from it.
//!
//! In scope: the kinds of forms, and a form that was filled in. Out of scope: the fields and their texts (`settings`, `ui`).

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::rules::rule::Rule;
use crate::net::{Responder, Target};

/// The form that a responder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// Nothing can be set.
    Empty,
    /// A pause after each recv.
    Pause,
    /// A folder.
    Folder,
    /// A canned reply.
    Canned,
    /// A list of rules.
    Rules,
    /// An address to connect to.
    Relay,
}

/// A form that was filled in. Files and folders are named here, and opened by [`OnDisk`](super::OnDisk).
#[derive(Clone, Debug, PartialEq)]
pub enum Setup {
    /// Nothing can be set.
    Empty,
    /// How long the responder waits after each recv.
    Pause(Duration),
    /// The folder whose files are served.
    Folder {
        /// Its path; empty while none is named.
        path: PathBuf,
        /// Whether names that begin with a dot are served, too.
        hidden: bool,
    },
    /// A canned reply.
    Canned {
        /// Its bytes.
        reply: ReplySource,
        /// When it is sent.
        when: When,
        /// Whether the connection is closed after it.
        then_close: bool,
    },
    /// The rules, in the order in which they are tried.
    Rules(Vec<Rule>),
    /// Where a relay connects to.
    Relay(Target),
}

/// Where the bytes of a canned reply come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplySource {
    /// They are these.
    Bytes(Vec<u8>),
    /// They are those of the file at this path, which is empty while none is named.
    File(PathBuf),
}

/// When a canned reply is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// When a whole HTTP request has come; if what comes is none, after the first recv.
    #[default]
    Request,
    /// At once.
    Accept,
    /// After each recv.
    EachRecv,
}

impl When {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Request, Self::Accept, Self::EachRecv];
}

/// What a form named on the disk, opened.
#[derive(Clone)]
pub enum Opened {
    /// The responder that serves the folder.
    Folder(Arc<dyn Responder>),
    /// The bytes of the reply.
    Reply(Arc<[u8]>),
}
