//! Every text that people read, in two languages.
//!
//! In scope: the catalogues (`assets/words/*.ftl`, Fluent syntax); the sentences for the data of the floors below, such as failures,
//! framings and violations; the explanations of words. Out of scope: where a text is shown.

mod catalogue;
mod explained;
mod lesson;
mod search;
mod sentence;
mod terms;
mod texts;
mod tls;
mod topic;
mod topic_group;
mod typed;

pub use catalogue::{Arg, Words};
pub use explained::{Citation, Explanation, Glossary};
pub use sentence::Sentence;
pub use topic::Topic;
pub use topic_group::TopicGroup;
