//! The keys that work everywhere.

use egui::{Context, Key, Modifiers};

use super::App;
use crate::capture::{Connection, ConnectionState, Role};
use crate::ui::action::{Action, DueCall};
use crate::ui::kit::Actions;
use crate::ui::kit::{Notice, glossary_tooltip};
use crate::ui::runs::PaceControl;
use crate::words::{Arg, Topic};

impl App {
    /// How fast the calls of the role that is shown are made, and the one that a step would make.
    pub(super) fn pace(&self) -> (&PaceControl, Option<DueCall>) {
        match self.role {
            Role::Client => (&self.client.pace, self.client.due()),
            Role::Server => (&self.server.pace, self.server.due()),
        }
    }

    /// What F1 asks about: the word under the pointer or with the keyboard, the selected call, the failure that is shown.
    fn topic(&self, ctx: &Context) -> Option<Topic> {
        glossary_tooltip::hovered_topic(ctx).or_else(|| self.selected_call()).or_else(|| {
            let actions = Actions::default();
            let cx = self.ui_context(&self.words, &actions, ctx);
            let of_run = match self.role {
                Role::Client => self.client.notice(&cx),
                Role::Server => self.server.notice(&cx),
            };
            of_run.as_ref().or(self.notice.as_ref()).and_then(Notice::topic)
        })
    }

    fn selected_call(&self) -> Option<Topic> {
        let (connection, view) = self.looked_at();
        let thread = match (connection, self.role) {
            (Some(connection), _) => &connection.thread,
            (None, Role::Server) => &self.server.session()?.listener.as_ref()?.thread,
            (None, Role::Client) => return None,
        };
        view.selected_call(thread).map(Topic::from)
    }

    /// Does what the keys that were pressed ask for.
    pub(super) fn shortcuts(&mut self, ctx: &Context) {
        let pressed = |modifiers, key| ctx.input_mut(|input| input.consume_key(modifiers, key));
        if pressed(Modifiers::COMMAND, Key::S) {
            self.actions.push(Action::SaveBody);
        }
        if pressed(Modifiers::COMMAND, Key::L) {
            self.role = Role::Client;
            self.client.focus_address();
        }
        if pressed(Modifiers::COMMAND, Key::F) {
            match self.role {
                Role::Client => self.client.view.open_search(),
                Role::Server => self.server.view.open_search(),
            }
        }
        if pressed(Modifiers::COMMAND, Key::P)
            && let Some(is_paused) = self.can_pause()
        {
            self.actions.push(Action::PauseDisplay(!is_paused));
        }
        let (running, can_start) = match self.role {
            Role::Client => (self.client.is_running(), self.client.can_run()),
            Role::Server => (self.server.is_running(), self.server.can_listen()),
        };
        if self.lessons.scene().is_some() {
            // An open lesson is what is run and stopped.
            if pressed(Modifiers::NONE, Key::F5) && !self.lessons.is_running() {
                self.actions.push(Action::RunLesson);
            }
        } else if pressed(Modifiers::NONE, Key::F5) && can_start {
            self.actions.push(if self.role == Role::Client { Action::Run } else { Action::Listen });
        }
        if pressed(Modifiers::NONE, Key::F9) {
            self.actions.push(Action::ShowProgram(!self.settings.shows_program));
        }
        if pressed(Modifiers::NONE, Key::F10)
            && let (true, Some(due)) = (self.pace().0.is_stepping(), self.pace().1)
        {
            self.actions.push(Action::Step(due));
        }
        if pressed(Modifiers::NONE, Key::F11) {
            self.actions.push(Action::Project(!self.settings.projector));
        }
        if pressed(Modifiers::NONE, Key::F1) {
            let topic = self.topic(ctx);
            self.actions.push(Action::Explain(topic));
        }
        let is_free = !self.was_typing && ctx.memory(|memory| memory.focused().is_none());
        let is_covered =
            egui::Popup::is_any_open(ctx) || self.server.form.is_covering() || self.glossary_panel.is_open();
        let stoppable = running && is_free && !is_covered;
        if self.lessons.scene().is_some() {
            if self.lessons.is_running() && is_free && !is_covered && pressed(Modifiers::NONE, Key::Escape) {
                self.actions.push(Action::StopLesson);
            }
        } else if stoppable && pressed(Modifiers::NONE, Key::Escape) {
            self.stop_by_key();
        }
    }

    /// Stops the run that is shown. A server with open connections is left alone: Esc may have been meant for something else, and what
    /// it would end belongs to others.
    fn stop_by_key(&mut self) {
        let open = self.server.session().map_or(0, |session| session.connections.iter().filter(is_open).count());
        match self.role {
            Role::Client => self.actions.push(Action::Stop),
            Role::Server if open == 0 => self.actions.push(Action::StopListening),
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
