//! The program without a window: the same engine and the same session, told in a terminal.
//!
//! In scope: `get`, `serve`, `demo`, their arguments, their output as text and as JSON lines, their exit statuses. Out of
//! scope: anything that the engine does.

mod args;
mod demo;
mod exit;
mod get;
mod hops;
mod interrupts;
mod json;
mod json_tls;
mod lines;
mod remark;
mod reply;
mod request;
mod saving;
mod serve;
mod serve_args;
mod stdout_body;
mod story;
mod streams;
mod watch;

pub use args::{Arguments, Subcommand};
pub use demo::demo;
pub use exit::Exit;
pub use get::get;
pub use serve::serve;
