//! The program that does what the run that is shown does: kept up to date while it is on the screen, drawn, saved.

use egui::containers::panel::PanelState;
use egui::{Context, Frame, Margin, Panel, Ui};

use super::App;
use crate::capture::{Body, Role, SpoolWriter};
use crate::http::Span;
use crate::ui::kit::{FORM_WIDTH, LESSON_WIDTH, UiContext};
use crate::ui::program::{MIDDLE_MIN, ProgramPanel, ProgramRun, ROOM_FOR_BOTH, WIDTH, WIDTH_MIN, plan};
use crate::ui::runs::{Record, Wanted};

impl App {
    /// Writes the program anew if something else is to be shown. Returns whether more of the run is to be read for it.
    pub(super) fn prepare_program(&mut self) -> bool {
        if !self.settings.shows_program {
            return false;
        }
        let ProgramPanel { known, heard, .. } = &mut self.program;
        let planned = match self.role {
            Role::Client => plan::of_client(&self.client, known, heard),
            Role::Server => plan::of_server(&self.server, known),
        };
        self.program.prepare(planned, self.settings.dialect, &self.words);
        self.role == Role::Client && self.program.heard.is_behind
    }

    /// Draws it, if it is shown; whether it takes the place of the form.
    pub(super) fn program_panel(&mut self, ui: &mut Ui, cx: &UiContext<'_>) -> bool {
        if !self.settings.shows_program {
            return false;
        }
        let paused = self.shown_record().and_then(Record::paused);
        let cx = &cx.at(paused.unwrap_or(cx.now));
        let frame = Frame::new().inner_margin(Margin::symmetric(8, 4));
        let width = ui.ctx().content_rect().width();
        let most = (width - self.left_width(ui, width) - MIDDLE_MIN).max(WIDTH_MIN);
        let panel =
            Panel::right("program").resizable(true).default_size(WIDTH.min(width * 0.45).min(most)).frame(frame);
        let Self { program, client, server, role, settings, .. } = self;
        let session = if *role == Role::Server { server.session() } else { None };
        let listener = session.and_then(|session| session.listener.as_ref());
        let standing = ProgramRun {
            connection: if *role == Role::Server { server.connection() } else { client.connection() },
            listener: listener.map(|listener| &listener.thread),
            address: listener.and_then(|listener| listener.address),
        };
        let dialect = settings.dialect;
        panel.min_size(WIDTH_MIN).max_size(most).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            program.show(ui, cx, dialect, standing);
        });
        width < ROOM_FOR_BOTH
    }

    /// The width of what stands at the left of the run, in a window as wide as `width`.
    fn left_width(&self, ui: &Ui, width: f32) -> f32 {
        match self.lessons.is_open {
            true => PanelState::load(ui.ctx(), ui.scope_id().with("lessons"))
                .map_or(LESSON_WIDTH, |state| state.outer_rect.width()),
            false if width < ROOM_FOR_BOTH => 0.0,
            false => FORM_WIDTH,
        }
    }

    /// Asks where to save it.
    pub(super) fn ask_where_program(&mut self, ctx: &Context) {
        if self.saving.is_writing() {
            return;
        }
        let Some((source, name)) = self.program.source() else { return };
        let (mut writer, spool) = SpoolWriter::temporary();
        // It is small enough to stay in memory, or else what could not be written is missing, which the size tells.
        let length = match writer.append(source.as_bytes()).and_then(|()| writer.finish()) {
            Ok(()) => source.len() as u64,
            Err(_) => return,
        };
        let wanted =
            Wanted { body: Body::wire(spool, Span::new(0, length)), name: name.to_owned(), is_part: false, note: None };
        let title = self.words.text("program-save-title").into_owned();
        self.saving.ask(&*self.dialog, wanted, title, self.save_folder(), ctx);
    }
}
