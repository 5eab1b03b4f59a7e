//! The head of a message: its start line and its fields (RFC 9112 §2.1).
//!
//! In scope: the head as it was sent, with the order, the case and the duplicates of its fields; and finding fields by name. Out of scope:
//! reading the head out of the bytes (see `head_reader`).

pub(crate) mod codings;
pub(crate) mod field;
pub(crate) mod head_reader;
pub(crate) mod line_buffer;
pub(crate) mod lines;
pub(crate) mod offset_slice;
pub(crate) mod start_line;

use std::sync::Arc;

use super::method::Method;
use super::span::Span;
use super::version::Version;
use super::violation::Violation;
use codings::Codings;
use field::Field;
use start_line::StartLine;

/// The bytes that a block of memory takes besides those that were asked for: the allocator's own, and the counts of an `Arc`.
pub(crate) const BLOCK: usize = 24;

/// A whole head, with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// What the first line says.
    pub start_line: StartLine,
    /// The first line, without its line end.
    pub line: Span,
    /// The fields, in order.
    pub fields: Box<[Field]>,
    /// From the first byte of the start line through the empty line.
    pub span: Span,
    /// The last line end and the empty line: 4 bytes, fewer where an LF stands alone.
    pub separator: Span,
    /// What is against the standard, in the order of the bytes.
    pub violations: Box<[Violation]>,
    pub(crate) raw: Arc<[u8]>,
}

impl Head {
    /// All bytes of the head, those of `span`.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// How many bytes of memory the head takes in an `Arc`. A nearly empty field takes several times its size on the wire.
    pub fn memory(&self) -> usize {
        let parts = self.raw.len() + size_of_val(&*self.fields) + size_of_val(&*self.violations);
        // Five blocks: the head, its bytes, the fields, the violations, the name of the method.
        size_of::<Self>() + parts + self.method().map_or(0, |method| method.as_str().len()) + 5 * BLOCK
    }

    /// The bytes of `span` that lie within the head.
    pub fn text(&self, span: Span) -> &[u8] {
        span.slice(&self.raw, self.span.start)
    }

    /// The fields called `name`, in any case, in order.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Field> {
        let same = |field: &&Field| self.text(field.name()).eq_ignore_ascii_case(name.as_bytes());
        self.fields.iter().filter(same)
    }

    /// The values of the fields called `name`, in any case, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.named(name).map(|field| self.text(field.value()))
    }

    /// The value of the first field called `name`, in any case.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.named(name).next().map(|field| self.text(field.value()))
    }

    /// The codings of the body that the head declares.
    pub fn codings(&self) -> Codings<'_> {
        Codings::of(self.all("content-encoding"), self.all("transfer-encoding"))
    }

    /// The version of HTTP.
    pub fn version(&self) -> Version {
        match self.start_line {
            StartLine::Request { version, .. } | StartLine::Response { version, .. } => version,
        }
    }

    /// The method, if this is a request.
    pub fn method(&self) -> Option<&Method> {
        match &self.start_line {
            StartLine::Request { method, .. } => Some(method),
            StartLine::Response { .. } => None,
        }
    }

    /// The status code, if this is a response.
    pub fn status(&self) -> Option<u16> {
        match self.start_line {
            StartLine::Request { .. } => None,
            StartLine::Response { status, .. } => Some(status),
        }
    }
}
