//! The conversation: each message with its time, its direction, its size and its first bytes.
//!
//! In scope: following who spoke when, the selection, the keys, the menu of a message. Out of scope: which bytes are a message
//! (`view::conversation`).

use egui::{Align, Context, Event, FontId, Id, Key, Rect, Role, Sense, TextStyle, Ui, WidgetInfo};
use encoding_rs::UTF_8;

use crate::capture::{Connection, Direction, Failure, Moment, StreamLayer, Turns};
use crate::ui::kit::columns::{self, titles};
use crate::ui::kit::virtual_list::row_background;
use crate::ui::kit::widgets::{empty, segmented_control};
use crate::ui::kit::{Column, ListRows, UiContext, VirtualList, Width, context_menu, rows_in};
use crate::ui::select::{Bytes, BytesChoice, Chosen, Follower, News, Selection};
use crate::view::{
    CopyFormat, MESSAGE_PER_ROW, SpokenMessage, group_digits, is_conversation, preview_of, spoken_messages,
};

/// The most bytes of a message that stand in its row, and in its tooltip.
const ROW_BYTES: usize = 512;
const TOOLTIP_BYTES: usize = 2 * 1024;

/// The columns.
const COLUMNS: [Column; 4] = [
    Column { title: "column-at", width: Width::Points(88.0), align: Align::Max },
    Column { title: "column-way", width: Width::Points(80.0), align: Align::Min },
    Column { title: "column-bytes", width: Width::Points(72.0), align: Align::Max },
    Column { title: "column-message", width: Width::Share(1.0), align: Align::Min },
];

/// The panel.
#[derive(Debug)]
pub struct ConversationPanel {
    /// Whether one direction is shown in its place.
    is_off: bool,
    list: VirtualList,
    /// The connection of the turns: when it was opened, its number, its first call that is shown.
    of: Option<(Moment, u32, u64)>,
    turns: Option<Result<Turns, Failure>>,
}

impl Default for ConversationPanel {
    fn default() -> Self {
        Self { is_off: false, list: VirtualList::following(), of: None, turns: None }
    }
}

/// A message that something was done to.
struct Click {
    message: SpokenMessage,
    choice: Option<RowChoice>,
}

enum RowChoice {
    Copy,
    Bytes(BytesChoice),
}

impl ConversationPanel {
    /// Follows who spoke when on `connection`, if its bytes are a conversation, seen from `direction`.
    pub fn prepare(&mut self, connection: &Connection, direction: Direction, ctx: &Context) {
        if self.is_off || !is_conversation(connection, direction) {
            (self.of, self.turns) = (None, None);
            return;
        }
        let first = connection.thread.first_call;
        let of = (connection.thread.opened, connection.id.0, first);
        if self.of != Some(of) {
            let ctx = ctx.clone();
            let wake = move || crate::ui::kit::repaint::request_repaint(&ctx);
            let turns = Turns::start(connection.calls(StreamLayer::Plain), first, MESSAGE_PER_ROW, wake);
            (self.of, self.turns, self.list) = (Some(of), Some(turns), VirtualList::following());
        }
        if let Some(Ok(turns)) = &self.turns {
            turns.set_end(connection.thread.call_count);
        }
    }

    /// Draws the conversation of `connection`, with times since `since`, if its bytes are one, seen from `direction`. Returns whether
    /// that is all there is to show: the user may want to see one direction, or the bytes are HTTP.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        (connection, direction): (&Connection, Direction),
        since: Moment,
        selection: &mut Selection,
    ) -> bool {
        if !is_conversation(connection, direction) {
            return false;
        }
        let forms = [(false, cx.text("conversation")), (true, cx.text("conversation-one-way"))];
        if let Some(is_off) = segmented_control(ui, self.is_off, &forms, cx.tokens) {
            self.is_off = is_off;
            ui.request_repaint();
        }
        if self.is_off {
            return false;
        }
        let turns = match self.turns.take() {
            Some(Ok(turns)) => turns,
            Some(Err(failure)) => {
                ui.colored_label(cx.tokens.error, cx.words.failure(&failure).to_string());
                self.turns = Some(Err(failure));
                return true;
            }
            // They are followed from the next frame on.
            None => {
                ui.request_repaint();
                return true;
            }
        };
        if turns.rows() == 0 {
            empty(ui, &cx.text("conversation-empty"), cx.tokens);
        } else {
            self.show_list(ui, cx, connection, &turns, since, selection);
        }
        self.turns = Some(Ok(turns));
        true
    }

    fn show_list(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        connection: &Connection,
        turns: &Turns,
        since: Moment,
        selection: &mut Selection,
    ) {
        titles(ui, cx, &COLUMNS);
        let (total, visible) = (turns.rows(), rows_in(ui.available_height()));
        let id = ui.scope_id().with("conversation");
        let one_layer = connection.tls.is_none();
        let chosen = selection.chosen();
        let current = Direction::BOTH.into_iter().find_map(|direction| {
            let span = chosen.span(direction, StreamLayer::Plain, one_layer)?;
            turns.row_of(direction, span.start).ok().flatten()
        });
        if selection.follow(Follower::Body) == News::Elsewhere
            && let Some(row) = current
        {
            self.list.scroll.reveal_amid(row, visible, total);
        }
        let has_keyboard = ui.memory(|memory| memory.has_focus(id));
        let mut click = if has_keyboard { self.keys(ui, connection, turns, (current, visible)) } else { None };
        self.list.scroll.clamp(visible, total);
        let first = self.list.scroll.top_row;
        let messages = spoken_messages(connection, turns, (first, visible as usize + 2), ROW_BYTES).unwrap_or_default();
        let name = cx.text("conversation-messages");
        let rows = ListRows { name: &name, total, tokens: cx.tokens };
        self.list.show(ui, id, &rows, |ui, number, place| {
            let Some(message) = messages.iter().find(|message| message.number == number) else { return };
            let selected = current == Some(number);
            let done = row(ui, cx, connection, (message, since), place, (selected, has_keyboard && selected));
            click = done.or(click.take());
        });
        let Some(Click { message, choice }) = click else { return };
        ui.memory_mut(|memory| memory.request_focus(id));
        let bytes = Bytes { direction: message.direction, layer: StreamLayer::Plain, span: message.span };
        match choice {
            Some(RowChoice::Copy) => cx.copy_row(ui.ctx(), texts(cx, &message, since).join("\t")),
            Some(RowChoice::Bytes(choice)) => choice.carry_out(ui, cx, (connection, bytes), UTF_8, selection),
            None => {
                selection.choose(Chosen::bytes(bytes.direction, bytes.layer, bytes.span), Some(Follower::Body));
                ui.request_repaint();
            }
        }
    }

    /// The keys choose the message above or below; what is chosen is copied as text.
    fn keys(
        &mut self,
        ui: &Ui,
        connection: &Connection,
        turns: &Turns,
        (current, visible): (Option<u64>, f64),
    ) -> Option<Click> {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        let step = i64::from(pressed(Key::ArrowDown)) - i64::from(pressed(Key::ArrowUp));
        let copies = ui.input(|input| input.events.iter().any(|event| matches!(event, Event::Copy)));
        if step == 0 && !copies {
            return None;
        }
        let row = current.unwrap_or(self.list.scroll.top_row).saturating_add_signed(step);
        let row = row.min(turns.rows().saturating_sub(1));
        self.list.scroll.reveal(row, visible, turns.rows());
        let message = spoken_messages(connection, turns, (row, 1), ROW_BYTES).ok()?.pop()?;
        let copy = RowChoice::Bytes(BytesChoice::Copy(CopyFormat::Text));
        Some(Click { message, choice: (step == 0).then_some(copy) })
    }
}

/// The texts of the columns.
fn texts(cx: &UiContext<'_>, message: &SpokenMessage, since: Moment) -> [String; 4] {
    let at = message.at.map(|at| format!("{:.6}", at.since(since).as_secs_f64())).unwrap_or_default();
    let way = if message.direction == Direction::Sent { "way-sent" } else { "way-received" };
    [at, cx.text(way), group_digits(message.span.len()), message.text.clone()]
}

/// Draws a message; returns what the user did to it.
fn row(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    connection: &Connection,
    (message, since): (&SpokenMessage, Moment),
    place: Rect,
    (selected, has_keyboard): (bool, bool),
) -> Option<Click> {
    let response = ui.interact(place, Id::unique(("message", message.direction, message.span.start)), Sense::CLICK);
    row_background(ui, place, message.number, selected, cx.tokens);
    let texts = texts(cx, message, since);
    let [at, way, bytes, text] = &texts;
    response.widget_info(|| {
        let name = format!("{at} {way} {}: {text}", cx.words.bytes(message.span.len()));
        WidgetInfo::selected(Role::ListBoxOption, true, selected, name)
    });
    let mono = TextStyle::Monospace.resolve(ui.style());
    let direction = cx.tokens.direction(message.direction);
    let colours = [cx.tokens.weak, direction, cx.tokens.weak, direction];
    let fonts = [mono.clone(), FontId::proportional(mono.size), mono.clone(), mono];
    let cells = columns::lay_out(&COLUMNS, place);
    let mut is_cut = message.span.len() > ROW_BYTES as u64;
    for (((text, column), cell), (font, colour)) in
        [at, way, bytes, text].into_iter().zip(COLUMNS).zip(cells).zip(fonts.into_iter().zip(colours))
    {
        is_cut |= columns::paint(ui, cell, text, font, colour, column.align);
    }
    let mut choice = None;
    let opens = context_menu(&response, has_keyboard, |ui| {
        if ui.button(cx.text("copy-row")).clicked() {
            choice = Some(RowChoice::Copy);
        }
        choice = BytesChoice::menu(ui, cx, Follower::Body).map(RowChoice::Bytes).or(choice.take());
    });
    let clicked = response.clicked() || opens;
    if is_cut {
        response.on_hover_ui(|ui| {
            ui.set_max_width(640.0);
            ui.monospace(preview_of(connection, message.direction, message.span, TOOLTIP_BYTES).unwrap_or_default());
        });
    }
    (clicked || choice.is_some()).then(|| Click { message: message.clone(), choice })
}
