//! What is said about scenes that can't be used.

use super::{Arg, Words};
use crate::lesson::SceneFault;

impl Words {
    /// What is wrong with a scene.
    #[must_use]
    pub fn scene_fault(&self, fault: &SceneFault) -> String {
        let number;
        let (key, what) = match fault {
            SceneFault::NoChoice(choice) => {
                number = choice.to_string();
                ("scene-no-choice", number.as_str())
            }
            SceneFault::Unreadable(why) => ("scene-unreadable", why.as_str()),
            SceneFault::UnknownKey(key) => ("scene-unknown-key", key.as_str()),
            SceneFault::NoActor(name) => ("scene-no-actor", name.as_str()),
            SceneFault::Twice(name) if name.is_empty() => ("scene-no-name", ""),
            SceneFault::Twice(name) => ("scene-twice", name.as_str()),
            SceneFault::NoFigure(name) => ("scene-no-figure", name.as_str()),
            SceneFault::NoComparison(text) => ("scene-no-comparison", text.as_str()),
            SceneFault::NotOneThing => ("scene-not-one-thing", ""),
            SceneFault::NoAddress(text) => ("scene-no-address", text.as_str()),
            SceneFault::NoPace(text) => ("scene-no-pace", text.as_str()),
            SceneFault::Nobody => ("scene-nobody", ""),
            SceneFault::TooLong => ("scene-too-long", ""),
        };
        self.with(key, [("what", Arg::from(what.to_owned()))])
    }
}
