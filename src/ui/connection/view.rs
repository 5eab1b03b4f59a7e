//! The view of one connection, the same for client and server: the Calls list above, the tabs below.

use egui::{Align, Context, Layout, Panel, RichText, Ui};

use super::head_panel::HeadPanel;
use super::lesson_hint;
use super::model::ConnectionModel;
use super::tab::{self, Tab};
use super::tls_panel;
use crate::capture::{Body, ByteStream, CallKind, Connection, Direction, Message, Role, StreamLayer, ThreadRecord};
use crate::export::{SelectedBody, SelectedBytes};
use crate::http::Span;
use crate::ui::action::{Action, ServerAction};
use crate::ui::body::body_ref::{host_of, region_of};
use crate::ui::body::{BodyPanel, BodyRef};
use crate::ui::bytes::BytesTab;
use crate::ui::calls::CallsPanel;
use crate::ui::conversation::ConversationPanel;
use crate::ui::kernel::KernelPanel;
use crate::ui::kit::widgets::{icon_button, segmented_control, surface};
use crate::ui::kit::{Icon, ROW, UiContext, result_pill};
use crate::ui::ladder::LadderPanel;
use crate::ui::picture::Pictures;
use crate::ui::select::carrier_lookup::{first_carrier, on_wire};
use crate::ui::select::{Chosen, Follower, News, SearchBar, Selection};
use crate::ui::timing::TimingPanel;
use crate::view::RunResult;
use crate::words::Arg;

/// The least height of the lower half, in points: some rows of hex below the ruler.
const LOWER: f32 = 336.0;

/// The panels of one connection.
#[derive(Debug, Default)]
pub struct ConnectionView {
    calls: CallsPanel,
    head: HeadPanel,
    body: BodyPanel,
    bytes: BytesTab,
    conversation: ConversationPanel,
    search: SearchBar,
    timing: TimingPanel,
    ladder: LadderPanel,
    kernel: KernelPanel,
    tab: Tab,
    direction: Option<Direction>,
    selection: Selection,
    /// The message that the user chose, counted from 0; `None`: the newest.
    message: Option<usize>,
}

impl ConnectionView {
    /// The direction that is shown; `first` until the user chooses.
    #[must_use]
    pub fn direction(&self, first: Direction) -> Direction {
        self.direction.unwrap_or(first)
    }

    /// Forgets what was selected in another run.
    pub fn reset(&mut self) {
        let mut body = std::mem::take(&mut self.body);
        body.forget();
        let search = std::mem::take(&mut self.search);
        // The Calls list may show all connections. It notices by itself when its calls are others.
        let calls = std::mem::take(&mut self.calls);
        // The histories of sockets are kept, for when their connection is shown again.
        let kernel = std::mem::take(&mut self.kernel);
        *self = Self { tab: self.tab, body, calls, search, kernel, ..Self::default() };
    }

    /// Shows a tab, and a direction.
    pub fn open(&mut self, tab: Tab, direction: Direction) {
        self.tab = tab;
        self.look_at(direction);
    }

    /// Opens the bar that searches what is shown; a tab that can't be searched gives way to the bytes.
    pub fn open_search(&mut self) {
        if !self.tab.is_searchable() {
            self.tab = Tab::Bytes;
        }
        self.search.open();
    }

    /// The message that is looked at: the chosen one, or the newest that is not an interim response.
    #[must_use]
    pub fn message<'a>(&self, stream: &'a ByteStream) -> Option<&'a Message> {
        let newest = || stream.messages.iter().rev().find(|message| !message.is_interim());
        match self.message {
            Some(chosen) => stream.messages.get(chosen).or_else(newest),
            None => newest(),
        }
    }

    /// The body that is shown, to be exported; all bytes where they are no HTTP. `host` is the host that was asked, `own` the region of
    /// the program's language.
    #[must_use]
    pub fn selected_body<'a>(
        &'a self,
        connection: &'a Connection,
        host: String,
        own: Option<&'static str>,
    ) -> Option<SelectedBody<'a>> {
        let direction = self.direction(Direction::Received);
        let stream = connection.stream(direction);
        let message = self.message(stream);
        let body = match message {
            Some(message) => (!stream.content(message).is_empty())
                .then(|| Body::of(message, stream, self.body.stage(), self.body.limits())),
            None => (!stream.shown().is_empty()).then(|| Body::wire(stream.spool.clone(), stream.shown())),
        };
        let looked = self.body_ref(connection, direction, None);
        Some(SelectedBody {
            connection,
            message,
            body: body?,
            stage: self.body.stage(),
            is_whole: message.is_some_and(|message| message.is_complete() && stream.keeps_body(message))
                && !self.body.is_faulty(),
            is_uncoded: looked.as_ref().is_some_and(|looked| self.body.passes_over(looked)),
            host,
            region: region_of(host_of(connection), own),
            start: Box::new(move || looked.as_ref().map(|looked| self.body.start(looked)).unwrap_or_default()),
        })
    }

    /// The bytes that are chosen, to be exported: as many of them as are kept.
    #[must_use]
    pub fn selected_bytes(&self, connection: &Connection) -> Option<SelectedBytes> {
        let chosen = self.selection.chosen().bytes?;
        let (spool, kept) = connection.bytes(chosen.direction, chosen.layer);
        let span = chosen.span.intersect(Span::new(0, kept));
        (!span.is_empty()).then(|| SelectedBytes { direction: chosen.direction, spool: spool.clone(), span })
    }

    /// The call that is selected among those of `thread`, which are shown.
    #[must_use]
    pub fn selected_call(&self, thread: &ThreadRecord) -> Option<CallKind> {
        thread.calls.at(self.selection.chosen().calls?.first).ok()?.map(|call| call.kind)
    }

    /// Lets the panels take in what is new; returns whether more is waiting.
    pub fn prepare(
        &mut self,
        model: &ConnectionModel<'_>,
        cx: &UiContext<'_>,
        pictures: &mut Pictures,
        ctx: &Context,
    ) -> bool {
        if let Some(connection) = model.connection {
            self.prepare_tab((connection, self.direction(model.first)), cx, pictures, ctx);
        }
        match self.tab_of(model.connection) {
            Tab::Kernel => self.kernel.prepare(model, cx, ctx),
            _ => self.kernel.stop_watching(),
        }
        model.calls(None).is_some_and(|calls| self.calls.prepare(&calls, cx, &mut self.selection, ctx))
    }

    fn prepare_tab(
        &mut self,
        shown: (&Connection, Direction),
        cx: &UiContext<'_>,
        pictures: &mut Pictures,
        ctx: &Context,
    ) {
        let (connection, direction) = shown;
        let (mut top, mut source) = (0, None);
        match self.tab_of(Some(connection)) {
            Tab::Body => {
                self.conversation.prepare(connection, direction, ctx);
                if let Some(body) = self.body_ref(connection, direction, cx.words.language().region()) {
                    self.body.prepare(&body, pictures, ctx);
                    top = self.body.top();
                    source = self.search.is_open().then(|| self.body.search_source(&body, ctx)).flatten();
                }
            }
            Tab::Bytes => {
                self.bytes.prepare(connection, ctx);
                top = self.bytes.top(connection, direction);
                let searched = || self.bytes.searched(connection, direction, self.body.encoding());
                source = self.search.is_open().then(searched);
            }
            _ => {}
        }
        self.search.set_position(top);
        self.search.prepare(source.as_ref(), ctx);
    }

    /// The bar of the search, in the tabs that can be searched; brings what it found into view.
    fn search_bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, connection: Option<&Connection>, direction: Direction) {
        let tab = self.tab_of(connection);
        let hit = if tab.is_searchable() { self.search.show(ui, cx) } else { None };
        let Some((hit, connection)) = hit.zip(connection) else { return };
        if tab == Tab::Bytes {
            return self.selection.choose(self.bytes.hit(connection, direction, hit), None);
        }
        let body = self.body_ref(connection, direction, cx.words.language().region());
        match body.and_then(|body| self.body.in_direction(&body, hit)) {
            Some(bytes) => self.selection.choose(Chosen::bytes(direction, StreamLayer::Plain, bytes), None),
            None => self.body.reveal(hit.start),
        }
    }

    fn body_ref<'a>(
        &self,
        connection: &'a Connection,
        direction: Direction,
        own: Option<&'static str>,
    ) -> Option<BodyRef<'a>> {
        let message = self.message(connection.stream(direction));
        BodyRef::of(connection, direction, message, (self.body.stage(), self.body.limits()), own)
    }

    /// The tab that is shown of `connection`: that of TLS only where there is one.
    fn tab_of(&self, connection: Option<&Connection>) -> Tab {
        let has_tls = connection.is_some_and(|connection| connection.tls.is_some());
        if self.tab == Tab::Tls && !has_tls { Tab::default() } else { self.tab }
    }

    /// Draws the calls, and the tabs below them.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>) {
        let height = ui.available_height();
        let half = (height * 0.44).min(height - LOWER).max(ROW * 5.5);
        // Until the user moves the line between them, both halves follow the size of the window.
        let window = ui.ctx().content_rect().height() as u32;
        Panel::top(ui.scope_id().with(("calls", window)))
            .resizable(true)
            .default_size(half)
            .min_size(ROW * 3.0)
            .frame(surface(cx.tokens))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                let chosen = self.selection.chosen();
                let calls = model.and_then(|model| model.calls(on_wire(chosen, model.connection)));
                self.calls.show(ui, cx, calls.as_ref(), &mut self.selection);
            });
        let connection = model.and_then(|model| model.connection);
        let first = model.map_or(Direction::Received, |model| model.first);
        if let Some(tab) = self.selection.take_wanted().and_then(Tab::of) {
            self.tab = tab;
        }
        self.follow(connection);
        self.scroll_ladder(model);
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.add_space(2.0);
        self.tabs(ui, cx, connection, first);
        surface(cx.tokens).inner_margin(egui::Margin::symmetric(8, 4)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            self.show_tab(ui, cx, model);
        });
        self.scroll_calls(ui, model);
        self.pin(model, cx);
    }

    /// Pins the connection of a server in which something was chosen, or the listener: the view no longer goes on to the newest.
    fn pin(&mut self, model: Option<&ConnectionModel<'_>>, cx: &UiContext<'_>) {
        let Some(model) = model.filter(|model| model.session.role == Role::Server) else { return };
        if self.selection.follow(Follower::Pin) != News::Old {
            let id = model.connection.map(|connection| connection.id);
            cx.actions.push(Action::Server(ServerAction::PinSelection(id)));
        }
    }

    /// Draws what the lower half shows, and takes over what is chosen in it.
    fn show_tab(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>) {
        let connection = model.and_then(|model| model.connection);
        let direction = self.direction(model.map_or(Direction::Received, |model| model.first));
        self.search_bar(ui, cx, connection, direction);
        let chosen = self.selection.chosen();
        match self.tab_of(connection) {
            Tab::Head => {
                let stream = connection.map(|connection| connection.stream(direction));
                let message = stream.and_then(|stream| self.message(stream));
                let one_layer = connection.is_some_and(|connection| connection.tls.is_none());
                let lit = chosen.span(direction, StreamLayer::Plain, one_layer);
                if let Some(field) = self.head.show(ui, cx, stream, message, lit) {
                    self.selection.choose(Chosen::bytes(direction, StreamLayer::Plain, field), None);
                }
            }
            Tab::Body => {
                let since = model.and_then(|model| model.session.began());
                if let (Some(connection), Some(since)) = (connection, since)
                    && self.conversation.show(ui, cx, (connection, direction), since, &mut self.selection)
                {
                    return;
                }
                let body = connection
                    .and_then(|connection| self.body_ref(connection, direction, cx.words.language().region()));
                self.body.show(ui, cx, body.as_ref(), &self.search, &mut self.selection);
            }
            Tab::Bytes => {
                let encoding = self.body.encoding();
                let other_end = model.and_then(|model| model.other_end);
                self.bytes.show(ui, cx, connection, other_end, direction, encoding, &mut self.selection, &self.search);
            }
            Tab::Timing => self.timing.show(ui, cx, model),
            Tab::Ladder => {
                let of = model.and_then(|model| model.ladder(on_wire(chosen, connection)));
                self.ladder.show(ui, cx, of.as_ref(), &mut self.selection);
            }
            Tab::Kernel => self.kernel.show(ui, cx, model),
            Tab::Tls => {
                let since = model.and_then(|model| model.session.began());
                if let (Some(connection), Some(since)) = (connection, since) {
                    tls_panel::show(ui, cx, connection, since);
                }
            }
        }
    }

    /// Scrolls the ladder to where the Calls list stands, if the user has scrolled the list or the ladder is a new one.
    fn scroll_ladder(&mut self, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model.filter(|_| self.tab == Tab::Ladder) else { return };
        let Some((calls, ladder)) = model.calls(None).zip(model.ladder(None)) else { return };
        let is_scrolled = self.selection.take_scrolled(Follower::Calls);
        if is_scrolled || self.ladder.is_new(&ladder) {
            let position = self.calls.position(&calls);
            position.into_iter().for_each(|position| self.ladder.scroll_to(&ladder, position));
        }
    }

    /// Scrolls the Calls list to where the ladder stands, if the user has scrolled the ladder.
    fn scroll_calls(&mut self, ui: &Ui, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model.filter(|_| self.tab == Tab::Ladder) else { return };
        let Some((calls, ladder)) = model.calls(None).zip(model.ladder(None)) else { return };
        if self.selection.take_scrolled(Follower::Ladder)
            && let Some(position) = self.ladder.position(&ladder)
        {
            self.calls.scroll_to(&calls, position);
            ui.ctx().request_repaint();
        }
    }

    fn tabs(&mut self, ui: &mut Ui, cx: &UiContext<'_>, connection: Option<&Connection>, first: Direction) {
        ui.horizontal(|ui| {
            let has_tls = connection.is_some_and(|connection| connection.tls.is_some());
            if let Some(tab) = tab::choose(ui, cx, self.tab_of(connection), has_tls) {
                self.tab = tab;
            }
            ui.separator();
            let mut ways = vec![
                (Some(Direction::Received), cx.text("way-received")),
                (Some(Direction::Sent), cx.text("way-sent")),
            ];
            let in_bytes = self.tab == Tab::Bytes;
            if in_bytes {
                ways.push((None, cx.text("way-both")));
            }
            let current = Some(self.direction(first)).filter(|_| !(in_bytes && self.bytes.both));
            if let Some(direction) = segmented_control(ui, current, &ways, cx.tokens) {
                self.bytes.both = direction.is_none();
                self.look_at(direction.unwrap_or(self.direction(first)));
            }
            if has_tls && self.tab == Tab::Bytes {
                ui.separator();
                self.bytes.layers(ui, cx);
            }
            if let Some(connection) = connection {
                let stream = connection.stream(self.direction(first));
                self.messages(ui, cx, stream);
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    result_pill::show(ui, cx, &RunResult::of(connection, self.message(stream), cx.now));
                    lesson_hint::show(ui, cx, connection, self.selection.chosen());
                });
            }
        });
    }

    /// With several messages in a direction, which one is looked at; and how many there are of which no more is known.
    fn messages(&mut self, ui: &mut Ui, cx: &UiContext<'_>, stream: &ByteStream) {
        if stream.messages.len() > 1 {
            self.choose_message(ui, cx, stream.messages.len());
        }
        if stream.unkept_messages > 0 {
            ui.separator();
            let told = RichText::new(cx.words.unkept_messages(stream.unkept_messages)).color(cx.tokens.weak);
            ui.label(told).on_hover_text(cx.text("messages-only-counted-hint"));
        }
    }

    fn choose_message(&mut self, ui: &mut Ui, cx: &UiContext<'_>, count: usize) {
        let at = self.message.unwrap_or(count - 1).min(count - 1);
        ui.separator();
        if icon_button(ui, Icon::ChevronLeft, &cx.text("message-previous"), at > 0).clicked() {
            self.message = Some(at - 1);
        }
        let numbers = [("number", Arg::from(at as u64 + 1)), ("count", Arg::from(count as u64))];
        ui.weak(cx.words.with("message-of", numbers));
        if icon_button(ui, Icon::ChevronRight, &cx.text("message-next"), at + 1 < count).clicked() {
            self.message = Some(at + 1).filter(|next| next + 1 < count);
        }
    }

    fn look_at(&mut self, direction: Direction) {
        if self.direction != Some(direction) {
            self.direction = Some(direction);
            self.message = None;
        }
    }

    /// Brings the direction, the message and the calls of a choice that is new into view.
    fn follow(&mut self, connection: Option<&Connection>) {
        let (news, chosen) = (self.selection.follow(Follower::Calls), self.selection.chosen());
        let Some(connection) = connection.filter(|_| news != News::Old) else { return };
        let first = chosen.calls.map(|calls| calls.first);
        if let Some(call) = first.or_else(|| first_carrier(chosen, connection)) {
            self.calls.reveal(call, news == News::Own);
        }
        if let Some(bytes) = chosen.bytes {
            self.look_at(bytes.direction);
            if bytes.layer == StreamLayer::Plain || connection.tls.is_none() {
                self.look_at_message(connection.stream(bytes.direction), bytes.span.start);
            }
        }
    }

    /// Looks at the message that holds `offset`, if any does.
    fn look_at_message(&mut self, stream: &ByteStream, offset: u64) {
        let messages = &stream.messages;
        let at = messages.partition_point(|message| stream.kept_body(message).end <= offset);
        if messages.get(at).is_some_and(|message| message.head.span.start <= offset && !message.is_interim()) {
            self.message = Some(at).filter(|at| at + 1 < messages.len());
        }
    }
}
