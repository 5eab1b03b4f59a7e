//! The record of one connection: what its threads do is written down here, and reported.
//!
//! In scope: the bytes of both directions, the calls, what was read in the bytes, the batches of reports, the pace of calls and Stop. Out of
//! scope: sockets (`socket`), and what the reports mean (`capture`).

mod batch;
mod call_journal;
mod connection_record;
mod direction_recorder;
mod pace;
mod recorder;
mod report_sender;
mod retention;
mod stop_handle;

pub use batch::BATCH_AGE;
pub use connection_record::{ConnectionRole, Recorded};
pub use pace::{Pace, PaceMode};
pub use recorder::{Record, Recorder};
pub use report_sender::{ReportSender, Wake};
pub use stop_handle::{Stop, StopHandle};
