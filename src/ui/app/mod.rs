//! The window's root: takes in reports, carries out actions, and lays out the panels.

mod carry_out;
mod keys;
mod orders;
mod program;
mod retired;
mod serving;
mod sessions;

use std::io::Write;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use egui::{CentralPanel, Context, Frame, Margin, Panel, Ui};

use self::retired::Retired;
use crate::capture::{Connection, Report, Role, Session, State, Way};
use crate::net::Engine;
use crate::settings::{ClientDraft, Keeper, Language, ServerDraft, Settings, Theme, WindowPlace};
use crate::ui::action::Action;
use crate::ui::banner::{self, Notice};
use crate::ui::client_role::ClientRole;
use crate::ui::connection_view::ConnectionView;
use crate::ui::dialog::FileDialog;
use crate::ui::frame_log::FrameLog;
use crate::ui::look::Look;
use crate::ui::program_panel::ProgramPanel;
use crate::ui::record::Record;
use crate::ui::saving::Saving;
use crate::ui::server_role::ServerRole;
use crate::ui::shelf::Keepable;
use crate::ui::tokens::{self, FORM_WIDTH};
use crate::ui::wake::Pacer;
use crate::ui::{sessions_menu, status_bar, top_bar};
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
    /// What to tell at the start.
    pub notice: Option<String>,
    /// The language of this run; the settings' own changes only when the user chooses one.
    pub language: Language,
    /// Who asks for a path.
    pub dialog: Box<dyn FileDialog>,
}

/// The window.
pub struct App {
    /// Dropped before the runs, so that no worker waits for room in a channel that nobody reads.
    reports: Receiver<Report>,
    client: ClientRole,
    server: ServerRole,
    retired: Retired,
    engine: Engine,
    words: Rc<Words>,
    settings: Settings,
    keeper: Option<Keeper>,
    /// The forms as they were before `Try it here` filled them, and as it did: those are not the user's, and are not kept.
    before_trying: Option<(Forms, Forms)>,
    role: Role,
    saving: Saving,
    program: ProgramPanel,
    dialog: Box<dyn FileDialog>,
    picking: Option<serving::Picking>,
    notice: Option<Notice>,
    actions: Vec<Action>,
    /// Whether a text field had the keyboard when the last frame ended: Esc leaves it, which egui sees to before anyone else.
    was_typing: bool,
    /// The client is to be pointed at the page server as soon as that listens.
    trying: bool,
    /// What each frame costs, if somebody wants to know.
    frame_log: Option<FrameLog>,
    pacer: Pacer,
}

/// Both roles' forms.
type Forms = (ClientDraft, ServerDraft);

impl App {
    /// A window made of `parts`, with its fonts and colours installed in `ctx`.
    #[must_use]
    pub fn new(ctx: &Context, parts: Parts) -> Self {
        super::fonts::install_fonts(ctx);
        tokens::install(ctx);
        let settings = parts.settings;
        ctx.set_theme(preference(settings.theme));
        Self {
            reports: parts.reports,
            client: ClientRole::new(settings.client.clone()),
            server: ServerRole::new(settings.server.clone()).naming(settings.names.clone()),
            retired: Retired::default(),
            engine: parts.engine,
            words: Rc::new(Words::new(parts.language)),
            settings,
            keeper: parts.folder.and_then(Keeper::start),
            before_trying: None,
            role: Role::Client,
            saving: Saving::default(),
            program: ProgramPanel::default(),
            dialog: parts.dialog,
            picking: None,
            notice: parts.notice.map(Notice::BadText),
            actions: Vec::new(),
            was_typing: false,
            trying: false,
            frame_log: FrameLog::from_environment(),
            pacer: Pacer::default(),
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
                self.client.runs.heard(now);
                self.server.runs.heard(now);
                return false;
            };
            // A run that is kept no longer may have had something to say.
            let _ = self.client.runs.take_in(report).and_then(|report| self.server.runs.take_in(report));
            if begun.elapsed() > BUDGET {
                return true;
            }
        }
    }

    fn log_frame(&mut self, step: impl FnOnce(&mut FrameLog)) {
        if let Some(log) = &mut self.frame_log {
            step(log);
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
        let look = Look::new(&words, ctx, self.engine.clock());
        match self.role {
            Role::Client => self.client.prepare(&look, ctx),
            Role::Server => self.server.prepare(&look, ctx),
        }
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
                .is_some_and(|session| session.connections.iter().any(|c| matches!(c.state(), State::Open))),
        }
    }

    fn remember_place(&mut self, ctx: &Context) {
        let place = ctx.input(|input| {
            let viewport = input.viewport();
            let size = viewport.inner_rect?.size();
            let at = viewport.outer_rect.map(|rect| rect.min);
            let maximized = viewport.maximized.unwrap_or(false);
            Some(WindowPlace { x: at.map(|at| at.x), y: at.map(|at| at.y), width: size.x, height: size.y, maximized })
        });
        if place.is_some() {
            self.settings.window = place;
        }
    }

    fn panels(&mut self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        let tokens = look.tokens;
        let bar = |margin| Frame::new().fill(tokens.ground).inner_margin(margin);
        Panel::top("top")
            .frame(bar(Margin::symmetric(12, 6)))
            .show(ui, |ui| top_bar::show(ui, look, &self.top(), actions));
        Panel::top("address").frame(bar(Margin::symmetric(12, 6))).show(ui, |ui| match self.role {
            Role::Client => self.client.address_bar(ui, look, &self.settings.addresses, actions),
            Role::Server => self.server.address_bar(ui, look, actions),
        });
        self.bottom(ui, look, actions);
        let hides_form = self.program_panel(ui, look, actions);
        let form = Panel::left("form").exact_size(FORM_WIDTH).resizable(false).frame(bar(Margin::symmetric(12, 8)));
        let items = std::mem::take(&mut self.settings.saved);
        if !hides_form {
            form.show(ui, |ui| match self.role {
                Role::Client => self.client.form(ui, look, &items, actions),
                Role::Server => self.server.form(ui, look, &items, actions),
            });
        }
        self.settings.saved = items;
        self.strips(ui, look, actions);
        // While the display is paused, its time stands still, too.
        let paused = self.shown_record().and_then(Record::paused);
        let look = &look.at(paused.unwrap_or(look.now));
        CentralPanel::default().frame(bar(Margin { left: 8, right: 8, top: 4, bottom: 4 })).show(ui, |ui| {
            match self.role {
                Role::Client => {
                    let end = self.client.connection().and_then(|own| other_end(own, self.server.runs.session()));
                    self.client.show(ui, look, end, actions);
                }
                Role::Server => {
                    let end = self.server.connection().and_then(|own| other_end(own, self.client.runs.session()));
                    self.server.show(ui, look, end, actions);
                }
            }
        });
    }

    /// Whether a client runs, and a server.
    fn runs(&self) -> (bool, bool) {
        let (clients, servers) = (self.client.runs.all(), self.server.runs.all());
        (clients.iter().any(|kept| kept.run.is_running()), servers.iter().any(|kept| kept.run.is_running()))
    }

    fn top(&self) -> top_bar::Shown<'_> {
        let (clients, servers) = (&self.client.runs, &self.server.runs);
        let (client_runs, server_runs) = self.runs();
        let (pace, due) = self.pace();
        top_bar::Shown {
            role: self.role,
            client_runs,
            server_runs,
            pace,
            due,
            shows_program: self.settings.shows_program,
            theme: self.settings.theme,
            sessions: sessions_menu::Shown { clients, servers, role: self.role, disk: self.engine.disk() },
        }
    }

    /// Draws what there is to tell, below the run: there, only the end of the lowest panel makes room for it.
    fn strips(&mut self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        if !self.saving.is_idle() {
            Panel::bottom("saving").frame(Frame::NONE).show(ui, |ui| self.saving.show(ui, look, actions));
        }
        if self.role == Role::Client && self.client.has_run_strip() {
            Panel::bottom("run strip").frame(Frame::NONE).show(ui, |ui| self.client.run_strip(ui, look, actions));
        }
        self.session_strips(ui, look, actions);
        self.notices(ui, look, actions);
    }

    fn notices(&self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        let of_run = match self.role {
            Role::Client => self.client.notice(look),
            Role::Server => self.server.notice(look),
        };
        for (notice, id, dismissible) in [(&self.notice, "notice", true), (&of_run, "run notice", false)] {
            if let Some(notice) = notice {
                Panel::bottom(id)
                    .frame(Frame::NONE)
                    .show(ui, |ui| banner::show(ui, look, notice, dismissible, actions));
            }
        }
    }

    /// Whether a run of the role is shown.
    fn has_run(&self) -> bool {
        match self.role {
            Role::Client => self.client.runs.shown().is_some(),
            Role::Server => self.server.runs.shown().is_some(),
        }
    }

    fn bottom(&mut self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        let frame = Frame::new().fill(look.tokens.ground).inner_margin(Margin::symmetric(12, 6));
        Panel::bottom("status").frame(frame).show(ui, |ui| {
            let (connection, view) = self.looked_at();
            let way = view.way(Way::Received);
            let message = connection.and_then(|connection| view.message(connection.direction(way)));
            let has_run = self.has_run();
            let can_save = connection.is_some_and(|connection| view.body(connection, Way::Received).is_some());
            let counted_from = connection.and_then(|connection| Some(self.shown_record()?.counted_from(connection.id)));
            let counted_from = counted_from.unwrap_or_default();
            status_bar::show(
                ui,
                look,
                &status_bar::Shown { connection, has_run, message, way, can_save, counted_from },
                actions,
            );
        });
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.log_frame(|log| log.state_begins(ctx));
        let runs = self.runs();
        self.pacer.frame(ctx, !(runs.0 || runs.1));
        let more = self.take_in();
        self.shortcuts(ctx);
        for action in std::mem::take(&mut self.actions) {
            self.carry_out(ctx, action);
        }
        self.go_on_trying();
        self.hear(ctx);
        self.give_way();
        self.retired.sweep();
        self.remember_place(ctx);
        self.prepare_program();
        if self.prepare(ctx) || more {
            ctx.request_repaint();
        } else if self.shows_time() {
            ctx.request_repaint_after(TICK);
        }
        if self.saving.is_writing() {
            ctx.request_repaint_after(Duration::from_millis(50));
        }
        self.log_frame(FrameLog::state_ends);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.log_frame(FrameLog::draw_begins);
        let words = Rc::clone(&self.words);
        let look = Look::new(&words, ui.ctx(), self.engine.clock());
        let mut actions = std::mem::take(&mut self.actions);
        self.panels(ui, &look, &mut actions);
        if !actions.is_empty() {
            ui.ctx().request_repaint();
        }
        self.actions = actions;
        self.was_typing = ui.ctx().text_edit_focused();
        self.log_frame(FrameLog::draw_ends);
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        if let Some(log) = self.frame_log.take() {
            log.finish();
        }
        self.keep();
        if let Some(Err(failure)) = self.keeper.take().map(Keeper::finish) {
            // The window is gone: the terminal that it was started from is the only place left to tell.
            let _ = writeln!(std::io::stderr(), "socketscope: {}", self.words.failure(&failure));
        }
    }
}

/// The other end of `own` among the connections of `session`: its addresses are those of `own`, the other way round.
fn other_end<'a>(own: &Connection, session: Option<&'a Session>) -> Option<&'a Connection> {
    let ends = own.local.zip(own.peer)?;
    session?.connections.iter().find(|other| other.peer.zip(other.local) == Some(ends))
}

fn preference(theme: Theme) -> egui::ThemePreference {
    match theme {
        Theme::System => egui::ThemePreference::System,
        Theme::Light => egui::ThemePreference::Light,
        Theme::Dark => egui::ThemePreference::Dark,
    }
}
