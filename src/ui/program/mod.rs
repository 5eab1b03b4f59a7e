//! The Program panel: the run as the source of a program.

mod current_line;
mod panel;
pub mod plan;
mod values;

pub use current_line::ProgramRun;
pub use panel::ProgramPanel;
