//! The Kernel tab: TCP states and figures from the system's socket table.

mod accept_queue;
mod end;
mod figures;
mod history;
mod panel;
mod plots;
mod state_diagram;
mod state_paths;

pub use panel::KernelPanel;
