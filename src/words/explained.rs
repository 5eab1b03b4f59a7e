//! The explanation of a topic: a title, a text of one to three sentences, and its sources.
//!
//! In scope: reading `assets/words/explained.*.ftl`, sources with their links, searching in both languages. Out of scope: which topics
//! there are (see `topic_group`), and where an explanation is shown.

use std::borrow::Cow;

use super::catalogue::Words;
use super::topic::Topic;
use super::topic_group::TopicGroup;
use crate::settings::Language;

/// The explanation of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The term.
    pub title: String,
    /// The meaning of the term.
    pub text: String,
    /// The sources of the text.
    pub sources: Vec<Citation>,
}

/// The source of an explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The citation: `recv(2)`, `RFC 9112 §6.3`, or the name of this program for words of its own.
    pub name: String,
    /// The address of the page, for a standard.
    pub link: Option<String>,
}

impl Citation {
    /// Reads a citation. Returns `None` for one of no known form.
    pub fn parse(name: &str) -> Option<Self> {
        let link = match name.strip_prefix("RFC ") {
            Some(rest) => Some(rfc(rest)?),
            None if name == "WHATWG Fetch" => Some("https://fetch.spec.whatwg.org/".to_owned()),
            None if name == "Socketscope" || is_manual_page(name) => None,
            None => return None,
        };
        Some(Self { name: name.to_owned(), link })
    }
}

/// The address of the page of `9112 §6.3`, of `5681` or of `9112 §C.2`.
fn rfc(rest: &str) -> Option<String> {
    let (number, section) = rest.split_once(" §").map_or((rest, None), |(number, section)| (number, Some(section)));
    number.parse::<u16>().ok()?;
    let Some(section) = section else { return Some(format!("https://www.rfc-editor.org/rfc/rfc{number}")) };
    let kind = if section.starts_with(|c: char| c.is_ascii_uppercase()) { "appendix" } else { "section" };
    let is_part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    section.split('.').all(is_part).then(|| format!("https://www.rfc-editor.org/rfc/rfc{number}#{kind}-{section}"))
}

/// Whether `name` is a page of the manual: `recv(2)`.
fn is_manual_page(name: &str) -> bool {
    let Some((page, section)) = name.split_once('(') else { return false };
    let is_name = !page.is_empty() && page.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    is_name && matches!(section, "2)" | "3)" | "7)")
}

impl Words {
    /// The explanation of `topic`.
    pub fn explain(&self, topic: Topic) -> Explanation {
        let (key, explained) = (topic.key(), self.explained());
        let sources = explained.attribute(&key, "source").unwrap_or_default();
        Explanation {
            title: self.topic_title(topic),
            text: explained.value(&key, None).map_or(key, Cow::into_owned),
            sources: sources.split(", ").filter_map(Citation::parse).collect(),
        }
    }

    /// The title of `topic`: the title in its explanation, else its text on the screen, else its name.
    pub fn topic_title(&self, topic: Topic) -> String {
        let key = topic.key();
        if let Some(title) = self.explained().attribute(&key, "title") {
            return title.into_owned();
        }
        if self.has(&key) { self.text(&key).into_owned() } else { topic.name().to_owned() }
    }

    /// The title of a group of topics.
    pub fn group_title(&self, group: TopicGroup) -> String {
        self.text(&format!("words-{}", group.key())).into_owned()
    }
}

/// All topics with their explanations in every language, to be searched.
#[derive(Debug)]
pub struct Glossary(Vec<(Topic, [String; 2])>);

impl Default for Glossary {
    fn default() -> Self {
        let both = [Words::new(Language::English), Words::new(Language::Chinese)];
        let said = |topic: Topic| {
            let all = both.each_ref().map(|words| words.explain(topic));
            let titles = all.each_ref().map(|one| one.title.to_lowercase()).join("\n");
            let texts = all.map(|one| {
                let sources = one.sources.iter().map(|source| source.name.to_lowercase()).collect::<Vec<_>>().join(" ");
                format!("{} {sources}", one.text.to_lowercase())
            });
            (topic, [format!("{}\n{titles}", topic.name().to_lowercase()), texts.join(" ")])
        };
        Self(Topic::all().map(said).collect())
    }
}

impl Glossary {
    /// The topics that have every word of `text` in the title, in some language. If there are none, those that have every word in title,
    /// text or source.
    pub fn find(&self, text: &str) -> Vec<Topic> {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let found = |is_it: &dyn Fn(&[String; 2], &str) -> bool| {
            let all = self.0.iter().filter(|(_, said)| words.iter().all(|word| is_it(said, word)));
            all.map(|(topic, _)| *topic).collect::<Vec<_>>()
        };
        let by_title = found(&|[title, _], word| title.contains(word));
        if by_title.is_empty() {
            return found(&|[title, rest], word| title.contains(word) || rest.contains(word));
        }
        by_title
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::capture::kernel::TcpState;
    use crate::capture::{CallKind, Cause, ConnectionState, Ended, Outcome};
    use crate::tls::TlsFailure;
    use crate::view::PhaseKind;
    use crate::words::catalogue::tests::keys;
    use crate::words::catalogue::{EXPLAINED_CHINESE, EXPLAINED_ENGLISH};

    /// The most characters of a tooltip.
    const LONGEST: usize = 320;
    const LANGUAGES: [(Language, &str); 2] =
        [(Language::English, EXPLAINED_ENGLISH), (Language::Chinese, EXPLAINED_CHINESE)];

    #[test]
    fn every_topic_has_title_text_and_source_in_both_languages_and_nothing_else_has() {
        let topics: BTreeSet<String> = Topic::all().map(Topic::key).collect();
        assert_eq!(topics.len(), Topic::all().count(), "two topics have one key");
        for (language, source) in LANGUAGES {
            assert_eq!(
                keys(source).into_keys().collect::<BTreeSet<_>>().symmetric_difference(&topics).collect::<Vec<_>>(),
                Vec::<&String>::new()
            );
            let words = Words::new(language);
            for topic in Topic::all() {
                let (key, explanation) = (topic.key(), words.explain(topic));
                assert_ne!(explanation.text, key);
                assert!(explanation.text.chars().count() <= LONGEST, "{key} is too long");
                assert!(explanation.text.ends_with(['.', '。']), "{key} does not end like a sentence");
                assert!(!explanation.sources.is_empty(), "{key} has no source");
                assert!(!explanation.title.is_empty() && explanation.title.chars().count() <= 60, "{key}");
            }
        }
    }

    #[test]
    fn every_source_has_a_known_form_and_is_the_same_in_both_languages() {
        let both = LANGUAGES.map(|(language, _)| Words::new(language));
        for topic in Topic::all() {
            let [english, chinese] =
                both.each_ref().map(|one| one.explained().attribute(&topic.key(), "source").unwrap());
            assert_eq!(english, chinese, "{}", topic.key());
            for name in english.split(", ") {
                assert!(Citation::parse(name).is_some(), "{name} of {} has no known form", topic.key());
            }
            let [english, chinese] =
                both.each_ref().map(|one| one.explained().attribute(&topic.key(), "title").is_some());
            assert_eq!(english, chinese, "{} has a title in one language only", topic.key());
        }
    }

    #[test]
    fn a_citation_leads_to_its_page() {
        let link = |name: &str| Citation::parse(name).map(|source| source.link);
        let page = |text: &str| Some(Some(format!("https://www.rfc-editor.org/rfc/{text}")));
        assert_eq!(link("RFC 9112 §6.3"), page("rfc9112#section-6.3"));
        assert_eq!(link("RFC 9112 §C.2.2"), page("rfc9112#appendix-C.2.2"));
        assert_eq!(link("RFC 896"), page("rfc896"));
        assert_eq!(link("clock_gettime(2)"), Some(None));
        for odd in ["RFC", "RFC x", "RFC 9112 §", "RFC 9112 §6..3", "RFC 9112 6.3", "recv", "recv(9)", "(2)", ""] {
            assert_eq!(link(odd), None, "{odd}");
        }
    }

    #[test]
    fn whatever_the_floors_below_name_has_a_topic() {
        let known: BTreeSet<String> = Topic::all().map(Topic::key).collect();
        let is_known = |topic: Topic| assert!(known.contains(&topic.key()), "{} is no topic", topic.key());
        CallKind::ALL.map(Topic::from).into_iter().for_each(is_known);
        Outcome::ALL.map(Topic::from).into_iter().for_each(is_known);
        Ended::ALL.map(Topic::from).into_iter().for_each(is_known);
        [ConnectionState::Preparing, ConnectionState::Open].map(Topic::from).into_iter().for_each(is_known);
        PhaseKind::ALL.map(Topic::from).into_iter().for_each(is_known);
        TcpState::ALL.map(|state| Topic::tcp_state(state).unwrap()).into_iter().for_each(is_known);
        [Topic::blocked(), Topic::due()].into_iter().for_each(is_known);
    }

    #[test]
    fn every_framing_and_violation_that_the_catalogue_names_has_a_topic() {
        let named = include_str!("../../assets/words/en.ftl");
        let known: BTreeSet<String> = Topic::all().map(Topic::key).collect();
        let mut seen = 0;
        for line in named.lines().filter(|line| line.starts_with("framing-") || line.starts_with("violation-")) {
            let key = line.split(" =").next().unwrap();
            assert!(known.contains(key) || key == "violation-at", "{key} is not explained");
            seen += 1;
        }
        assert!(seen > 30, "only {seen} were found");
    }

    #[test]
    fn names_are_found_as_they_are_written_elsewhere() {
        let name = |topic: Option<Topic>| topic.map(Topic::name);
        for (state, written) in [
            (TcpState::SynReceived, "SYN-RECEIVED"),
            (TcpState::FinWait2, "FIN-WAIT-2"),
            (TcpState::Established, "ESTABLISHED"),
        ] {
            assert_eq!(name(Topic::tcp_state(state)), Some(written));
        }
        assert_eq!(name(Topic::field(b"content-LENGTH")), Some("Content-Length"));
        assert_eq!(name(Topic::field(b"X-Anything")), None);
        assert_eq!(name(Topic::status(404)), Some("404 Not Found"));
        assert_eq!(name(Topic::status(499)), Some("4xx"));
        assert_eq!(name(Topic::status(600)), None);
        assert_eq!(name(TopicGroup::Methods.topic("PATCH")), Some("PATCH"));
        assert_eq!(name(TopicGroup::Methods.topic("get")), None);
        assert_eq!(name(Topic::column("column-asked")), Some("asked"));
        assert_eq!(name(Topic::column("phase")), None);
    }

    #[test]
    fn a_refused_certificate_is_told_from_other_failures_of_tls() {
        let certificate = TlsFailure::Certificate { faults: vec![], certificates: vec![], detail: String::new() };
        let topic = |failure: TlsFailure| Topic::from(&Cause::Tls(failure.into())).name();
        assert_eq!((topic(certificate), topic(TlsFailure::Closed)), ("tls-certificate", "tls"));
    }

    #[test]
    fn titles_are_those_on_the_screen_where_there_are_any() {
        for (language, _) in LANGUAGES {
            let words = Words::new(language);
            let asked = Topic::column("column-asked").unwrap();
            assert_eq!(words.topic_title(asked), words.text("column-asked"));
            assert_eq!(words.topic_title(Ended::Reset.into()), words.end_reason(Ended::Reset));
            assert_eq!(words.topic_title(CallKind::Resolve.into()), "getaddrinfo");
        }
    }

    #[test]
    fn the_glossary_finds_in_both_languages_and_titles_come_first() {
        let glossary = Glossary::default();
        let keys = |text: &str| glossary.find(text).into_iter().map(Topic::key).collect::<Vec<_>>();
        assert_eq!(keys("Half-close"), ["house-half-close"]);
        assert_eq!(keys("半关闭"), ["house-half-close"]);
        assert_eq!(keys("content  length").first().map(String::as_str), Some("field-content-length"));
        assert_eq!(keys("RFC 7838"), ["field-alt-svc"]);
        assert_eq!(keys("econnrefused"), ["cause-refused"]);
        assert_eq!(keys("no such text"), Vec::<String>::new());
        assert_eq!(keys(" ").len(), Topic::all().count());
    }
}
