//! What can be changed of a server while it listens.
//!
//! In scope: the wishes, which the listener looks at before each accept. Out of scope: wishing (`server_handle`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32};

use arc_swap::ArcSwap;

use super::admission::Door;
use crate::net::spec::Serving;

/// The wishes; clones are the same ones.
#[derive(Clone)]
pub(crate) struct Controls {
    /// Whether clients come in at all.
    pub(crate) door: Door,
    /// How connections are served.
    pub(crate) serving: Arc<ArcSwap<Serving>>,
    /// How many may wait.
    pub(crate) backlog: Arc<AtomicU32>,
    /// Whether connections are served on the thread that accepts.
    pub(crate) on_accepting_thread: Arc<AtomicBool>,
}
