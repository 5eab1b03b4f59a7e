//! Text as rows: where they begin, what stands in them, how they are coloured.

mod checkpoints;
mod highlight_index;
mod highlighter;
mod line_breaker;
mod line_index;
#[cfg(test)]
mod line_tests;
mod page;
mod row;
mod row_finder;
mod selecting;

pub use highlight_index::HighlightIndex;
pub use highlighter::{Highlighter, Markup, TokenKind};
pub use line_breaker::TAB;
pub use line_index::LineIndex;
pub use page::{LINE_MAX, Slice, TextPage};
pub use row::{TextPart, TextRow};
pub use row_finder::Wrap;
pub(super) use selecting::CharacterClass;
pub use selecting::{character_beside, line_at, word_at};
