//! The Bytes tab: the ruler and the hex dump.

pub mod hex_panel;
mod ruler;
mod tab;

pub use tab::BytesTab;
