//! The servers and clients of a scene.

use std::time::Duration;

use serde::Deserialize;

use super::bound::MILLISECONDS;
use super::scene_error::{Bound, SceneFault};
use crate::net::responders::{ResponderKind, When};
use crate::net::{
    CONNECT_TIMEOUT, ClientSpec, Cut, CutAction, Dribble, Pace, ReceiveUntil, ServeMode, SocketOptions, Target,
};
use crate::settings::{CannedForm, ServerForm, Written};

/// A server. A key that is not given has the value of a new form, except that the port is any free one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SceneServer {
    /// The name in the scene.
    pub name: String,
    /// The responder.
    pub responder: ResponderKind,
    /// The reply of `canned`. In a head of HTTP, line ends become CR LF, and `{length}` the number of bytes that follow it.
    pub reply: String,
    /// How often the reply is repeated.
    pub times: Option<usize>,
    /// When the reply goes out.
    pub when: When,
    /// Whether the connection stays open after the reply.
    pub stay_open: bool,
    /// The server whose port this one takes when that server is over.
    pub port_of: Option<String>,
    /// How many connections may wait to be accepted.
    pub backlog: Option<u32>,
    /// Whether connections are served on the thread that accepts.
    pub one_thread: bool,
    /// How many bytes each recv asks for.
    pub recv: Option<u32>,
    /// The receive buffer, SO_RCVBUF.
    pub receive_buffer: Option<u32>,
    /// Milliseconds before the first byte of a reply.
    pub first_byte_ms: u64,
    /// Milliseconds before the server closes.
    pub close_ms: u64,
    /// The size of the pieces in which the reply goes out, in bytes.
    pub piece: Option<u32>,
    /// Milliseconds between two pieces.
    pub piece_ms: u64,
    /// The number of bytes after which the reply pauses.
    pub cut: Option<u64>,
    /// Milliseconds of that pause.
    pub cut_ms: u64,
    /// The size of the HTTP chunks in which bodies are sent, in bytes.
    pub chunk: Option<u32>,
    /// Whether the server closes without reading.
    pub close_unread: bool,
    /// Whether the server reads and never answers.
    pub never_answer: bool,
}

/// A client. Without the key `request` it sends nothing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SceneClient {
    /// The name in the scene.
    pub name: String,
    /// The peer: the name of a server in the scene, or an address.
    pub connect: String,
    /// The bytes that the client sends first, written as the reply of a server is. `{address}` is the address of the peer.
    pub request: String,
    /// How many bytes each recv asks for; 1,024 unless given.
    pub recv: Option<usize>,
    /// Whether the client closes when the reply is whole, and not only when the peer closes.
    pub until_message_end: bool,
    /// Milliseconds that a recv may wait.
    pub read_timeout_ms: Option<u64>,
    /// Milliseconds that connect may take; as long as in a new form unless given.
    pub connect_timeout_ms: Option<u64>,
    /// TCP_NODELAY.
    pub no_delay: bool,
}

impl SceneServer {
    /// The form of this server with the port `port`. 0 is any free port.
    pub fn form(&self, port: u16) -> ServerForm {
        let default = ServerForm::default().answering(self.responder);
        let bytes = with_head(&self.reply, None).repeat(self.times.unwrap_or(1));
        let canned = CannedForm {
            written: Written::Hex,
            hex: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            when: self.when,
            then_close: !self.stay_open,
            ..CannedForm::default()
        };
        let mut form = ServerForm {
            port,
            canned,
            pause: 0.0,
            backlog: self.backlog.unwrap_or(default.backlog),
            on_accepting_thread: self.one_thread,
            recv_size: self.recv.unwrap_or(default.recv_size),
            ..default
        };
        form.options.receive_buffer = self.receive_buffer;
        let faults = &mut form.faults;
        faults.mode = match (self.close_unread, self.never_answer) {
            (true, _) => ServeMode::CloseUnread,
            (false, true) => ServeMode::NeverAnswer,
            (false, false) => ServeMode::Serve,
        };
        faults.before_first_byte = Duration::from_millis(self.first_byte_ms);
        faults.before_close = Duration::from_millis(self.close_ms);
        faults.dribble = self.piece.map(|bytes| Dribble { bytes, every: Duration::from_millis(self.piece_ms) });
        let then = CutAction::Pause(Duration::from_millis(self.cut_ms));
        faults.cut = self.cut.map(|after| Cut { after, then });
        faults.chunk_size = self.chunk;
        form
    }

    /// How many bytes the reply has with its repetitions.
    pub fn reply_length(&self) -> u64 {
        (with_head(&self.reply, None).len() as u64).saturating_mul(self.times.unwrap_or(1) as u64)
    }

    /// Checks that the times are not too long.
    ///
    /// # Errors
    /// The first time that is too long.
    pub fn check_times(&self) -> Result<(), SceneFault> {
        let Self { first_byte_ms, close_ms, piece_ms, cut_ms, .. } = *self;
        let times =
            [("first-byte-ms", first_byte_ms), ("close-ms", close_ms), ("piece-ms", piece_ms), ("cut-ms", cut_ms)];
        times.into_iter().try_for_each(|(key, time)| Bound::count(key, MILLISECONDS).check(time))
    }
}

impl SceneClient {
    /// How many bytes the request has at most.
    pub fn request_length(&self) -> u64 {
        let addresses = self.request.matches("{address}").count() as u64;
        // An address is written as in `connect`, or is an address of this machine.
        let each = (self.connect.len() as u64).max(ADDRESS_MAX);
        addresses.saturating_mul(each).saturating_add(2 * self.request.len() as u64)
    }

    /// Checks that the times are not too long.
    ///
    /// # Errors
    /// The first time that is too long.
    pub fn check_times(&self) -> Result<(), SceneFault> {
        Bound::count("connect-timeout-ms", MILLISECONDS).check(self.connect_timeout_ms.unwrap_or(0))?;
        Bound::count("read-timeout-ms", MILLISECONDS).check(self.read_timeout_ms.unwrap_or(0))
    }

    /// The run of this client, whose peer is at `address`.
    ///
    /// # Errors
    /// When `address` is no address.
    pub fn spec(&self, address: &str, pace: Pace) -> Result<ClientSpec, SceneFault> {
        let target = Target::parse(address).map_err(|_| SceneFault::NoAddress(address.to_owned()))?;
        let request = with_head(&self.request, Some(&target.authority()));
        let until = if self.until_message_end { ReceiveUntil::MessageEnd } else { ReceiveUntil::Close };
        Ok(ClientSpec {
            request,
            recv_size: self.recv.unwrap_or(1024).max(1),
            connect_timeout: self.connect_timeout_ms.map_or(CONNECT_TIMEOUT, Duration::from_millis),
            read_timeout: self.read_timeout_ms.map(Duration::from_millis),
            until,
            options: SocketOptions { no_delay: self.no_delay, ..SocketOptions::client() },
            pace,
            ..ClientSpec::tutorial(target)
        })
    }
}

/// The most bytes of an IP address with brackets and port.
const ADDRESS_MAX: u64 = 64;

/// The bytes of `text`. In a head of HTTP at its beginning, line ends become CR LF and `{length}` becomes the length of the body.
fn with_head(text: &str, address: Option<&str>) -> Vec<u8> {
    let text = address.map_or_else(|| text.to_owned(), |address| text.replace("{address}", address));
    let is_http = text.lines().next().is_some_and(|line| line.starts_with("HTTP/") || line.ends_with("HTTP/1.1"));
    let Some((head, body)) = text.split_once("\n\n").filter(|_| is_http) else { return text.into_bytes() };
    let head = head.replace("{length}", &body.len().to_string()).replace('\n', "\r\n");
    format!("{head}\r\n\r\n{body}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_get_their_line_ends_and_bodies_stay() {
        let bytes = with_head("HTTP/1.1 200 OK\nContent-Length: {length}\n\na\nb {length}", None);
        assert_eq!(bytes, b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\na\nb {length}");
        let bytes = with_head("GET / HTTP/1.1\nHost: {address}\n\n", Some("127.0.0.1:80"));
        assert_eq!(bytes, b"GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n");
        assert_eq!(with_head("no\n\nhead", None), b"no\n\nhead");
    }
}
