//! Has done what the user wants: each action goes to whoever its concern belongs to.

use std::rc::Rc;

use egui::Context;

use super::{App, preference};
use crate::capture::Role;
use crate::export::{Exporter, Selected};
use crate::settings::{SAVED_MAX, SavedItem, SavedName, SavedRun, Settings, SettingsWriter, View};
use crate::ui::action::{
    Action, ClientAction, DiskAction, FormAction, LessonAction, PathOf, ProgramAction, ServerAction, ViewAction,
    WindowAction,
};
use crate::ui::kit::{Answer, Notice};
use crate::ui::runs::{RunError, RunRecord};
use crate::view::excerpt;
use crate::words::{Arg, Words};

impl App {
    pub(super) fn carry_out(&mut self, ctx: &Context, action: Action) {
        let changes_settings = action.changes_settings();
        match action {
            Action::ShowRole(role) => self.roles.shown = role,
            Action::Client(action) => self.client_action(action, ctx),
            Action::Server(action) => self.server_action(action, ctx),
            Action::Run(action) => self.roles.carry_out(&action, self.engine.clock().now()),
            Action::Disk(DiskAction::LookAgain) => self.engine.disk().wake_waiting(),
            Action::Disk(DiskAction::SetLimit(limit)) => {
                self.engine.disk().set_limit(limit);
                self.settings.disk_limit = Some(limit);
            }
            Action::Form(action) => self.form_action(action),
            Action::Lesson(action) => self.lesson_action(action, ctx),
            Action::Program(ProgramAction::Show(is_shown)) => {
                self.settings.shows_program = is_shown;
                self.roles.client.dock.show_program(is_shown);
                self.roles.server.dock.show_program(is_shown);
            }
            Action::Program(ProgramAction::SetDialect(dialect)) => self.settings.dialect = dialect,
            Action::View(ViewAction::SearchFor(text)) => {
                self.roles.open_search();
                self.roles.view_mut().search_for(text);
            }
            Action::View(ViewAction::ShowBytes) => self.roles.dock_mut().open(View::Bytes),
            Action::Window(action) => self.window_action(action, ctx),
            Action::SetPaceMode(mode) => self.roles.pace_of(self.roles.shown).set(mode),
            Action::Step(due) => self.roles.pace().step(due),
            Action::Export(exporter) => self.export(exporter, ctx),
            Action::ChoosePath(of) => self.picker.ask(of, &self.words, ctx),
        }
        if changes_settings {
            self.keep();
        }
    }

    pub(super) fn client_action(&mut self, action: ClientAction, ctx: &Context) {
        let runs = matches!(action, ClientAction::Run);
        self.is_first &= !runs;
        let outcome = self.roles.client.carry_out(action, &self.engine, ctx);
        if runs && matches!(outcome, Some(Ok(()))) {
            self.settings.remember_address(&self.roles.client.address_without_password());
        }
        self.tell(outcome);
    }

    fn server_action(&mut self, action: ServerAction, ctx: &Context) {
        self.is_first &= !matches!(action, ServerAction::Listen);
        let outcome = self.roles.server.carry_out(action, &self.engine, ctx);
        self.tell(outcome);
    }

    /// Tells why something was not done; what was told before is not told any more.
    fn tell(&mut self, outcome: Option<Result<(), RunError>>) {
        if let Some(outcome) = outcome {
            self.notice = outcome.err().map(|error| error.notice(&self.words));
        }
    }

    fn lesson_action(&mut self, action: LessonAction, ctx: &Context) {
        self.is_first &= !matches!(action, LessonAction::ShowPanel(_) | LessonAction::Open(_));
        if matches!(action, LessonAction::Open(_)) {
            self.glossary_panel.close();
        }
        self.lessons.carry_out(action, &mut self.roles, ctx);
    }

    fn window_action(&mut self, action: WindowAction, ctx: &Context) {
        match action {
            WindowAction::TryHere => {
                self.is_first = false;
                if self.trial.begin(&mut self.roles) {
                    let outcome = self.roles.server.listen(&self.engine, ctx);
                    self.tell(outcome);
                }
            }
            WindowAction::CloseWelcome => self.is_first = false,
            WindowAction::SetProjector(is_on) => self.projector.set(is_on, &mut self.settings, ctx),
            WindowAction::SetLessMotion(is_less) => self.settings.less_motion = is_less,
            WindowAction::SetLanguage(language) => {
                self.words = Rc::new(Words::new(language));
                self.settings.language = Some(language);
            }
            WindowAction::SetTheme(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(preference(theme));
            }
            WindowAction::SetViews(views) => self.settings.views = views,
            WindowAction::TellCopied { bytes, of } => {
                let key = if bytes < of { "clipboard-part" } else { "clipboard-bytes" };
                let copied =
                    [("bytes", bytes), ("of", of)].map(|(name, bytes)| (name, Arg::from(self.words.bytes(bytes))));
                self.notice = Some(Notice::Info(self.words.with(key, copied)));
            }
            WindowAction::ResetLayout => {
                self.roles.client.dock.reset();
                self.roles.server.dock.reset();
                self.settings.form_width = Settings::default().form_width;
                self.layout_resets += 1;
            }
            WindowAction::Dismiss => {
                if self.notice.take().is_none() {
                    self.saving.cancel();
                }
            }
            WindowAction::LetNoteGo => _ = self.notice.take_if(|notice| matches!(notice, Notice::Info(_))),
            WindowAction::Explain(topic) => self.glossary_panel.toggle(topic),
            WindowAction::ToggleSheet(sheet) => self.sheet = Some(sheet).filter(|_| self.sheet != Some(sheet)),
        }
    }

    fn form_action(&mut self, action: FormAction) {
        match action {
            FormAction::Use(number) => match self.settings.saved.get(number).map(|item| item.what.clone()) {
                Some(SavedRun::Client(draft)) => self.roles.client.fill(draft),
                Some(SavedRun::Server(draft)) if self.roles.server.can_listen() => self.roles.server.draft = *draft,
                _ => {}
            },
            FormAction::Add { name, folder } => self.add_form(SavedName::Own(name), folder),
            FormAction::Rename { number, name, folder } => self.rename_form(number, name, folder),
            FormAction::Swap(one, other) => {
                if one.max(other) < self.settings.saved.len() {
                    self.settings.saved.swap(one, other);
                }
            }
            FormAction::Restore(number, item) => self.put_form(number, *item),
            FormAction::Remove(number) => {
                if number < self.settings.saved.len() {
                    self.settings.saved.remove(number);
                }
            }
        }
    }

    fn add_form(&mut self, name: SavedName, folder: String) {
        let what = match self.roles.shown {
            Role::Client => SavedRun::Client(self.roles.client.draft.without_credentials()),
            Role::Server => SavedRun::Server(Box::new(self.roles.server.draft.clone())),
        };
        self.put_form(self.settings.saved.len(), SavedItem { name, folder, what });
    }

    /// Gives the form `number` another name and folder. A name in the catalogue stays one unless it is changed.
    fn rename_form(&mut self, number: usize, name: String, folder: String) {
        let Some(item) = self.settings.saved.get_mut(number) else { return };
        let is_same = matches!(&item.name, SavedName::BuiltIn(key) if self.words.text(key) == name);
        let name = if is_same { item.name.clone() } else { SavedName::Own(name) };
        let renamed = SavedItem { name, folder, what: item.what.clone() };
        if renamed.fits() {
            *item = renamed;
        }
    }

    /// Puts `item` into the list at `place`, or at its end.
    fn put_form(&mut self, place: usize, item: SavedItem) {
        let refused = match self.settings.saved.len() {
            SAVED_MAX.. => Some("saved-full"),
            _ => (!item.fits()).then_some("saved-too-long"),
        };
        match refused {
            Some(key) => self.notice = Some(Notice::ErrorText(self.words.text(key).into_owned())),
            None => self.settings.saved.insert(place.min(self.settings.saved.len()), item),
        }
    }

    /// What is looked at, as exporters see it.
    pub(super) fn selected(&self) -> Selected<'_> {
        let asked = self.roles.client.asked().filter(|_| self.roles.shown == Role::Client);
        let host = asked.map(|asked| asked.host.clone()).unwrap_or_default();
        let region = self.words.language().region();
        let connection = self.roles.connection();
        Selected {
            session: self.roles.record().map(RunRecord::shown),
            bytes: connection.and_then(|connection| self.roles.view().selected_bytes(connection)),
            body: connection.and_then(|connection| self.roles.view().selected_body(connection, host, region)),
            program: self.program.program(),
        }
    }

    /// Asks where to save. A save under way is not given up for another.
    fn export(&mut self, exporter: Exporter, ctx: &Context) {
        let selected = self.selected();
        let Some(export) = exporter.export(&selected).filter(|_| !self.saving.is_writing()) else { return };
        let keys = exporter.keys();
        let mut title = self.words.text(if export.is_part { keys.title_of_part } else { keys.title }).into_owned();
        let mut note = None;
        if exporter == Exporter::Body {
            if self.roles.shown == Role::Client && self.roles.client.is_redirect() {
                title = format!("{title} · {}", self.words.text("redirect-save"));
            }
            let message = selected.body.as_ref().and_then(|body| body.message);
            note = message.and_then(|message| self.words.error_status(message));
            if let Some(note) = &note {
                title = format!("{title} · {note}");
            }
        }
        drop(selected);
        self.saving.ask(export, title, note, ctx);
    }

    /// Takes in what dialogs, disks and the system have answered.
    pub(super) fn poll(&mut self, ctx: &Context) {
        self.saving.poll(ctx);
        let outcome = self.roles.server.poll(&self.engine, ctx);
        self.tell(outcome);
        self.roles.client.poll();
        self.lessons.poll(&self.words);
        if let Some(failure) = self.settings_writer.as_ref().and_then(SettingsWriter::failure) {
            self.notice = Some(Notice::Error(self.words.failure(&failure)));
        }
        match self.picker.poll() {
            Some((of, Answer::Chosen(path))) => {
                let text = path.display().to_string();
                match of {
                    PathOf::Folder => self.roles.server.draft.folder = text,
                    PathOf::CannedReply => self.roles.server.draft.canned.file = text,
                    PathOf::SentFile => self.roles.server.send_file(text),
                    PathOf::Scene => {
                        self.lessons.panel.path = text;
                        self.lessons.read(path, ctx);
                    }
                }
            }
            Some((_, Answer::Unavailable)) => {
                self.notice = Some(Notice::Info(self.words.text("choose-no-dialog").into_owned()));
            }
            Some((_, Answer::Refused(text))) => {
                let text = self.words.with("choose-dialog-refused", [("text", Arg::from(excerpt(&text)))]);
                self.notice = Some(Notice::Info(text));
            }
            Some((_, Answer::Cancelled)) | None => {}
        }
    }
}
