//! What lists are made of: rows of any number, columns with their titles, scroll positions, the menu of a row.

pub mod columns;
mod context_menu;
mod header;
mod horizontal_scroll;
pub mod virtual_list;

pub use columns::{Column, Width};
pub use context_menu::context_menu;
pub use header::{HeaderClick, TableHeader};
pub use horizontal_scroll::HorizontalScroll;
pub use virtual_list::{ListRows, SCROLL_BAR, VirtualList, rows_in};
