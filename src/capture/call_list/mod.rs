//! A list of calls: filtered, with like calls folded into one row, or with the calls of many connections merged by time.
//!
//! In scope: [`CallFilter`], the job ([`CallListJob`]) that follows the logs of a session while they grow, and the rows that it writes into a
//! spool, so that memory does not grow with the number of calls. Out of scope: texts in a language, and what a row looks like. A
//! list of one connection's calls, all of them and unfolded, needs no job: there row n is call n.

mod filter;
mod job;
mod log_cursor;
mod log_reader;
mod merger;
mod row;

#[cfg(test)]
mod tests;

pub use filter::{CallFilter, CallKinds, CallOutcomes, OutcomeFilter};
pub use job::{CallListJob, CallListSpec, CallListState};
pub use log_cursor::CallScope;
pub use row::CallListRow;
