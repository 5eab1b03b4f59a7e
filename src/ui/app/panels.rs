//! How the panels stand in the window.

use egui::{CentralPanel, Frame, Id, Margin, Panel, Ui, UiBuilder};

use super::App;
use super::other_end::other_end;
use crate::capture::{Direction, Role};
use crate::settings::{FORM_WIDTHS, View};
use crate::ui::connection::ConnectionModel;
use crate::ui::kit::{FIELD, UiContext, banner};
use crate::ui::program::ProgramRun;
use crate::ui::runs::{RunRecord, transport};
use crate::ui::shell::menu::{self, MenuModel};
use crate::ui::shell::sessions_menu::SessionsModel;
use crate::ui::shell::top_bar::{self, BarPart};
use crate::ui::shell::{disk_strip, status_bar, welcome};

impl App {
    pub(super) fn panels(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        // The window is cleared to the colour of the ground, so no panel fills itself with it once more.
        let bar = |margin| Frame::new().inner_margin(margin);
        Panel::top("top").frame(bar(Margin::symmetric(12, 6))).show(ui, |ui| self.top(ui, cx));
        // A projected lesson needs nothing else.
        let mut status = None;
        if !self.is_lesson_projected() {
            // The status bar has its place now, and is drawn last: Tab goes where the eye goes.
            let panel = Panel::bottom("status").frame(bar(Margin::symmetric(12, 6))).exact_size(FIELD + 12.0);
            status = Some(panel.show(ui, |ui| ui.max_rect()).inner);
        }
        // While the display is paused, its time stands still, too.
        let paused = self.roles.record().and_then(RunRecord::paused);
        let at = &cx.at(paused.unwrap_or(cx.now));
        self.left(ui, cx);
        self.strips(ui, cx);
        CentralPanel::default().frame(bar(Margin { left: 8, right: 8, top: 4, bottom: 4 })).show(ui, |ui| {
            if self.is_first {
                return welcome::show(ui, cx);
            }
            let (client, server) = (&mut self.roles.client, &mut self.roles.server);
            let (panel, dialect) = (&mut self.program, self.settings.dialect);
            let mut program = |ui: &mut Ui, model: Option<&ConnectionModel<'_>>| {
                let listener = model.and_then(|model| model.session.listener.as_ref());
                let run = ProgramRun {
                    connection: model.and_then(|model| model.connection),
                    listener: listener.map(|listener| &listener.thread),
                    address: listener.and_then(|listener| listener.address),
                };
                panel.show(ui, at, dialect, run);
            };
            match self.roles.shown {
                Role::Client => {
                    let end = client.connection().map(|own| other_end(own, &server.runs)).unwrap_or_default();
                    client.show(ui, at, end, &mut program);
                }
                Role::Server => {
                    let end = server.connection().map(|own| other_end(own, &client.runs)).unwrap_or_default();
                    server.show(ui, at, end, &mut program);
                }
            }
        });
        if let Some(place) = status {
            self.status(&mut ui.new_child(UiBuilder::new().id_salt("status").max_rect(place)), cx);
        }
    }

    /// Draws the role's form, or the lessons in its place; both are as wide as the user has made them.
    fn left(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let width = self.settings.form_width;
        let most = FORM_WIDTHS.end().min(ui.ctx().content_rect().width() * 0.45);
        let panel = Panel::left(Id::unique(("left", self.layout_resets))).default_size(width).resizable(true);
        let panel = panel.size_range(*FORM_WIDTHS.start()..=most);
        let shown = panel.frame(Frame::new().inner_margin(Margin::symmetric(12, 8))).show(ui, |ui| {
            // What is too wide for the panel must not widen it.
            let place = ui.available_rect_before_wrap();
            ui.advance_cursor_after_rect(place);
            let ui = &mut ui.new_child(UiBuilder::new().max_rect(place));
            if self.lessons.panel.is_open {
                let shown = self.roles.record().map(|record| record.live().id);
                return self.lessons.panel.show(ui, cx, shown);
            }
            let items = &self.settings.saved;
            match self.roles.shown {
                Role::Client => self.roles.client.form(ui, cx, items),
                Role::Server => self.roles.server.form(ui, cx, items),
            }
        });
        self.settings.form_width = shown.response.rect.width().clamp(*FORM_WIDTHS.start(), *FORM_WIDTHS.end());
    }

    fn top(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let (role, is_alone) = (self.roles.shown, self.is_lesson_projected());
        top_bar::show(ui, cx, role, self.roles.have_running(), |ui, part| match part {
            BarPart::OfRole if is_alone => {}
            BarPart::OfRole => match role {
                Role::Client => self.roles.client.bar(ui, cx, &self.settings.addresses),
                Role::Server => self.roles.server.bar(ui, cx),
            },
            BarPart::Pace { is_narrow } => self.roles.pace().show(ui, cx, self.roles.due(), is_narrow),
            BarPart::Menu => menu::show(ui, cx, &self.menu()),
        });
    }

    fn menu(&self) -> MenuModel<'_> {
        let (clients, servers) = (&self.roles.client.runs, &self.roles.server.runs);
        MenuModel {
            pace: self.roles.pace(),
            lessons: self.lessons.panel.is_open,
            shows_program: self.roles.dock().contains(View::Program),
            is_projected: self.settings.projector,
            theme: self.settings.theme,
            less_motion: self.settings.less_motion,
            sessions: SessionsModel { clients, servers, role: self.roles.shown, disk: self.engine.disk() },
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
