//! What the window looks like: its colours, distances, fonts and icons, the ring of the focus, and what fades in.

mod fading;
pub mod focus_ring;
pub mod fonts;
mod icons;
mod system_motion;
pub mod tokens;
#[cfg(test)]
mod tokens_tests;

pub use fading::Fading;
pub use icons::{ICON, Icon};
pub use system_motion::prefers_less_motion;
