//! The Timing tab: phases and throughput.

mod panel;
mod phase_table;
pub mod throughput_plots;

pub use panel::TimingPanel;
pub use throughput_plots::AXIS_WIDTH;
