//! The columns of a list: their widths, their titles, and painting text into a cell.

use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, FontId, Pos2, Rect, Sense, TextStyle, Ui};

use super::virtual_list::SCROLL_BAR;
use crate::ui::kit::glossary_tooltip::explain;
use crate::ui::kit::tokens::ROW;
use crate::ui::kit::ui_context::UiContext;
use crate::view::ColumnOptions;
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
    // Columns that are too wide together become narrower together: none leaves the list.
    let room = area.width() - GAP * (columns.len() as f32 + 1.0);
    let scale = (room / (fixed - GAP * columns.len() as f32).max(1.0)).clamp(0.0, 1.0);
    let mut left = area.left() + GAP;
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns {
        let width = match column.width {
            Width::Points(points) => points * scale,
            Width::Share(share) => rest * share / shares,
        };
        cells.push(Rect::from_min_max(Pos2::new(left, area.top()), Pos2::new(left + width, area.bottom())));
        left += width + GAP;
    }
    cells
}

impl Column {
    /// The column as wide as the user has made it.
    #[must_use]
    pub fn sized(self, options: &ColumnOptions) -> Self {
        let width = options.width(self.title).map_or(self.width, Width::Points);
        Self { width, ..self }
    }
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

/// The width of a text in points.
#[must_use]
pub fn text_width(ui: &Ui, text: &str, font: FontId) -> f32 {
    ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, Color32::WHITE).size().x)
}

/// Takes the room of a line of titles, and draws its ground.
pub(super) fn title_area(ui: &mut Ui, cx: &UiContext<'_>) -> Rect {
    // The rows follow without a gap.
    ui.spacing_mut().item_spacing.y = 0.0;
    let (area, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), ROW), Sense::hover());
    ui.painter().rect_filled(area, 0.0, cx.tokens.background);
    ui.painter().hline(area.x_range(), area.bottom(), egui::Stroke::new(1.0, cx.tokens.line));
    area
}

/// Draws the titles of the columns.
pub fn titles(ui: &mut Ui, cx: &UiContext<'_>, columns: &[Column]) {
    let area = title_area(ui, cx);
    let font = TextStyle::Small.resolve(ui.style());
    for (column, cell) in columns.iter().zip(lay_out(columns, area.with_max_x(area.right() - SCROLL_BAR))) {
        paint(ui, cell, &cx.words.text(column.title), font.clone(), cx.tokens.weak, column.align);
        let response = ui.interact(cell, ui.scope_id().with(("title", column.title)), Sense::hover());
        explain(response, cx, Topic::column(column.title));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_leaves_the_list() {
        let column = |width| Column { title: "", width, align: Align::Min };
        let area = Rect::from_min_size(Pos2::ZERO, egui::vec2(500.0, ROW));
        for widths in [
            vec![Width::Points(100.0), Width::Share(1.0), Width::Points(50.0)],
            vec![Width::Points(900.0), Width::Share(1.0), Width::Points(300.0)],
            vec![Width::Points(2_000.0), Width::Points(2_000.0)],
        ] {
            let columns: Vec<Column> = widths.into_iter().map(column).collect();
            let cells = lay_out(&columns, area);
            assert!(cells.iter().all(|cell| cell.right() <= area.right() - GAP + 0.1), "{cells:?}");
            assert!(cells.windows(2).all(|pair| pair[0].right() + GAP <= pair[1].left() + 0.1), "{cells:?}");
        }
    }
}
