//! The Calls list: its lines, its columns and its filter.

mod columns;
mod filter_bar;
mod lines;
pub mod panel;
mod row;
mod row_text;
mod scroll_sync;

pub use panel::CallsPanel;
