//! The Bytes tab: the hex dump and the ruler above it.

pub mod hex_panel;
mod ruler;
mod tab;

pub use tab::BytesTab;
