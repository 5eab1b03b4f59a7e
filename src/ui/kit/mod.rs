//! What panels are made of: colours, fonts, lists, columns, dialogs.

mod background_query;
pub mod banner;
pub mod file_dialog;
pub mod glossary_tooltip;
pub mod list;
mod look;
pub mod repaint;
pub mod result_pill;
pub mod small_controls;
mod ui_context;
pub mod widgets;

pub use background_query::BackgroundQuery;
pub use banner::Notice;
pub use file_dialog::{Answer, Ask, FileDialog, Pick, SystemDialog};
pub use list::{
    Column, HeaderClick, HorizontalScroll, ListRows, SCROLL_BAR, TableHeader, VirtualList, Width, columns,
    context_menu, rows_in, virtual_list,
};
pub use look::{Fading, Icon, focus_ring, fonts, prefers_less_motion, tokens};
pub use repaint::RepaintThrottle;
pub use tokens::{FIELD, GRID, ROW, Tokens};
pub use ui_context::{Actions, UiContext};
pub use widgets::strong;
