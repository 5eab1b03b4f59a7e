//! The client's side of the window: its address, its form, its run.

use egui::containers::menu::MenuButton;
use egui::{Button, DragValue, RichText, ScrollArea, Ui, WidgetInfo};

use super::action::Action;
use super::banner::Notice;
use super::client_run::Run;
use super::connection_view::{ConnectionView, Shown};
use super::look::Look;
use super::message_box::{Line, MessageBox};
use super::request_editor;
use super::request_form;
use super::saved_panel::SavedPanel;
use super::tokens::ROW;
use super::widgets::{button, choices, field, primary, title};
use crate::capture::{Connection, Ended, Failure, Message, Session, State, Verdict, Way};
use crate::net::{ClientHandle, ClientSpec, Command, Engine, RECV_SIZE_MAX, Refused, Target, request_text};
use crate::settings::{ClientDraft, DraftError, KeepUntil, SavedItem};
use crate::view::group_digits;
use crate::words::Arg;

/// The form's height with a request of four rows.
const FORM_HEIGHT: f32 = 520.0;

/// The panel.
pub struct ClientRole {
    /// The form.
    pub draft: ClientDraft,
    /// What is looked at.
    pub view: ConnectionView,
    /// The run, if there has been one.
    run: Option<Run>,
    message: MessageBox,
    saved: SavedPanel,
    /// Whether the request is shown as a form.
    as_form: bool,
    /// The request that was filled in last: one that the user has not touched follows the address.
    filled: String,
    focus_address: bool,
    /// Whether the user has changed the address since it was filled in.
    pub is_touched: bool,
}

impl ClientRole {
    /// A client with this form.
    #[must_use]
    pub fn new(draft: ClientDraft) -> Self {
        let filled = Target::parse(&draft.address).map(|target| request_text(&target.request())).unwrap_or_default();
        Self {
            draft,
            view: ConnectionView::default(),
            run: None,
            message: MessageBox::default(),
            saved: SavedPanel::default(),
            as_form: false,
            filled,
            focus_address: false,
            is_touched: false,
        }
    }

    /// The run's session.
    #[must_use]
    pub fn session(&self) -> Option<&Session> {
        self.run.as_ref().map(|run| &run.session)
    }

    /// The run's session, for taking in reports.
    pub fn session_mut(&mut self) -> Option<&mut Session> {
        self.run.as_mut().map(|run| &mut run.session)
    }

    /// The connection of the run.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        self.run.as_ref().and_then(Run::connection)
    }

    /// Whether a run is going on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.session.connections.len() < run.asked.len() || !run.session.is_over())
    }

    /// Whether a run can be started: none is going on, or all that one still does is to wait for the peer to close.
    #[must_use]
    pub fn can_run(&self) -> bool {
        let is_waiting = |connection: &Connection| {
            connection.is_waiting_in_recv() && connection.received.messages.last().is_some_and(Message::is_complete)
        };
        !self.is_running() || self.connection().is_some_and(is_waiting)
    }

    /// Moves the keyboard to the address.
    pub fn focus_address(&mut self) {
        self.focus_address = true;
    }

    /// Fills the form.
    pub fn fill(&mut self, draft: ClientDraft) {
        self.filled = Target::parse(&draft.address).map(|target| request_text(&target.request())).unwrap_or_default();
        self.draft = draft;
        self.is_touched = false;
    }

    /// Points the form at `address`, with the tutorial's request for it.
    pub fn point_at(&mut self, address: String) {
        let request = Target::parse(&address).map(|target| request_text(&target.request())).unwrap_or_default();
        self.fill(ClientDraft { address, request, ..ClientDraft::default() });
    }

    /// Starts a run; gives back the handle of the one before, which is stopped.
    ///
    /// # Errors
    /// What is wrong with the form, or a failure to start.
    pub fn start(&mut self, engine: &Engine) -> Result<Option<ClientHandle>, StartError> {
        let spec = self.draft.spec().map_err(StartError::Draft)?;
        let asked = spec.to(spec.target.clone(), spec.request.clone(), spec.request_file.clone());
        let (handle, session) = engine.client(spec).map_err(StartError::Failure)?;
        self.view.reset();
        let run = Run { handle, session, asked: vec![asked], hop: None };
        let before = self.run.replace(run).map(|run| run.handle);
        if let Some(before) = &before {
            before.stop();
        }
        Ok(before)
    }

    /// Follows the redirect that is looked at, on a connection of its own in the same run; gives back the handle of the one
    /// before, which is stopped. `None` if there is nothing to follow.
    ///
    /// # Errors
    /// What is wrong with the form, or a failure to start.
    pub fn follow(&mut self, engine: &Engine) -> Result<Option<ClientHandle>, StartError> {
        let Some(run) = &self.run else { return Ok(None) };
        let (Some(redirect), Some(asked)) = (run.redirect(), run.asked.get(run.hop())) else { return Ok(None) };
        let Ok(target) = redirect.target.clone() else { return Ok(None) };
        let spec = redirect.follow(asked, target);
        self.go_on(engine, spec)
    }

    /// Connects once more to a server whose certificate was refused, and accepts it for that one connection. As
    /// [`ClientRole::follow`].
    ///
    /// # Errors
    /// A failure to start.
    pub fn connect_anyway(&mut self, engine: &Engine) -> Result<Option<ClientHandle>, StartError> {
        match self.run.as_ref().and_then(Run::anyway) {
            Some(spec) => self.go_on(engine, spec),
            None => Ok(None),
        }
    }

    fn go_on(&mut self, engine: &Engine, spec: ClientSpec) -> Result<Option<ClientHandle>, StartError> {
        let Some(run) = &mut self.run else { return Ok(None) };
        let next = spec.to(spec.target.clone(), spec.request.clone(), spec.request_file.clone());
        let hop = u32::try_from(run.asked.len() + 1).unwrap_or(u32::MAX);
        run.handle.stop();
        let handle = engine.hop(run.session.id, hop, spec).map_err(StartError::Failure)?;
        run.asked.push(next);
        run.hop = None;
        self.view.reset();
        Ok(Some(std::mem::replace(&mut run.handle, handle)))
    }

    /// Looks at the connection number `hop` of the run, counted from 0.
    pub fn look_at_hop(&mut self, hop: usize) {
        if let Some(run) = &mut self.run {
            run.hop = Some(hop).filter(|hop| hop + 1 < run.asked.len());
            self.view.reset();
        }
    }

    /// Whether the reply that is looked at is a redirect.
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.redirect().is_some())
    }

    /// What the connection that is looked at asked for.
    #[must_use]
    pub fn asked(&self) -> Option<&Target> {
        self.run.as_ref().and_then(|run| run.asked.get(run.hop())).map(|asked| &asked.target)
    }

    /// Stops the run.
    pub fn stop(&self) {
        if let Some(run) = &self.run {
            run.handle.stop();
        }
    }

    /// Gives the open connection a command.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn give(&self, command: Command) -> Result<(), Refused> {
        self.run.as_ref().map_or(Err(Refused::NotOpen), |run| run.handle.give(command))
    }

    /// Has made ready what is shown.
    pub fn prepare(&mut self, ctx: &egui::Context) {
        let Self { run, view, .. } = self;
        if let Some(shown) = shown(run.as_ref()) {
            view.prepare(&shown, ctx);
        }
    }

    /// Draws the run.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>) {
        let Self { run, view, .. } = self;
        view.show(ui, look, shown(run.as_ref()).as_ref());
    }

    /// What went wrong in the run, if anything did.
    #[must_use]
    pub fn notice(&self, look: &Look<'_>) -> Option<Notice> {
        let connection = self.connection()?;
        if let Some(failure) = &connection.track.failure {
            return Some(Notice::Bad(look.words.failure(failure)));
        }
        let verdict = Verdict::of(connection);
        // Who sends no request expects no reply to it.
        let fault = look.words.reply_fault(connection, verdict).filter(|_| !self.draft.request.is_empty());
        if let Some(sentence) = fault {
            return Some(Notice::Bad(sentence));
        }
        if connection.track.ended.is_some_and(|(_, how)| how == Ended::Stopped) && verdict != Verdict::Complete {
            return Some(Notice::Note(look.words.verdict_on(connection, verdict)));
        }
        self.oddity(look, connection)
    }

    /// Something odd in a reply that could be read all the same.
    fn oddity(&self, look: &Look<'_>, connection: &Connection) -> Option<Notice> {
        let received = &connection.received;
        if let Some(at) = received.surplus.filter(|_| !self.draft.request.is_empty()) {
            let count = Arg::from(group_digits(received.bytes.saturating_sub(at)));
            return Some(Notice::Note(look.words.with("surplus-after", [("count", count)])));
        }
        let first = received.messages.last()?.head.violations.first()?;
        let first = Arg::from(look.words.violation(first));
        Some(Notice::Note(look.words.with("head-violations", [("first", first)])))
    }

    /// Whether the run has something to tell below the address: a redirect, a certificate.
    #[must_use]
    pub fn has_run_strip(&self) -> bool {
        self.run.as_ref().is_some_and(Run::has_strip)
    }

    /// Draws what the run has to tell below the address.
    pub fn run_strip(&self, ui: &mut Ui, look: &Look<'_>, actions: &mut Vec<Action>) {
        if let Some(run) = &self.run {
            run.strip(ui, look, actions);
        }
    }

    /// Draws the address, the receive size and the transport.
    pub fn address_bar(&mut self, ui: &mut Ui, look: &Look<'_>, recent: &[String], actions: &mut Vec<Action>) {
        ui.horizontal(|ui| {
            let width = (ui.available_width() - 452.0).clamp(160.0, 560.0);
            let response = field(ui, &look.text("address"), &mut self.draft.address, width, look.tokens);
            if std::mem::take(&mut self.focus_address) {
                response.request_focus();
            }
            if response.changed() {
                self.is_touched = true;
                self.follow_address();
            }
            if let Some(address) = recent_addresses(ui, look, recent) {
                self.draft.address = address;
                self.is_touched = true;
                self.follow_address();
            }
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let label = ui.label(RichText::new(look.text("recv-size")).color(look.tokens.weak));
            let size = DragValue::new(&mut self.draft.recv_size).range(1..=RECV_SIZE_MAX as u32).speed(16.0);
            ui.add_sized([72.0, super::tokens::FIELD], size).labelled_by(label.id);
            let can_run = self.can_run();
            let again = self.run.is_some();
            if primary(ui, &look.text(if again { "run-again" } else { "run" }), can_run, look.tokens)
                .on_hover_text("F5")
                .clicked()
                || (entered && can_run)
            {
                actions.push(Action::Run);
            }
            if button(ui, &look.text("stop"), self.is_running()).on_hover_text("Esc").clicked() {
                actions.push(Action::Stop);
            }
        });
    }

    /// A request that the user has not changed follows the address.
    fn follow_address(&mut self) {
        let Ok(target) = Target::parse(&self.draft.address) else { return };
        let request = request_text(&target.request());
        if self.draft.request == self.filled {
            self.draft.request.clone_from(&request);
        }
        self.filled = request;
    }

    /// Draws the form.
    pub fn form(&mut self, ui: &mut Ui, look: &Look<'_>, items: &[SavedItem], actions: &mut Vec<Action>) {
        ScrollArea::vertical().id_salt("client form").auto_shrink(false).show(ui, |ui| {
            // In a low window the whole form is to be seen without scrolling.
            ui.spacing_mut().item_spacing.y = if ui.clip_rect().height() < FORM_HEIGHT { 1.0 } else { 4.0 };
            self.saved.show(ui, look, items, crate::capture::Role::Client, actions);
            ui.separator();
            self.request(ui, look);
            if self.draft.request != self.filled
                && !self.filled.is_empty()
                && ui.link(look.text("request-fill")).on_hover_text(look.text("request-fill-hint")).clicked()
            {
                self.draft.request.clone_from(&self.filled);
            }
            ui.separator();
            ui.scope(|ui| self.options(ui, look));
            ui.separator();
            let can_send = |connection: &Connection| connection.state() == State::Open && !connection.sending_ended;
            let is_open = self.connection().is_some_and(can_send);
            let line = Line { is_open, is_http: !self.draft.request.is_empty() };
            self.message.show(ui, look, line, actions);
        });
    }

    /// Draws the request, as a form or as the text that is sent.
    fn request(&mut self, ui: &mut Ui, look: &Look<'_>) {
        ui.horizontal(|ui| {
            title(ui, &look.text("request"), look.tokens).on_hover_text(look.text("request-hint"));
            let forms = [(true, look.text("request-form")), (false, look.text("request-raw"))];
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some(form) = choices(ui, self.as_form, &forms, look.tokens) {
                    self.as_form = form;
                }
            });
        });
        let draft = &mut self.draft;
        if self.as_form {
            request_form::show(ui, look, &mut draft.request, draft.line_end, &mut draft.body);
        } else {
            request_editor::show(ui, look, &mut draft.request, &mut draft.line_end, request_rows(ui));
        }
    }

    fn options(&mut self, ui: &mut Ui, look: &Look<'_>) {
        let draft = &mut self.draft;
        ui.spacing_mut().interact_size.y = 22.0;
        ui.horizontal(|ui| {
            let label = ui.label(RichText::new(look.text("connect-timeout")).color(look.tokens.text));
            ui.add(seconds(&mut draft.connect_timeout)).labelled_by(label.id);
        });
        ui.horizontal(|ui| {
            let mut limited = draft.read_timeout.is_some();
            let name = look.text("read-timeout");
            let check = ui.checkbox(&mut limited, &name).on_hover_text(look.text("read-timeout-hint"));
            if check.changed() {
                draft.read_timeout = limited.then_some(30.0);
            }
            if let Some(limit) = &mut draft.read_timeout {
                ui.add(seconds(limit)).labelled_by(check.id);
            }
        });
        if Target::parse(&draft.address).is_ok_and(|target| target.tls) {
            ui.horizontal(|ui| {
                ui.spacing_mut().interact_size.y = super::tokens::FIELD;
                let width = (ui.available_width() - 104.0).max(80.0);
                field(ui, &look.text("root-file"), &mut draft.root_file, width, look.tokens)
                    .on_hover_text(look.text("root-file-hint"));
            });
        }
        let mut early = draft.until == KeepUntil::MessageEnd;
        if ui.checkbox(&mut early, look.text("until-message-end")).on_hover_text(look.text("until-hint")).changed() {
            draft.until = if early { KeepUntil::MessageEnd } else { KeepUntil::Close };
        }
    }
}

/// The request has the rows that a high window leaves to it.
fn request_rows(ui: &Ui) -> usize {
    let left = (ui.clip_rect().height() - FORM_HEIGHT).max(0.0);
    4 + ((left / ROW) as usize).min(12)
}

/// The addresses that were run last, behind a small button; returns the one that was chosen.
fn recent_addresses(ui: &mut Ui, look: &Look<'_>, recent: &[String]) -> Option<String> {
    let name = look.text("recent-addresses");
    let mut chosen = None;
    ui.add_enabled_ui(!recent.is_empty(), |ui| {
        let button = Button::new("⏷").min_size(egui::vec2(24.0, super::tokens::FIELD));
        let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
            for address in recent {
                if ui.button(address).clicked() {
                    chosen = Some(address.clone());
                }
            }
        });
        response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, !recent.is_empty(), &name));
        response.on_hover_text(&name);
    });
    chosen
}

fn shown(run: Option<&Run>) -> Option<Shown<'_>> {
    let run = run?;
    Some(Shown { session: &run.session, connection: run.connection(), first: Way::Received })
}

fn seconds(value: &mut f32) -> DragValue<'_> {
    DragValue::new(value).range(0.001..=86_400.0).speed(0.1).max_decimals(3).suffix(" s")
}

/// Why a run could not be started.
#[derive(Clone, Debug, PartialEq)]
pub enum StartError {
    /// The form can't be used.
    Draft(DraftError),
    /// The system refused.
    Failure(Failure),
}
