//! Deflate data (RFC 1951), alone or in the zlib format (RFC 1950).
//!
//! In scope: the library that reads the data. Out of scope: which of both formats the data are in (see `deflate`).

use flate2::{Decompress, FlushDecompress, Status};

use super::catch_panic::catch_panic;
use super::step::{CodecFault, CodecStep};
use crate::decode::coding_error::CodingFault;

/// How many bytes zlib's checksum has.
const ADLER: u64 = 4;

/// The text for a literal, length or distance that can't be.
const BAD_CODE: &str = "invalid literal, length or distance";

/// A reader of deflate data.
pub(crate) struct Inflater {
    inner: Decompress,
    /// Offset of the first byte of the data in the coded stream.
    start: u64,
}

/// What one step did, and whether the data have ended with it.
pub(crate) struct Inflated {
    pub(crate) step: CodecStep,
    pub(crate) is_over: bool,
}

impl Inflater {
    /// A reader of data that begin at offset `start`, in the zlib format or not.
    pub(crate) fn new(is_zlib: bool, start: u64) -> Self {
        Self { inner: Decompress::new(is_zlib), start }
    }

    /// Begins anew with deflate data alone, at offset `start`.
    pub(crate) fn restart(&mut self, start: u64) {
        self.inner.reset(false);
        self.start = start;
    }

    /// Offset in the coded stream of the next byte to be read.
    pub(crate) fn at(&self) -> u64 {
        self.start + self.inner.total_in()
    }

    /// Whether nothing has been decoded yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.inner.total_out() == 0
    }

    /// Uses some of `input` and fills some of `buffer`.
    pub(crate) fn step(&mut self, input: &[u8], buffer: &mut [u8]) -> Inflated {
        let (read, made) = (self.inner.total_in(), self.inner.total_out());
        let status = catch_panic(|| self.inner.decompress(input, buffer, FlushDecompress::None));
        let fault = match &status {
            Ok(Ok(_)) => None,
            Ok(Err(error)) if error.needs_dictionary().is_some() => {
                Some(self.fault(CodingFault::corrupt("needs a preset dictionary")))
            }
            Ok(Err(error)) => Some(match error.message() {
                Some("incorrect data check") => {
                    CodecFault { at: self.at().saturating_sub(ADLER), kind: CodingFault::Checksum }
                }
                what => self.fault(CodingFault::corrupt(what.map_or(BAD_CODE, worded))),
            }),
            Err(panicked) => Some(self.fault(panicked.clone())),
        };
        let made = counted(made, self.inner.total_out());
        let is_over = matches!(status, Ok(Ok(Status::StreamEnd)));
        let more = made == buffer.len() && !is_over;
        Inflated { step: CodecStep { used: counted(read, self.inner.total_in()), made, more, fault }, is_over }
    }

    fn fault(&self, kind: CodingFault) -> CodecFault {
        CodecFault { at: self.at(), kind }
    }
}

/// The words of the library, or [`BAD_CODE`] where the words of the library depend on how the input was split.
fn worded(what: &str) -> &str {
    match what {
        "repeated call with bad state" | "invalid literal/length code" => BAD_CODE,
        what if what.starts_with("invalid distance") && !what.ends_with("set") => BAD_CODE,
        what => what,
    }
}

/// How many bytes lie between two counts of one call.
fn counted(before: u64, after: u64) -> usize {
    usize::try_from(after - before).unwrap_or(usize::MAX)
}
