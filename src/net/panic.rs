//! Turns the panic of a worker into a failure of its connection, so that the program lives on.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::capture::Failure;

/// Runs `work`; a panic in it comes back as a [`Failure`].
///
/// # Errors
/// The failure of the work, or its panic.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // What the work leaves behind is its record, whose lock may be poisoned and is taken all the same.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(Failure::panicked(text_of(&*panic))))
}

fn text_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}
