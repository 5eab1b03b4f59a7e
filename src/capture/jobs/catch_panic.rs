//! Turns the panic of a thread into a failure, so that the program lives on and tells it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::capture::Failure;

/// Runs `work`. Fails with the failure of the work, or with its panic as a [`Failure`].
pub fn catch_panic<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // What the work leaves behind is its record, whose lock may be poisoned and is taken all the same.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Failure::panicked(panic_text(&*panic))))
}

/// What a panic said; empty if it was no text.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Cause;

    #[test]
    fn a_panic_is_a_failure_with_its_text() {
        for (failure, text) in [
            (catch_panic::<()>(|| panic!("no {}", "luck")).unwrap_err(), "no luck"),
            (catch_panic::<()>(|| panic!("none")).unwrap_err(), "none"),
            (catch_panic::<()>(|| std::panic::panic_any(5)).unwrap_err(), ""),
        ] {
            assert_eq!(failure.cause, Cause::Panic(text.into()));
        }
    }
}
