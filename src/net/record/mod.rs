//! What a connection's threads write down: bytes, calls, what was read in them; and the batches in which that is reported.

mod call_journal;
mod direction;
mod pace;
mod recorder;
mod report_sender;
mod retention;
mod stop_handle;

pub use pace::{Pace, Tempo};
pub use recorder::{BATCH_AGE, End, Record, Recorded, Recorder};
pub use report_sender::{Reporter, Wake};
pub use stop_handle::{Stop, Stopper};
