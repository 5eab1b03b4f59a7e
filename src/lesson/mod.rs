//! Lessons: scenes in which sockets do something unexpected. A scene is a few lines of data, and runs on this machine.
//!
//! In scope: reading scenes, running them, and comparing their claims with the observations. A scene starts servers and clients as the
//! window does, by the same forms; nothing is simulated. Out of scope: drawing.

mod actor;
mod bound;
mod catalogue;
mod claim;
mod figure;
mod figure_value;
mod localized_text;
mod run_figures;
mod scene;
mod scene_error;
mod scene_reader;
mod scene_runner;
mod step;

pub use actor::{SceneClient, SceneServer};
pub use catalogue::catalogue;
pub use claim::{Claim, Comparison, Operand};
pub use figure::{Figure, FigureName};
pub use figure_value::FigureValue;
pub use localized_text::LocalizedText;
pub use run_figures::RunFigures;
pub use scene::{Chapter, OpeningView, Panel, SCENE_MAX, Scene, SystemClaim};
pub use scene_error::{Bound, SceneError, SceneFault};
pub use scene_runner::{Observations, POLL_INTERVAL, SceneHost, SceneOrder, SceneProgress, SceneRunner};
pub use step::{SceneStep, SentTexts, WaitFor};
