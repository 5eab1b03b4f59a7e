//! What panels are made of: colours, fonts, lists, columns, dialogs.

mod background_query;
pub mod banner;
pub mod columns;
pub mod file_dialog;
pub mod glossary_tooltip;
mod horizontal_scroll;
mod look;
pub mod repaint;
pub mod result_pill;
pub mod small_controls;
mod ui_context;
pub mod virtual_list;
pub mod widgets;

pub use background_query::BackgroundQuery;
pub use banner::Notice;
pub use columns::{Column, Width};
pub use file_dialog::{Answer, Ask, FileDialog, Pick, SystemDialog};
pub use horizontal_scroll::HorizontalScroll;
pub use look::{Fading, Icon, focus_ring, fonts, prefers_less_motion, tokens};
pub use repaint::RepaintThrottle;
pub use tokens::{FIELD, FORM_WIDTH, GRID, LESSON_WIDTH, ROW, Tokens};
pub use ui_context::{Actions, UiContext};
pub use virtual_list::{ListRows, SCROLL_BAR, VirtualList};
pub use widgets::strong;
