//! Runs a scene, step by step, on real sockets.
//!
//! In scope: what comes next, and what was observed in the end. Out of scope: starting threads, which whoever shows the scene does: a
//! [`Cue`] says what. Nothing here waits: [`Director::advance`] is asked again whenever there may be news.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::actor::{ClientPart, ServerPart};
use super::claim::Claim;
use super::figure::{Figure, Name};
use super::figures::Facts;
use super::scene::{Claimed, Scene};
use super::step::{Step, Texts, Waiting};
use super::system;
use super::value::Value;
use crate::capture::{Moment, Role, Session, SessionId};
use crate::net::{ClientSpec, Command, Pace, Repeat, Tempo};
use crate::settings::ServerDraft;

/// What is waited for longer than this does not come, unless the user steps.
const PATIENCE: Duration = Duration::from_secs(20);
/// When everything has happened, claims have so long to come true.
const SETTLING: Duration = Duration::from_secs(3);
/// Who waits asks so often.
pub const LOOK: Duration = Duration::from_millis(20);

/// Where a scene is run.
pub trait Casting {
    /// What is known of a run.
    fn session(&self, id: SessionId) -> Option<&Session>;
    /// The present.
    fn now(&self) -> Moment;
}

/// What is to be done.
pub enum Cue {
    /// A server is to listen.
    Listen(String, Box<ServerDraft>),
    /// A client is to connect. Its pace is for whoever starts it to set.
    Connect(String, Box<ClientSpec>),
    /// Somebody is to do something with his open connections.
    Give(SessionId, Command),
    /// Somebody is to be stopped.
    Stop(SessionId),
    /// A server is to accept nobody, or to go on.
    Accepting(SessionId, bool),
    /// A role is to go at another pace.
    Tempo(Role, Tempo),
}

/// How far a scene has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// It goes on.
    Running,
    /// It is over.
    Over(Observed),
    /// Something did not come about, or somebody could not begin.
    Stuck(String),
}

/// What was observed in the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// The figures of the claims and of the answer.
    pub figures: BTreeMap<String, String>,
    /// The claims for this system, and whether they held.
    pub claims: Vec<(Claim, bool)>,
    /// Claims of other systems.
    pub elsewhere: Vec<Claimed>,
}

impl Observed {
    /// Whether everything that is claimed of this system held.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.claims.iter().all(|(_, holds)| *holds)
    }

    /// What was observed of `name`.
    #[must_use]
    pub fn figure(&self, name: &Name) -> Option<String> {
        self.figures.get(&name.to_string()).cloned()
    }
}

/// Runs one scene.
pub struct Director {
    scene: Arc<Scene>,
    /// The steps that are still to come.
    left: VecDeque<Step>,
    cast: BTreeMap<String, SessionId>,
    /// Who was told to begin and has not been heard of.
    awaited: Option<String>,
    /// Since when the first of the steps that are left has been waited for.
    since: Option<Moment>,
    begun: bool,
    progress: Progress,
}

impl Director {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(scene: Arc<Scene>) -> Self {
        let left = scene.steps.iter().cloned().collect();
        let cast = BTreeMap::new();
        Self { scene, left, cast, awaited: None, since: None, begun: false, progress: Progress::Running }
    }

    /// The scene.
    #[must_use]
    pub fn scene(&self) -> &Arc<Scene> {
        &self.scene
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The runs of the scene by the names of those who run.
    #[must_use]
    pub fn cast(&self) -> &BTreeMap<String, SessionId> {
        &self.cast
    }

    /// Who was told to begin runs as `id`; `None`: could not begin, for this reason.
    pub fn joined(&mut self, id: Result<SessionId, String>) {
        let Some(name) = self.awaited.take() else { return };
        match id {
            Ok(id) => _ = self.cast.insert(name, id),
            Err(why) => self.progress = Progress::Stuck(why),
        }
    }

    /// What is to be done now.
    pub fn advance(&mut self, place: &dyn Casting) -> Option<Cue> {
        if self.progress != Progress::Running || self.awaited.is_some() {
            return None;
        }
        if !self.begun {
            self.begun = true;
            self.left.push_front(Step::Pace(self.first(Role::Client), self.scene.client_tempo));
            self.left.push_front(Step::Pace(self.first(Role::Server), self.scene.server_tempo));
        }
        loop {
            let since = *self.since.get_or_insert_with(|| place.now());
            let Some(step) = self.left.front().cloned() else {
                self.observe(place, since);
                return None;
            };
            if !self.is_time_for(&step, place, since) {
                let is_late = place.now().since(since) > PATIENCE && !self.is_stepping();
                if is_late && !matches!(step, Step::Until(Waiting::Time(_))) {
                    self.progress = Progress::Stuck(self.told(&step, place));
                }
                return None;
            }
            self.left.pop_front();
            self.since = None;
            if let Some(cue) = self.cue(step, place) {
                return Some(cue);
            }
        }
    }

    /// Somebody of this role, or nobody: paces are those of roles.
    fn first(&self, role: Role) -> String {
        let name = match role {
            Role::Server => self.scene.servers.first().map(|server| &server.name),
            Role::Client => self.scene.clients.first().map(|client| &client.name),
        };
        name.cloned().unwrap_or_default()
    }

    fn is_stepping(&self) -> bool {
        [self.scene.client_tempo, self.scene.server_tempo].contains(&Tempo::Step)
    }

    fn server(&self, name: &str) -> Option<&ServerPart> {
        self.scene.servers.iter().find(|server| server.name == name)
    }

    fn client(&self, name: &str) -> Option<&ClientPart> {
        self.scene.clients.iter().find(|client| client.name == name)
    }

    fn observed(&self, place: &dyn Casting, name: &Name) -> Option<Value> {
        let session = place.session(*self.cast.get(&name.actor)?)?;
        let facts = Facts { session, now: place.now() };
        facts.figure(name.figure).or_else(|| system::figure(session, name.figure))
    }

    /// A figure that is a number.
    fn number(&self, place: &dyn Casting, actor: &str, figure: Figure) -> Option<u64> {
        match self.observed(place, &Name { actor: actor.to_owned(), figure })? {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn holds(&self, place: &dyn Casting, claim: &Claim) -> bool {
        claim.holds(&|name| self.observed(place, name))
    }

    /// Whether what a step needs is there.
    fn is_time_for(&self, step: &Step, place: &dyn Casting, since: Moment) -> bool {
        let number = |actor: &str, figure| self.number(place, actor, figure).unwrap_or(0);
        match step {
            Step::Until(Waiting::Time(time)) => place.now().since(since) >= *time,
            Step::Until(Waiting::Claim(claim)) => self.holds(place, claim),
            Step::Send { by, .. } | Step::EndSending(by) => number(by, Figure::Open) > 0,
            Step::Start(name) => {
                let peer = self.client(name).map(|client| &client.connect).filter(|peer| self.server(peer).is_some());
                let before = self.server(name).and_then(|server| server.port_of.as_ref());
                peer.or(before).is_none_or(|other| number(other, Figure::Port) > 0)
            }
            Step::Stop(_) | Step::Accepting(..) | Step::Pace(..) => true,
        }
    }

    fn cue(&mut self, step: Step, place: &dyn Casting) -> Option<Cue> {
        match step {
            Step::Start(name) => self.start(name, place),
            Step::Send { by, texts, times } => Some(Cue::Give(*self.cast.get(&by)?, sending(texts, times))),
            Step::EndSending(by) => Some(Cue::Give(*self.cast.get(&by)?, Command::ShutdownSending)),
            Step::Stop(name) => Some(Cue::Stop(*self.cast.get(&name)?)),
            Step::Accepting(name, on) => Some(Cue::Accepting(*self.cast.get(&name)?, on)),
            Step::Pace(name, tempo) => {
                let role = if self.client(&name).is_some() { Role::Client } else { Role::Server };
                Some(Cue::Tempo(role, tempo))
            }
            Step::Until(_) => None,
        }
    }

    fn start(&mut self, name: String, place: &dyn Casting) -> Option<Cue> {
        let port = |actor: &str| u16::try_from(self.number(place, actor, Figure::Port)?).ok();
        let cue = if let Some(server) = self.server(&name) {
            let taken = server.port_of.as_deref().and_then(port).unwrap_or(0);
            Cue::Listen(name.clone(), Box::new(server.draft(taken)))
        } else {
            let client = self.client(&name)?;
            let address = match self.server(&client.connect) {
                Some(_) => format!("127.0.0.1:{}", port(&client.connect)?),
                None => client.connect.clone(),
            };
            match client.spec(&address, Pace::default()) {
                Ok(spec) => Cue::Connect(name.clone(), Box::new(spec)),
                Err(fault) => {
                    self.progress = Progress::Stuck(fault.to_string());
                    return None;
                }
            }
        };
        self.awaited = Some(name);
        Some(cue)
    }

    /// What a step waits for, and how it stands.
    fn told(&self, step: &Step, place: &dyn Casting) -> String {
        match step {
            Step::Until(Waiting::Claim(claim)) => {
                let now = self.observed(place, &claim.left).map_or_else(|| "–".into(), |value| value.to_string());
                format!("{claim} ({now})")
            }
            Step::Send { by, .. } | Step::EndSending(by) => format!("{by}.open > 0"),
            Step::Start(name) => name.clone(),
            _ => String::new(),
        }
    }

    /// Once the claims hold, or have had the time to, writes down what is observed.
    fn observe(&mut self, place: &dyn Casting, since: Moment) {
        let (here, elsewhere): (Vec<_>, Vec<_>) = self.scene.claims.iter().cloned().partition(Claimed::is_for_here);
        let claims: Vec<_> =
            here.into_iter().map(|claimed| (self.holds(place, &claimed.claim), claimed.claim)).collect();
        if !claims.iter().all(|(holds, _)| *holds) && place.now().since(since) < SETTLING {
            return;
        }
        let names = self.scene.claims.iter().flat_map(|claimed| claimed.claim.names().cloned());
        let figures = names.chain(self.scene.answer_names()).filter_map(|name| {
            let value = self.observed(place, &name)?;
            Some((name.to_string(), value.to_string()))
        });
        let claims = claims.into_iter().map(|(holds, claim)| (claim, holds)).collect();
        self.progress = Progress::Over(Observed { figures: figures.collect(), claims, elsewhere });
    }
}

/// Each text is a send.
fn sending(texts: Texts, times: usize) -> Command {
    let mut texts = texts.bytes();
    let times = (texts.len() as u64).saturating_mul(times as u64);
    match texts.pop() {
        Some(text) if times == 1 => Command::Send(text.into()),
        last => {
            texts.extend(last);
            Command::Repeat(Repeat { messages: texts.into(), every: Duration::ZERO, times: Some(times) })
        }
    }
}
