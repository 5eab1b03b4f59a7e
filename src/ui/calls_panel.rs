//! The Calls list: every socket call with its time, arguments, what was asked, what came back, and the peer.

use core::net::SocketAddr;
use std::time::Duration;

use egui::{Align, FontId, Id, Rect, Role, Sense, TextStyle, Ui, WidgetInfo};

use super::grid::{self, Column, Width};
use super::list::{self, BAR, List, Rows};
use super::look::Look;
use super::tokens::ROW;
use super::widgets::empty;
use crate::capture::{Moment, Outcome, Subject, TlsLayer, Track, Way};
use crate::view::{CallRow, group_digits};
use crate::words::Arg;

/// The room that a digit of the monospaced font takes, in points.
const DIGIT: f32 = 7.9;

/// The columns of a list of `total` calls, of which the visible ones ask for up to `asked` bytes.
fn columns(total: u64, asked: u32, peer: Option<SocketAddr>) -> [Column; 6] {
    let points = |digits: usize, least: f32| Width::Points((digits as f32 * DIGIT).max(least));
    let number = points(group_digits(total).len(), 32.0);
    let bytes = points(group_digits(asked.into()).len(), 56.0);
    let peer = points(peer.map_or(0, |peer| peer.to_string().len().min(PEER_MAX)), 120.0);
    [
        Column { title: "column-number", width: number, align: Align::Max },
        Column { title: "column-time", width: Width::Points(84.0), align: Align::Max },
        Column { title: "column-call", width: Width::Share(1.0), align: Align::Min },
        Column { title: "column-asked", width: bytes, align: Align::Max },
        Column { title: "column-got", width: bytes, align: Align::Max },
        Column { title: "column-peer", width: peer, align: Align::Min },
    ]
}

/// A call that took so long says how long.
const SLOW: Duration = Duration::from_millis(1);
/// Longer addresses are cut, and whole when the pointer is over them.
const PEER_MAX: usize = 21;

/// The panel.
#[derive(Debug, Default)]
pub struct CallsPanel {
    list: List,
    /// The number of the selected call, counted from 0.
    pub selected: Option<u64>,
}

/// What the panel shows.
pub struct Shown<'a> {
    /// The calls.
    pub track: &'a Track,
    /// Who is at the other end, once it is known.
    pub peer: Option<SocketAddr>,
    /// When the run began.
    pub since: Moment,
    /// The TLS of the connection, if there is one.
    pub tls: Option<&'a TlsLayer>,
}

impl CallsPanel {
    /// Draws the list; `None` if nothing has run yet.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, shown: Option<&Shown<'_>>) {
        let Some(shown) = shown else {
            titles(ui, look, &columns(0, 0, None));
            return empty(ui, &look.text("calls-empty"), look.tokens);
        };
        let blocked = shown.track.blocked.len() as u64;
        let (base, count) = (shown.track.first_call, shown.track.call_count);
        let total = count.saturating_sub(base) + blocked;
        let name = look.text("calls");
        let rows = Rows { name: &name, total, tokens: look.tokens };
        let first = base + self.list.scroll.top_row;
        let calls = shown.track.calls.range(first, visible_rows(ui)).unwrap_or_default();
        let asked = calls.iter().map(|call| call.asked).max().unwrap_or_default();
        let columns = columns(base + total, asked, shown.peer);
        titles(ui, look, &columns);
        let selected = &mut self.selected;
        let response = self.list.show(ui, ui.scope_id().with("calls"), &rows, |ui, row, place| {
            let number = base + row;
            let call = number.checked_sub(first).and_then(|i| calls.get(usize::try_from(i).ok()?));
            match call {
                Some(call) if number < count => {
                    let row = CallRow::new(number + 1, call, shown.track, shown.since);
                    if draw(ui, look, place, &columns, &row, shown, *selected == Some(number)) {
                        *selected = Some(number);
                    }
                }
                _ => draw_blocked(ui, look, place, &columns, number.saturating_sub(count), shown),
            }
        });
        if response.has_focus() {
            self.step(ui, base..count);
        }
    }

    /// Moves the selection with the arrow keys.
    fn step(&mut self, ui: &Ui, calls: core::ops::Range<u64>) {
        let Some(selected) = self.selected.filter(|_| !calls.is_empty()) else { return };
        let moved = ui.input(|input| {
            if input.key_pressed(egui::Key::ArrowDown) {
                selected + 1
            } else if input.key_pressed(egui::Key::ArrowUp) {
                selected.saturating_sub(1)
            } else {
                selected
            }
        });
        self.selected = Some(moved.clamp(calls.start, calls.end - 1));
    }
}

/// As many rows as could be visible, and one more.
fn visible_rows(ui: &Ui) -> usize {
    (ui.available_height().max(0.0) / ROW) as usize + 2
}

/// Draws the titles of the columns.
pub fn titles(ui: &mut Ui, look: &Look<'_>, columns: &[Column]) {
    // The rows follow at once.
    ui.spacing_mut().item_spacing.y = 0.0;
    let (area, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().rect_filled(area, 0.0, look.tokens.ground);
    ui.painter().hline(area.x_range(), area.bottom(), egui::Stroke::new(1.0, look.tokens.line));
    let font = TextStyle::Small.resolve(ui.style());
    for (column, cell) in columns.iter().zip(grid::lay_out(columns, area.with_max_x(area.right() - BAR))) {
        grid::paint(ui, cell, &look.words.text(column.title), font.clone(), look.tokens.weak, column.align);
    }
}

fn draw(
    ui: &mut Ui,
    look: &Look<'_>,
    place: Rect,
    columns: &[Column; 6],
    row: &CallRow,
    shown: &Shown<'_>,
    selected: bool,
) -> bool {
    let response = ui.interact(place, Id::unique(("call", shown.track.opened.0, row.number)), Sense::click());
    list::ground(ui, place, row.number, selected, look.tokens);
    let (mut result, peer) = (result(look, row), peer_of(row, shown));
    if result.is_empty() && is_of_handshake(row, shown) {
        result = look.text("call-handshake");
    }
    let name = format!("{} {}({}) {result}", group_digits(row.number), row.kind.name(), row.arguments);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, selected, &name));
    let cut = paint(ui, look, place, columns, row, &result, &peer);
    let clicked = response.clicked();
    if cut {
        response.on_hover_text(format!("{}({})\n{result}\n{peer}", row.kind.name(), row.arguments));
    }
    clicked
}

/// Whether a call carried bytes of the handshake.
fn is_of_handshake(row: &CallRow, shown: &Shown<'_>) -> bool {
    let Some(tls) = shown.tls.filter(|_| row.way.is_some()) else { return false };
    tls.done.as_ref().is_none_or(|(done, _)| row.begun < done.since(shown.since))
}

/// Paints the cells of a row; returns whether one of them was cut.
fn paint(
    ui: &Ui,
    look: &Look<'_>,
    place: Rect,
    columns: &[Column; 6],
    row: &CallRow,
    result: &str,
    peer: &str,
) -> bool {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let plain = FontId::proportional(mono.size);
    let tokens = look.tokens;
    let colour = match (row.outcome, row.way) {
        (Outcome::Failed | Outcome::TimedOut, _) => tokens.bad,
        (_, Some(way)) => tokens.way(way),
        _ => tokens.text,
    };
    let bytes = |count: Option<u32>| count.map(|count| group_digits(count.into())).unwrap_or_default();
    let (number, time) = (group_digits(row.number), format!("{:.6}", row.begun.as_secs_f64()));
    let call = format!("{}({})", label(row), row.arguments);
    let mut result = if result.is_empty() { String::new() } else { format!("  →  {result}") };
    if row.took >= SLOW {
        // Rows are in the order in which calls came back, and one that took long was made long before its row.
        result.push_str(&format!("  ({:.3} s)", row.took.as_secs_f64()));
    }
    let (asked, got) = (bytes(row.asked), bytes(row.got));
    let part = |text, colour| (text, mono.clone(), colour);
    let cells: [&[_]; 6] = [
        &[part(number.as_str(), tokens.weak)],
        &[part(time.as_str(), tokens.weak)],
        &[part(call.as_str(), colour), (result.as_str(), plain, colour)],
        &[part(asked.as_str(), tokens.weak)],
        &[part(got.as_str(), tokens.text)],
        &[part(peer, tokens.weak)],
    ];
    let places = columns.iter().zip(grid::lay_out(columns, place));
    places
        .zip(cells)
        .fold(false, |cut, ((column, cell), parts)| grid::paint_parts(ui, cell, parts, column.align) || cut)
}

/// The call's name, with the arrow of its direction.
fn label(row: &CallRow) -> String {
    match row.way {
        Some(Way::Sent) => format!("↑ {}", row.kind.name()),
        Some(Way::Received) => format!("↓ {}", row.kind.name()),
        None => format!("  {}", row.kind.name()),
    }
}

/// What came back, in words where a number does not say it.
fn result(look: &Look<'_>, row: &CallRow) -> String {
    match row.outcome {
        Outcome::Done if row.way.is_some() => String::new(),
        Outcome::Done => row.result.clone(),
        Outcome::PeerFinished => look.text("outcome-peer-finished"),
        Outcome::TimedOut => look.text("outcome-timed-out"),
        Outcome::Stopped => look.text("outcome-stopped"),
        Outcome::Failed => match row.failure.as_ref().map(|failure| look.words.failure(failure)) {
            Some(sentence) => sentence.system.unwrap_or(sentence.what),
            None => look.text("outcome-failed"),
        },
    }
}

fn peer_of(row: &CallRow, shown: &Shown<'_>) -> String {
    if row.way.is_some() {
        return shown.peer.map(|peer| peer.to_string()).unwrap_or_default();
    }
    match &row.subject {
        Some(Subject::Address(address)) => address.to_string(),
        _ => String::new(),
    }
}

/// A call in progress: it has no number yet.
fn draw_blocked(ui: &mut Ui, look: &Look<'_>, place: Rect, columns: &[Column; 6], index: u64, shown: &Shown<'_>) {
    let Some(blocked) = usize::try_from(index).ok().and_then(|index| shown.track.blocked.get(index)) else { return };
    let mono = TextStyle::Monospace.resolve(ui.style());
    let since = format!("{:.6}", blocked.since.since(shown.since).as_secs_f64());
    let waited = look.now.since(blocked.since).as_secs();
    let waits = look.words.with("call-blocked", [("seconds", Arg::from(waited))]);
    let asked = if blocked.asked == 0 { String::new() } else { group_digits(blocked.asked.into()) };
    let call = format!("  {}  {waits}", blocked.kind.name());
    for ((column, cell), text) in columns.iter().zip(grid::lay_out(columns, place)).zip(["…", &since, &call, &asked])
    {
        grid::paint(ui, cell, text, mono.clone(), look.tokens.accent, column.align);
    }
}
