//! Runs the scene of a lesson in the window: its servers and clients are ordinary runs, kept beside each other while it goes on.
//!
//! In scope: starting, stopping and leaving a scene; reading a scene of the user's own. Out of scope: what comes next in it
//! ([`SceneRunner`]), drawing ([`LessonsPanel`]).

use std::path::{Path, PathBuf};

use egui::Context;

use super::roles::Roles;
use crate::capture::{ConnectionId, Direction, Failure, GivenFile, Moment, Role, Session, SessionId};
use crate::lesson::{
    POLL_INTERVAL, Panel, SCENE_MAX, Scene, SceneError, SceneHost, SceneOrder, SceneProgress, SceneRunner,
};
use crate::net::{ClientSpec, Engine, Order, PaceMode};
use crate::settings::View;
use crate::ui::action::LessonAction;
use crate::ui::kit::BackgroundQuery;
use crate::ui::shell::LessonsPanel;
use crate::words::{Arg, Words};

/// Where a scene runs.
pub(super) struct Stage<'a> {
    pub roles: &'a mut Roles,
    pub engine: &'a Engine,
    pub words: &'a Words,
}

impl SceneHost for Stage<'_> {
    fn session(&self, id: SessionId) -> Option<&Session> {
        self.roles.find(id).map(|kept| kept.run.record().live())
    }

    fn now(&self) -> Moment {
        self.engine.clock().now()
    }
}

/// Why there is no scene in a file.
enum Unread {
    File(Failure),
    Scene(SceneError),
}

/// A file, and the scene in it.
type Read = (PathBuf, Result<Scene, Unread>);

/// What was shown, and how fast it went, before a lesson ran.
struct Before {
    role: Role,
    client: Option<SessionId>,
    server: Option<SessionId>,
    pace_modes: [PaceMode; 2],
}

/// The lessons, and the scene that runs.
pub(super) struct Lessons {
    pub panel: LessonsPanel,
    before: Option<Before>,
    /// The scene that is being read.
    reading: BackgroundQuery<Read>,
}

impl Default for Lessons {
    fn default() -> Self {
        Self { panel: LessonsPanel::default(), before: None, reading: BackgroundQuery::new("scene") }
    }
}

impl Lessons {
    /// Does what the user wants done with lessons.
    pub fn carry_out(&mut self, action: LessonAction, roles: &mut Roles, ctx: &Context) {
        match action {
            LessonAction::ShowPanel(is_open) => {
                if !is_open {
                    self.leave(roles);
                }
                self.panel.is_open = is_open;
            }
            LessonAction::Open(id) => {
                self.leave(roles);
                self.panel.open(id);
            }
            LessonAction::Run => self.run(roles),
            LessonAction::Stop => self.stop(roles),
            LessonAction::Leave => self.leave(roles),
            LessonAction::ReadScene(path) => self.read(path, ctx),
        }
    }

    /// Runs the scene that is open, from its beginning.
    fn run(&mut self, roles: &mut Roles) {
        self.leave(roles);
        let Some(scene) = self.panel.scene().cloned() else { return };
        self.before = Some(Before {
            role: roles.shown,
            client: roles.client.runs.shown_id(),
            server: roles.server.runs.shown_id(),
            pace_modes: [roles.client.pace.pace().mode(), roles.server.pace.pace().mode()],
        });
        self.panel.runner = Some(SceneRunner::new(scene));
    }

    /// Shows what was shown before the lesson, at the pace that it had.
    fn go_back(&mut self, roles: &mut Roles) {
        let Some(before) = self.before.take() else { return };
        let [client, server] = before.pace_modes;
        roles.client.pace.set(client);
        roles.server.pace.set(server);
        if roles.client.runs.show(before.client) {
            roles.client.view.reset();
        }
        if roles.server.runs.show(before.server) {
            roles.server.view.reset();
        }
        roles.shown = before.role;
        roles.client.dock.end_lesson();
        roles.server.dock.end_lesson();
    }

    /// Stops the runs of the scene, and goes no further in it.
    fn stop(&mut self, roles: &mut Roles) {
        for id in self.players() {
            roles.stop(id);
            roles.pin(id, false);
        }
        if self.panel.is_running() {
            self.panel.runner = None;
        }
    }

    /// Stops the runs of the scene, and keeps none of them.
    fn leave(&mut self, roles: &mut Roles) {
        self.players().into_iter().for_each(|id| roles.forget(id));
        self.panel.runner = None;
        self.go_back(roles);
    }

    fn players(&self) -> Vec<SessionId> {
        self.panel.runner.iter().flat_map(|runner| runner.runs().values().copied()).collect()
    }

    /// Lets the scene go on as far as it can.
    pub fn go_on(&mut self, stage: &mut Stage<'_>, ctx: &Context) {
        while let Some(mut runner) = self.panel.runner.take() {
            let was_running = *runner.progress() == SceneProgress::Running;
            let order = runner.advance(stage);
            let is_running = *runner.progress() == SceneProgress::Running;
            let is_done = order.is_none();
            if let Some(order) = order {
                stage.give(&mut runner, order);
            }
            self.panel.runner = Some(runner);
            if is_done {
                if is_running {
                    ctx.request_repaint_after(POLL_INTERVAL);
                } else if was_running {
                    self.panel.note();
                    ctx.request_repaint();
                }
                return;
            }
        }
    }

    /// Reads a scene of the user's own on a thread.
    pub fn read(&mut self, path: PathBuf, ctx: &Context) {
        self.reading.ask(ctx, move || {
            let read = scene_in(&path);
            (path, read)
        });
    }

    /// Opens the scene that has been read, or says why it can't be used.
    pub fn poll(&mut self, words: &Words) {
        self.panel.fault = match self.reading.poll() {
            None => return,
            Some(Ok((_, Ok(scene)))) => {
                self.panel.add(scene);
                None
            }
            Some(Err(failure) | Ok((_, Err(Unread::File(failure))))) => Some(words.failure(&failure).to_string()),
            Some(Ok((path, Err(Unread::Scene(error))))) => {
                let arguments = [
                    ("file", Arg::from(path.display().to_string())),
                    ("line", Arg::from(error.line as u64)),
                    ("fault", Arg::from(words.scene_fault(&error.fault))),
                ];
                Some(words.with("scene-error", arguments))
            }
        };
    }
}

impl Stage<'_> {
    /// Does what `order` says.
    fn give(&mut self, runner: &mut SceneRunner, order: SceneOrder) {
        let Self { roles, engine, words, .. } = self;
        match order {
            SceneOrder::Listen(name, draft) => {
                let begun = roles.server.begin_beside(engine, *draft).map_err(|error| error.text(words));
                self.joined(runner, &name, begun);
            }
            SceneOrder::Connect(name, spec) => {
                let spec = ClientSpec { pace: roles.client.pace.pace(), ..*spec };
                let begun = roles.client.begin_beside(engine, spec);
                let begun = begun.map_err(|failure| words.failure(&failure).to_string());
                self.joined(runner, &name, begun);
            }
            SceneOrder::Give(id, command) => {
                if let Some(kept) = roles.client.runs.find(id) {
                    // A scene that can't go on for it says so, as what it waits for does not come.
                    let _ = kept.run.handle.give(command);
                } else if let Some(kept) = roles.server.runs.find_mut(id) {
                    let open = open_connections(kept.run.record.live());
                    kept.run.has_orders |= kept.run.handle.order(open, Order::Give(command)).is_ok();
                }
            }
            SceneOrder::Stop(id) => roles.stop(id),
            SceneOrder::Accepting(id, on) => {
                if let Some(kept) = roles.server.runs.find_mut(id) {
                    kept.run.pause_accepting(!on);
                }
            }
            SceneOrder::PaceMode(role, mode) => roles.pace_of(role).set(mode),
        }
    }

    /// A run has begun, or can't begin. The run that the scene is to be watched at is shown.
    fn joined(&mut self, runner: &mut SceneRunner, name: &str, begun: Result<SessionId, String>) {
        let look = runner.scene().look.clone();
        let id = begun.as_ref().ok().copied();
        runner.started(begun);
        let Some(id) = id else { return };
        if look.at != name && runner.runs().contains_key(&look.at) {
            return;
        }
        self.roles.show(id);
        let views: Vec<_> = look.panels.iter().copied().filter_map(view_of).collect();
        self.roles.dock_mut().begin_lesson(&views);
        self.roles.view_mut().look_at(if look.sent { Direction::Sent } else { Direction::Received });
        if look.panels.contains(&Panel::Threads) {
            self.roles.server.show_threads();
        }
    }
}

fn scene_in(path: &Path) -> Result<Scene, Unread> {
    let bytes = GivenFile::read(path, SCENE_MAX as u64).map_err(Unread::File)?;
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // A file that is no text is told as one that has no scene.
    Scene::read(&name, &String::from_utf8_lossy(&bytes)).map_err(Unread::Scene)
}

fn open_connections(session: &Session) -> Vec<ConnectionId> {
    let open = session.connections.iter().filter(|connection| connection.thread.ended.is_none());
    open.map(|connection| connection.id).collect()
}

fn view_of(panel: Panel) -> Option<View> {
    match panel {
        Panel::Head => Some(View::Head),
        Panel::Body => Some(View::Body),
        Panel::Bytes => Some(View::Bytes),
        Panel::Timing => Some(View::Timing),
        Panel::Ladder => Some(View::Ladder),
        Panel::Kernel => Some(View::Kernel),
        Panel::Program => Some(View::Program),
        Panel::Threads => None,
    }
}
