//! The codings that can be undone, and those that a message names for its body (RFC 9110 §8.4.1, RFC 8878 §7.2, RFC 7932 §13).
//!
//! In scope: the names of the codings. Out of scope: undoing the codings, and the coding `compress`.

use crate::http::{Framing, Head};

/// The most codings that a body may have.
pub const LAYERS_MAX: usize = 5;

/// The other names of the "HTTP Content Coding Registry" of IANA.
const OTHERS: [&str; 8] = ["aes128gcm", "compress", "dcb", "dcz", "exi", "identity", "pack200-gzip", "x-compress"];

enum_with_all! {
    /// A coding of a body, and its registered name.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Coding {
        /// The gzip format (RFC 1952).
        Gzip = "gzip",
        /// The zlib format (RFC 1950), or deflate alone (RFC 1951), which some servers send under this name.
        Deflate = "deflate",
        /// Brotli (RFC 7932).
        Brotli = "br",
        /// Zstandard (RFC 8878), with a window of at most 8 MiB (RFC 9659).
        Zstd = "zstd",
    }
}

impl Coding {
    /// The coding that has this name in Content-Encoding or Transfer-Encoding, in any case and without parameters. Returns `None` for any
    /// other name.
    pub fn named(name: &[u8]) -> Option<Self> {
        // RFC 9110 §8.4.1.3 has `x-gzip` for gzip.
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("x-gzip") { Some(Self::Gzip) } else { Self::ALL.into_iter().find(|coding| is(coding.name())) }
    }

    /// The suffix in the name of a file that holds coded bytes.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Gzip => ".gz",
            Self::Deflate => ".zz",
            Self::Brotli => ".br",
            Self::Zstd => ".zst",
        }
    }
}

/// Why the codings of a message can't be undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodingsError {
    /// A coding can't be undone here, or is no transfer coding. Holds its name as it was sent.
    Unknown(Vec<u8>),
    /// The body has more than [`LAYERS_MAX`] codings. Holds their number.
    TooMany(usize),
}

/// The codings of a body whose head is `head`, in the order in which they were applied, without the chunks that `framing` names. Empty
/// where there is no body. A value of Content-Encoding that is no coding (see [`no_coding_of`]) is passed over, as browsers do.
///
/// # Errors
/// When the codings can't be undone.
pub fn codings_of(head: &Head, framing: Framing) -> Result<Vec<Coding>, CodingsError> {
    if matches!(framing, Framing::None(_)) {
        return Ok(Vec::new());
    }
    let codings = head.codings();
    let transfer = if framing == Framing::Chunked { codings.within_chunks() } else { codings.transfer.as_slice() };
    let content = codings.content.iter().filter(|name| is_coding(name));
    let names = content.chain(transfer).filter(|name| !name.eq_ignore_ascii_case(b"identity"));
    let known: Result<Vec<_>, _> =
        names.map(|name| Coding::named(name).ok_or_else(|| CodingsError::Unknown(name.to_vec()))).collect();
    known.and_then(|known| if known.len() > LAYERS_MAX { Err(CodingsError::TooMany(known.len())) } else { Ok(known) })
}

/// The first value in Content-Encoding that names no registered coding, such as `UTF-8`. Returns `None` also where there is no body.
pub fn no_coding_of(head: &Head, framing: Framing) -> Option<Vec<u8>> {
    let content = head.codings().content.into_iter().filter(|_| !matches!(framing, Framing::None(_)));
    content.filter(|name| !is_coding(name)).map(<[u8]>::to_vec).next()
}

/// Whether a value in Content-Encoding names a coding that is registered.
fn is_coding(name: &[u8]) -> bool {
    let is_other = |other: &&str| name.eq_ignore_ascii_case(other.as_bytes());
    Coding::named(name).is_some() || OTHERS.iter().any(is_other)
}

#[cfg(test)]
mod tests {
    use super::Coding;

    #[test]
    fn a_name_in_any_case_is_known() {
        for coding in Coding::ALL {
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
