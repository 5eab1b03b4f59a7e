//! The views of one connection, the same for client and server.

mod asked;

use egui::{Context, RichText, Ui};

use super::head_panel::HeadPanel;
use super::lesson_hint;
use super::model::{ConnectionModel, Searched};
use super::tls_panel;
use crate::capture::{Body, ByteStream, CallKind, Connection, Direction, Message, Role, StreamLayer, ThreadRecord};
use crate::export::{SelectedBody, SelectedBytes};
use crate::http::Span;
use crate::settings::View;
use crate::ui::action::{Action, ServerAction};
use crate::ui::body::body_ref::{host_of, region_of};
use crate::ui::body::{BodyPanel, BodyRef};
use crate::ui::bytes::BytesTab;
use crate::ui::calls::CallsPanel;
use crate::ui::conversation::ConversationPanel;
use crate::ui::kernel::KernelPanel;
use crate::ui::kit::widgets::{icon_button, segmented_control};
use crate::ui::kit::{Icon, UiContext, result_pill};
use crate::ui::ladder::LadderPanel;
use crate::ui::picture::Pictures;
use crate::ui::select::carrier_lookup::{first_carrier, on_wire};
use crate::ui::select::{Chosen, Follower, News, SearchBar, Selection};
use crate::ui::timing::TimingPanel;
use crate::view::RunResult;
use crate::words::Arg;

/// The views of one connection.
#[derive(Debug, Default)]
pub struct ConnectionView {
    calls: CallsPanel,
    head: HeadPanel,
    body: BodyPanel,
    bytes: BytesTab,
    conversation: ConversationPanel,
    search: SearchBar,
    /// Which of the views that can be searched is searched.
    searched: Searched,
    /// What the view that is not searched lights: nothing.
    no_search: SearchBar,
    timing: TimingPanel,
    ladder: LadderPanel,
    kernel: KernelPanel,
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
        *self = Self { body, calls, search, searched: self.searched, kernel, ..Self::default() };
    }

    /// Opens the bar that searches `view`, which is the body or the bytes.
    pub fn open_search(&mut self, view: View) {
        self.searched = if view == View::Bytes { Searched::Bytes } else { Searched::Body };
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

    /// Lets the views that are seen take in what is new; returns whether more is waiting.
    pub fn prepare(
        &mut self,
        model: &ConnectionModel<'_>,
        shows: impl Fn(View) -> bool,
        cx: &UiContext<'_>,
        pictures: &mut Pictures,
        ctx: &Context,
    ) -> bool {
        if let Some(connection) = model.connection {
            self.prepare_data((connection, self.direction(model.first)), &shows, cx, pictures, ctx);
        }
        if shows(View::Kernel) {
            self.kernel.prepare(model, cx, ctx);
        } else {
            self.kernel.stop_watching();
        }
        model.calls(None).is_some_and(|calls| self.calls.prepare(&calls, cx, &mut self.selection, ctx))
    }

    /// Prepares the body and the bytes, and the search in one of them.
    fn prepare_data(
        &mut self,
        (connection, direction): (&Connection, Direction),
        shows: &impl Fn(View) -> bool,
        cx: &UiContext<'_>,
        pictures: &mut Pictures,
        ctx: &Context,
    ) {
        match (shows(View::Body), shows(View::Bytes)) {
            (true, false) => self.searched = Searched::Body,
            (false, true) => self.searched = Searched::Bytes,
            _ => {}
        }
        let (mut top, mut source) = (0, None);
        let searches = |view: Searched| self.search.is_open() && self.searched == view;
        let (in_body, in_bytes) = (searches(Searched::Body), searches(Searched::Bytes));
        if shows(View::Body) {
            self.conversation.prepare(connection, direction, ctx);
        }
        if shows(View::Body)
            && let Some(body) = self.body_ref(connection, direction, cx.words.language().region())
        {
            self.body.prepare(&body, pictures, ctx);
            if in_body {
                top = self.body.top();
                source = self.body.search_source(&body, ctx);
            }
        }
        if shows(View::Bytes) {
            self.bytes.prepare(connection, ctx);
            if in_bytes {
                top = self.bytes.top(connection, direction);
                source = Some(self.bytes.searched(connection, direction, self.body.encoding()));
            }
        }
        self.search.set_position(top);
        self.search.prepare(source.as_ref(), ctx);
    }

    /// The bar of the search, in the view that is searched; brings what it found into view.
    fn search_bar(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        connection: Option<&Connection>,
        (direction, view): (Direction, Searched),
    ) {
        let hit = if view == self.searched { self.search.show(ui, cx) } else { None };
        let Some((hit, connection)) = hit.zip(connection) else { return };
        if view == Searched::Bytes {
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

    /// Brings what was chosen or scrolled to in one view to where the others show it, before they are drawn.
    pub fn begin_frame(&mut self, model: Option<&ConnectionModel<'_>>, shows_ladder: bool) {
        self.follow(model.and_then(|model| model.connection));
        if shows_ladder {
            self.scroll_ladder(model);
        }
    }

    /// The view that a menu asked for, once.
    pub fn take_wanted(&mut self) -> Option<Follower> {
        self.selection.take_wanted()
    }

    /// The same after the views are drawn.
    pub fn end_frame(&mut self, ui: &Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>, shows_ladder: bool) {
        if shows_ladder {
            self.scroll_calls(ui, model);
        }
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

    /// Draws one of the views, and takes over what is chosen in it.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>, view: View) {
        let connection = model.and_then(|model| model.connection);
        let direction = self.direction(model.map_or(Direction::Received, |model| model.first));
        let chosen = self.selection.chosen();
        match view {
            View::Calls => {
                let calls = model.and_then(|model| model.calls(on_wire(chosen, connection)));
                self.calls.show(ui, cx, calls.as_ref(), &mut self.selection);
            }
            View::Head => {
                let stream = connection.map(|connection| connection.stream(direction));
                let message = stream.and_then(|stream| self.message(stream));
                let one_layer = connection.is_some_and(|connection| connection.tls.is_none());
                let lit = chosen.span(direction, StreamLayer::Plain, one_layer);
                if let Some(field) = self.head.show(ui, cx, stream, message, lit) {
                    self.selection.choose(Chosen::bytes(direction, StreamLayer::Plain, field), None);
                }
            }
            View::Body => {
                self.search_bar(ui, cx, connection, (direction, Searched::Body));
                let since = model.and_then(|model| model.session.began());
                if let (Some(connection), Some(since)) = (connection, since)
                    && self.conversation.show(ui, cx, (connection, direction), since, &mut self.selection)
                {
                    return;
                }
                let body = connection
                    .and_then(|connection| self.body_ref(connection, direction, cx.words.language().region()));
                let search = if self.searched == Searched::Body { &self.search } else { &self.no_search };
                self.body.show(ui, cx, body.as_ref(), search, &mut self.selection);
            }
            View::Bytes => {
                self.search_bar(ui, cx, connection, (direction, Searched::Bytes));
                let search = if self.searched == Searched::Bytes { &self.search } else { &self.no_search };
                let encoding = self.body.encoding();
                let other_end = model.and_then(|model| model.other_end);
                self.bytes.show(ui, cx, connection, other_end, direction, encoding, &mut self.selection, search);
            }
            View::Timing => self.timing.show(ui, cx, model),
            View::Ladder => {
                let of = model.and_then(|model| model.ladder(on_wire(chosen, connection)));
                self.ladder.show(ui, cx, of.as_ref(), &mut self.selection);
            }
            View::Kernel => self.kernel.show(ui, cx, model),
            View::Tls => {
                let since = model.and_then(|model| model.session.began());
                if let (Some(connection), Some(since)) = (connection, since) {
                    tls_panel::show(ui, cx, connection, since);
                }
            }
            // They are others'.
            View::Connections | View::Program => {}
        }
    }

    /// Scrolls the ladder to where the Calls list stands, if the user has scrolled the list or the ladder is a new one.
    fn scroll_ladder(&mut self, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model else { return };
        let Some((calls, ladder)) = model.calls(None).zip(model.ladder(None)) else { return };
        let is_scrolled = self.selection.take_scrolled(Follower::Calls);
        if is_scrolled || self.ladder.is_new(&ladder) {
            let position = self.calls.position(&calls);
            position.into_iter().for_each(|position| self.ladder.scroll_to(&ladder, position));
        }
    }

    /// Scrolls the Calls list to where the ladder stands, if the user has scrolled the ladder.
    fn scroll_calls(&mut self, ui: &Ui, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model else { return };
        let Some((calls, ladder)) = model.calls(None).zip(model.ladder(None)) else { return };
        if self.selection.take_scrolled(Follower::Ladder)
            && let Some(position) = self.ladder.position(&ladder)
        {
            self.calls.scroll_to(&calls, position);
            ui.ctx().request_repaint();
        }
    }

    /// Draws the controls that stand beside the tab of `view`: the direction, the layer, the message.
    pub fn header(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>, view: View) {
        let connection = model.and_then(|model| model.connection);
        let direction = self.direction(model.map_or(Direction::Received, |model| model.first));
        let mut ways =
            vec![(Some(Direction::Received), cx.text("way-received")), (Some(Direction::Sent), cx.text("way-sent"))];
        let in_bytes = view == View::Bytes;
        if in_bytes {
            ways.push((None, cx.text("way-both")));
        }
        let current = Some(direction).filter(|_| !(in_bytes && self.bytes.both));
        if let Some(way) = segmented_control(ui, current, &ways, cx.tokens) {
            if in_bytes {
                self.bytes.both = way.is_none();
            }
            self.look_at(way.unwrap_or(direction));
        }
        let Some(connection) = connection else { return };
        if in_bytes && connection.tls.is_some() {
            ui.separator();
            self.bytes.layers(ui, cx);
        }
        self.messages(ui, cx, connection.stream(direction));
    }

    /// Draws how the run has come out, and the lesson that explains what has just happened, if there is one.
    pub fn tell(&self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>) {
        if let Some(model) = model
            && let Some(connection) = model.connection
        {
            let message = self.message(connection.stream(self.direction(model.first)));
            result_pill::show(ui, cx, &RunResult::of(connection, message, cx.now));
            lesson_hint::show(ui, cx, connection, self.selection.chosen());
        }
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

    /// Looks at a direction, and at the newest message in it.
    pub fn look_at(&mut self, direction: Direction) {
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
