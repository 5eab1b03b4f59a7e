//! Every text that people read, in two languages.
//!
//! In scope: the catalogues (`assets/words/*.ftl`, Fluent syntax), the sentences for what the floors below tell as data:
//! failures, framings, violations; and what the words themselves mean. Out of scope: where a text is shown.

mod catalogue;
mod explained;
mod lesson;
mod search;
mod sentence;
mod terms;
mod texts;
mod tls;
mod topic;
mod topics;
mod typed;

pub use catalogue::{Arg, Words};
pub use explained::{Explanation, Glossary, Source};
pub use sentence::Sentence;
pub use topic::{Figure, Group, Topic};
