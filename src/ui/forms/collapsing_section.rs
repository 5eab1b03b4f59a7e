//! A section of a form that can be collapsed.

use egui::{Align, Button, Color32, Layout, Role, Ui, WidgetInfo};

use crate::ui::kit::widgets::link_button;
use crate::ui::kit::{GRID, Icon, UiContext, strong};

/// What stands beside the title.
#[derive(Default)]
pub struct SectionBadge {
    /// How many things in it are not as they usually are; nothing is said of none.
    pub count: usize,
    /// What puts them back, if there is a button for it.
    pub reset: Option<String>,
}

/// Draws the title and, while it is open, what stands below it; returns whether all of it is to be put back.
pub fn show(
    ui: &mut Ui,
    cx: &UiContext<'_>,
    title: &str,
    open: &mut bool,
    badge: &SectionBadge,
    contents: impl FnOnce(&mut Ui),
) -> bool {
    let colour = if badge.count > 0 { cx.tokens.link } else { cx.tokens.text };
    let mut reset = false;
    ui.horizontal(|ui| {
        if header(ui, title, badge.count, *open, colour) {
            *open = !*open;
        }
        if let Some(text) = badge.reset.as_ref().filter(|_| badge.count > 0) {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                reset = link_button(ui, text, cx.tokens).clicked();
            });
        }
    });
    if *open {
        ui.indent(title, |ui| {
            contents(ui);
            ui.add_space(GRID / 2.0);
        });
    }
    reset
}

/// The title is a button that says whether it is open.
fn header(ui: &mut Ui, title: &str, count: usize, open: bool, colour: Color32) -> bool {
    let text = match count {
        0 => title.to_owned(),
        _ => format!("{title} · {count}"),
    };
    let arrow = if open { Icon::ChevronDown } else { Icon::ChevronRight };
    let heading = strong(&text).color(colour);
    let response = ui.add(Button::new((arrow.atom(), heading)).frame(false));
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, &text));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_expanded(open));
    response.clicked()
}
