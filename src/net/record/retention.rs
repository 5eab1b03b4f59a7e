//! Whether bytes could be kept on disk, and what is made of it if they could not.
//!
//! In scope: telling a disk that is full from one that is broken, where receiving waits for room. Out of scope: waiting, which is the
//! [`CallGuard`](crate::net::socket::CallGuard)'s.

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::capture::{CALL_SIZE, DiskQuota, Failure, Operation, Spool, SpoolWriter};

/// What is known of one connection's files.
pub struct Retention {
    disk: DiskQuota,
    /// How many bytes of each spool are kept.
    most: u64,
    /// Whether bytes wait in memory since the system has refused to write them.
    is_refused: Arc<AtomicBool>,
}

impl Retention {
    /// On `disk`, where nothing has been refused yet; of each spool `most` bytes.
    pub fn new(disk: DiskQuota, most: u64) -> Self {
        Self { disk, most, is_refused: Arc::default() }
    }

    /// A spool for a direction.
    pub fn spool(&self) -> (SpoolWriter, Spool) {
        self.spool_of(self.most)
    }

    /// A spool for calls: of the last one that is kept, all is.
    pub fn log_spool(&self) -> (SpoolWriter, Spool) {
        self.spool_of(self.most / CALL_SIZE as u64 * CALL_SIZE as u64)
    }

    fn spool_of(&self, most: u64) -> (SpoolWriter, Spool) {
        let (writer, spool) =
            if self.disk.is_blocking() { SpoolWriter::reserved(&self.disk) } else { SpoolWriter::on(&self.disk) };
        (writer.keeping(most), spool)
    }

    /// Whether bytes wait in memory; to be asked without a lock.
    pub fn is_refused(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_refused)
    }

    /// Takes in whether bytes could be written. That the disk is full is no failure where receiving waits for room: they are kept in
    /// memory, and no more are received until they have been written. Error: what else went wrong.
    pub fn absorb_disk_full(&self, result: io::Result<()>) -> Result<(), Failure> {
        let Err(error) = result else { return Ok(()) };
        let is_full =
            matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge);
        if !(is_full && self.disk.is_blocking()) {
            return Err(spool_failure(error));
        }
        self.is_refused.store(true, Ordering::Release);
        Ok(())
    }

    /// Everything has been written.
    pub fn settled(&self) {
        self.is_refused.store(false, Ordering::Release);
    }
}

/// A failure to keep bytes.
#[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
pub fn spool_failure(error: io::Error) -> Failure {
    Failure::of(Operation::Spool, None, &error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_no_failure_where_receiving_waits_for_room() {
        let [blocking, other] = [DiskQuota::blocking(1 << 30), DiskQuota::limited(1 << 30)];
        for (disk, kind, fails, is_refused) in [
            (&blocking, ErrorKind::StorageFull, false, true),
            (&blocking, ErrorKind::QuotaExceeded, false, true),
            (&blocking, ErrorKind::FileTooLarge, false, true),
            (&blocking, ErrorKind::PermissionDenied, true, false),
            (&other, ErrorKind::StorageFull, true, false),
            (&other, ErrorKind::PermissionDenied, true, false),
        ] {
            let retention = Retention::new(disk.clone(), u64::MAX);
            let kept = retention.absorb_disk_full(Err(kind.into()));
            assert_eq!(kept.err().map(|failure| failure.operation), fails.then_some(Operation::Spool), "{kind:?}");
            assert_eq!(retention.is_refused().load(Ordering::Acquire), is_refused, "{kind:?}");
            retention.settled();
            assert!(!retention.is_refused().load(Ordering::Acquire));
            assert!(retention.absorb_disk_full(Ok(())).is_ok());
        }
    }
}
