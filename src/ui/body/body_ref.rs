//! The body that is shown: which body it is, where its bytes are, and what unpacks them.
//!
//! Out of scope: copies of the bytes (see [`BodyPipeline`](super::pipeline::BodyPipeline)).

use crate::capture::{Body, ByteStream, Connection, Content, Direction, Message};
use crate::decode::{Limits, Stage, Unpack, region};
use crate::http::{Framing, Span};

/// A body among all bodies: when its connection was opened, the connection's number, the direction, the offset of the first byte.
pub type BodyId = (u64, u32, Direction, u64);

/// A body at a stage of its unpacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyKey {
    /// The body.
    pub of: BodyId,
    /// How far the body is unpacked.
    pub stage: Stage,
    /// The most that may come out of its codings.
    pub limits: Limits,
}

/// The body that is looked at.
#[derive(Clone, Copy)]
pub struct BodyRef<'a> {
    /// The key of the body.
    pub key: BodyKey,
    /// The direction that carries the body.
    pub stream: &'a ByteStream,
    /// Sent or received.
    pub direction: Direction,
    /// The message; `None` if the bytes are no HTTP and all of them are shown.
    pub message: Option<&'a Message>,
    /// Whether the connection has no TLS, so that both layers are the same.
    pub one_layer: bool,
    /// The host as the request names it.
    pub host: Option<&'a [u8]>,
    /// The region of the program's language.
    pub own_region: Option<&'static str>,
}

/// The Host field of the first request on `connection`.
pub fn host_of(connection: &Connection) -> Option<&[u8]> {
    let first = |direction| connection.stream(direction).messages.first();
    Direction::BOTH.into_iter().filter_map(first).find_map(|message| message.head.field("host"))
}

/// The region of `host`, by its top-level domain, or else `own`, the region of the program's language.
pub fn region_of(host: Option<&[u8]>, own: Option<&'static str>) -> Option<String> {
    let host = String::from_utf8_lossy(host.unwrap_or_default());
    region(host.rsplit_once(':').map_or(&host, |(host, _)| host), own)
}

impl<'a> BodyRef<'a> {
    /// The body of `message` in a direction of `connection`; without a message all bytes, if they are no HTTP.
    pub fn of(
        connection: &'a Connection,
        direction: Direction,
        message: Option<&'a Message>,
        (stage, limits): (Stage, Limits),
        own_region: Option<&'static str>,
    ) -> Option<Self> {
        let stream = connection.stream(direction);
        if message.is_none() && stream.unreadable.is_none() {
            return None;
        }
        let start = message.map_or(stream.first_byte, |message| message.head.span.end);
        let of = (connection.thread.opened.0, connection.id.0, direction, start);
        let stage = if message.is_some() { stage } else { Stage::Wire };
        let (key, one_layer, host) = (BodyKey { of, stage, limits }, connection.tls.is_none(), host_of(connection));
        Some(Self { key, stream, direction, message, one_layer, host, own_region })
    }
}

impl BodyRef<'_> {
    /// The body without the framing of chunks, or as it came over the wire.
    pub fn content(&self) -> Content<'_> {
        let plain = |span| Content::plain(&self.stream.spool, span);
        match (self.message, self.key.stage) {
            (None, _) => plain(self.stream.shown()),
            (Some(message), Stage::Wire) => plain(self.stream.kept_body(message)),
            (Some(message), _) => self.stream.content(message),
        }
    }

    /// The body as it came over the wire.
    pub fn wire(&self) -> Span {
        let all = self.stream.shown();
        self.message.map_or(all, |message| self.stream.kept_body(message))
    }

    /// Whether the whole body has arrived.
    pub fn is_over(&self) -> bool {
        self.message.is_some_and(|message| message.end.is_some())
    }

    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.message.and_then(|message| message.head.field(name))
    }

    /// The whole body, for another thread to read.
    pub fn whole(&self) -> Option<Body> {
        let BodyKey { stage, limits, .. } = self.key;
        self.message.map(|message| Body::of(message, self.stream, stage, limits))
    }

    /// What unpacks the body up to its stage.
    pub fn unpack(&self) -> Unpack {
        self.message.map_or_else(Unpack::unframed, |message| self.unpack_up_to(message, self.key.stage))
    }

    pub fn unpack_up_to(&self, message: &Message, stage: Stage) -> Unpack {
        Unpack::body(&message.head, message.framing, stage, self.key.limits)
    }

    /// Whether the body is in HTTP chunks whose framing is not shown.
    pub fn is_framed(&self) -> bool {
        let is_chunked = self.message.is_some_and(|message| message.framing == Framing::Chunked);
        is_chunked && self.key.stage != Stage::Wire
    }
}
