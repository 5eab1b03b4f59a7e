//! The window's root: takes in reports, has actions carried out, and lays out the panels.
//!
//! In scope: what belongs to no role and to no panel: the settings, the notice, the frame. Out of scope: what a role does with an action
//! (`ClientRole`, `ServerRole`), both roles' runs (`roles`), lessons (`lessons`), saving (`Saving`).

mod carry_out;
mod keys;
mod lessons;
mod motion;
mod other_end;
mod panels;
mod path_picker;
mod projector;
mod roles;
mod title;
mod trial;

use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use egui::{Context, Ui};

use lessons::{Lessons, Stage};
use motion::Motion;
use path_picker::PathPicker;
use projector::{Projector, note_window};
use roles::Roles;
use trial::Trial;

use super::client::ClientRole;
use super::dock::Dock;
use super::kit::{Actions, FileDialog, Notice, RepaintThrottle, Tokens, UiContext, focus_ring, tokens};
use super::picture::{PictureDecoder, Pictures};
use super::program::{ProgramPanel, plan};
use super::runs::Saving;
use super::server::ServerRole;
use super::shell::{GlossaryPanel, sheet};
use crate::capture::{Connection, ConnectionState, Report, Role};
use crate::net::Engine;
use crate::settings::{Arrangement, Language, Settings, SettingsWriter, Theme, View};
use crate::ui::action::{Action, ClientAction, Sheet};
use crate::words::Words;

/// The time in a frame in which reports are applied.
const BUDGET: Duration = Duration::from_millis(4);
/// While something waits, the time that it has waited is drawn this often.
const TICK: Duration = Duration::from_secs(1);

/// What a window is made of.
pub struct Parts {
    /// Where runs are started.
    pub engine: Engine,
    /// Where the runs report.
    pub reports: Receiver<Report>,
    /// What was kept from the last time.
    pub settings: Settings,
    /// The folder of the settings; `None`: they are not kept.
    pub folder: Option<PathBuf>,
    /// Whether nothing was kept, as this is the first time.
    pub is_first: bool,
    /// What to tell at the start.
    pub notice: Option<String>,
    /// The language of this run; the settings' own changes only when the user chooses one.
    pub language: Language,
    /// Who asks for a path.
    pub dialog: Box<dyn FileDialog>,
    /// How pictures are decoded.
    pub pictures: PictureDecoder,
}

/// The window.
pub struct App {
    reports: Receiver<Report>,
    engine: Engine,
    roles: Roles,
    lessons: Lessons,
    trial: Trial,
    words: Rc<Words>,
    settings: Settings,
    settings_writer: Option<SettingsWriter>,
    /// Whether the panels of the first start are shown.
    is_first: bool,
    /// How often the layout was reset: each time, the form has its first width again.
    layout_resets: u64,
    projector: Projector,
    motion: Motion,
    saving: Saving,
    picker: PathPicker,
    program: ProgramPanel,
    pictures: Pictures,
    glossary_panel: GlossaryPanel,
    /// What stands over the window, if anything does.
    sheet: Option<Sheet>,
    notice: Option<Notice>,
    /// The title that the system was told last.
    title: String,
    actions: Vec<Action>,
    /// Whether a text field had the keyboard when the last frame ended: Esc leaves it, which egui sees to before anyone else.
    was_typing: bool,
    repaint_throttle: RepaintThrottle,
}

impl App {
    /// A window made of `parts`, with its fonts and colours installed in `ctx`.
    #[must_use]
    pub fn new(ctx: &Context, parts: Parts) -> Self {
        super::install_fonts(ctx);
        let settings = parts.settings;
        tokens::install(ctx, settings.projector);
        ctx.set_zoom_factor(settings.zoom);
        ctx.set_theme(preference(settings.theme));
        let settings_writer = parts.folder.and_then(|folder| SettingsWriter::start(folder, settings.clone()));
        let dialog: Rc<dyn FileDialog> = Rc::from(parts.dialog);
        let dock = |role, kept: &Option<Arrangement>| Dock::new(role, kept.clone(), settings.shows_program);
        Self {
            reports: parts.reports,
            engine: parts.engine,
            roles: Roles {
                client: ClientRole::new(settings.client.clone(), dock(Role::Client, &settings.client_views)),
                server: ServerRole::new(settings.server.clone(), dock(Role::Server, &settings.server_views))
                    .naming(settings.names.clone()),
                shown: Role::Client,
            },
            lessons: Lessons::default(),
            trial: Trial::default(),
            words: Rc::new(Words::new(parts.language)),
            settings_writer,
            is_first: parts.is_first,
            layout_resets: 0,
            projector: Projector::default(),
            motion: Motion::default(),
            saving: Saving::new(Rc::clone(&dialog), settings.save_folder.clone()),
            picker: PathPicker::new(dialog),
            settings,
            program: ProgramPanel::default(),
            pictures: Pictures::new(parts.pictures),
            glossary_panel: GlossaryPanel::default(),
            sheet: None,
            notice: parts.notice.map(Notice::ErrorText),
            title: String::new(),
            actions: Vec::new(),
            was_typing: false,
            repaint_throttle: RepaintThrottle::default(),
        }
    }

    /// The same window, after it has asked the system on a thread, by `ask`, whether less motion is wanted.
    #[must_use]
    pub fn asking_for_motion(mut self, ctx: &Context, ask: impl FnOnce() -> bool + Send + 'static) -> Self {
        self.motion.ask(ctx, ask);
        self
    }

    /// What is kept for the next time, as it stands now.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let (client, server) = self.trial.own_forms(&self.roles);
        let (names, save_folder) = (self.roles.server.names.clone(), self.saving.folder().to_owned());
        let (client_views, server_views) = (self.roles.client.dock.kept(), self.roles.server.dock.kept());
        let client = client.without_credentials();
        Settings { client, server, names, save_folder, client_views, server_views, ..self.settings.clone() }
    }

    /// Keeps the settings as they stand now.
    fn keep(&self) {
        if let Some(settings_writer) = &self.settings_writer {
            settings_writer.keep(self.settings());
        }
    }

    /// The client's connection, for those who watch the window from outside.
    #[must_use]
    pub fn client_connection(&self) -> Option<&Connection> {
        self.roles.client.connection()
    }

    /// The title of the window.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The context of a frame, with the queue `actions`.
    fn ui_context<'a>(&self, words: &'a Words, actions: &'a Actions, ctx: &Context) -> UiContext<'a> {
        let (clock, tokens) = (self.engine.clock(), Tokens::of(ctx.theme(), self.settings.projector));
        let may_move = self.motion.may_move(self.settings.less_motion);
        let (has_primary, views) = (self.is_first || self.lessons.panel.scene().is_some(), self.settings.views.clone());
        UiContext { words, tokens, now: clock.now(), clock, actions, has_primary, may_move, views }
    }

    /// Applies reports for a few milliseconds; returns whether more wait.
    fn apply_reports(&mut self) -> bool {
        let begun = Instant::now();
        let Roles { client, server, .. } = &mut self.roles;
        loop {
            let now = self.engine.clock().now();
            let Ok(report) = self.reports.try_recv() else {
                client.runs.caught_up(now);
                server.runs.caught_up(now);
                return false;
            };
            // The run may not be kept any more.
            let _ = client.runs.apply(report).and_then(|report| server.runs.apply(report));
            if begun.elapsed() > BUDGET {
                return true;
            }
        }
    }

    /// Lets what grows bit by bit grow; returns whether there is more to do at once.
    fn prepare(&mut self, ctx: &Context) -> bool {
        let words = Rc::clone(&self.words);
        let actions = Actions::default();
        let cx = self.ui_context(&words, &actions, ctx);
        let more = match self.roles.shown {
            Role::Client => self.roles.client.prepare(&cx, &mut self.pictures, ctx),
            Role::Server => self.roles.server.prepare(&cx, &mut self.pictures, ctx),
        };
        self.pictures.frame_ends();
        more
    }

    /// Writes the program anew if something else is to be shown. Returns whether more of the run is to be read for it.
    fn prepare_program(&mut self) -> bool {
        if !self.roles.dock().shows(View::Program) {
            return false;
        }
        let ProgramPanel { known, heard, .. } = &mut self.program;
        let planned = match self.roles.shown {
            Role::Client => plan::of_client(&self.roles.client, known, heard),
            Role::Server => plan::of_server(&self.roles.server, known),
        };
        self.program.prepare(planned, self.settings.dialect, &self.words);
        self.roles.shown == Role::Client && self.program.heard.is_behind
    }

    /// Whether the window shows how long something has waited.
    fn shows_time(&self) -> bool {
        let is_open = |connection: &Connection| matches!(connection.state(), ConnectionState::Open);
        match self.roles.shown {
            _ if self.roles.waiting_for_room().is_some() => true,
            Role::Client => self.roles.is_running(),
            // The program says since when accept blocks.
            Role::Server if self.roles.dock().shows(View::Program) => self.roles.is_running(),
            Role::Server => self.roles.server.session().is_some_and(|session| session.connections.iter().any(is_open)),
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        let (client_runs, server_runs) = self.roles.have_running();
        self.repaint_throttle.begin_frame(ctx, !(client_runs || server_runs));
        let more = self.apply_reports();
        self.shortcuts(ctx);
        for action in std::mem::take(&mut self.actions) {
            self.carry_out(ctx, action);
        }
        if self.trial.go_on(&mut self.roles) {
            self.client_action(ClientAction::Run, ctx);
        }
        let words = Rc::clone(&self.words);
        self.lessons.go_on(&mut Stage { roles: &mut self.roles, engine: &self.engine, words: &words }, ctx);
        self.poll(ctx);
        self.roles.drop_old(self.engine.disk());
        self.follow_title(ctx);
        note_window(&mut self.settings, ctx);
        self.projector.follow_window(self.settings.projector, ctx);
        self.motion.follow(self.settings.less_motion, ctx);
        let more = self.prepare_program() || more;
        if self.prepare(ctx) || more {
            ctx.request_repaint();
        } else if self.shows_time() {
            ctx.request_repaint_after(TICK);
        }
        if self.saving.is_writing() {
            ctx.request_repaint_after(Duration::from_millis(50));
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let words = Rc::clone(&self.words);
        let actions = Actions::default();
        let cx = self.ui_context(&words, &actions, ui.ctx());
        self.panels(ui, &cx);
        self.glossary_panel.show(ui, &cx);
        if let Some(shown) = self.sheet {
            sheet::show(ui.ctx(), &cx, shown);
        }
        focus_ring::paint(ui.ctx(), cx.tokens);
        self.actions.extend(actions.take());
        let started = self.start_by_key(ui.ctx());
        self.actions.extend(started);
        if !self.actions.is_empty() {
            ui.ctx().request_repaint();
        }
        self.was_typing = ui.ctx().text_edit_focused();
    }

    /// The ground that all panels stand on: clearing the window fills it for nothing, a rectangle would cost every pixel once more where
    /// the processor draws.
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.saving.finish();
        self.keep();
        if let Some(Err(failure)) = self.settings_writer.take().map(SettingsWriter::finish) {
            // The window is gone: the terminal that it was started from is the only place left to tell.
            let _ = writeln!(std::io::stderr(), "socketscope: {}", self.words.failure(&failure));
        }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Its workers are waited for here, where nobody waits for the window, and only once the channel in which they wait for room is closed.
        self.engine.end(std::mem::replace(&mut self.reports, crossbeam_channel::never()));
    }
}

fn preference(theme: Theme) -> egui::ThemePreference {
    match theme {
        Theme::System => egui::ThemePreference::System,
        Theme::Light => egui::ThemePreference::Light,
        Theme::Dark => egui::ThemePreference::Dark,
    }
}
