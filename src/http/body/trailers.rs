//! The fields after a chunked body (RFC 9112 §7.1.2).
//!
//! In scope: reading trailers within the bounds of a head, and which fields may not stand there (RFC 9110 §6.5.1). Out of scope: what the
//! fields mean.

use std::sync::Arc;

use super::chunk_fault::ChunkFault;
use crate::http::characters::trim_ows;
use crate::http::head::BLOCK;
use crate::http::head::field::Field;
use crate::http::head::head_reader::HEAD_MAX;
use crate::http::head::line_buffer::LineBuffer;
use crate::http::head::lines::FieldSection;
use crate::http::span::Span;
use crate::http::violation::{Violation, ViolationKind};

/// A whole trailer section, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailers {
    /// The fields, in order.
    pub fields: Box<[Field]>,
    /// From its first byte through the empty line.
    pub span: Span,
    raw: Arc<[u8]>,
}

impl Trailers {
    /// How many bytes of memory the trailers take in an `Arc`.
    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.raw.len() + size_of_val(&*self.fields) + 3 * BLOCK
    }

    /// The bytes of `span` that lie within the section.
    pub fn text(&self, span: Span) -> &[u8] {
        span.slice(&self.raw, self.span.start)
    }
}

/// Fields that have to come before the body: those of framing, routing, authentication, control, content format and the connection.
const FORBIDDEN: [&str; 29] = [
    "age",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "date",
    "expect",
    "expires",
    "host",
    "keep-alive",
    "location",
    "max-forwards",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "retry-after",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "vary",
    "www-authenticate",
];

/// A reader of trailers.
#[derive(Debug)]
pub(crate) struct TrailerReader {
    buffer: LineBuffer,
    section: FieldSection,
}

/// Whether trailers are whole.
#[derive(Debug)]
pub(crate) enum TrailerStep {
    /// All bytes belong to the trailers, and more are to come.
    More,
    /// This number of bytes belongs to the trailers, which are whole with the last of them.
    Whole(usize, Trailers, Vec<Violation>),
    /// The trailers are too long or too many, as the byte at this offset shows.
    Fault(ChunkFault, u64),
}

impl TrailerReader {
    /// A reader of trailers whose first byte is at `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { buffer: LineBuffer::new(start), section: FieldSection::default() }
    }

    /// Reads the next bytes. After any step but [`TrailerStep::More`] the reader must not be used.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> TrailerStep {
        let room = HEAD_MAX.saturating_sub(self.buffer.raw.len());
        let allowed = bytes.get(..room).unwrap_or(bytes);
        let mut rest = allowed;
        while !rest.is_empty() {
            let (after, is_whole_line) = self.buffer.push(rest);
            rest = after;
            if !is_whole_line {
                break;
            }
            let (line, is_lone_lf) = self.buffer.line();
            if is_lone_lf {
                self.section.report(line.end(), ViolationKind::LoneLf);
            }
            if line.is_empty() {
                return self.whole(allowed.len() - rest.len());
            }
            if !self.section.accept(line) {
                return TrailerStep::Fault(ChunkFault::TooManyTrailers, line.at);
            }
            let is_field = self.section.fields.last().is_some_and(|field| field.line().start == line.at);
            if is_field && is_forbidden(line.bytes) {
                self.section.report(line.at, ViolationKind::ForbiddenTrailer);
            }
            self.buffer.next_line();
        }
        if bytes.len() > allowed.len() {
            return TrailerStep::Fault(ChunkFault::TrailersTooLong, self.buffer.start + HEAD_MAX as u64);
        }
        TrailerStep::More
    }

    fn whole(&mut self, used: usize) -> TrailerStep {
        let (raw, span) = self.buffer.finish();
        let section = std::mem::take(&mut self.section);
        TrailerStep::Whole(used, Trailers { fields: section.fields.into(), span, raw: raw.into() }, section.violations)
    }
}

fn is_forbidden(line: &[u8]) -> bool {
    let name = trim_ows(line.split(|&byte| byte == b':').next().unwrap_or(line));
    let is_condition = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"if-"));
    is_condition || FORBIDDEN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}
