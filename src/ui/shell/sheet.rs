//! What can stand over the window: the sheet of the keyboard's shortcuts, and what this program is.
//!
//! In scope: drawing both, and how they are closed. Out of scope: which shortcuts there are (`ui::shortcut`).

use egui::{Align, Button, Context, Frame, Grid, Id, Layout, Margin, Modal, RichText, ScrollArea, TextStyle, Ui, Vec2};

use crate::ui::action::{Action, Sheet, WindowAction};
use crate::ui::kit::{FIELD, GRID, UiContext};
use crate::ui::shortcut::Shortcut;

/// The greatest size, in points.
const SIZE_MAX: Vec2 = Vec2::new(640.0, 600.0);
/// The part of the window that it leaves free, in points.
const MARGIN: f32 = 96.0;
/// What this program is made of: each library with its version and its licence, and the licences of the fonts.
const NOTICES: &str = include_str!("../../../assets/NOTICES");

/// Draws `sheet` over the window.
pub fn show(ctx: &Context, cx: &UiContext<'_>, sheet: Sheet) {
    let size = (ctx.content_rect().size() - Vec2::splat(MARGIN)).min(SIZE_MAX);
    let frame = Frame::popup(&ctx.global_style()).fill(cx.tokens.surface).inner_margin(Margin::same(16));
    let modal = Modal::new(Id::unique("sheet")).frame(frame).show(ctx, |ui| {
        ui.set_width(size.x);
        ui.set_max_height(size.y);
        let is_closed = title(ui, cx, sheet);
        match sheet {
            Sheet::Shortcuts => shortcuts(ui, cx),
            Sheet::About => about(ui, cx),
        }
        is_closed
    });
    if modal.inner || modal.should_close() {
        cx.actions.push(Action::Window(WindowAction::ToggleSheet(sheet)));
    }
}

/// The title, and the button that closes; returns whether that was clicked.
fn title(ui: &mut Ui, cx: &UiContext<'_>, sheet: Sheet) -> bool {
    let key = match sheet {
        Sheet::Shortcuts => "shortcuts",
        Sheet::About => "about",
    };
    ui.horizontal(|ui| {
        ui.label(RichText::new(cx.text(key)).heading().strong().color(cx.tokens.text));
        let close = Button::new(cx.text("dismiss")).min_size(Vec2::new(0.0, FIELD));
        let closed = ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(close)).inner;
        if ui.memory(|memory| memory.focused().is_none()) {
            closed.request_focus();
        }
        closed.clicked()
    })
    .inner
}

fn shortcuts(ui: &mut Ui, cx: &UiContext<'_>) {
    ScrollArea::vertical().id_salt("shortcuts").auto_shrink([false, true]).show(ui, |ui| {
        for (title, rows) in Shortcut::SHEET {
            ui.add_space(GRID);
            ui.label(RichText::new(cx.text(title)).strong().color(cx.tokens.text));
            Grid::new(title).num_columns(2).spacing([24.0, 6.0]).min_col_width(112.0).show(ui, |ui| {
                for (shortcut, last) in *rows {
                    let mut keys = shortcut.text(ui.ctx());
                    if let Some(last) = last {
                        keys = format!("{keys} … {}", last.text(ui.ctx()));
                    }
                    ui.label(RichText::new(keys).monospace().color(cx.tokens.text));
                    ui.label(cx.text(shortcut.text_key()));
                    ui.end_row();
                }
            });
        }
    });
}

fn about(ui: &mut Ui, cx: &UiContext<'_>) {
    ui.add_space(GRID);
    ui.label(RichText::new(format!("Socketscope {}", env!("CARGO_PKG_VERSION"))).strong().color(cx.tokens.text));
    ui.label(cx.text("about-what"));
    ui.label(cx.text("about-licence"));
    ui.add_space(GRID);
    ui.label(RichText::new(cx.text("about-notices")).strong().color(cx.tokens.text));
    let height = ui.text_style_height(&TextStyle::Monospace);
    let lines: Vec<&str> = NOTICES.lines().collect();
    ScrollArea::both().id_salt("notices").auto_shrink(false).show_rows(ui, height, lines.len(), |ui, rows| {
        for line in lines.get(rows).unwrap_or_default() {
            ui.add(egui::Label::new(RichText::new(*line).monospace()).extend());
        }
    });
}
