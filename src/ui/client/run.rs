//! A run of the client: a connection, and the connections of the redirects that were followed from it.

use egui::Ui;

use crate::capture::{Cause, Connection, Failure, Session};
use crate::net::{ClientHandle, ClientSpec, Engine, Redirect};
use crate::ui::action::{Action, ClientAction, WindowAction};
use crate::ui::connection::tls_panel;
use crate::ui::kit::widgets::{button, strip};
use crate::ui::kit::{UiContext, strong};
use crate::ui::runs::{Run, RunRecord};
use crate::view::excerpt;
use crate::words::Arg;

/// A run: a connection, and those of the redirects that were followed from it.
pub struct ClientRun {
    /// The newest connection's threads.
    pub handle: ClientHandle,
    /// What is known of it.
    pub record: RunRecord,
    /// What each connection asked for.
    pub asked: Vec<ClientSpec>,
    /// The connection that is looked at, counted from 0; `None`: the newest.
    pub hop: Option<usize>,
}

impl ClientRun {
    /// Starts the run that `spec` asks for.
    ///
    /// # Errors
    /// A failure to start.
    pub fn start(engine: &Engine, spec: ClientSpec) -> Result<Self, Failure> {
        let asked = spec.to(spec.target.clone(), spec.request.clone(), spec.request_file.clone());
        let (handle, session) = engine.client(spec)?;
        Ok(Self { handle, record: RunRecord::new(session), asked: vec![asked], hop: None })
    }

    /// The number of the connection that is looked at, counted from 0.
    pub fn hop(&self) -> usize {
        self.hop.unwrap_or(self.asked.len() - 1).min(self.asked.len() - 1)
    }

    /// The session as it is shown.
    pub fn session(&self) -> &Session {
        self.record.shown()
    }

    /// The connection that is looked at, as it is shown.
    pub fn connection(&self) -> Option<&Connection> {
        self.session().connections.get(self.hop())
    }

    /// The connection that is looked at, as it stands.
    pub fn live_connection(&self) -> Option<&Connection> {
        self.record.live().connections.get(self.hop())
    }

    /// Whether a reply is expected on the connection that is looked at: who sends no request expects none.
    pub fn expects_reply(&self) -> bool {
        self.asked.get(self.hop()).is_some_and(|asked| !asked.request.is_empty())
    }

    /// The redirect that the reply is which is looked at.
    pub fn redirect(&self) -> Option<Redirect> {
        let messages = &self.connection()?.received.messages;
        let reply = messages.iter().rev().find(|message| !message.is_interim())?;
        Redirect::of(&reply.head, &self.asked.get(self.hop())?.target)
    }

    /// Whether there is something to draw below the address.
    pub fn has_strip(&self) -> bool {
        let of_tls = |connection| tls_panel::refusal(connection).is_some() || tls_panel::accepted(connection).is_some();
        self.asked.len() > 1
            || self.redirect().is_some()
            || self.has_no_network()
            || self.connection().is_some_and(of_tls)
    }

    /// Whether it failed as it does where there is no network.
    fn has_no_network(&self) -> bool {
        let failure = self.connection().and_then(|connection| connection.thread.failure.as_ref());
        failure.is_some_and(|failure| matches!(failure.cause, Cause::NameNotFound | Cause::Unreachable))
    }

    /// The request to be sent again to a server whose certificate was refused.
    pub fn anyway(&self) -> Option<ClientSpec> {
        self.connection().and_then(tls_panel::refusal)?;
        let asked = self.asked.get(self.hop())?;
        let again = asked.to(asked.target.clone(), asked.request.clone(), asked.request_file.clone());
        Some(ClientSpec { accept_invalid: true, ..again })
    }

    /// Draws the warning of a certificate that is refused, with the way on, or was accepted all the same.
    fn certificate(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let (Some(connection), Some(asked)) = (self.connection(), self.asked.get(self.hop())) else { return };
        let host = ("host", Arg::from(asked.target.host.clone()));
        if let Some(faults) = tls_panel::accepted(connection) {
            let faults = ("faults", Arg::from(cx.words.certificate_faults(faults)));
            let text = cx.words.with("tls-accepted-strip", [host, faults]);
            strip(ui, cx.tokens.error_background, |ui| ui.label(strong(text).color(cx.tokens.error)));
        } else if tls_panel::refusal(connection).is_some() {
            strip(ui, cx.tokens.note_background, |ui| {
                ui.horizontal_wrapped(|ui| {
                    let text = cx.words.with("connect-anyway-text", [host]);
                    ui.label(text);
                    let name = cx.text("connect-anyway");
                    if button(ui, &name, true).on_hover_text(cx.text("connect-anyway-hint")).clicked() {
                        cx.actions.push(Action::Client(ClientAction::ConnectAnyway));
                    }
                });
            });
        }
    }

    /// Draws which of several connections is looked at, and the redirect that could be followed.
    pub fn strip(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        ui.spacing_mut().item_spacing.y = 0.0;
        self.certificate(ui, cx);
        if self.has_no_network() {
            strip(ui, cx.tokens.note_background, |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.label(cx.text("no-network"));
                    if button(ui, &cx.text("try-here"), true).on_hover_text(cx.text("try-here-hint")).clicked() {
                        cx.actions.push(Action::Window(WindowAction::TryHere));
                    }
                });
            });
        }
        let redirect = self.redirect();
        if redirect.is_none() && self.asked.len() < 2 {
            return;
        }
        strip(ui, cx.tokens.note_background, |ui| {
            ui.horizontal_wrapped(|ui| {
                for (number, asked) in self.asked.iter().enumerate().filter(|_| self.asked.len() > 1) {
                    let name = format!("{} {}", number + 1, excerpt(&asked.target.url()));
                    if ui.selectable_label(number == self.hop(), name).clicked() {
                        cx.actions.push(Action::Client(ClientAction::ShowHop(number)));
                    }
                }
                if let Some(redirect) = redirect {
                    ui.label(cx.words.redirect(&redirect));
                    if redirect.target.is_ok() && button(ui, &cx.text("redirect-follow"), true).clicked() {
                        cx.actions.push(Action::Client(ClientAction::FollowRedirect));
                    }
                }
            });
        });
    }
}

impl Run for ClientRun {
    fn record(&self) -> &RunRecord {
        &self.record
    }

    fn record_mut(&mut self) -> &mut RunRecord {
        &mut self.record
    }

    fn is_running(&self) -> bool {
        let session = self.record.live();
        session.connections.len() < self.asked.len() || !session.is_over()
    }

    fn stop(&self) {
        self.handle.stop();
    }

    fn address_text(&self) -> String {
        self.asked.first().map(|asked| asked.target.url()).unwrap_or_default()
    }
}
