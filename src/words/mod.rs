//! Every text that people read, in two languages.
//!
//! In scope: the catalogues (`assets/words/*.ftl`, Fluent syntax), and the sentences for what the floors below tell as data:
//! failures, framings, violations. Out of scope: where a text is shown.

mod catalogue;
mod lesson;
mod search;
mod sentence;
mod terms;
mod tls;

pub use catalogue::{Arg, Words};
pub use sentence::Sentence;
