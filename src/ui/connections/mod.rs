//! The connections of a server: the table, the lanes of their threads, and the bar that sends to them.

mod carry_out;
mod columns;
mod menu;
mod model;
mod name_editor;
mod row;
mod send_bar;
mod sorting;
mod table;
mod thread_lanes;
mod toolbar;

pub use model::ConnectionsModel;
pub use table::ConnectionsPanel;
