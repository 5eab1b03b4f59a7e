//! The connections of a server: the table, the lanes of their threads, and the bar that sends to them.

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
