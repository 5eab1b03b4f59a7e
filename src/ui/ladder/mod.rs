//! The Ladder tab: the calls of both ends on two lifelines.

mod frame;
mod labels;
mod paint;
mod panel;
mod text;
mod time_scale;

pub use panel::{LadderPanel, LadderShown};
