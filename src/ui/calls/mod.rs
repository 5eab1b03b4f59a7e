//! The Calls list: its lines, its columns and its filter.

mod carry_out;
mod columns;
mod filter_bar;
mod fit;
mod lines;
mod menu;
pub mod panel;
mod row;
mod row_text;
mod scroll_sync;

pub use panel::CallsPanel;
