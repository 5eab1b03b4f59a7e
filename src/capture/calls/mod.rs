//! Socket calls: one call, the log of a connection's calls, and who spoke when.

mod call;
mod call_log;
mod call_text;
mod carrying_calls;
mod turns;

pub use call::{CALL_SIZE, Call, CallKind, Outcome};
pub use call_log::{CallLog, CallLogWriter};
pub use carrying_calls::{CarryingCall, CarryingCalls};
pub use turns::{Turn, Turns};
