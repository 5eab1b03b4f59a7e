//! Keeps a panic in a library that decodes from ending more than the decoding.
//!
//! In scope: the calls into the libraries that read untrusted bytes. Out of scope: our own code, which has no panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::decode::coding_error::CodingFault;

/// What `work` returns; if it panics, the stream is corrupt.
///
/// The decoder that panicked is only asked for what it has already decoded after that, so nothing is built on a broken
/// state.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, CodingFault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| CodingFault::corrupt("the decoder failed"))
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_a_fault() {
        assert_eq!(guarded(|| 1), Ok(1));
        assert!(guarded(|| -> u8 { std::panic::resume_unwind(Box::new(())) }).is_err());
    }
}
