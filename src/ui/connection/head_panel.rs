//! The Head tab: the start line of a message, its fields as a table or as raw text, and its violations.

use egui::{Color32, Frame, Label, RichText, ScrollArea, Sense, TextEdit, TextStyle, Ui};

use crate::capture::{ByteStream, Message};
use crate::decode::{codings_of, no_coding_of};
use crate::http::{Head, Span, Trailers, Unreadable};
use crate::ui::kit::glossary_tooltip::explain;
use crate::ui::kit::widgets::{empty, more, segmented_control};
use crate::ui::kit::{ROW, UiContext, strong};
use crate::view::{KeptControls, group_digits, visible_bytes, visible_bytes_keeping};
use crate::words::{Arg, Topic, TopicGroup};

/// The most bytes of a line, a name or a value that are shown, as each glyph costs time in each frame. The raw head shows all.
const PART_MAX: usize = 4 * 1024;

/// The most violations that are shown; each line of a head may have some.
const VIOLATIONS_MAX: usize = 100;
/// The most bytes of a raw head that are shown.
const RAW_MAX: usize = 64 * 1024;

/// How the head is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Fields,
    Raw,
}

/// The panel.
#[derive(Debug, Default)]
pub struct HeadPanel {
    form: Form,
    /// The bytes that were lit in the last frame.
    lit: Option<Span>,
}

impl HeadPanel {
    /// Draws the head of `message`, one of those of `stream`; what has any of the bytes `lit` is lit. Returns the bytes of what was
    /// clicked.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        stream: Option<&ByteStream>,
        message: Option<&Message>,
        lit: Option<Span>,
    ) -> Option<Span> {
        let Some(message) = message else {
            empty(ui, &nothing(cx, stream), cx.tokens);
            return None;
        };
        let mut clicked = None;
        ui.horizontal(|ui| {
            let forms = [(Form::Fields, cx.text("head-fields")), (Form::Raw, cx.text("head-raw"))];
            if let Some(form) = segmented_control(ui, self.form, &forms, cx.tokens) {
                self.form = form;
            }
            explain(ui.weak(summary(cx, message)), cx, Topic::from(message.framing));
        });
        ScrollArea::both().id_salt("head").auto_shrink(false).show(ui, |ui| {
            warnings(ui, cx, message);
            let mut lit = Lit { is_news: std::mem::replace(&mut self.lit, lit) != lit, span: lit };
            match self.form {
                Form::Fields => clicked = fields(ui, cx, &message.head, &mut lit),
                Form::Raw => raw(ui, cx, &message.head),
            }
            if let Some(fields) = &message.trailers {
                clicked = clicked.or(trailers(ui, cx, fields, &mut lit));
            } else if message.has_unkept_trailers {
                ui.weak(cx.text("trailers-unkept"));
            }
        });
        clicked
    }
}

/// The bytes that are lit.
#[derive(Clone, Copy, Debug)]
struct Lit {
    span: Option<Span>,
    /// Whether the first row that has any of it is to be brought into view.
    is_news: bool,
}

/// Why there is no head to show.
fn nothing(cx: &UiContext<'_>, stream: Option<&ByteStream>) -> String {
    let unkept_messages = stream.map_or(0, |stream| stream.unkept_messages);
    match stream.and_then(|stream| stream.unreadable) {
        Some((_, Unreadable::NotHttp | Unreadable::HeadUnfinished)) => cx.text("head-conversation"),
        Some((_, why)) => cx.words.unreadable(why),
        None if unkept_messages > 0 => cx.words.unkept_messages(unkept_messages),
        None => cx.text("head-empty"),
    }
}

fn summary(cx: &UiContext<'_>, message: &Message) -> String {
    let fields = Arg::from(message.head.fields.len() as u64);
    let (span, framing) = (message.head.span, cx.words.framing(message.framing));
    let (start, end) = (Arg::from(group_digits(span.start)), Arg::from(group_digits(span.end)));
    let bytes = Arg::from(cx.words.bytes(span.len()));
    let section = Arg::from(message.framing.section());
    let separator = Arg::from(message.head.separator.len());
    let parts = [("bytes", bytes), ("separator", separator), ("fields", fields), ("start", start), ("end", end)];
    format!(
        "{} · {}",
        cx.words.with("head-summary", parts),
        cx.words.with("head-framing", [("framing", Arg::from(framing)), ("section", section)])
    )
}

fn warnings(ui: &mut Ui, cx: &UiContext<'_>, message: &Message) {
    if let Err(error) = codings_of(&message.head, message.framing) {
        ui.colored_label(cx.tokens.error, cx.words.codings_error(&error));
    }
    if let Some(name) = no_coding_of(&message.head, message.framing) {
        ui.colored_label(cx.tokens.error, cx.words.no_coding(&name));
    }
    let violations = || message.head.violations.iter().chain(&message.violations);
    for violation in violations().take(VIOLATIONS_MAX) {
        let told = ui.colored_label(cx.tokens.error, cx.words.violation(violation));
        explain(told, cx, Topic::from(violation.kind));
    }
    more(ui, cx, violations().skip(VIOLATIONS_MAX).count());
}

/// The start line of a head, safe to show.
pub fn start_line(cx: &UiContext<'_>, head: &Head) -> String {
    shown(cx, head.text(head.line))
}

/// A part of a head, safe to show, and how much of it is not shown.
fn shown(cx: &UiContext<'_>, bytes: &[u8]) -> String {
    let (start, rest) = cut(bytes, PART_MAX);
    if rest.is_empty() {
        return visible_bytes(bytes);
    }
    let rest = cx.words.with("line-more", [("bytes", Arg::from(cx.words.bytes(rest.len() as u64)))]);
    format!("{} {rest}", visible_bytes(start))
}

/// The first bytes, at most `most`, and the rest; no character in UTF-8 is cut.
fn cut(bytes: &[u8], most: usize) -> (&[u8], &[u8]) {
    let begins = |at: &usize| bytes.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
    let at = (most.saturating_sub(3)..=most).rev().find(begins).unwrap_or(most);
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// The topic of the start line: the method, or the status code.
pub fn start_topic(head: &Head) -> Option<Topic> {
    head.method()
        .and_then(|method| TopicGroup::Methods.topic(method.as_str()))
        .or_else(|| Topic::status(head.status()?))
        .or_else(|| TopicGroup::House.topic("start-line"))
}

/// A line of a head: its name and value, and its bytes.
type Line<'a> = (&'a [u8], &'a [u8], Span);

fn fields(ui: &mut Ui, cx: &UiContext<'_>, head: &Head, lit: &mut Lit) -> Option<Span> {
    ui.add_space(4.0);
    let text = RichText::new(start_line(cx, head)).monospace();
    let clicked = row(ui, cx, head.line, lit, |ui| {
        explain(ui.add(Label::new(text).sense(Sense::click())), cx, start_topic(head)).clicked()
    });
    let lines = head.fields.iter().map(|field| (head.text(field.name()), head.text(field.value()), field.line()));
    clicked.or(table(ui, cx, "fields", lines, lit))
}

/// The fields after the chunks of a body.
fn trailers(ui: &mut Ui, cx: &UiContext<'_>, trailers: &Trailers, lit: &mut Lit) -> Option<Span> {
    ui.add_space(8.0);
    ui.label(strong(cx.text("trailers")));
    let fields = trailers.fields.iter();
    let lines = fields.map(|field| (trailers.text(field.name()), trailers.text(field.value()), field.line()));
    table(ui, cx, "trailers", lines, lit)
}

/// Draws what belongs to the bytes `span`, lit if any of them is; returns them if it was clicked.
fn row(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    span: Span,
    lit: &mut Lit,
    contents: impl FnOnce(&mut Ui) -> bool,
) -> Option<Span> {
    let is_lit = lit.span.is_some_and(|lit| !lit.intersect(span).is_empty());
    let background = if is_lit { cx.tokens.selected } else { Color32::TRANSPARENT };
    let clicked = Frame::new().fill(background).show(ui, contents);
    if is_lit && std::mem::take(&mut lit.is_news) {
        clicked.response.scroll_to_me(None);
    }
    clicked.inner.then_some(span)
}

fn table<'a>(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    id: &str,
    fields: impl Iterator<Item = Line<'a>>,
    lit: &mut Lit,
) -> Option<Span> {
    let mut clicked = None;
    ui.spacing_mut().interact_size.y = ROW - 4.0;
    egui::Grid::new(id).num_columns(2).spacing([24.0, 4.0]).min_col_width(120.0).show(ui, |ui| {
        for (name, value, span) in fields {
            let topic = Topic::field(name);
            let name = RichText::new(shown(cx, name)).monospace().color(cx.tokens.link);
            let value = RichText::new(shown(cx, value)).monospace();
            for (text, topic) in [(name, topic), (value, None)] {
                let cell = |ui: &mut Ui| explain(ui.add(Label::new(text).sense(Sense::click())), cx, topic).clicked();
                clicked = clicked.or(row(ui, cx, span, lit, cell));
            }
            ui.end_row();
        }
    });
    clicked
}

fn raw(ui: &mut Ui, cx: &UiContext<'_>, head: &Head) {
    let (start, rest) = cut(head.raw(), RAW_MAX);
    let text = visible_bytes_keeping(start, KeptControls::Lines);
    let name = cx.text("head-raw");
    let mut shown = text.as_str();
    let edit = TextEdit::multiline(&mut shown).font(TextStyle::Monospace).desired_width(f32::INFINITY);
    let response = ui.add(edit.frame(egui::Frame::NONE));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::MultilineTextInput, true, &name));
    if !rest.is_empty() {
        let bytes = ("bytes", Arg::from(cx.words.bytes(rest.len() as u64)));
        ui.weak(cx.words.with("head-more", [bytes]));
    }
}
