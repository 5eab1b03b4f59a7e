//! A scene: servers, clients, what they do, what is to be looked at, a question before and an answer after.
//!
//! In scope: reading one from TOML, with the line of whatever can't be used. Teachers write their own: `docs/LESSONS.md` has the keys.

use serde::Deserialize;
use toml::Spanned;

use super::actor::{ClientPart, ServerPart};
use super::bound;
use super::claim::Claim;
use super::figure::Name;
use super::scene_error::{SceneError, SceneFault};
use super::step::{Step, WrittenSteps, tempo};
use super::text::Text;
use crate::net::Tempo;
use crate::settings::Language;

/// A scene's file is no longer than this, in bytes.
pub const SCENE_MAX: usize = 1024 * 1024;

/// What scenes are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
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

impl Topic {
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
pub struct Look {
    /// Whom.
    pub at: String,
    /// Which panel.
    pub panel: Panel,
    /// Whether it is the direction of what was sent.
    pub sent: bool,
}

/// What is claimed, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// What.
    pub claim: Claim,
    /// The only system of which it is claimed; `None`: all.
    pub only_on: Option<String>,
}

impl Claimed {
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
    pub topic: Topic,
    /// Its title.
    pub title: Text,
    /// What to look at.
    pub watch: Text,
    /// What to predict.
    pub question: Text,
    /// Predictions to choose from,
    pub choices: Vec<Text>,
    /// of which this one is right, counted from 0.
    pub right: Option<usize>,
    /// The answer, with figures in braces: `{client.reads}`.
    pub answer: Text,
    /// The words that it shows the meaning of, by their keys.
    pub words: Vec<String>,
    /// What is opened.
    pub look: Look,
    /// How fast servers go at first,
    pub server_tempo: Tempo,
    /// and clients.
    pub client_tempo: Tempo,
    /// The servers.
    pub servers: Vec<ServerPart>,
    /// The clients.
    pub clients: Vec<ClientPart>,
    /// What happens.
    pub steps: Vec<Step>,
    /// What is claimed.
    pub claims: Vec<Claimed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default)]
    topic: Topic,
    title: Text,
    #[serde(default)]
    watch: Text,
    #[serde(default)]
    question: Text,
    #[serde(default)]
    choices: Vec<Text>,
    right: Option<Spanned<usize>>,
    answer: Option<Spanned<Text>>,
    #[serde(default)]
    words: Vec<String>,
    look: Option<Spanned<Look>>,
    pace: Option<Spanned<Paces>>,
    #[serde(default)]
    server: Vec<Spanned<ServerPart>>,
    #[serde(default)]
    client: Vec<Spanned<ClientPart>>,
    #[serde(default)]
    steps: WrittenSteps,
    #[serde(default)]
    claims: Vec<Spanned<WrittenClaim>>,
}

impl Written {
    /// Whether there is not too much of what is listed or to be read.
    fn check(&self) -> Result<(), SceneFault> {
        let lists = [
            (bound::SERVERS, self.server.len()),
            (bound::CLIENTS, self.client.len()),
            (bound::STEPS, self.steps.len()),
            (bound::CLAIMS, self.claims.len()),
            (bound::CHOICES, self.choices.len()),
            (bound::WORDS, self.words.len()),
        ];
        lists.into_iter().try_for_each(|(bound, count)| bound.check(count as u64))?;
        let texts = [("title", &self.title), ("watch", &self.watch), ("question", &self.question)];
        let answer = self.answer.as_ref().map(|answer| ("answer", answer.get_ref()));
        let choices = self.choices.iter().map(|choice| ("choices", choice));
        texts.into_iter().chain(answer).chain(choices).try_for_each(|(key, text)| text.check(key))
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Paces {
    server: Option<String>,
    client: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields, rename_all = "kebab-case")]
enum WrittenClaim {
    Anywhere(String),
    On { holds: String, on: String },
}

/// A part of the text, and how to say what is wrong there.
struct Source<'a>(&'a str);

impl Source<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.0.get(..at).unwrap_or(self.0);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn at<T>(&self, part: &Spanned<T>, fault: SceneFault) -> SceneError {
        SceneError { line: self.line(part.span().start), fault }
    }

    fn unreadable(&self, error: &toml::de::Error) -> SceneError {
        let message = error.message();
        let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        let fault = match unknown {
            Some(key) => SceneFault::UnknownKey(key.to_owned()),
            None => SceneFault::Unreadable(message.to_owned()),
        };
        SceneError { line: self.line(error.span().map_or(0, |span| span.start)), fault }
    }
}

impl Scene {
    /// Reads the scene `id` from `text`.
    ///
    /// # Errors
    /// What can't be used, and where it stands.
    pub fn read(id: &str, text: &str) -> Result<Self, SceneError> {
        let source = Source(text);
        if text.len() > SCENE_MAX {
            return Err(SceneError { line: 1, fault: SceneFault::TooLong });
        }
        let written: Written = toml::from_str(text).map_err(|error| source.unreadable(&error))?;
        written.check().map_err(|fault| SceneError { line: 1, fault })?;
        let cast = Cast::of(&source, &written.server, &written.client)?;
        let steps = cast.steps(&source, written.steps)?;
        let claims = cast.claims(&source, written.claims)?;
        let (server_tempo, client_tempo) = paces(&source, written.pace.as_ref())?;
        let look = cast.look(&source, written.look)?;
        let answer = cast.answer(&source, written.answer)?;
        let right = match written.right {
            Some(right) if *right.get_ref() >= written.choices.len() => {
                return Err(source.at(&right, SceneFault::NoChoice(*right.get_ref())));
            }
            right => right.map(Spanned::into_inner),
        };
        Ok(Self {
            id: id.to_owned(),
            topic: written.topic,
            title: written.title,
            watch: written.watch,
            question: written.question,
            choices: written.choices,
            right,
            answer,
            words: written.words,
            look,
            server_tempo,
            client_tempo,
            servers: written.server.into_iter().map(Spanned::into_inner).collect(),
            clients: written.client.into_iter().map(Spanned::into_inner).collect(),
            steps,
            claims,
        })
    }

    /// The figures that the answer tells.
    #[must_use]
    pub fn answer_names(&self) -> Vec<Name> {
        let texts = [Language::English, Language::Chinese].map(|language| figures_in(self.answer.of(language)));
        texts.iter().flatten().filter_map(|name| Name::parse(name).ok()).collect()
    }

    /// The answer with its figures.
    #[must_use]
    pub fn answer_with(&self, language: Language, figure: &dyn Fn(&Name) -> Option<String>) -> String {
        let mut answer = String::new();
        let mut rest = self.answer.of(language);
        while let Some((before, after)) = rest.split_once('{') {
            answer.push_str(before);
            let Some((name, after)) = after.split_once('}') else { break };
            let value = Name::parse(name).ok().and_then(|name| figure(&name));
            answer.push_str(value.as_deref().unwrap_or("?"));
            rest = after;
        }
        answer.push_str(rest);
        answer
    }
}

/// How fast servers and clients go at first.
fn paces(source: &Source<'_>, written: Option<&Spanned<Paces>>) -> Result<(Tempo, Tempo), SceneError> {
    let Some(written) = written else { return Ok((Tempo::Run, Tempo::Run)) };
    let read = |pace: &Option<String>| {
        let tempo = pace.as_deref().map_or(Ok(Tempo::Run), tempo);
        tempo.map_err(|fault| source.at(written, fault))
    };
    Ok((read(&written.get_ref().server)?, read(&written.get_ref().client)?))
}

/// What stands in braces in a text.
fn figures_in(text: &str) -> Vec<String> {
    text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}

/// Who is there.
struct Cast(Vec<String>);

impl Cast {
    fn of(
        source: &Source<'_>,
        servers: &[Spanned<ServerPart>],
        clients: &[Spanned<ClientPart>],
    ) -> Result<Self, SceneError> {
        let mut cast = Self(Vec::new());
        let (mut replies, mut requests) = (0, 0);
        for server in servers {
            cast.add(source, server, &server.get_ref().name)?;
            let part = server.get_ref();
            let asked = bound::REPLIES.add(&mut replies, part.reply_length()).and_then(|()| part.check_times());
            asked.map_err(|fault| source.at(server, fault))?;
            if let Some(other) = &server.get_ref().port_of {
                cast.knows_all(source, server, vec![other])?;
            }
        }
        for client in clients {
            cast.add(source, client, &client.get_ref().name)?;
            let part = client.get_ref();
            let asked = bound::REQUESTS.add(&mut requests, part.request_length()).and_then(|()| part.check_times());
            asked.map_err(|fault| source.at(client, fault))?;
            if !cast.0.contains(&part.connect) {
                part.spec(&part.connect, crate::net::Pace::default()).map_err(|fault| source.at(client, fault))?;
            }
        }
        if cast.0.is_empty() {
            return Err(SceneError { line: 1, fault: SceneFault::Nobody });
        }
        Ok(cast)
    }

    fn add<T>(&mut self, source: &Source<'_>, part: &Spanned<T>, name: &str) -> Result<(), SceneError> {
        if name.is_empty() || self.0.iter().any(|known| known == name) {
            return Err(source.at(part, SceneFault::Twice(name.to_owned())));
        }
        bound::NAME.check(name.len() as u64).map_err(|fault| source.at(part, fault))?;
        self.0.push(name.to_owned());
        Ok(())
    }

    fn knows_all<T>(&self, source: &Source<'_>, part: &Spanned<T>, names: Vec<&str>) -> Result<(), SceneError> {
        let stranger = names.into_iter().find(|name| !self.0.iter().any(|known| known == name));
        stranger.map_or(Ok(()), |name| Err(source.at(part, SceneFault::NoActor(name.to_owned()))))
    }

    fn steps(&self, source: &Source<'_>, written: WrittenSteps) -> Result<Vec<Step>, SceneError> {
        let (mut sends, mut sent) = (0, 0);
        let read = written.into_iter().map(|step| {
            let place = Spanned::new(step.span(), ());
            let step = step.into_inner().read().map_err(|fault| source.at(&place, fault))?;
            let (more, bytes) = step.asks();
            let asked = bound::SENDS.add(&mut sends, more).and_then(|()| bound::SENT.add(&mut sent, bytes));
            asked.map_err(|fault| source.at(&place, fault))?;
            self.knows_all(source, &place, step.actors())?;
            Ok(step)
        });
        read.collect()
    }

    fn claims(&self, source: &Source<'_>, written: Vec<Spanned<WrittenClaim>>) -> Result<Vec<Claimed>, SceneError> {
        let read = written.into_iter().map(|written| {
            let place = Spanned::new(written.span(), ());
            let (text, only_on) = match written.into_inner() {
                WrittenClaim::Anywhere(text) => (text, None),
                WrittenClaim::On { holds, on } => (holds, Some(on)),
            };
            let claim = Claim::parse(&text).map_err(|fault| source.at(&place, fault))?;
            self.knows_all(source, &place, claim.names().map(|name| name.actor.as_str()).collect())?;
            Ok(Claimed { claim, only_on })
        });
        read.collect()
    }

    fn look(&self, source: &Source<'_>, written: Option<Spanned<Look>>) -> Result<Look, SceneError> {
        let Some(written) = written else { return Ok(Look::default()) };
        self.knows_all(source, &written, vec![&written.get_ref().at])?;
        Ok(written.into_inner())
    }

    fn answer(&self, source: &Source<'_>, written: Option<Spanned<Text>>) -> Result<Text, SceneError> {
        let Some(written) = written else { return Ok(Text::default()) };
        for language in [Language::English, Language::Chinese] {
            let figures = figures_in(written.get_ref().of(language));
            bound::ANSWER_FIGURES.check(figures.len() as u64).map_err(|fault| source.at(&written, fault))?;
            for name in figures {
                let name = Name::parse(&name).map_err(|fault| source.at(&written, fault))?;
                self.knows_all(source, &written, vec![&name.actor])?;
            }
        }
        Ok(written.into_inner())
    }
}
