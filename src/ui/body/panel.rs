//! The body of a message as text, as hex or as a picture, at any stage of its unpacking.
//!
//! In scope: how it is looked at, what is known of it, how far the jobs have come that make it ready. Out of scope: these jobs (see
//! [`BodyLayers`]), and the text itself (see [`BodyText`]).

use egui::{Align, ComboBox, Context, Layout, Role, Ui, WidgetInfo};
use encoding_rs::{Encoding, UTF_8};

use super::picture::PicturePanel;
use super::pipeline::{BodyId, BodyLayers, Looked, Wanted};
use super::progress_text::{notes, nothing, told};
use super::text::BodyText;
use crate::capture::{Layer, Message};
use crate::decode::{ENCODINGS, Limits, Stage, codings_of};
use crate::http::{Framing, Span};
use crate::ui::bytes::hex_panel;
use crate::ui::kit::widgets::{choices, empty};
use crate::ui::kit::{ROW, UiContext};
use crate::ui::picture::Pictures;
use crate::ui::select::{SearchBar, Selection, Source};
use crate::view::{Dump, TextPage, Wrap, group_digits};
use crate::words::Arg;

/// What fits on a screen is less than this, in bytes.
const SCREEN: u64 = 64 * 1024;
/// The line of facts is so high, whatever stands in it.
const FACTS: f32 = 20.0;

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
    /// What the user chose for bodies that are no pictures,
    chosen: Form,
    /// and for one that is.
    chosen_for: Option<(BodyId, Form)>,
    stage: Stage,
    /// What may come out of its codings.
    limits: Limits,
    /// The character encoding that the user chose; `None`: the one that is found.
    encoding: Option<&'static Encoding>,
    /// Whether lines are not wrapped.
    is_unwrapped: bool,
    text: BodyText,
    hex: hex_panel::BytesPanel,
    /// What is chosen in the hex of a copy, which no other panel shows.
    chosen_bytes: Option<Span>,
    /// The bytes of the direction that were chosen here last.
    told: Option<Span>,
    /// The choice that was followed last.
    followed: u64,
    /// The byte that the hex is to show.
    revealed: Option<u64>,
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

    /// Whether it turned out not to be in a coding.
    #[must_use]
    pub fn passes_over(&self, looked: &Looked<'_>) -> bool {
        let layers = self.layers.as_ref().filter(|layers| layers.key() == looked.key);
        layers.and_then(BodyLayers::decoded).is_some_and(|decoded| decoded.passed_over.is_some())
    }

    /// Its first bytes, if they have been made ready.
    pub fn start(&self, looked: &Looked<'_>) -> Vec<u8> {
        let layers = self.layers.as_ref().filter(|layers| layers.key() == looked.key);
        layers.and_then(|layers| layers.bytes(looked).read(Span::new(0, 512)).ok()).unwrap_or_default()
    }

    /// The character encoding: the one that the user chose, or the one that was found.
    #[must_use]
    pub fn encoding(&self) -> &'static Encoding {
        let found = self.layers.as_ref().map(|layers| layers.charset().encoding);
        self.encoding.or(found).unwrap_or(UTF_8)
    }

    /// The first byte in view of what is searched.
    #[must_use]
    pub fn top(&self) -> u64 {
        if self.form() == Form::Hex { self.hex.top() } else { self.text.seen().start }
    }

    /// Brings the byte at `offset` of what is searched into view, at once or when its row has been counted.
    pub fn reveal(&mut self, offset: u64) {
        if self.form() == Form::Hex {
            self.revealed = Some(offset);
        } else {
            self.text.reveal(offset);
        }
    }

    /// The bytes of the direction that are `span` of what is searched, if that is no copy of them.
    pub fn in_direction(&self, looked: &Looked<'_>, span: Span) -> Option<Span> {
        let layers = self.layers.as_ref().filter(|layers| layers.key() == looked.key)?;
        let begin = layers.begin(looked, self.form() == Form::Text)?;
        Some(Span::new(span.start + begin, span.end + begin))
    }

    /// What a search looks at, once it has been made ready; a picture can't be searched.
    pub fn searched(&mut self, looked: &Looked<'_>, ctx: &Context) -> Option<Source> {
        let form = self.form();
        let layers = self.layers.as_mut().filter(|layers| layers.key() == looked.key && form != Form::Picture);
        layers?.searched(looked, form == Form::Text, ctx)
    }

    /// Forgets the body, but not how it was looked at.
    pub fn forget(&mut self) {
        let Self { chosen, stage, is_unwrapped, .. } = *self;
        *self = Self { chosen, stage, is_unwrapped, ..Self::default() };
    }

    /// Makes more of the body ready.
    pub fn prepare(&mut self, looked: &Looked<'_>, pictures: &mut Pictures, ctx: &Context) {
        if self.layers.as_ref().is_none_or(|layers| layers.key() != looked.key) {
            if self.layers.as_ref().is_some_and(|layers| layers.key().of != looked.key.of) {
                self.encoding = None;
            }
            self.layers = Some(BodyLayers::new(looked, ctx));
            self.text.home();
        }
        let form = self.form();
        let columns = self.text.columns();
        let wrap = if self.is_unwrapped { Wrap::Off } else { Wrap::Columns(columns) };
        let wrap = (form == Form::Text && columns > 0).then_some(wrap);
        let wanted = Wanted { encoding: self.encoding, wrap, top: self.text.seen().start };
        let row = self.layers.as_mut().and_then(|layers| layers.prepare(looked, &wanted, ctx));
        if let Some(row) = row {
            self.text.turn_to(row);
        }
        if form == Form::Picture && looked.is_over() {
            self.picture.prepare(looked.key, || looked.body(), pictures, ctx);
        }
    }

    /// How the body is looked at: as a picture if it is one, unless the user chose otherwise for it.
    fn form(&self) -> Form {
        match (self.picture_id(), self.chosen_for) {
            (None, _) => self.chosen,
            (Some(id), Some((of, form))) if id == of => form,
            (Some(_), _) => Form::Picture,
        }
    }

    /// Which body it is, if it is a picture.
    fn picture_id(&self) -> Option<BodyId> {
        self.layers.as_ref().filter(|layers| layers.is_picture()).map(|layers| layers.key().of)
    }

    /// Draws the body, with what `search` has found in it lit, and the bytes of `selection` that are in it. Returns the bytes of the
    /// direction that the user has chosen anew.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        looked: Option<&Looked<'_>>,
        search: &SearchBar,
        selection: &Selection,
    ) -> Option<Span> {
        let Some(looked) = looked.filter(|looked| looked.message.is_some() || looked.direction.bytes > 0) else {
            empty(ui, &cx.text("body-empty"), cx.tokens);
            return None;
        };
        let form = self.form();
        self.bar(ui, cx, looked, form);
        self.facts(ui, cx, looked);
        let layers = self.layers.take().filter(|layers| layers.key() == looked.key);
        let Some(layers) = layers else {
            // A body that was not looked at before is made ready before the next frame.
            ui.request_repaint();
            return None;
        };
        if notes(ui, cx, &layers) {
            self.limits = Limits::NONE;
            ui.request_repaint();
        }
        let begin = layers.begin(looked, form == Form::Text);
        let chosen = begin.and_then(|begin| self.follow(looked, (form, begin), selection));
        let selected = match form {
            _ if layers.bytes(looked).is_empty() => {
                empty(ui, &nothing(cx, looked, &layers), cx.tokens);
                None
            }
            Form::Text => self.text(ui, cx, looked, (&layers, search), chosen),
            Form::Picture => {
                self.picture.show(ui, cx, looked.key);
                None
            }
            Form::Hex => {
                let chosen = if begin.is_some() { chosen } else { self.chosen_bytes };
                self.hex(ui, cx, looked, (&layers, search), chosen)
            }
        };
        self.layers = Some(layers);
        if begin.is_none() {
            self.chosen_bytes = selected.or(self.chosen_bytes);
        }
        self.told = selected.zip(begin).map(|(span, begin)| Span::new(span.start + begin, span.end + begin));
        self.told
    }

    /// The chosen bytes, counted from `begin`, where what is shown begins; brings them into view if they were chosen elsewhere.
    fn follow(&mut self, looked: &Looked<'_>, (form, begin): (Form, u64), selection: &Selection) -> Option<Span> {
        let is_news = selection.is_news(&mut self.followed);
        let chosen = selection.chosen().span(looked.way, Layer::Plain, looked.one_layer);
        let is_elsewhere = is_news && chosen != self.told;
        if is_elsewhere {
            self.text.deselect();
        }
        let within = chosen.map(|span| Span::new(span.start.max(begin), span.end)).filter(|span| !span.is_empty())?;
        let within = Span::new(within.start - begin, within.end - begin);
        if is_elsewhere && within.start < looked.wire().len() {
            match form {
                Form::Hex => self.revealed = Some(within.start),
                _ => self.text.reveal(within.start),
            }
        }
        Some(within)
    }

    fn hex(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        looked: &Looked<'_>,
        (layers, search): (&BodyLayers, &SearchBar),
        chosen: Option<Span>,
    ) -> Option<Span> {
        let dump = Dump::One { way: looked.way, content: layers.bytes(looked), from: 0 };
        if let Some(row) = self.revealed.take().and_then(|offset| dump.row_of(looked.way, offset)) {
            self.hex.reveal_amid(row, f64::from(ui.available_height() / ROW), dump.rows());
        }
        let shown = hex_panel::Shown {
            dump,
            grounds: None,
            calls: None,
            selected: chosen.map(|span| (looked.way, span)),
            search: Some((search, looked.way, 0)),
            encoding: self.encoding(),
        };
        self.hex.show(ui, cx, Some(&shown)).map(|(_, span)| span)
    }

    /// How it is looked at, its sizes, and what became of it.
    fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, looked: &Looked<'_>, form: Form) {
        ui.horizontal_wrapped(|ui| {
            let mut forms = vec![(Form::Text, cx.text("body-text")), (Form::Hex, cx.text("body-hex"))];
            let picture = self.picture_id();
            if picture.is_some() {
                forms.push((Form::Picture, cx.text("body-picture")));
            }
            if let Some(form) = choices(ui, form, &forms, cx.tokens) {
                match picture {
                    Some(id) => self.chosen_for = Some((id, form)),
                    None => self.chosen = form,
                }
            }
            if let Some(message) = looked.message {
                self.stages(ui, cx, message);
            }
            let has_text = self.layers.as_ref().is_some_and(|layers| !layers.bytes(looked).is_empty());
            if form == Form::Text && has_text {
                self.charset(ui, cx);
                let mut is_wrapped = !self.is_unwrapped;
                if ui.checkbox(&mut is_wrapped, cx.text("body-wrap")).changed() {
                    self.is_unwrapped = !is_wrapped;
                    ui.request_repaint();
                }
            }
        });
    }

    /// The stages that differ for `message`.
    fn stages(&mut self, ui: &mut Ui, cx: &UiContext<'_>, message: &Message) {
        let is_coded = codings_of(&message.head, message.framing).is_ok_and(|codings| !codings.is_empty());
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
        let shown: Vec<_> = shown.map(|(stage, key)| (stage, cx.text(key))).collect();
        if let Some(stage) = choices(ui, self.stage, &shown, cx.tokens) {
            self.stage = stage;
            ui.request_repaint();
        }
    }

    /// The character encoding and how it is known, to be chosen by hand.
    fn charset(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(layers) = &self.layers else { return };
        let found = layers.charset();
        let why = cx.text(&format!("charset-{}", found.reason.name()));
        let mut chosen = self.encoding;
        let response = ComboBox::from_id_salt("charset")
            .selected_text(format!("{} · {why}", found.encoding.name()))
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut chosen, None, cx.text("charset-automatic"));
                for encoding in ENCODINGS {
                    ui.selectable_value(&mut chosen, Some(*encoding), encoding.name());
                }
            });
        let name = format!("{} · {why}", found.encoding.name());
        response.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &name));
        response.response.on_hover_text(cx.text("charset"));
        if chosen != self.encoding {
            self.encoding = chosen;
            self.text.home();
            ui.request_repaint();
        }
    }

    /// What became of it and its sizes; at the right, what is going on, or was copied.
    fn facts(&self, ui: &mut Ui, cx: &UiContext<'_>, looked: &Looked<'_>) {
        let size = egui::vec2(ui.available_width(), FACTS);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().interact_size.y = FACTS;
            self.work(ui, cx);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
                self.sizes(ui, cx, looked);
            });
        });
    }

    fn work(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(layers) = &self.layers else { return };
        if layers.is_held() {
            ui.colored_label(cx.tokens.accent, cx.text("work-held"));
            return;
        }
        let Some((work, progress)) = layers.work() else {
            if let Some(copied) = self.text.copied(cx) {
                ui.weak(copied);
            }
            return;
        };
        let key = if progress.is_stopped { "work-resume" } else { "cancel" };
        if ui.link(cx.text(key)).clicked() {
            layers.stop(!progress.is_stopped);
        }
        ui.colored_label(cx.tokens.accent, told(cx, work, progress));
    }

    /// What became of it; on the wire, after framing, decoded.
    fn sizes(&self, ui: &mut Ui, cx: &UiContext<'_>, looked: &Looked<'_>) {
        let Some(message) = looked.message else {
            ui.weak(cx.text("body-all-bytes"));
            return;
        };
        let good = message.end.is_none() || message.is_complete();
        let colour = if good { cx.tokens.weak } else { cx.tokens.bad };
        ui.colored_label(colour, cx.words.body_state(message, looked.direction.bytes));
        let mut parts = Vec::new();
        let mut part = |key: &str, bytes: u64| {
            parts.push(cx.words.with(key, [("bytes", Arg::from(group_digits(bytes)))]));
        };
        let decoded = self.layers.as_ref().and_then(BodyLayers::decoded);
        // Without chunks, both are what was told first.
        if message.framing == Framing::Chunked {
            part("size-wire", looked.wire().len());
            part("size-framed", message.content_in(looked.direction).len());
        }
        if let Some(decoded) = decoded {
            part("size-decoded", decoded.made);
        }
        ui.weak(parts.join(" · "));
    }

    fn text(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        looked: &Looked<'_>,
        (layers, search): (&BodyLayers, &SearchBar),
        chosen: Option<Span>,
    ) -> Option<Span> {
        // Until the width is known, nothing is counted.
        self.text.measure(ui);
        let counted = layers.rows()?;
        let (content, highlights) = (layers.text(looked), counted.highlights.as_ref());
        let seen = self.text.seen();
        let lit = search.hits_in(Span::new(seen.start, seen.end.max(seen.start + SCREEN)));
        let hit = search.current().map(|hit| hit.start);
        let chosen = chosen.unwrap_or_default();
        let page = TextPage { content, index: &counted.index, highlights, lit: &lit, chosen };
        let selected = self.text.show(ui, cx, &page, hit);
        if search.is_open() && self.text.seen().start != seen.start {
            // What has come into view may hold hits, too.
            ui.request_repaint();
        }
        selected
    }
}
