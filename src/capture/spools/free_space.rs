//! The free space of the disk that holds temporary files, so that receiving ends before the disk is full.
//!
//! In scope: asking the system, when to ask again, how much is left free. Out of scope: what happens when there is too little (`disk`).

use std::fs::File;
use std::io;

use crate::capture::environment::temporary_folder;

/// The free space is looked at again whenever this many more bytes have been kept: 4 MiB.
pub(super) const CHECK_EVERY: u64 = 4 * 1024 * 1024;
/// This much is left free: more than ever waits in memory, so that what was received can be written when the rest of the disk is full.
pub(super) const KEEP_FREE: u64 = 12 * 1024 * 1024;

/// To be asked before more is written to `file`, which has `length` bytes. Looks at the free space where it is if `length` has reached `next`.
/// Fails when the disk is so full that no more should be received.
pub(super) fn check_free_space(next: &mut u64, file: Option<&File>, length: u64) -> io::Result<()> {
    if length < *next {
        return Ok(());
    }
    *next = length + CHECK_EVERY;
    match file.and_then(of_disk_with) {
        Some(free) if free < KEEP_FREE => Err(io::ErrorKind::StorageFull.into()),
        _ => Ok(()),
    }
}

/// The bytes that may still be written where `file` is; `None` if the system does not say.
#[cfg(unix)]
fn of_disk_with(file: &File) -> Option<u64> {
    rustix::fs::fstatvfs(file).ok().map(|space| space.f_bavail.saturating_mul(space.f_frsize))
}

/// The bytes that may still be written to temporary files; `None` if the system does not say.
#[cfg(unix)]
pub(super) fn of_temporary_files() -> Option<u64> {
    rustix::fs::statvfs(temporary_folder()).ok().map(|space| space.f_bavail.saturating_mul(space.f_frsize))
}

#[cfg(not(unix))]
fn of_disk_with(_: &File) -> Option<u64> {
    None
}

#[cfg(not(unix))]
pub(super) fn of_temporary_files() -> Option<u64> {
    None
}
