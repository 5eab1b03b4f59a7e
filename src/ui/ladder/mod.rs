//! The Ladder tab, a flow graph: the calls of both ends on two lifelines, with an arrow for what goes from one end to the other.

mod frame;
mod labels;
mod paint;
mod panel;
mod text;
mod time_scale;

pub use frame::LadderModel;
pub use panel::LadderPanel;
