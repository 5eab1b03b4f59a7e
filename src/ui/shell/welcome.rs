//! The first start: three panels that say what the program does, and a button that tries it.

use egui::{Align, Frame, Layout, Margin, RichText, Stroke, Ui};

use crate::ui::action::{Action, LessonAction, WindowAction};
use crate::ui::kit::widgets::{button, primary_with_icon};
use crate::ui::kit::{GRID, Icon, UiContext};

/// The panels stand side by side from this width on.
const WIDE: f32 = 640.0;
/// Nothing is wider than this.
const WIDTH_MAX: f32 = 1120.0;

/// The panels: the title, what one reads in them, and the calls that they are about.
const PANELS: [(&str, &str, &str); 3] = [
    ("welcome-server", "welcome-server-text", "socket  bind  listen\naccept  recv  send  close"),
    ("welcome-client", "welcome-client-text", "socket  connect\nsend  recv  recv  close"),
    ("welcome-seen", "welcome-seen-text", "↑ send  ↓ recv  ↓ recv\n↓ recv = 0  close"),
];

/// Draws them.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>) {
    let width = ui.available_width().min(WIDTH_MAX);
    let left = (ui.available_width() - width) / 2.0;
    egui::ScrollArea::vertical().id_salt("welcome").auto_shrink(false).show(ui, |ui| {
        ui.add_space(2.0 * GRID);
        ui.horizontal(|ui| {
            ui.add_space(left);
            ui.vertical(|ui| {
                ui.set_width(width);
                contents(ui, cx);
            });
        });
    });
}

fn contents(ui: &mut Ui, cx: &UiContext<'_>) {
    let tokens = cx.tokens;
    let heading = RichText::new(cx.text("welcome")).heading().size(24.0);
    ui.label(heading.color(tokens.text));
    ui.weak(cx.text("welcome-text"));
    ui.add_space(2.0 * GRID);
    if ui.available_width() < WIDE {
        PANELS.iter().enumerate().for_each(|(number, panel)| card(ui, cx, number, *panel));
    } else {
        ui.columns_const(|columns: &mut [Ui; 3]| {
            let numbered = columns.iter_mut().zip(PANELS).enumerate();
            numbered.for_each(|(number, (ui, panel))| card(ui, cx, number, panel));
        });
    }
    ui.add_space(2.0 * GRID);
    ui.horizontal(|ui| {
        if primary_with_icon(ui, Icon::Play, &cx.text("try-here"), true, tokens).clicked() {
            cx.actions.push(Action::Window(WindowAction::TryHere));
        }
        if button(ui, &cx.text("lessons"), true).clicked() {
            cx.actions.push(Action::Lesson(LessonAction::ShowPanel(true)));
        }
        if button(ui, &cx.text("welcome-close"), true).clicked() {
            cx.actions.push(Action::Window(WindowAction::CloseWelcome));
        }
    });
    ui.add_space(2.0 * GRID);
}

fn card(ui: &mut Ui, cx: &UiContext<'_>, number: usize, (title, text, calls): (&str, &str, &str)) {
    let tokens = cx.tokens;
    let stroke = Stroke::new(1.0, tokens.line);
    Frame::new().fill(tokens.surface).stroke(stroke).corner_radius(4).inner_margin(Margin::same(16)).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.set_min_height(176.0);
        // Columns justify their texts, which tears short lines apart.
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            let title = format!("{}  {}", number + 1, cx.text(title));
            ui.label(RichText::new(title).heading().color(tokens.text));
            ui.label(cx.text(text));
            ui.add_space(GRID);
            ui.label(RichText::new(calls).monospace().color(tokens.weak));
        });
    });
}
