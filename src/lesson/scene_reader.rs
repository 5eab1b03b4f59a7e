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
use crate::net::PaceMode;
use crate::settings::Language;

impl Scene {
    /// Reads the scene `id` from `text`.
    ///
    /// # Errors
    /// The first fault, with its line.
    pub fn read(id: &str, text: &str) -> Result<Self, SceneError> {
        let source = SceneText(text);
        if text.len() > SCENE_MAX {
            return Err(SceneError { line: 1, fault: SceneFault::TooLong });
        }
        let written: WrittenScene = toml::from_str(text).map_err(|error| source.unreadable(&error))?;
        written.check().map_err(|fault| SceneError { line: 1, fault })?;
        let actors = ActorNames::of(&source, &written.server, &written.client)?;
        let steps = actors.steps(&source, written.steps)?;
        let claims = actors.claims(&source, written.claims)?;
        let (server_pace, client_pace) = paces(&source, written.pace.as_ref())?;
        let look = actors.look(&source, written.look)?;
        let answer = actors.answer(&source, written.answer)?;
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

/// The text of a scene, by which a fault gets its line.
struct SceneText<'a>(&'a str);

impl SceneText<'_> {
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

/// The paces of servers and clients at first.
fn paces(source: &SceneText<'_>, written: Option<&Spanned<Paces>>) -> Result<(PaceMode, PaceMode), SceneError> {
    let Some(written) = written else { return Ok((PaceMode::Run, PaceMode::Run)) };
    let read = |pace: &Option<String>| {
        let pace_mode = pace.as_deref().map_or(Ok(PaceMode::Run), pace_mode);
        pace_mode.map_err(|fault| source.at(written, fault))
    };
    Ok((read(&written.get_ref().server)?, read(&written.get_ref().client)?))
}

/// The names of the servers and clients of a scene.
struct ActorNames(Vec<String>);

impl ActorNames {
    fn of(
        source: &SceneText<'_>,
        servers: &[Spanned<SceneServer>],
        clients: &[Spanned<SceneClient>],
    ) -> Result<Self, SceneError> {
        let mut actors = Self(Vec::new());
        let (mut replies, mut requests) = (0, 0);
        for server in servers {
            actors.add(source, server, &server.get_ref().name)?;
            let part = server.get_ref();
            let asked = bound::REPLIES.add(&mut replies, part.reply_length()).and_then(|()| part.check_times());
            asked.map_err(|fault| source.at(server, fault))?;
            if let Some(other) = &server.get_ref().port_of {
                actors.knows_all(source, server, vec![other])?;
            }
        }
        for client in clients {
            actors.add(source, client, &client.get_ref().name)?;
            let part = client.get_ref();
            let asked = bound::REQUESTS.add(&mut requests, part.request_length()).and_then(|()| part.check_times());
            asked.map_err(|fault| source.at(client, fault))?;
            if !actors.0.contains(&part.connect) {
                part.spec(&part.connect, crate::net::Pace::default()).map_err(|fault| source.at(client, fault))?;
            }
        }
        if actors.0.is_empty() {
            return Err(SceneError { line: 1, fault: SceneFault::Nobody });
        }
        Ok(actors)
    }

    fn add<T>(&mut self, source: &SceneText<'_>, part: &Spanned<T>, name: &str) -> Result<(), SceneError> {
        if name.is_empty() || self.0.iter().any(|known| known == name) {
            return Err(source.at(part, SceneFault::Twice(name.to_owned())));
        }
        bound::NAME.check(name.len() as u64).map_err(|fault| source.at(part, fault))?;
        self.0.push(name.to_owned());
        Ok(())
    }

    fn knows_all<T>(&self, source: &SceneText<'_>, part: &Spanned<T>, names: Vec<&str>) -> Result<(), SceneError> {
        let stranger = names.into_iter().find(|name| !self.0.iter().any(|known| known == name));
        stranger.map_or(Ok(()), |name| Err(source.at(part, SceneFault::NoActor(name.to_owned()))))
    }

    fn steps(&self, source: &SceneText<'_>, written: WrittenSteps) -> Result<Vec<SceneStep>, SceneError> {
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

    fn claims(
        &self,
        source: &SceneText<'_>,
        written: Vec<Spanned<WrittenClaim>>,
    ) -> Result<Vec<SystemClaim>, SceneError> {
        let read = written.into_iter().map(|written| {
            let place = Spanned::new(written.span(), ());
            let (text, only_on) = match written.into_inner() {
                WrittenClaim::Anywhere(text) => (text, None),
                WrittenClaim::On { holds, on } => (holds, Some(on)),
            };
            let claim = Claim::parse(&text).map_err(|fault| source.at(&place, fault))?;
            self.knows_all(source, &place, claim.names().map(|name| name.actor.as_str()).collect())?;
            Ok(SystemClaim { claim, only_on })
        });
        read.collect()
    }

    fn look(&self, source: &SceneText<'_>, written: Option<Spanned<OpeningView>>) -> Result<OpeningView, SceneError> {
        let Some(written) = written else { return Ok(OpeningView::default()) };
        self.knows_all(source, &written, vec![&written.get_ref().at])?;
        Ok(written.into_inner())
    }

    fn answer(
        &self,
        source: &SceneText<'_>,
        written: Option<Spanned<LocalizedText>>,
    ) -> Result<LocalizedText, SceneError> {
        let Some(written) = written else { return Ok(LocalizedText::default()) };
        for language in [Language::English, Language::Chinese] {
            let figures = figures_in(written.get_ref().of(language));
            bound::ANSWER_FIGURES.check(figures.len() as u64).map_err(|fault| source.at(&written, fault))?;
            for name in figures {
                let name = FigureName::parse(&name).map_err(|fault| source.at(&written, fault))?;
                self.knows_all(source, &written, vec![&name.actor])?;
            }
        }
        Ok(written.into_inner())
    }
}
