//! Runs the scene of a lesson in the window: its servers and clients are ordinary runs, kept beside each other while it goes on.

use std::path::{Path, PathBuf};

use egui::Context;

use super::App;
use crate::capture::{Clock, ConnectionId, Direction, Failure, GivenFile, Moment, Role, Session, SessionId};
use crate::lesson::{
    POLL_INTERVAL, Panel, SCENE_MAX, Scene, SceneError, SceneHost, SceneOrder, SceneProgress, SceneRunner,
};
use crate::net::{ClientSpec, Order, Tempo};
use crate::ui::client::Run;
use crate::ui::connection::Tab;
use crate::ui::runs::{Shelf, StartError};
use crate::ui::server::ServerRun;
use crate::words::Arg;

/// The runs of the window, as a scene sees them.
struct Stage<'a> {
    clients: &'a Shelf<Run>,
    servers: &'a Shelf<ServerRun>,
    clock: Clock,
}

impl SceneHost for Stage<'_> {
    fn session(&self, id: SessionId) -> Option<&Session> {
        let client = self.clients.find(id).map(|kept| kept.run.record.live());
        client.or_else(|| self.servers.find(id).map(|kept| kept.run.record.live()))
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }
}

/// Why there is no scene in a file.
pub(super) enum Unread {
    File(Failure),
    Scene(SceneError),
}

/// A file, and the scene in it.
pub(super) type Read = (PathBuf, Result<Scene, Unread>);

/// What was shown, and how fast it went, before a lesson ran.
pub(super) struct Before {
    role: Role,
    client: Option<SessionId>,
    server: Option<SessionId>,
    tempos: [Tempo; 2],
}

impl App {
    /// Runs the scene that is open, from its beginning.
    pub(super) fn run_lesson(&mut self) {
        self.leave_lesson();
        let Some(scene) = self.lessons.scene().cloned() else { return };
        self.before_lesson = Some(Before {
            role: self.role,
            client: self.client.runs.shown_id(),
            server: self.server.runs.shown_id(),
            tempos: [self.client.pace.pace().tempo(), self.server.pace.pace().tempo()],
        });
        self.lessons.runner = Some(SceneRunner::new(scene));
    }

    /// Shows what was shown before the lesson, at the pace that it had.
    fn go_back(&mut self) {
        let Some(before) = self.before_lesson.take() else { return };
        let [client, server] = before.tempos;
        self.client.pace.set(client);
        self.server.pace.set(server);
        if self.client.runs.show(before.client) {
            self.client.view.reset();
        }
        if self.server.runs.show(before.server) {
            self.server.view.reset();
        }
        self.role = before.role;
    }

    /// Stops those who play in the scene that runs, and goes no further in it.
    pub(super) fn stop_lesson(&mut self) {
        for id in self.players() {
            self.stop_session(id);
            self.pin(id, false);
        }
        if self.lessons.is_running() {
            self.lessons.runner = None;
        }
    }

    /// The same, and keeps none of them.
    pub(super) fn leave_lesson(&mut self) {
        for id in self.players() {
            self.stop_session(id);
            self.forget(id);
        }
        self.lessons.runner = None;
        self.go_back();
    }

    fn players(&self) -> Vec<SessionId> {
        self.lessons.runner.iter().flat_map(|runner| runner.runs().values().copied()).collect()
    }

    /// Lets the scene go on as far as it can.
    pub(super) fn go_on_with_lesson(&mut self, ctx: &Context) {
        while let Some(mut runner) = self.lessons.runner.take() {
            let stage = Stage { clients: &self.client.runs, servers: &self.server.runs, clock: self.engine.clock() };
            let was_running = *runner.progress() == SceneProgress::Running;
            let cue = runner.advance(&stage);
            let is_running = *runner.progress() == SceneProgress::Running;
            let is_done = cue.is_none();
            if let Some(cue) = cue {
                self.carry_out_cue(&mut runner, cue);
            }
            self.lessons.runner = Some(runner);
            if is_done {
                if is_running {
                    ctx.request_repaint_after(POLL_INTERVAL);
                } else if was_running {
                    self.lessons.note();
                    ctx.request_repaint();
                }
                return;
            }
        }
    }

    fn carry_out_cue(&mut self, runner: &mut SceneRunner, cue: SceneOrder) {
        match cue {
            SceneOrder::Listen(name, draft) => {
                let begun = self.server.begin_beside(&self.engine, *draft);
                let begun = begun.map_err(|error| self.why_not(&error));
                self.joined(runner, &name, begun);
            }
            SceneOrder::Connect(name, spec) => {
                let spec = ClientSpec { pace: self.client.pace.pace(), ..*spec };
                let begun = self.client.begin_beside(&self.engine, spec);
                let begun = begun.map_err(|failure| self.words.failure(&failure).to_string());
                self.joined(runner, &name, begun);
            }
            SceneOrder::Give(id, command) => {
                if let Some(kept) = self.client.runs.find(id) {
                    // A scene that can't go on for it says so, as what it waits for does not come.
                    let _ = kept.run.handle.give(command);
                } else if let Some(kept) = self.server.runs.find_mut(id) {
                    let open = open_connections(kept.run.record.live());
                    kept.run.has_orders |= kept.run.handle.order(open, Order::Give(command)).is_ok();
                }
            }
            SceneOrder::Stop(id) => self.stop_session(id),
            SceneOrder::Accepting(id, on) => {
                if let Some(kept) = self.server.runs.find_mut(id) {
                    kept.run.pause_accepting(!on);
                }
            }
            SceneOrder::Tempo(Role::Client, tempo) => self.client.pace.set(tempo),
            SceneOrder::Tempo(Role::Server, tempo) => self.server.pace.set(tempo),
        }
    }

    /// Somebody runs now, or can't; whom the scene is to look at is shown.
    fn joined(&mut self, runner: &mut SceneRunner, name: &str, begun: Result<SessionId, String>) {
        let look = runner.scene().look.clone();
        let id = begun.as_ref().ok().copied();
        runner.started(begun);
        let Some(id) = id else { return };
        if look.at != name && runner.runs().contains_key(&look.at) {
            return;
        }
        self.look_at(id);
        let view = if self.role == Role::Client { &mut self.client.view } else { &mut self.server.view };
        if let Some(tab) = tab_of(look.panel) {
            view.open(tab, if look.sent { Direction::Sent } else { Direction::Received });
        }
        match look.panel {
            Panel::Program => self.settings.shows_program = true,
            Panel::Threads => self.server.show_threads(),
            _ => {}
        }
    }

    fn why_not(&self, error: &StartError) -> String {
        match error {
            StartError::Draft(error) => self.words.draft_error(error),
            StartError::Failure(failure) => self.words.failure(failure).to_string(),
        }
    }

    /// Opens a scene of the user's own, once it has been read.
    pub(super) fn read_scene(&mut self, ctx: &Context, path: PathBuf) {
        self.scene.ask(ctx, move || {
            let read = scene_in(&path);
            (path, read)
        });
    }

    /// Opens the scene that has been read, or says why it can't be used.
    pub(super) fn hear_scene(&mut self) {
        self.lessons.fault = match self.scene.poll() {
            None => return,
            Some(Ok((_, Ok(scene)))) => {
                self.lessons.add(scene);
                None
            }
            Some(Err(failure) | Ok((_, Err(Unread::File(failure))))) => Some(self.words.failure(&failure).to_string()),
            Some(Ok((path, Err(Unread::Scene(error))))) => {
                let arguments = [
                    ("file", Arg::from(path.display().to_string())),
                    ("line", Arg::from(error.line as u64)),
                    ("fault", Arg::from(self.words.scene_fault(&error.fault))),
                ];
                Some(self.words.with("scene-error", arguments))
            }
        };
    }

    /// The path of a scene that the user has chosen.
    pub(super) fn choose_scene(&mut self, ctx: &Context, path: PathBuf) {
        self.lessons.path = path.display().to_string();
        self.read_scene(ctx, path);
    }
}

fn scene_in(path: &Path) -> Result<Scene, Unread> {
    let bytes = GivenFile::read(path, SCENE_MAX as u64).map_err(Unread::File)?;
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // What is no text is no scene either, and is told as that.
    Scene::read(&name, &String::from_utf8_lossy(&bytes)).map_err(Unread::Scene)
}

fn open_connections(session: &Session) -> Vec<ConnectionId> {
    let open = session.connections.iter().filter(|connection| connection.thread.ended.is_none());
    open.map(|connection| connection.id).collect()
}

fn tab_of(panel: Panel) -> Option<Tab> {
    match panel {
        Panel::Head => Some(Tab::Head),
        Panel::Body => Some(Tab::Body),
        Panel::Bytes => Some(Tab::Bytes),
        Panel::Timing => Some(Tab::Timing),
        Panel::Ladder => Some(Tab::Ladder),
        Panel::Kernel => Some(Tab::Kernel),
        Panel::Program | Panel::Threads => None,
    }
}
