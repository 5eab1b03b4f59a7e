//! The keys that work everywhere.

use egui::{Context, Key, Modifiers};

use super::App;
use crate::capture::{Connection, ConnectionState, Role};
use crate::export::Exporter;
use crate::settings::View;
use crate::ui::action::{Action, ClientAction, LessonAction, ProgramAction, RunAction, ServerAction, WindowAction};
use crate::ui::kit::{Actions, Notice, glossary_tooltip};
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

    /// Does what the keys that were pressed ask for.
    pub(super) fn shortcuts(&mut self, ctx: &Context) {
        let pressed = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::S) {
            self.actions.push(Action::Export(Exporter::Body));
        }
        if pressed(Modifiers::COMMAND, Key::L) {
            self.roles.shown = Role::Client;
            self.roles.client.focus_address();
        }
        if pressed(Modifiers::COMMAND, Key::F) {
            self.roles.open_search();
        }
        if pressed(Modifiers::COMMAND, Key::P)
            && let Some(is_paused) = self.roles.can_pause()
        {
            self.actions.push(Action::Run(RunAction::PauseDisplay(!is_paused)));
        }
        let start = match self.roles.shown {
            // An open lesson is what is run and stopped.
            _ if self.lessons.panel.scene().is_some() => {
                (!self.lessons.panel.is_running()).then_some(Action::Lesson(LessonAction::Run))
            }
            _ if !self.roles.can_start() => None,
            Role::Client => Some(Action::Client(ClientAction::Run)),
            Role::Server => Some(Action::Server(ServerAction::Listen)),
        };
        if pressed(Modifiers::NONE, Key::F5) {
            self.actions.extend(start);
        }
        if pressed(Modifiers::NONE, Key::F9) {
            self.actions.push(Action::Program(ProgramAction::Show(!self.roles.dock().contains(View::Program))));
        }
        // Shift+F10 opens the menu of a row.
        if !ctx.input(|input| input.modifiers.shift)
            && pressed(Modifiers::NONE, Key::F10)
            && let Some(due) = self.roles.due().filter(|_| self.roles.pace().is_stepping())
        {
            self.actions.push(Action::Step(due));
        }
        if pressed(Modifiers::NONE, Key::F11) {
            self.actions.push(Action::Window(WindowAction::SetProjector(!self.settings.projector)));
        }
        if pressed(Modifiers::NONE, Key::F1) {
            let topic = self.topic(ctx);
            self.actions.push(Action::Window(WindowAction::Explain(topic)));
        }
        let is_free = !self.was_typing && ctx.memory(|memory| memory.focused().is_none());
        let is_covered =
            egui::Popup::is_any_open(ctx) || self.roles.server.form.is_covering() || self.glossary_panel.is_open();
        let is_lesson = self.lessons.panel.scene().is_some();
        let stoppable = if is_lesson { self.lessons.panel.is_running() } else { self.roles.is_running() };
        if stoppable && is_free && !is_covered && pressed(Modifiers::NONE, Key::Escape) {
            match is_lesson {
                true => self.actions.push(Action::Lesson(LessonAction::Stop)),
                false => self.stop_by_key(),
            }
        }
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
