//! The Program panel: source code that does what the run does, with the lines of the present calls lit, and the values of variables.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId, Id, Label, Layout, Rect, RichText, Role, Sense, TextStyle, Ui, WidgetInfo, vec2};

use super::current_line::{ActiveLines, CallState, ProgramRun, active_lines, result_text};
use super::plan::{PlanInputs, PlannedProgram, Transcript};
use super::values::value;
use crate::capture::CallKind;
use crate::export::Exporter;
use crate::export::program::{Dialect, Painter, Part, Program, Remark, program};
use crate::settings::{FormError, Language};
use crate::ui::action::{Action, ProgramAction};
use crate::ui::kit::widgets::{button, empty, segmented_control, small_text, surface};
use crate::ui::kit::{
    GRID, HorizontalScroll, ListRows, ROW, SCROLL_BAR, UiContext, VirtualList, columns, rows_in, strong,
};
use crate::words::{Arg, Words};

/// Room for the numbers of the lines.
const NUMBER_WIDTH: f32 = 40.0;
/// Room for the marks of lines, in characters.
const MARK_MIN: usize = 14;
/// Room for the names of variables.
const NAME_WIDTH: f32 = 56.0;
/// For how many seconds the button says that the program was copied.
const COPIED: f64 = 2.0;

/// A program that is written, its lines told apart.
#[derive(Debug)]
struct RenderedProgram {
    program: Program,
    parts: Vec<Vec<Part>>,
    columns: usize,
    is_of_run: bool,
}

/// The panel.
#[derive(Debug, Default)]
pub struct ProgramPanel {
    /// What the plan was made from.
    pub known: PlanInputs,
    /// The messages of the run.
    pub heard: Transcript,
    planned: Option<PlannedProgram>,
    /// The language of the program and of its remarks, as it was written last.
    rendered_in: Option<(Dialect, Language)>,
    rendered: Option<Result<RenderedProgram, FormError>>,
    list: VirtualList,
    horizontal_scroll: HorizontalScroll,
    /// The lines that were brought into view last.
    revealed_lines: Vec<usize>,
    /// When the program was copied last, in egui's seconds.
    copied: Option<f64>,
}

impl ProgramPanel {
    /// Writes the program if what it is to do has changed, or its language.
    pub fn prepare(&mut self, planned: Option<PlannedProgram>, dialect: Dialect, words: &Words) {
        let is_new = planned.is_some();
        if is_new {
            self.planned = planned;
        }
        let wanted = Some((dialect, words.language()));
        if !is_new && self.rendered_in == wanted {
            return;
        }
        self.rendered_in = wanted;
        self.revealed_lines.clear();
        self.rendered = self.planned.as_ref().map(|planned| match &planned.plan {
            Ok(plan) => {
                let program = program(plan, dialect, &|about| remark_text(words, about));
                let mut painter = Painter::new(dialect);
                let parts = program.lines.iter().map(|line| painter.line(&line.text)).collect();
                let columns = program.lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
                Ok(RenderedProgram { program, parts, columns, is_of_run: planned.is_of_run })
            }
            Err(error) => Err(error.clone()),
        });
    }

    /// The program as it is written.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        let rendered = self.rendered.as_ref()?.as_ref().ok()?;
        Some(&rendered.program)
    }

    /// Draws it.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, dialect: Dialect, run: ProgramRun<'_>) {
        ui.spacing_mut().item_spacing.y = 4.0;
        self.bar(ui, cx, dialect);
        let Self { rendered, list, horizontal_scroll, revealed_lines, .. } = self;
        let rendered = match rendered {
            Some(Ok(rendered)) => rendered,
            Some(Err(error)) => return empty(ui, &cx.words.form_error(error), cx.tokens),
            None => return,
        };
        let key = if rendered.is_of_run { "program-of-run" } else { "program-of-form" };
        let file = ("file", Arg::from(rendered.program.file_name));
        small_text(ui, cx.words.with(key, [file]), cx.tokens.weak);
        let run = if rendered.is_of_run { run } else { ProgramRun::default() };
        let variables = rendered.program.variables.len() as f32 * ROW + ROW + 2.0 * GRID;
        let height = (ui.available_height() - variables).max(ROW * 4.0);
        let lit = active_lines(&rendered.program, run);
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            surface(cx.tokens).show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                source(ui, cx, rendered, &lit, (list, horizontal_scroll, revealed_lines));
            });
        });
        ui.label(strong(cx.text("program-variables")));
        ui.spacing_mut().item_spacing.y = 0.0;
        for variable in &rendered.program.variables {
            let value = value(*variable, &rendered.program, run, cx, dialect);
            variable_row(ui, cx, variable.name(), value);
        }
    }

    fn bar(&mut self, ui: &mut Ui, cx: &UiContext<'_>, dialect: Dialect) {
        ui.horizontal(|ui| {
            let all = Dialect::ALL.map(|dialect| (dialect, dialect.name().to_owned()));
            if let Some(dialect) = segmented_control(ui, dialect, &all, cx.tokens) {
                cx.actions.push(Action::Program(ProgramAction::SetDialect(dialect)));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let program = self.program();
                if button(ui, &cx.text(Exporter::Program.keys().button), program.is_some()).clicked() {
                    cx.actions.push(Action::Export(Exporter::Program));
                }
                let now = ui.input(|input| input.time);
                let left = self.copied.map(|at| COPIED - (now - at)).filter(|left| *left > 0.0);
                let key = if left.is_some() { "program-copied" } else { "program-copy" };
                let copy = button(ui, &cx.text(key), program.is_some());
                if let Some(program) = program.filter(|_| copy.clicked()) {
                    ui.copy_text(program.source());
                    self.copied = Some(now);
                    ui.request_repaint();
                } else if let Some(left) = left {
                    ui.request_repaint_after(std::time::Duration::from_secs_f64(left));
                }
            });
        });
    }
}

fn remark_text(words: &Words, about: Remark) -> String {
    match about.argument() {
        Some(name) => words.with(about.name(), [("name", Arg::from(name))]),
        None => words.text(about.name()).into_owned(),
    }
}

/// Draws the lines that are on the screen. What is lit anew is brought into view, unless the user scrolls.
fn source(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    rendered: &RenderedProgram,
    lit: &[ActiveLines],
    (list, horizontal_scroll, revealed_lines): (&mut VirtualList, &mut HorizontalScroll, &mut Vec<usize>),
) {
    let font = TextStyle::Monospace.resolve(ui.style());
    let glyph = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0'));
    let id = ui.scope_id().with("program");
    let mut place = ui.available_rect_before_wrap();
    let columns = ((place.width() - NUMBER_WIDTH - GRID - SCROLL_BAR) / glyph).max(8.0) as usize;
    place = horizontal_scroll.show(ui, cx, id, place, (columns, rendered.columns as u64));
    let own = mark_rows(
        ui,
        cx,
        rendered,
        lit,
        &font,
        (place.width() - NUMBER_WIDTH - SCROLL_BAR, glyph, horizontal_scroll.column()),
    );
    let total = (rendered.program.lines.len() + own.len()) as u64;
    let row_of = |line: usize| (line + own.iter().filter(|own| **own < line).count()) as u64;
    let visible = rows_in(place.height());
    // Of several lit lines the list follows the call in progress, and of two the connection's.
    let followed = lit.iter().find(|lit| lit.is_unfinished()).or(lit.first());
    let lines = followed.map(|lit| lit.lines.as_slice()).unwrap_or_default();
    if lines != revealed_lines.as_slice() {
        *revealed_lines = lines.to_vec();
        let is_scrolling = ui.input(|input| input.smooth_scroll_delta().y != 0.0);
        if let (Some(first), Some(last), false) = (lines.first(), lines.last(), is_scrolling) {
            list.scroll.reveal(row_of(*last), visible, total);
            list.scroll.reveal(row_of(*first), visible, total);
        }
    }
    let name = cx.text("program");
    let rows = ListRows { name: &name, total, tokens: cx.tokens };
    let from = horizontal_scroll.column();
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        list.show(ui, id, &rows, |ui, number, place| {
            let row = usize::try_from(number).unwrap_or(usize::MAX);
            let (number, is_mark) = line_at(&own, row);
            let lit = lit.iter().find(|lit| lit.lines.contains(&number));
            let parts = rendered.parts.get(number).map(Vec::as_slice).unwrap_or_default();
            let row = Row { number, parts, from, lit, has_own: own.contains(&number) };
            match lit.filter(|_| is_mark) {
                Some(lit) => mark_row(ui, cx, &font, place, &row, lit),
                None => line(ui, cx, &font, place, &row),
            }
        })
    });
}

/// A line on the screen.
struct Row<'a> {
    number: usize,
    parts: &'a [Part],
    /// The first column that is seen.
    from: usize,
    lit: Option<&'a ActiveLines>,
    /// Whether its mark has a row of its own.
    has_own: bool,
}

/// The lines that are too long for their marks to stand beside them, in order: those get a row of their own, below. `room` is there,
/// `glyph` is the width of a character, `from` the first column that is seen.
fn mark_rows(
    ui: &Ui,
    cx: &UiContext<'_>,
    rendered: &RenderedProgram,
    lit: &[ActiveLines],
    font: &FontId,
    (room, glyph, from): (f32, f32, usize),
) -> Vec<usize> {
    let is_too_long = |lit: &ActiveLines| {
        let number = *lit.lines.first()?;
        let text = &rendered.program.lines.get(number)?.text;
        let (mark, colour) = mark(cx, lit, text);
        let mark = ui.fonts_mut(|fonts| fonts.layout_no_wrap(mark, font.clone(), colour).size().x);
        // Marks grow while a call blocks. A mark must not get a row of its own for that.
        let mark = mark.max(MARK_MIN as f32 * glyph) + 2.0 * GRID;
        let revealed_lines: String = text.chars().skip(from).collect();
        let text = ui.fonts_mut(|fonts| fonts.layout_no_wrap(revealed_lines, font.clone(), colour).size().x);
        (text + mark > room).then_some(number)
    };
    let mut own: Vec<usize> = lit.iter().filter_map(is_too_long).collect();
    own.sort_unstable();
    own.dedup();
    own
}

/// The line in row `row`, and whether it is the row of its mark, where those of `own` have such.
fn line_at(own: &[usize], row: usize) -> (usize, bool) {
    let mut line = row;
    for (before, own) in own.iter().enumerate() {
        let mark = own + before + 1;
        if row == mark {
            return (*own, true);
        }
        if row > mark {
            line = row - before - 1;
        }
    }
    (line, false)
}

/// Draws the mark of a line in a row of its own, as far in as the line.
fn mark_row(ui: &Ui, cx: &UiContext<'_>, font: &FontId, place: Rect, row: &Row<'_>, lit: &ActiveLines) {
    let text: String = row.parts.iter().map(|part| part.text.as_str()).collect();
    let indent = text.chars().take_while(|ch| *ch == ' ').count().saturating_sub(row.from);
    let glyph = ui.fonts_mut(|fonts| fonts.glyph_width(font, '0'));
    background(ui, cx, place, lit);
    let (mark, colour) = mark(cx, lit, &text);
    let room = place.with_min_x(place.left() + NUMBER_WIDTH + indent as f32 * glyph);
    columns::paint(ui, room, &mark, font.clone(), colour, Align::Min);
}

/// The ground of a line that is lit, and the bar at its left.
fn background(ui: &Ui, cx: &UiContext<'_>, place: Rect, lit: &ActiveLines) {
    let tokens = cx.tokens;
    let (colour, bar) =
        if lit.is_unfinished() { (tokens.selected, tokens.pending) } else { (tokens.highlight, tokens.weak) };
    ui.painter().rect_filled(place, 0.0, colour);
    ui.painter().rect_filled(Rect::from_min_size(place.min, vec2(3.0, place.height())), 0.0, bar);
}

fn line(ui: &mut Ui, cx: &UiContext<'_>, font: &FontId, place: Rect, row: &Row<'_>) {
    let tokens = cx.tokens;
    let text: String = row.parts.iter().map(|part| part.text.as_str()).collect();
    let mark = row.lit.filter(|lit| lit.lines.first() == Some(&row.number)).map(|lit| mark(cx, lit, &text));
    let name = match &mark {
        Some((mark, _)) => format!("{}: {text}  {mark}", row.number + 1),
        None => format!("{}: {text}", row.number + 1),
    };
    let response = ui.interact(place, Id::unique(("program line", row.number)), Sense::hover());
    response.widget_info(|| WidgetInfo::selected(Role::Label, true, row.lit.is_some(), &name));
    if let Some(lit) = row.lit {
        background(ui, cx, place, lit);
    }
    let (numbers, code) = place.split_left_right_at_x(place.left() + NUMBER_WIDTH);
    let number = (row.number + 1).to_string();
    columns::paint(ui, numbers.with_max_x(numbers.right() - 12.0), &number, font.clone(), tokens.weak, Align::Max);
    let mut job = LayoutJob::default();
    let mut skipped = 0;
    for part in row.parts {
        let skip = row.from.saturating_sub(skipped);
        skipped += part.text.chars().count();
        let revealed_lines: String = part.text.chars().skip(skip).collect();
        job.append(&revealed_lines, 0.0, TextFormat::simple(font.clone(), tokens.paint(part.paint)));
    }
    columns::paint_job(ui, code, job, Align::Min);
    if let Some((mark, colour)) = mark.filter(|_| !row.has_own) {
        columns::paint(ui, code.with_max_x(code.right() - GRID), &mark, font.clone(), colour, Align::Max);
    }
}

/// The text beside a lit line, and its colour. A line that closes the socket without saying so gets a text that does.
fn mark(cx: &UiContext<'_>, lit: &ActiveLines, text: &str) -> (String, Color32) {
    let (mark, colour) = state(cx, lit);
    let text = text.trim_start();
    let key = match text {
        _ if lit.state.kind() != CallKind::Close => None,
        "}" => Some("program-dropping"),
        _ => text.starts_with("with ").then_some("program-leaving"),
    };
    match key {
        Some(key) => (cx.words.with(key, [("state", Arg::from(mark))]), colour),
        None => (mark, colour),
    }
}

/// The state of a lit line's call as a text, and its colour.
fn state(cx: &UiContext<'_>, lit: &ActiveLines) -> (String, Color32) {
    let tokens = cx.tokens;
    match &lit.state {
        CallState::Due(_) => (cx.text("call-due"), tokens.pending),
        CallState::Blocked(call) => {
            let seconds = Arg::from(cx.now.since(call.since).as_secs());
            (cx.words.with("call-blocked", [("seconds", seconds)]), tokens.pending)
        }
        CallState::Returned(call) => match result_text(call) {
            Ok(bytes) => {
                let direction = if call.kind == CallKind::Send { tokens.sent } else { tokens.received };
                (bytes, direction)
            }
            Err(key) => {
                let is_bad = matches!(key, "program-failed" | "program-timed-out");
                (cx.text(key), if is_bad { tokens.error } else { tokens.weak })
            }
        },
    }
}

fn variable_row(ui: &mut Ui, cx: &UiContext<'_>, name: &str, value: Option<String>) {
    let tokens = cx.tokens;
    let (text, colour) = match value {
        Some(value) => (value, tokens.text),
        None => (cx.text("program-unassigned"), tokens.weak),
    };
    ui.allocate_ui_with_layout(vec2(ui.available_width(), ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(ROW);
        let mono = TextStyle::Monospace;
        let (_, place) = ui.allocate_space(vec2(NAME_WIDTH, ROW));
        columns::paint(ui, place, name, mono.resolve(ui.style()), tokens.link, Align::Min);
        let shown = RichText::new(&text).text_style(mono).color(colour);
        let response = ui.add(Label::new(shown).truncate()).on_hover_text(&text);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name} = {text}")));
    });
}

#[cfg(test)]
mod tests {
    use super::line_at;

    #[test]
    fn a_row_of_a_mark_stands_below_its_line_and_moves_those_after_it() {
        let rows = |own: &[usize]| (0..7).map(|row| line_at(own, row)).collect::<Vec<_>>();
        let plain = |line| (line, false);
        assert_eq!(rows(&[]), [0, 1, 2, 3, 4, 5, 6].map(plain));
        assert_eq!(rows(&[0, 3]), [(0, false), (0, true), (1, false), (2, false), (3, false), (3, true), (4, false)]);
        assert_eq!(rows(&[1, 2]), [(0, false), (1, false), (1, true), (2, false), (2, true), (3, false), (4, false)]);
    }
}
