//! What a server answers: the choice, and what belongs to each.

use egui::Ui;

use super::canned_form;
use super::rules_form;
use crate::net::responders::{FormKind, ResponderKind};
use crate::settings::{FormError, ServerForm, ServerOption};
use crate::ui::action::PathOf;
use crate::ui::forms::{disabled_option, path_field};
use crate::ui::kit::widgets::{combo_box, field, seconds, small_text};
use crate::ui::kit::{UiContext, strong};

/// Draws the choice and the form; `error` is what is wrong with it.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, draft: &mut ServerForm, error: Option<&FormError>) {
    ui.horizontal(|ui| {
        let name = cx.text("responder");
        ui.label(strong(&name));
        let all = ResponderKind::ALL.map(|kind| (kind, cx.text(&format!("responder-{}", kind.name()))));
        let mut chosen = draft.responder;
        combo_box(ui, &name, &mut chosen, &all, ui.available_width()).on_hover_text(cx.text("responder-change-hint"));
        if chosen != draft.responder {
            *draft = std::mem::take(draft).answering(chosen);
        }
    });
    let hint = cx.text(&format!("responder-{}-hint", draft.responder.name()));
    ui.weak(hint);
    let rule = error.and_then(|error| match error {
        FormError::Rule { number, .. } => Some((*number, cx.words.form_error(error))),
        _ => None,
    });
    match draft.responder.info().form {
        FormKind::Empty => {}
        FormKind::Pause => {
            disabled_option::show(ui, cx, draft.no_effect(ServerOption::Pause), |ui| {
                ui.horizontal(|ui| {
                    let label = ui.weak(cx.text("pause"));
                    ui.add(seconds(&mut draft.pause, 0.0..=60.0)).labelled_by(label.id);
                });
            });
        }
        FormKind::Folder => {
            path_field::show(ui, cx, PathOf::Folder, &mut draft.folder);
            disabled_option::show(ui, cx, draft.no_effect(ServerOption::Hidden), |ui| {
                let hint = cx.text("hidden-files-hint");
                ui.checkbox(&mut draft.hidden, cx.text("hidden-files")).on_hover_text(hint);
            });
        }
        FormKind::Canned => canned_form::show(ui, cx, &mut draft.canned),
        FormKind::Rules => {
            let fault = rule.as_ref().map(|(number, why)| (*number, why.as_str()));
            rules_form::show(ui, cx, &mut draft.rules, fault);
        }
        FormKind::Relay => relay(ui, cx, &mut draft.relay),
    }
    if let Some(error) = error.filter(|_| rule.is_none()) {
        wrong(ui, cx, error);
    }
}

fn relay(ui: &mut Ui, cx: &UiContext<'_>, address: &mut String) {
    ui.horizontal(|ui| {
        let label = cx.text("relay-to");
        let font = egui::TextStyle::Body.resolve(ui.style());
        let others = ui.painter().layout_no_wrap(label.clone(), font, cx.tokens.text).size().x;
        let width = ui.available_width() - others - ui.spacing().item_spacing.x - 1.0;
        field(ui, &label, address, width.max(60.0), cx.tokens);
    });
    let is_tls = address.trim_start().get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    let key = if is_tls { "relay-tls" } else { "relay-plain" };
    small_text(ui, cx.text(key), cx.tokens.weak);
}

/// Says what is wrong; a path that has not been filled in yet is no fault.
fn wrong(ui: &mut Ui, cx: &UiContext<'_>, error: &FormError) {
    let is_unnamed = matches!(error, FormError::NoFolder | FormError::NoCannedFile);
    let colour = if is_unnamed { cx.tokens.weak } else { cx.tokens.error };
    small_text(ui, cx.words.form_error(error), colour);
}
