//! The room that is left where a spool's file is, so that receiving ends before the disk is full.

use std::fs::File;
use std::io;

/// The free space is looked at whenever so many more bytes have their place in the file,
const LOOK: u64 = 4 * 1024 * 1024;
/// and this much of it is left free: more than ever waits in memory, so that what was received can be written when the rest of the
/// disk is full.
const RESERVE: u64 = 12 * 1024 * 1024;

/// When to look next.
#[derive(Debug)]
pub(super) struct Room {
    next: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { next: LOOK }
    }
}

impl Room {
    /// To be asked before more is written to `file`, in which `placed` bytes have their place.
    ///
    /// # Errors
    /// When the disk is so full that no more should be received.
    pub(super) fn check(&mut self, file: Option<&File>, placed: u64) -> io::Result<()> {
        if placed < self.next {
            return Ok(());
        }
        self.next = placed + LOOK;
        match file.and_then(free_space) {
            Some(free) if free < RESERVE => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

/// The bytes that may still be written where `file` is; `None` if the system does not say.
#[cfg(unix)]
fn free_space(file: &File) -> Option<u64> {
    let space = rustix::fs::fstatvfs(file).ok()?;
    Some(space.f_bavail.saturating_mul(space.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_file: &File) -> Option<u64> {
    None
}
