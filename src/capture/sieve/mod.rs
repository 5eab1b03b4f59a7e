//! Which calls stand in a list, and in which order: a filter, the folding of like calls, the calls of many connections as one.
//!
//! In scope: [`CallFilter`], the job ([`CallFilterJob`]) that follows the logs of a session while they grow, and the rows that it writes into a
//! spool, so that memory does not grow with the number of calls. Out of scope: texts in a language, and what a row looks like. A
//! list of one connection's calls, all of them and unfolded, needs no sieve: there row n is call n.

mod filter;
mod job;
mod news;
mod row;
mod sifter;
mod source;

#[cfg(test)]
mod tests;

pub use filter::{CallFilter, CallKinds, CallOutcomes, OutcomeFilter};
pub use job::{CallFilterJob, CallListSpec, CallListState};
pub use news::Scope;
pub use row::CallListRow;
