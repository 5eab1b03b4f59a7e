//! A text of a scene, in two languages.

use serde::Deserialize;

use super::bound::TEXT;
use super::scene_error::{Bound, SceneFault};
use crate::settings::Language;

/// A text in the languages of the program; in one alone, it is that for all.
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
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => self.en.trim(),
            Language::Chinese => self.zh.trim(),
        }
    }

    /// Whether it is short enough to be read; `key` is what it is in a scene.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self, key: &'static str) -> Result<(), SceneFault> {
        Bound::bytes(key, TEXT).check(self.en.len().max(self.zh.len()) as u64)
    }
}
