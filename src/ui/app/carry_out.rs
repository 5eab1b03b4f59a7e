//! What the window does when the user wants something.

use std::path::PathBuf;
use std::rc::Rc;

use egui::Context;

use super::{App, preference};
use crate::capture::{Connection, Direction, Message, Role};
use crate::decode::{Coding, Stage, codings_of};
use crate::export::{NameSources, Old, suggested_name};
use crate::http::StartLine;
use crate::net::{Command, Refused, Target};
use crate::settings::{ResponderKind, SAVED_MAX, SavedItem, SavedName, SavedRun};
use crate::ui::action::Action;
use crate::ui::body::body_ref::{host_of, region_of};
use crate::ui::kit::Notice;
use crate::ui::runs::{StartError, Wanted};
use crate::view::visible_bytes;
use crate::words::Words;

impl App {
    pub(super) fn carry_out(&mut self, ctx: &Context, action: Action) {
        let changes_settings = matches!(
            action,
            Action::Run
                | Action::Listen
                | Action::AddSaved(_)
                | Action::RemoveSaved(_)
                | Action::Speak(_)
                | Action::Paint(_)
                | Action::Project(_)
                | Action::ShowProgram(_)
                | Action::WriteProgramIn(_)
                | Action::LimitDisk(_)
                | Action::NamePeer(..)
        );
        self.do_it(ctx, action);
        if changes_settings {
            self.keep();
        }
    }

    fn do_it(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Show(role) => self.role = role,
            Action::TryHere => self.try_here(ctx),
            Action::CloseWelcome => self.is_first = false,
            Action::Project(is_on) => self.project(ctx, is_on),
            Action::OpenLessons(is_open) => {
                self.is_first = false;
                if !is_open {
                    self.leave_lesson();
                }
                self.lessons.is_open = is_open;
            }
            Action::OpenLesson(id) => {
                self.is_first = false;
                self.leave_lesson();
                self.lessons.open(id);
                self.glossary_panel.close();
            }
            Action::RunLesson => self.run_lesson(),
            Action::StopLesson => self.stop_lesson(),
            Action::LeaveLesson => self.leave_lesson(),
            Action::ReadScene(path) => self.read_scene(ctx, path),
            Action::Run => self.run_client(),
            Action::Follow => {
                let followed = self.client.follow(&self.engine);
                self.went_on(followed);
            }
            Action::ConnectAnyway => {
                let connected = self.client.connect_anyway(&self.engine);
                self.went_on(connected);
            }
            Action::LookAtHop(hop) => self.client.look_at_hop(hop),
            Action::Stop => self.client.stop(),
            Action::Send(bytes) => self.give(Command::Send(bytes.into())),
            Action::ShutdownSending => self.give(Command::ShutdownSending),
            Action::Listen => {
                self.listen(ctx);
                self.server.form.local_addresses.read(ctx);
            }
            Action::StopListening => self.server.stop(),
            Action::ServeWith => self.go_on_serving(ctx),
            Action::MeasureBody => self.client.body_file_length.ask(ctx, &self.client.draft.body),
            Action::SetTempo(tempo) => match self.role {
                Role::Client => self.client.pace.set(tempo),
                Role::Server => self.server.pace.set(tempo),
            },
            Action::Step(due) => self.pace().0.step(due),
            Action::PauseAccepting(is_paused) => self.server.pause_accepting(is_paused),
            Action::ReadAddresses => self.server.form.local_addresses.read(ctx),
            Action::ChoosePath(of) => self.choose_path(ctx, of),
            Action::Select(_) | Action::SelectListener | Action::Hold(_) | Action::SelectNewest => {
                self.look_at_server(&action);
            }
            Action::LookAtConnection(id) => self.server.look_at(id),
            Action::Tell(ids, telling) => self.tell_connections(ctx, ids, telling),
            Action::NamePeer(address, name) => self.server.name_peer(address, &name),
            Action::LookAt(id) => self.look_at(id),
            Action::Pin(id, is_pinned) => self.pin(id, is_pinned),
            Action::Forget(id) => self.forget(id),
            Action::ForgetOld => self.forget_old(),
            Action::StopSession(id) => self.stop_session(id),
            Action::PauseDisplay(pause) => self.pause_display(pause),
            Action::ClearDisplay => self.clear_display(),
            Action::ResetCounts => self.reset_counts(),
            Action::LookForRoom => self.engine.disk().wake_waiting(),
            Action::LimitDisk(limit) => {
                self.engine.disk().set_limit(limit);
                self.settings.disk_limit = Some(limit);
            }
            Action::UseSaved(number) => self.use_saved(number),
            Action::AddSaved(name) => self.add_saved(name),
            Action::RemoveSaved(number) => {
                if number < self.settings.saved.len() {
                    self.settings.saved.remove(number);
                }
            }
            Action::SaveBody => self.ask_where(ctx),
            Action::SaveTo(path, old) => self.save_to(ctx, path, old),
            Action::CancelSave => self.saving.cancel(),
            Action::TypePath => self.saving.type_path(),
            Action::ShowProgram(is_shown) => self.settings.shows_program = is_shown,
            Action::WriteProgramIn(dialect) => self.settings.dialect = dialect,
            Action::SaveProgram => self.ask_where_program(ctx),
            Action::Speak(language) => {
                self.words = Rc::new(Words::new(language));
                self.settings.language = Some(language);
            }
            Action::Paint(theme) => {
                self.settings.theme = theme;
                ctx.set_theme(preference(theme));
            }
            Action::Dismiss => self.dismiss(),
            Action::Explain(topic) => self.glossary_panel.toggle(topic),
        }
    }

    fn dismiss(&mut self) {
        if self.notice.take().is_none() {
            self.saving.cancel();
        }
    }

    fn try_here(&mut self, ctx: &Context) {
        self.is_first = false;
        let before = self.before_trying.take().map_or_else(|| self.forms(), |(before, _)| before);
        self.before_trying = Some((before.clone(), before));
        if self.server.page_address().is_none() {
            self.server.draft.address = "127.0.0.1".into();
            self.server.draft.port = 0;
            self.server.draft = std::mem::take(&mut self.server.draft).answering(ResponderKind::Page);
            self.listen(ctx);
        }
        self.trying = true;
    }

    /// Once the page server listens, points the client at it and runs it.
    pub(super) fn go_on_trying(&mut self) {
        if !self.trying {
            return;
        }
        if let Some(address) = self.server.page_address() {
            self.trying = false;
            self.client.point_at(format!("http://{address}/"));
            let tried = self.forms();
            if let Some((_, remembered)) = &mut self.before_trying {
                *remembered = tried;
            }
            self.role = Role::Client;
            self.run_client();
        } else if !self.server.is_running() {
            self.trying = false;
            self.role = Role::Server;
        }
    }

    fn run_client(&mut self) {
        self.is_first = false;
        match self.client.start(&self.engine) {
            Ok(()) => {
                self.notice = None;
                self.remember_address();
            }
            Err(error) => self.notice = Some(self.start_failed(&error)),
        }
    }

    /// Remembers the address, but no password that was typed in it.
    fn remember_address(&mut self) {
        let typed = &self.client.draft.address;
        let url = Target::parse(typed).ok().filter(|target| target.authorization.is_some()).map(|target| target.url());
        self.settings.remember_address(url.as_deref().unwrap_or(typed));
    }

    fn went_on(&mut self, started: Result<(), StartError>) {
        self.notice = started.err().map(|error| self.start_failed(&error));
    }

    pub(super) fn start_failed(&self, error: &StartError) -> Notice {
        match error {
            StartError::Draft(error) => Notice::ErrorText(self.words.draft_error(error)),
            StartError::Failure(failure) => Notice::Error(self.words.failure(failure)),
        }
    }

    fn give(&mut self, command: Command) {
        self.notice = match self.client.give(command) {
            Ok(()) => None,
            Err(Refused::Busy) => Some(Notice::ErrorText(self.words.text("send-busy").into_owned())),
            Err(Refused::NotOpen) => Some(Notice::ErrorText(self.words.text("send-not-open").into_owned())),
        };
    }

    fn use_saved(&mut self, number: usize) {
        match self.settings.saved.get(number).map(|item| item.what.clone()) {
            Some(SavedRun::Client(draft)) => self.client.fill(draft),
            Some(SavedRun::Server(draft)) if self.server.can_listen() => self.server.draft = *draft,
            _ => {}
        }
    }

    fn add_saved(&mut self, name: String) {
        let what = match self.role {
            Role::Client => SavedRun::Client(self.client.draft.without_credentials()),
            Role::Server => SavedRun::Server(Box::new(self.server.draft.clone())),
        };
        let item = SavedItem { name: SavedName::Own(name), what };
        let refused = match self.settings.saved.len() {
            SAVED_MAX.. => Some("saved-full"),
            _ => (!item.fits()).then_some("saved-too-long"),
        };
        match refused {
            Some(key) => self.notice = Some(Notice::ErrorText(self.words.text(key).into_owned())),
            None => self.settings.saved.push(item),
        }
    }

    fn wanted(&self) -> Option<Wanted> {
        let (connection, view) = self.looked_at();
        let connection = connection?;
        let direction = view.direction(Direction::Received);
        let stream = connection.stream(direction);
        let message = view.message(stream);
        let is_whole = message.is_some_and(|message| message.is_complete() && stream.keeps_body(message));
        let is_part = !is_whole || view.is_faulty();
        Some(Wanted {
            body: view.body(connection, Direction::Received)?,
            name: self.suggested_name(connection, message, is_part),
            is_part,
            note: message.and_then(|message| self.words.error_status(message)),
        })
    }

    /// The folder that was saved to last.
    pub(super) fn save_folder(&self) -> Option<PathBuf> {
        Some(&self.settings.save_folder).filter(|folder| !folder.is_empty()).map(PathBuf::from)
    }

    /// A name for the body of `message`, by its own fields, the path that was asked for, and the host.
    fn suggested_name(&self, connection: &Connection, message: Option<&Message>, incomplete: bool) -> String {
        let head = message.map(|message| &message.head);
        let (_, view) = self.looked_at();
        let codings = message.and_then(|message| codings_of(&message.head, message.framing).ok()).unwrap_or_default();
        let suffix = match view.stage() {
            Stage::Decoded => None,
            Stage::Framed => codings.last().copied().map(Coding::suffix),
            Stage::Wire => Some(".chunked"),
        };
        let host = self.client.asked().filter(|_| self.role == Role::Client).map(|asked| asked.host.clone());
        suggested_name(&NameSources {
            disposition: head.and_then(|head| head.field("content-disposition")),
            path: &requested_path(connection),
            host: host.as_deref().unwrap_or_default(),
            content_type: head.and_then(|head| head.field("content-type")),
            coding_suffix: suffix,
            undone: if view.stage() == Stage::Decoded && !view.passes_over(connection, Direction::Received) {
                &codings
            } else {
                &[]
            },
            start: &view.start_of_body(connection, Direction::Received),
            region: region_of(host_of(connection), self.words.language().region()).as_deref(),
            incomplete,
        })
    }

    fn ask_where(&mut self, ctx: &Context) {
        // A save under way is not to be given up for another.
        if self.saving.is_writing() {
            return;
        }
        let Some(wanted) = self.wanted() else { return };
        let key = if wanted.is_part { "save-title-part" } else { "save-title" };
        let mut title = self.words.text(key).into_owned();
        if self.role == Role::Client && self.client.is_redirect() {
            title = format!("{title} · {}", self.words.text("redirect-save"));
        }
        if let Some(note) = &wanted.note {
            title = format!("{title} · {note}");
        }
        self.saving.ask(&*self.dialog, wanted, title, self.save_folder(), ctx);
    }

    pub(super) fn save_to(&mut self, ctx: &Context, path: PathBuf, old: Old) {
        let ctx = ctx.clone();
        self.saving.start(path, old, move || ctx.request_repaint());
    }
}

/// The path that the client asked for, out of the request itself; `/` if there is none.
fn requested_path(connection: &Connection) -> String {
    let requests = Direction::BOTH.map(|direction| connection.stream(direction));
    let found = requests.iter().flat_map(|stream| stream.messages.iter().rev()).find_map(|message| {
        match &message.head.start_line {
            StartLine::Request { target, .. } => Some(visible_bytes(message.head.text(*target))),
            StartLine::Response { .. } => None,
        }
    });
    found.unwrap_or_else(|| "/".into())
}
