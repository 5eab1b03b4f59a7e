//! What surrounds the two roles: the window, its bars, menus and side panels.

pub mod disk_strip;
#[cfg(feature = "frame-log")]
mod frame_log;
mod glossary_panel;
mod lessons_panel;
pub mod menu;
mod monitors;
pub mod sessions_menu;
pub mod sheet;
pub mod status_bar;
pub mod top_bar;
pub mod welcome;
pub mod window;

pub use disk_strip::WaitingRun;
pub use glossary_panel::GlossaryPanel;
pub use lessons_panel::LessonsPanel;
pub use window::{NoWindow, Start};
