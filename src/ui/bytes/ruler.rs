//! The ruler: the bytes of a direction as a ribbon, coloured by the calls that carried them. Brackets below name the bytes: head,
//! separator, body, parts of HTTP chunks. Where the peer is in this program too, a second ribbon shows the same bytes by the peer's sends.
//!
//! In scope: drawing, mouse and keyboard. Out of scope: the arithmetic of the scale (see [`RulerScale`]). The ribbon knows calls and no
//! segments, since a socket tells of none.

use egui::{Align2, Color32, Id, Key, Pos2, Rect, Response, Role, Sense, Stroke, TextStyle, Ui, Vec2, WidgetInfo};

use crate::capture::{CarryingCall, CarryingCalls, ChunkPart, Connection, Direction, StreamLayer};
use crate::http::Span;
use crate::ui::kit::repaint::request_repaint;
use crate::ui::kit::widgets::tool_button;
use crate::ui::kit::{Fading, Icon, UiContext};
use crate::view::{RulerScale, group_digits};
use crate::words::Arg;

/// The heights of its bands.
const TICKS: f32 = 16.0;
const RIBBON: f32 = 14.0;
const BRACKET: f32 = 18.0;
/// Calls are drawn one by one while each has this width on average, in points.
const APART: f32 = 2.0;
/// A call with at least this width, in points, has a name for screen readers.
const NAMED: f32 = 24.0;
/// The most parts of HTTP chunks that are drawn.
const FRAMES_MAX: usize = 400;

/// The most brackets that are told to screen readers in one text.
const TOLD_MAX: usize = 16;

/// The panel.
#[derive(Debug, Default)]
pub struct RulerPanel {
    scale: RulerScale,
    /// The width that it was drawn with last.
    width: f32,
    /// Which bytes are new.
    fading: Fading,
}

/// The bytes that the ruler shows.
#[derive(Clone, Copy)]
pub struct RulerModel<'a> {
    /// The connection.
    pub connection: &'a Connection,
    /// The direction.
    pub direction: Direction,
    /// The layer.
    pub layer: StreamLayer,
    /// The connection's other end, if it is in this program too.
    pub other_end: Option<&'a Connection>,
    /// The chosen bytes.
    pub selected: Option<Span>,
}

/// A click on the ruler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulerClick {
    /// A call of the connection, by its number.
    Call(u64),
    /// Bytes.
    Bytes(Span),
}

/// A bracket.
struct Bracket {
    key: &'static str,
    span: Span,
    colour: Color32,
}

impl RulerPanel {
    /// Brings the bytes into view.
    pub fn reveal(&mut self, span: Span) {
        self.scale.reveal(span, self.width);
    }

    /// Draws the ruler; returns what the user has chosen on it.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, model: &RulerModel<'_>) -> Option<RulerClick> {
        let (_, total) = model.connection.bytes(model.direction, model.layer);
        let all = Span::new(model.connection.first_byte(model.direction, model.layer), total);
        if all.is_empty() {
            return None;
        }
        let ribbons = 1.0 + f32::from(u8::from(model.other_end.is_some()));
        let height = TICKS + ribbons * (RIBBON + 2.0) + BRACKET;
        let (area, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::click_and_drag());
        self.width = area.width();
        self.handle_input(ui, &response, area);
        self.scale.clamp(all, area.width());
        let (name, brackets) = (self.name(cx, model, total), brackets(&self.scale, model, area.width(), cx));
        response.widget_info(|| WidgetInfo {
            current_text_value: Some(told(cx, &brackets)),
            ..WidgetInfo::labeled(Role::Slider, true, &name)
        });
        let mut painter = RulerPainter { ui, cx, scale: self.scale, area, all };
        painter.ticks();
        let mut top = area.top() + TICKS;
        if let Some(other) = model.other_end {
            let direction = if model.direction == Direction::Sent { Direction::Received } else { Direction::Sent };
            painter.ribbon(top, other, direction, model.layer, "ruler-other");
            top += RIBBON + 2.0;
        }
        let call = painter.ribbon(top, model.connection, model.direction, model.layer, "ruler-own");
        let part = painter.brackets(top + RIBBON + 2.0, &brackets);
        let of = ("ruler", model.connection.thread.opened.0, model.direction, model.layer);
        if self.fading.follow(Id::unique(of).value(), total, cx.now, cx.may_move) {
            request_repaint(painter.ui.ctx());
            painter.veil(&self.fading);
        }
        painter.selection(model.selected);
        call.map(RulerClick::Call).or(part.map(RulerClick::Bytes))
    }

    /// The name of the ruler for screen readers.
    fn name(&self, cx: &UiContext<'_>, model: &RulerModel<'_>, total: u64) -> String {
        let visible = self.scale.visible(self.width);
        let figures = [
            ("way", Arg::from(cx.text(if model.direction == Direction::Sent { "way-sent" } else { "way-received" }))),
            ("start", Arg::from(group_digits(visible.start))),
            ("end", Arg::from(group_digits(visible.end.min(total)))),
            ("total", Arg::from(group_digits(total))),
        ];
        cx.words.with("ruler", figures)
    }

    /// Draws what can be done with the scale, from the right end.
    pub fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, selected: Option<Span>) {
        ui.spacing_mut().item_spacing.x = 4.0;
        let middle = self.width / 2.0;
        if tool_button(ui, cx.text("ruler-selection"), selected.is_some()).clicked()
            && let Some(span) = selected
        {
            self.scale.show(span, self.width);
        }
        if tool_button(ui, cx.text("ruler-whole"), !self.scale.is_whole()).clicked() {
            self.scale.show_whole();
        }
        let whole = self.scale.is_whole();
        for (icon, key, factor, can) in [(Icon::Minus, "ruler-out", 0.5, !whole), (Icon::Plus, "ruler-in", 2.0, true)] {
            let zoom = tool_button(ui, icon.atom(), can).accessible_name(cx.text(key));
            if zoom.on_hover_text(cx.text("ruler-hint")).clicked() {
                self.scale.zoom(factor, middle);
            }
        }
        ui.weak(cx.text("ruler-zoom"));
    }

    /// Wheel, drag and keys.
    fn handle_input(&mut self, ui: &Ui, response: &Response, area: Rect) {
        if response.clicked() {
            response.request_focus();
        }
        if let Some(pointer) = response.hover_pos().filter(|_| response.contains_pointer()) {
            let (zoom, scrolled) = ui.input(|input| (input.zoom_delta(), input.smooth_scroll_delta()));
            // The wheel alone zooms, as on an oscilloscope. Horizontally or with Shift it scrolls.
            let zoom = if zoom == 1.0 { (scrolled.y / 200.0).exp() } else { zoom };
            self.scale.zoom(zoom, pointer.x - area.left());
            self.scale.pan(-scrolled.x);
        }
        self.scale.pan(-response.drag_delta().x);
        if response.has_focus() {
            ui.memory_mut(|memory| {
                let filter = egui::EventFilter { horizontal_arrows: true, ..Default::default() };
                memory.set_focus_lock_filter(response.id, filter);
            });
            self.keys(ui);
        }
    }

    fn keys(&mut self, ui: &Ui) {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let (middle, page) = (self.width / 2.0, self.width / 4.0);
        for (key, points) in [(Key::ArrowLeft, -page), (Key::ArrowRight, page), (Key::Home, -1e30), (Key::End, 1e30)] {
            if pressed(key) {
                self.scale.pan(points);
            }
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            self.scale.zoom(2.0, middle);
        }
        if pressed(Key::Minus) {
            self.scale.zoom(0.5, middle);
        }
    }
}

impl Bracket {
    /// What its bytes are, and which.
    fn name(&self, cx: &UiContext<'_>) -> String {
        let figures = [
            ("start", Arg::from(group_digits(self.span.start))),
            ("end", Arg::from(group_digits(self.span.end.saturating_sub(1)))),
            ("count", Arg::from(group_digits(self.span.len()))),
        ];
        format!("{}: {}", cx.text(self.key), cx.words.with("ruler-range", figures))
    }
}

/// The brackets as a text for screen readers, in the order of their bytes.
fn told(cx: &UiContext<'_>, brackets: &[Bracket]) -> String {
    let mut first: Vec<&Bracket> = brackets.iter().collect();
    first.sort_by_key(|bracket| bracket.span.start);
    let more = if first.len() > TOLD_MAX { "; …" } else { "" };
    let names: Vec<String> = first.into_iter().take(TOLD_MAX).map(|bracket| bracket.name(cx)).collect();
    format!("{}{more}", names.join("; "))
}

/// The parts of messages among the visible bytes.
fn brackets(scale: &RulerScale, model: &RulerModel<'_>, width: f32, cx: &UiContext<'_>) -> Vec<Bracket> {
    let mut brackets = Vec::new();
    if model.layer == StreamLayer::Wire && model.connection.tls.is_some() {
        return brackets;
    }
    let stream = model.connection.stream(model.direction);
    let visible = scale.visible(width);
    let first = stream.messages.partition_point(|message| stream.kept_body(message).end <= visible.start);
    let messages = stream.messages.iter().skip(first);
    let mut frames_left = FRAMES_MAX;
    for message in messages.take_while(|message| message.head.span.start < visible.end).take(FRAMES_MAX) {
        let (head, separator, body) = (message.head.span, message.head.separator, stream.kept_body(message));
        let tokens = cx.tokens;
        brackets.push(Bracket { key: "ruler-head", span: Span::new(head.start, separator.start), colour: tokens.head });
        brackets.push(Bracket { key: "ruler-separator", span: separator, colour: tokens.separator });
        let frames = stream.chunk_parts(message, visible, frames_left).ok().flatten().unwrap_or_default();
        frames_left = frames_left.saturating_sub(frames.len());
        if frames.is_empty() {
            brackets.push(Bracket { key: "ruler-body", span: body, colour: tokens.body });
        }
        brackets.extend(frames.into_iter().map(|part| match part {
            ChunkPart::Framing(span) => Bracket { key: "ruler-framing", span, colour: tokens.separator },
            ChunkPart::Data(span) => Bracket { key: "ruler-chunk", span, colour: tokens.body },
        }));
    }
    brackets.retain(|bracket| !bracket.span.is_empty());
    // The short ones last, so that a long neighbour does not cover them.
    brackets.sort_by_key(|bracket| core::cmp::Reverse(bracket.span.len()));
    brackets
}

/// Draws the bands of the ruler.
struct RulerPainter<'a, 'b> {
    ui: &'a mut Ui,
    cx: &'a UiContext<'b>,
    scale: RulerScale,
    area: Rect,
    all: Span,
}

impl RulerPainter<'_, '_> {
    fn ticks(&mut self) {
        let font = TextStyle::Small.resolve(self.ui.style());
        let room = 24.0 + group_digits(self.all.end).len() as f32 * 7.0;
        let (top, colour) = (self.area.top(), self.cx.tokens.weak);
        for at in self.scale.ticks(self.area.width(), room) {
            let x = self.area.left() + self.scale.x(at);
            if x < self.area.left() {
                continue;
            }
            self.ui.painter().vline(x, top + TICKS - 4.0..=top + TICKS, Stroke::new(1.0, colour));
            let text = self.ui.painter().layout_no_wrap(group_digits(at), font.clone(), colour);
            if x + 3.0 + text.size().x <= self.area.right() {
                self.ui.painter().galley(Pos2::new(x + 3.0, top), text, colour);
            }
        }
    }

    /// The place of `span` in the band at `top`; `None` if it is out of view.
    fn place(&self, span: Span, top: f32, height: f32) -> Option<Rect> {
        let left = (self.area.left() + self.scale.x(span.start)).max(self.area.left());
        let right = (self.area.left() + self.scale.x(span.end)).min(self.area.right());
        (right > left).then(|| Rect::from_min_max(Pos2::new(left, top), Pos2::new(right, top + height)))
    }

    /// The bytes by the calls of `connection` that carried them; returns the one that was clicked.
    fn ribbon(
        &mut self,
        top: f32,
        connection: &Connection,
        direction: Direction,
        layer: StreamLayer,
        key: &str,
    ) -> Option<u64> {
        let visible = self.scale.visible(self.area.width()).intersect(self.all);
        let most = (self.area.width() / APART) as usize;
        let log = connection.calls(layer);
        let carriers = CarryingCalls::of(log, direction, visible, most).unwrap_or_default();
        let band = Rect::from_x_y_ranges(self.area.x_range(), top..=top + RIBBON);
        let whole = self.place(self.all, top, RIBBON)?;
        self.ui.painter().rect_filled(whole, 0.0, self.cx.tokens.stripe);
        if let CarryingCalls::Many(first, last) = carriers {
            return self.merged(whole, first, last, direction);
        }
        let mut clicked = None;
        for carrier in carriers.each() {
            let Some(place) = self.place(carrier.span, top, RIBBON) else { continue };
            let gap = if place.width() > 4.0 { 1.0 } else { 0.0 };
            let filled = place.with_max_x(place.right() - gap);
            self.ui.painter().rect_filled(filled, 0.0, self.cx.tokens.call(carrier.number));
            if place.width() >= NAMED && self.named(place, *carrier, direction, key).clicked() {
                clicked = Some(carrier.number);
            }
        }
        clicked.or_else(|| self.hover_narrow(band, &carriers, direction, key)).filter(|_| key == "ruler-own")
    }

    /// Hides a part of what has just come.
    fn veil(&self, fading: &Fading) {
        let starts = fading.veils().skip(1).map(|(from, _)| from).chain([self.all.end]);
        for ((from, veil), to) in fading.veils().zip(starts) {
            let height = self.area.height() - TICKS;
            let Some(place) = self.place(Span::new(from, to), self.area.top() + TICKS, height) else { continue };
            self.ui.painter().rect_filled(place, 0.0, self.cx.tokens.surface.gamma_multiply(veil));
        }
    }

    /// A call that is wide enough to have a name.
    fn named(&mut self, place: Rect, carrier: CarryingCall, direction: Direction, key: &str) -> Response {
        let id = Id::unique((key, direction, carrier.number));
        let response = self.ui.interact(place, id, Sense::click());
        let name = self.call_name(carrier, direction);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let font = TextStyle::Small.resolve(self.ui.style());
        let number = group_digits(carrier.number + 1);
        // The peer's calls are told apart from our own.
        let text = match key {
            "ruler-other" => format!("{} #{number}", crate::capture::CallKind::from(direction).name()),
            _ => format!("#{number}"),
        };
        if place.width() > 16.0 + text.len() as f32 * 7.0 {
            self.ui.painter().text(place.center(), Align2::CENTER_CENTER, text, font, Color32::BLACK);
        }
        response.on_hover_text(name)
    }

    /// A hover or click on calls that are too narrow for names of their own.
    fn hover_narrow(&mut self, band: Rect, carriers: &CarryingCalls, direction: Direction, key: &str) -> Option<u64> {
        let response = self.ui.interact(band, Id::unique((key, "band")), Sense::hover());
        let pointer = response.hover_pos()?;
        let at = self.scale.offset(pointer.x - self.area.left());
        let carrier = carriers.each().iter().find(|carrier| carrier.span.contains(at))?;
        let is_named = self.place(carrier.span, band.top(), RIBBON).is_some_and(|place| place.width() >= NAMED);
        if is_named {
            return None;
        }
        let clicked = self.ui.input(|input| input.pointer.primary_clicked());
        response.on_hover_text(self.call_name(*carrier, direction));
        clicked.then_some(carrier.number)
    }

    fn call_name(&self, carrier: CarryingCall, direction: Direction) -> String {
        let call = crate::capture::CallKind::from(direction).name();
        let (start, end) = (carrier.span.start, carrier.span.end.saturating_sub(1));
        let figures = [
            ("call", Arg::from(call)),
            ("number", Arg::from(group_digits(carrier.number + 1))),
            ("start", Arg::from(group_digits(start))),
            ("end", Arg::from(group_digits(end))),
            ("count", Arg::from(group_digits(carrier.span.len()))),
        ];
        self.cx.words.with("ruler-call", figures)
    }

    /// More calls than can be told apart.
    fn merged(&mut self, place: Rect, first: CarryingCall, last: CarryingCall, direction: Direction) -> Option<u64> {
        self.ui.painter().rect_filled(place, 0.0, self.cx.tokens.direction(direction).gamma_multiply(0.35));
        let figures =
            [("first", Arg::from(group_digits(first.number + 1))), ("last", Arg::from(group_digits(last.number + 1)))];
        let text = self.cx.words.with("ruler-many", figures);
        let font = TextStyle::Small.resolve(self.ui.style());
        self.ui.painter().text(place.center(), Align2::CENTER_CENTER, text, font, self.cx.tokens.text);
        None
    }

    /// Draws the brackets; returns the bytes of the bracket that was clicked.
    fn brackets(&mut self, top: f32, brackets: &[Bracket]) -> Option<Span> {
        let mut clicked = None;
        for bracket in brackets {
            let Some(place) = self.place(bracket.span, top, BRACKET) else { continue };
            let left = place.left().min(self.area.right() - 2.0);
            let place = place.with_min_x(left).with_max_x(place.right().max(left + 2.0));
            let stroke = Stroke::new(1.0, self.cx.tokens.weak);
            self.ui.painter().rect_filled(place, 0.0, bracket.colour);
            self.ui.painter().vline(place.left() + 0.5, top..=top + 5.0, stroke);
            self.ui.painter().vline(place.right() - 0.5, top..=top + 5.0, stroke);
            self.ui.painter().hline(place.x_range(), top + 0.5, stroke);
            let (title, name) = (self.cx.text(bracket.key), bracket.name(self.cx));
            let response = self.ui.interact(place, Id::unique((bracket.key, bracket.span)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            let font = TextStyle::Small.resolve(self.ui.style());
            let galley = self.ui.painter().layout_no_wrap(title, font, self.cx.tokens.text);
            if galley.size().x + 6.0 < place.width() {
                let at = place.center() - galley.size() / 2.0 + Vec2::new(0.0, 1.0);
                self.ui.painter().galley(at, galley, self.cx.tokens.text);
            }
            if response.on_hover_text(name).clicked() {
                clicked = Some(bracket.span);
            }
        }
        clicked
    }

    /// A frame around what is chosen.
    fn selection(&mut self, selected: Option<Span>) {
        let height = self.area.height() - TICKS;
        let visible = self.scale.visible(self.area.width());
        let Some(span) = selected.map(|span| span.intersect(visible)).filter(|span| !span.is_empty()) else { return };
        // The narrowest selection is visible, too, and lies within the ruler.
        let x = |offset| (self.area.left() + self.scale.x(offset)).clamp(self.area.left(), self.area.right());
        let left = x(span.start).min(self.area.right() - 3.0);
        let right = x(span.end).max(left + 3.0);
        let top = self.area.top() + TICKS;
        let place = Rect::from_min_max(Pos2::new(left, top), Pos2::new(right, top + height));
        let stroke = Stroke::new(2.0, self.cx.tokens.accent);
        self.ui.painter().rect_stroke(place, 0.0, stroke, egui::StrokeKind::Inside);
    }
}
