//! The ladder of a connection: two lifelines, client and server, and an arrow for each send to the recv that took its bytes.
//!
//! In scope: which of the two scales is shown, where the ladder stands, what is chosen in it. *Even*: a row for each call, in the order
//! of both ends; it goes along with the Calls list. *To scale*: time, from the whole of the connection down to nanoseconds. Out of scope:
//! what belongs to what (`view::Ladder`), painting (`ladder_paint`), the scale of time (`ladder_time`).

use std::rc::Rc;

use egui::{Align2, Key, Rangef, Rect, Response, Role as Kind, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use super::going_along::Going;
use super::ladder_paint::{Across, Along, Canvas, colour};
use super::ladder_text as texts;
use super::ladder_time::TimeScale;
use super::list::{List, Rows};
use super::look::Look;
use super::selection::{Calls, Chosen, Selection};
use super::tokens::{FIELD, GRID, ROW};
use super::widgets::{button, choices, empty};
use crate::capture::{CallKind, Connection, ConnectionId, Layer, Moment, Role, SessionId, Way};
use crate::http::Span;
use crate::view::{Ladder, Rung, Standing, Tip, VirtualScroll, arrows};

/// What is shown.
#[derive(Clone, Copy)]
pub struct LadderShown<'a> {
    /// The run.
    pub session: SessionId,
    /// Its role.
    pub role: Role,
    /// When it began.
    pub since: Moment,
    /// The connection.
    pub connection: &'a Connection,
    /// Its other end, if that is in this program, too.
    pub other_end: Option<&'a Connection>,
    /// The bytes that are chosen, as they crossed the socket.
    pub lit: Option<(Way, Span)>,
}

/// The panel.
#[derive(Debug)]
pub struct LadderPanel {
    list: List,
    /// Whether time is drawn to scale.
    is_timed: bool,
    pub(super) time: TimeScale,
    /// What the ladder is of.
    of: Option<(SessionId, ConnectionId)>,
    /// The choice that was followed last.
    followed: u64,
    /// The call that was chosen in the ladder itself: one of the other end may have no bytes to choose.
    pub(super) pointed: Option<(Role, u64)>,
    /// Whether the user has scrolled it since that was asked last.
    pub(super) moved: bool,
    /// What was found out for the rows that were drawn last.
    found: Option<(Rowed, Rc<Vec<Rung>>)>,
}

/// Which rows were looked at, of how many calls and calls in progress.
type Rowed = (u64, usize, [u64; 2], Vec<Moment>);

impl Default for LadderPanel {
    fn default() -> Self {
        let list = List { scroll: VirtualScroll { following: true, ..VirtualScroll::default() }, selects: true };
        Self {
            list,
            is_timed: false,
            time: TimeScale::default(),
            of: None,
            followed: 0,
            pointed: None,
            moved: false,
            found: None,
        }
    }
}

impl LadderPanel {
    /// Draws the ladder; returns what was chosen in it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        shown: Option<&LadderShown<'_>>,
        selection: &Selection,
    ) -> Option<Chosen> {
        let Some(shown) = shown else {
            empty(ui, &look.text("ladder-empty"), look.tokens);
            return None;
        };
        self.turn_to((shown.session, shown.connection.id));
        let ladder = Ladder::new(shown.connection, shown.role, shown.other_end);
        self.controls(ui, look);
        ui.spacing_mut().item_spacing.y = 0.0;
        heads(ui, look, &ladder, shown);
        let is_news = selection.is_news(&mut self.followed);
        let chosen = selection.chosen();
        if is_news && !self.is_pointed(&ladder, &chosen) {
            self.pointed = None;
        }
        let frame = Frame { look, shown, ladder: &ladder, chosen, pointed: self.pointed };
        let picked = if self.is_timed { self.timed(ui, &frame, is_news) } else { self.even(ui, &frame, is_news) };
        let (rung, is_own) = picked.map(|rung| (rung.clone(), rung.side == ladder.own))?;
        self.pointed = Some((rung.side, rung.entry));
        ui.ctx().request_repaint();
        choice(&rung, is_own)
    }

    /// What was kept of another connection is of no use here.
    fn turn_to(&mut self, of: (SessionId, ConnectionId)) {
        if self.of != Some(of) {
            *self = Self { of: Some(of), is_timed: self.is_timed, followed: self.followed, ..Self::default() };
        }
    }

    /// Whether the ladder is of something else than when it was drawn last, and does not know yet where to stand.
    #[must_use]
    pub fn is_new(&self, shown: &LadderShown<'_>) -> bool {
        self.of != Some((shown.session, shown.connection.id))
    }

    /// Whether what is chosen is the call that was chosen in the ladder itself.
    fn is_pointed(&self, ladder: &Ladder<'_>, chosen: &Chosen) -> bool {
        let Some((side, entry)) = self.pointed else { return false };
        let number = ladder.end(side).and_then(|end| end.number(entry));
        match chosen.calls {
            Some(calls) => side == ladder.own && number == Some(calls.first),
            None => side != ladder.own,
        }
    }

    fn controls(&mut self, ui: &mut Ui, look: &Look<'_>) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let scales = [(false, look.text("ladder-even")), (true, look.text("ladder-timed"))];
            if let Some(is_timed) = choices(ui, self.is_timed, &scales, look.tokens) {
                self.is_timed = is_timed;
                self.moved = false;
                self.followed = 0;
            }
            if !self.is_timed {
                return;
            }
            ui.add_space(GRID);
            for (sign, key, factor) in [("−", "ladder-out", 0.5), ("+", "ladder-in", 2.0)] {
                let can = factor > 1.0 || !self.time.is_whole();
                let name = look.text(key);
                let zoom = button(ui, sign, can).on_hover_text(look.text("ladder-zoom-hint"));
                zoom.widget_info(|| WidgetInfo::labeled(Kind::Button, can, &name));
                if zoom.clicked() {
                    self.time.zoom_middle(factor);
                }
            }
            if button(ui, &look.text("ladder-whole"), !self.time.is_whole()).clicked() {
                self.time.show_whole();
            }
        });
    }

    fn even(&mut self, ui: &mut Ui, frame: &Frame<'_, '_>, is_news: bool) -> Option<Rung> {
        let (look, ladder) = (frame.look, frame.ladder);
        let area = ui.available_rect_before_wrap();
        let visible = f64::from(area.height() / ROW);
        let total = ladder.rows() + ladder.unfinished().len() as u64;
        if is_news && let Some(row) = frame.chosen_row() {
            self.list.scroll.clamp(visible, total);
            self.list.scroll.following = false;
            self.list.scroll.reveal_amid(row, visible, total);
        }
        let (name, id) = (look.text("ladder"), ui.scope_id().with("ladder"));
        let rows = Rows { name: &name, total, tokens: look.tokens };
        let before = self.list.scroll;
        let mut list = std::mem::take(&mut self.list);
        let across = Across::new(area);
        let mut canvas = Canvas::new(ui, look, ladder, across);
        let (mut picked, mut found) = (None, None);
        let response = list.show(ui, id, &rows, |ui, row, place| {
            let rungs = found.get_or_insert_with(|| self.find(ladder, row, visible.ceil() as usize + 1));
            let Some(rung) = rungs.iter().find(|rung| rung.row == row) else { return };
            let clicked = frame.row(ui, &mut canvas, rung, place);
            if clicked {
                picked = Some(rung.clone());
            }
        });
        self.list = list;
        let scroll = self.list.scroll;
        self.moved |= scroll != before && !(scroll.following && before.following);
        if let Some(rungs) = &found {
            let along = Even { top: area.top(), scroll };
            frame.paint(&canvas, rungs, &along);
        }
        if picked.is_some() {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        let stepped = response.has_focus().then(|| self.step(ui, frame, visible, total)).flatten();
        picked.or(stepped)
    }

    /// What there is in the rows from `first` on.
    fn find(&mut self, ladder: &Ladder<'_>, first: u64, count: usize) -> Rc<Vec<Rung>> {
        let unfinished = ladder.unfinished().iter().map(|rung| rung.call.begun).collect();
        let of = (first, count, [ladder.count(Role::Client), ladder.count(Role::Server)], unfinished);
        match &self.found {
            Some((before, rungs)) if *before == of => Rc::clone(rungs),
            _ => {
                let rungs = Rc::new(ladder.rungs(first, count).unwrap_or_default());
                self.found = Some((of, Rc::clone(&rungs)));
                rungs
            }
        }
    }

    /// The keys choose the call in the row above or below.
    fn step(&mut self, ui: &Ui, frame: &Frame<'_, '_>, visible: f64, total: u64) -> Option<Rung> {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        if step == 0 {
            return None;
        }
        let row = match frame.chosen_row() {
            Some(row) => row.saturating_add_signed(step),
            None => self.list.scroll.top_row,
        };
        let row = row.min(frame.ladder.rows().checked_sub(1)?);
        self.list.scroll.reveal(row, visible, total);
        let rungs = frame.ladder.rungs(row, 1).unwrap_or_default();
        rungs.into_iter().find(|rung| rung.row == row)
    }

    /// Where the user has scrolled to since this was asked last.
    pub fn gone(&mut self, shown: &LadderShown<'_>) -> Option<Going> {
        if !std::mem::take(&mut self.moved) {
            return None;
        }
        let ladder = Ladder::new(shown.connection, shown.role, shown.other_end);
        let end = ladder.end(ladder.own)?;
        if self.is_timed {
            let call = end.number(self.time.top_entry(&end).ok()?)?;
            return Some(Going::To { call, part: 0.0 });
        }
        let scroll = self.list.scroll;
        if scroll.following {
            return Some(Going::Newest);
        }
        let entry = ladder.entries_before(ladder.own, scroll.top_row).ok()?;
        let is_top = ladder.row_of(ladder.own, entry).ok()? == scroll.top_row;
        Some(Going::To { call: end.number(entry)?, part: if is_top { scroll.sub_row } else { 0.0 } })
    }

    /// Goes along with another panel.
    pub fn go_along(&mut self, shown: &LadderShown<'_>, going: Going) {
        let ladder = Ladder::new(shown.connection, shown.role, shown.other_end);
        self.turn_to((shown.session, shown.connection.id));
        match going {
            Going::Newest => {
                self.list.scroll.following = true;
                self.time.show_end();
            }
            Going::To { call, part } => {
                let Some(end) = ladder.end(ladder.own) else { return };
                let Some(entry) = end.entry(call) else { return };
                if let Ok(row) = ladder.row_of(ladder.own, entry) {
                    (self.list.scroll.top_row, self.list.scroll.sub_row) = (row, part);
                    self.list.scroll.following = false;
                }
                self.time.show_from(&end, call);
            }
        }
    }
}

/// What a frame is drawn of.
pub(super) struct Frame<'a, 'b> {
    pub look: &'a Look<'b>,
    pub shown: &'a LadderShown<'a>,
    pub ladder: &'a Ladder<'a>,
    pub chosen: Chosen,
    pub pointed: Option<(Role, u64)>,
}

impl Frame<'_, '_> {
    /// The row of what is chosen.
    fn chosen_row(&self) -> Option<u64> {
        let (side, entry) = self.chosen_entry()?;
        self.ladder.row_of(side, entry).ok()
    }

    /// The entry that is chosen: the one that was picked here, or the first of those chosen elsewhere.
    pub fn chosen_entry(&self) -> Option<(Role, u64)> {
        if self.pointed.is_some() {
            return self.pointed;
        }
        let own = self.ladder.own;
        let carrier = || super::carrying::first_carrier(self.chosen, self.shown.connection);
        let number = self.chosen.calls.map(|calls| calls.first).or_else(carrier)?;
        Some((own, self.ladder.end(own)?.entry(number)?))
    }

    /// Whether a call is chosen, and whether it carried bytes that are.
    pub fn standing(&self, rung: &Rung) -> (bool, bool) {
        let is_own = rung.side == self.ladder.own;
        let in_calls = |calls: Calls| {
            let within = |number| (calls.first..calls.first.saturating_add(calls.count)).contains(&number);
            is_own && rung.number.is_some_and(within)
        };
        let is_chosen = self.pointed == Some((rung.side, rung.entry)) || self.chosen.calls.is_some_and(in_calls);
        let way = way(rung, is_own);
        let carried = |(lit, span): (Way, Span)| way == Some(lit) && !rung.call.span().intersect(span).is_empty();
        (is_chosen, self.shown.lit.is_some_and(carried))
    }

    /// A call as something that can be chosen; `place` is what the pointer has to be over.
    pub fn widget(&self, ui: &Ui, rung: &Rung, place: Rect) -> Response {
        let id = ui.scope_id().with(("rung", rung.side, rung.entry));
        let is_back = rung.standing == Standing::Back;
        let response = ui.interact(place, id, if is_back { Sense::CLICK } else { Sense::HOVER });
        let name = texts::whole(self.look, rung);
        let (is_chosen, _) = self.standing(rung);
        response.widget_info(|| WidgetInfo::selected(Kind::ListBoxOption, true, is_chosen, &name));
        response.on_hover_text(name)
    }

    /// A row with the call that stands in it; returns whether it was clicked.
    fn row(&self, ui: &Ui, canvas: &mut Canvas<'_, '_>, rung: &Rung, place: Rect) -> bool {
        let tokens = self.look.tokens;
        let ground = match self.standing(rung) {
            (true, _) => Some(tokens.selected),
            (_, true) => Some(tokens.lit),
            _ => None,
        };
        if let Some(ground) = ground {
            canvas.painter.rect_filled(place, 0.0, ground);
            canvas.grounds.push((place.y_range(), ground));
        }
        let response = self.widget(ui, rung, place);
        self.texts(canvas, rung, place.center().y);
        let begun = rung.call.begun.since(self.shown.since);
        canvas.time(place.center().y, format!("{:.6}", begun.as_secs_f64()));
        response.clicked()
    }

    /// What stands beside the lifeline.
    pub fn texts(&self, canvas: &Canvas<'_, '_>, rung: &Rung, y: f32) {
        let tokens = self.look.tokens;
        let colour = match rung.standing {
            Standing::Back => colour(tokens, rung, self.ladder.own),
            Standing::Waits | Standing::Due => tokens.accent,
        };
        let colour = if colour == tokens.weak { tokens.text } else { colour };
        let took = texts::took(rung);
        canvas.label(rung.side, y, &texts::call(self.look, rung), took.as_deref(), colour);
    }

    /// The lifelines with what is on them and between them.
    pub fn paint(&self, canvas: &Canvas<'_, '_>, rungs: &[Rung], along: &dyn Along) {
        canvas.lifelines();
        for rung in rungs {
            canvas.bar(rung, along);
        }
        canvas.arrows(&arrows(rungs), along);
    }
}

/// The direction of a call's bytes, as the end sees it that is looked at.
fn way(rung: &Rung, is_own: bool) -> Option<Way> {
    match (rung.call.kind, is_own) {
        (CallKind::Send, true) | (CallKind::Recv, false) => Some(Way::Sent),
        (CallKind::Recv, true) | (CallKind::Send, false) => Some(Way::Received),
        _ => None,
    }
}

/// What is chosen with a call: our own calls themselves, of the other end's the bytes.
fn choice(rung: &Rung, is_own: bool) -> Option<Chosen> {
    match rung.number.filter(|_| is_own) {
        Some(first) => Some(Chosen::calls(Calls { first, count: 1 }, &rung.call)),
        None if rung.call.got > 0 => Some(Chosen::bytes(way(rung, is_own)?, Layer::Wire, rung.call.span())),
        None => None,
    }
}

/// Who is at either end.
fn heads(ui: &mut Ui, look: &Look<'_>, ladder: &Ladder<'_>, shown: &LadderShown<'_>) {
    let (area, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), FIELD), Sense::hover());
    let across = Across::new(area);
    let tokens = look.tokens;
    for side in [Role::Client, Role::Server] {
        let is_own = side == ladder.own;
        let address = if is_own { shown.connection.local } else { shown.connection.peer };
        let name = texts::side(look, side);
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        let elsewhere = if ladder.end(side).is_none() { look.text("ladder-elsewhere") } else { String::new() };
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
        let x = across.line(side).clamp(area.left() + half, (area.right() - half).max(area.left() + half));
        let place = Align2::CENTER_CENTER.anchor_size(egui::pos2(x, area.center().y), galley.size());
        let response = ui.interact(place, ui.scope_id().with(("ladder head", side)), Sense::hover());
        let whole = [name, address, elsewhere].join(" ");
        response.widget_info(|| WidgetInfo::labeled(Kind::Label, true, whole.trim()));
        ui.painter().galley(place.min, galley, tokens.text);
    }
    ui.painter().hline(area.x_range(), area.bottom(), egui::Stroke::new(1.0, tokens.line));
}

/// Rows of the same height.
struct Even {
    top: f32,
    scroll: VirtualScroll,
}

impl Even {
    fn y(&self, row: f64) -> f32 {
        let above = (row - self.scroll.top_row as f64) as f32 - self.scroll.sub_row;
        self.top + above * ROW
    }
}

impl Along for Even {
    fn stretch(&self, rung: &Rung) -> Rangef {
        let (from, until) = rung.stretch;
        Rangef::new(self.y(from), self.y(until))
    }

    fn tip(&self, tip: &Tip) -> Option<f32> {
        match tip {
            Tip::Call { row, .. } => Some(self.y(*row)),
            Tip::Open(_) => None,
        }
    }

    fn fall(&self) -> f32 {
        ROW * 0.3
    }
}
