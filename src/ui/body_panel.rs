//! The body of a message as text or as hex, at any stage of its unpacking.
//!
//! The text is laid out row by row from where it lies (see [`BodyLayers`]), so that a body of any size can be scrolled through and
//! none of it is kept in memory.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, ComboBox, Context, FontId, Id, Rect, Role, Sense, Stroke, TextStyle, Ui, WidgetInfo};
use encoding_rs::Encoding;

use super::body_layers::{BodyLayers, Looked};
use super::bytes_panel;
use super::finder::Source;
use super::grid;
use super::list::{List, Rows};
use super::look::Look;
use super::picture_panel::PicturePanel;
use super::search_bar::SearchBar;
use super::tokens::{ROW, Tokens};
use super::widgets::{choices, empty, line};
use crate::capture::{Content, Message};
use crate::decode::{CodingFault, ENCODINGS, Limits, Stage};
use crate::http::{Framing, Span};
use crate::view::{Highlights, LineIndex, TextRow, group_digits, rows_from, rows_painted};
use crate::words::Arg;

/// The visible rows have at most so many bytes: a row holds at most as many columns, a column at most 4 bytes and their marks, and
/// there are never more than some hundred rows.
const SCREEN: u64 = 256 * 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Text,
    Hex,
    Picture,
}

/// The panel.
#[derive(Debug, Default)]
pub struct BodyPanel {
    /// What the user chose; `None`: what fits the body.
    chosen: Option<Form>,
    stage: Stage,
    /// What may come out of its codings.
    limits: Limits,
    /// The character encoding that the user chose; `None`: the one that is found.
    encoding: Option<&'static Encoding>,
    list: List,
    hex: bytes_panel::BytesPanel,
    columns: usize,
    picture: PicturePanel,
    layers: Option<BodyLayers>,
    /// The first byte of the text in view.
    top: u64,
    /// A byte that is to be brought into view.
    revealing: Option<u64>,
}

impl BodyPanel {
    /// How far the body is unpacked that is looked at, and saved.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What may come out of its codings.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The character encoding of the body that was looked at last.
    #[must_use]
    pub fn encoding(&self) -> Option<&'static Encoding> {
        self.layers.as_ref().map(|layers| layers.charset().encoding)
    }

    /// Whether what is shown of it is known to be less than the whole: a coding could not be undone to its end.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        let decoded = self.layers.as_ref().and_then(BodyLayers::decoded);
        decoded.is_some_and(|decoded| decoded.fault.is_some() || decoded.failure.is_some())
    }

    /// The first byte in view.
    #[must_use]
    pub fn top(&self) -> u64 {
        if self.form() == Form::Hex { self.hex.top() } else { self.top }
    }

    /// Brings the byte at `offset` of what is searched into view, as soon as its row is known.
    pub fn reveal(&mut self, offset: u64) {
        self.revealing = Some(offset);
    }

    /// What a search looks at, once it has been made ready; a picture can't be searched.
    pub fn searched(&mut self, looked: &Looked<'_>, ctx: &Context) -> Option<Source> {
        let form = self.form();
        let layers = self.layers.as_mut().filter(|layers| layers.key() == looked.key && form != Form::Picture);
        layers?.searched(looked, form == Form::Text, ctx)
    }

    /// Forgets the body, but not how it was looked at.
    pub fn forget(&mut self) {
        let Self { chosen, stage, .. } = *self;
        *self = Self { chosen, stage, ..Self::default() };
    }

    /// Makes a little more of the body ready; returns whether there is more to do at once.
    pub fn prepare(&mut self, looked: &Looked<'_>, ctx: &Context) -> bool {
        if self.layers.as_ref().is_none_or(|layers| layers.key() != looked.key) {
            self.layers = Some(BodyLayers::new(looked, ctx));
            self.list.scroll.home();
        }
        let form = self.form();
        let columns = (form == Form::Text && self.columns > 0).then_some(self.columns);
        let encoding = self.encoding;
        let more = self.layers.as_mut().is_some_and(|layers| layers.prepare(looked, encoding, columns, ctx));
        if form == Form::Picture && looked.is_over() {
            self.picture.prepare(looked.key, || looked.body(), ctx);
        }
        more
    }

    /// How the body is looked at: as a picture only if it is one.
    fn form(&self) -> Form {
        let is_picture = self.layers.as_ref().is_some_and(BodyLayers::is_picture);
        match self.chosen {
            None if is_picture => Form::Picture,
            Some(Form::Picture) if !is_picture => Form::Text,
            chosen => chosen.unwrap_or_default(),
        }
    }

    /// Draws the body.
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, looked: Option<&Looked<'_>>, search: &SearchBar) {
        let Some(looked) = looked else {
            return empty(ui, &look.text("body-empty"), look.tokens);
        };
        let form = self.form();
        self.bar(ui, look, looked, form);
        let layers = self.layers.take().filter(|layers| layers.key() == looked.key);
        // A body that was not looked at before is made ready before the next frame.
        let Some(layers) = layers else { return ui.request_repaint() };
        if notes(ui, look, &layers) {
            self.limits = Limits::NONE;
            ui.request_repaint();
        }
        match form {
            _ if layers.bytes(looked).is_empty() => empty(ui, &look.text("body-none"), look.tokens),
            Form::Text => self.text(ui, look, looked, &layers, search),
            Form::Picture => self.picture.show(ui, look, looked.key),
            Form::Hex => {
                let content = layers.bytes(looked);
                if let Some(offset) = self.revealing.take() {
                    self.hex.reveal(offset, f64::from(ui.available_height() / ROW), content.len());
                }
                let search = Some(search);
                let shown = bytes_panel::Shown { content, way: looked.way, grounds: None, selected: None, search };
                self.hex.show(ui, look, Some(&shown));
            }
        }
        self.layers = Some(layers);
    }

    /// How it is looked at, its sizes, and what became of it.
    fn bar(&mut self, ui: &mut Ui, look: &Look<'_>, looked: &Looked<'_>, form: Form) {
        ui.horizontal_wrapped(|ui| {
            let mut forms = vec![(Form::Text, look.text("body-text")), (Form::Hex, look.text("body-hex"))];
            if self.layers.as_ref().is_some_and(BodyLayers::is_picture) {
                forms.push((Form::Picture, look.text("body-picture")));
            }
            if let Some(form) = choices(ui, form, &forms, look.tokens) {
                self.chosen = Some(form);
            }
            if let Some(message) = looked.message {
                self.stages(ui, look, message);
            }
            let has_text = self.layers.as_ref().is_some_and(|layers| !layers.bytes(looked).is_empty());
            if form == Form::Text && has_text {
                self.charset(ui, look);
            }
            self.sizes(ui, look, looked);
        });
    }

    /// The stages that differ for `message`.
    fn stages(&mut self, ui: &mut Ui, look: &Look<'_>, message: &Message) {
        let is_coded = !message.head.codings().content.is_empty() || message.head.codings().transfer.len() > 1;
        let is_framed = message.framing == Framing::Chunked;
        if !is_coded && !is_framed {
            return;
        }
        let all = [(Stage::Decoded, "stage-decoded"), (Stage::Framed, "stage-framed"), (Stage::Wire, "stage-wire")];
        let shown = all.into_iter().filter(|(stage, _)| match stage {
            Stage::Decoded => true,
            Stage::Framed => is_coded,
            Stage::Wire => is_framed,
        });
        let shown: Vec<_> = shown.map(|(stage, key)| (stage, look.text(key))).collect();
        if let Some(stage) = choices(ui, self.stage, &shown, look.tokens) {
            self.stage = stage;
            ui.request_repaint();
        }
    }

    /// The character encoding and how it is known, to be chosen by hand.
    fn charset(&mut self, ui: &mut Ui, look: &Look<'_>) {
        let Some(layers) = &self.layers else { return };
        let found = layers.charset();
        let why = look.text(&format!("charset-{}", found.reason.name()));
        let mut chosen = self.encoding;
        let response = ComboBox::from_id_salt("charset")
            .selected_text(format!("{} · {why}", found.encoding.name()))
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut chosen, None, look.text("charset-automatic"));
                for encoding in ENCODINGS {
                    ui.selectable_value(&mut chosen, Some(*encoding), encoding.name());
                }
            });
        let name = format!("{} · {why}", found.encoding.name());
        response.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &name));
        response.response.on_hover_text(look.text("charset"));
        if chosen != self.encoding {
            self.encoding = chosen;
            self.list.scroll.home();
            ui.request_repaint();
        }
    }

    /// On the wire, after framing, decoded; and what became of it.
    fn sizes(&self, ui: &mut Ui, look: &Look<'_>, looked: &Looked<'_>) {
        let Some(message) = looked.message else {
            line(ui, look.text("body-all-bytes"), look.tokens.weak);
            return;
        };
        let good = message.end.is_none() || message.is_complete();
        let colour = if good { look.tokens.weak } else { look.tokens.bad };
        line(ui, look.words.body_state(message, looked.direction.bytes), colour);
        let mut parts = Vec::new();
        let mut part = |key: &str, bytes: u64| {
            parts.push(look.words.with(key, [("bytes", Arg::from(group_digits(bytes)))]));
        };
        let decoded = self.layers.as_ref().and_then(BodyLayers::decoded);
        if message.framing == Framing::Chunked || decoded.is_some() {
            part("size-wire", looked.wire().len());
            part("size-framed", message.content_in(looked.direction).len());
        }
        if let Some(decoded) = decoded {
            part("size-decoded", decoded.bytes);
        }
        line(ui, parts.join(" · "), look.tokens.weak);
    }

    fn text(&mut self, ui: &mut Ui, look: &Look<'_>, looked: &Looked<'_>, layers: &BodyLayers, search: &SearchBar) {
        let font = TextStyle::Monospace.resolve(ui.style());
        let width = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
        let columns = ((ui.available_width() - 36.0) / width).max(8.0) as usize;
        if columns != self.columns {
            self.columns = columns;
            ui.request_repaint();
        }
        let Some(index) = layers.rows() else { return ui.request_repaint() };
        let content = layers.text(looked);
        let row = self.revealing.and_then(|offset| row_of(index, &content, offset));
        if let Some(row) = row {
            self.revealing = None;
            self.list.scroll.reveal(row, f64::from(ui.available_height() / ROW), index.rows());
        }
        let first = self.list.scroll.top_row;
        let visible = (ui.available_height().max(0.0) / ROW) as usize + 2;
        let rows = visible_rows(index, layers.highlights(), &content, first, visible, search);
        self.top = rows.rows.first().map_or(0, |row| row.offset);
        let name = look.text("body");
        let list = Rows { name: &name, total: index.rows(), tokens: look.tokens };
        self.list.show(ui, ui.scope_id().with("body"), &list, |ui, number, place| {
            let row = number.checked_sub(first).and_then(|i| rows.rows.get(usize::try_from(i).ok()?));
            if let Some(row) = row {
                let response = ui.interact(place, Id::unique(("body", row.offset)), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &row.text));
                let cell = Rect::from_min_max(place.min + egui::vec2(12.0, 0.0), place.max);
                grid::paint_job(ui, cell, job(row, rows.current, &font, look.tokens), Align::Min);
            }
        });
    }
}

/// What is wrong with the copies that are shown; returns whether the user wants more to come out.
fn notes(ui: &mut Ui, look: &Look<'_>, layers: &BodyLayers) -> bool {
    let mut goes_on = false;
    if let Some(error) = layers.codings_error() {
        line(ui, look.words.codings_error(error), look.tokens.bad);
    }
    if let Some(fault) = layers.decoded().and_then(|decoded| decoded.fault.clone()) {
        line(ui, look.words.coding_error(&fault), look.tokens.bad);
        if matches!(fault.kind, CodingFault::TooLong { .. } | CodingFault::TooDense { .. }) {
            goes_on = ui.link(look.text("decode-on")).on_hover_text(look.text("decode-on-hint")).clicked();
        }
    }
    if let Some(failure) = layers.failure() {
        line(ui, look.words.failure(&failure).to_string(), look.tokens.bad);
    }
    goes_on
}

/// The rows that are in view, and which of their marks is that of the hit that the user stands on.
struct Visible {
    rows: Vec<TextRow>,
    current: Option<usize>,
}

fn visible_rows(
    index: &LineIndex,
    highlights: Option<&Highlights>,
    content: &Content<'_>,
    first: u64,
    count: usize,
    search: &SearchBar,
) -> Visible {
    let Some((offset, skip)) = index.locate(first) else { return Visible { rows: Vec::new(), current: None } };
    let bytes = content.read(Span::new(offset, offset + index.skipped_max() + SCREEN)).unwrap_or_default();
    let highlighter = highlights.and_then(|highlights| highlights.before(offset)).map(|(start, mut machine)| {
        machine.skip(&content.read(Span::new(start, offset)).unwrap_or_default());
        machine
    });
    let laid = |marks: &[Span]| rows_painted(&bytes, offset, index.columns(), skip, count, highlighter.clone(), marks);
    let rows = laid(&[]);
    let (Some(start), Some(last)) = (rows.first(), rows.last()) else { return Visible { rows, current: None } };
    let hits = search.hits_in(Span::new(start.offset, last.offset + SCREEN));
    let current = search.current().and_then(|current| hits.iter().position(|hit| *hit == current));
    let rows = if hits.is_empty() { rows } else { laid(&hits) };
    Visible { rows, current }
}

/// The row with the byte at `offset`, once it has been counted.
fn row_of(index: &LineIndex, content: &Content<'_>, offset: u64) -> Option<u64> {
    let (row, start) = index.locate_byte(offset)?;
    // With the whole of the character that the byte begins.
    let bytes = content.read(Span::new(start, offset + 4)).ok()?;
    let rows = rows_from(&bytes, start, index.columns(), 0, usize::MAX);
    let before = rows.iter().take_while(|row| row.offset <= offset).count() as u64;
    Some(row + before.saturating_sub(1))
}

/// A row with its colours, and the grounds of what was found in it.
fn job(row: &TextRow, current: Option<usize>, font: &FontId, tokens: Tokens) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (text, paint, mark) in row.marked_parts() {
        let mut format = TextFormat::simple(font.clone(), tokens.paint(paint));
        if mark.is_some() {
            format.background = tokens.hit;
        }
        if mark.is_some() && mark == current {
            (format.background, format.underline) = (tokens.hit_now, Stroke::new(2.0, tokens.text));
        }
        job.append(text, 0.0, format);
    }
    job
}
