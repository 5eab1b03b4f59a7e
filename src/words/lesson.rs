//! The sentences about scenes that can't be used.

use super::{Arg, Words};
use crate::lesson::SceneFault;
use crate::view::{group_digits, short_bytes, visible};

/// The most characters of a scene that are repeated in a sentence.
const SHOWN_MAX: usize = 200;

impl Words {
    /// The fault of a scene, in a sentence.
    pub fn scene_fault(&self, fault: &SceneFault) -> String {
        if let SceneFault::TooMuch(bound) = fault {
            let most = if bound.is_bytes { short_bytes(bound.most as f64) } else { group_digits(bound.most) };
            let parts = [("what", Arg::from(bound.key.to_owned())), ("most", Arg::from(most))];
            return self.with("scene-too-much", parts);
        }
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
            SceneFault::TooLong | SceneFault::TooMuch(_) => ("scene-too-long", ""),
        };
        let what = what.chars().take(SHOWN_MAX).collect::<String>();
        self.with(key, [("what", Arg::from(visible(&what).into_owned()))])
    }
}
