//! One row of the Calls list: its texts, and how it is drawn.

use std::time::Duration;

use egui::{Color32, CornerRadius, FontId, Id, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo};

use super::call_lines::{Item, Owner};
use super::calls_columns::{Cell, Columns};
use super::calls_filter::Times;
use super::grid;
use super::look::Look;
use super::tokens::Tokens;
use crate::capture::{Blocked, CallKind, Failure, Moment, Outcome, Place, Subject, Way};
use crate::http::Span;
use crate::view::{CallRow, WallClock, group_digits};
use crate::words::{Arg, Sentence, Words};

/// A call that took so long says how long.
const SLOW: Duration = Duration::from_millis(1);
/// The room of the sign that opens a folded row.
const SIGN: f32 = 18.0;

/// What rows count their times from.
pub struct Timing<'a> {
    /// How times are told.
    pub times: Times,
    /// When the run began.
    pub since: Moment,
    /// The clock on the wall.
    pub wall: &'a WallClock,
}

impl Timing<'_> {
    /// The time of a call that was made at `begun`, after one that was made at `previous`.
    pub fn text(&self, look: &Look<'_>, begun: Moment, previous: Option<Moment>) -> String {
        match self.times {
            Times::SinceStart => format!("{:.6}", begun.since(self.since).as_secs_f64()),
            Times::SincePrevious => {
                let previous = previous.unwrap_or(self.since);
                // Rows are in the order in which calls came back: one that took long may have been made before the row above.
                let sign = if begun < previous { "−" } else { "" };
                let (first, last) = (begun.min(previous), begun.max(previous));
                format!("{sign}{:.6}", last.since(first).as_secs_f64())
            }
            Times::WallClock => look.clock.wall(begun).map(|time| self.wall.text(time)).unwrap_or_default(),
        }
    }
}

/// The texts of a row.
pub struct RowText {
    number: String,
    connection: String,
    time: String,
    call: String,
    /// What came back, in words where a number does not say it; with the addresses and the failure if there is no column for them.
    result: String,
    asked: String,
    got: String,
    /// How much of what was asked for came back.
    part: Option<f32>,
    peer: String,
    note: String,
    way: Option<Way>,
    is_bad: bool,
    /// What a screen reader says.
    name: String,
    /// The bytes of all its calls.
    span: Option<Span>,
}

impl RowText {
    /// The texts of `item`, whose time is told as `time`.
    pub fn new(look: &Look<'_>, item: &Item, owner: &Owner<'_>, since: Moment, time: String, has_note: bool) -> Self {
        let row = CallRow::new(item.first + 1, &item.call, owner.track, since);
        let note = note(look, &row);
        let mut result = result(look, &row, has_note);
        if result.is_empty() && is_of_handshake(&row, owner, since) {
            result = look.text("call-handshake");
        }
        let total = |each: Option<u32>| each.map(|each| group_digits(u64::from(each) * item.count)).unwrap_or_default();
        let (asked, got) = (total(row.asked), total(row.got));
        let call = match item.folded {
            Some(_) => folded(look, &row, item.count),
            None => format!("{}({})", label(&row), row.arguments),
        };
        let is_slow = item.count == 1 && row.took >= SLOW;
        // Rows are in the order in which calls came back, and one that took long was made long before its row.
        let took = if is_slow { format!("  ({:.3} s)", row.took.as_secs_f64()) } else { String::new() };
        let number = group_digits(row.number);
        let connection = connection(item.place);
        let bytes = match row.way {
            Some(_) => {
                look.words.with("calls-bytes", [("got", Arg::from(got.clone())), ("asked", Arg::from(asked.clone()))])
            }
            None => String::new(),
        };
        let said = if has_note { format!("{result} {note}") } else { result.clone() };
        let name = format!("{number} {} {said} {bytes}", call.trim_start());
        let shown = if result.is_empty() { took } else { format!("  →  {result}{took}") };
        let of_transfer = row.way.filter(|_| item.call.asked > 0);
        Self {
            number,
            connection,
            time,
            call,
            result: shown,
            asked,
            got,
            part: of_transfer.map(|_| item.call.got as f32 / item.call.asked as f32),
            peer: peer(&row, owner),
            note,
            way: row.way,
            is_bad: matches!(row.outcome, Outcome::Failed | Outcome::TimedOut),
            name: name.split_whitespace().collect::<Vec<_>>().join(" "),
            span: row.span.map(|span| Span::new(span.start, span.start + span.len() * item.count)),
        }
    }

    /// Whether it carried a byte of `span`, in the direction `way`.
    pub fn carries(&self, way: Way, span: Span) -> bool {
        self.way == Some(way) && self.span.is_some_and(|own| !own.intersect(span).is_empty())
    }

    /// Its columns, with tabs between.
    pub fn copied(&self) -> String {
        let call = format!("{}{}", self.call.trim_start(), self.result);
        [&self.number, &self.time, &call, &self.asked, &self.got, &self.peer, &self.note].map(String::as_str).join("\t")
    }

    fn colour(&self, tokens: &Tokens) -> Color32 {
        match (self.is_bad, self.way) {
            (true, _) => tokens.bad,
            (false, Some(way)) => tokens.way(way),
            (false, None) => tokens.text,
        }
    }

    fn cell(&self, cell: Cell) -> &str {
        match cell {
            Cell::Number => &self.number,
            Cell::Connection => &self.connection,
            Cell::Time => &self.time,
            Cell::Call => &self.call,
            Cell::Asked => &self.asked,
            Cell::Got => &self.got,
            Cell::Peer => &self.peer,
            Cell::Note => &self.note,
            Cell::Bar => "",
        }
    }
}

/// How a row stands in the list.
pub struct Standing {
    /// Its line.
    pub line: u64,
    /// Whether it is selected.
    pub selected: bool,
    /// Whether it carried bytes that are looked at elsewhere.
    pub lit: bool,
}

/// What was done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was selected.
    Selected,
    /// It was opened or closed.
    Toggled,
}

/// Draws a row; returns what the user did to it.
pub fn draw(
    ui: &mut Ui,
    look: &Look<'_>,
    place: Rect,
    columns: &Columns,
    item: &Item,
    text: &RowText,
    standing: &Standing,
) -> Option<Done> {
    let id = Id::unique(("call", item.place, item.first, item.is_within));
    let response = ui.interact(place, id, Sense::CLICK);
    ground(ui, place, standing, look.tokens);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, standing.selected, &text.name));
    let cells = grid::lay_out(&columns.columns, place);
    let mut cut = false;
    let mut toggled = false;
    for ((cell, column), rect) in columns.cells.iter().zip(&columns.columns).zip(cells) {
        match cell {
            Cell::Bar => bar(ui, rect, text, look.tokens),
            Cell::Call => {
                let rect = rect.with_min_x(rect.left() + if item.is_within { SIGN } else { 0.0 });
                let rect = if item.folded.is_some() {
                    toggled = sign(ui, look, rect, id, item);
                    rect.with_min_x(rect.left() + SIGN)
                } else {
                    rect
                };
                cut |= call(ui, rect, text, look.tokens);
            }
            _ => {
                let (font, colour) = face(ui, *cell, text, look.tokens);
                cut |= grid::paint(ui, rect, text.cell(*cell), font, colour, column.align);
            }
        }
    }
    let done = done(&response, item, toggled);
    if cut {
        response.on_hover_text(text.whole());
    }
    done
}

fn done(response: &Response, item: &Item, toggled: bool) -> Option<Done> {
    if toggled || (response.double_clicked() && item.folded.is_some()) {
        return Some(Done::Toggled);
    }
    response.clicked().then_some(Done::Selected)
}

impl RowText {
    /// Everything, for when the pointer is over a row of which something is cut.
    fn whole(&self) -> String {
        let call = format!("{}{}", self.call.trim_start(), self.result);
        let lines = [call.as_str(), &self.peer, &self.note];
        lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

fn ground(ui: &Ui, place: Rect, standing: &Standing, tokens: Tokens) {
    let colour = match (standing.selected, standing.lit, standing.line % 2) {
        (true, ..) => tokens.selected,
        (_, true, _) => tokens.lit,
        (.., 1) => tokens.stripe,
        _ => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(place, CornerRadius::ZERO, colour);
}

fn face(ui: &Ui, cell: Cell, text: &RowText, tokens: Tokens) -> (FontId, Color32) {
    let mono = TextStyle::Monospace.resolve(ui.style());
    match cell {
        Cell::Got => (mono, tokens.text),
        Cell::Note => {
            let plain = FontId::proportional(mono.size);
            (plain, if text.is_bad { tokens.bad } else { tokens.weak })
        }
        _ => (mono, tokens.weak),
    }
}

fn call(ui: &Ui, rect: Rect, text: &RowText, tokens: Tokens) -> bool {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let plain = FontId::proportional(mono.size);
    let colour = text.colour(&tokens);
    let parts = [(text.call.as_str(), mono, colour), (text.result.as_str(), plain, colour)];
    grid::paint_parts(ui, rect, &parts, egui::Align::Min)
}

/// The sign that opens a folded row; returns whether it was clicked.
fn sign(ui: &Ui, look: &Look<'_>, rect: Rect, id: Id, item: &Item) -> bool {
    let area = Rect::from_min_size(rect.min, Vec2::new(SIGN, rect.height()));
    let response = ui.interact(area, id.with("sign"), Sense::CLICK);
    let count = [("count", Arg::from(group_digits(item.count)))];
    let name = look.words.with(if item.is_open { "calls-close" } else { "calls-open" }, count);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let colour = if response.hovered() { look.tokens.accent } else { look.tokens.weak };
    let font = FontId::proportional(TextStyle::Small.resolve(ui.style()).size);
    grid::paint(ui, area, if item.is_open { "▼" } else { "▶" }, font, colour, egui::Align::Min);
    response.clicked()
}

/// How much of what was asked for came back.
fn bar(ui: &Ui, rect: Rect, text: &RowText, tokens: Tokens) {
    let (Some(part), Some(way)) = (text.part, text.way) else { return };
    let area = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), 6.0));
    let filled = area.with_max_x(area.left() + area.width() * part.clamp(0.0, 1.0));
    ui.painter().rect_filled(area, CornerRadius::same(2), tokens.line);
    ui.painter().rect_filled(filled, CornerRadius::same(2), tokens.way(way));
}

/// Draws calls of a connection that is not kept any more.
pub fn draw_gone(ui: &mut Ui, look: &Look<'_>, place: Rect, columns: &Columns, of: Place, first: u64) {
    let text = look.text("calls-gone");
    let (number, connection) = (group_digits(first + 1), connection(of));
    for ((cell, column), rect) in columns.cells.iter().zip(&columns.columns).zip(grid::lay_out(&columns.columns, place))
    {
        let shown = match cell {
            Cell::Number => &number,
            Cell::Connection => &connection,
            Cell::Call => &text,
            _ => continue,
        };
        let font = TextStyle::Monospace.resolve(ui.style());
        grid::paint(ui, rect, shown, font, look.tokens.weak, column.align);
    }
}

/// Draws a call in progress: it has no number yet.
pub fn draw_blocked(ui: &Ui, look: &Look<'_>, place: Rect, columns: &Columns, blocked: &Blocked, timing: &Timing<'_>) {
    let mono = TextStyle::Monospace.resolve(ui.style());
    let waited = look.now.since(blocked.since).as_secs();
    let waits = look.words.with("call-blocked", [("seconds", Arg::from(waited))]);
    let time = match timing.times {
        Times::SincePrevious => String::new(),
        _ => timing.text(look, blocked.since, None),
    };
    let asked = if blocked.asked == 0 { String::new() } else { group_digits(blocked.asked.into()) };
    let call = format!("  {}  {waits}", blocked.kind.name());
    for ((cell, column), rect) in columns.cells.iter().zip(&columns.columns).zip(grid::lay_out(&columns.columns, place))
    {
        let shown = match cell {
            Cell::Number => "…",
            Cell::Time => &time,
            Cell::Call => &call,
            Cell::Asked => &asked,
            _ => continue,
        };
        grid::paint(ui, rect, shown, mono.clone(), look.tokens.accent, column.align);
    }
}

/// Draws the button that goes to the newest row, over the list; returns whether it was clicked.
pub fn newest(ui: &mut Ui, look: &Look<'_>, area: Rect) -> bool {
    let name = look.text("calls-newest");
    let size = Vec2::new(104.0, 22.0);
    let corner = area.right_bottom() - Vec2::new(super::list::BAR + 8.0, 8.0) - size;
    let button = egui::Button::new(egui::RichText::new(name).small().color(look.tokens.accent))
        .fill(look.tokens.paper)
        .stroke(Stroke::new(1.0, look.tokens.accent));
    ui.put(Rect::from_min_size(corner, size), button).on_hover_text(look.text("calls-newest-hint")).clicked()
}

fn connection(place: Place) -> String {
    match place {
        Place::Listener => "–".to_owned(),
        Place::Connection(id) => group_digits(id.0.into()),
    }
}

/// Several like calls in one row.
fn folded(look: &Look<'_>, row: &CallRow, count: u64) -> String {
    let total = |each: u32| group_digits(u64::from(each) * count);
    let mut args =
        vec![("call", Arg::from(label(row).trim_start().to_owned())), ("count", Arg::from(group_digits(count)))];
    let Some(got) = row.got else { return look.words.with("calls-folded", args) };
    args.push(("each", Arg::from(group_digits(got.into()))));
    args.push(("total", Arg::from(total(got))));
    look.words.with("calls-folded-bytes", args)
}

/// The call's name, with the arrow of its direction.
fn label(row: &CallRow) -> String {
    match row.way {
        Some(Way::Sent) => format!("↑ {}", row.kind.name()),
        Some(Way::Received) => format!("↓ {}", row.kind.name()),
        None => format!("  {}", row.kind.name()),
    }
}

/// Whether a call carried bytes of the handshake.
fn is_of_handshake(row: &CallRow, owner: &Owner<'_>, since: Moment) -> bool {
    let Some(tls) = owner.tls.filter(|_| row.way.is_some()) else { return false };
    tls.done.as_ref().is_none_or(|(done, _)| row.begun < done.since(since))
}

/// What came back, in words where a number does not say it; what stands in the column of notes is not said twice.
fn result(look: &Look<'_>, row: &CallRow, has_note: bool) -> String {
    match row.outcome {
        Outcome::Done if row.way.is_some() || (has_note && row.kind == CallKind::Resolve) => String::new(),
        Outcome::Done => row.result.clone(),
        Outcome::PeerFinished => look.text("outcome-peer-finished"),
        Outcome::TimedOut => look.text("outcome-timed-out"),
        Outcome::Stopped => look.text("outcome-stopped"),
        Outcome::Failed if has_note => look.text("outcome-failed"),
        Outcome::Failed => match row.failure.as_ref().map(|failure| look.words.failure(failure)) {
            Some(sentence) => sentence.system.unwrap_or(sentence.what),
            None => look.text("outcome-failed"),
        },
    }
}

/// What stands in the column of notes: what is said about a failure, or addresses.
fn note(look: &Look<'_>, row: &CallRow) -> String {
    match &row.failure {
        Some(failure) => said(look.words, failure),
        None if row.kind == CallKind::Resolve => row.result.clone(),
        None => String::new(),
    }
}

/// What was done to what, why it failed and the system's words; what to try stands in the banner.
pub fn said(words: &Words, failure: &Failure) -> String {
    Sentence { advice: String::new(), ..words.failure(failure) }.to_string()
}

fn peer(row: &CallRow, owner: &Owner<'_>) -> String {
    if row.way.is_some() {
        return owner.peer.map(|peer| peer.to_string()).unwrap_or_default();
    }
    match &row.subject {
        Some(Subject::Address(address)) => address.to_string(),
        _ => String::new(),
    }
}
