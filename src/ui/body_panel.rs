//! The body of a message as text or as hex.
//!
//! The text is laid out from the spool, row by row: an index of the rows grows by a few milliseconds a frame (see
//! [`BodyPanel::prepare`]), so that a body of any size can be scrolled through and none of it is kept in memory.

use std::time::{Duration, Instant};

use egui::{Align, Id, Rect, Role, Sense, TextStyle, Ui, WidgetInfo};

use super::bytes_panel;
use super::grid;
use super::head_panel::codings;
use super::list::{List, Rows};
use super::look::Look;
use super::tokens::ROW;
use super::widgets::{choices, empty, line};
use crate::capture::{Content, Direction, Message, Way};
use crate::http::Span;
use crate::view::{LineIndex, TextRow, rows_from};

/// The index grows for so long in a frame.
const BUDGET: Duration = Duration::from_millis(2);
/// It reads so many bytes at a time.
const PIECE: u64 = 64 * 1024;
/// The visible rows have at most so many bytes: a row holds at most as many columns, a column at most 4 bytes and their marks, and
/// there are never more than some hundred rows.
const SCREEN: u64 = 256 * 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Text,
    Hex,
}

/// The panel.
#[derive(Debug, Default)]
pub struct BodyPanel {
    form: Form,
    list: List,
    hex: bytes_panel::BytesPanel,
    columns: usize,
    text: Option<Text>,
}

/// The rows of one body.
#[derive(Debug)]
struct Text {
    key: Key,
    index: LineIndex,
}

/// What the rows belong to: another body or another width needs another index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The body's place in its direction: where it begins, and which direction and connection that is.
    pub of: (u64, u32, Way, u64),
}

/// What the panel shows.
pub struct Shown<'a> {
    /// Which body it is.
    pub key: Key,
    /// The direction that it is in.
    pub direction: &'a Direction,
    /// Which direction it is.
    pub way: Way,
    /// The message; `None` if the bytes are no HTTP and all of them are shown.
    pub message: Option<&'a Message>,
}

impl Shown<'_> {
    fn content(&self) -> Content<'_> {
        let all = || Content::plain(&self.direction.spool, Span::new(0, self.direction.bytes));
        self.message.map_or_else(all, |message| message.content_in(self.direction))
    }
}

impl BodyPanel {
    /// Lets the index of the rows grow; returns whether there is more to do.
    pub fn prepare(&mut self, shown: &Shown<'_>) -> bool {
        if self.form == Form::Hex || self.columns == 0 {
            return false;
        }
        let columns = self.columns;
        let fresh = || Text { key: shown.key, index: LineIndex::new(columns) };
        let text = match &mut self.text {
            Some(text) if text.key == shown.key && text.index.columns() == columns => text,
            text => {
                self.list.scroll.home();
                text.insert(fresh())
            }
        };
        grow(&mut text.index, &shown.content())
    }

    /// Draws the body.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, shown: Option<&Shown<'_>>) {
        let Some(shown) = shown else {
            return empty(ui, &look.text("body-empty"), look.tokens);
        };
        self.bar(ui, look, shown);
        if shown.content().is_empty() {
            return empty(ui, &look.text("body-none"), look.tokens);
        }
        match self.form {
            Form::Text => self.text(ui, look, shown),
            Form::Hex => {
                let content = shown.content();
                let shown = bytes_panel::Shown { content, way: shown.way, grounds: None, selected: None };
                self.hex.show(ui, look, Some(&shown));
            }
        }
    }

    fn bar(&mut self, ui: &mut Ui, look: &Look<'_>, shown: &Shown<'_>) {
        ui.horizontal_wrapped(|ui| {
            let forms = [(Form::Text, look.text("body-text")), (Form::Hex, look.text("body-hex"))];
            if let Some(form) = choices(ui, self.form, &forms, look.tokens) {
                self.form = form;
            }
            let (text, colour) = match shown.message {
                Some(message) => {
                    let state = look.words.body_state(message, shown.direction.bytes);
                    (
                        state,
                        if message.end.is_none() || message.is_complete() { look.tokens.weak } else { look.tokens.bad },
                    )
                }
                None => (look.text("body-all-bytes"), look.tokens.weak),
            };
            line(ui, text, colour);
            if let Some(text) = shown.message.and_then(|message| codings(look, message)) {
                line(ui, text, look.tokens.bad);
            }
        });
    }

    fn text(&mut self, ui: &mut Ui, look: &Look<'_>, shown: &Shown<'_>) {
        let font = TextStyle::Monospace.resolve(ui.style());
        let width = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
        let columns = ((ui.available_width() - 36.0) / width).max(8.0) as usize;
        if columns != self.columns {
            self.columns = columns;
            ui.request_repaint();
        }
        let Some(text) = self.text.as_ref().filter(|text| text.key == shown.key) else { return ui.request_repaint() };
        let first = self.list.scroll.top_row;
        let visible = (ui.available_height().max(0.0) / ROW) as usize + 2;
        let rows = visible_rows(&text.index, &shown.content(), first, visible);
        let name = look.text("body");
        let list = Rows { name: &name, total: text.index.rows(), tokens: look.tokens };
        self.list.show(ui, ui.scope_id().with("body"), &list, |ui, number, place| {
            let row = number.checked_sub(first).and_then(|i| rows.get(usize::try_from(i).ok()?));
            if let Some(row) = row {
                let response = ui.interact(place, Id::unique(("body", row.offset)), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &row.text));
                let cell = Rect::from_min_max(place.min + egui::vec2(12.0, 0.0), place.max);
                grid::paint(ui, cell, &row.text, font.clone(), look.tokens.text, Align::Min);
            }
        });
    }
}

fn grow(index: &mut LineIndex, content: &Content<'_>) -> bool {
    let begun = Instant::now();
    while index.fed() < content.len() {
        if begun.elapsed() > BUDGET {
            return true;
        }
        let bytes = content.read(Span::new(index.fed(), index.fed() + PIECE)).unwrap_or_default();
        if bytes.is_empty() {
            return false;
        }
        index.feed(&bytes);
    }
    false
}

fn visible_rows(index: &LineIndex, content: &Content<'_>, first: u64, count: usize) -> Vec<TextRow> {
    let Some((offset, skip)) = index.locate(first) else { return Vec::new() };
    let bytes = content.read(Span::new(offset, offset + index.skipped_max() + SCREEN)).unwrap_or_default();
    rows_from(&bytes, offset, index.columns(), skip, count)
}
