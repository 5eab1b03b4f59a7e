//! The bytes of one direction: in memory while they are few, then in a temporary file; and the disk that bears it.

mod block_writer;
mod body_sink;
mod disk;
mod free_space;
mod memory_buffer;
pub(in crate::capture) mod records;
mod spool;
mod spool_writer;

pub use body_sink::{BodyFile, BodyFileError, Unpacked};
pub use disk::{DiskFull, DiskFullReason, DiskQuota, DiskReservation, QuotaExceeded};
pub use spool::Spool;
pub use spool_writer::{MEMORY_MAX, SpoolWriter};
