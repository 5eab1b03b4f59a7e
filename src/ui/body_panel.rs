//! The body of a message as text or as hex, at any stage of its unpacking.
//!
//! The text is laid out row by row from where it lies (see [`BodyLayers`]), so that a body of any size can be scrolled through and
//! none of it is kept in memory.

use egui::{Align, ComboBox, Context, Id, Rect, Role, Sense, TextStyle, Ui, WidgetInfo};
use encoding_rs::{Encoding, UTF_8};

use super::body_layers::{BodyLayers, Looked};
use super::bytes_panel;
use super::grid;
use super::list::{List, Rows};
use super::look::Look;
use super::picture_panel::PicturePanel;
use super::tokens::ROW;
use super::widgets::{choices, empty, line};
use crate::capture::{Content, Message};
use crate::decode::{CodingFault, ENCODINGS, Limits, Stage};
use crate::http::{Framing, Span};
use crate::view::{Dump, Highlights, LineIndex, TextRow, group_digits, rows_painted};
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
    /// What is chosen in the hex.
    chosen_bytes: Option<Span>,
    columns: usize,
    picture: PicturePanel,
    layers: Option<BodyLayers>,
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

    /// Whether what is shown of it is known to be less than the whole: a coding could not be undone to its end.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        let decoded = self.layers.as_ref().and_then(BodyLayers::decoded);
        decoded.is_some_and(|decoded| decoded.fault.is_some() || decoded.failure.is_some())
    }

    /// The character encoding: the one that the user chose, or the one that was found.
    #[must_use]
    pub fn encoding(&self) -> &'static Encoding {
        let found = self.layers.as_ref().map(|layers| layers.charset().encoding);
        self.encoding.or(found).unwrap_or(UTF_8)
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
    pub fn show(&mut self, ui: &mut Ui, look: &Look<'_>, looked: Option<&Looked<'_>>) {
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
            Form::Text => self.text(ui, look, looked, &layers),
            Form::Picture => self.picture.show(ui, look, looked.key),
            Form::Hex => {
                let content = layers.bytes(looked);
                let shown = bytes_panel::Shown {
                    dump: Dump::One { way: looked.way, content, from: 0 },
                    grounds: None,
                    calls: None,
                    selected: self.chosen_bytes.map(|span| (looked.way, span)),
                    hits: &[],
                    hit: None,
                    encoding: self.encoding(),
                };
                if let Some((_, span)) = self.hex.show(ui, look, Some(&shown)) {
                    self.chosen_bytes = Some(span);
                }
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

    fn text(&mut self, ui: &mut Ui, look: &Look<'_>, looked: &Looked<'_>, layers: &BodyLayers) {
        let font = TextStyle::Monospace.resolve(ui.style());
        let width = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
        let columns = ((ui.available_width() - 36.0) / width).max(8.0) as usize;
        if columns != self.columns {
            self.columns = columns;
            ui.request_repaint();
        }
        let Some(index) = layers.rows() else { return ui.request_repaint() };
        let first = self.list.scroll.top_row;
        let visible = (ui.available_height().max(0.0) / ROW) as usize + 2;
        let rows = visible_rows(index, layers.highlights(), &layers.text(looked), first, visible);
        let name = look.text("body");
        let list = Rows { name: &name, total: index.rows(), tokens: look.tokens };
        self.list.show(ui, ui.scope_id().with("body"), &list, |ui, number, place| {
            let row = number.checked_sub(first).and_then(|i| rows.get(usize::try_from(i).ok()?));
            if let Some(row) = row {
                let response = ui.interact(place, Id::unique(("body", row.offset)), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &row.text));
                let cell = Rect::from_min_max(place.min + egui::vec2(12.0, 0.0), place.max);
                let parts: Vec<_> =
                    row.parts().map(|(text, paint)| (text, font.clone(), look.tokens.paint(paint))).collect();
                grid::paint_parts(ui, cell, &parts, Align::Min);
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

fn visible_rows(
    index: &LineIndex,
    highlights: Option<&Highlights>,
    content: &Content<'_>,
    first: u64,
    count: usize,
) -> Vec<TextRow> {
    let Some((offset, skip)) = index.locate(first) else { return Vec::new() };
    let bytes = content.read(Span::new(offset, offset + index.skipped_max() + SCREEN)).unwrap_or_default();
    let highlighter = highlights.and_then(|highlights| highlights.before(offset)).map(|(start, mut machine)| {
        machine.skip(&content.read(Span::new(start, offset)).unwrap_or_default());
        machine
    });
    rows_painted(&bytes, offset, index.columns(), skip, count, highlighter)
}
