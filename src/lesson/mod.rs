//! Lessons: moments at which sockets do what one would not have thought, each a scene of a few lines of data that runs on this machine.
//!
//! In scope: reading scenes, running them, and holding what they claim against what was observed. A scene starts servers and clients as
//! the window does, by the same forms; nothing in it is played. Out of scope: drawing.

mod actor;
mod bound;
mod catalogue;
mod claim;
mod director;
mod figure;
mod figures;
mod scene;
mod scene_error;
mod step;
mod system;
mod text;
mod value;

pub use actor::{ClientPart, ServerPart};
pub use bound::Bound;
pub use catalogue::catalogue;
pub use claim::{Claim, Op, Operand};
pub use director::{Casting, Cue, Director, LOOK, Observed, Progress};
pub use figure::{Figure, Name};
pub use figures::Facts;
pub use scene::{Claimed, Look, Panel, SCENE_MAX, Scene, Topic};
pub use scene_error::{SceneError, SceneFault};
pub use step::{Step, Texts, Waiting};
pub use text::Text;
pub use value::Value;
