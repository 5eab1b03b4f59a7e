//! The server's side of the window: where it listens, what it answers, its connections.

use egui::{DragValue, Panel, RichText, ScrollArea, Ui};

use super::action::Action;
use super::banner::Notice;
use super::client_role::StartError;
use super::connection_view::{ConnectionView, Shown};
use super::connections_panel::ConnectionsPanel;
use super::look::Look;
use super::saved_panel::SavedPanel;
use super::tokens::{FIELD, ROW};
use super::widgets::{button, choices, field, paper, primary, title};
use crate::capture::{Connection, ConnectionId, Role, Session, Way};
use crate::net::{Engine, ResponderChoice, ServerHandle};
use crate::settings::{SavedItem, ServerDraft};
use crate::view::group_digits;
use crate::words::Arg;

/// The panel.
pub struct ServerRole {
    /// The form.
    pub draft: ServerDraft,
    /// What is looked at.
    pub view: ConnectionView,
    run: Option<(ServerHandle, Session)>,
    /// What the running server answers: the form may have changed since.
    answering: ResponderChoice,
    connections: ConnectionsPanel,
    saved: SavedPanel,
    /// The connection that the user chose; `None`: the newest.
    selected: Option<ConnectionId>,
    /// Whether the listener's own calls are looked at instead.
    at_listener: bool,
}

impl ServerRole {
    /// A server with this form.
    #[must_use]
    pub fn new(draft: ServerDraft) -> Self {
        Self {
            answering: draft.responder,
            draft,
            view: ConnectionView::default(),
            run: None,
            connections: ConnectionsPanel::default(),
            saved: SavedPanel::default(),
            selected: None,
            at_listener: false,
        }
    }

    /// The run's session.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.run.as_ref().map(|(_, session)| session)
    }

    /// The run's session, for taking in reports.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        self.run.as_mut().map(|(_, session)| session)
    }

    /// Whether a server runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.session().is_some_and(|session| !session.is_over())
    }

    /// The address of a running server that answers with the page, once it listens.
    #[must_use]
    pub fn page_address(&self) -> Option<core::net::SocketAddr> {
        let listener = self.session()?.listener.as_ref()?;
        (self.is_running() && self.answering == ResponderChoice::Page && listener.track.ended.is_none())
            .then_some(listener.address)?
    }

    /// The connection that is looked at.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        let session = self.session().filter(|_| !self.at_listener)?;
        self.selected.and_then(|id| session.connection(id)).or_else(|| session.newest())
    }

    /// Looks at another connection; at the listener's own calls if that connection is looked at already.
    pub fn select(&mut self, id: ConnectionId) {
        self.at_listener = self.connection().is_some_and(|connection| connection.id == id);
        self.selected = Some(id);
        self.view.reset();
    }

    /// Starts a run; gives back the handle of the one before, which is stopped.
    ///
    /// # Errors
    /// What is wrong with the form, or a failure to start.
    pub fn start(&mut self, engine: &Engine) -> Result<Option<ServerHandle>, StartError> {
        let spec = self.draft.spec().map_err(StartError::Draft)?;
        self.stop();
        let started = engine.server(spec).map_err(StartError::Failure)?;
        self.answering = self.draft.responder;
        self.selected = None;
        self.at_listener = false;
        self.view.reset();
        Ok(self.run.replace(started).map(|(handle, _)| handle))
    }

    /// Stops the run.
    pub fn stop(&self) {
        if let Some((handle, _)) = &self.run {
            handle.stop();
        }
    }

    /// Has made ready what is shown.
    pub fn prepare(&mut self, ctx: &egui::Context) {
        let Self { run, view, selected, at_listener, .. } = self;
        if let Some(shown) = shown(run.as_ref(), *selected, *at_listener) {
            view.prepare(&shown, ctx);
        }
    }

    /// What went wrong in the run, or that others can reach it.
    #[must_use]
    pub fn notice(&self, look: &Look<'_>) -> Option<Notice> {
        let listener = self.session()?.listener.as_ref()?;
        if let Some(failure) = &listener.track.failure {
            return Some(Notice::Bad(look.words.failure(failure)));
        }
        if let Some(failure) = self.connection().and_then(|connection| connection.track.failure.as_ref()) {
            return Some(Notice::Bad(look.words.failure(failure)));
        }
        let address = listener.address.filter(|_| listener.track.ended.is_none())?;
        (!address.ip().is_loopback()).then(|| {
            Notice::Note(look.words.with("server-open-to-others", [("address", Arg::from(address.to_string()))]))
        })
    }

    /// Draws where it listens, and the transport.
    pub fn address_bar(&mut self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            let running = self.is_running();
            ui.add_enabled_ui(!running, |ui| {
                field(ui, &look.text("bind-address"), &mut self.draft.address, 160.0, look.tokens);
                let label = ui.label(RichText::new(look.text("port")).color(look.tokens.weak));
                let port = DragValue::new(&mut self.draft.port).range(0..=65_535);
                ui.add_sized([64.0, FIELD], port).labelled_by(label.id).on_hover_text(look.text("port-hint"));
                let label = ui.label(RichText::new(look.text("backlog")).color(look.tokens.weak));
                let backlog = DragValue::new(&mut self.draft.backlog).range(1..=65_535);
                ui.add_sized([56.0, FIELD], backlog).labelled_by(label.id).on_hover_text(look.text("backlog-hint"));
            });
            if primary(ui, &look.text("listen"), !running, look.tokens).on_hover_text("F5").clicked() {
                actions.push(Action::Listen);
            }
            if button(ui, &look.text("stop"), running).on_hover_text("Esc").clicked() {
                actions.push(Action::StopListening);
            }
            self.state(ui, look);
        });
    }

    fn state(&self, ui: &mut Ui, look: &Look<'_>) {
        let Some(listener) = self.session().and_then(|session| session.listener.as_ref()) else { return };
        let (Some(address), None) = (listener.address, listener.track.ended) else { return };
        let text = look.words.with("listening-on", [("address", Arg::from(address.to_string()))]);
        ui.label(RichText::new(format!("● {text}")).color(look.tokens.good));
        if let Some(forgotten) = self.session().map(|session| session.forgotten).filter(|count| *count > 0) {
            let text = look.words.with("connections-forgotten", [("count", Arg::from(group_digits(forgotten)))]);
            ui.label(RichText::new(text).color(look.tokens.weak));
        }
    }

    /// Draws the form.
    pub fn form(&mut self, ui: &mut Ui, look: &Look<'_>, items: &[SavedItem], actions: &mut Vec<Action>) {
        ScrollArea::vertical().id_salt("server form").auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            self.saved.show(ui, look, items, Role::Server, actions);
            ui.separator();
            title(ui, &look.text("responder"), look.tokens);
            let all = ResponderChoice::ALL.map(|choice| (choice, look.text(responder_key(choice))));
            ui.add_enabled_ui(!self.is_running(), |ui| {
                if let Some(choice) = choices(ui, self.draft.responder, &all, look.tokens) {
                    self.draft.responder = choice;
                }
            });
            ui.label(RichText::new(look.text(hint_key(self.draft.responder))).color(look.tokens.weak));
            if self.draft.responder == ResponderChoice::Hello {
                let stopped = !self.is_running();
                ui.horizontal(|ui| {
                    let label = ui.label(RichText::new(look.text("pause")).color(look.tokens.weak));
                    let pause =
                        DragValue::new(&mut self.draft.pause).range(0.0..=60.0).speed(0.1).max_decimals(3).suffix(" s");
                    ui.add_enabled(stopped, pause).labelled_by(label.id);
                });
            }
        });
    }

    /// Draws the table of connections, and the chosen one below it.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        let selected = self.connection().map(|connection| connection.id);
        Panel::top("connections")
            .resizable(true)
            .default_size(ROW * 6.0)
            .min_size(ROW * 3.0)
            .frame(paper(look.tokens))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                let session = self.run.as_ref().map(|(_, session)| session);
                self.connections.show(ui, look, session, selected, actions);
            });
        ui.add_space(6.0);
        let Self { run, view, selected, at_listener, .. } = self;
        view.show(ui, look, shown(run.as_ref(), *selected, *at_listener).as_ref());
    }
}

/// The chosen connection, or the newest; the listener's own calls while there is none.
fn shown(
    run: Option<&(ServerHandle, Session)>,
    selected: Option<ConnectionId>,
    at_listener: bool,
) -> Option<Shown<'_>> {
    let (_, session) = run?;
    let connection = selected.and_then(|id| session.connection(id)).or_else(|| session.newest());
    let connection = connection.filter(|_| !at_listener);
    Some(Shown { session, connection, first: Way::Received })
}

fn responder_key(choice: ResponderChoice) -> &'static str {
    match choice {
        ResponderChoice::Hello => "responder-hello",
        ResponderChoice::Page => "responder-page",
    }
}

fn hint_key(choice: ResponderChoice) -> &'static str {
    match choice {
        ResponderChoice::Hello => "responder-hello-hint",
        ResponderChoice::Page => "responder-page-hint",
    }
}
