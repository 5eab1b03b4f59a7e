//! A run of the server: its listener and its connections.

use core::net::SocketAddr;

use crate::capture::{Connection, ConnectionId, Failure, Moment, Session};
use crate::net::responders::{Opened, ResponderKind};
use crate::net::{Command, Engine, Order, Refused, ServerHandle, ServerSpec};
use crate::settings::{FormError, ServerForm};
use crate::ui::runs::{Repeating, Run, RunRecord};

/// A run.
pub struct ServerRun {
    /// The run's threads.
    pub handle: ServerHandle,
    /// What is known of it.
    pub record: RunRecord,
    /// The form that it serves by. The form in the panel may have changed since, or may say something that can't be done.
    pub applied_form: ServerForm,
    /// Whether the user has paused accepting.
    pub is_accepting_paused: bool,
    /// The address that it was to listen on.
    pub asked: SocketAddr,
    /// The connection that the user chose; `None`: the newest.
    pub selected: Option<ConnectionId>,
    /// Whether the listener's own calls are looked at instead.
    pub at_listener: bool,
    /// Where messages are being repeated.
    pub repeating: Repeating,
    /// Whether a connection was told to send something, or to end, that its responder would not.
    pub has_orders: bool,
}

impl ServerRun {
    /// Starts the server that `spec` asks for, which was made of `applied_form`.
    ///
    /// # Errors
    /// A failure to start.
    pub fn start(engine: &Engine, spec: ServerSpec, applied_form: ServerForm) -> Result<Self, Failure> {
        let asked = spec.address;
        let (handle, session) = engine.server(spec)?;
        Ok(Self {
            handle,
            record: RunRecord::new(session),
            applied_form,
            is_accepting_paused: false,
            asked,
            selected: None,
            at_listener: false,
            repeating: Repeating::default(),
            has_orders: false,
        })
    }

    /// Leaves an order for open connections.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn order(&mut self, ids: Vec<ConnectionId>, order: Order, now: Moment) -> Result<(), Refused> {
        self.handle.order(ids.clone(), order.clone())?;
        self.has_orders = true;
        match order {
            Order::Give(Command::Repeat(repeat)) => self.repeating.begin(&ids, &repeat, self.record.live(), now),
            Order::Give(Command::StopRepeating) => self.repeating.stop(&ids),
            _ => {}
        }
        // The recipients of commands may have changed.
        self.record.touch();
        Ok(())
    }

    /// Shows a connection. Returns whether another was shown before.
    pub fn show_connection(&mut self, id: ConnectionId) -> bool {
        let is_new = self.connection().is_none_or(|connection| connection.id != id);
        self.pin_selection(Some(id));
        is_new
    }

    /// The address that it listens on; the one that it was to listen on before it does.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.record.live().listener.as_ref().and_then(|listener| listener.address).unwrap_or(self.asked)
    }

    /// The address that it listens on, once it does and while it does.
    #[must_use]
    pub fn listening(&self) -> Option<SocketAddr> {
        let listener = self.record.live().listener.as_ref()?;
        (self.is_running() && listener.thread.ended.is_none()).then_some(listener.address)?
    }

    /// The same of a server that answers with the page.
    #[must_use]
    pub fn page_address(&self) -> Option<SocketAddr> {
        self.listening().filter(|_| self.applied_form.responder == ResponderKind::Page)
    }

    /// Accepts connections as `draft` says. What has not changed is not passed to the listener again.
    pub fn accept_as(&mut self, draft: &ServerForm) {
        let Self { handle, applied_form, .. } = self;
        if draft.backlog != applied_form.backlog {
            handle.set_backlog(draft.backlog.max(1));
            applied_form.backlog = draft.backlog;
        }
        if draft.on_accepting_thread != applied_form.on_accepting_thread {
            handle.serve_on_accepting_thread(draft.on_accepting_thread);
            applied_form.on_accepting_thread = draft.on_accepting_thread;
        }
        if draft.most != applied_form.most {
            handle.set_limit(draft.most);
            applied_form.most = draft.most;
        }
    }

    /// Serves connections to come as `draft` says; `opened` is what that names on the disk.
    ///
    /// # Errors
    /// What is wrong with the form; connections to come are then served as before.
    pub fn serve_as(&mut self, draft: &ServerForm, opened: Option<&Opened>) -> Result<(), FormError> {
        self.handle.serve_with(draft.serving(opened)?);
        self.applied_form = draft.clone();
        Ok(())
    }

    /// Pauses accepting, or goes on.
    pub fn pause_accepting(&mut self, is_paused: bool) {
        self.handle.pause_accepting(is_paused);
        self.is_accepting_paused = is_paused;
    }

    /// The session as it is shown.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.record.shown()
    }

    /// The connection that is looked at.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        let session = Some(self.session()).filter(|_| !self.at_listener)?;
        self.selected.and_then(|id| session.connection(id)).or_else(|| session.newest())
    }

    /// Shows a connection; the listener's own calls if the connection is shown already.
    pub fn toggle_connection(&mut self, id: ConnectionId) {
        self.at_listener = self.connection().is_some_and(|connection| connection.id == id);
        self.selected = Some(id);
    }

    /// Stays with the connection `id`, or with the listener, when others connect.
    pub fn pin_selection(&mut self, id: Option<ConnectionId>) {
        (self.selected, self.at_listener) = (id, id.is_none());
    }

    /// Shows the newest connection, and each that comes.
    pub fn show_newest(&mut self) {
        (self.selected, self.at_listener) = (None, false);
    }

    /// Whether another connection than the newest is looked at.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        let newest = self.session().newest().map(|connection| connection.id);
        newest.is_some() && self.connection().map(|connection| connection.id) != newest
    }
}

impl Run for ServerRun {
    fn record(&self) -> &RunRecord {
        &self.record
    }

    fn record_mut(&mut self) -> &mut RunRecord {
        &mut self.record
    }

    fn is_running(&self) -> bool {
        !self.record.live().is_over()
    }

    fn stop(&self) {
        self.handle.stop();
    }

    fn address_text(&self) -> String {
        self.address().to_string()
    }
}
