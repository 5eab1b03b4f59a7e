//! Reads a scene from TOML.
//!
//! In scope: the keys of a scene (`docs/LESSONS.md` lists them for teachers), and the line of whatever can't be used. Out of scope: the
//! keys of a server, a client and a step, which stand with these.

use serde::Deserialize;
use toml::Spanned;

use super::actor::{SceneClient, SceneServer};
use super::bound;
use super::claim::Claim;
use super::figure::FigureName;
use super::localized_text::LocalizedText;
use super::scene::{Chapter, OpeningView, SCENE_MAX, Scene, SystemClaim, figures_in};
use super::scene_error::{SceneError, SceneFault};
use super::step::{SceneStep, WrittenSteps, pace_mode};
use crate::net::{Pace, PaceMode};
use crate::settings::Language;

impl Scene {
    /// Reads the scene `id` from `text`.
    ///
    /// # Errors
    /// The first fault, with its line.
    pub fn read(id: &str, text: &str) -> Result<Self, SceneError> {
        let mut reader = SceneReader { text, actors: Vec::new() };
        if text.len() > SCENE_MAX {
            return Err(SceneError { line: 1, fault: SceneFault::TooLong });
        }
        let written: WrittenScene = toml::from_str(text).map_err(|error| reader.unreadable(&error))?;
        written.check().map_err(|fault| SceneError { line: 1, fault })?;
        reader.read_actors(&written.server, &written.client)?;
        let steps = reader.steps(written.steps)?;
        let claims = reader.claims(written.claims)?;
        let (server_pace, client_pace) = reader.paces(written.pace)?;
        let look = reader.look(written.look)?;
        let answer = reader.answer(written.answer)?;
        if let Some(right) = written.right.as_ref().filter(|right| *right.get_ref() >= written.choices.len()) {
            return Err(reader.at(right, SceneFault::NoChoice(*right.get_ref())));
        }
        Ok(Self {
            id: id.to_owned(),
            topic: written.topic,
            title: written.title,
            watch: written.watch,
            question: written.question,
            choices: written.choices,
            right: written.right.map(Spanned::into_inner),
            answer,
            words: written.words,
            look,
            server_pace,
            client_pace,
            servers: written.server.into_iter().map(Spanned::into_inner).collect(),
            clients: written.client.into_iter().map(Spanned::into_inner).collect(),
            steps,
            claims,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenScene {
    #[serde(default)]
    topic: Chapter,
    title: LocalizedText,
    #[serde(default)]
    watch: LocalizedText,
    #[serde(default)]
    question: LocalizedText,
    #[serde(default)]
    choices: Vec<LocalizedText>,
    right: Option<Spanned<usize>>,
    answer: Option<Spanned<LocalizedText>>,
    #[serde(default)]
    words: Vec<String>,
    look: Option<Spanned<OpeningView>>,
    pace: Option<Spanned<Paces>>,
    #[serde(default)]
    server: Vec<Spanned<SceneServer>>,
    #[serde(default)]
    client: Vec<Spanned<SceneClient>>,
    #[serde(default)]
    steps: WrittenSteps,
    #[serde(default)]
    claims: Vec<Spanned<WrittenClaim>>,
}

impl WrittenScene {
    /// Checks that the lists and the texts are not too long.
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

/// The text of a scene, by which a fault gets its line, and the names of its servers and clients as far as they have been read.
struct SceneReader<'a> {
    text: &'a str,
    actors: Vec<String>,
}

impl SceneReader<'_> {
    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn at<T>(&self, part: &Spanned<T>, fault: SceneFault) -> SceneError {
        SceneError { line: self.line(part.span().start), fault }
    }

    /// `result`, whose fault is one of `part`.
    fn of<T, R>(&self, part: &Spanned<T>, result: Result<R, SceneFault>) -> Result<R, SceneError> {
        result.map_err(|fault| self.at(part, fault))
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

    fn read_actors(
        &mut self,
        servers: &[Spanned<SceneServer>],
        clients: &[Spanned<SceneClient>],
    ) -> Result<(), SceneError> {
        let (mut replies, mut requests) = (0, 0);
        for server in servers {
            let part = server.get_ref();
            self.add(server, &part.name)?;
            let asked = bound::REPLIES.add(&mut replies, part.reply_length()).and_then(|()| part.check_times());
            self.of(server, asked)?;
            if let Some(other) = &part.port_of {
                self.knows_all(server, vec![other])?;
            }
        }
        for client in clients {
            let part = client.get_ref();
            self.add(client, &part.name)?;
            let asked = bound::REQUESTS.add(&mut requests, part.request_length()).and_then(|()| part.check_times());
            self.of(client, asked)?;
            if !self.actors.contains(&part.connect) {
                self.of(client, part.spec(&part.connect, Pace::default()))?;
            }
        }
        if self.actors.is_empty() { Err(SceneError { line: 1, fault: SceneFault::Nobody }) } else { Ok(()) }
    }

    fn add<T>(&mut self, part: &Spanned<T>, name: &str) -> Result<(), SceneError> {
        if name.is_empty() || self.actors.iter().any(|known| known == name) {
            return Err(self.at(part, SceneFault::Twice(name.to_owned())));
        }
        self.of(part, bound::NAME.check(name.len() as u64))?;
        self.actors.push(name.to_owned());
        Ok(())
    }

    fn knows_all<T>(&self, part: &Spanned<T>, names: Vec<&str>) -> Result<(), SceneError> {
        let stranger = names.into_iter().find(|name| !self.actors.iter().any(|known| known == name));
        stranger.map_or(Ok(()), |name| Err(self.at(part, SceneFault::NoActor(name.to_owned()))))
    }

    fn steps(&self, written: WrittenSteps) -> Result<Vec<SceneStep>, SceneError> {
        let (mut sends, mut sent) = (0, 0);
        let read = written.into_iter().map(|step| {
            let place = Spanned::new(step.span(), ());
            let step = self.of(&place, step.into_inner().read())?;
            let (more, bytes) = step.asks();
            self.of(&place, bound::SENDS.add(&mut sends, more).and_then(|()| bound::SENT.add(&mut sent, bytes)))?;
            self.knows_all(&place, step.actors())?;
            Ok(step)
        });
        read.collect()
    }

    fn claims(&self, written: Vec<Spanned<WrittenClaim>>) -> Result<Vec<SystemClaim>, SceneError> {
        let read = written.into_iter().map(|written| {
            let place = Spanned::new(written.span(), ());
            let (text, only_on) = match written.into_inner() {
                WrittenClaim::Anywhere(text) => (text, None),
                WrittenClaim::On { holds, on } => (holds, Some(on)),
            };
            let claim = self.of(&place, Claim::parse(&text))?;
            self.knows_all(&place, claim.names().map(|name| name.actor.as_str()).collect())?;
            Ok(SystemClaim { claim, only_on })
        });
        read.collect()
    }

    /// The paces of servers and clients at first.
    fn paces(&self, written: Option<Spanned<Paces>>) -> Result<(PaceMode, PaceMode), SceneError> {
        let Some(written) = written else { return Ok((PaceMode::Run, PaceMode::Run)) };
        let read = |pace: &Option<String>| self.of(&written, pace.as_deref().map_or(Ok(PaceMode::Run), pace_mode));
        Ok((read(&written.get_ref().server)?, read(&written.get_ref().client)?))
    }

    fn look(&self, written: Option<Spanned<OpeningView>>) -> Result<OpeningView, SceneError> {
        let Some(written) = written else { return Ok(OpeningView::default()) };
        self.knows_all(&written, vec![&written.get_ref().at])?;
        Ok(written.into_inner())
    }

    fn answer(&self, written: Option<Spanned<LocalizedText>>) -> Result<LocalizedText, SceneError> {
        let Some(written) = written else { return Ok(LocalizedText::default()) };
        for language in Language::ALL {
            let figures = figures_in(written.get_ref().of(language));
            self.of(&written, bound::ANSWER_FIGURES.check(figures.len() as u64))?;
            for name in figures {
                let name = self.of(&written, FigureName::parse(&name))?;
                self.knows_all(&written, vec![&name.actor])?;
            }
        }
        Ok(written.into_inner())
    }
}
