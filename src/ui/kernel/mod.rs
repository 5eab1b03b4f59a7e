//! The Kernel tab: the states of TCP, what the system's socket table says, and its course.

mod accept_queue;
mod end;
mod figures;
mod history;
mod panel;
mod plots;
mod state_diagram;
mod state_paths;

pub use panel::KernelPanel;
