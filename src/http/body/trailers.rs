//! The fields after a chunked body (RFC 9112 §7.1.2).
//!
//! In scope: gathering them, with the bounds of a head, and those that may not stand there (RFC 9110 §6.5.1). Out of scope: what
//! fields mean.

use std::sync::Arc;

use super::chunk_fault::ChunkFault;
use crate::http::characters::trim_ows;
use crate::http::head::BLOCK;
use crate::http::head::field::Field;
use crate::http::head::head_reader::HEAD_MAX;
use crate::http::head::line_buffer::{Gather, Gathered};
use crate::http::head::lines::Section;
use crate::http::span::Span;
use crate::http::violation::{Violation, ViolationKind};

/// A whole trailer section that has fields. Its bytes are kept with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailers {
    /// The fields, in order.
    pub fields: Box<[Field]>,
    /// From its first byte through the empty line.
    pub span: Span,
    raw: Arc<[u8]>,
}

impl Trailers {
    /// How many bytes of memory they take in an `Arc`.
    pub fn memory(&self) -> usize {
        size_of::<Self>() + self.raw.len() + size_of_val(&*self.fields) + 3 * BLOCK
    }

    /// The bytes of `span`; only those within the section, so none when it lies outside.
    pub fn text(&self, span: Span) -> &[u8] {
        let inside = span.intersect(self.span);
        let index = |offset: u64| usize::try_from(offset.saturating_sub(self.span.start)).ok();
        match (index(inside.start), index(inside.end)) {
            (Some(start), Some(end)) => self.raw.get(start..end).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Fields that have to be known before the body: of framing, routing, authentication, control and content format, and those that say
/// something of the connection.
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

/// Trailers in the making.
#[derive(Debug)]
pub(crate) struct TrailerReader {
    gather: Gather,
    section: Section,
}

/// What became of bytes.
#[derive(Debug)]
pub(crate) enum Trailing {
    /// All were taken, and more belong to it.
    More,
    /// So many were taken, and with them it is whole.
    Whole(usize, Trailers, Vec<Violation>),
    /// It is too long, which was decided at this offset.
    Fault(ChunkFault, u64),
}

impl TrailerReader {
    /// Trailers whose first byte is at `start`.
    pub(crate) fn new(start: u64) -> Self {
        Self { gather: Gather::new(start), section: Section::default() }
    }

    /// Takes the next bytes; it must not be used after anything but [`Trailing::More`].
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Trailing {
        let room = HEAD_MAX.saturating_sub(self.gather.len());
        let allowed = bytes.get(..room).unwrap_or(bytes);
        let mut rest = allowed;
        while !rest.is_empty() {
            let (after, is_line) = self.gather.take(rest);
            rest = after;
            if !is_line {
                break;
            }
            let Gathered { line, is_lone } = self.gather.line();
            if is_lone {
                self.section.report(line.end(), ViolationKind::LoneLf);
            }
            if line.is_empty() {
                return self.whole(allowed.len() - rest.len());
            }
            if !self.section.accept(line) {
                return Trailing::Fault(ChunkFault::TooManyTrailers, line.at);
            }
            let is_field = self.section.fields.last().is_some_and(|field| field.line().start == line.at);
            if is_field && is_forbidden(line.bytes) {
                self.section.report(line.at, ViolationKind::ForbiddenTrailer);
            }
            self.gather.next_line();
        }
        if bytes.len() > allowed.len() {
            return Trailing::Fault(ChunkFault::TrailersTooLong, self.gather.start() + HEAD_MAX as u64);
        }
        Trailing::More
    }

    fn whole(&mut self, used: usize) -> Trailing {
        let (raw, span) = self.gather.finish();
        let section = std::mem::take(&mut self.section);
        Trailing::Whole(used, Trailers { fields: section.fields.into(), span, raw: raw.into() }, section.violations)
    }
}

fn is_forbidden(line: &[u8]) -> bool {
    let name = trim_ows(line.split(|&byte| byte == b':').next().unwrap_or(line));
    let is_condition = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"if-"));
    is_condition || FORBIDDEN.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}
