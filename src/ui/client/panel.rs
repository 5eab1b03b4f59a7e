//! The client: its address, its form, its runs.

use egui::{Context, DragValue, Frame, Margin, Panel, ScrollArea, Ui};

use super::bar::ClientBar;
use super::file_length::BodyFileLength;
use super::message_box::{MessageBox, MessageTarget};
use super::options_form;
use super::request_form;
use super::run::ClientRun;
use crate::capture::{Connection, ConnectionState, Direction, Ended, Failure, ReplyState, SessionId, SocketId};
use crate::net::{ClientSpec, Command, Engine, RECV_SIZE_MAX, ReceiveUntil, Refused, Target, request_text};
use crate::settings::{ClientForm, SavedItem};
use crate::ui::action::{ClientAction, DueCall};
use crate::ui::connection::{ConnectionModel, ConnectionPanes, ConnectionView, DrawProgram, OtherEnd};
use crate::ui::dock::Dock;
use crate::ui::forms::{SavedModel, SavedPanel, request_editor};
use crate::ui::kit::widgets::{field, seconds, segmented_control};
use crate::ui::kit::{Notice, ROW, UiContext, strong};
use crate::ui::picture::Pictures;
use crate::ui::runs::{PaceControl, Run, RunError, RunStore};
use crate::view::group_digits;
use crate::words::Arg;

/// The form's height with a request of four rows.
const FORM_HEIGHT: f32 = 520.0;

/// The panel.
pub struct ClientRole {
    /// The form.
    pub draft: ClientForm,
    /// The views of the connection.
    pub view: ConnectionView,
    /// Where they stand.
    pub dock: Dock,
    /// The runs.
    pub runs: RunStore<ClientRun>,
    /// The pace of the runs' calls.
    pub pace: PaceControl,
    message: MessageBox,
    saved: SavedPanel,
    /// Whether the options of the socket are shown.
    shows_options: bool,
    /// Whether the request is shown as a form.
    as_form: bool,
    /// The request that was filled in last: one that the user has not touched follows the address.
    filled: String,
    focus_address: bool,
    /// Whether the user has changed the address since it was filled in.
    pub is_touched: bool,
    /// The length of the file that is sent as a body.
    body_file_length: BodyFileLength,
}

impl ClientRole {
    /// A client with this form, and its views in this dock.
    #[must_use]
    pub fn new(draft: ClientForm, dock: Dock) -> Self {
        let filled = Target::parse(&draft.address).map(|target| request_text(&target.request())).unwrap_or_default();
        Self {
            draft,
            view: ConnectionView::default(),
            dock,
            runs: RunStore::default(),
            pace: PaceControl::default(),
            message: MessageBox::default(),
            saved: SavedPanel::default(),
            shows_options: false,
            as_form: false,
            filled,
            focus_address: false,
            is_touched: false,
            body_file_length: BodyFileLength::default(),
        }
    }

    /// The run that is shown.
    fn run(&self) -> Option<&ClientRun> {
        self.runs.shown().map(|kept| &kept.run)
    }

    /// The connection of the run that is shown.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        self.run().and_then(ClientRun::connection)
    }

    /// Whether the run that is shown goes on.
    fn is_running(&self) -> bool {
        self.run().is_some_and(Run::is_running)
    }

    /// Whether a run can be started: none is going on, or all that one still does is to wait for the peer to close.
    #[must_use]
    pub fn can_run(&self) -> bool {
        let is_waiting = |connection: &Connection| connection.is_waiting_in_recv() && connection.received.is_whole();
        let may = self.runs.shown().is_none_or(|kept| kept.is_pinned || !kept.run.is_running());
        may || self.run().and_then(ClientRun::live_connection).is_some_and(is_waiting)
    }

    /// Moves the keyboard to the address.
    pub fn focus_address(&mut self) {
        self.focus_address = true;
    }

    /// Fills the form.
    pub fn fill(&mut self, draft: ClientForm) {
        self.filled = Target::parse(&draft.address).map(|target| request_text(&target.request())).unwrap_or_default();
        self.draft = draft;
        self.is_touched = false;
    }

    /// Points the form at `address`, with the tutorial's request for it.
    pub fn point_at(&mut self, address: String) {
        let request = Target::parse(&address).map(|target| request_text(&target.request())).unwrap_or_default();
        self.fill(ClientForm { address, request, ..ClientForm::default() });
    }

    /// The address that is typed, without a password in it.
    #[must_use]
    pub fn address_without_password(&self) -> String {
        let typed = &self.draft.address;
        let target = Target::parse(typed).ok().filter(|target| target.authorization.is_some());
        target.map_or_else(|| typed.clone(), |target| target.url())
    }

    /// Does what the user wants; returns what came of it, if that is to be told.
    pub fn carry_out(&mut self, action: ClientAction, engine: &Engine, ctx: &Context) -> Option<Result<(), RunError>> {
        match action {
            ClientAction::Run => return Some(self.start(engine)),
            ClientAction::FollowRedirect => return Some(self.follow(engine)),
            ClientAction::ConnectAnyway => return Some(self.connect_anyway(engine)),
            ClientAction::Give(command) => return Some(self.give(command).map_err(RunError::Command)),
            ClientAction::Stop => self.run().into_iter().for_each(Run::stop),
            ClientAction::ShowHop(hop) => self.show_hop(hop),
            ClientAction::MeasureBody => self.body_file_length.ask(ctx, &self.draft.body),
        }
        None
    }

    /// Takes in what a disk has answered.
    pub fn poll(&mut self) {
        self.body_file_length.hear(&mut self.draft);
    }

    /// Starts a run and shows it. A run that goes on is stopped, unless it is pinned.
    fn start(&mut self, engine: &Engine) -> Result<(), RunError> {
        let spec = self.draft.spec().map_err(RunError::Form)?;
        let spec = ClientSpec { pace: self.pace.pace(), ..spec };
        let run = ClientRun::start(engine, spec).map_err(RunError::Failure)?;
        self.view.reset();
        self.runs.put(run);
        Ok(())
    }

    /// Starts a run that the form knows nothing of, and pins it: it is kept beside those that go on.
    ///
    /// # Errors
    /// A failure to start.
    pub fn begin_beside(&mut self, engine: &Engine, spec: ClientSpec) -> Result<SessionId, Failure> {
        let run = ClientRun::start(engine, spec)?;
        let id = run.record.live().id;
        self.runs.put_beside(run);
        Ok(id)
    }

    /// Follows the redirect that is shown, on a connection of its own in the same run; the connection before is stopped. Does nothing
    /// if there is nothing to follow.
    fn follow(&mut self, engine: &Engine) -> Result<(), RunError> {
        let Some(run) = self.run() else { return Ok(()) };
        let (Some(redirect), Some(asked)) = (run.redirect(), run.asked.get(run.hop())) else { return Ok(()) };
        let Ok(target) = redirect.target.clone() else { return Ok(()) };
        let spec = redirect.follow(asked, target);
        self.connect_again(engine, spec)
    }

    /// Connects once more to a server whose certificate was refused, and accepts the certificate for that one connection.
    fn connect_anyway(&mut self, engine: &Engine) -> Result<(), RunError> {
        match self.run().and_then(ClientRun::anyway) {
            Some(spec) => self.connect_again(engine, spec),
            None => Ok(()),
        }
    }

    fn connect_again(&mut self, engine: &Engine, spec: ClientSpec) -> Result<(), RunError> {
        let Some(kept) = self.runs.shown_mut() else { return Ok(()) };
        let run = &mut kept.run;
        let next = spec.to(spec.target.clone(), spec.request.clone(), spec.request_file.clone());
        let hop = u32::try_from(run.asked.len() + 1).unwrap_or(u32::MAX);
        run.handle.stop();
        run.handle = engine.hop(run.handle.session, hop, spec).map_err(RunError::Failure)?;
        run.asked.push(next);
        run.hop = None;
        run.record.resume();
        self.view.reset();
        Ok(())
    }

    /// Shows the connection number `hop` of the run, counted from 0.
    fn show_hop(&mut self, hop: usize) {
        if let Some(kept) = self.runs.shown_mut() {
            kept.run.hop = Some(hop).filter(|hop| hop + 1 < kept.run.asked.len());
            self.view.reset();
        }
    }

    /// Whether the reply that is looked at is a redirect.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        self.run().is_some_and(|run| run.redirect().is_some())
    }

    /// What the connection that is looked at asked for.
    #[must_use]
    pub fn asked(&self) -> Option<&Target> {
        self.run().and_then(|run| run.asked.get(run.hop())).map(|asked| &asked.target)
    }

    /// The call that a step would make.
    #[must_use]
    pub fn due(&self) -> Option<DueCall> {
        let (session, connection) = (self.run()?.session().id, self.connection()?);
        let call = *connection.thread.due.first()?;
        Some(DueCall { session, socket: SocketId::Connection(connection.id), call })
    }

    /// Gives the open connection a command.
    fn give(&self, command: Command) -> Result<(), Refused> {
        self.run().map_or(Err(Refused::NotOpen), |run| run.handle.give(command))
    }

    /// Lets the views take in what is new; returns whether more is waiting.
    pub fn prepare(&mut self, cx: &UiContext<'_>, pictures: &mut Pictures, ctx: &Context) -> bool {
        let Self { runs, view, dock, .. } = self;
        let shows = |view| dock.shows(view);
        shown(runs, OtherEnd::default()).is_some_and(|shown| view.prepare(&shown, shows, cx, pictures, ctx))
    }

    /// Draws the run; `other_end` is the other end of the connection that is looked at, if it is in this program too.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, other_end: OtherEnd<'_>, program: &mut DrawProgram<'_>) {
        let Self { runs, view, dock, .. } = self;
        let model = shown(runs, other_end);
        ConnectionPanes { cx, view, model, connections: None, program }.show_in(dock, ui, 0.0);
    }

    /// What went wrong in the run, if anything did.
    #[must_use]
    pub fn notice(&self, cx: &UiContext<'_>) -> Option<Notice> {
        let run = self.run()?;
        let connection = run.connection()?;
        if let Some(failure) = &connection.thread.failure {
            return Some(Notice::Error(cx.words.failure(failure)));
        }
        let verdict = ReplyState::of(connection);
        let fault = cx.words.reply_fault(connection, verdict).filter(|_| run.expects_reply());
        if let Some(sentence) = fault {
            return Some(Notice::Error(sentence));
        }
        let was_stopped = connection.thread.ended.is_some_and(|(_, how)| how == Ended::Stopped);
        if was_stopped && run.expects_reply() && verdict != ReplyState::Complete {
            return Some(Notice::Info(cx.words.reply_state_on(connection, verdict)));
        }
        reply_note(cx, connection, run.expects_reply())
    }

    /// Whether the run has something to tell below the address: a redirect, a certificate.
    #[must_use]
    pub fn has_run_strip(&self) -> bool {
        self.run().is_some_and(ClientRun::has_strip)
    }

    /// Draws what the run has to tell below the address.
    pub fn run_strip(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        if let Some(run) = self.run() {
            run.strip(ui, cx);
        }
    }

    /// Draws the client's part of the bar.
    pub fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, recent: &[String]) {
        let (can_run, is_running) = (self.can_run(), self.is_running());
        let takes_focus = std::mem::take(&mut self.focus_address);
        let (address, kept) = (&mut self.draft.address, self.runs.shown());
        let bar = ClientBar { address, takes_focus, recent, can_run, is_running, kept };
        if bar.show(ui, cx) {
            self.is_touched = true;
            self.follow_address();
        }
    }

    /// A request that the user has not changed follows the address. Where there is none, as in a conversation that begins with what the
    /// user types, a URL asks for one.
    fn follow_address(&mut self) {
        let Ok(target) = Target::parse(&self.draft.address) else { return };
        let request = request_text(&target.request());
        if self.draft.request == self.filled || (self.draft.request.is_empty() && self.draft.address.contains('/')) {
            self.draft.request.clone_from(&request);
        }
        self.filled = request;
    }

    /// Draws the form.
    pub fn form(&mut self, ui: &mut Ui, cx: &UiContext<'_>, items: &[SavedItem]) {
        let can_send =
            |connection: &Connection| connection.state() == ConnectionState::Open && !connection.sending_ended;
        let is_open = self.run().and_then(ClientRun::live_connection).is_some_and(can_send);
        let target = MessageTarget { is_open, is_http: !self.draft.request.is_empty() };
        // What can be typed while the run goes on is always at hand, however long the form is.
        let message =
            Panel::bottom("client message").frame(Frame::new().inner_margin(Margin { top: 8, ..Margin::ZERO }));
        message.show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            self.message.show(ui, cx, target);
        });
        ScrollArea::vertical().id_salt("client form").auto_shrink(false).show(ui, |ui| {
            // A low window shows the whole form without scrolling.
            ui.spacing_mut().item_spacing.y = if ui.clip_rect().height() < FORM_HEIGHT { 1.0 } else { 4.0 };
            let saved = SavedModel { items, role: crate::capture::Role::Client, why_not: None };
            self.saved.show(ui, cx, &saved);
            ui.separator();
            self.request(ui, cx);
            if self.draft.request != self.filled
                && !self.filled.is_empty()
                && ui.link(cx.text("request-fill")).on_hover_text(cx.text("request-fill-hint")).clicked()
            {
                self.draft.request.clone_from(&self.filled);
            }
            ui.separator();
            ui.scope(|ui| self.options(ui, cx));
            options_form::show(ui, cx, &mut self.shows_options, &mut self.draft);
        });
    }

    /// Draws the request, as a form or as the text that is sent.
    fn request(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        ui.horizontal(|ui| {
            ui.label(strong(cx.text("request"))).on_hover_text(cx.text("request-hint"));
            let forms = [(true, cx.text("request-form")), (false, cx.text("request-raw"))];
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some(form) = segmented_control(ui, self.as_form, &forms, cx.tokens) {
                    self.as_form = form;
                }
            });
        });
        let draft = &mut self.draft;
        if self.as_form {
            request_form::show(ui, cx, draft, &self.body_file_length);
        } else {
            request_editor::show(ui, cx, &mut draft.request, &mut draft.line_end, request_rows(ui));
        }
    }

    fn options(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let draft = &mut self.draft;
        ui.spacing_mut().interact_size.y = 22.0;
        ui.horizontal(|ui| {
            let label = ui.label(cx.text("connect-timeout"));
            ui.add(seconds(&mut draft.connect_timeout, 0.001..=86_400.0)).labelled_by(label.id);
        });
        ui.horizontal(|ui| {
            let mut limited = draft.read_timeout.is_some();
            let name = cx.text("read-timeout");
            let check = ui.checkbox(&mut limited, &name).on_hover_text(cx.text("read-timeout-hint"));
            if check.changed() {
                draft.read_timeout = limited.then_some(30.0);
            }
            if let Some(limit) = &mut draft.read_timeout {
                ui.add(seconds(limit, 0.001..=86_400.0)).labelled_by(check.id);
            }
        });
        ui.horizontal(|ui| {
            let label = ui.label(cx.text("recv-size"));
            ui.add(DragValue::new(&mut draft.recv_size).range(1..=RECV_SIZE_MAX as u32).speed(16.0))
                .labelled_by(label.id);
        });
        if Target::parse(&draft.address).is_ok_and(|target| target.tls) {
            ui.horizontal(|ui| {
                ui.spacing_mut().interact_size.y = crate::ui::kit::FIELD;
                let width = (ui.available_width() - 104.0).max(80.0);
                field(ui, &cx.text("root-file"), &mut draft.root_file, width, cx.tokens)
                    .on_hover_text(cx.text("root-file-hint"));
            });
        }
        let mut early = draft.until == ReceiveUntil::MessageEnd;
        if ui.checkbox(&mut early, cx.text("until-message-end")).on_hover_text(cx.text("until-hint")).changed() {
            draft.until = if early { ReceiveUntil::MessageEnd } else { ReceiveUntil::Close };
        }
    }
}

/// Something odd in a reply that could be read all the same.
fn reply_note(cx: &UiContext<'_>, connection: &Connection, expects_reply: bool) -> Option<Notice> {
    let received = &connection.received;
    if let Some(at) = received.surplus.filter(|_| expects_reply) {
        let count = Arg::from(group_digits(received.bytes.saturating_sub(at)));
        return Some(Notice::Info(cx.words.with("surplus-after", [("count", count)])));
    }
    let message = received.messages.last()?;
    let first = Arg::from(cx.words.violation(message.head.violations.first().or(message.violations.first())?));
    Some(Notice::Info(cx.words.with("head-violations", [("first", first)])))
}

/// The request has the rows that a high window leaves to it.
fn request_rows(ui: &Ui) -> usize {
    4 + (((ui.clip_rect().height() - FORM_HEIGHT).max(0.0) / ROW) as usize).min(12)
}

fn shown<'a>(runs: &'a RunStore<ClientRun>, other_end: OtherEnd<'a>) -> Option<ConnectionModel<'a>> {
    let (run, OtherEnd { connection: other_end, is_unaccepted }) = (&runs.shown()?.run, other_end);
    let (session, connection) = (run.session(), run.connection());
    Some(ConnectionModel { session, connection, other_end, is_unaccepted, first: Direction::Received })
}
