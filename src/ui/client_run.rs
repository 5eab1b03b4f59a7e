//! One run of the client: its connection, and those of the redirects that were followed from it.

use egui::{RichText, Ui};

use super::action::Action;
use super::look::Look;
use super::widgets::{button, strip};
use crate::capture::{Connection, Session};
use crate::net::{ClientHandle, ClientSpec, Redirect};

/// A run: a connection, and those of the redirects that were followed from it.
pub struct Run {
    /// The newest connection's threads.
    pub handle: ClientHandle,
    /// What is known of it.
    pub session: Session,
    /// What each connection asked for.
    pub asked: Vec<ClientSpec>,
    /// The connection that is looked at, counted from 0; `None`: the newest.
    pub hop: Option<usize>,
}

impl Run {
    /// The number of the connection that is looked at, counted from 0.
    pub fn hop(&self) -> usize {
        self.hop.unwrap_or(self.asked.len() - 1).min(self.asked.len() - 1)
    }

    /// The connection that is looked at.
    pub fn connection(&self) -> Option<&Connection> {
        self.session.connections.get(self.hop())
    }

    /// The redirect that the reply is which is looked at.
    pub fn redirect(&self) -> Option<Redirect> {
        let messages = &self.connection()?.received.messages;
        let reply = messages.iter().rev().find(|message| !message.is_interim())?;
        Redirect::of(&reply.head, &self.asked.get(self.hop())?.target)
    }

    /// Draws which of several connections is looked at, and the redirect that could be followed.
    pub fn strip(&self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        let redirect = self.redirect();
        strip(ui, look.tokens.note_ground, |ui| {
            ui.horizontal_wrapped(|ui| {
                for (number, asked) in self.asked.iter().enumerate().filter(|_| self.asked.len() > 1) {
                    let name = format!("{} {}", number + 1, asked.target.url());
                    if ui.selectable_label(number == self.hop(), name).clicked() {
                        actions.push(Action::LookAtHop(number));
                    }
                }
                if let Some(redirect) = redirect {
                    ui.label(RichText::new(look.words.redirect(&redirect)).color(look.tokens.text));
                    if redirect.target.is_ok() && button(ui, &look.text("redirect-follow"), true).clicked() {
                        actions.push(Action::Follow);
                    }
                }
            });
        });
    }
}
