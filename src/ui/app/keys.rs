//! What the shortcuts do that work wherever the keyboard is, by the table of shortcuts.

use egui::{Context, Key};

use super::App;
use crate::capture::{Connection, ConnectionState, Role};
use crate::export::Exporter;
use crate::settings::View;
use crate::ui::action::{
    Action, ClientAction, LessonAction, ProgramAction, RunAction, ServerAction, Sheet, WindowAction,
};
use crate::ui::kit::{Actions, Notice, glossary_tooltip};
use crate::ui::shortcut::Shortcut;
use crate::words::{Arg, Topic};

impl App {
    /// What F1 asks about: the word under the pointer or with the keyboard, the selected call, the failure that is shown.
    fn topic(&self, ctx: &Context) -> Option<Topic> {
        glossary_tooltip::hovered_topic(ctx).or_else(|| self.selected_call()).or_else(|| {
            let actions = Actions::default();
            let of_run = self.roles.notice(&self.ui_context(&self.words, &actions, ctx));
            of_run.as_ref().or(self.notice.as_ref()).and_then(Notice::topic)
        })
    }

    fn selected_call(&self) -> Option<Topic> {
        let listener = || Some(&self.roles.record()?.shown().listener.as_ref()?.thread);
        let thread = self.roles.connection().map(|connection| &connection.thread).or_else(listener);
        self.roles.view().selected_call(thread?).map(Topic::from)
    }

    /// Does what the keys that were pressed ask for, before anything is drawn.
    pub(super) fn shortcuts(&mut self, ctx: &Context) {
        for shortcut in Shortcut::EVERYWHERE {
            if shortcut.pressed(ctx) {
                self.press(shortcut, ctx);
            }
        }
        let is_covered = egui::Popup::is_any_open(ctx) || self.roles.server.form.is_covering() || self.is_covered();
        let is_free = !self.was_typing && ctx.memory(|memory| memory.focused().is_none());
        if is_free && !is_covered && ctx.input(|input| input.key_pressed(Key::Escape)) && self.leave() {
            // Whoever is drawn later does not see the key any more.
            let _ = Shortcut::Leave.pressed(ctx);
        }
    }

    /// What Ctrl+Enter starts where nothing that has the keyboard sends on it; asked once everything is drawn.
    pub(super) fn start_by_key(&self, ctx: &Context) -> Option<Action> {
        (!self.is_covered() && Shortcut::RunOrSend.pressed(ctx)).then(|| self.start()).flatten()
    }

    /// Whether something stands over the whole window.
    fn is_covered(&self) -> bool {
        self.glossary_panel.is_open() || self.sheet.is_some()
    }

    fn press(&mut self, shortcut: Shortcut, ctx: &Context) {
        let action = match shortcut {
            Shortcut::Address => {
                self.roles.shown = Role::Client;
                self.roles.client.focus_address();
                None
            }
            Shortcut::Search => {
                self.roles.open_search();
                None
            }
            Shortcut::Run => self.start(),
            Shortcut::Step => self.roles.due().filter(|_| self.roles.pace().is_stepping()).map(Action::Step),
            Shortcut::PauseDisplay => {
                let pause = |is_paused: bool| Action::Run(RunAction::PauseDisplay(!is_paused));
                self.roles.can_pause().map(pause)
            }
            Shortcut::SaveBody => Some(Action::Export(Exporter::Body)),
            Shortcut::Program => Some(Action::Program(ProgramAction::Show(!self.roles.dock().contains(View::Program)))),
            Shortcut::Projector => Some(Action::Window(WindowAction::SetProjector(!self.settings.projector))),
            Shortcut::Words => Some(Action::Window(WindowAction::Explain(self.topic(ctx)))),
            Shortcut::Shortcuts => Some(Action::Window(WindowAction::ToggleSheet(Sheet::Shortcuts))),
            _ => None,
        };
        self.actions.extend(action);
    }

    /// What starts a run of what is shown, if one can be started.
    fn start(&self) -> Option<Action> {
        match self.roles.shown {
            // An open lesson is what is run and stopped.
            _ if self.lessons.panel.scene().is_some() => {
                (!self.lessons.panel.is_running()).then_some(Action::Lesson(LessonAction::Run))
            }
            _ if !self.roles.can_start() => None,
            Role::Client => Some(Action::Client(ClientAction::Run)),
            Role::Server => Some(Action::Server(ServerAction::Listen)),
        }
    }

    /// Leaves one thing: the search, what is selected, or else the run. Returns whether there was one.
    fn leave(&mut self) -> bool {
        if self.roles.view_mut().leave() {
            return true;
        }
        let is_lesson = self.lessons.panel.scene().is_some();
        let stoppable = if is_lesson { self.lessons.panel.is_running() } else { self.roles.is_running() };
        match stoppable {
            true if is_lesson => self.actions.push(Action::Lesson(LessonAction::Stop)),
            true => self.stop_by_key(),
            false => {}
        }
        stoppable
    }

    /// Stops the run that is shown. A server with open connections is left alone: Esc may have been meant for something else, and what
    /// it would end belongs to others.
    fn stop_by_key(&mut self) {
        let session = self.roles.server.session();
        let open = session.map_or(0, |session| session.connections.iter().filter(is_open).count());
        match self.roles.shown {
            Role::Client => self.actions.push(Action::Client(ClientAction::Stop)),
            Role::Server if open == 0 => self.actions.push(Action::Server(ServerAction::Stop)),
            Role::Server => {
                let text = self.words.with("esc-leaves-server", [("count", Arg::from(open as u64))]);
                self.notice = Some(Notice::Info(text));
            }
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "used as a function for filter")]
fn is_open(connection: &&Connection) -> bool {
    connection.state() == ConnectionState::Open
}
