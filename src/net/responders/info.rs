//! What the rest of the program has to know of a responder.
//!
//! Each responder's file has an `INFO`, and the [table](super::ResponderKind) has all of them.

use std::sync::Arc;

use super::setup::{FormKind, Opened, Setup};
use crate::net::Responder;

/// A line of the table of responders.
pub struct ResponderInfo {
    /// What the help of the command line says of the responder; `None`: the command line does not offer it.
    pub help: Option<&'static str>,
    /// The form that it has.
    pub form: FormKind,
    /// What it sends.
    pub replies: Replies,
    /// Whether its sockets have TCP_NODELAY, unless the user chooses. A responder whose reply may take several sends has it; the others are
    /// as the tutorial's, and the system puts small sends together.
    pub no_delay: bool,
    /// The backlog of its server, unless the user chooses.
    pub backlog: u32,
    /// Builds the responder. `None`: the setup is that of another form, or what it names on the disk has not been opened.
    pub build: Build,
}

/// Builds a responder from what was set, and from what was opened of it.
pub type Build = fn(Setup, Option<&Opened>) -> Option<Arc<dyn Responder>>;

/// What a responder sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replies {
    /// HTTP replies that it makes itself.
    Http,
    /// Bytes, whatever they mean.
    Bytes,
    /// What a person types.
    Typed,
    /// Nothing.
    Nothing,
}
