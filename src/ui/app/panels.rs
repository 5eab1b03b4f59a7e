//! How the panels stand in the window.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use super::App;
use super::other_end::other_end;
use crate::capture::{Direction, Role};
use crate::ui::kit::{FORM_WIDTH, LESSON_WIDTH, UiContext, banner};
use crate::ui::runs::{Keepable, Record};
use crate::ui::shell::{sessions_menu, status_bar, top_bar, welcome};

impl App {
    pub(super) fn panels(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        // The window is cleared to the colour of the ground, so no panel fills itself with it once more.
        let bar = |margin| Frame::new().inner_margin(margin);
        Panel::top("top").frame(bar(Margin::symmetric(12, 6))).show(ui, |ui| top_bar::show(ui, cx, &self.top()));
        // A projected lesson needs nothing else.
        if !self.is_lesson_projected() {
            Panel::top("address").frame(bar(Margin::symmetric(12, 6))).show(ui, |ui| match self.role {
                Role::Client => self.client.address_bar(ui, cx, &self.settings.addresses),
                Role::Server => self.server.address_bar(ui, cx),
            });
            self.bottom(ui, cx);
        }
        let hides_form = self.program_panel(ui, cx);
        self.left(ui, cx, hides_form);
        self.strips(ui, cx);
        // While the display is paused, its time stands still, too.
        let paused = self.shown_record().and_then(Record::paused);
        let cx = &cx.at(paused.unwrap_or(cx.now));
        CentralPanel::default().frame(bar(Margin { left: 8, right: 8, top: 4, bottom: 4 })).show(ui, |ui| {
            match self.role {
                _ if self.is_first => welcome::show(ui, cx),
                Role::Client => {
                    let end = self.client.connection().map(|own| other_end(own, &self.server.runs)).unwrap_or_default();
                    self.client.show(ui, cx, end);
                }
                Role::Server => {
                    let end = self.server.connection().map(|own| other_end(own, &self.client.runs)).unwrap_or_default();
                    self.server.show(ui, cx, end);
                }
            }
        });
    }

    /// Draws the role's form, or the lessons in its place.
    fn left(&mut self, ui: &mut Ui, cx: &UiContext<'_>, hides_form: bool) {
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 8));
        if self.lessons.is_open {
            let panel = Panel::left("lessons").default_size(LESSON_WIDTH).min_size(FORM_WIDTH).resizable(true);
            let shown = self.shown_record().map(|record| record.live().id);
            panel.frame(frame).show(ui, |ui| self.lessons.show(ui, cx, shown));
            return;
        }
        if hides_form {
            return;
        }
        let form = Panel::left("form").exact_size(FORM_WIDTH).resizable(false).frame(frame);
        let items = std::mem::take(&mut self.settings.saved);
        form.show(ui, |ui| match self.role {
            Role::Client => self.client.form(ui, cx, &items),
            Role::Server => self.server.form(ui, cx, &items),
        });
        self.settings.saved = items;
    }

    /// Whether a client runs, and a server.
    pub(super) fn runs(&self) -> (bool, bool) {
        let (clients, servers) = (self.client.runs.all(), self.server.runs.all());
        (clients.iter().any(|kept| kept.run.is_running()), servers.iter().any(|kept| kept.run.is_running()))
    }

    fn top(&self) -> top_bar::TopBarModel<'_> {
        let (clients, servers) = (&self.client.runs, &self.server.runs);
        let (client_runs, server_runs) = self.runs();
        let (pace, due) = self.pace();
        top_bar::TopBarModel {
            role: self.role,
            client_runs,
            server_runs,
            pace,
            due,
            shows_program: self.settings.shows_program,
            theme: self.settings.theme,
            lessons: self.lessons.is_open,
            is_projected: self.settings.projector,
            is_alone: self.is_lesson_projected(),
            sessions: sessions_menu::SessionsModel { clients, servers, role: self.role, disk: self.engine.disk() },
        }
    }

    /// Draws what there is to tell, below the run: there, only the end of the lowest panel makes room for it.
    fn strips(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        if !self.saving.is_idle() {
            Panel::bottom("saving").frame(Frame::NONE).show(ui, |ui| self.saving.show(ui, cx));
        }
        if self.role == Role::Client && self.client.has_run_strip() {
            Panel::bottom("run strip").frame(Frame::NONE).show(ui, |ui| self.client.run_strip(ui, cx));
        }
        self.session_strips(ui, cx);
        self.notices(ui, cx);
    }

    fn notices(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let of_run = match self.role {
            Role::Client => self.client.notice(cx),
            Role::Server => self.server.notice(cx),
        };
        for (notice, id, dismissible) in [(&self.notice, "notice", true), (&of_run, "run notice", false)] {
            if let Some(notice) = notice {
                Panel::bottom(id).frame(Frame::NONE).show(ui, |ui| banner::show(ui, cx, notice, dismissible));
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

    fn bottom(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let frame = Frame::new().inner_margin(Margin::symmetric(12, 6));
        Panel::bottom("status").frame(frame).show(ui, |ui| {
            let (connection, view) = self.looked_at();
            let direction = view.direction(Direction::Received);
            let message = connection.and_then(|connection| view.message(connection.stream(direction)));
            let has_run = self.has_run();
            let can_save = connection.is_some_and(|connection| view.body(connection, Direction::Received).is_some());
            let counted_from = connection.and_then(|connection| Some(self.shown_record()?.counted_from(connection.id)));
            let counted_from = counted_from.unwrap_or_default();
            status_bar::show(
                ui,
                cx,
                &status_bar::StatusModel { connection, has_run, message, direction, can_save, counted_from },
            );
        });
    }
}
