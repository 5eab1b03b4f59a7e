//! The Ladder tab: the calls of both ends on two lifelines.

mod frame;
mod labels;
mod paint;
mod panel;
mod text;
mod time_scale;

pub use frame::LadderModel;
pub use panel::LadderPanel;
