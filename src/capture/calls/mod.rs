//! Socket calls: one call, the log of a connection's calls, and who spoke when.

mod call;
mod call_log;
mod call_text;
mod carriers;
mod turns;

pub use call::{CALL_SIZE, Call, CallKind, Outcome};
pub use call_log::{CallLog, CallLogWriter};
pub use carriers::{CarryingCall, CarryingCalls};
pub use turns::{Turn, Turns};
