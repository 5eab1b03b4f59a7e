//! What is shown of one body, made ready bit by bit while it arrives: its codings undone, its text in UTF-8, its rows counted.
//!
//! In scope: which copies are needed, the jobs that make them, the character encoding and how it is known. Out of scope: drawing. A
//! body that is plain and in UTF-8 needs no copy: its rows are read out of the spool.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;
use encoding_rs::{Encoding, UTF_8};

use super::finder::{Source, SourceKey};
use crate::capture::{Body, Content, Copied, Derived, Direction, Failure, Message, Spool, Way};
use crate::decode::{
    Charset, CodingsError, ImageKind, Limits, MediaKind, Reason, Stage, Unpack, codings_of, find_charset,
};
use crate::http::{Framing, Span};
use crate::view::{Highlights, LineIndex, Markup};

/// The index of the rows grows for so long in a frame.
const BUDGET: Duration = Duration::from_millis(2);
/// It reads so many bytes at a time.
const PIECE: u64 = 64 * 1024;
/// So many bytes are looked at to find the character encoding.
const SAMPLE: u64 = 64 * 1024;
/// Jobs wake the window at most so often.
const WAKE: Duration = Duration::from_millis(16);

/// Which body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Where it begins, and which direction and connection that is.
    pub of: (u64, u32, Way, u64),
    /// How far it is unpacked,
    pub stage: Stage,
    /// and what may come out.
    pub limits: Limits,
}

/// The body that is looked at.
#[derive(Clone, Copy)]
pub struct Looked<'a> {
    /// Which one it is.
    pub key: Key,
    /// The direction that it is in.
    pub direction: &'a Direction,
    /// Which direction that is.
    pub way: Way,
    /// The message; `None` if the bytes are no HTTP and all of them are shown.
    pub message: Option<&'a Message>,
}

/// A body's copies and what is known of it.
#[derive(Debug)]
pub struct BodyLayers {
    key: Key,
    codings_error: Option<CodingsError>,
    decoded: Option<Derived>,
    charset: Charset,
    /// The one that the user chose.
    chosen: Option<&'static Encoding>,
    /// How much had come when that was found: bytes, and whether that was all.
    sampled: (u64, bool),
    /// The kind of media, by Content-Type or the first bytes.
    kind: MediaKind,
    text: Option<(&'static Encoding, Derived)>,
    /// A copy without the framing of chunks, which only a search needs.
    unframed: Option<Derived>,
    rows: Option<Rows>,
    failure: Option<Failure>,
}

/// The rows of the text for one width.
#[derive(Debug)]
struct Rows {
    encoding: &'static Encoding,
    index: LineIndex,
    /// What can be coloured in them.
    highlights: Option<Highlights>,
}

impl Looked<'_> {
    /// The body without the framing of chunks, or as it came over the wire.
    fn content(&self) -> Content<'_> {
        let plain = |span| Content::plain(&self.direction.spool, span);
        match (self.message, self.key.stage) {
            (None, _) => plain(Span::new(0, self.direction.bytes)),
            (Some(message), Stage::Wire) => plain(message.body(self.direction.bytes)),
            (Some(message), _) => message.content_in(self.direction),
        }
    }

    /// The body as it came over the wire.
    pub fn wire(&self) -> Span {
        let all = Span::new(0, self.direction.bytes);
        self.message.map_or(all, |message| message.body(self.direction.bytes))
    }

    /// Whether all of it has arrived.
    pub fn is_over(&self) -> bool {
        self.message.is_some_and(|message| message.end.is_some())
    }

    fn field(&self, name: &str) -> Option<&[u8]> {
        self.message.and_then(|message| message.head.field(name))
    }

    /// All of it, to be read by another thread.
    pub fn body(&self) -> Option<Body> {
        let Key { stage, limits, .. } = self.key;
        self.message.map(|message| Body::of(message, self.direction, stage, limits))
    }

    /// What takes it apart up to its stage.
    fn unpack(&self) -> Unpack {
        self.message.map_or_else(Unpack::unframed, |message| self.unpack_up_to(message, self.key.stage))
    }

    fn unpack_up_to(&self, message: &Message, stage: Stage) -> Unpack {
        Unpack::body(&message.head, message.framing, stage, self.key.limits)
    }

    /// Whether it is in HTTP chunks that are not shown.
    fn is_framed(&self) -> bool {
        let is_chunked = self.message.is_some_and(|message| message.framing == Framing::Chunked);
        is_chunked && self.key.stage != Stage::Wire
    }
}

impl BodyLayers {
    /// Nothing is ready yet of the body `looked`.
    pub fn new(looked: &Looked<'_>, ctx: &Context) -> Self {
        let codings = looked.message.filter(|_| looked.key.stage == Stage::Decoded);
        let codings = codings.map_or(Ok(Vec::new()), |message| codings_of(&message.head, message.framing));
        let mut layers = Self {
            key: looked.key,
            codings_error: codings.as_ref().err().cloned(),
            decoded: None,
            charset: Charset { encoding: UTF_8, reason: Reason::Utf8Default },
            chosen: None,
            sampled: (0, false),
            kind: MediaKind::Other,
            text: None,
            unframed: None,
            rows: None,
            failure: None,
        };
        if codings.is_ok_and(|codings| !codings.is_empty()) {
            layers.decoded = layers.derive(looked.direction.spool.clone(), looked.wire().start, looked.unpack(), ctx);
        }
        layers
    }

    /// Whether it is a picture of a format that can be shown, by its Content-Type or its first bytes.
    pub fn is_picture(&self) -> bool {
        matches!(self.kind, MediaKind::Image(kind) if kind != ImageKind::Other)
    }

    /// Which body it is of.
    pub fn key(&self) -> Key {
        self.key
    }

    /// Goes on for a few milliseconds; `columns` is the width of the text that is shown, if text is. Returns whether there is more
    /// to do at once.
    pub fn prepare(
        &mut self,
        looked: &Looked<'_>,
        chosen: Option<&'static Encoding>,
        columns: Option<usize>,
        ctx: &Context,
    ) -> bool {
        if let Some(decoded) = &self.decoded {
            decoded.tell(looked.wire().end, looked.is_over());
        }
        self.find_charset(looked, chosen);
        let Some(columns) = columns else { return false };
        self.transcode(looked, ctx);
        let (encoding, markup) = (self.charset.encoding, self.markup());
        if self.rows.as_ref().is_none_or(|rows| rows.differ(encoding, columns, markup)) {
            let highlights = markup.map(Highlights::new);
            self.rows = Some(Rows { encoding, index: LineIndex::new(columns), highlights });
        }
        let Some(mut rows) = self.rows.take() else { return false };
        let more = rows.grow(&self.text(looked));
        self.rows = Some(rows);
        more
    }

    /// The bytes of the body at its stage, as far as they are there.
    pub fn bytes<'a>(&'a self, looked: &'a Looked<'_>) -> Content<'a> {
        match &self.decoded {
            Some(decoded) => Content::plain(decoded.spool(), Span::new(0, decoded.copied().bytes)),
            None => looked.content(),
        }
    }

    /// Its text in UTF-8, as far as that is there.
    pub fn text<'a>(&'a self, looked: &'a Looked<'_>) -> Content<'a> {
        match &self.text {
            Some((_, text)) => Content::plain(text.spool(), Span::new(0, text.copied().bytes)),
            None => self.bytes(looked),
        }
    }

    /// What a search looks at: the bytes, or its text in UTF-8 if `is_text`. A body in HTTP chunks is copied for that.
    pub fn searched(&mut self, looked: &Looked<'_>, is_text: bool, ctx: &Context) -> Option<Source> {
        let is_text = is_text && (self.text.is_some() || self.charset.encoding == UTF_8);
        let is_framed = looked.is_framed();
        let has_copy = self.decoded.is_some() || (is_text && self.text.is_some());
        if !has_copy && is_framed && self.unframed.is_none() {
            let unpack = looked.message.map(|message| looked.unpack_up_to(message, Stage::Framed))?;
            self.unframed = self.derive(looked.direction.spool.clone(), looked.wire().start, unpack, ctx);
        }
        let text = self.text.as_ref().filter(|_| is_text).map(|(_, text)| text);
        let unframed = self.unframed.as_ref().filter(|_| is_framed);
        if let Some(unframed) = unframed {
            unframed.tell(looked.wire().end, looked.is_over());
        }
        let (spool, span, is_over) = match text.or(self.decoded.as_ref()).or(unframed) {
            Some(copy) => (copy.spool(), Span::new(0, copy.copied().bytes), copy.copied().is_over),
            None if is_framed => return None,
            None => (&looked.direction.spool, looked.wire(), looked.is_over()),
        };
        let key = SourceKey::Body { key: self.key, encoding: self.charset.encoding, is_text };
        let encoding = if is_text { UTF_8 } else { self.charset.encoding };
        Some(Source { key, spool: spool.clone(), span, is_over, encoding })
    }

    /// The rows of its text that have been counted.
    pub fn rows(&self) -> Option<&LineIndex> {
        self.rows.as_ref().map(|rows| &rows.index)
    }

    /// What can be coloured in them.
    pub fn highlights(&self) -> Option<&Highlights> {
        self.rows.as_ref().and_then(|rows| rows.highlights.as_ref())
    }

    fn markup(&self) -> Option<Markup> {
        match self.kind {
            MediaKind::Json => Some(Markup::Json),
            MediaKind::Html => Some(Markup::Html),
            MediaKind::Xml | MediaKind::Image(ImageKind::Svg) => Some(Markup::Xml),
            MediaKind::Text | MediaKind::Image(_) | MediaKind::Other => None,
        }
    }

    /// How far its codings have been undone, if it has any.
    pub fn decoded(&self) -> Option<Arc<Copied>> {
        self.decoded.as_ref().map(Derived::copied)
    }

    /// Why its codings are not undone, if they can't be.
    pub fn codings_error(&self) -> Option<&CodingsError> {
        self.codings_error.as_ref()
    }

    /// The character encoding and how it is known.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// What failed on our side.
    pub fn failure(&self) -> Option<Failure> {
        let copies = self.decoded.iter().chain(self.text.as_ref().map(|(_, text)| text));
        self.failure.clone().or_else(|| copies.filter_map(|copy| copy.copied().failure.clone()).next())
    }

    /// Whether all that will be there of the bytes is there.
    fn has_all_bytes(&self, looked: &Looked<'_>) -> bool {
        self.decoded.as_ref().map_or_else(|| looked.is_over(), |decoded| decoded.copied().is_over)
    }

    /// Looks for the character encoding anew when there is much more to see, or the last of it.
    fn find_charset(&mut self, looked: &Looked<'_>, chosen: Option<&'static Encoding>) {
        let bytes = self.bytes(looked);
        let now = (bytes.len().min(SAMPLE), self.has_all_bytes(looked));
        let (before, was_over) = self.sampled;
        let is_known = now == self.sampled || (now.1 == was_over && now.0 < before.saturating_mul(2).max(1));
        if is_known && self.chosen == chosen {
            return;
        }
        let sample = bytes.read(Span::new(0, SAMPLE)).unwrap_or_default();
        let content_type = looked.field("content-type");
        let is_whole = now.1 && bytes.len() <= SAMPLE;
        let charset = match chosen {
            Some(encoding) => Charset { encoding, reason: Reason::Chosen },
            None => find_charset(content_type, &sample, is_whole),
        };
        self.chosen = chosen;
        let kind = MediaKind::of(content_type, &sample);
        (self.charset, self.kind, self.sampled) = (charset, kind, now);
    }

    /// Starts, or feeds, the job that turns the bytes into UTF-8, if they are not.
    fn transcode(&mut self, looked: &Looked<'_>, ctx: &Context) {
        let encoding = self.charset.encoding;
        if encoding == UTF_8 {
            self.text = None;
            return;
        }
        if self.text.as_ref().is_none_or(|(present, _)| *present != encoding) {
            let text = match &self.decoded {
                Some(decoded) => {
                    let source = decoded.spool().clone();
                    self.derive(source, 0, Unpack::unframed().with_text(encoding), ctx)
                }
                None => {
                    let source = looked.direction.spool.clone();
                    self.derive(source, looked.wire().start, looked.unpack().with_text(encoding), ctx)
                }
            };
            self.text = text.map(|text| (encoding, text));
        }
        let (end, is_over) = match self.decoded() {
            Some(decoded) => (decoded.bytes, decoded.is_over),
            None => (looked.wire().end, looked.is_over()),
        };
        if let Some((_, text)) = &self.text {
            text.tell(end, is_over);
        }
    }

    fn derive(&mut self, source: Spool, start: u64, unpack: Unpack, ctx: &Context) -> Option<Derived> {
        let ctx = ctx.clone();
        match Derived::start(source, start, unpack, move || ctx.request_repaint_after(WAKE)) {
            Ok(derived) => Some(derived),
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }
}

impl Rows {
    /// Whether they are those of another text, or of another width.
    fn differ(&self, encoding: &'static Encoding, columns: usize, markup: Option<Markup>) -> bool {
        let own = self.highlights.as_ref().map(Highlights::markup);
        self.encoding != encoding || self.index.columns() != columns || own != markup
    }

    fn grow(&mut self, content: &Content<'_>) -> bool {
        let (index, begun) = (&mut self.index, Instant::now());
        while index.fed() < content.len() {
            if begun.elapsed() > BUDGET {
                return true;
            }
            let bytes = content.read(Span::new(index.fed(), index.fed() + PIECE)).unwrap_or_default();
            if bytes.is_empty() {
                return false;
            }
            index.feed(&bytes);
            if let Some(highlights) = &mut self.highlights {
                highlights.feed(&bytes);
            }
        }
        false
    }
}
