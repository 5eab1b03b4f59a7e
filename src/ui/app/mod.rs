//! The window's root: takes in reports, carries out actions, and lays out the panels.

mod carry_out;
mod keys;
mod lessons;
mod orders;
mod other_end;
mod panels;
mod program;
mod projector;
mod serving;
mod sessions;

use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use egui::{Context, Ui};

use super::client::ClientRole;
use super::connection::ConnectionView;
use super::kit::{Actions, Errand, FileDialog, Notice, RepaintThrottle, tokens};
use super::picture::{PictureDecoder, Pictures};
use super::program::ProgramPanel;
use super::runs::Saving;
use super::server::ServerRole;
use super::shell::{GlossaryPanel, LessonsPanel};
use crate::capture::{Connection, ConnectionState, Failure, Report, Role};
use crate::net::Engine;
use crate::settings::{ClientDraft, Keeper, Language, ServerDraft, Settings, Theme};
use crate::ui::action::Action;
use crate::words::Words;

/// Reports are taken in for so long in a frame.
const BUDGET: Duration = Duration::from_millis(4);
/// While something waits, the time that it has waited is drawn so often.
const TICK: Duration = Duration::from_secs(1);

/// What a window is made of.
pub struct Parts {
    /// Where runs are started.
    pub engine: Engine,
    /// Where they report.
    pub reports: Receiver<Report>,
    /// What was kept from the last time.
    pub settings: Settings,
    /// Where it is kept; `None`: nowhere.
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
    client: ClientRole,
    server: ServerRole,
    lessons: LessonsPanel,
    before_lesson: Option<lessons::Before>,
    engine: Engine,
    words: Rc<Words>,
    settings: Settings,
    keeper: Option<Keeper>,
    /// The forms as they were before `Try it here` filled them, and as it did: those are not the user's, and are not kept.
    before_trying: Option<(Forms, Forms)>,
    role: Role,
    /// Whether the panels of the first start are shown.
    is_first: bool,
    /// The size of the window for which the projector's type was chosen.
    projected: Option<egui::Vec2>,
    saving: Saving,
    program: ProgramPanel,
    dialog: Box<dyn FileDialog>,
    pictures: Pictures,
    picking: Option<serving::Picking>,
    /// The scene that is being read.
    scene: Errand<lessons::Read>,
    /// An order to send a file, while it is not known whether that can be read.
    sent_file: Errand<Result<orders::Told, Failure>>,
    notice: Option<Notice>,
    actions: Vec<Action>,
    /// Whether a text field had the keyboard when the last frame ended: Esc leaves it, which egui sees to before anyone else.
    was_typing: bool,
    /// The client is to be pointed at the page server as soon as that listens.
    trying: bool,
    repaint_throttle: RepaintThrottle,
    glossary_panel: GlossaryPanel,
}

/// Both roles' forms.
type Forms = (ClientDraft, ServerDraft);

impl App {
    /// A window made of `parts`, with its fonts and colours installed in `ctx`.
    #[must_use]
    pub fn new(ctx: &Context, parts: Parts) -> Self {
        super::kit::fonts::install_fonts(ctx);
        let settings = parts.settings;
        tokens::install(ctx, settings.projector);
        ctx.set_zoom_factor(settings.zoom);
        ctx.set_theme(preference(settings.theme));
        let keeper = parts.folder.and_then(|folder| Keeper::start(folder, settings.clone()));
        Self {
            reports: parts.reports,
            client: ClientRole::new(settings.client.clone()),
            server: ServerRole::new(settings.server.clone()).naming(settings.names.clone()),
            lessons: LessonsPanel::default(),
            before_lesson: None,
            engine: parts.engine,
            words: Rc::new(Words::new(parts.language)),
            settings,
            keeper,
            before_trying: None,
            role: Role::Client,
            is_first: parts.is_first,
            projected: None,
            saving: Saving::default(),
            program: ProgramPanel::default(),
            dialog: parts.dialog,
            pictures: Pictures::new(parts.pictures),
            picking: None,
            scene: Errand::new("scene"),
            sent_file: Errand::new("look at file"),
            notice: parts.notice.map(Notice::ErrorText),
            actions: Vec::new(),
            was_typing: false,
            trying: false,
            repaint_throttle: RepaintThrottle::default(),
            glossary_panel: GlossaryPanel::default(),
        }
    }

    /// What is kept for the next time, as it stands now.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let (mut client, mut server) = self.forms();
        if let Some((before, tried)) = &self.before_trying {
            if client == tried.0 && !self.client.is_touched {
                client = before.0.clone();
            }
            if server == tried.1 {
                server = before.1.clone();
            }
        }
        let names = self.server.names.clone();
        Settings { client: client.without_credentials(), server, names, ..self.settings.clone() }
    }

    fn forms(&self) -> Forms {
        (self.client.draft.clone(), self.server.draft.clone())
    }

    /// Keeps the settings as they stand now.
    fn keep(&self) {
        if let Some(keeper) = &self.keeper {
            keeper.keep(self.settings());
        }
    }

    /// The client's connection, for those who watch the window from outside.
    #[must_use]
    pub fn client_connection(&self) -> Option<&Connection> {
        self.client.connection()
    }

    /// Takes in reports for a few milliseconds; returns whether more wait.
    fn take_in(&mut self) -> bool {
        let begun = Instant::now();
        loop {
            let now = self.engine.clock().now();
            let Ok(report) = self.reports.try_recv() else {
                self.client.runs.applied_until(now);
                self.server.runs.applied_until(now);
                return false;
            };
            // A run that is kept no longer may have had something to say.
            let _ = self.client.runs.take_in(report).and_then(|report| self.server.runs.take_in(report));
            if begun.elapsed() > BUDGET {
                return true;
            }
        }
    }

    fn looked_at(&self) -> (Option<&Connection>, &ConnectionView) {
        match self.role {
            Role::Client => (self.client.connection(), &self.client.view),
            Role::Server => (self.server.connection(), &self.server.view),
        }
    }

    fn prepare(&mut self, ctx: &Context) -> bool {
        let words = Rc::clone(&self.words);
        let actions = Actions::default();
        let cx = self.ui_context(&words, &actions, ctx);
        let more = match self.role {
            Role::Client => self.client.prepare(&cx, &mut self.pictures, ctx),
            Role::Server => self.server.prepare(&cx, &mut self.pictures, ctx),
        };
        self.pictures.frame_ends();
        more
    }

    /// Whether the window shows how long something has waited.
    fn shows_time(&self) -> bool {
        match self.role {
            _ if self.waiting_for_room().is_some() => true,
            Role::Client => self.client.is_running(),
            // The program says since when accept blocks.
            Role::Server if self.settings.shows_program => self.server.is_running(),
            Role::Server => self
                .server
                .session()
                .is_some_and(|session| session.connections.iter().any(|c| matches!(c.state(), ConnectionState::Open))),
        }
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        let runs = self.runs();
        self.repaint_throttle.begin_frame(ctx, !(runs.0 || runs.1));
        let more = self.take_in();
        self.shortcuts(ctx);
        for action in std::mem::take(&mut self.actions) {
            self.carry_out(ctx, action);
        }
        self.go_on_trying();
        self.go_on_with_lesson(ctx);
        self.hear(ctx);
        self.give_way();
        self.remember_place(ctx);
        self.keep_projecting(ctx);
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
        self.actions.extend(actions.take());
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
        if let Some(Err(failure)) = self.keeper.take().map(Keeper::finish) {
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
