//! The texts of one language, by key. The Fluent library reads the texts and forms plurals.

use std::borrow::Cow;
use std::cell::OnceCell;

use fluent_bundle::{FluentArgs, FluentValue};

use super::texts::Texts;
use crate::settings::Language;

const ENGLISH: &str = include_str!("../../assets/words/en.ftl");
const CHINESE: &str = include_str!("../../assets/words/zh-CN.ftl");

/// The explanations of topics.
pub(super) const EXPLAINED_ENGLISH: &str = include_str!("../../assets/words/explained.en.ftl");
pub(super) const EXPLAINED_CHINESE: &str = include_str!("../../assets/words/explained.zh-CN.ftl");

/// A value that is put into a text.
pub type Arg<'a> = FluentValue<'a>;

/// The texts of one language.
pub struct Words {
    language: Language,
    texts: Texts,
    /// The explanations of topics, read at the first question.
    explained: OnceCell<Texts>,
}

impl Words {
    /// The texts in `language`.
    pub fn new(language: Language) -> Self {
        let source = match language {
            Language::English => ENGLISH,
            Language::Chinese => CHINESE,
        };
        Self { language, texts: Texts::new(source, language), explained: OnceCell::new() }
    }

    /// The language.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The explanations of topics in this language.
    pub(super) fn explained(&self) -> &Texts {
        let source = match self.language {
            Language::English => EXPLAINED_ENGLISH,
            Language::Chinese => EXPLAINED_CHINESE,
        };
        self.explained.get_or_init(|| Texts::new(source, self.language))
    }

    /// Whether there is a text for `key`.
    pub fn has(&self, key: &str) -> bool {
        self.texts.has(key)
    }

    /// The text for `key`, or the key itself if there is no text.
    pub fn text(&self, key: &str) -> Cow<'_, str> {
        self.find(key, None)
    }

    /// The text for `key` with values put in.
    pub fn with<'a>(&self, key: &str, args: impl IntoIterator<Item = (&'a str, Arg<'a>)>) -> String {
        let args: FluentArgs<'_> = args.into_iter().collect();
        self.find(key, Some(&args)).into_owned()
    }

    fn find<'a>(&'a self, key: &str, args: Option<&'a FluentArgs<'_>>) -> Cow<'a, str> {
        self.texts.value(key, args).unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use fluent_bundle::FluentResource;
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    const MISSING: &str = "no-such-key";

    /// The keys of a file, each with the names of the values that its text takes.
    pub(in crate::words) fn keys(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| errors).expect("the file has no faults");
        let mut keys = BTreeMap::new();
        let mut last = String::new();
        for line in source.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                last = key.to_owned();
                assert!(keys.insert(last.clone(), BTreeSet::new()).is_none(), "{last} stands twice");
            }
            for value in line.split('$').skip(1) {
                let name = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
                keys.get_mut(&last).expect("a value stands behind a key").insert(name.to_owned());
            }
        }
        keys
    }

    #[test]
    fn both_catalogues_hold_the_same_keys_and_values() {
        let (english, chinese) = (keys(ENGLISH), keys(CHINESE));
        let names = |map: &BTreeMap<String, _>| map.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(names(&english).symmetric_difference(&names(&chinese)).collect::<Vec<_>>(), Vec::<&String>::new());
        assert_eq!(english, chinese);
        assert!(english.len() > 100);
    }

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                sources(&entry.path(), found);
            } else {
                found.push(fs::read_to_string(entry.path()).unwrap());
            }
        }
    }

    #[test]
    fn every_key_that_the_code_names_is_in_the_catalogue() {
        let keys = keys(ENGLISH);
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut named = 0;
        for source in &files {
            for call in [".text(\"", ".with(\"", "button: \"", "title: \"", "title_of_part: \""] {
                for rest in source.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    named += 1;
                    assert!(
                        keys.contains_key(key) || !key.contains('-') || key == MISSING,
                        "{key} is not in the catalogue"
                    );
                }
            }
        }
        assert!(named > 100, "the search for keys finds {named} only");
    }

    #[test]
    fn texts_take_values_in_both_languages() {
        for language in Language::ALL {
            let words = Words::new(language);
            let text = words.with("bytes", [("count", Arg::from(1024))]);
            assert!(text.contains("1024") || text.contains("1,024"), "{text}");
            assert_eq!(words.text(MISSING), MISSING);
        }
    }
}
