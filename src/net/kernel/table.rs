//! The socket table, read in the best way that this system allows.

use crate::capture::kernel::{Reading, SampleSource, Unavailable, WatchedSocket};

/// A way to read it.
#[derive(Debug)]
pub enum Table {
    /// sock_diag(7).
    #[cfg(target_os = "linux")]
    Diag(super::diag::Diag),
    /// /proc/net/tcp and tcp6.
    #[cfg(target_os = "linux")]
    Proc,
    /// None.
    #[cfg(not(target_os = "linux"))]
    None,
}

impl Table {
    /// The best way.
    pub fn open() -> Self {
        #[cfg(target_os = "linux")]
        return super::diag::Diag::open().map_or(Self::Proc, Self::Diag);
        #[cfg(not(target_os = "linux"))]
        return Self::None;
    }

    /// Where it reads.
    pub fn source(&self) -> SampleSource {
        #[cfg(target_os = "linux")]
        if matches!(self, Self::Proc) {
            return SampleSource::ProcNet;
        }
        SampleSource::SockDiag
    }

    /// Looks at `of`.
    #[cfg(target_os = "linux")]
    pub fn look(&mut self, of: WatchedSocket) -> Reading {
        if let Self::Diag(diag) = self {
            match diag.look(of) {
                Ok(seen) => return seen,
                // What it refuses now it will refuse again.
                Err(_) => *self = Self::Proc,
            }
        }
        super::proc_table::look(of)
            .unwrap_or_else(|error| Reading::Unavailable(Unavailable::Refused(crate::capture::SystemError::of(&error))))
    }

    /// There is nothing to look at.
    #[cfg(not(target_os = "linux"))]
    pub fn look(&mut self, _of: WatchedSocket) -> Reading {
        Reading::Unavailable(Unavailable::NotHere)
    }
}
