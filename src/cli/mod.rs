//! The program without a window: the same engine and the same session, written to a terminal.
//!
//! In scope: `get`, `serve`, `demo`, their arguments, their output as text and as JSON lines, their exit statuses. Out of
//! scope: anything that the engine does.

mod args;
mod demo;
mod exit;
mod get;
mod interrupts;
mod output;
mod parse;
mod serve;

pub use args::{Arguments, Subcommand};
pub use demo::demo;
pub use exit::Exit;
pub use get::get;
pub use serve::serve;
