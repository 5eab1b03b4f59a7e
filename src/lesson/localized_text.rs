//! A text of a scene, in two languages.

use serde::Deserialize;

use super::bound::TEXT;
use super::scene_error::{Bound, SceneFault};
use crate::settings::Language;

/// A text in the languages of the program. A text in one language stands for both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenText")]
pub struct LocalizedText {
    en: String,
    zh: String,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum WrittenText {
    One(String),
    Both { en: String, zh: String },
}

impl From<WrittenText> for LocalizedText {
    fn from(written: WrittenText) -> Self {
        match written {
            WrittenText::One(text) => Self { en: text.clone(), zh: text },
            WrittenText::Both { en, zh } => Self { en, zh },
        }
    }
}

impl LocalizedText {
    /// The text in `language`.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => self.en.trim(),
            Language::Chinese => self.zh.trim(),
        }
    }

    /// Checks that the text is short enough to be read. `key` is its key in the scene.
    ///
    /// # Errors
    /// When the text is longer.
    pub fn check(&self, key: &'static str) -> Result<(), SceneFault> {
        Bound::bytes(key, TEXT).check(self.en.len().max(self.zh.len()) as u64)
    }
}
