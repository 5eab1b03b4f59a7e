//! The steps of a scene, one after the other.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::claim::Claim;
use super::figure_value::duration;
use super::scene_error::SceneFault;
use crate::net::PaceMode;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub enum SceneStep {
    /// A server begins to listen, or a client connects.
    Start(String),
    /// A server or client sends, each text by a send of its own. A server sends to all its open connections.
    Send {
        /// The name of the sender.
        by: String,
        /// The texts to be sent.
        texts: SentTexts,
        /// How often the texts are sent, one after the other.
        times: usize,
    },
    /// A server or client ends sending.
    EndSending(String),
    /// A server or client is stopped.
    Stop(String),
    /// A server accepts connections, or does not.
    Accepting(String, bool),
    /// All runs of the role of this server or client get another pace.
    Pace(String, PaceMode),
    /// The scene waits for a condition.
    Until(WaitFor),
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum WaitFor {
    /// A comparison holds.
    Claim(Claim),
    /// A time has passed.
    Time(Duration),
}

/// A step as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct WrittenStep {
    start: Option<String>,
    send: Option<SentTexts>,
    send_bytes: Option<u64>,
    by: Option<String>,
    times: Option<usize>,
    end_sending: Option<String>,
    stop: Option<String>,
    pause_accepting: Option<String>,
    accept: Option<String>,
    pace: Option<String>,
    of: Option<String>,
    until: Option<String>,
    wait: Option<String>,
}

/// The texts that a step sends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum SentTexts {
    /// One text.
    One(String),
    /// Several texts.
    Many(Vec<String>),
    /// A number of bytes without meaning.
    Bytes(u64),
}

impl WrittenStep {
    /// The step.
    ///
    /// # Errors
    /// When the step says nothing, more than one thing, or something that can't be.
    pub fn read(self) -> Result<SceneStep, SceneFault> {
        let (stops, accepts) = ([&self.end_sending, &self.stop], [&self.pause_accepting, &self.accept]);
        let others = [&self.start, &self.pace, &self.until, &self.wait];
        let things = stops.into_iter().chain(accepts).chain(others).flatten().count();
        let send = self.send.or(self.send_bytes.map(SentTexts::Bytes));
        let is_odd = self.by.is_some() != send.is_some()
            || self.of.is_some() != self.pace.is_some()
            || (self.times.is_some() && send.is_none());
        if things + usize::from(send.is_some()) != 1 || is_odd {
            return Err(SceneFault::NotOneThing);
        }
        if let Some((texts, by)) = send.zip(self.by) {
            return Ok(SceneStep::Send { by, texts, times: self.times.unwrap_or(1) });
        }
        if let Some((pace, of)) = self.pace.zip(self.of) {
            return Ok(SceneStep::Pace(of, pace_mode(&pace)?));
        }
        if let Some(until) = self.until {
            return Ok(SceneStep::Until(WaitFor::Claim(Claim::parse(&until)?)));
        }
        if let Some(wait) = self.wait {
            let time = duration(&wait).ok_or(SceneFault::NoPace(wait))?;
            return Ok(SceneStep::Until(WaitFor::Time(time)));
        }
        let named = self.start.map(SceneStep::Start).or(self.end_sending.map(SceneStep::EndSending));
        let named = named.or(self.stop.map(SceneStep::Stop));
        let named = named.or(self.pause_accepting.map(|who| SceneStep::Accepting(who, false)));
        named.or(self.accept.map(|who| SceneStep::Accepting(who, true))).ok_or(SceneFault::NotOneThing)
    }
}

impl SentTexts {
    /// The bytes of each text.
    pub fn bytes(self) -> Vec<Vec<u8>> {
        match self {
            Self::One(text) => vec![text.into_bytes()],
            Self::Many(texts) => texts.into_iter().map(String::into_bytes).collect(),
            Self::Bytes(count) => {
                vec![(b'a'..=b'z').cycle().take(usize::try_from(count).unwrap_or(usize::MAX)).collect()]
            }
        }
    }

    /// The number of texts, and of all their bytes.
    fn count(&self) -> (u64, u64) {
        match self {
            Self::One(text) => (1, text.len() as u64),
            Self::Many(texts) => (texts.len() as u64, texts.iter().map(|text| text.len() as u64).sum()),
            Self::Bytes(count) => (1, *count),
        }
    }
}

impl SceneStep {
    /// The number of sends that the step asks for, and of their bytes.
    pub fn asks(&self) -> (u64, u64) {
        let Self::Send { texts, times, .. } = self else { return (0, 0) };
        let ((count, bytes), times) = (texts.count(), *times as u64);
        (times.saturating_mul(count), times.saturating_mul(bytes))
    }

    /// The names of servers and clients in the step.
    pub fn actors(&self) -> Vec<&str> {
        match self {
            Self::Start(name) | Self::EndSending(name) | Self::Stop(name) => vec![name],
            Self::Accepting(name, _) | Self::Pace(name, _) | Self::Send { by: name, .. } => vec![name],
            Self::Until(WaitFor::Claim(claim)) => claim.names().map(|name| name.actor.as_str()).collect(),
            Self::Until(WaitFor::Time(_)) => Vec::new(),
        }
    }
}

/// Reads `run`, `step` or a time before each call.
///
/// # Errors
/// When `text` is none of these.
pub fn pace_mode(text: &str) -> Result<PaceMode, SceneFault> {
    match text {
        "run" => Ok(PaceMode::Run),
        "step" => Ok(PaceMode::Step),
        _ => duration(text).map(PaceMode::Slow).ok_or_else(|| SceneFault::NoPace(text.to_owned())),
    }
}

/// Steps with their places in the file.
pub type WrittenSteps = Vec<Spanned<WrittenStep>>;
