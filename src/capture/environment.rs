//! The environment of the process.
//!
//! In scope: variables, and the folder of temporary files that one of them names. Out of scope: what the values mean. An empty
//! variable is how a shell's script leaves one unset, so it is none.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// The value of the variable `name`; `None` also if that is empty.
#[must_use]
pub fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// The folder of temporary files.
#[must_use]
pub fn temporary_folder() -> PathBuf {
    // The standard library takes an empty TMPDIR for the folder that the process is in.
    let named = env::temp_dir();
    if named.as_os_str().is_empty() { PathBuf::from("/tmp") } else { named }
}
