//! One frame of a ladder: its calls as widgets, and the headers of both ends.
//!
//! In scope: which calls are selected or lit, their names, the selection that a click makes. Out of scope: places (`panel`,
//! `time_scale`), painting (`paint`).

use egui::{Align2, Rect, Role as Kind, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use super::paint::{Canvas, LadderColumns, VerticalAxis, colour};
use super::text as texts;
use crate::capture::{CallKind, Connection, Direction, Moment, Role, SessionId, StreamLayer};
use crate::http::Span;
use crate::ui::kit::{FIELD, GRID, UiContext, context_menu};
use crate::ui::select::{BytesChoice, Calls, Chosen, Follower};
use crate::view::{CallState, Ladder, LadderRow, arrows};

/// The connection whose ladder is drawn.
#[derive(Clone, Copy)]
pub struct LadderModel<'a> {
    /// The run.
    pub session: SessionId,
    /// The role of the run.
    pub role: Role,
    /// When the run began.
    pub since: Moment,
    /// The connection.
    pub connection: &'a Connection,
    /// The other end of the connection, if it is in this program too.
    pub other_end: Option<&'a Connection>,
    /// Whether a listener of this program has not accepted it.
    pub is_unaccepted: bool,
    /// The bytes that are chosen, as they crossed the socket.
    pub lit: Option<(Direction, Span)>,
}

/// What one frame of a ladder is drawn from.
pub struct LadderDrawing<'a, 'b> {
    /// The words and colours.
    pub cx: &'a UiContext<'b>,
    /// The connection.
    pub model: &'a LadderModel<'a>,
    /// The ladder of the connection.
    pub ladder: &'a Ladder<'a>,
    /// What is selected.
    pub chosen: Chosen,
    /// The call that was chosen in the ladder itself.
    pub pointed: Option<(Role, u64)>,
    /// What the arrow under the pointer stands for.
    pub hovered: Option<&'a str>,
    /// Whether the ladder has the keyboard.
    pub has_keyboard: bool,
}

/// What the user did to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RungClick {
    /// It is selected.
    Select,
    /// Its text is copied.
    Copy,
    /// Something is done with its bytes.
    Bytes(BytesChoice),
}

impl LadderDrawing<'_, '_> {
    /// The row of what is chosen.
    pub fn chosen_row(&self) -> Option<u64> {
        let (side, entry) = self.chosen_entry()?;
        self.ladder.row_of(side, entry).ok()
    }

    /// The entry that is chosen: the one that was picked here, or the first of those chosen elsewhere.
    pub fn chosen_entry(&self) -> Option<(Role, u64)> {
        if self.pointed.is_some() {
            return self.pointed;
        }
        let own = self.ladder.own;
        let carrier = || crate::ui::select::carrier_lookup::first_carrier(self.chosen, self.model.connection);
        let number = self.chosen.calls.map(|calls| calls.first).or_else(carrier)?;
        Some((own, self.ladder.end(own)?.entry(number)?))
    }

    /// Whether a call is chosen, and whether it carried bytes that are.
    pub fn state(&self, rung: &LadderRow) -> (bool, bool) {
        let is_own = rung.side == self.ladder.own;
        let in_calls = |calls: Calls| {
            let within = |number| (calls.first..calls.first.saturating_add(calls.count)).contains(&number);
            is_own && rung.number.is_some_and(within)
        };
        let is_chosen = self.pointed == Some((rung.side, rung.entry)) || self.chosen.calls.is_some_and(in_calls);
        let direction = direction(rung, is_own);
        let carried =
            |(lit, span): (Direction, Span)| direction == Some(lit) && !rung.call.span().intersect(span).is_empty();
        (is_chosen, self.model.lit.is_some_and(carried))
    }

    /// A call as something that can be chosen and has a menu; `place` is what the pointer has to be over. Returns what was done to it.
    pub fn widget(&self, ui: &Ui, rung: &LadderRow, place: Rect) -> Option<RungClick> {
        let id = ui.scope_id().with(("rung", rung.side, rung.entry));
        let is_back = rung.state == CallState::Returned;
        let response = ui.interact(place, id, if is_back { Sense::CLICK } else { Sense::HOVER });
        let name = texts::full_text(self.cx, rung);
        let (is_chosen, _) = self.state(rung);
        response.widget_info(|| WidgetInfo::selected(Kind::ListBoxOption, true, is_chosen, &name));
        let mut click = response.clicked().then_some(RungClick::Select);
        let mut choice = None;
        if is_back && context_menu(&response, self.has_keyboard && is_chosen, |ui| choice = self.menu(ui, rung)) {
            click = Some(RungClick::Select);
        }
        response.on_hover_text(self.hovered.map_or(name, str::to_owned));
        choice.or(click)
    }

    fn menu(&self, ui: &mut Ui, rung: &LadderRow) -> Option<RungClick> {
        let copies = ui.button(self.cx.text("copy-row")).clicked();
        let has_bytes = choice(rung, rung.side == self.ladder.own).is_some_and(|chosen| chosen.bytes.is_some());
        let bytes = if has_bytes { BytesChoice::menu(ui, self.cx, Follower::Ladder) } else { None };
        bytes.map(RungClick::Bytes).or(copies.then_some(RungClick::Copy))
    }

    /// A row with the call that stands in it; returns what was done to it.
    pub fn row(&self, ui: &Ui, canvas: &mut Canvas<'_, '_>, rung: &LadderRow, place: Rect) -> Option<RungClick> {
        let tokens = self.cx.tokens;
        let background = match self.state(rung) {
            (true, _) => Some(tokens.selected),
            (_, true) => Some(tokens.highlight),
            _ => None,
        };
        if let Some(background) = background {
            canvas.painter.rect_filled(place, 0.0, background);
            canvas.backgrounds.push((place.y_range(), background));
        }
        let click = self.widget(ui, rung, place);
        self.texts(canvas, rung, place.center().y);
        if rung.state == CallState::Returned {
            let sign = if rung.at() < rung.order_time { "≤ " } else { "" };
            let at = rung.order_time.since(self.model.since);
            canvas.time(place.center().y, format!("{sign}{:.6}", at.as_secs_f64()));
        }
        click
    }

    /// Draws the text of a call beside its lifeline.
    pub fn texts(&self, canvas: &Canvas<'_, '_>, rung: &LadderRow, y: f32) {
        let tokens = self.cx.tokens;
        let colour = match rung.state {
            CallState::Returned => colour(tokens, rung, self.ladder.own),
            CallState::InProgress | CallState::Due => tokens.pending,
        };
        let colour = if colour == tokens.weak { tokens.text } else { colour };
        let took = texts::took(rung);
        canvas.label(rung.side, y, &texts::call(self.cx, rung), took.as_deref(), colour);
    }

    /// The lifelines with what is on them and between them; returns what the arrow under the pointer stands for.
    pub fn paint(
        &self,
        ui: &Ui,
        canvas: &Canvas<'_, '_>,
        rungs: &[LadderRow],
        axis: &dyn VerticalAxis,
    ) -> Option<String> {
        canvas.lifelines();
        for rung in rungs {
            canvas.bar(rung, axis);
        }
        canvas.arrows(ui, &arrows(rungs), axis)
    }
}

/// The direction of a call's bytes, as the end sees it that is looked at.
fn direction(rung: &LadderRow, is_own: bool) -> Option<Direction> {
    match (rung.call.kind, is_own) {
        (CallKind::Send, true) | (CallKind::Recv, false) => Some(Direction::Sent),
        (CallKind::Recv, true) | (CallKind::Send, false) => Some(Direction::Received),
        _ => None,
    }
}

/// The selection that a click on a call makes: our own call itself, of a call of the other end its bytes.
pub fn choice(rung: &LadderRow, is_own: bool) -> Option<Chosen> {
    match rung.number.filter(|_| is_own) {
        Some(first) => Some(Chosen::calls(Calls { first, count: 1 }, &rung.call)),
        None if rung.call.got > 0 => Some(Chosen::bytes(direction(rung, is_own)?, StreamLayer::Wire, rung.call.span())),
        None => None,
    }
}

/// Draws the names and addresses of both ends.
pub fn end_headers(ui: &mut Ui, cx: &UiContext<'_>, ladder: &Ladder<'_>, model: &LadderModel<'_>) {
    let (area, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), FIELD), Sense::hover());
    let columns = LadderColumns::new(area);
    let tokens = cx.tokens;
    for side in [Role::Client, Role::Server] {
        let is_own = side == ladder.own;
        let address = if is_own { model.connection.local } else { model.connection.peer };
        let name = texts::side_name(cx, side);
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        let elsewhere = match ladder.end(side) {
            Some(_) => String::new(),
            None if ladder.is_unaccepted() => cx.text("ladder-unaccepted"),
            None => cx.text("ladder-elsewhere"),
        };
        let (body, mono) = (TextStyle::Body.resolve(ui.style()), TextStyle::Monospace.resolve(ui.style()));
        let small = TextStyle::Small.resolve(ui.style());
        let mut job = egui::text::LayoutJob::default();
        for (text, font, colour) in
            [(&name, body, tokens.text), (&address, mono, tokens.text), (&elsewhere, small, tokens.weak)]
        {
            if !text.is_empty() {
                let room = if job.is_empty() { 0.0 } else { GRID };
                job.append(text, room, egui::TextFormat::simple(font, colour));
            }
        }
        let galley = ui.painter().layout_job(job);
        let half = galley.size().x / 2.0;
        let x = columns.line(side).clamp(area.left() + half, (area.right() - half).max(area.left() + half));
        let place = Align2::CENTER_CENTER.anchor_size(egui::pos2(x, area.center().y), galley.size());
        let response = ui.interact(place, ui.scope_id().with(("ladder head", side)), Sense::hover());
        let whole = [name, address, elsewhere].join(" ");
        response.widget_info(|| WidgetInfo::labeled(Kind::Label, true, whole.trim()));
        ui.painter().galley(place.min, galley, tokens.text);
    }
    ui.painter().hline(area.x_range(), area.bottom(), egui::Stroke::new(1.0, tokens.line));
}
