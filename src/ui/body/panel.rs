//! The Body tab: the body of a message as text, as hex or as a picture, at any stage of its unpacking.
//!
//! In scope: the choice of format, stage and character encoding; the state and the sizes of the body; the progress of the jobs that
//! unpack it. Out of scope: these jobs (see [`BodyPipeline`]), and the text (see [`BodyText`]).

use egui::{Context, Role, Ui, WidgetInfo};
use encoding_rs::{Encoding, UTF_8};

use super::body_ref::{BodyId, BodyRef};
use super::facts;
use super::picture::PicturePanel;
use super::pipeline::{BodyPipeline, TextOptions};
use super::progress_text::{empty_reason, show_problems};
use super::text::BodyText;
use crate::capture::{Message, StreamLayer};
use crate::decode::{ENCODINGS, Limits, Stage, codings_of};
use crate::http::{Framing, Span};
use crate::ui::bytes::hex_panel;
use crate::ui::kit::widgets::{combo, empty, link_button, segmented_control};
use crate::ui::kit::{UiContext, rows_in};
use crate::ui::picture::Pictures;
use crate::ui::select::{Chosen, Follower, News, SearchBar, SearchSource, Selection};
use crate::view::{Dump, TextPage, Wrap};

/// More bytes than a screen shows.
const SCREEN: u64 = 64 * 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum BodyFormat {
    #[default]
    Text,
    Hex,
    Picture,
}

/// The panel.
#[derive(Debug, Default)]
pub struct BodyPanel {
    /// The format that the user chose for bodies that are no pictures.
    chosen: Option<BodyFormat>,
    /// The format that the user chose for a body that is a picture.
    chosen_for_picture: Option<(BodyId, BodyFormat)>,
    stage: Stage,
    /// The most that may come out of codings.
    limits: Limits,
    /// The character encoding that the user chose; `None`: the one that is found.
    encoding: Option<&'static Encoding>,
    /// Whether lines are not wrapped.
    is_unwrapped: bool,
    /// Whether JSON, HTML and XML are formatted.
    is_formatted: bool,
    text: BodyText,
    hex: hex_panel::HexPanel,
    /// The selected bytes in the hex of a copy, which no other panel shows.
    chosen_bytes: Option<Span>,
    /// The byte that the hex is to bring into view.
    reveal_in_hex: Option<u64>,
    picture: PicturePanel,
    pipeline: Option<BodyPipeline>,
}

impl BodyPanel {
    /// How far the body is unpacked that is shown, and saved.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// What may come out of its codings.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether less than the whole body is shown, as a coding could not be undone to its end.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        let decoded = self.pipeline.as_ref().and_then(BodyPipeline::decoded);
        decoded.is_some_and(|decoded| decoded.fault.is_some() || decoded.failure.is_some())
    }

    /// Whether the body turned out not to be in the coding that its head names.
    #[must_use]
    pub fn passes_over(&self, body: &BodyRef<'_>) -> bool {
        let pipeline = self.pipeline.as_ref().filter(|pipeline| pipeline.key() == body.key);
        pipeline.and_then(BodyPipeline::decoded).is_some_and(|decoded| decoded.passed_over.is_some())
    }

    /// The first bytes of `body`, if the pipeline has made them.
    pub fn start(&self, body: &BodyRef<'_>) -> Vec<u8> {
        let pipeline = self.pipeline.as_ref().filter(|pipeline| pipeline.key() == body.key);
        pipeline.and_then(|pipeline| pipeline.bytes(body).read(Span::new(0, 512)).ok()).unwrap_or_default()
    }

    /// The character encoding: the one that the user chose, or the one that was found.
    #[must_use]
    pub fn encoding(&self) -> &'static Encoding {
        let found = self.pipeline.as_ref().map(|pipeline| pipeline.charset().encoding);
        self.encoding.or(found).unwrap_or(UTF_8)
    }

    /// The first byte in view of what is searched.
    #[must_use]
    pub fn top(&self) -> u64 {
        if self.format() == BodyFormat::Hex { self.hex.top() } else { self.text.seen().start }
    }

    /// Brings the byte at `offset` of what is searched into view, at once or when its row has been counted.
    pub fn reveal(&mut self, offset: u64) {
        if self.format() == BodyFormat::Hex {
            self.reveal_in_hex = Some(offset);
        } else {
            self.text.reveal(offset);
        }
    }

    /// The bytes of the direction that are `span` of what is searched, if that is no copy of them.
    pub fn in_direction(&self, body: &BodyRef<'_>, span: Span) -> Option<Span> {
        let pipeline = self.pipeline.as_ref().filter(|pipeline| pipeline.key() == body.key)?;
        pipeline.in_direction(body, self.format() == BodyFormat::Text, span)
    }

    /// The source of a search, once the pipeline has made it; a picture can't be searched.
    pub fn search_source(&mut self, body: &BodyRef<'_>, ctx: &Context) -> Option<SearchSource> {
        let format = self.format();
        let pipeline =
            self.pipeline.as_mut().filter(|pipeline| pipeline.key() == body.key && format != BodyFormat::Picture);
        pipeline?.search_source(body, format == BodyFormat::Text, ctx)
    }

    /// Selects nothing any more; returns whether something was selected.
    pub fn deselect(&mut self) -> bool {
        self.chosen_bytes.take().is_some() | self.text.deselect()
    }

    /// Forgets the body, but not the format and the stage.
    pub fn forget(&mut self) {
        let Self { chosen, stage, is_unwrapped, is_formatted, .. } = *self;
        *self = Self { chosen, stage, is_unwrapped, is_formatted, ..Self::default() };
    }

    /// Lets the pipeline make what is to be shown.
    pub fn prepare(&mut self, body: &BodyRef<'_>, pictures: &mut Pictures, ctx: &Context) {
        if self.pipeline.as_ref().is_none_or(|pipeline| pipeline.key() != body.key) {
            if self.pipeline.as_ref().is_some_and(|pipeline| pipeline.key().of != body.key.of) {
                self.encoding = None;
            }
            self.pipeline = Some(BodyPipeline::new(body, ctx));
            self.text.reset();
        }
        let format = self.format();
        let columns = self.text.columns();
        let wrap = if self.is_unwrapped { Wrap::Off } else { Wrap::Columns(columns) };
        let wrap = (format == BodyFormat::Text && columns > 0).then_some(wrap);
        let (is_formatted, top) = (self.is_formatted, self.text.seen().start);
        let options = TextOptions { encoding: self.encoding, wrap, is_formatted, top };
        let row = self.pipeline.as_mut().and_then(|pipeline| pipeline.prepare(body, &options, ctx));
        if let Some(row) = row {
            self.text.set_top_row(row);
        }
        if format == BodyFormat::Picture && body.is_over() {
            self.picture.prepare(body.key, || body.whole(), pictures, ctx);
        }
    }

    /// The format in which the body is shown: a picture as a picture, unless the user chose another format for it.
    fn format(&self) -> BodyFormat {
        match (self.picture_id(), self.chosen_for_picture) {
            (None, _) => self.chosen.unwrap_or(if self.is_binary() { BodyFormat::Hex } else { BodyFormat::Text }),
            (Some(id), Some((of, format))) if id == of => format,
            (Some(_), _) => BodyFormat::Picture,
        }
    }

    fn is_binary(&self) -> bool {
        self.pipeline.as_ref().is_some_and(BodyPipeline::is_binary)
    }

    /// The body's identity, if the body is a picture.
    fn picture_id(&self) -> Option<BodyId> {
        self.pipeline.as_ref().filter(|pipeline| pipeline.is_picture()).map(|pipeline| pipeline.key().of)
    }

    /// Draws the body, with what `search` has found in it lit, and the bytes of `selection` that are in it; takes over what
    /// is chosen in it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        body: Option<&BodyRef<'_>>,
        search: &SearchBar,
        selection: &mut Selection,
    ) {
        let Some(body) = body.filter(|body| body.message.is_some() || body.stream.bytes > 0) else {
            return empty(ui, &cx.text("body-empty"), cx.tokens);
        };
        let format = self.format();
        self.bar(ui, cx, body, format);
        facts::show(ui, cx, body, self.pipeline.as_ref(), &self.text);
        let pipeline = self.pipeline.take().filter(|pipeline| pipeline.key() == body.key);
        let Some(mut pipeline) = pipeline else {
            // The pipeline of a new body begins before the next frame.
            return ui.request_repaint();
        };
        if show_problems(ui, cx, &pipeline) {
            self.limits = Limits::NONE;
            ui.request_repaint();
        }
        let is_text = format == BodyFormat::Text;
        let is_copy = pipeline.start_in_direction(body, is_text).is_none();
        let chosen = if is_copy { None } else { self.follow(body, (format, &pipeline), selection) };
        let selected = match format {
            _ if pipeline.bytes(body).is_empty() => {
                empty(ui, &empty_reason(cx, body, &pipeline), cx.tokens);
                None
            }
            BodyFormat::Text => self.text(ui, cx, body, (&mut pipeline, search), chosen),
            BodyFormat::Picture => {
                self.picture.show(ui, cx, body.key);
                None
            }
            BodyFormat::Hex => {
                let chosen = if is_copy { self.chosen_bytes } else { chosen };
                self.hex(ui, cx, body, (&pipeline, search), chosen)
            }
        };
        let bytes = selected.and_then(|span| pipeline.in_direction(body, is_text, span));
        self.pipeline = Some(pipeline);
        if is_copy {
            self.chosen_bytes = selected.or(self.chosen_bytes);
        }
        if let Some(bytes) = bytes {
            selection.choose(Chosen::bytes(body.direction, StreamLayer::Plain, bytes), Some(Follower::Body));
        }
    }

    /// Where the chosen bytes stand in what is shown; brings them into view if they were chosen elsewhere.
    fn follow(
        &mut self,
        body: &BodyRef<'_>,
        (format, pipeline): (BodyFormat, &BodyPipeline),
        selection: &mut Selection,
    ) -> Option<Span> {
        let is_elsewhere = selection.follow(Follower::Body) == News::Elsewhere;
        let chosen = selection.chosen().span(body.direction, StreamLayer::Plain, body.one_layer);
        if is_elsewhere {
            self.text.deselect();
        }
        let chosen = chosen.filter(|chosen| chosen.start < body.wire().end)?;
        let within = pipeline.place_of(body, format == BodyFormat::Text, chosen)?;
        if is_elsewhere {
            match format {
                BodyFormat::Hex => self.reveal_in_hex = Some(within.start),
                _ => self.text.reveal(within.start),
            }
        }
        Some(within)
    }

    fn hex(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        body: &BodyRef<'_>,
        (pipeline, search): (&BodyPipeline, &SearchBar),
        chosen: Option<Span>,
    ) -> Option<Span> {
        let (content, per_row) = (pipeline.bytes(body), self.hex.per_row());
        let dump = Dump::One { direction: body.direction, content, from: 0, per_row };
        if let Some(row) = self.reveal_in_hex.take().and_then(|offset| dump.row_of(body.direction, offset)) {
            self.hex.reveal_amid(row, rows_in(ui.available_height()), dump.rows());
        }
        let shown = hex_panel::HexModel {
            dump,
            backgrounds: None,
            calls: None,
            selected: chosen.map(|span| (body.direction, span)),
            search: Some((search, body.direction, 0)),
            encoding: self.encoding(),
        };
        self.hex.show(ui, cx, Some(&shown)).map(|(_, span)| span)
    }

    /// Draws the choice of the format, of the stage and of the character encoding.
    fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, body: &BodyRef<'_>, format: BodyFormat) {
        ui.horizontal_wrapped(|ui| {
            let mut formats = vec![(BodyFormat::Text, cx.text("body-text")), (BodyFormat::Hex, cx.text("body-hex"))];
            let picture = self.picture_id();
            if picture.is_some() {
                formats.push((BodyFormat::Picture, cx.text("body-picture")));
            }
            if let Some(format) = segmented_control(ui, format, &formats, cx.tokens) {
                match picture {
                    Some(id) => self.chosen_for_picture = Some((id, format)),
                    None => self.chosen = Some(format),
                }
            }
            if let Some(message) = body.message {
                self.stages(ui, cx, message);
            }
            let has_text = self.pipeline.as_ref().is_some_and(|pipeline| !pipeline.bytes(body).is_empty());
            if format == BodyFormat::Text && has_text {
                self.charset(ui, cx);
                if self.pipeline.as_ref().is_some_and(BodyPipeline::can_format) {
                    let formatted = ui.checkbox(&mut self.is_formatted, cx.text("body-formatted"));
                    if formatted.on_hover_text(cx.text("body-formatted-hint")).changed() {
                        self.text.reset();
                    }
                }
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
        if let Some(stage) = segmented_control(ui, self.stage, &shown, cx.tokens) {
            self.stage = stage;
            ui.request_repaint();
        }
    }

    /// The character encoding and how it is known, to be chosen by hand.
    fn charset(&mut self, ui: &mut Ui, cx: &UiContext<'_>) {
        let Some(pipeline) = &self.pipeline else { return };
        let found = pipeline.charset();
        let why = cx.text(&format!("charset-{}", found.reason.name()));
        let mut chosen = self.encoding;
        let response = combo("charset").selected_text(format!("{} · {why}", found.encoding.name())).show_ui(ui, |ui| {
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
            self.text.reset();
            ui.request_repaint();
        }
    }

    /// Says why the text is not formatted although it is wanted so, or offers to fold everything.
    fn formatting(&mut self, ui: &mut Ui, cx: &UiContext<'_>, pipeline: &mut BodyPipeline) {
        let Some(formatting) = pipeline.formatting_mut() else { return };
        match formatting.copy() {
            Err(why) => drop(ui.weak(cx.text(why.key()))),
            Ok(_) => drop(ui.horizontal(|ui| {
                for (key, folds) in [("fold-all", true), ("unfold-all", false)] {
                    if link_button(ui, cx.text(key), cx.tokens).clicked() {
                        formatting.fold_all(folds);
                        self.text.deselect();
                        ui.request_repaint();
                    }
                }
            })),
        }
    }

    fn text(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        body: &BodyRef<'_>,
        (pipeline, search): (&mut BodyPipeline, &SearchBar),
        chosen: Option<Span>,
    ) -> Option<Span> {
        self.formatting(ui, cx, pipeline);
        // Rows are counted once the width is known.
        self.text.measure(ui);
        let Some(counted) = pipeline.rows() else {
            self.text.wait(ui);
            return None;
        };
        let (content, highlights) = (pipeline.text(body), counted.highlights.as_ref());
        let seen = self.text.seen();
        let lit = search.hits_in(Span::new(seen.start, seen.end.max(seen.start + SCREEN)));
        let hit = search.current().map(|hit| hit.start);
        let chosen = chosen.unwrap_or_default();
        let page = TextPage { content, index: &counted.index, highlights, lit: &lit, chosen };
        let layout = pipeline.formatting().and_then(|formatting| formatting.copy().ok()).map(|copy| &copy.layout);
        let selected = self.text.show(ui, cx, &page, (hit, layout));
        if let Some((source, formatting)) = self.text.take_toggled().zip(pipeline.formatting_mut()) {
            formatting.toggle(source);
            ui.request_repaint();
        }
        if search.is_open() && self.text.seen().start != seen.start {
            // The rows that have come into view may hold hits too.
            ui.request_repaint();
        }
        selected
    }
}
