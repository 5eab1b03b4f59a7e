//! Faults that a server makes on purpose, so that a client can be watched.
//!
//! In scope: what can be asked for. Out of scope: carrying it out, which the order of messages does (`sending`), for HTTP the head of a reply
//! (`responders::http`), and before and after the responder the connection; and which of them a responder can make (`settings`).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::net::sending::{Cut, Dribble, Shape};

/// The faults of a server's connections. The default has none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Faults {
    /// What is done with a connection at all.
    #[serde(rename = "conduct")]
    pub mode: ServeMode,
    /// How long the listener waits before each accept.
    pub before_accept: Duration,
    /// How long a connection waits before its first byte.
    pub before_first_byte: Duration,
    /// How long it waits before it closes.
    pub before_close: Duration,
    /// The reply goes out in small pieces.
    pub dribble: Option<Dribble>,
    /// The reply is cut.
    pub cut: Option<Cut>,
    /// Bytes by which Content-Length is too large, or with a minus too small.
    pub length_off_by: i64,
    /// Bodies are sent in HTTP chunks of this size, in bytes.
    pub chunk_size: Option<u32>,
}

/// What is done with a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServeMode {
    /// The responder answers.
    #[default]
    Serve,
    /// It is closed without a recv.
    CloseUnread,
    /// It is read and never answered.
    NeverAnswer,
}

impl ServeMode {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Serve, Self::CloseUnread, Self::NeverAnswer];
}

impl Faults {
    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The shape of what a connection sends.
    pub fn shape(&self) -> Shape {
        let Self { before_first_byte, before_close, dribble, cut, .. } = *self;
        Shape { before_first_byte, before_close, dribble, cut }
    }
}
