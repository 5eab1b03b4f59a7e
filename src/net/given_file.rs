//! A file that the user names so that its bytes are sent.

use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::Path;

use crate::capture::{Failure, Operation, Subject};

/// Opens the file at `path` to be sent; anything that is no file is refused.
///
/// # Errors
/// Why it can't be read.
pub fn open_to_send(path: &Path) -> Result<File, Failure> {
    let opened = File::open(path).and_then(|file| match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(Error::from(ErrorKind::IsADirectory)),
    });
    opened.map_err(|error| Failure::of(Operation::ReadFile, Some(Subject::File(path.to_owned())), &error))
}
