//! Runs a scene, step by step, on real sockets.
//!
//! In scope: which step comes next, and the observations in the end. Out of scope: starting threads. The host of the scene does that on a
//! [`SceneOrder`]. Nothing here waits: the host calls [`SceneRunner::advance`] again whenever there may be news.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::actor::{SceneClient, SceneServer};
use super::claim::Claim;
use super::figure::{Figure, FigureName};
use super::figure_value::FigureValue;
use super::run_figures::RunFigures;
use super::scene::{Scene, SystemClaim};
use super::step::{SceneStep, SentTexts, WaitFor};
use crate::capture::{Moment, Role, Session, SessionId};
use crate::net::{ClientSpec, Command, Pace, PaceMode, Repeat};
use crate::settings::ServerForm;

/// A step that waits longer than this fails, unless the user steps through the calls.
const PATIENCE: Duration = Duration::from_secs(20);
/// The time that claims have to come true after the last step.
const SETTLING: Duration = Duration::from_secs(3);
/// The time after which a waiting host calls [`SceneRunner::advance`] again.
pub const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The place where a scene is run: the window, or a test.
pub trait SceneHost {
    /// The record of a run.
    fn session(&self, id: SessionId) -> Option<&Session>;
    /// The present.
    fn now(&self) -> Moment;
}

/// An order to the host of a scene.
pub enum SceneOrder {
    /// Start a server with this name.
    Listen(String, Box<ServerForm>),
    /// Start a client with this name. The host sets its pace.
    Connect(String, Box<ClientSpec>),
    /// Give a command to the open connections of a run.
    Give(SessionId, Command),
    /// Stop a run.
    Stop(SessionId),
    /// Let a server accept connections, or not.
    Accepting(SessionId, bool),
    /// Give a role another pace.
    PaceMode(Role, PaceMode),
}

/// How far a scene has come.
#[derive(Clone, Debug, PartialEq)]
pub enum SceneProgress {
    /// The scene goes on.
    Running,
    /// The scene is over.
    Over(Observations),
    /// A step waited too long, or a run could not be started. Holds the condition or the reason.
    Stuck(String),
}

/// The observations at the end of a scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observations {
    /// The figures of the claims and of the answer.
    pub figures: BTreeMap<String, String>,
    /// The claims for this system, and whether each held.
    pub claims: Vec<(Claim, bool)>,
    /// Claims of other systems.
    pub elsewhere: Vec<SystemClaim>,
}

impl Observations {
    /// Whether all claims for this system held.
    pub fn holds(&self) -> bool {
        self.claims.iter().all(|(_, holds)| *holds)
    }

    /// The value of the figure `name`.
    pub fn figure(&self, name: &FigureName) -> Option<String> {
        self.figures.get(&name.to_string()).cloned()
    }
}

/// Runs one scene.
pub struct SceneRunner {
    scene: Arc<Scene>,
    /// The steps that are still to come.
    left: VecDeque<SceneStep>,
    runs: BTreeMap<String, SessionId>,
    /// The name of the run that the host was told to start and has not started yet.
    starting: Option<String>,
    /// Since when the first of the steps that are left has been waiting.
    since: Option<Moment>,
    has_begun: bool,
    progress: SceneProgress,
}

impl SceneRunner {
    /// A runner before the first step.
    pub fn new(scene: Arc<Scene>) -> Self {
        let left = scene.steps.iter().cloned().collect();
        let runs = BTreeMap::new();
        Self { scene, left, runs, starting: None, since: None, has_begun: false, progress: SceneProgress::Running }
    }

    /// The scene.
    pub fn scene(&self) -> &Arc<Scene> {
        &self.scene
    }

    /// How far the scene has come.
    pub fn progress(&self) -> &SceneProgress {
        &self.progress
    }

    /// The runs of the scene by the names of their servers and clients.
    pub fn runs(&self) -> &BTreeMap<String, SessionId> {
        &self.runs
    }

    /// Tells that the run that was to be started has the number `id`, or why it could not be started.
    pub fn started(&mut self, id: Result<SessionId, String>) {
        let Some(name) = self.starting.take() else { return };
        match id {
            Ok(id) => _ = self.runs.insert(name, id),
            Err(why) => self.progress = SceneProgress::Stuck(why),
        }
    }

    /// The next order to the host, if there is one now.
    pub fn advance(&mut self, host: &dyn SceneHost) -> Option<SceneOrder> {
        if self.progress != SceneProgress::Running || self.starting.is_some() {
            return None;
        }
        if !self.has_begun {
            self.has_begun = true;
            self.left.push_front(SceneStep::Pace(self.first(Role::Client), self.scene.client_pace));
            self.left.push_front(SceneStep::Pace(self.first(Role::Server), self.scene.server_pace));
        }
        loop {
            let since = *self.since.get_or_insert_with(|| host.now());
            let Some(step) = self.left.front().cloned() else {
                self.observe(host, since);
                return None;
            };
            if !self.is_time_for(&step, host, since) {
                let is_late = host.now().since(since) > PATIENCE && !self.is_stepping();
                if is_late && !matches!(step, SceneStep::Until(WaitFor::Time(_))) {
                    self.progress = SceneProgress::Stuck(self.condition(&step, host));
                }
                return None;
            }
            self.left.pop_front();
            self.since = None;
            if let Some(order) = self.order(step, host) {
                return Some(order);
            }
        }
    }

    /// The name of the first run of this role, or an empty name. A pace is that of a role.
    fn first(&self, role: Role) -> String {
        let name = match role {
            Role::Server => self.scene.servers.first().map(|server| &server.name),
            Role::Client => self.scene.clients.first().map(|client| &client.name),
        };
        name.cloned().unwrap_or_default()
    }

    fn is_stepping(&self) -> bool {
        [self.scene.client_pace, self.scene.server_pace].contains(&PaceMode::Step)
    }

    fn server(&self, name: &str) -> Option<&SceneServer> {
        self.scene.servers.iter().find(|server| server.name == name)
    }

    fn client(&self, name: &str) -> Option<&SceneClient> {
        self.scene.clients.iter().find(|client| client.name == name)
    }

    fn observed(&self, host: &dyn SceneHost, name: &FigureName) -> Option<FigureValue> {
        let session = host.session(*self.runs.get(&name.actor)?)?;
        RunFigures { session, now: host.now() }.figure(name.figure)
    }

    /// A figure that is a number.
    fn number(&self, host: &dyn SceneHost, actor: &str, figure: Figure) -> Option<u64> {
        match self.observed(host, &FigureName { actor: actor.to_owned(), figure })? {
            FigureValue::Number(number) => Some(number),
            _ => None,
        }
    }

    fn holds(&self, host: &dyn SceneHost, claim: &Claim) -> bool {
        claim.holds(&|name| self.observed(host, name))
    }

    /// Whether the condition of a step holds.
    fn is_time_for(&self, step: &SceneStep, host: &dyn SceneHost, since: Moment) -> bool {
        let number = |actor: &str, figure| self.number(host, actor, figure).unwrap_or(0);
        match step {
            SceneStep::Until(WaitFor::Time(time)) => host.now().since(since) >= *time,
            SceneStep::Until(WaitFor::Claim(claim)) => self.holds(host, claim),
            SceneStep::Send { by, .. } | SceneStep::EndSending(by) => number(by, Figure::Open) > 0,
            SceneStep::Start(name) => {
                let peer = self.client(name).map(|client| &client.connect).filter(|peer| self.server(peer).is_some());
                let before = self.server(name).and_then(|server| server.port_of.as_ref());
                peer.or(before).is_none_or(|other| number(other, Figure::Port) > 0)
            }
            SceneStep::Stop(_) | SceneStep::Accepting(..) | SceneStep::Pace(..) => true,
        }
    }

    fn order(&mut self, step: SceneStep, host: &dyn SceneHost) -> Option<SceneOrder> {
        match step {
            SceneStep::Start(name) => self.start(name, host),
            SceneStep::Send { by, texts, times } => Some(SceneOrder::Give(*self.runs.get(&by)?, sending(texts, times))),
            SceneStep::EndSending(by) => Some(SceneOrder::Give(*self.runs.get(&by)?, Command::ShutdownSending)),
            SceneStep::Stop(name) => Some(SceneOrder::Stop(*self.runs.get(&name)?)),
            SceneStep::Accepting(name, on) => Some(SceneOrder::Accepting(*self.runs.get(&name)?, on)),
            SceneStep::Pace(name, pace_mode) => {
                let role = if self.client(&name).is_some() { Role::Client } else { Role::Server };
                Some(SceneOrder::PaceMode(role, pace_mode))
            }
            SceneStep::Until(_) => None,
        }
    }

    fn start(&mut self, name: String, host: &dyn SceneHost) -> Option<SceneOrder> {
        let port = |actor: &str| u16::try_from(self.number(host, actor, Figure::Port)?).ok();
        let order = if let Some(server) = self.server(&name) {
            let taken = server.port_of.as_deref().and_then(port).unwrap_or(0);
            SceneOrder::Listen(name.clone(), Box::new(server.form(taken)))
        } else {
            let client = self.client(&name)?;
            let address = match self.server(&client.connect) {
                Some(_) => format!("127.0.0.1:{}", port(&client.connect)?),
                None => client.connect.clone(),
            };
            match client.spec(&address, Pace::default()) {
                Ok(spec) => SceneOrder::Connect(name.clone(), Box::new(spec)),
                Err(_) => {
                    self.progress = SceneProgress::Stuck(address);
                    return None;
                }
            }
        };
        self.starting = Some(name);
        Some(order)
    }

    /// The condition for which a step waits, with the present value.
    fn condition(&self, step: &SceneStep, host: &dyn SceneHost) -> String {
        match step {
            SceneStep::Until(WaitFor::Claim(claim)) => {
                let now = self.observed(host, &claim.left).map_or_else(|| "–".into(), |value| value.to_string());
                format!("{claim} ({now})")
            }
            SceneStep::Send { by, .. } | SceneStep::EndSending(by) => format!("{by}.open > 0"),
            SceneStep::Start(name) => name.clone(),
            _ => String::new(),
        }
    }

    /// Ends the scene with its observations once the claims hold, or once their time is over.
    fn observe(&mut self, host: &dyn SceneHost, since: Moment) {
        let (here, elsewhere): (Vec<_>, Vec<_>) = self.scene.claims.iter().cloned().partition(SystemClaim::is_for_here);
        let claims: Vec<_> =
            here.into_iter().map(|claimed| (self.holds(host, &claimed.claim), claimed.claim)).collect();
        if !claims.iter().all(|(holds, _)| *holds) && host.now().since(since) < SETTLING {
            return;
        }
        let names = self.scene.claims.iter().flat_map(|claimed| claimed.claim.names().cloned());
        let figures = names.chain(self.scene.answer_names()).filter_map(|name| {
            let value = self.observed(host, &name)?;
            Some((name.to_string(), value.to_string()))
        });
        let claims = claims.into_iter().map(|(holds, claim)| (claim, holds)).collect();
        self.progress = SceneProgress::Over(Observations { figures: figures.collect(), claims, elsewhere });
    }
}

/// The command that sends each text by a send of its own.
fn sending(texts: SentTexts, times: usize) -> Command {
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
