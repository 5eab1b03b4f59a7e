//! The messages of one Fluent file, each parsed at the first question for it.
//!
//! In scope: where each message stands in the file, and its formatting. Out of scope: which files there are (see `catalogue`).
//! A run without a window needs some dozen of a thousand messages, and even finding where all of them stand is a part of the time of a small
//! `get` that counts. No message refers to another one, so each is a Fluent bundle of its own.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use fluent_bundle::{FluentArgs, FluentBundle, FluentMessage, FluentResource};
use memchr::memchr_iter;
use unic_langid::LanguageIdentifier;

use crate::settings::Language;

/// A message has no fewer bytes than this, on average over a file.
const USUAL: usize = 48;

/// The messages of one file.
pub(super) struct Texts {
    language: LanguageIdentifier,
    messages: HashMap<&'static str, LazyMessage>,
}

/// One message: its source, and the parsed message.
struct LazyMessage {
    source: &'static str,
    parsed: OnceCell<Box<FluentBundle<FluentResource>>>,
}

impl Texts {
    /// The messages of `file`, which are in `language`.
    pub(super) fn new(file: &'static str, language: Language) -> Self {
        let mut by_key = HashMap::with_capacity(file.len() / USUAL);
        by_key.extend(messages(file).map(|(key, source)| (key, LazyMessage { source, parsed: OnceCell::new() })));
        Self { language: language.name().parse().unwrap_or_default(), messages: by_key }
    }

    /// Whether there is a message for `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.messages.contains_key(key)
    }

    /// The value of the message for `key`, with `args` put in.
    pub(super) fn value<'a>(&'a self, key: &str, args: Option<&'a FluentArgs<'_>>) -> Option<Cow<'a, str>> {
        let (bundle, message) = self.message(key)?;
        Some(bundle.format_pattern(message.value()?, args, &mut Vec::new()))
    }

    /// The attribute `name` of the message for `key`.
    pub(super) fn attribute(&self, key: &str, name: &str) -> Option<Cow<'_, str>> {
        let (bundle, message) = self.message(key)?;
        Some(bundle.format_pattern(message.get_attribute(name)?.value(), None, &mut Vec::new()))
    }

    fn message(&self, key: &str) -> Option<(&FluentBundle<FluentResource>, FluentMessage<'_>)> {
        let text = self.messages.get(key)?;
        let bundle = text.parsed.get_or_init(|| Box::new(bundle(text.source, self.language.clone())));
        Some((bundle, bundle.get_message(key)?))
    }
}

/// The key of each message in `file` with the source of the message. A message begins with its key at the beginning of a line; it goes
/// on to the next line that begins so, or to a comment.
fn messages(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut rest = file;
    std::iter::from_fn(move || {
        loop {
            let bytes = rest.as_bytes();
            let end = memchr_iter(b'\n', bytes).map(|at| at + 1).find(|at| !goes_on(bytes.get(*at)));
            let (source, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            rest = behind;
            if source.is_empty() {
                return None;
            }
            if let Some((key, value)) = source.split_once(' ')
                && value.starts_with('=')
                && key.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                return Some((key, source));
            }
        }
    })
}

/// Whether a line that begins with `byte` belongs to the message before it.
fn goes_on(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b' ' | b'\n' | b'}'))
}

fn bundle(source: &str, language: LanguageIdentifier) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new(vec![language]);
    // The marks would show as boxes where the font lacks them; our texts mix no writing directions.
    bundle.set_use_isolating(false);
    // What is wrong in a file is found by the tests; here the rest of it serves.
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "# Comment\n\none = 1\nmany =\n    { $count ->\n        [one] one\n       *[other] { $count } of them\n    }\n# not = a message\nwith = text\n    that goes on\n    .source = RFC 1\nlast = end";

    #[test]
    fn each_message_is_found_where_it_stands() {
        let found: Vec<_> = messages(FILE).collect();
        assert_eq!(found.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["one", "many", "with", "last"]);
        assert!(found.iter().all(|(key, source)| source.starts_with(key) && FILE.contains(source)));
        assert_eq!(messages("").count() + messages("# nothing\n").count(), 0);
    }

    #[test]
    fn a_message_is_formatted_with_its_plural_and_its_attributes() {
        let texts = Texts::new(FILE, Language::English);
        let count = |count: u64| FluentArgs::from_iter([("count", count)]);
        let value = |key: &str, args: Option<&FluentArgs<'_>>| texts.value(key, args).map(Cow::into_owned);
        assert_eq!(value("many", Some(&count(1))).as_deref(), Some("one"));
        assert_eq!(value("many", Some(&count(7))).as_deref(), Some("7 of them"));
        assert_eq!(value("with", None).as_deref(), Some("text\nthat goes on"));
        assert_eq!(texts.attribute("with", "source").as_deref(), Some("RFC 1"));
        assert_eq!(value("last", None).as_deref(), Some("end"));
        assert_eq!((value("not", None), texts.attribute("one", "source"), texts.has("one")), (None, None, true));
    }
}
