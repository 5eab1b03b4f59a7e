//! JSON, HTML and XML laid out on rows with indents, and with elements folded away: another text, made of the first one's pieces.
//!
//! In scope: where rows begin, which of them can be folded, and which place of the one text is which of the other. Nothing is left out but
//! white space between pieces and what is folded; order, duplicates and numbers stay as they were sent, and what is malformed is laid
//! out as far as it goes. Out of scope: a text that is still arriving; drawing.

mod json;
mod layout;
mod markup;
mod pieces;

pub use layout::{FORMAT_MAX, Fold, Layout, format};
pub use pieces::TooMuch;
