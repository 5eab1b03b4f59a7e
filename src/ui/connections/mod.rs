//! The table of a server's connections.

mod columns;
mod row;
mod send_bar;
mod sorting;
pub mod table;
mod thread_lanes;
mod toolbar;

pub use table::ConnectionsPanel;
