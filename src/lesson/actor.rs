//! The servers and clients of a scene.

use std::time::Duration;

use serde::Deserialize;

use super::bound::MILLISECONDS;
use super::scene_error::{Bound, SceneFault};
use crate::net::responders::When;
use crate::net::{ClientSpec, Conduct, Cut, Dribble, Pace, Target, Then, Until};
use crate::settings::{CannedDraft, ResponderKind, ServerDraft, Written};

/// A server. What is not said is as in the form at first, but that any free port will do.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SceneServer {
    /// Its name in the scene.
    pub name: String,
    /// What it answers.
    pub responder: ResponderKind,
    /// The reply of `canned`. In a head of HTTP, line ends become CR LF, and `{length}` the number of bytes that follow it.
    pub reply: String,
    /// The reply, again and again so many times.
    pub times: Option<usize>,
    /// When the reply goes out.
    pub when: When,
    /// Whether the connection stays open after it.
    pub stay_open: bool,
    /// The server whose port it takes when that is over.
    pub port_of: Option<String>,
    /// How many connections may wait to be accepted.
    pub backlog: Option<u32>,
    /// Whether connections are served on the thread that accepts.
    pub one_thread: bool,
    /// How many bytes each recv asks for.
    pub recv: Option<u32>,
    /// Its receive buffer, SO_RCVBUF.
    pub receive_buffer: Option<u32>,
    /// Milliseconds before the first byte of a reply.
    pub first_byte_ms: u64,
    /// Milliseconds before it closes.
    pub close_ms: u64,
    /// The reply goes out in pieces of so many bytes,
    pub piece: Option<u32>,
    /// so many milliseconds apart.
    pub piece_ms: u64,
    /// The reply is cut after so many bytes, and goes on
    pub cut: Option<u64>,
    /// after so many milliseconds.
    pub cut_ms: u64,
    /// Bodies are sent in HTTP chunks of so many bytes.
    pub chunk: Option<u32>,
    /// Whether it closes without reading.
    pub close_unread: bool,
    /// Whether it reads and never answers.
    pub never_answer: bool,
}

/// A client. It has no request unless it is told one.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SceneClient {
    /// Its name in the scene.
    pub name: String,
    /// The server that it connects to by its name in the scene, or an address.
    pub connect: String,
    /// What it sends first, as the reply of a server is written; `{address}` is that of its peer.
    pub request: String,
    /// How many bytes each recv asks for.
    pub recv: usize,
    /// Whether it closes when the reply is whole, and not only when the peer closes.
    pub until_message_end: bool,
    /// Milliseconds that a recv may wait.
    pub read_timeout_ms: Option<u64>,
    /// Milliseconds that connect may take.
    pub connect_timeout_ms: u64,
    /// TCP_NODELAY.
    pub no_delay: bool,
}

impl Default for SceneClient {
    fn default() -> Self {
        Self {
            name: String::new(),
            connect: String::new(),
            request: String::new(),
            recv: 1024,
            until_message_end: false,
            read_timeout_ms: None,
            connect_timeout_ms: 10_000,
            no_delay: false,
        }
    }
}

impl SceneServer {
    /// The form of this server; `port` is the one that it takes, 0 any.
    #[must_use]
    pub fn draft(&self, port: u16) -> ServerDraft {
        let default = ServerDraft::default().answering(self.responder);
        let bytes = with_head(&self.reply, None).repeat(self.times.unwrap_or(1));
        let canned = CannedDraft {
            written: Written::Hex,
            hex: hex_of(&bytes),
            when: self.when,
            then_close: !self.stay_open,
            ..CannedDraft::default()
        };
        let mut draft = ServerDraft {
            port,
            canned,
            pause: 0.0,
            backlog: self.backlog.unwrap_or(default.backlog),
            on_accepting_thread: self.one_thread,
            recv_size: self.recv.unwrap_or(default.recv_size),
            ..default
        };
        draft.options.receive_buffer = self.receive_buffer;
        let faults = &mut draft.faults;
        faults.conduct = match (self.close_unread, self.never_answer) {
            (true, _) => Conduct::CloseUnread,
            (false, true) => Conduct::NeverAnswer,
            (false, false) => Conduct::Serve,
        };
        faults.before_first_byte = Duration::from_millis(self.first_byte_ms);
        faults.before_close = Duration::from_millis(self.close_ms);
        faults.dribble = self.piece.map(|bytes| Dribble { bytes, every: Duration::from_millis(self.piece_ms) });
        let then = Then::Pause(Duration::from_millis(self.cut_ms));
        faults.cut = self.cut.map(|after| Cut { after, then });
        faults.chunk_size = self.chunk;
        draft
    }
}

impl SceneServer {
    /// How many bytes its reply has, as often as it is repeated.
    #[must_use]
    pub fn reply_length(&self) -> u64 {
        (with_head(&self.reply, None).len() as u64).saturating_mul(self.times.unwrap_or(1) as u64)
    }

    /// Whether its times can be waited for.
    ///
    /// # Errors
    /// The one that is too long.
    pub fn check_times(&self) -> Result<(), SceneFault> {
        let Self { first_byte_ms, close_ms, piece_ms, cut_ms, .. } = *self;
        let times =
            [("first-byte-ms", first_byte_ms), ("close-ms", close_ms), ("piece-ms", piece_ms), ("cut-ms", cut_ms)];
        times.into_iter().try_for_each(|(key, time)| Bound::count(key, MILLISECONDS).check(time))
    }
}

impl SceneClient {
    /// How many bytes its request has at most.
    #[must_use]
    pub fn request_length(&self) -> u64 {
        let addresses = self.request.matches("{address}").count() as u64;
        // Whatever is resolved, it is written as `connect` is, or as an address of this machine.
        let each = (self.connect.len() as u64).max(ADDRESS_MAX);
        addresses.saturating_mul(each).saturating_add(2 * self.request.len() as u64)
    }

    /// As [`SceneServer::check_times`].
    ///
    /// # Errors
    /// The one that is too long.
    pub fn check_times(&self) -> Result<(), SceneFault> {
        Bound::count("connect-timeout-ms", MILLISECONDS).check(self.connect_timeout_ms)?;
        Bound::count("read-timeout-ms", MILLISECONDS).check(self.read_timeout_ms.unwrap_or(0))
    }

    /// The run of this client, whose peer is at `address`.
    ///
    /// # Errors
    /// If the address is none.
    pub fn spec(&self, address: &str, pace: Pace) -> Result<ClientSpec, SceneFault> {
        let target = Target::parse(address).map_err(|_| SceneFault::NoAddress(address.to_owned()))?;
        let request = with_head(&self.request, Some(&target.authority()));
        let until = if self.until_message_end { Until::MessageEnd } else { Until::Close };
        Ok(ClientSpec {
            request,
            recv_size: self.recv.max(1),
            connect_timeout: Duration::from_millis(self.connect_timeout_ms),
            read_timeout: self.read_timeout_ms.map(Duration::from_millis),
            until,
            no_delay: self.no_delay,
            pace,
            ..ClientSpec::tutorial(target)
        })
    }
}

/// An IP address with its port, in brackets or not, has no more bytes than this.
const ADDRESS_MAX: u64 = 64;

fn hex_of(bytes: &[u8]) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16).unwrap_or('0'));
    bytes.iter().flat_map(|byte| digits(*byte)).collect()
}

/// The bytes of `text`: if it begins with a head of HTTP, with that head's line ends and length.
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
