//! The columns of a list: their widths, their titles, and painting text into a cell.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId, Pos2, Rect, Sense, TextStyle, Ui};

use super::glossary_tooltip::explain;
use super::tokens::ROW;
use super::ui_context::UiContext;
use super::virtual_list::SCROLL_BAR;
use crate::words::Topic;

/// A column of a list.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The key of its title.
    pub title: &'static str,
    /// Its width, or its share of what the others leave.
    pub width: Width,
    /// Figures stand at the right, words at the left.
    pub align: Align,
}

/// How wide a column is.
#[derive(Clone, Copy, Debug)]
pub enum Width {
    /// A width in points.
    Points(f32),
    /// A share of what the other columns leave.
    Share(f32),
}

/// Room between the text of two columns.
pub const GAP: f32 = 12.0;

/// The columns laid out over `area`, from left to right.
#[must_use]
pub fn lay_out(columns: &[Column], area: Rect) -> Vec<Rect> {
    let mut fixed = 0.0;
    let mut shares = 0.0;
    for column in columns {
        match column.width {
            Width::Points(points) => fixed += points + GAP,
            Width::Share(share) => {
                shares += share;
                fixed += GAP;
            }
        }
    }
    let rest = (area.width() - fixed - GAP).max(0.0);
    let mut left = area.left() + GAP;
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let width = match column.width {
            Width::Points(points) => points,
            Width::Share(share) => rest * share / shares,
        };
        cells.push(Rect::from_min_max(Pos2::new(left, area.top()), Pos2::new(left + width, area.bottom())));
        left += width + GAP;
    }
    cells
}

/// Paints `text` into `cell` on one line, with `…` where it is cut; returns whether it was.
pub fn paint(ui: &Ui, cell: Rect, text: &str, font: FontId, colour: Color32, align: Align) -> bool {
    paint_parts(ui, cell, &[(text, font, colour)], align)
}

/// Paints a line into `cell` as [`paint`] does, with a font and a colour for each part of the line.
pub fn paint_parts(ui: &Ui, cell: Rect, parts: &[(&str, FontId, Color32)], align: Align) -> bool {
    let is_empty = parts.iter().all(|(text, ..)| text.is_empty());
    if is_empty || cell.width() < 4.0 {
        return !is_empty;
    }
    let mut job = LayoutJob::default();
    for (text, font, colour) in parts {
        job.append(text, 0.0, TextFormat::simple(font.clone(), *colour));
    }
    paint_job(ui, cell, job, align)
}

/// Paints `job` into `cell` on one line, with `…` where it is cut; returns whether it was.
pub fn paint_job(ui: &Ui, cell: Rect, mut job: LayoutJob, align: Align) -> bool {
    job.wrap.max_width = cell.width();
    job.wrap.max_rows = 1;
    job.wrap.break_anywhere = true;
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let x = match align {
        Align::Min => cell.left(),
        Align::Center => cell.center().x - galley.size().x / 2.0,
        Align::Max => cell.right() - galley.size().x,
    };
    let y = cell.center().y - galley.size().y / 2.0;
    let cut = galley.elided;
    ui.painter().galley(Pos2::new(x, y), galley, Color32::PLACEHOLDER);
    cut
}

/// Draws the titles of the columns.
pub fn titles(ui: &mut Ui, cx: &UiContext<'_>, columns: &[Column]) {
    // The rows follow without a gap.
    ui.spacing_mut().item_spacing.y = 0.0;
    let (area, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().rect_filled(area, 0.0, cx.tokens.background);
    ui.painter().hline(area.x_range(), area.bottom(), egui::Stroke::new(1.0, cx.tokens.line));
    let font = TextStyle::Small.resolve(ui.style());
    for (column, cell) in columns.iter().zip(lay_out(columns, area.with_max_x(area.right() - SCROLL_BAR))) {
        paint(ui, cell, &cx.words.text(column.title), font.clone(), cx.tokens.weak, column.align);
        let response = ui.interact(cell, ui.scope_id().with(("title", column.title)), Sense::hover());
        explain(response, cx, Topic::column(column.title));
    }
}
