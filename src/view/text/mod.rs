//! Text as rows: where they begin, what stands in them, how they are coloured.

mod breaker;
mod checkpoints;
mod highlight;
mod highlights;
mod line_index;
#[cfg(test)]
mod line_tests;
mod page;
mod row;
mod row_finder;

pub use breaker::TAB;
pub use highlight::{Highlighter, Markup, TokenKind};
pub use highlights::HighlightIndex;
pub use line_index::LineIndex;
pub use page::{LINE_MAX, Slice, TextPage};
pub use row::{TextPart, TextRow};
pub use row_finder::Wrap;
