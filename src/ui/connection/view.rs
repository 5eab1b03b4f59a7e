//! One connection as both roles show it: its calls above; head, body, bytes and timing below.

use egui::{Context, Panel, RichText, Ui};

use super::head_panel::HeadPanel;
use super::lesson_hint;
use super::model::ConnectionModel;
use super::tab::{self, Tab};
use super::tls_panel;
use crate::capture::{Body, ByteStream, CallKind, Connection, Direction, Message, Role, StreamLayer, ThreadRecord};
use crate::decode::Stage;
use crate::ui::action::Action;
use crate::ui::body::{BodyPanel, BodyRef};
use crate::ui::bytes::BytesTab;
use crate::ui::calls::CallsPanel;
use crate::ui::kernel::KernelPanel;
use crate::ui::kit::widgets::{paper, segmented_control};
use crate::ui::kit::{ROW, UiContext};
use crate::ui::ladder::LadderPanel;
use crate::ui::picture::Pictures;
use crate::ui::select::carrier_lookup::{first_carrier, lit};
use crate::ui::select::{Calls, Chosen, SearchBar, Selection};
use crate::ui::timing::TimingPanel;
use crate::words::Arg;

/// What the lower half needs for some rows of hex below the ruler.
const LOWER: f32 = 336.0;
/// Held for the listener's own calls.
const LISTENER: u64 = u64::MAX;

/// The panels of one connection.
#[derive(Debug, Default)]
pub struct ConnectionView {
    calls: CallsPanel,
    head: HeadPanel,
    body: BodyPanel,
    bytes: BytesTab,
    search: SearchBar,
    timing: TimingPanel,
    ladder: LadderPanel,
    kernel: KernelPanel,
    tab: Tab,
    direction: Option<Direction>,
    selection: Selection,
    /// The message that the user chose, counted from 0; `None`: the newest.
    message: Option<usize>,
    /// The choice that was followed last.
    followed: u64,
    /// The calls that were selected in the list when it was looked at last.
    listed: Option<Calls>,
    /// The choice for which the connection is held that is looked at.
    held: u64,
}

impl ConnectionView {
    /// The direction that is looked at.
    #[must_use]
    pub fn direction(&self, first: Direction) -> Direction {
        self.direction.unwrap_or(first)
    }

    /// Forgets what was chosen in another run.
    pub fn reset(&mut self) {
        let mut body = std::mem::take(&mut self.body);
        body.forget();
        let search = std::mem::take(&mut self.search);
        // The list of calls may be that of all connections, and notices by itself what it is of.
        let calls = std::mem::take(&mut self.calls);
        // What was seen of a connection is kept, for when it is looked at again.
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

    /// The bytes that `Save body as…` saves: the body that is looked at, or all bytes where they are no HTTP.
    #[must_use]
    pub fn body(&self, connection: &Connection, first: Direction) -> Option<Body> {
        let stream = connection.stream(self.direction(first));
        match self.message(stream) {
            Some(message) => (!stream.content(message).is_empty())
                .then(|| Body::of(message, stream, self.body.stage(), self.body.limits())),
            None => (!stream.shown().is_empty()).then(|| Body::wire(stream.spool.clone(), stream.shown())),
        }
    }

    /// Whether the body that is looked at is known to be less than the whole by its codings.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.body.is_faulty()
    }

    /// Whether that body turned out not to be in a coding.
    #[must_use]
    pub fn passes_over(&self, connection: &Connection, first: Direction) -> bool {
        self.body_ref(connection, self.direction(first), None).is_some_and(|looked| self.body.passes_over(&looked))
    }

    /// The first bytes of what [`ConnectionView::body`] saves, if they have been made ready.
    #[must_use]
    pub fn start_of_body(&self, connection: &Connection, first: Direction) -> Vec<u8> {
        let looked = self.body_ref(connection, self.direction(first), None);
        looked.map(|looked| self.body.start(&looked)).unwrap_or_default()
    }

    /// The call that is selected in the list, which shows those of `thread`.
    #[must_use]
    pub fn selected_call(&self, thread: &ThreadRecord) -> Option<CallKind> {
        thread.calls.at(self.calls.chosen()?.first).ok()?.map(|call| call.kind)
    }

    /// How far the body is unpacked that is looked at.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.body.stage()
    }

    /// Lets what grows bit by bit grow; returns whether there is more to do.
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
        model.calls(None).is_some_and(|calls| self.calls.prepare(&calls, cx, ctx))
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
            return self.selection.choose(self.bytes.hit(connection, direction, hit));
        }
        let body = self.body_ref(connection, direction, cx.words.language().region());
        match body.and_then(|body| self.body.in_direction(&body, hit)) {
            Some(bytes) => self.selection.choose(Chosen::bytes(direction, StreamLayer::Plain, bytes)),
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
            .frame(paper(cx.tokens))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                let chosen = self.selection.chosen();
                let calls = model.and_then(|model| model.calls(lit(chosen, model.connection)));
                self.calls.show(ui, cx, calls.as_ref());
            });
        let connection = model.and_then(|model| model.connection);
        let first = model.map_or(Direction::Received, |model| model.first);
        self.follow(connection);
        self.ladder_goes_along(model);
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.add_space(2.0);
        self.tabs(ui, cx, connection, first);
        paper(cx.tokens).inner_margin(egui::Margin::symmetric(8, 4)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            if let Some(chosen) = self.tab_shown(ui, cx, model) {
                self.selection.choose(chosen);
            }
        });
        self.calls_go_along(ui, model);
        self.hold(model, cx);
    }

    /// What was chosen in a server's connection holds that: the view no longer goes on to the newest. Without one, it is the listener.
    fn hold(&mut self, model: Option<&ConnectionModel<'_>>, cx: &UiContext<'_>) {
        let Some(model) = model.filter(|model| model.session.role == Role::Server) else { return };
        match model.connection {
            Some(connection) if self.selection.is_news(&mut self.held) => {
                cx.actions.push(Action::Hold(Some(connection.id)));
            }
            None if self.calls.chosen().is_some() && std::mem::replace(&mut self.held, LISTENER) != LISTENER => {
                cx.actions.push(Action::Hold(None));
            }
            _ => {}
        }
    }

    /// Draws what the lower half shows; returns what was chosen in it.
    fn tab_shown(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>) -> Option<Chosen> {
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
                let field = self.head.show(ui, cx, stream, message, lit)?;
                Some(Chosen::bytes(direction, StreamLayer::Plain, field))
            }
            Tab::Body => {
                let body = connection
                    .and_then(|connection| self.body_ref(connection, direction, cx.words.language().region()));
                let bytes = self.body.show(ui, cx, body.as_ref(), &self.search, &self.selection)?;
                Some(Chosen::bytes(direction, StreamLayer::Plain, bytes))
            }
            Tab::Bytes => {
                let encoding = self.body.encoding();
                let other_end = model.and_then(|model| model.other_end);
                self.bytes.show(ui, cx, connection, other_end, direction, encoding, &self.selection, &self.search)
            }
            Tab::Timing => {
                self.timing.show(ui, cx, model);
                None
            }
            Tab::Ladder => {
                let of = model.and_then(|model| model.ladder(lit(chosen, connection)));
                self.ladder.show(ui, cx, of.as_ref(), &self.selection)
            }
            Tab::Kernel => {
                self.kernel.show(ui, cx, model);
                None
            }
            Tab::Tls => {
                let since = model.and_then(|model| model.session.began());
                if let (Some(connection), Some(since)) = (connection, since) {
                    tls_panel::show(ui, cx, connection, since);
                }
                None
            }
        }
    }

    /// The ladder stands where the Calls list stands, wherever the user has scrolled that.
    fn ladder_goes_along(&mut self, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model.filter(|_| self.tab == Tab::Ladder) else { return };
        let Some((calls, ladder)) = model.calls(None).zip(model.ladder(None)) else { return };
        let is_new = self.ladder.is_new(&ladder);
        if let Some(going) = self.calls.gone(&calls, is_new) {
            self.ladder.go_along(&ladder, going);
        }
    }

    /// And the other way round.
    fn calls_go_along(&mut self, ui: &Ui, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model.filter(|_| self.tab == Tab::Ladder) else { return };
        let Some((calls, ladder)) = model.calls(None).zip(model.ladder(None)) else { return };
        if let Some(going) = self.ladder.gone(&ladder) {
            self.calls.go_along(&calls, going);
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
                self.messages(ui, cx, connection.stream(self.direction(first)));
                lesson_hint::show(ui, cx, connection, self.selection.chosen());
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
        if ui.add_enabled(at > 0, egui::Button::new("◀")).on_hover_text(cx.text("message-previous")).clicked() {
            self.message = Some(at - 1);
        }
        let numbers = [("number", Arg::from(at as u64 + 1)), ("count", Arg::from(count as u64))];
        ui.weak(cx.words.with("message-of", numbers));
        if ui.add_enabled(at + 1 < count, egui::Button::new("▶")).on_hover_text(cx.text("message-next")).clicked() {
            self.message = Some(at + 1).filter(|next| next + 1 < count);
        }
    }

    fn look_at(&mut self, direction: Direction) {
        if self.direction != Some(direction) {
            self.direction = Some(direction);
            self.message = None;
        }
    }

    /// Takes calls that were chosen in the list as the choice; a choice that is new brings its direction and its calls into view.
    fn follow(&mut self, connection: Option<&Connection>) {
        let Some(connection) = connection else { return };
        let in_list = self.calls.chosen().map(|run| Calls { first: run.first, count: run.count });
        let before = self.selection.serial();
        let is_new = std::mem::replace(&mut self.listed, in_list) != in_list;
        if let Some(calls) = in_list.filter(|_| is_new)
            && let Ok(Some(call)) = connection.thread.calls.at(calls.first)
        {
            self.selection.choose_calls(calls, &call);
        }
        if !self.selection.is_news(&mut self.followed) {
            return;
        }
        let chosen = self.selection.chosen();
        let is_own = self.selection.serial() != before;
        if in_list != chosen.calls {
            self.calls.selected = chosen.calls.map(|calls| calls.first);
            self.listed = chosen.calls;
        }
        let first = chosen.calls.map(|calls| calls.first);
        if let Some(call) = first.or_else(|| first_carrier(chosen, connection)) {
            self.calls.reveal(call, is_own);
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
