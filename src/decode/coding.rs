//! The codings that can be undone, by their names, and those that a message says its body has (RFC 9110 §8.4.1, RFC 8878 §7.2, RFC 7932 §13).
//!
//! In scope: their names. Out of scope: undoing them, and `compress`.

use super::decoder::LAYERS_MAX;
use crate::http::{Framing, Head};

/// A coding of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// The gzip format (RFC 1952).
    Gzip,
    /// The zlib format (RFC 1950), or deflate alone (RFC 1951), which some servers send under this name.
    Deflate,
    /// Brotli (RFC 7932).
    Brotli,
    /// Zstandard (RFC 8878), with a window of at most 8 MiB (RFC 9659).
    Zstd,
}

impl Coding {
    /// The coding that has this name in Content-Encoding or Transfer-Encoding, in any case and without parameters;
    /// `None` for any other name.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        let is = |known: &&(&str, Self)| name.eq_ignore_ascii_case(known.0.as_bytes());
        Self::NAMES.iter().find(is).map(|known| known.1)
    }

    /// Its name as registered, which does not change and is fit for a key.
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

    const NAMES: [(&str, Self); 5] = [
        ("gzip", Self::Gzip),
        ("x-gzip", Self::Gzip),
        ("deflate", Self::Deflate),
        ("br", Self::Brotli),
        ("zstd", Self::Zstd),
    ];
}

/// Why the codings of a message can't be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodingsError {
    /// One of them is not known here; its name as it was sent.
    Unknown(Vec<u8>),
    /// There are more than [`LAYERS_MAX`].
    TooMany(usize),
}

/// The codings of a body whose head is `head`, in the order in which they were applied, without the chunks that `framing` names;
/// none where there is no body. `none` is read as identity, as curl and browsers have it.
///
/// # Errors
/// If they can't be undone.
pub fn codings_of(head: &Head, framing: Framing) -> Result<Vec<Coding>, CodingsError> {
    if matches!(framing, Framing::None(_)) {
        return Ok(Vec::new());
    }
    let codings = head.codings();
    let transfer = if framing == Framing::Chunked { codings.within_chunks() } else { codings.transfer.as_slice() };
    let content = codings.content.iter().filter(|name| !name.eq_ignore_ascii_case(b"none"));
    let names = content.chain(transfer).filter(|name| !name.eq_ignore_ascii_case(b"identity"));
    let known: Result<Vec<_>, _> =
        names.map(|name| Coding::named(name).ok_or_else(|| CodingsError::Unknown(name.to_vec()))).collect();
    known.and_then(|known| if known.len() > LAYERS_MAX { Err(CodingsError::TooMany(known.len())) } else { Ok(known) })
}

#[cfg(test)]
mod tests {
    use super::Coding;

    #[test]
    fn a_name_in_any_case_is_known() {
        for coding in [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd] {
            assert_eq!(Coding::named(coding.name().as_bytes()), Some(coding));
            assert_eq!(Coding::named(coding.name().to_ascii_uppercase().as_bytes()), Some(coding));
        }
        assert_eq!(Coding::named(b"X-GZip"), Some(Coding::Gzip));
    }

    #[test]
    fn any_other_name_is_not() {
        for name in ["", "identity", "compress", "brotli", "gzip ", "chunked", "zst"] {
            assert_eq!(Coding::named(name.as_bytes()), None, "{name}");
        }
    }
}
