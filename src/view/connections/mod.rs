//! The result of a connection, and the table of a server's connections: its order, what is picked in it, and the lanes of the threads.

pub mod conversation;
pub mod exchange;
pub mod order;
#[cfg(test)]
mod order_tests;
pub mod row_selection;
pub mod run_result;
pub mod thread_lanes;

pub use order::{ConnectionColumn, ConnectionQuery, ConnectionStates, RowTexts};
pub use row_selection::RowSelection;
pub use thread_lanes::{LaneRun, LaneScale, ThreadActivity};
