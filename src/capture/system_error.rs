//! An error of the operating system.

use std::io;

/// An error of the system, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    /// The number of the error, where there is one.
    pub code: Option<i32>,
    /// The text that the system gives for it.
    pub text: String,
}

impl SystemError {
    /// The words of `error`.
    pub fn of(error: &io::Error) -> Self {
        Self { code: error.raw_os_error(), text: error.to_string() }
    }
}
