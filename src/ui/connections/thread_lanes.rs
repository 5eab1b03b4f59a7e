//! The threads of a server as lanes over time: when each thread waited in a call, and when it worked.
//!
//! In scope: the visible lanes, made anew a few times a second at most and within a part of a frame. Out of scope: what a lane shows
//! (`view::lane`).

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use egui::{Align, Color32, FontId, Id, Mesh, Pos2, Rect, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo};

use super::model::ConnectionsModel;
use super::row::{Click, peer_name};
use crate::capture::{CallKind, Connection, ConnectionId, ConnectionState, Moment, Session, ThreadRecord};
use crate::ui::kit::{ListRows, ROW, SCROLL_BAR, Tokens, UiContext, VirtualList, columns, virtual_list};
use crate::view::{LaneRun, LaneScale, Scale, ThreadActivity, group_digits, lane};
use crate::words::Arg;

/// A lane is made anew no more often than this.
const REFRESH: Duration = Duration::from_millis(200);
/// The time in a frame for making lanes anew.
const BUDGET: Duration = Duration::from_micros(1_500);
/// The widths of the texts before and behind a lane, in points.
const LABEL_WIDTH: f32 = 184.0;
const STATE_WIDTH: f32 = 208.0;
/// The most columns of a lane.
const COLUMNS_MAX: usize = 256;

/// The panel.
#[derive(Debug, Default)]
pub struct ThreadLanes {
    list: VirtualList,
    /// The lanes that were drawn last; `None`: that of the thread that accepts.
    made: BTreeMap<Option<ConnectionId>, CachedLane>,
    /// Counts frames, to forget lanes that are out of sight.
    frame: u64,
}

#[derive(Debug)]
struct CachedLane {
    of: LaneKey,
    at: Moment,
    frame: u64,
    runs: Vec<LaneRun>,
}

/// What a lane was made from.
#[derive(Debug, PartialEq)]
struct LaneKey {
    session: crate::capture::SessionId,
    calls: u64,
    blocked: Vec<Moment>,
    is_over: bool,
    scale: LaneScale,
}

/// A click on a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneClick {
    /// On the lane of the accepting thread.
    Listener,
    /// On the lane of a connection's thread.
    Connection(Click),
}

/// The lanes that are drawn.
pub struct LanesModel<'a> {
    /// The run.
    pub model: &'a ConnectionsModel<'a>,
    /// The connections, in their order.
    pub order: &'a [ConnectionId],
    /// Whether a connection is selected.
    pub is_selected: &'a dyn Fn(ConnectionId) -> bool,
}

impl ThreadLanes {
    /// Draws the lanes; returns what the user did to one.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, lanes: &LanesModel<'_>, id: Id) -> Option<LaneClick> {
        let session = lanes.model.session()?;
        let began = session.began()?;
        self.frame += 1;
        let end = session.listener.as_ref().and_then(|listener| listener.thread.ended).map_or(cx.now, |(at, _)| at);
        let length = Scale::Time.end(end.since(began).as_secs_f64().max(0.001));
        let width = (ui.available_width() - SCROLL_BAR - LABEL_WIDTH - STATE_WIDTH).max(32.0);
        let columns = ((width / 2.0) as usize).clamp(16, COLUMNS_MAX);
        let scale = LaneScale { began, length: (length * 1e9) as u64, columns };
        time_axis(ui, cx, length, width);
        let mut builder = LaneBuilder { scale, session, left: BUDGET, frame: self.frame };
        let mut lane_click = self.accepting(ui, cx, lanes.model, &mut builder, width);
        show_serial_note(ui, cx, lanes.model);
        let name = cx.text("connections-lanes");
        let rows = ListRows { name: &name, total: lanes.order.len() as u64, tokens: cx.tokens };
        let Self { list, made, .. } = self;
        list.show(ui, id, &rows, |ui, line, place| {
            let number = usize::try_from(line).ok().and_then(|line| lanes.order.get(line));
            let Some(connection) = number.and_then(|id| session.connection(*id)) else { return };
            let state = (line, (lanes.is_selected)(connection.id));
            let runs = builder.runs(made, Some(connection.id), &connection.thread, cx, ui);
            if let Some(click) = row(ui, cx, place, connection, lanes.model, state, (runs, scale, width)) {
                lane_click = Some(LaneClick::Connection(click));
            }
        });
        let now = self.frame;
        self.made.retain(|_, made| made.frame == now);
        lane_click
    }

    /// Draws the lane of the thread that accepts.
    fn accepting(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &ConnectionsModel<'_>,
        builder: &mut LaneBuilder<'_>,
        width: f32,
    ) -> Option<LaneClick> {
        let listener = builder.session.listener.as_ref()?;
        let (place, response) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::click());
        let label = cx.text("lane-accepting");
        let now = match listener.thread.ended {
            Some((_, how)) => cx.words.end_reason(how),
            None => accepting_now(cx, &listener.thread, model),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, format!("{label} {now}")));
        let runs = builder.runs(&mut self.made, None, &listener.thread, cx, ui);
        let place = place.with_max_x(place.right() - SCROLL_BAR);
        texts(ui, place, (&label, cx.tokens.text), (&now, cx.tokens.weak));
        paint(ui, place, runs, builder.scale, width, cx.tokens);
        ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, cx.tokens.line));
        response.clicked().then_some(LaneClick::Listener)
    }
}

/// Makes lanes while there is time in the frame.
struct LaneBuilder<'a> {
    scale: LaneScale,
    session: &'a Session,
    left: Duration,
    frame: u64,
}

impl LaneBuilder<'_> {
    /// The lane of a track, made anew if that is due.
    fn runs<'b>(
        &mut self,
        made: &'b mut BTreeMap<Option<ConnectionId>, CachedLane>,
        id: Option<ConnectionId>,
        thread: &ThreadRecord,
        cx: &UiContext<'_>,
        ui: &Ui,
    ) -> &'b [LaneRun] {
        let of = LaneKey {
            session: self.session.id,
            calls: thread.call_count,
            blocked: thread.blocked.iter().map(|call| call.since).collect(),
            is_over: thread.ended.is_some(),
            scale: self.scale,
        };
        let before = made.get(&id);
        let (is_same, age) = before.map_or((false, Duration::MAX), |made| (made.of == of, cx.now.since(made.at)));
        // The lane of an open connection grows with time alone.
        let is_due = !(is_same && of.is_over) && age >= REFRESH;
        let is_other = before.is_none_or(|made| made.of.session != of.session || made.of.scale != of.scale);
        if (is_due || is_other) && !self.left.is_zero() {
            let begun = Instant::now();
            // A log that can't be read leaves an empty lane; the Calls list says why.
            let runs = lane(thread, self.scale, cx.now).unwrap_or_default();
            made.insert(id, CachedLane { of, at: cx.now, frame: self.frame, runs });
            self.left = self.left.saturating_sub(begun.elapsed());
        } else if is_due || is_other || !is_same {
            ui.ctx().request_repaint_after(if is_other { Duration::ZERO } else { REFRESH });
        }
        made.get_mut(&id).map_or(&[], |made| {
            made.frame = self.frame;
            &made.runs
        })
    }
}

/// Draws the time above the lanes.
fn time_axis(ui: &mut Ui, cx: &UiContext<'_>, length: f64, width: f32) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let (area, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().rect_filled(area, 0.0, cx.tokens.background);
    ui.painter().hline(area.x_range(), area.bottom(), Stroke::new(1.0, cx.tokens.line));
    let font = TextStyle::Small.resolve(ui.style());
    let left = area.left() + LABEL_WIDTH;
    let title = area.with_min_x(area.left() + columns::GAP).with_max_x(left - columns::GAP);
    columns::paint(ui, title, &cx.text("column-thread"), font.clone(), cx.tokens.weak, Align::Min);
    let behind = area.with_min_x(left + width + columns::GAP).with_max_x(area.right() - SCROLL_BAR);
    columns::paint(ui, behind, &cx.text("lane-now"), font.clone(), cx.tokens.weak, Align::Min);
    let (_, marks) = Scale::Time.marks(0.0, length);
    for mark in marks {
        let x = left + width * (mark / length) as f32;
        let text = ui.painter().layout_no_wrap(Scale::Time.label(mark, length), font.clone(), cx.tokens.weak);
        let at = (x - text.size().x / 2.0).clamp(left, (left + width - text.size().x).max(left));
        ui.painter().galley(Pos2::new(at, area.center().y - text.size().y / 2.0), text, cx.tokens.weak);
        ui.painter().vline(x, area.bottom() - 4.0..=area.bottom(), Stroke::new(1.0, cx.tokens.weak));
    }
}

/// Says that other clients wait while connections are served on the accepting thread.
fn show_serial_note(ui: &mut Ui, cx: &UiContext<'_>, model: &ConnectionsModel<'_>) {
    let Some(run) = model.run.filter(|run| run.applied_form.on_accepting_thread) else { return };
    // Without a listening socket there is no backlog.
    if run.session().listener.as_ref().is_none_or(|l| l.address.is_none() || l.thread.ended.is_some()) {
        return;
    }
    let backlog = [
        ("count", Arg::from(group_digits(run.applied_form.backlog.into()))),
        ("number", Arg::from(u64::from(run.applied_form.backlog))),
    ];
    let text = cx.words.with("lanes-alone", backlog);
    crate::ui::kit::widgets::strip(ui, cx.tokens.note_background, |ui| ui.label(text));
}

/// Says what the accepting thread does now.
fn accepting_now(cx: &UiContext<'_>, thread: &ThreadRecord, model: &ConnectionsModel<'_>) -> String {
    let Some(run) = model.run.filter(|_| thread.blocked.is_empty() && thread.due.is_empty()) else {
        return activity_text(cx, thread);
    };
    let open =
        || run.session().connections.iter().filter(|connection| matches!(connection.state(), ConnectionState::Open));
    if let Some(served) = open().find(|connection| connection.thread.name == thread.name) {
        return cx.words.with("lane-serves", [("number", Arg::from(u64::from(served.id.0)))]);
    }
    let is_full = run.applied_form.most.is_some_and(|most| open().count() as u64 >= u64::from(most.connections));
    match (run.is_accepting_paused, is_full) {
        (true, _) => cx.text("lane-paused"),
        (false, true) => cx.text("lane-full"),
        (false, false) => activity_text(cx, thread),
    }
}

/// Says what a thread does now.
fn activity_text(cx: &UiContext<'_>, thread: &ThreadRecord) -> String {
    match thread.blocked.last() {
        Some(call) => {
            let seconds = cx.now.since(call.since).as_secs();
            format!("{} {}", call.kind.name(), cx.words.with("call-blocked", [("seconds", Arg::from(seconds))]))
        }
        None if !thread.due.is_empty() => cx.text("call-due"),
        None => cx.text("lane-works"),
    }
}

fn row(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    place: Rect,
    connection: &Connection,
    model: &ConnectionsModel<'_>,
    (line, selected): (u64, bool),
    (runs, scale, width): (&[LaneRun], LaneScale, f32),
) -> Option<Click> {
    let id = Id::unique(("lane", connection.thread.opened.0, connection.id));
    let response = ui.interact(place, id, Sense::click());
    virtual_list::row_background(ui, place, line, selected, cx.tokens);
    let peer = connection.peer.map(|peer| peer.to_string()).unwrap_or_default();
    let name = peer_name(model.names, connection);
    let label = format!("{} {}", connection.id.0, if name.is_empty() { &peer } else { name });
    let (now, colour) = match connection.thread.ended {
        Some(_) => (cx.words.connection_state(connection), cx.tokens.weak),
        None => (activity_text(cx, &connection.thread), cx.tokens.text),
    };
    let colour = if connection.thread.failure.is_some() { cx.tokens.error } else { colour };
    response.widget_info(|| {
        WidgetInfo::selected(Role::ListBoxOption, true, selected, format!("{} {label} {now}", cx.text("lane")))
    });
    texts(ui, place, (&label, cx.tokens.text), (&now, colour));
    paint(ui, place, runs, scale, width, cx.tokens);
    let click = Click::of(ui, &response, connection.id);
    response.on_hover_text(format!("{}\n{peer}\n{now}", connection.thread.name));
    click
}

fn texts(ui: &Ui, place: Rect, before: (&str, Color32), behind: (&str, Color32)) {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let plain = FontId::proportional(mono.size);
    let area = place.with_min_x(place.left() + columns::GAP).with_max_x(place.left() + LABEL_WIDTH - columns::GAP);
    columns::paint(ui, area, before.0, mono, before.1, Align::Min);
    let area = place.with_min_x(place.right() - STATE_WIDTH + columns::GAP);
    columns::paint(ui, area, behind.0, plain, behind.1, Align::Min);
}

/// Paints a lane: high where the thread works, low where it waits in a call.
fn paint(ui: &Ui, place: Rect, runs: &[LaneRun], scale: LaneScale, width: f32, tokens: Tokens) {
    let left = place.left() + LABEL_WIDTH;
    let x = |column: usize| left + width * column as f32 / scale.columns.max(1) as f32;
    let mut mesh = Mesh::default();
    for run in runs {
        let Some((colour, height)) = lane_style(run.doing, tokens) else { continue };
        let middle = Pos2::new((x(run.first) + x(run.end)) / 2.0, place.center().y);
        mesh.add_colored_rect(Rect::from_center_size(middle, egui::vec2(x(run.end) - x(run.first), height)), colour);
    }
    ui.painter().add(mesh);
}

/// The colour and the height of what a thread did.
fn lane_style(doing: ThreadActivity, tokens: Tokens) -> Option<(Color32, f32)> {
    let waits = 4.0;
    match doing {
        ThreadActivity::Away => None,
        ThreadActivity::Working => Some((tokens.pending, 12.0)),
        ThreadActivity::Unknown => Some((tokens.line, 1.0)),
        ThreadActivity::In(CallKind::Recv) => Some((tokens.received, waits)),
        ThreadActivity::In(CallKind::Send) => Some((tokens.sent, waits)),
        ThreadActivity::In(CallKind::Accept) => Some((tokens.success, waits)),
        ThreadActivity::In(_) => Some((tokens.code_value, waits)),
    }
}
