//! The list of calls, its columns and its filter.

mod columns;
pub mod filter_bar;
mod lines;
pub mod panel;
mod row;
mod row_text;

pub use filter_bar::SMALL;
pub use panel::CallsPanel;
