//! Unpacks one body while it arrives: its codings are undone, its text is turned into UTF-8, its rows are counted.
//!
//! In scope: which copies are needed, the jobs that make them, and the character encoding. Out of scope: drawing. A body without codings
//! and in UTF-8 needs no copy: its rows are read out of the spool.

mod search;
mod shown;

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::Context;
use encoding_rs::{Encoding, UTF_8};

use super::backpressure::{INTERVAL, JobThrottle};
use super::body_ref::{BodyKey, BodyRef, region_of};
use super::formatting::{FormattedCopy, Formatting};
use super::row_count::{RowCounter, TextRows};
use crate::capture::{DecodedBody, DecodingState, Failure, JobProgress, Spool};
use crate::decode::{
    Charset, CharsetReason, CodingsError, ImageKind, MediaKind, Stage, Unpack, codings_of, find_charset, no_coding_of,
};
use crate::http::Span;
use crate::view::{Markup, Rate, TextPage, Wrap};

/// The bytes from which the character encoding is found.
const SAMPLE: u64 = 64 * 1024;
/// The progress of a job is shown once the job takes longer than this.
const PATIENCE: Duration = Duration::from_millis(300);

/// The copies of a body, the jobs that make them, and what is known of the body.
#[derive(Debug)]
pub struct BodyPipeline {
    key: BodyKey,
    codings_error: Option<CodingsError>,
    /// The name in Content-Encoding that is no coding, if there is one.
    no_coding: Option<Vec<u8>>,
    throttle: JobThrottle,
    /// How fast it arrives.
    arrival: Rate,
    decoded: Option<DecodedBody>,
    charset: Charset,
    /// The character encoding that the user chose.
    chosen: Option<&'static Encoding>,
    /// The region of the language in which the program was when `charset` was found.
    own_region: Option<&'static str>,
    /// What the sample was from which `charset` was found: its bytes, and whether the body was over.
    sampled: (u64, bool),
    /// The kind of media, by Content-Type or the first bytes.
    kind: MediaKind,
    /// Whether it is neither text nor a picture.
    is_binary: bool,
    /// The formatted copy, while it is wanted.
    formatting: Option<Formatting>,
    text: Option<(&'static Encoding, DecodedBody)>,
    /// A copy without the framing of chunks, which only a search needs.
    unframed: Option<DecodedBody>,
    /// The rows that are shown.
    rows: Option<RowCounter>,
    /// The rows that will be shown, wrapped in another way, once they have been counted up to what is on the screen.
    next: Option<RowCounter>,
    failure: Option<Failure>,
}

/// How the text is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// The character encoding that the user chose.
    pub encoding: Option<&'static Encoding>,
    /// How lines are wrapped; `None`: no text is shown.
    pub wrap: Option<Wrap>,
    /// Whether the text is to be formatted, if it can be.
    pub is_formatted: bool,
    /// The offset in the text that stays at the top when lines are wrapped in another way.
    pub top: u64,
}

/// A job of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyJob {
    /// Codings are undone, or text is turned into UTF-8; with the bytes that have come out.
    Decoding(u64),
    /// Rows are counted.
    Counting,
}

impl BodyPipeline {
    /// A pipeline for `body`. A body with codings begins to be decoded.
    pub fn new(body: &BodyRef<'_>, ctx: &Context) -> Self {
        let message = body.message.filter(|_| body.key.stage == Stage::Decoded);
        let codings = message.map_or(Ok(Vec::new()), |message| codings_of(&message.head, message.framing));
        let mut pipeline = Self {
            key: body.key,
            codings_error: codings.as_ref().err().cloned(),
            no_coding: message.and_then(|message| no_coding_of(&message.head, message.framing)),
            throttle: JobThrottle::new(body.wire().start),
            arrival: Rate::default(),
            decoded: None,
            charset: Charset { encoding: UTF_8, reason: CharsetReason::Utf8Default },
            chosen: None,
            own_region: None,
            sampled: (0, false),
            kind: MediaKind::Other,
            is_binary: false,
            formatting: None,
            text: None,
            unframed: None,
            rows: None,
            next: None,
            failure: None,
        };
        if codings.is_ok_and(|codings| !codings.is_empty()) {
            pipeline.decoded = pipeline.derive(body.stream.spool.clone(), body.wire().start, body.unpack(), ctx);
        }
        pipeline
    }

    /// Whether the body is a picture of a format that can be shown, by its Content-Type or its first bytes.
    pub fn is_picture(&self) -> bool {
        matches!(self.kind, MediaKind::Image(kind) if kind != ImageKind::Other)
    }

    /// Whether the body is neither text nor a picture that can be shown.
    pub fn is_binary(&self) -> bool {
        self.is_binary
    }

    /// Whether the text is in a language that can be formatted.
    pub fn can_format(&self) -> bool {
        self.markup().is_some()
    }

    /// The making of the formatted copy, while that is wanted.
    pub fn formatting(&self) -> Option<&Formatting> {
        self.formatting.as_ref()
    }

    /// The same, to fold something.
    pub fn formatting_mut(&mut self) -> Option<&mut Formatting> {
        self.formatting.as_mut()
    }

    fn formatted(&self) -> Option<&FormattedCopy> {
        self.formatting.as_ref().and_then(|formatting| formatting.copy().ok())
    }

    /// The key of the body.
    pub fn key(&self) -> BodyKey {
        self.key
    }

    /// Starts what is missing for what `options` ask for, and tells the jobs what has arrived. Returns the row that is to be at the top
    /// if the rows are others from now on.
    pub fn prepare(&mut self, body: &BodyRef<'_>, options: &TextOptions, ctx: &Context) -> Option<u64> {
        let now = Instant::now();
        self.throttle.update(body.wire().end, body.is_over(), now);
        self.arrival.note(now, body.wire().len());
        if self.throttle.is_throttled() {
            ctx.request_repaint_after(INTERVAL);
        }
        if let Some(decoded) = &self.decoded {
            decoded.set_end(self.throttle.released(), body.is_over());
        }
        self.find_charset(body, options.encoding);
        let wrap = options.wrap?;
        let markup = self.markup();
        let is_other_text = self.transcode(body, ctx);
        let is_other_text = self.format(body, markup.filter(|_| options.is_formatted), ctx) || is_other_text;
        if is_other_text || self.rows.as_ref().is_some_and(|rows| rows.markup() != markup) {
            (self.rows, self.next) = (None, None);
        }
        let present = self.rows.as_ref().map(RowCounter::wrap);
        if present.is_none() && self.failure.is_none() {
            self.rows = self.count(body, wrap, ctx);
        } else if present == Some(wrap) {
            self.next = None;
        } else if self.next.as_ref().is_none_or(|next| next.wrap() != wrap) && self.failure.is_none() {
            self.next = self.count(body, wrap, ctx);
        }
        let source = self.text_source(body);
        let is_copy = self.text.is_some() || self.decoded.is_some() || self.formatted().is_some();
        let end = if is_copy { source.end } else { self.throttle.released() };
        for rows in self.rows.iter().chain(&self.next) {
            rows.set_end(end, source.is_over);
        }
        self.switch_to_next(body, options.top)
    }

    /// Shows the rows that were counted last, if they have been counted up to `top`; returns the row that holds it.
    fn switch_to_next(&mut self, body: &BodyRef<'_>, top: u64) -> Option<u64> {
        let state = self.next.as_ref()?.state();
        let text_rows = state.output.as_ref()?;
        if text_rows.index.fed() <= top && !state.is_over {
            return None;
        }
        let page = TextPage {
            content: self.text(body),
            index: &text_rows.index,
            highlights: None,
            lit: &[],
            chosen: Span::default(),
        };
        let row = page.row_of(top).unwrap_or(text_rows.index.rows());
        self.rows = self.next.take();
        Some(row)
    }

    fn count(&mut self, body: &BodyRef<'_>, wrap: Wrap, ctx: &Context) -> Option<RowCounter> {
        let (source, ctx) = (self.text_source(body), ctx.clone());
        let wake = move || crate::ui::kit::repaint::request_repaint(&ctx);
        RowCounter::start(source, wrap, self.markup(), wake).map_err(|failure| self.failure = Some(failure)).ok()
    }

    /// Starts the formatted copy in `markup`, takes in what was made, or drops the copy if none is wanted. Returns whether the text is
    /// another one now.
    fn format(&mut self, body: &BodyRef<'_>, markup: Option<Markup>, ctx: &Context) -> bool {
        let Some(markup) = markup else {
            return self.formatting.take().is_some_and(|formatting| formatting.copy().is_ok());
        };
        let source = self.unformatted_source(body);
        self.formatting.get_or_insert_default().prepare(source, markup, ctx)
    }

    /// How fast the body has arrived in the last seconds.
    pub fn arrival(&self) -> &Rate {
        &self.arrival
    }

    /// Whether the jobs wait for a flood of bytes to pass.
    pub fn is_throttled(&self) -> bool {
        self.throttle.is_throttled()
    }

    /// The job that has been at work for a while, or was stopped, and its progress.
    pub fn current_job(&self) -> Option<(BodyJob, JobProgress)> {
        let of_copy = |copy: &DecodedBody| {
            copy.progress_after(PATIENCE).map(|progress| (BodyJob::Decoding(copy.state().output), progress))
        };
        let of_rows = |rows: &RowCounter| rows.progress_after(PATIENCE).map(|progress| (BodyJob::Counting, progress));
        let decoding = self.decoded.as_ref().and_then(of_copy);
        let text = || self.text.as_ref().and_then(|(_, text)| of_copy(text));
        let rows = || self.next.as_ref().or(self.rows.as_ref()).and_then(of_rows);
        decoding.or_else(text).or_else(rows)
    }

    /// Stops all jobs, or lets them go on.
    pub fn stop(&self, is_stopped: bool) {
        for copy in self.decoded.iter().chain(self.text.as_ref().map(|(_, text)| text)) {
            copy.stop(is_stopped);
        }
        for rows in self.rows.iter().chain(&self.next) {
            rows.stop(is_stopped);
        }
    }

    /// The rows of the text, as far as they have been counted.
    pub fn rows(&self) -> Option<Arc<TextRows>> {
        self.rows.as_ref().and_then(|rows| rows.state().output.clone())
    }

    fn markup(&self) -> Option<Markup> {
        match self.kind {
            MediaKind::Json => Some(Markup::Json),
            MediaKind::Html => Some(Markup::Html),
            MediaKind::Xml | MediaKind::Image(ImageKind::Svg) => Some(Markup::Xml),
            MediaKind::Text | MediaKind::Image(_) | MediaKind::Other => None,
        }
    }

    /// The decoded copy, if the body has codings.
    pub fn decoded(&self) -> Option<Arc<DecodingState>> {
        self.decoded.as_ref().map(DecodedBody::state)
    }

    /// Why the codings can't be undone, if they can't.
    pub fn codings_error(&self) -> Option<&CodingsError> {
        self.codings_error.as_ref()
    }

    /// What its head calls a coding and is none.
    pub fn no_coding(&self) -> Option<&[u8]> {
        self.no_coding.as_deref()
    }

    /// The character encoding, and how it is known.
    pub fn charset(&self) -> Charset {
        self.charset
    }

    /// The failure of a job, if one failed.
    pub fn failure(&self) -> Option<Failure> {
        let copies = self.decoded.iter().chain(self.text.as_ref().map(|(_, text)| text));
        let of_rows = || self.rows.as_ref().and_then(|rows| rows.state().failure.clone());
        let of_copies = copies.filter_map(|copy| copy.state().failure.clone()).next();
        self.failure.clone().or(of_copies).or_else(of_rows)
    }

    /// Whether all bytes of the body have been made.
    pub fn has_all_bytes(&self, body: &BodyRef<'_>) -> bool {
        self.decoded.as_ref().map_or_else(|| body.is_over(), |decoded| decoded.state().is_over)
    }

    /// Finds the character encoding anew when the sample has grown much, or is complete.
    fn find_charset(&mut self, body: &BodyRef<'_>, chosen: Option<&'static Encoding>) {
        let bytes = self.bytes(body);
        let now = (bytes.len().min(SAMPLE), self.has_all_bytes(body));
        let (before, was_over) = self.sampled;
        let is_known = now == self.sampled || (now.1 == was_over && now.0 < before.saturating_mul(2).max(1));
        if is_known && self.chosen == chosen && self.own_region == body.own_region {
            return;
        }
        let sample = bytes.read(Span::new(0, SAMPLE)).unwrap_or_default();
        let content_type = body.field("content-type");
        let is_whole = now.1 && bytes.len() <= SAMPLE;
        let charset = match chosen {
            Some(encoding) => Charset { encoding, reason: CharsetReason::Chosen },
            None => {
                let region = region_of(body.host, body.own_region);
                find_charset(content_type, &sample, is_whole, region.as_deref())
            }
        };
        (self.chosen, self.own_region) = (chosen, body.own_region);
        let kind = MediaKind::of(content_type, &sample);
        (self.charset, self.kind, self.sampled) = (charset, kind, now);
        self.is_binary = kind.is_binary(&sample);
    }

    /// Starts, or feeds, the job that turns the bytes into UTF-8, if they are not. Returns whether the text is another one now.
    fn transcode(&mut self, body: &BodyRef<'_>, ctx: &Context) -> bool {
        let encoding = self.charset.encoding;
        if encoding == UTF_8 {
            return self.text.take().is_some();
        }
        let is_new = self.text.as_ref().is_none_or(|(present, _)| *present != encoding);
        if is_new {
            // The rows read the copy that goes.
            (self.rows, self.next) = (None, None);
        }
        if is_new && self.failure.is_none() {
            let text = match &self.decoded {
                Some(decoded) => {
                    let source = decoded.spool().clone();
                    self.derive(source, 0, Unpack::unframed().with_text(encoding), ctx)
                }
                None => {
                    let source = body.stream.spool.clone();
                    self.derive(source, body.wire().start, body.unpack().with_text(encoding), ctx)
                }
            };
            self.text = text.map(|text| (encoding, text));
        }
        let (end, is_over) = match self.decoded() {
            Some(decoded) => (decoded.output, decoded.is_over),
            None => (self.throttle.released(), body.is_over()),
        };
        if let Some((_, text)) = &self.text {
            text.set_end(end, is_over);
        }
        is_new
    }

    fn derive(&mut self, source: Spool, start: u64, unpack: Unpack, ctx: &Context) -> Option<DecodedBody> {
        let ctx = ctx.clone();
        match DecodedBody::start(source, start, unpack, move || crate::ui::kit::repaint::request_repaint(&ctx)) {
            Ok(derived) => Some(derived),
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }
}
