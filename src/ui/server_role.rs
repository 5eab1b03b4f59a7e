//! The server's side of the window: where it listens, what it answers, its connections.

use core::net::SocketAddr;

use egui::{Panel, Ui};

use super::action::Action;
use super::banner::Notice;
use super::client_role::StartError;
use super::connection_view::{ConnectionView, Shown};
use super::connections_panel::ConnectionsPanel;
use super::look::Look;
use super::record::Record;
use super::server_bar::ServerBar;
use super::server_form::{ServerForm, Standing};
use super::server_run::ServerRun;
use super::shelf::{Keepable, Shelf};
use super::tokens::ROW;
use super::widgets::paper;
use crate::capture::{Connection, ConnectionId, Session, Way};
use crate::net::Engine;
use crate::settings::{SavedItem, ServerDraft};
use crate::words::Arg;

/// In a view lower than this, the table of connections gives some of its rows to what is below.
const LOW: f32 = 560.0;

/// The panel.
pub struct ServerRole {
    /// The form.
    pub draft: ServerDraft,
    /// What is looked at.
    pub view: ConnectionView,
    /// The runs.
    pub runs: Shelf<ServerRun>,
    /// How the form is shown.
    pub form: ServerForm,
    connections: ConnectionsPanel,
    bar: ServerBar,
}

impl ServerRole {
    /// A server with this form.
    #[must_use]
    pub fn new(draft: ServerDraft) -> Self {
        Self {
            draft,
            view: ConnectionView::default(),
            runs: Shelf::default(),
            form: ServerForm::default(),
            connections: ConnectionsPanel::default(),
            bar: ServerBar::default(),
        }
    }

    /// The run that is shown.
    fn run(&self) -> Option<&ServerRun> {
        self.runs.shown().map(|kept| &kept.run)
    }

    /// The session that is shown.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.runs.session()
    }

    /// Whether the server that is shown runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.run().is_some_and(Keepable::is_running)
    }

    /// Whether another server can be started: none runs, or all that do are pinned.
    #[must_use]
    pub fn can_listen(&self) -> bool {
        !self.runs.has_unpinned_running()
    }

    /// The address of a running server that answers with the page, once it listens.
    #[must_use]
    pub fn page_address(&self) -> Option<SocketAddr> {
        self.runs.all().iter().find_map(|kept| kept.run.page_address())
    }

    /// The connection that is looked at.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        self.run().and_then(ServerRun::connection)
    }

    /// Looks at another connection; at the listener's own calls if that connection is looked at already.
    pub fn select(&mut self, id: ConnectionId) {
        if let Some(kept) = self.runs.shown_mut() {
            kept.run.select(id);
            self.view.reset();
        }
    }

    /// Looks at the listener's own calls.
    pub fn select_listener(&mut self) {
        if let Some(kept) = self.runs.shown_mut() {
            kept.run.at_listener = true;
        }
        self.view.reset();
    }

    /// Stays with a connection, or with the listener, when others connect.
    pub fn hold(&mut self, id: Option<ConnectionId>) {
        if let Some(kept) = self.runs.shown_mut() {
            kept.run.hold(id);
        }
    }

    /// Looks at the newest connection, and at each that comes.
    pub fn select_newest(&mut self) {
        if let Some(kept) = self.runs.shown_mut() {
            kept.run.select_newest();
            self.view.reset();
        }
    }

    /// Starts a run and shows it. One that goes on is stopped, unless it is pinned.
    ///
    /// # Errors
    /// What is wrong with the form, or a failure to start.
    pub fn start(&mut self, engine: &Engine) -> Result<(), StartError> {
        let spec = self.draft.spec().map_err(StartError::Draft)?;
        let asked = spec.address;
        // It may hold the port that the new one wants.
        self.runs.stop_unpinned();
        let (handle, session) = engine.server(spec).map_err(StartError::Failure)?;
        let (record, told) = (Record::new(session), self.draft.clone());
        let is_accepting_paused = false;
        self.runs.put(ServerRun {
            handle,
            record,
            told,
            is_accepting_paused,
            asked,
            selected: None,
            at_listener: false,
        });
        self.view.reset();
        Ok(())
    }

    /// Stops the run that is shown.
    pub fn stop(&self) {
        if let Some(run) = self.run() {
            run.stop();
        }
    }

    /// Tells the server that is not pinned, if one runs, what the form says, and remembers what is wrong with the form.
    pub fn serve_with(&mut self) {
        let told = match self.runs.unpinned_running_mut() {
            Some(kept) => kept.run.tell(&self.draft),
            None => self.draft.serving().map(drop),
        };
        self.form.check(&self.draft, told.err());
    }

    /// Lets the server that is shown accept nobody, or go on.
    pub fn pause_accepting(&mut self, is_paused: bool) {
        if let Some(kept) = self.runs.shown_mut() {
            kept.run.pause_accepting(is_paused);
        }
    }

    /// Lets what grows bit by bit grow; returns whether there is more to do.
    pub fn prepare(&mut self, look: &Look<'_>, ctx: &egui::Context) -> bool {
        let Self { runs, view, .. } = self;
        shown(runs, None).is_some_and(|shown| view.prepare(&shown, look, ctx))
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
        self.bar.show(ui, look, &mut self.draft, (&self.runs, &self.form.book), actions);
    }

    /// Draws the form.
    pub fn form(&mut self, ui: &mut Ui, look: &Look<'_>, items: &[SavedItem], actions: &mut Vec<Action>) {
        let shown = self.runs.shown();
        let standing = Standing {
            can_listen: self.can_listen(),
            is_pinned: shown.is_some_and(|kept| kept.is_pinned && kept.run.is_running()),
            listening: shown.and_then(|kept| Some((kept.run.listening()?, kept.run.told.speaks_http()))),
        };
        self.form.show(ui, look, &mut self.draft, standing, items, actions);
    }

    /// Draws the table of connections, and the chosen one below it.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, other_end: Option<&Connection>, actions: &mut Vec<Action>) {
        let selected = self.connection().map(|connection| connection.id);
        let is_behind = self.run().is_some_and(ServerRun::is_behind);
        let rows = if ui.available_height() < LOW { 4.0 } else { 6.0 };
        let window = ui.ctx().content_rect().height() as u32;
        Panel::top(ui.scope_id().with(("connections", window)))
            .resizable(true)
            .default_size(ROW * rows)
            .min_size(ROW * 3.0)
            .frame(paper(look.tokens))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                let session = self.runs.session();
                self.connections.show(ui, look, session, (selected, is_behind), actions);
            });
        ui.add_space(4.0);
        let Self { runs, view, .. } = self;
        // Its panels have sizes of their own.
        ui.push_id("server", |ui| view.show(ui, look, shown(runs, other_end).as_ref(), actions));
    }
}

/// The chosen connection, or the newest; the listener's own calls while there is none.
fn shown<'a>(runs: &'a Shelf<ServerRun>, other_end: Option<&'a Connection>) -> Option<Shown<'a>> {
    let run = &runs.shown()?.run;
    Some(Shown { session: run.session(), connection: run.connection(), other_end, first: Way::Received })
}
