//! The codings that can be undone, and what can be wrong with coded bytes (RFC 9110 §8.4.1, RFC 9112 §7.2).
//!
//! In scope: their names. Out of scope: undoing them.

use crate::http::{Framing, Head};

/// So many codings may lie over each other.
pub const LAYERS_MAX: usize = 5;

/// A coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// gzip, RFC 1952.
    Gzip,
    /// deflate: zlib, RFC 1950, or raw, RFC 1951, as some send it.
    Deflate,
    /// br, RFC 7932.
    Brotli,
    /// zstd, RFC 8878 and RFC 9659.
    Zstd,
}

impl Coding {
    /// The coding with this name, in whatever case; `None` if it can't be undone here.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        let named = |names: &[&str]| names.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()));
        match () {
            () if named(&["gzip", "x-gzip"]) => Some(Self::Gzip),
            () if named(&["deflate"]) => Some(Self::Deflate),
            () if named(&["br"]) => Some(Self::Brotli),
            () if named(&["zstd"]) => Some(Self::Zstd),
            () => None,
        }
    }

    /// Its name in a field.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// How the name of a file ends that holds what it makes.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Deflate => ".zz",
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
        }
    }
}

/// What is wrong with coded bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodingError {
    /// The coding.
    pub coding: Coding,
    /// Offset in what that coding has made, in bytes: where it was noticed.
    pub at: u64,
    /// What is wrong.
    pub fault: CodingFault,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodingFault {
    /// The bytes are none that the coding makes, or a checksum does not fit.
    Corrupt,
    /// They end before their time.
    Truncated,
    /// Bytes follow the end.
    Trailing,
    /// More comes out than the user allows, in bytes.
    TooLong(u64),
    /// The window is larger than allowed, in bytes.
    Window(u64),
}

impl CodingFault {
    /// A name that does not change, fit for a key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::Truncated => "truncated",
            Self::Trailing => "trailing",
            Self::TooLong(_) => "too-long",
            Self::Window(_) => "window",
        }
    }
}

/// Why the codings of a message can't be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodingsError {
    /// One of them is not known here; its name as it was sent.
    Unknown(Vec<u8>),
    /// There are more than [`LAYERS_MAX`].
    TooMany(usize),
}

/// The codings of a body whose head is `head`, in the order in which they were applied, without the chunks that `framing` names.
///
/// # Errors
/// If they can't be undone.
pub fn codings_of(head: &Head, framing: Framing) -> Result<Vec<Coding>, CodingsError> {
    let codings = head.codings();
    let framed = usize::from(framing == Framing::Chunked);
    let transfer = codings.transfer.get(..codings.transfer.len().saturating_sub(framed)).unwrap_or_default();
    let names = codings.content.iter().chain(transfer).filter(|name| !name.eq_ignore_ascii_case(b"identity"));
    let known: Result<Vec<_>, _> =
        names.map(|name| Coding::named(name).ok_or_else(|| CodingsError::Unknown(name.to_vec()))).collect();
    known.and_then(|known| if known.len() > LAYERS_MAX { Err(CodingsError::TooMany(known.len())) } else { Ok(known) })
}
