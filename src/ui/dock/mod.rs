//! The dock: the views of a run stand in it as tabs, beside each other and below each other, as the user likes.
//!
//! In scope: where a view stands, which views are seen, the tabs and their menus. Out of scope: what a view shows ([`Panes`]), and
//! changes of an arrangement (`settings::Arrangement`).

mod behavior;
mod order;
mod role_dock;
mod standard;
mod tab;
mod tree;

pub use behavior::Panes;
pub use role_dock::Dock;
