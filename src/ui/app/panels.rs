//! How the panels stand in the window.

use egui::containers::panel::PanelState;
use egui::{CentralPanel, Frame, Margin, Panel, Ui, UiBuilder};

use super::App;
use super::other_end::other_end;
use crate::capture::{Direction, Role};
use crate::ui::kit::{FIELD, FORM_WIDTH, LESSON_WIDTH, UiContext, banner};
use crate::ui::program::{MIDDLE_MIN, ProgramRun, ROOM_FOR_BOTH, WIDTH, WIDTH_MIN};
use crate::ui::runs::{RunRecord, transport};
use crate::ui::shell::{disk_strip, sessions_menu, status_bar, top_bar, welcome};

impl App {
    pub(super) fn panels(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        // The window is cleared to the colour of the ground, so no panel fills itself with it once more.
        let bar = |margin| Frame::new().inner_margin(margin);
        Panel::top("top").frame(bar(Margin::symmetric(12, 6))).show(ui, |ui| top_bar::show(ui, cx, &self.top()));
        let mut status = None;
        // A projected lesson needs nothing else.
        if !self.is_lesson_projected() {
            Panel::top("address").frame(bar(Margin::symmetric(12, 6))).show(ui, |ui| match self.roles.shown {
                Role::Client => self.roles.client.address_bar(ui, cx, &self.settings.addresses),
                Role::Server => self.roles.server.address_bar(ui, cx),
            });
            // The status bar has its place now, and is drawn last: Tab goes where the eye goes.
            let panel = Panel::bottom("status").frame(bar(Margin::symmetric(12, 6))).exact_size(FIELD + 12.0);
            status = Some(panel.show(ui, |ui| ui.max_rect()).inner);
        }
        // While the display is paused, its time stands still, too.
        let paused = self.roles.record().and_then(RunRecord::paused);
        let at = &cx.at(paused.unwrap_or(cx.now));
        let hides_form = self.program_panel(ui, at);
        self.left(ui, cx, hides_form);
        self.strips(ui, cx);
        CentralPanel::default().frame(bar(Margin { left: 8, right: 8, top: 4, bottom: 4 })).show(ui, |ui| {
            let (client, server) = (&mut self.roles.client, &mut self.roles.server);
            match self.roles.shown {
                _ if self.is_first => welcome::show(ui, cx),
                Role::Client => {
                    let end = client.connection().map(|own| other_end(own, &server.runs)).unwrap_or_default();
                    client.show(ui, at, end);
                }
                Role::Server => {
                    let end = server.connection().map(|own| other_end(own, &client.runs)).unwrap_or_default();
                    server.show(ui, at, end);
                }
            }
        });
        if let Some(place) = status {
            self.status(&mut ui.new_child(UiBuilder::new().id_salt("status").max_rect(place)), cx);
        }
    }

    /// Draws the role's form, or the lessons in its place.
    fn left(&mut self, ui: &mut Ui, cx: &UiContext<'_>, hides_form: bool) {
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 8));
        if self.lessons.panel.is_open {
            let panel = Panel::left("lessons").default_size(LESSON_WIDTH).min_size(FORM_WIDTH).resizable(true);
            let shown = self.roles.record().map(|record| record.live().id);
            panel.frame(frame).show(ui, |ui| self.lessons.panel.show(ui, cx, shown));
            return;
        }
        if hides_form {
            return;
        }
        let form = Panel::left("form").exact_size(FORM_WIDTH).resizable(false).frame(frame);
        let items = &self.settings.saved;
        form.show(ui, |ui| match self.roles.shown {
            Role::Client => self.roles.client.form(ui, cx, items),
            Role::Server => self.roles.server.form(ui, cx, items),
        });
    }

    /// Draws the program, if it is shown; returns whether it takes the place of the form.
    fn program_panel(&mut self, ui: &mut Ui, cx: &UiContext<'_>) -> bool {
        if !self.settings.shows_program {
            return false;
        }
        let frame = Frame::new().inner_margin(Margin::symmetric(8, 4));
        let width = ui.ctx().content_rect().width();
        let most = (width - self.left_width(ui, width) - MIDDLE_MIN).max(WIDTH_MIN);
        let panel =
            Panel::right("program").resizable(true).default_size(WIDTH.min(width * 0.45).min(most)).frame(frame);
        let session = self.roles.record().map(RunRecord::shown);
        let listener = session.and_then(|session| session.listener.as_ref());
        let standing = ProgramRun {
            connection: self.roles.connection(),
            listener: listener.map(|listener| &listener.thread),
            address: listener.and_then(|listener| listener.address),
        };
        panel.min_size(WIDTH_MIN).max_size(most).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            self.program.show(ui, cx, self.settings.dialect, standing);
        });
        width < ROOM_FOR_BOTH
    }

    /// The width of what stands at the left of the run, in a window of this width; both in points.
    fn left_width(&self, ui: &Ui, width: f32) -> f32 {
        match self.lessons.panel.is_open {
            true => PanelState::load(ui.ctx(), ui.scope_id().with("lessons"))
                .map_or(LESSON_WIDTH, |state| state.outer_rect.width()),
            false if width < ROOM_FOR_BOTH => 0.0,
            false => FORM_WIDTH,
        }
    }

    fn top(&self) -> top_bar::TopBarModel<'_> {
        let (clients, servers) = (&self.roles.client.runs, &self.roles.server.runs);
        let (client_runs, server_runs) = self.roles.have_running();
        top_bar::TopBarModel {
            role: self.roles.shown,
            client_runs,
            server_runs,
            pace: self.roles.pace(),
            due: self.roles.due(),
            shows_program: self.settings.shows_program,
            theme: self.settings.theme,
            less_motion: self.settings.less_motion,
            lessons: self.lessons.panel.is_open,
            is_projected: self.settings.projector,
            is_alone: self.is_lesson_projected(),
            sessions: sessions_menu::SessionsModel {
                clients,
                servers,
                role: self.roles.shown,
                disk: self.engine.disk(),
            },
        }
    }

    /// Whether a lesson is shown to a room: it is alone on the screen then.
    fn is_lesson_projected(&self) -> bool {
        self.settings.projector && self.lessons.panel.scene().is_some()
    }

    /// Draws what there is to tell, below the run: there, only the end of the lowest panel makes room for it.
    fn strips(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        if !self.saving.is_idle() {
            Panel::bottom("saving").frame(Frame::NONE).show(ui, |ui| self.saving.show(ui, cx));
        }
        if self.roles.shown == Role::Client && self.roles.client.has_run_strip() {
            Panel::bottom("run strip").frame(Frame::NONE).show(ui, |ui| self.roles.client.run_strip(ui, cx));
        }
        if let Some(waiting) = self.roles.waiting_for_room() {
            let can_go = self.roles.droppable().len();
            Panel::bottom("no room").frame(Frame::NONE).show(ui, |ui| {
                disk_strip::show(ui, cx, &waiting, self.engine.disk(), can_go);
            });
        }
        if let Some(record) = self.roles.record().filter(|record| record.paused().is_some()) {
            Panel::bottom("paused").frame(Frame::NONE).show(ui, |ui| transport::waiting(ui, cx, record));
        }
        self.notices(ui, cx);
    }

    fn notices(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let of_run = self.roles.notice(cx);
        for (notice, id, dismissible) in [(&self.notice, "notice", true), (&of_run, "run notice", false)] {
            if let Some(notice) = notice {
                Panel::bottom(id).frame(Frame::NONE).show(ui, |ui| banner::show(ui, cx, notice, dismissible));
            }
        }
    }

    fn status(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let (connection, view, record) = (self.roles.connection(), self.roles.view(), self.roles.record());
        let direction = view.direction(Direction::Received);
        let counted_from = connection.zip(record).map(|(connection, record)| record.counted_from(connection.id));
        let shown = status_bar::StatusModel {
            connection,
            has_run: record.is_some(),
            message: connection.and_then(|connection| view.message(connection.stream(direction))),
            direction,
            selected: self.selected(),
            counted_from: counted_from.unwrap_or_default(),
        };
        status_bar::show(ui, cx, &shown);
    }
}
