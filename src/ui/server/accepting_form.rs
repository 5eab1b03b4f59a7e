//! How a server lets clients in: the backlog, the thread, how many at a time. All of it holds at once, also while it listens.

use egui::{DragValue, Ui};

use crate::net::{ConnectionLimit, Overflow};
use crate::settings::{ServerForm, ServerOption};
use crate::ui::forms::{SectionBadge, collapsing_section, disabled_option};
use crate::ui::kit::UiContext;
use crate::ui::kit::glossary_tooltip::explain;
use crate::ui::kit::widgets::combo_box;
use crate::words::TopicGroup;

/// So many may be connected when the bound is first set.
const MOST: u32 = 4;

/// Draws the section.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, open: &mut bool, draft: &mut ServerForm) {
    let others = [draft.on_accepting_thread, draft.most.is_some()];
    let badge = SectionBadge { count: others.iter().filter(|is_on| **is_on).count(), reset: None };
    collapsing_section::show(ui, cx, &cx.text("accepting"), open, &badge, |ui| {
        ui.horizontal(|ui| {
            let label = ui.label(cx.text("backlog"));
            let backlog = DragValue::new(&mut draft.backlog).range(1..=65_535);
            explain(ui.add(backlog).labelled_by(label.id), cx, TopicGroup::Options.topic("backlog"));
        });
        let text = cx.text("on-accepting-thread");
        ui.checkbox(&mut draft.on_accepting_thread, text).on_hover_text(cx.text("on-accepting-thread-hint"));
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::Most), |ui| most(ui, cx, &mut draft.most));
    });
}

fn most(ui: &mut Ui, cx: &UiContext<'_>, most: &mut Option<ConnectionLimit>) {
    ui.horizontal(|ui| {
        let mut on = most.is_some();
        let check = ui.checkbox(&mut on, cx.text("most")).on_hover_text(cx.text("most-hint"));
        if check.changed() {
            *most = on.then_some(ConnectionLimit { connections: MOST, then: Overflow::Wait });
        }
        if let Some(most) = most {
            ui.add(DragValue::new(&mut most.connections).range(1..=65_535)).labelled_by(check.id);
        }
    });
    if let Some(most) = most {
        ui.horizontal(|ui| {
            let all = [Overflow::Wait, Overflow::Refuse].map(|then| (then, cx.text(overflow_key(then))));
            let name = cx.text("most-then");
            ui.label(&name);
            combo_box(ui, &name, &mut most.then, &all, ui.available_width());
        });
    }
}

fn overflow_key(then: Overflow) -> &'static str {
    match then {
        Overflow::Wait => "most-wait",
        Overflow::Refuse => "most-refuse",
    }
}
