//! Catches a panic in a library that decodes, so that the panic ends the decoding and nothing else.
//!
//! In scope: the calls into the libraries that read untrusted bytes. Out of scope: this program's own code, which has no panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::decode::coding_error::CodingFault;

/// Returns the result of `work`, or a fault if `work` panics.
///
/// A decoder that panicked is asked only for bytes that it has already decoded, so nothing rests on a broken state.
pub(crate) fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, CodingFault> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| CodingFault::corrupt("the decoder failed"))
}

#[cfg(test)]
mod tests {
    use super::catch_panic;

    #[test]
    fn a_panic_is_a_fault() {
        assert_eq!(catch_panic(|| 1), Ok(1));
        assert!(catch_panic(|| -> u8 { std::panic::resume_unwind(Box::new(())) }).is_err());
    }
}
