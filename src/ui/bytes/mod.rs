//! The Bytes tab: the ruler and the hex dump.

mod hex_model;
pub mod hex_panel;
mod row;
mod row_colours;
mod ruler;
mod tab;

pub use tab::BytesTab;
