//! The server's line on top: where it listens, the transport, how it stands.

use egui::{DragValue, Label, RichText, TextStyle, Ui};

use super::address_book::AddressBook;
use super::address_menu::AddressMenu;
use super::run::ServerRun;
use crate::settings::ServerDraft;
use crate::ui::action::Action;
use crate::ui::kit::widgets::{button, field, primary, two_faced};
use crate::ui::kit::{FIELD, Look};
use crate::ui::runs::{Keepable, Shelf, transport};
use crate::view::group_digits;
use crate::words::Arg;

/// The panel.
#[derive(Default)]
pub struct ServerBar {
    addresses: AddressMenu,
}

impl ServerBar {
    /// Draws it.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        look: &Look<'_>,
        draft: &mut ServerDraft,
        (runs, book): (&Shelf<ServerRun>, &AddressBook),
        actions: &mut Vec<Action>,
    ) {
        ui.horizontal(|ui| {
            let can_listen = !runs.has_unpinned_running();
            ui.add_enabled_ui(can_listen, |ui| {
                field(ui, &look.text("bind-address"), &mut draft.address, 104.0, look.tokens);
                self.addresses.show(ui, look, &mut draft.address, book, actions);
                let label = ui.label(RichText::new(look.text("port")).color(look.tokens.weak));
                let port = DragValue::new(&mut draft.port).range(0..=65_535);
                ui.add_sized([64.0, FIELD], port).labelled_by(label.id).on_hover_text(look.text("port-hint"));
            });
            let listen = primary(ui, &look.text("listen"), can_listen, look.tokens).on_hover_text("F5");
            if listen.on_disabled_hover_text(look.text("listen-busy")).clicked() {
                actions.push(Action::Listen);
            }
            let run = runs.shown().map(|kept| &kept.run);
            let running = run.is_some_and(Keepable::is_running);
            if button(ui, &look.text("stop"), running).on_hover_text(look.text("stop-server-hint")).clicked() {
                actions.push(Action::StopListening);
            }
            let is_paused = running && run.is_some_and(|run| run.is_accepting_paused);
            let (pause, resume) = (look.text("pause-accepting"), look.text("resume-accepting"));
            let pause = two_faced(ui, [&pause, &resume], is_paused, running);
            if pause.on_hover_text(look.text("pause-accepting-hint")).clicked() {
                actions.push(Action::PauseAccepting(!is_paused));
            }
            transport::show(ui, look, runs.shown(), actions);
            if let Some(run) = run {
                state(ui, look, run);
                forgotten(ui, look, run);
            }
        });
    }
}

fn state(ui: &mut Ui, look: &Look<'_>, run: &ServerRun) {
    let Some(listener) = run.session().listener.as_ref() else { return };
    let (Some(address), None) = (listener.address, listener.track.ended) else { return };
    let (key, mark, colour) = match run.is_accepting_paused {
        true => ("accepting-paused-on", "⏸", look.tokens.weak),
        false => ("listening-on", "●", look.tokens.good),
    };
    let text = format!("{mark} {}", look.words.with(key, [("address", Arg::from(address.to_string()))]));
    // In a narrow window the address alone has to do, with the words where the pointer is over it.
    let font = TextStyle::Body.resolve(ui.style());
    let width = ui.painter().layout_no_wrap(text.clone(), font, colour).size().x;
    let shown = if width <= ui.available_width() { text.clone() } else { format!("{mark} {address}") };
    ui.add(Label::new(RichText::new(shown).color(colour)).truncate()).on_hover_text(text);
}

/// Says how many connections are not kept any more, if any.
fn forgotten(ui: &mut Ui, look: &Look<'_>, run: &ServerRun) {
    let forgotten = run.session().forgotten;
    if forgotten > 0 {
        let text = look.words.with("connections-forgotten", [("count", Arg::from(group_digits(forgotten)))]);
        ui.add(Label::new(RichText::new(text).color(look.tokens.weak)).truncate());
    }
}
