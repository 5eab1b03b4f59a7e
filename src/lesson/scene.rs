//! A scene: servers, clients, what they do, what is to be looked at, a question before and an answer after.
//!
//! In scope: reading one from TOML, with the line of whatever can't be used. Teachers write their own: `docs/LESSONS.md` has the keys.

use serde::Deserialize;

use super::actor::{SceneClient, SceneServer};
use super::claim::Claim;
use super::figure::FigureName;
use super::localized_text::LocalizedText;
use super::step::SceneStep;
use crate::net::Tempo;
use crate::settings::Language;

/// A scene's file is no longer than this, in bytes.
pub const SCENE_MAX: usize = 1024 * 1024;

/// What scenes are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chapter {
    /// Bytes and calls.
    Stream,
    /// How it ends.
    End,
    /// Heads and bodies.
    Http,
    /// Servers and threads.
    Server,
    /// The system beneath.
    Kernel,
    /// A teacher's own.
    #[default]
    Own,
}

impl Chapter {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 6] = [Self::Stream, Self::End, Self::Http, Self::Server, Self::Kernel, Self::Own];
}

/// What is opened when a scene begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// The head of a message.
    Head,
    /// Its body.
    Body,
    /// The bytes, with the ruler.
    #[default]
    Bytes,
    /// The phases.
    Timing,
    /// Both ends on one clock.
    Ladder,
    /// What the system knows.
    Kernel,
    /// The run as a program.
    Program,
    /// The lanes of a server's threads.
    Threads,
}

/// What is to be looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct OpeningView {
    /// Whom.
    pub at: String,
    /// Which panel.
    pub panel: Panel,
    /// Whether it is the direction of what was sent.
    pub sent: bool,
}

/// What is claimed, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemClaim {
    /// What.
    pub claim: Claim,
    /// The only system of which it is claimed; `None`: all.
    pub only_on: Option<String>,
}

impl SystemClaim {
    /// Whether it is claimed of the system that this program runs on.
    #[must_use]
    pub fn is_for_here(&self) -> bool {
        self.only_on.as_ref().is_none_or(|system| system == std::env::consts::OS)
    }
}

/// A scene.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Its name in links: that of its file.
    pub id: String,
    /// What it is sorted by.
    pub topic: Chapter,
    /// Its title.
    pub title: LocalizedText,
    /// What to look at.
    pub watch: LocalizedText,
    /// What to predict.
    pub question: LocalizedText,
    /// Predictions to choose from,
    pub choices: Vec<LocalizedText>,
    /// of which this one is right, counted from 0.
    pub right: Option<usize>,
    /// The answer, with figures in braces: `{client.reads}`.
    pub answer: LocalizedText,
    /// The words that it shows the meaning of, by their keys.
    pub words: Vec<String>,
    /// What is opened.
    pub look: OpeningView,
    /// How fast servers go at first,
    pub server_tempo: Tempo,
    /// and clients.
    pub client_tempo: Tempo,
    /// The servers.
    pub servers: Vec<SceneServer>,
    /// The clients.
    pub clients: Vec<SceneClient>,
    /// What happens.
    pub steps: Vec<SceneStep>,
    /// What is claimed.
    pub claims: Vec<SystemClaim>,
}

impl Scene {
    /// The figures that the answer tells.
    #[must_use]
    pub fn answer_names(&self) -> Vec<FigureName> {
        let texts = [Language::English, Language::Chinese].map(|language| figures_in(self.answer.of(language)));
        texts.iter().flatten().filter_map(|name| FigureName::parse(name).ok()).collect()
    }

    /// The answer with its figures.
    #[must_use]
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

/// What stands in braces in a text.
pub(super) fn figures_in(text: &str) -> Vec<String> {
    text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}
