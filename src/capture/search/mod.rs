//! Searching the bytes of a spool while they still come.
//!
//! In scope: what is searched for ([`Pattern`]): text in a character encoding, bytes as hex, regular expressions over bytes; the
//! thread that searches ([`Search`]), and its hits ([`Hits`]), of which at most [`HITS_MAX`] are kept. Out of scope: fields, buttons and colours; what the bytes mean.
//!
//! Hits don't overlap and are never empty: the next one begins where the one before ends, or later, as `grep -o` prints them.

mod boundary;
mod folded;
mod hits;
mod pattern;
mod pattern_error;
mod scanner;
mod searcher;
mod spelling;

#[cfg(test)]
mod tests;

pub use hits::{Hit, Hits};
pub use pattern::{PATTERN_MAX, Pattern, REGEX_HIT_MAX};
pub use pattern_error::PatternError;
pub use searcher::{HITS_MAX, Search, SearchProgress};
