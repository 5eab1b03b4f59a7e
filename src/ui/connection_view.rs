//! One connection as both roles show it: its calls above; head, body and bytes below.

use egui::{Panel, RichText, Ui};

use super::body_layers::{Key, Looked};
use super::body_panel::BodyPanel;
use super::bytes_panel::{self, BytesPanel};
use super::calls_panel::{self, CallsPanel};
use super::finder::{Source, SourceKey};
use super::head_panel::HeadPanel;
use super::look::Look;
use super::search_bar::SearchBar;
use super::tls_panel;
use super::tokens::ROW;
use super::widgets::{choices, paper};
use crate::capture::{
    Body, Call, CallKind, Connection, Content, Direction, Listener, Message, Moment, Session, State, Way,
};
use crate::decode::Stage;
use crate::http::Span;
use crate::words::Arg;

/// What the lower half shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    Head,
    #[default]
    Body,
    Bytes,
    Tls,
}

/// The panels of one connection.
#[derive(Debug, Default)]
pub struct ConnectionView {
    calls: CallsPanel,
    head: HeadPanel,
    body: BodyPanel,
    bytes: BytesPanel,
    search: SearchBar,
    tab: Tab,
    way: Option<Way>,
    /// Whether the bytes under TLS are looked at.
    encrypted: bool,
    /// The message that the user chose, counted from 0; `None`: the newest.
    message: Option<usize>,
    /// The call whose bytes were brought into view last.
    followed: Option<u64>,
}

/// What is shown.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The run.
    pub session: &'a Session,
    /// The connection; `None`: the listener's own calls.
    pub connection: Option<&'a Connection>,
    /// The direction that is looked at first in this role.
    pub first: Way,
}

impl ConnectionView {
    /// The direction that is looked at.
    #[must_use]
    pub fn way(&self, first: Way) -> Way {
        self.way.unwrap_or(first)
    }

    /// Forgets what was chosen in another run.
    pub fn reset(&mut self) {
        let mut body = std::mem::take(&mut self.body);
        body.forget();
        let search = std::mem::take(&mut self.search);
        *self = Self { tab: self.tab, body, search, ..Self::default() };
    }

    /// Opens the bar that searches what is shown; a tab that can't be searched gives way to the bytes.
    pub fn open_search(&mut self) {
        if matches!(self.tab, Tab::Head | Tab::Tls) {
            self.tab = Tab::Bytes;
        }
        self.search.open();
    }

    /// The message that is looked at: the chosen one, or the newest that is not an interim response.
    #[must_use]
    pub fn message<'a>(&self, direction: &'a Direction) -> Option<&'a Message> {
        let newest = || direction.messages.iter().rev().find(|message| !message.is_interim());
        match self.message {
            Some(chosen) => direction.messages.get(chosen).or_else(newest),
            None => newest(),
        }
    }

    /// The bytes that `Save body as…` saves: the body that is looked at, or all bytes where they are no HTTP.
    #[must_use]
    pub fn body(&self, connection: &Connection, first: Way) -> Option<Body> {
        let direction = connection.direction(self.way(first));
        match self.message(direction) {
            Some(message) => (!message.content_in(direction).is_empty())
                .then(|| Body::of(message, direction, self.body.stage(), self.body.limits())),
            None => (direction.bytes > 0).then(|| Body::wire(direction.spool.clone(), Span::new(0, direction.bytes))),
        }
    }

    /// Whether the body that is looked at is known to be less than the whole by its codings.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.body.is_faulty()
    }

    /// How far the body is unpacked that is looked at.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.body.stage()
    }

    /// Lets what grows bit by bit grow; returns whether there is more to do.
    pub fn prepare(&mut self, shown: &Shown<'_>, ctx: &egui::Context) -> bool {
        let (way, tab) = (self.way(shown.first), self.tab_of(shown.connection));
        let body =
            shown.connection.filter(|_| tab == Tab::Body).and_then(|connection| self.body_shown(connection, way));
        let more = body.is_some_and(|body| self.body.prepare(&body, ctx));
        let (top, source) = match shown.connection.filter(|_| self.search.is_open()) {
            Some(_) if tab == Tab::Body => (self.body.top(), body.and_then(|body| self.body.searched(&body, ctx))),
            Some(connection) if tab == Tab::Bytes => (self.bytes.top(), Some(self.bytes_searched(connection, way))),
            _ => (0, None),
        };
        self.search.set_position(top);
        self.search.prepare(source.as_ref(), ctx);
        more
    }

    fn body_shown<'a>(&self, connection: &'a Connection, way: Way) -> Option<Looked<'a>> {
        let direction = connection.direction(way);
        let message = self.message(direction);
        if message.is_none() && direction.unreadable.is_none() {
            return None;
        }
        let start = message.map_or(0, |message| message.head.span.end);
        let of = (connection.track.opened.0, connection.id.0, way, start);
        let stage = if message.is_some() { self.body.stage() } else { Stage::Wire };
        Some(Looked { key: Key { of, stage, limits: self.body.limits() }, direction, way, message })
    }

    /// What the search looks at in the tab of the bytes.
    fn bytes_searched(&self, connection: &Connection, way: Way) -> Source {
        let under = connection.tls.as_ref().filter(|_| self.encrypted).map(|tls| tls.wire(way));
        let direction = connection.direction(way);
        let (spool, bytes) = under.unwrap_or((&direction.spool, direction.bytes));
        let of = (connection.track.opened.0, connection.id.0, way);
        Source {
            key: SourceKey::Bytes { of, is_encrypted: under.is_some() },
            spool: spool.clone(),
            span: Span::new(0, bytes),
            is_over: matches!(connection.state(), State::Closed(_)),
            encoding: self.body.encoding().unwrap_or(encoding_rs::UTF_8),
        }
    }

    /// The tab that is shown of `connection`: that of TLS only where there is one.
    fn tab_of(&self, connection: Option<&Connection>) -> Tab {
        let has_tls = connection.is_some_and(|connection| connection.tls.is_some());
        if self.tab == Tab::Tls && !has_tls { Tab::default() } else { self.tab }
    }

    /// Draws the calls, and the tabs below them.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, shown: Option<&Shown<'_>>) {
        let half = (ui.available_height() * 0.44).max(ROW * 4.0);
        Panel::top(ui.scope_id().with("calls"))
            .resizable(true)
            .default_size(half)
            .min_size(ROW * 3.0)
            .frame(paper(look.tokens))
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                let calls = shown.and_then(calls_shown);
                self.calls.show(ui, look, calls.as_ref());
            });
        let connection = shown.and_then(|shown| shown.connection);
        let first = shown.map_or(Way::Received, |shown| shown.first);
        ui.add_space(6.0);
        self.tabs(ui, look, connection, first);
        let way = self.way(first);
        let selected = connection.and_then(|connection| self.selected_call(connection, way));
        self.follow(ui, connection, selected);
        paper(look.tokens).inner_margin(egui::Margin::same(8)).show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            let direction = connection.map(|connection| connection.direction(way));
            self.search_bar(ui, look, connection, way);
            match self.tab_of(connection) {
                Tab::Head => {
                    self.head.show(ui, look, direction, direction.and_then(|direction| self.message(direction)))
                }
                Tab::Body => {
                    let body = connection.and_then(|connection| self.body_shown(connection, way));
                    self.body.show(ui, look, body.as_ref(), &self.search);
                }
                Tab::Bytes => {
                    let bytes = connection.map(|connection| self.bytes_shown(connection, way, selected));
                    let search = Some(&self.search);
                    let bytes = bytes.map(|shown| bytes_panel::Shown { search, ..shown });
                    self.bytes.show(ui, look, bytes.as_ref());
                }
                Tab::Tls => {
                    let since = shown.and_then(|shown| began(shown.session, shown.session.listener.as_ref()));
                    if let (Some(connection), Some(since)) = (connection, since) {
                        tls_panel::show(ui, look, connection, since);
                    }
                }
            }
        });
    }

    /// The bar of the search, in the tabs that can be searched; brings what it found into view.
    fn search_bar(&mut self, ui: &mut Ui, look: &Look<'_>, connection: Option<&Connection>, way: Way) {
        let tab = self.tab_of(connection);
        let hit = if matches!(tab, Tab::Body | Tab::Bytes) { self.search.show(ui, look) } else { None };
        let (Some(hit), Some(connection)) = (hit, connection) else { return };
        if tab == Tab::Body {
            return self.body.reveal(hit.start);
        }
        let bytes = self.bytes_shown(connection, way, None).content.len();
        self.bytes.reveal(hit.start, f64::from(ui.available_height() / ROW), bytes);
    }

    /// The bytes of a direction, or those under its TLS. Calls carry what crosses the socket, so that is what a call lights.
    fn bytes_shown<'a>(&self, connection: &'a Connection, way: Way, selected: Option<Call>) -> bytes_panel::Shown<'a> {
        let direction = connection.direction(way);
        let tls = connection.tls.as_ref();
        let under = tls.filter(|_| self.encrypted).map(|tls| tls.wire(way));
        let (spool, bytes) = under.unwrap_or((&direction.spool, direction.bytes));
        let crosses = tls.is_none() || under.is_some();
        let span = |call: Call| Span::new(call.offset, call.offset + u64::from(call.got));
        bytes_panel::Shown {
            content: Content::plain(spool, Span::new(0, bytes)),
            way,
            grounds: under.is_none().then_some(direction),
            selected: selected.filter(|_| crosses).map(span),
            search: None,
        }
    }

    fn tabs(&mut self, ui: &mut Ui, look: &Look<'_>, connection: Option<&Connection>, first: Way) {
        ui.horizontal(|ui| {
            let mut tabs = vec![
                (Tab::Head, look.text("tab-head")),
                (Tab::Body, look.text("tab-body")),
                (Tab::Bytes, look.text("tab-bytes")),
            ];
            let has_tls = connection.is_some_and(|connection| connection.tls.is_some());
            if has_tls {
                tabs.push((Tab::Tls, look.text("tab-tls")));
            }
            if let Some(tab) = choices(ui, self.tab_of(connection), &tabs, look.tokens) {
                self.tab = tab;
            }
            ui.separator();
            let ways = [(Way::Received, look.text("way-received")), (Way::Sent, look.text("way-sent"))];
            if let Some(way) = choices(ui, self.way(first), &ways, look.tokens) {
                self.way = Some(way);
                self.message = None;
            }
            if has_tls && self.tab == Tab::Bytes {
                ui.separator();
                let layers = [(false, look.text("bytes-plain")), (true, look.text("bytes-encrypted"))];
                if let Some(encrypted) = choices(ui, self.encrypted, &layers, look.tokens) {
                    self.encrypted = encrypted;
                }
            }
            if let Some(connection) = connection {
                self.messages(ui, look, connection.direction(self.way(first)));
            }
        });
    }

    /// With several messages in a direction, which one is looked at.
    fn messages(&mut self, ui: &mut Ui, look: &Look<'_>, direction: &Direction) {
        let count = direction.messages.len();
        if count < 2 {
            return;
        }
        let at = self.message.unwrap_or(count - 1).min(count - 1);
        ui.separator();
        if ui.add_enabled(at > 0, egui::Button::new("◀")).on_hover_text(look.text("message-previous")).clicked() {
            self.message = Some(at - 1);
        }
        let numbers = [("number", Arg::from(at as u64 + 1)), ("count", Arg::from(count as u64))];
        ui.label(RichText::new(look.words.with("message-of", numbers)).color(look.tokens.weak));
        if ui.add_enabled(at + 1 < count, egui::Button::new("▶")).on_hover_text(look.text("message-next")).clicked() {
            self.message = Some(at + 1).filter(|next| next + 1 < count);
        }
    }

    /// The selected call, if it carried bytes in this direction.
    fn selected_call(&self, connection: &Connection, way: Way) -> Option<Call> {
        let call = connection.track.calls.at(self.calls.selected?).ok()??;
        (call.kind == CallKind::from(way) && call.got > 0).then_some(call)
    }

    /// Brings the bytes of a newly selected call into view, in its own direction.
    fn follow(&mut self, ui: &Ui, connection: Option<&Connection>, selected: Option<Call>) {
        if self.followed == self.calls.selected {
            return;
        }
        self.followed = self.calls.selected;
        let visible = f64::from(ui.available_height() / ROW);
        let Some(connection) = connection else { return };
        for way in Way::BOTH {
            if let Some(call) = self.selected_call(connection, way) {
                if selected.is_none() {
                    self.way = Some(way);
                    self.message = None;
                }
                let tls = connection.tls.as_ref();
                self.encrypted = tls.is_some();
                let bytes = tls.map_or(connection.direction(way).bytes, |tls| tls.wire(way).1);
                self.bytes.reveal(call.offset, visible, bytes);
            }
        }
    }
}

fn calls_shown<'a>(shown: &Shown<'a>) -> Option<calls_panel::Shown<'a>> {
    let listener = shown.session.listener.as_ref();
    let since = began(shown.session, listener)?;
    match shown.connection {
        Some(connection) => {
            let tls = connection.tls.as_ref();
            Some(calls_panel::Shown { track: &connection.track, peer: connection.peer, since, tls })
        }
        None => listener.map(|listener| calls_panel::Shown { track: &listener.track, peer: None, since, tls: None }),
    }
}

/// When the run began: what all times in it count from.
fn began(session: &Session, listener: Option<&Listener>) -> Option<Moment> {
    listener
        .map(|listener| listener.track.opened)
        .or_else(|| session.connections.first().map(|connection| connection.track.opened))
}
