//! The Bytes tab: the ruler, the hex dump, and between them what can be done with a selection.
//!
//! In scope: which bytes are shown, of one direction or both and in which layer; going to an offset; copying. Out of scope: drawing rows
//! (see [`HexPanel`]) and the ruler.

use egui::containers::menu::MenuButton;
use egui::{Align, Context, Event, Key, Layout, Ui};
use encoding_rs::Encoding;

use super::hex_panel::{self, HexPanel};
use super::ruler::{self, RulerClick, RulerPanel};
use crate::capture::{Connection, ConnectionState, Content, Direction, Failure, Moment, StreamLayer, Turns};
use crate::http::Span;
use crate::ui::kit::small_controls::small_toggle;
use crate::ui::kit::widgets::{field, segmented_control, tool};
use crate::ui::kit::{Icon, UiContext, rows_in};
use crate::ui::select::{
    Bytes, BytesChoice, Calls, Chosen, Follower, News, SearchBar, SearchSource, SearchSourceKey, Selection,
};
use crate::ui::shortcut::Shortcut;
use crate::view::{CopyFormat, Dump, group_digits, offset_text, parse_offset};

use crate::words::Arg;

/// The tab.
#[derive(Debug, Default)]
pub struct BytesTab {
    /// Whether both directions are shown.
    pub both: bool,
    layer: StreamLayer,
    panel: HexPanel,
    ruler: RulerPanel,
    turns: Option<FollowedTurns>,
    /// The text in the field for an offset.
    offset: String,
    /// Whether that text is no offset.
    offset_is_bad: bool,
    /// The width of the ruler's buttons, in points.
    buttons: f32,
}

/// The turns of a connection in a layer.
#[derive(Debug)]
struct FollowedTurns {
    of: (Moment, u32, StreamLayer, u64, usize),
    turns: Result<Turns, Failure>,
}

/// The bytes that the tab shows.
#[derive(Clone, Copy)]
struct BytesModel<'a> {
    connection: &'a Connection,
    direction: Direction,
    layer: StreamLayer,
    encoding: &'static Encoding,
    chosen: Option<(Direction, Span)>,
}

impl BytesTab {
    /// Follows the turns of both directions while both are shown.
    pub fn prepare(&mut self, connection: &Connection, ctx: &Context) {
        if !self.both {
            self.turns = None;
            return;
        }
        let layer = self.layer(connection);
        let first = connection.thread.first_call;
        let per_row = self.panel.per_row();
        let of = (connection.thread.opened, connection.id.0, layer, first, per_row);
        if self.turns.as_ref().is_none_or(|followed_turns| followed_turns.of != of) {
            let (calls, ctx) = (connection.calls(layer), ctx.clone());
            let wake = move || crate::ui::kit::repaint::request_repaint(&ctx);
            self.turns = Some(FollowedTurns { of, turns: Turns::start(calls, first, per_row as u64, wake) });
        }
        if let Some(FollowedTurns { turns: Ok(turns), .. }) = &self.turns {
            turns.set_end(connection.thread.call_count);
        }
    }

    fn layer(&self, connection: &Connection) -> StreamLayer {
        if connection.tls.is_some() { self.layer } else { StreamLayer::Plain }
    }

    /// The source of a search.
    #[must_use]
    pub fn searched(&self, connection: &Connection, direction: Direction, encoding: &'static Encoding) -> SearchSource {
        let layer = self.layer(connection);
        let (spool, bytes) = connection.bytes(direction, layer);
        let first = connection.first_byte(direction, layer);
        SearchSource {
            key: SearchSourceKey::Bytes { of: (connection.thread.opened.0, connection.id.0, direction), layer, first },
            spool: spool.clone(),
            span: Span::new(first, bytes),
            is_over: matches!(connection.state(), ConnectionState::Closed(_)),
            encoding,
        }
    }

    /// The offset of the first byte in view, counted from the first byte that is searched.
    #[must_use]
    pub fn top(&self, connection: &Connection, direction: Direction) -> u64 {
        self.panel.top().saturating_sub(connection.first_byte(direction, self.layer(connection)))
    }

    /// The selection of a hit, whose offsets count from the first byte that is searched.
    #[must_use]
    pub fn hit(&self, connection: &Connection, direction: Direction, hit: Span) -> Chosen {
        let layer = self.layer(connection);
        let first = connection.first_byte(direction, layer);
        Chosen::bytes(direction, layer, Span::new(hit.start + first, hit.end + first))
    }

    /// Draws the choice of the layer.
    pub fn layers(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let layers = [(StreamLayer::Plain, cx.text("bytes-plain")), (StreamLayer::Wire, cx.text("bytes-encrypted"))];
        if let Some(layer) = segmented_control(ui, self.layer, &layers, cx.tokens) {
            self.layer = layer;
        }
    }

    /// Draws the tab, and takes over what is chosen in it.
    #[expect(clippy::too_many_arguments, reason = "they are what the tab stands in the middle of")]
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        connection: Option<&Connection>,
        other_end: Option<&Connection>,
        direction: Direction,
        encoding: &'static Encoding,
        selection: &mut Selection,
        search: &SearchBar,
    ) {
        let Some(connection) = connection else {
            self.panel.show(ui, cx, None);
            return;
        };
        let news = selection.follow(Follower::Bytes);
        let is_news = news != News::Old;
        let chosen = selection.chosen();
        if let Some(bytes) = chosen.bytes.filter(|_| is_news) {
            self.layer = bytes.layer;
        }
        let layer = self.layer(connection);
        let one_layer = connection.tls.is_none();
        let own = Direction::BOTH
            .into_iter()
            .find_map(|direction| Some((direction, chosen.span(direction, layer, one_layer)?)));
        let model = BytesModel { connection, direction, layer, encoding, chosen: own };
        let on_ruler = ruler::RulerModel {
            connection,
            direction,
            layer,
            other_end: other_end.filter(|_| one_layer),
            selected: own.filter(|(own, _)| *own == direction).map(|(_, span)| span),
        };
        if let Some((_, span)) = own.filter(|(own, _)| is_news && *own == direction) {
            self.ruler.reveal(span);
        }
        let (gone_to, choice) = self.bar(ui, cx, &model, on_ruler.selected);
        let on_ruler = self.ruler.show(ui, cx, &on_ruler).and_then(|click| chosen_on_ruler(&model, click));
        let in_rows = self.rows(ui, cx, &model, news == News::Elsewhere, search);
        let choice = self.panel.take_choice().or(choice);
        if let Some((choice, (direction, span))) = choice.zip(own) {
            choice.carry_out(ui, cx, (connection, Bytes { direction, layer, span }), encoding, selection);
        }
        match (on_ruler.or(gone_to), in_rows) {
            (Some(chosen), _) => selection.choose(chosen, None),
            (None, Some(chosen)) => selection.choose(chosen, Some(Follower::Bytes)),
            (None, None) => {}
        }
    }

    /// Draws the field for an offset, the notation of offsets, the menu for copying, and the ruler's buttons; returns the byte that was
    /// gone to, and what is wanted done with those that are chosen.
    fn bar(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &BytesModel<'_>,
        on_ruler: Option<Span>,
    ) -> (Option<Chosen>, Option<BytesChoice>) {
        let (mut gone_to, mut choice) = (None, None);
        ui.horizontal(|ui| {
            let response = field(ui, &cx.text("go-to"), &mut self.offset, 104.0, cx.tokens);
            let response = response.on_hover_text(cx.text("go-to-hint"));
            if Shortcut::GoTo.pressed(ui.ctx()) {
                response.request_focus();
            }
            if response.changed() {
                self.offset_is_bad = false;
            }
            if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                gone_to = self.go_to(model);
            }
            notation(ui, cx);
            choice = self.copy_menu(ui, cx, model);
            self.show_status(ui, cx, model);
            let right = Layout::right_to_left(Align::Center);
            let buttons = ui.with_layout(right, |ui| {
                self.ruler.bar(ui, cx, on_ruler);
                ui.min_rect().width()
            });
            self.buttons = buttons.inner;
        });
        (gone_to, choice)
    }

    /// Draws which bytes are selected, or what went wrong, cut where the ruler's buttons begin.
    fn show_status(&self, ui: &mut Ui, cx: &UiContext<'_>, model: &BytesModel<'_>) {
        ui.scope(|ui| {
            ui.set_max_width((ui.available_width() - self.buttons - 16.0).max(0.0));
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
            if self.offset_is_bad {
                let (_, total) = model.connection.bytes(model.direction, model.layer);
                let total = [("total", Arg::from(group_digits(total)))];
                ui.colored_label(cx.tokens.error, cx.words.with("go-to-bad", total));
            } else if let Some((direction, span)) = model.chosen {
                chosen_text(ui, cx, direction, span);
            }
        });
    }

    fn go_to(&mut self, model: &BytesModel<'_>) -> Option<Chosen> {
        let (_, total) = model.connection.bytes(model.direction, model.layer);
        let first = model.connection.first_byte(model.direction, model.layer);
        let from = model.chosen.map_or(first, |(_, span)| span.start);
        let offset = parse_offset(&self.offset, from, total).filter(|offset| (first..total).contains(offset));
        self.offset_is_bad = offset.is_none();
        offset.map(|offset| Chosen::bytes(model.direction, model.layer, Span::new(offset, offset + 1)))
    }

    /// The menu of what can be done with the chosen bytes, and Ctrl+C, which copies them as they were selected: as text or in hex.
    fn copy_menu(&self, ui: &mut Ui, cx: &UiContext<'_>, model: &BytesModel<'_>) -> Option<BytesChoice> {
        let copies = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
        let is_free = self.panel.has_focus() || ui.memory(|memory| memory.focused().is_none());
        let mut choice = (copies && is_free).then_some(BytesChoice::Copy(self.panel.copy_format()));
        ui.add_enabled_ui(model.chosen.is_some(), |ui| {
            let copy = tool((cx.text("copy"), Icon::ChevronDown.atom()));
            MenuButton::from_button(copy).ui(ui, |ui| {
                for form in CopyFormat::ALL {
                    if ui.button(cx.text(form.name())).clicked() {
                        choice = Some(BytesChoice::Copy(form));
                    }
                }
            });
        });
        choice
    }

    /// The hex and text.
    fn rows(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        model: &BytesModel<'_>,
        is_elsewhere: bool,
        search: &SearchBar,
    ) -> Option<Chosen> {
        let BytesModel { connection, direction, layer, .. } = *model;
        let content = |direction| {
            let (spool, bytes) = connection.bytes(direction, layer);
            Content::plain(spool, Span::new(0, bytes))
        };
        let dump = match &self.turns {
            Some(FollowedTurns { turns: Ok(turns), .. }) if self.both => {
                Dump::Both { turns, sent: content(Direction::Sent), received: content(Direction::Received) }
            }
            Some(FollowedTurns { turns: Err(failure), .. }) if self.both => {
                ui.colored_label(cx.tokens.error, cx.words.failure(failure).to_string());
                return None;
            }
            _ => {
                let (from, per_row) = (connection.first_byte(direction, layer), self.panel.per_row());
                Dump::One { direction, content: content(direction), from, per_row }
            }
        };
        if let Some((direction, span)) = model.chosen.filter(|_| is_elsewhere)
            && let Some(row) = dump.row_of(direction, span.start)
        {
            self.panel.reveal_amid(row, rows_in(ui.available_height()), dump.rows());
        }
        let shown = hex_panel::HexModel {
            dump,
            backgrounds: (layer == StreamLayer::Plain).then_some(connection),
            calls: Some(connection.calls(layer)),
            selected: model.chosen,
            search: Some((search, direction, connection.first_byte(direction, layer))),
            encoding: model.encoding,
        };
        let (direction, span) = self.panel.show(ui, cx, Some(&shown))?;
        Some(Chosen::bytes(direction, layer, span))
    }
}

/// The choice of how offsets are told.
fn notation(ui: &mut Ui, cx: &UiContext<'_>) {
    let name = cx.text("offsets-hex");
    let is_hex = cx.views.hex_offsets;
    if small_toggle(ui, "0x", &name, is_hex, cx.tokens).on_hover_text(&name).clicked() {
        cx.change_views(|views| views.hex_offsets = !is_hex);
    }
}

fn chosen_on_ruler(model: &BytesModel<'_>, click: RulerClick) -> Option<Chosen> {
    match click {
        RulerClick::Bytes(span) => Some(Chosen::bytes(model.direction, model.layer, span)),
        RulerClick::Call(number) => {
            let call = model.connection.calls(model.layer).at(number).ok()??;
            let calls = Some(Calls { first: number, count: 1 });
            Some(Chosen { calls, ..Chosen::bytes(model.direction, model.layer, call.span()) })
        }
    }
}

/// Draws which bytes are selected.
fn chosen_text(ui: &mut Ui, cx: &UiContext<'_>, direction: Direction, span: Span) {
    let offset = |offset| Arg::from(offset_text(offset, cx.views.hex_offsets));
    let figures = [
        ("start", offset(span.start)),
        ("end", offset(span.end.saturating_sub(1))),
        ("count", Arg::from(group_digits(span.len()))),
    ];
    let arrow = if direction == Direction::Sent { "↑" } else { "↓" };
    let text = format!("{arrow} {}", cx.words.with("ruler-range", figures));
    ui.weak(text);
}
