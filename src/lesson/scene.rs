//! A scene: servers, clients, what they do, which view is opened, a question before and an answer after.
//!
//! In scope: the data of a scene. Out of scope: reading a scene (see `scene_reader`), and running it (see `scene_runner`).

use serde::{Deserialize, Deserializer};

use super::actor::{SceneClient, SceneServer};
use super::claim::Claim;
use super::figure::FigureName;
use super::localized_text::LocalizedText;
use super::step::SceneStep;
use crate::net::PaceMode;
use crate::settings::Language;

/// The most bytes of a scene's file.
pub const SCENE_MAX: usize = 1024 * 1024;

enum_with_all! {
    /// The part of the list in which a scene stands.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub enum Chapter {
        /// Bytes and calls.
        Stream,
        /// The end of a connection.
        End,
        /// Heads and bodies.
        Http,
        /// Servers and threads.
        Server,
        /// The system below the sockets.
        Kernel,
        /// Scenes of teachers.
        #[default]
        Own,
    }
}

/// A panel that is opened when a scene begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// The head of a message.
    Head,
    /// The body of a message.
    Body,
    /// The bytes, with the ruler.
    Bytes,
    /// The phases of a connection.
    Timing,
    /// Both ends on one clock.
    Ladder,
    /// The system's figures of the connection.
    Kernel,
    /// The run as a program.
    Program,
    /// The lanes of a server's threads.
    Threads,
}

/// The view with which a scene begins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpeningView {
    /// The name of the server or client that is shown.
    pub at: String,
    /// The panels that are opened: one, or several that are seen side by side where there is room.
    #[serde(rename = "panel", deserialize_with = "one_or_several")]
    pub panels: Vec<Panel>,
    /// Whether the sent direction is shown, and not the received one.
    pub sent: bool,
}

impl Default for OpeningView {
    fn default() -> Self {
        Self { at: String::new(), panels: vec![Panel::Bytes], sent: false }
    }
}

/// Reads a panel, or a list of panels.
fn one_or_several<'de, D: Deserializer<'de>>(text: D) -> Result<Vec<Panel>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneOrSeveral {
        One(Panel),
        Several(Vec<Panel>),
    }
    Ok(match OneOrSeveral::deserialize(text)? {
        OneOrSeveral::One(panel) => vec![panel],
        OneOrSeveral::Several(panels) => panels,
    })
}

/// A claim, and the system for which it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemClaim {
    /// The claim.
    pub claim: Claim,
    /// The only system for which the claim is made. `None` for all systems.
    pub only_on: Option<String>,
}

impl SystemClaim {
    /// Whether the claim is made for the system on which this program runs.
    pub fn is_for_here(&self) -> bool {
        self.only_on.as_ref().is_none_or(|system| system == std::env::consts::OS)
    }
}

/// A scene.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The name of the scene in links, which is that of its file.
    pub id: String,
    /// The part of the list in which the scene stands.
    pub topic: Chapter,
    /// The title.
    pub title: LocalizedText,
    /// The text that says what to look at.
    pub watch: LocalizedText,
    /// The question of what will happen.
    pub question: LocalizedText,
    /// The answers to choose from.
    pub choices: Vec<LocalizedText>,
    /// The index of the right choice, from 0.
    pub right: Option<usize>,
    /// The answer, with figures in braces: `{client.reads}`.
    pub answer: LocalizedText,
    /// The keys of the words whose meaning the scene shows.
    pub words: Vec<String>,
    /// The view with which the scene begins.
    pub look: OpeningView,
    /// The pace of servers at first.
    pub server_pace: PaceMode,
    /// The pace of clients at first.
    pub client_pace: PaceMode,
    /// The servers.
    pub servers: Vec<SceneServer>,
    /// The clients.
    pub clients: Vec<SceneClient>,
    /// The steps, in order.
    pub steps: Vec<SceneStep>,
    /// The claims about the observations.
    pub claims: Vec<SystemClaim>,
}

impl Scene {
    /// The figures in the answer.
    pub fn answer_names(&self) -> Vec<FigureName> {
        let texts = Language::ALL.map(|language| figures_in(self.answer.of(language)));
        texts.iter().flatten().filter_map(|name| FigureName::parse(name).ok()).collect()
    }

    /// The answer with the values of its figures.
    pub fn answer_with(&self, language: Language, figure: &dyn Fn(&FigureName) -> Option<String>) -> String {
        let mut answer = String::new();
        let mut rest = self.answer.of(language);
        while let Some((before, after)) = rest.split_once('{') {
            answer.push_str(before);
            let Some((name, after)) = after.split_once('}') else { break };
            let value = FigureName::parse(name).ok().and_then(|name| figure(&name));
            answer.push_str(value.as_deref().unwrap_or("?"));
            rest = after;
        }
        answer.push_str(rest);
        answer
    }
}

/// The texts that stand in braces in `text`.
pub(super) fn figures_in(text: &str) -> Vec<String> {
    text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}
