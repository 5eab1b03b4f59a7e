//! What the user asks a client to do.

use core::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::url_target::Target;
use crate::capture::BodyFile;
use crate::net::record::Pace;
use crate::net::transport::SocketOptions;

/// How long a client tries each address, unless the user chooses.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Until when a client receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiveUntil {
    /// Until recv returns 0, as the tutorial's loop does.
    #[default]
    Close,
    /// Until the reply is whole, or recv returns 0.
    MessageEnd,
}

/// One run of the client.
pub struct ClientSpec {
    /// Where to connect.
    pub target: Target,
    /// The bytes to send once connected; may be empty.
    pub request: Vec<u8>,
    /// A file whose bytes are sent after those, as they are read.
    pub request_file: Option<PathBuf>,
    /// How many bytes each recv asks for, 1 to [`RECV_SIZE_MAX`](crate::net::RECV_SIZE_MAX).
    pub recv_size: usize,
    /// How long each address is tried.
    pub connect_timeout: Duration,
    /// How long a recv may wait; `None`: for ever.
    pub read_timeout: Option<Duration>,
    /// When to close.
    pub until: ReceiveUntil,
    /// A file of certificates (PEM) that TLS trusts besides the system's roots.
    pub root_file: Option<PathBuf>,
    /// Whether to go on although the certificates are at fault, for this one run.
    pub accept_invalid: bool,
    /// The address that the socket is bound to before it connects; port 0 lets the system choose one. `None`: both are the system's choice.
    pub local: Option<SocketAddr>,
    /// The options of the socket.
    pub options: SocketOptions,
    /// A file that takes the body as it arrives, for those who want nothing but to save it.
    pub body_file: Option<BodyFile>,
    /// How fast its calls are made.
    pub pace: Pace,
}

impl ClientSpec {
    /// The run that goes on to `target` with `request` and the bytes of `request_file`, in all else like this one.
    pub fn to(&self, target: Target, request: Vec<u8>, request_file: Option<PathBuf>) -> Self {
        // What was accepted of one peer is not accepted of another.
        let accept_invalid = self.accept_invalid && target.is_same_peer(&self.target);
        let (root_file, pace) = (self.root_file.clone(), self.pace.clone());
        Self { target, request, request_file, accept_invalid, root_file, body_file: None, pace, ..*self }
    }

    /// The tutorial's client for `target`: its request, 1024 bytes a recv, until the peer closes.
    pub fn tutorial(target: Target) -> Self {
        Self {
            request: target.request().into_bytes(),
            target,
            request_file: None,
            recv_size: 1024,
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: None,
            until: ReceiveUntil::Close,
            root_file: None,
            accept_invalid: false,
            local: None,
            options: SocketOptions::client(),
            body_file: None,
            pace: Pace::default(),
        }
    }
}
