//! A connection as a ladder: the calls of its two ends on two lifelines, and what went from one to the other.
//!
//! In scope: the calls of both ends in one order, the stretches of time that they took, which call took what which other one sent, the
//! closes and the reset. All of it from the two logs, by binary search, at a cost that depends on what is visible and not on how many
//! calls there are. Out of scope: drawing, texts in a language.
//!
//! A socket shows no segments (RFC 9293): what is said of them is deduced. Bytes are known to have arrived some time between the
//! beginning of the send that carried them and the return of the recv that took them.
//!
//! The order of the calls is that of their *order times*: of a call that tells the other end something (connect, send, shutdown, close) the
//! moment at which it began, of any other the one at which it came back. So a recv stands below the sends whose bytes it took, even
//! where it came back before them. A call's order time is never before the one before it in its log came back.

mod closing;
mod end;
mod matched;
mod matching;
mod order;
mod row;
mod timed;

#[cfg(test)]
mod tests;

pub use end::LadderEnd;
pub use matched::{ArrowKind, Match, MatchedCall, Unmatched};
pub use order::{Ladder, LadderVersion};
pub use row::{Arrow, ArrowEnd, CallState, LadderRow, arrows};
pub use timed::{FoldedCalls, TimedLadder};
