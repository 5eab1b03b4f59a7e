//! The server: the address that it listens on, its form, its runs and their connections.

use core::net::SocketAddr;

use egui::{Context, Ui};

use super::bar::{ServerBar, forgotten};
use super::form::{ServerFormPanel, Standing};
use super::opened_files::PathOpener;
use super::run::ServerRun;
use crate::capture::{
    Connection, ConnectionId, Direction, Failure, GivenFile, Session, SessionId, SocketId, ThreadRecord,
};
use crate::net::responders::Opened;
use crate::net::{Command, Engine, Order, Refused, ServerSpec};
use crate::settings::{FormError, PeerNames, SavedItem, ServerForm};
use crate::ui::action::{DueCall, ServerAction};
use crate::ui::connection::{ConnectionModel, ConnectionPanes, ConnectionView, DrawProgram, OtherEnd};
use crate::ui::connections::{ConnectionsModel, ConnectionsPanel};
use crate::ui::dock::Dock;
use crate::ui::kit::{BackgroundQuery, Notice, UiContext};
use crate::ui::picture::Pictures;
use crate::ui::runs::{PaceControl, Run, RunError, RunStore};
use crate::view::short_bytes;
use crate::words::Arg;

/// The panel.
pub struct ServerRole {
    /// The form.
    pub draft: ServerForm,
    /// The views of what is looked at.
    pub view: ConnectionView,
    /// Where they stand.
    pub dock: Dock,
    /// The runs.
    pub runs: RunStore<ServerRun>,
    /// How fast their calls are made.
    pub pace: PaceControl,
    /// How the form is shown.
    pub form: ServerFormPanel,
    /// What the form names on the disk.
    path_opener: PathOpener,
    /// Whether it is to listen once that is open.
    listens: bool,
    /// The names of machines.
    pub names: PeerNames,
    connections: ConnectionsPanel,
    bar: ServerBar,
    /// An order to send a file, while it is not known whether the file can be read.
    sent_file: BackgroundQuery<Result<RunOrder, Failure>>,
}

/// An order to connections of a run.
type RunOrder = (Option<SessionId>, Vec<ConnectionId>, Order);

impl ServerRole {
    /// A server with this form, and its views in this dock.
    #[must_use]
    pub fn new(draft: ServerForm, dock: Dock) -> Self {
        Self {
            draft,
            view: ConnectionView::default(),
            dock,
            runs: RunStore::default(),
            pace: PaceControl::default(),
            form: ServerFormPanel::default(),
            path_opener: PathOpener::default(),
            listens: false,
            names: PeerNames::default(),
            connections: ConnectionsPanel::default(),
            bar: ServerBar::default(),
            sent_file: BackgroundQuery::new("look at file"),
        }
    }

    /// The same with names of machines.
    #[must_use]
    pub fn naming(self, names: PeerNames) -> Self {
        Self { names, ..self }
    }

    /// Does what the user wants; returns what came of it, if that is to be told.
    pub fn carry_out(&mut self, action: ServerAction, engine: &Engine, ctx: &Context) -> Option<Result<(), RunError>> {
        match action {
            ServerAction::Listen => {
                let outcome = self.listen(engine, ctx);
                self.form.local_addresses.read(ctx);
                return outcome;
            }
            ServerAction::ApplyForm => return self.serve_with(engine, ctx),
            ServerAction::SendOrder(ids, order) => return self.send_order(ids, order, engine, ctx),
            ServerAction::Stop => self.run().into_iter().for_each(Run::stop),
            ServerAction::ReadAddresses => self.form.local_addresses.read(ctx),
            ServerAction::NamePeer(address, name) => {
                self.names.set(address, &name);
                self.connections.invalidate();
            }
            ServerAction::PauseAccepting(is_paused) => {
                self.runs.shown_mut().into_iter().for_each(|kept| kept.run.pause_accepting(is_paused));
            }
            ServerAction::ToggleConnection(_)
            | ServerAction::ShowConnection(_)
            | ServerAction::ShowListener
            | ServerAction::ShowNewest
            | ServerAction::PinSelection(_) => self.select(&action),
        }
        None
    }

    /// Changes which connection is shown, or that the listener is.
    fn select(&mut self, action: &ServerAction) {
        let Some(kept) = self.runs.shown_mut() else { return };
        let run = &mut kept.run;
        match *action {
            ServerAction::ToggleConnection(id) => run.toggle_connection(id),
            ServerAction::ShowListener => run.at_listener = true,
            ServerAction::ShowNewest => run.show_newest(),
            ServerAction::ShowConnection(id) if !run.show_connection(id) => return,
            ServerAction::ShowConnection(_) => {}
            ServerAction::PinSelection(id) => return run.pin_selection(id),
            _ => return,
        }
        self.view.reset();
    }

    /// Takes in what disks and the system have answered; returns what came of it, if that is to be told.
    pub fn poll(&mut self, engine: &Engine, ctx: &Context) -> Option<Result<(), RunError>> {
        self.form.local_addresses.poll();
        let served = if self.path_opener.poll() { self.serve_with(engine, ctx) } else { None };
        let ordered = self.sent_file.poll().map(|answer| match answer.flatten() {
            Ok(order) => self.order(order, engine),
            Err(failure) => Err(RunError::Failure(failure)),
        });
        ordered.or(served)
    }

    /// Leaves an order for connections of the run that is shown. A file that can't be read is told once, and not by each connection.
    fn send_order(
        &mut self,
        ids: Vec<ConnectionId>,
        order: Order,
        engine: &Engine,
        ctx: &Context,
    ) -> Option<Result<(), RunError>> {
        let file = if let Order::Give(Command::SendFile(path)) = &order { Some(path.clone()) } else { None };
        let order = (self.runs.shown_id(), ids, order);
        let Some(path) = file else { return Some(self.order(order, engine)) };
        if self.sent_file.is_out() {
            return Some(Err(RunError::Order(Refused::Busy)));
        }
        self.sent_file.ask(ctx, move || GivenFile::open(&path).map(|_| order));
        None
    }

    fn order(&mut self, (run, ids, order): RunOrder, engine: &Engine) -> Result<(), RunError> {
        let run = run.and_then(|run| self.runs.find_mut(run));
        let sent = run.map_or(Err(Refused::NotOpen), |kept| kept.run.order(ids, order, engine.clock().now()));
        sent.map_err(RunError::Order)
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
        self.run().is_some_and(Run::is_running)
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

    /// Starts a run and shows it. One that goes on is stopped, unless it is pinned.
    fn start(&mut self, engine: &Engine, opened: Option<&Opened>) -> Result<(), RunError> {
        // The present run may hold the port that the new run wants.
        let spec = self.draft.spec(opened).map_err(RunError::Form)?;
        self.runs.stop_unpinned();
        let run = ServerRun::start(engine, self.paced(spec), self.draft.clone()).map_err(RunError::Failure)?;
        self.runs.put(run);
        self.view.reset();
        Ok(())
    }

    /// Starts a run that the form knows nothing of, and pins it: it is kept beside those that go on.
    ///
    /// # Errors
    /// What is wrong with the form, which can name nothing on the disk, or a failure to start.
    pub fn begin_beside(&mut self, engine: &Engine, draft: ServerForm) -> Result<SessionId, RunError> {
        let spec = draft.spec(None).map_err(RunError::Form)?;
        let run = ServerRun::start(engine, self.paced(spec), draft).map_err(RunError::Failure)?;
        let id = run.record.live().id;
        self.runs.put_beside(run);
        Ok(id)
    }

    fn paced(&self, spec: ServerSpec) -> ServerSpec {
        ServerSpec { pace: self.pace.pace(), ..spec }
    }

    /// The call that a step would make: of what is looked at, or else of the listener.
    #[must_use]
    pub fn due(&self) -> Option<DueCall> {
        let session = self.session()?;
        let of =
            |socket, thread: &ThreadRecord| Some(DueCall { session: session.id, socket, call: *thread.due.first()? });
        let looked_at =
            self.connection().and_then(|connection| of(SocketId::Connection(connection.id), &connection.thread));
        looked_at.or_else(|| of(SocketId::Listener, &session.listener.as_ref()?.thread))
    }

    /// Shows the lanes of the threads.
    pub fn show_threads(&mut self) {
        self.connections.show_threads();
    }

    /// Listens as the form says. What the form names on the disk is opened as it is now.
    pub fn listen(&mut self, engine: &Engine, ctx: &Context) -> Option<Result<(), RunError>> {
        self.path_opener.forget();
        self.listens = true;
        self.serve_with(engine, ctx)
    }

    /// Tells the server that is not pinned, if one runs, what the form says, and remembers what is wrong with the form; or listens, if
    /// that is wanted, and returns what came of it. What the form names on the disk is opened first: this is to be called again when it
    /// is.
    fn serve_with(&mut self, engine: &Engine, ctx: &Context) -> Option<Result<(), RunError>> {
        let Self { draft, runs, form, path_opener, listens, .. } = self;
        let running = runs.unpinned_running_mut().filter(|_| !*listens);
        if let Some(kept) = running {
            kept.run.accept_as(draft);
            if draft.serves_like(&kept.run.applied_form) {
                form.check(draft, None);
                return None;
            }
        }
        let opened = match draft.on_disk().map(|wanted| path_opener.of(&wanted, ctx).cloned()) {
            None => Ok(None),
            Some(Some(Ok(opened))) => Ok(Some(opened)),
            Some(Some(Err(failure))) => Err(FormError::Failure(failure)),
            Some(None) => {
                form.check_later(draft);
                return None;
            }
        };
        let wants_to_listen = std::mem::take(listens);
        let served = opened.and_then(|opened| match runs.unpinned_running_mut() {
            Some(kept) if !wants_to_listen => kept.run.serve_as(draft, opened.as_ref()).map(|()| opened),
            _ => draft.serving(opened.as_ref()).map(|_| opened),
        });
        form.check(draft, served.as_ref().err().cloned());
        wants_to_listen.then(|| self.start(engine, served.map_err(RunError::Form)?.as_ref()))
    }

    /// Lets what grows bit by bit grow; returns whether there is more to do.
    pub fn prepare(&mut self, cx: &UiContext<'_>, pictures: &mut Pictures, ctx: &egui::Context) -> bool {
        let Self { runs, view, dock, connections, names, .. } = self;
        connections.prepare(&table(runs, names), cx, ctx);
        let shows = |view| dock.shows(view);
        shown(runs, OtherEnd::default()).is_some_and(|shown| view.prepare(&shown, shows, cx, pictures, ctx))
    }

    /// What went wrong in the run, or that others can reach it.
    #[must_use]
    pub fn notice(&self, cx: &UiContext<'_>) -> Option<Notice> {
        let listener = self.session()?.listener.as_ref()?;
        if let Some(failure) = &listener.thread.failure {
            return Some(Notice::Error(cx.words.failure(failure)));
        }
        if let Some(failure) = self.connection().and_then(|connection| connection.thread.failure.as_ref()) {
            return Some(Notice::Error(cx.words.failure(failure)));
        }
        if let Some(rejection) = self.connection().and_then(|connection| connection.rejection) {
            return Some(Notice::Error(cx.words.rejection(rejection)));
        }
        if let Some(text) = self.connection().and_then(|connection| kept_part(cx, connection)) {
            return Some(Notice::Info(text));
        }
        let address = listener.address.filter(|_| listener.thread.ended.is_none())?;
        (!address.ip().is_loopback()).then(|| {
            Notice::Info(cx.words.with("server-open-to-others", [("address", Arg::from(address.to_string()))]))
        })
    }

    /// Draws the server's part of the bar.
    pub fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        self.bar.show(ui, cx, &mut self.draft, (&self.runs, &self.form.local_addresses));
    }

    /// Draws the form.
    pub fn form(&mut self, ui: &mut Ui, cx: &UiContext<'_>, items: &[SavedItem]) {
        let shown = self.runs.shown();
        let standing = Standing {
            can_listen: self.can_listen(),
            is_pinned: shown.is_some_and(|kept| kept.is_pinned && kept.run.is_running()),
            listening: shown.and_then(|kept| Some((kept.run.listening()?, kept.run.applied_form.speaks_http()))),
            is_opening: self.path_opener.is_slow(),
        };
        self.form.show(ui, cx, &mut self.draft, standing, items);
    }

    /// The path of a file that is to be sent to connections once the user says so.
    pub fn send_file(&mut self, path: String) {
        self.connections.send_bar.path = path;
    }

    /// Draws the table of connections, and the views of the chosen one.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, other_end: OtherEnd<'_>, program: &mut DrawProgram<'_>) {
        let Self { runs, view, dock, connections, names, .. } = self;
        let table = table(runs, names);
        let (height, _) = connections.heights(ui, &table);
        let model = shown(runs, other_end);
        let mut connections = |ui: &mut Ui| {
            if let Some(kept) = runs.shown() {
                forgotten(ui, cx, &kept.run);
            }
            connections.show(ui, cx, &table);
        };
        ConnectionPanes { cx, view, model, connections: Some(&mut connections), program }.show_in(dock, ui, height);
    }
}

/// What the table of connections shows.
fn table<'a>(runs: &'a RunStore<ServerRun>, names: &'a PeerNames) -> ConnectionsModel<'a> {
    ConnectionsModel { run: runs.shown().map(|kept| &kept.run), names }
}

/// That not all bytes of a connection are kept, if they are not.
fn kept_part(cx: &UiContext<'_>, connection: &Connection) -> Option<String> {
    let cut =
        Direction::BOTH.map(|direction| connection.stream(direction)).into_iter().find(|stream| !stream.is_kept())?;
    let kept = Arg::from(short_bytes(cut.kept() as f64));
    Some(cx.words.with("kept-part", [("kept", kept)]))
}

/// The chosen connection, or the newest; the listener's own calls while there is none.
fn shown<'a>(runs: &'a RunStore<ServerRun>, other_end: OtherEnd<'a>) -> Option<ConnectionModel<'a>> {
    let run = &runs.shown()?.run;
    let OtherEnd { connection: other_end, is_unaccepted } = other_end;
    let (session, connection) = (run.session(), run.connection());
    Some(ConnectionModel { session, connection, other_end, is_unaccepted, first: Direction::Received })
}
