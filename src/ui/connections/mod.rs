//! The table of a server's connections.

mod columns;
mod model;
mod row;
mod send_bar;
mod sorting;
mod table;
mod thread_lanes;
mod toolbar;

pub use model::ConnectionsModel;
pub use table::ConnectionsPanel;
