//! The Kernel tab: what the kernel knows of a connection, of both ends where both are on this machine, and of a listening socket.
//!
//! In scope: watching the socket table while the tab is shown, the histories, and the layout. Out of scope: reading the table
//! (`net::kernel`), what follows from it (`capture::kernel`), and the parts, which have files of their own.

use std::collections::VecDeque;
use std::time::Duration;

use egui::{Context, Label, Rect, RichText, ScrollArea, Ui, Vec2};

use super::accept_queue;
use super::end::EndpointView;
use super::figures::{self, LatestSamples};
use super::history::{SocketHistory, SocketKey};
use super::plots::{EndpointHistories, KernelPlots};
use super::state_paths::StatePaths;
use crate::capture::kernel::{EndHistory, SampleSource, TcpState, Unavailable, WatchedSocket};
use crate::capture::{Connection, Failure, Listener};
use crate::net::kernel::KernelWatch;
use crate::ui::connection::ConnectionModel;
use crate::ui::kit::repaint::request_repaint;
use crate::ui::kit::widgets::empty;
use crate::ui::kit::{GRID, SCROLL_BAR, UiContext};
use crate::words::Arg;

/// The most connections and listeners whose histories are kept.
const KEPT_MAX: usize = 16;
/// A column of the panel is not narrower.
const COLUMN: f32 = 280.0;
/// Nor where the figures of both ends stand in one of them.
const WITH_TABLE: f32 = 400.0;
/// How long after the beginning of a second the frame is drawn that shows it, so that it is not drawn just before.
const LATER: Duration = Duration::from_millis(5);
/// The names of the two ends.
const NAMES: [&str; 2] = ["kernel-this-end", "kernel-other-end"];

/// The panel.
#[derive(Debug, Default)]
pub struct KernelPanel {
    watch: Option<KernelWatch>,
    /// Why there is none.
    failure: Option<Failure>,
    /// The histories of sockets; the one that was shown last is in front.
    histories: VecDeque<(SocketKey, SocketHistory)>,
    paths: StatePaths,
    plots: KernelPlots,
    /// The sockets that were drawn last, and their states. A new state is brought into view.
    followed: Option<(SocketKey, Vec<Option<TcpState>>)>,
}

impl KernelPanel {
    /// Watches what is shown, takes in what was seen, and asks for a frame when the time that is shown has passed by a second.
    pub fn prepare(&mut self, model: &ConnectionModel<'_>, cx: &UiContext<'_>, ctx: &Context) {
        let Some((key, of)) = socket_of(model) else {
            self.watch = None;
            return;
        };
        self.bring_to_front(key, of);
        for observation in self.watch.iter().flat_map(KernelWatch::observations) {
            if let Some((_, history)) = self.histories.iter_mut().find(|(_, history)| history.of == observation.of) {
                history.record(observation);
            }
        }
        let Some((_, history)) = self.histories.front() else { return };
        let has_ended = match model.connection {
            Some(connection) => connection.thread.ended.is_some(),
            None => model.session.listener.as_ref().is_none_or(|listener| listener.thread.ended.is_some()),
        };
        if history.is_final(has_ended) {
            self.watch = None;
            return;
        }
        if let Some(until) = history.own.kept_until.into_iter().chain(history.other.kept_until).max() {
            let rest = u64::try_from(until.since(cx.clock.now()).as_nanos()).unwrap_or(u64::MAX) % 1_000_000_000;
            ctx.request_repaint_after(Duration::from_nanos(rest) + LATER);
        }
        match &self.watch {
            Some(watch) if !watch.is_over() => watch.ask(of),
            _ => self.begin(of, cx, ctx),
        }
    }

    fn begin(&mut self, of: WatchedSocket, cx: &UiContext<'_>, ctx: &Context) {
        let ctx = ctx.clone();
        match KernelWatch::start(cx.clock, of, move || request_repaint(&ctx)) {
            Ok(watch) => (self.watch, self.failure) = (Some(watch), None),
            Err(failure) => (self.watch, self.failure) = (None, Some(failure)),
        }
    }

    /// Stops watching, as the panel is not shown any more.
    pub fn stop_watching(&mut self) {
        (self.watch, self.followed) = (None, None);
    }

    /// Brings what is kept of `key` to the front.
    fn bring_to_front(&mut self, key: SocketKey, of: WatchedSocket) {
        if self.histories.front().is_some_and(|(front, _)| *front == key) {
            return;
        }
        let place = self.histories.iter().position(|(other, _)| *other == key);
        let history =
            place.and_then(|place| self.histories.remove(place)).unwrap_or_else(|| (key, SocketHistory::new(of)));
        self.histories.push_front(history);
        self.histories.truncate(KEPT_MAX);
        self.plots = KernelPlots::default();
    }

    /// Draws the panel; `None` if nothing has run yet.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: Option<&ConnectionModel<'_>>) {
        let Some(model) = model else { return empty(ui, &cx.text("kernel-empty"), cx.tokens) };
        let key = socket_of(model).map(|(key, _)| key);
        let is_same = self.followed.as_ref().map(|(key, _)| *key) == key;
        let area = ScrollArea::vertical().id_salt("kernel").auto_shrink(false);
        // The scroll position of other sockets does not fit these.
        let area = if is_same { area } else { area.vertical_scroll_offset(0.0) };
        area.show(ui, |ui| {
            // The scroll bar lies over the right edge, and takes the pointer from what is close to it.
            ui.set_max_width(ui.available_width() - SCROLL_BAR - GRID);
            match (model.connection, &model.session.listener) {
                (Some(connection), _) => self.connection(ui, cx, model, connection),
                (None, Some(listener)) => self.listener(ui, cx, key, listener),
                (None, None) => empty(ui, &cx.text("kernel-empty"), cx.tokens),
            }
        });
    }

    fn connection(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &ConnectionModel<'_>, connection: &Connection) {
        let Self { histories, paths, plots, failure, followed, .. } = self;
        let none = SocketHistory::default();
        let history = socket_of(model)
            .and_then(|(key, _)| histories.iter().find(|(other, _)| *other == key))
            .map_or(&none, |(_, history)| history);
        source(ui, cx, history, failure.as_ref());
        let since = model.session.began().unwrap_or(connection.thread.opened);
        let paths = paths.of(connection, model.other_end, history, cx.now);
        let ends_seen = [&history.own, &history.other];
        let addresses = [connection.local, connection.peer];
        let is_here = model.other_end.is_some() || history.other.samples.begun().is_some();
        let count = if is_here { 2 } else { 1 };
        let ends: Vec<_> = paths.iter().zip(addresses).zip(ends_seen).zip(NAMES).take(count).collect();
        let beside = columns(ui.available_width(), count + 1);
        let height = visible_height(ui);
        let mut now = Vec::new();
        let figures: Vec<_> = ends.iter().map(|((_, history), name)| (*name, latest_samples(history, cx))).collect();
        let end = |ui: &mut Ui, at: usize| match ends.get(at) {
            Some(&(((path, address), history), name)) => {
                let end = EndpointView { name, address, path, kept_until: history.kept_until, since, height };
                now.extend(end.show(ui, cx));
            }
            None => figures::show(ui, cx, &figures),
        };
        side_by_side(ui, count + 1, beside, end);
        let states = ends.iter().map(|(((path, _), _), _)| path.now()).collect();
        follow(ui, followed, socket_of(model).map(|(key, _)| (key, states)), &now);
        let of = ends_seen.into_iter().take(count).collect();
        if !plots.show(ui, cx, &EndpointHistories { of, since }) {
            ui.add_space(GRID);
            ui.weak(cx.text("kernel-no-plots"));
        }
    }

    fn listener(&mut self, ui: &mut Ui, cx: &UiContext<'_>, key: Option<SocketKey>, listener: &Listener) {
        let none = SocketHistory::default();
        let of = listener.address.map(WatchedSocket::Listener);
        let history =
            self.histories.iter().find(|(_, history)| Some(history.of) == of).map_or(&none, |(_, history)| history);
        source(ui, cx, history, self.failure.as_ref());
        let path = StatePaths::of_listener(listener, history, cx.now);
        let queue = history.queue.at(cx.now).and_then(|(_, queue)| queue);
        let beside = columns(ui.available_width(), 2);
        let end = EndpointView {
            name: "kernel-listener",
            address: listener.address,
            path: &path,
            kept_until: None,
            since: listener.thread.opened,
            height: visible_height(ui),
        };
        let mut now = None;
        side_by_side(ui, 2, beside, |ui, at| match at {
            0 => now = end.show(ui, cx),
            _ if history.blind.is_some() => {}
            _ => accept_queue::show(ui, cx, queue),
        });
        follow(ui, &mut self.followed, key.map(|key| (key, vec![path.now()])), now.as_slice());
    }
}

/// The key of the shown sockets, and where they are in the socket table; `None` while the connection has no addresses.
fn socket_of(model: &ConnectionModel<'_>) -> Option<(SocketKey, WatchedSocket)> {
    let (connection, of) = match model.connection {
        Some(connection) => {
            let (local, peer) = connection.local.zip(connection.peer)?;
            (Some(connection.id), WatchedSocket::Connection { local, peer })
        }
        None => (None, WatchedSocket::Listener(model.session.listener.as_ref()?.address?)),
    };
    Some(((model.session.id, connection), of))
}

fn latest_samples(history: &EndHistory, cx: &UiContext<'_>) -> LatestSamples {
    LatestSamples { now: history.now(cx.now), last: history.with_figures(cx.now) }
}

/// The height in view from here on.
fn visible_height(ui: &Ui) -> f32 {
    ui.clip_rect().height() - (ui.cursor().top() - ui.min_rect().top()) - GRID * 2.0
}

/// Brings the states of what is shown into view when they are new, unless the user is scrolling. Where not all have room, that of this
/// end is meant.
fn follow(
    ui: &Ui,
    followed: &mut Option<(SocketKey, Vec<Option<TcpState>>)>,
    now: Option<(SocketKey, Vec<Option<TcpState>>)>,
    places: &[Rect],
) {
    if *followed == now {
        return;
    }
    *followed = now;
    let is_scrolled = ui.input(|input| input.smooth_scroll_delta() != Vec2::ZERO || input.pointer.any_down());
    let Some(own) = places.first().filter(|_| !is_scrolled) else { return };
    let all = places.iter().fold(*own, |all, place| all.union(*place)).expand(GRID);
    let place = if all.height() > ui.clip_rect().height() { own.expand(GRID) } else { all };
    ui.scroll_to_rect(place, None);
}

/// The number of parts, of `count`, that have room beside each other.
fn columns(width: f32, count: usize) -> usize {
    match (count, width) {
        (3.., _) if width >= WITH_TABLE * 3.0 => 3,
        (2.., _) if width >= COLUMN * 2.0 => 2,
        _ => 1,
    }
}

/// Draws `count` parts, `beside` of them in a row.
fn side_by_side(ui: &mut Ui, count: usize, beside: usize, mut part: impl FnMut(&mut Ui, usize)) {
    for first in (0..count).step_by(beside) {
        ui.add_space(GRID);
        ui.columns(beside.min(count - first), |columns| {
            for (ui, at) in columns.iter_mut().zip(first..) {
                part(ui, at);
            }
        });
    }
}

/// Says where the figures are read, or why they are not.
fn source(ui: &mut Ui, cx: &UiContext<'_>, history: &SocketHistory, failure: Option<&Failure>) {
    let text = match (failure, &history.blind, history.source) {
        (Some(failure), ..) => cx.words.failure(failure).what,
        (None, Some(Unavailable::NotHere), _) => cx.text("kernel-not-here"),
        (None, Some(Unavailable::Refused(error)), _) => {
            cx.words.with("kernel-refused", [("error", Arg::from(error.text.clone()))])
        }
        (None, None, Some(SampleSource::SockDiag)) => cx.text("kernel-source-diag"),
        (None, None, Some(SampleSource::ProcNet)) => cx.text("kernel-source-proc"),
        (None, None, None) => cx.text("kernel-source-none"),
    };
    ui.add(Label::new(RichText::new(text).small().color(cx.tokens.weak)).truncate());
}
