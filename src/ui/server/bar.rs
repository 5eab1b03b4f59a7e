//! The server's top bar: the address that it listens on, start and stop, its state.

use egui::containers::menu::MenuButton;
use egui::{DragValue, Label, RichText, Separator, TextStyle, Ui};

use super::address_book::LocalAddresses;
use super::run::ServerRun;
use crate::settings::ServerForm;
use crate::ui::action::{Action, ServerAction};
use crate::ui::kit::widgets::{bar_primary, button, field, tool, two_state_button};
use crate::ui::kit::{FIELD, Icon, UiContext};
use crate::ui::runs::{Run, RunStore, transport};
use crate::view::group_digits;
use crate::words::Arg;

/// The addresses that every machine has, and the keys of their names.
const USUAL: [(&str, &str); 4] =
    [("127.0.0.1", "bind-own"), ("::1", "bind-own-v6"), ("0.0.0.0", "bind-all"), ("::", "bind-all-v6")];

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
        cx: &UiContext<'_>,
        draft: &mut ServerForm,
        (runs, local_addresses): (&RunStore<ServerRun>, &LocalAddresses),
    ) {
        ui.horizontal(|ui| {
            let can_listen = !runs.has_unpinned_running();
            ui.add_enabled_ui(can_listen, |ui| {
                field(ui, &cx.text("bind-address"), &mut draft.address, 104.0, cx.tokens);
                self.addresses.show(ui, cx, &mut draft.address, local_addresses);
                let label = ui.weak(cx.text("port"));
                let port = DragValue::new(&mut draft.port).range(0..=65_535);
                ui.add_sized([64.0, FIELD], port).labelled_by(label.id).on_hover_text(cx.text("port-hint"));
            });
            let listen = bar_primary(ui, cx, &cx.text("listen"), can_listen).on_hover_text("F5");
            if listen.on_disabled_hover_text(cx.text("listen-busy")).clicked() {
                cx.actions.push(Action::Server(ServerAction::Listen));
            }
            let run = runs.shown().map(|kept| &kept.run);
            let running = run.is_some_and(Run::is_running);
            if button(ui, &cx.text("stop"), running).on_hover_text(cx.text("stop-server-hint")).clicked() {
                cx.actions.push(Action::Server(ServerAction::Stop));
            }
            let is_paused = running && run.is_some_and(|run| run.is_accepting_paused);
            let (pause, resume) = (cx.text("pause-accepting"), cx.text("resume-accepting"));
            let pause = two_state_button(ui, [&pause, &resume], is_paused, running);
            if pause.on_hover_text(cx.text("pause-accepting-hint")).clicked() {
                cx.actions.push(Action::Server(ServerAction::PauseAccepting(!is_paused)));
            }
            transport::show(ui, cx, runs.shown());
            if let Some(run) = run {
                state(ui, cx, run);
                forgotten(ui, cx, run);
            }
        });
    }
}

fn state(ui: &mut Ui, cx: &UiContext<'_>, run: &ServerRun) {
    let Some(listener) = run.session().listener.as_ref() else { return };
    let (Some(address), None) = (listener.address, listener.thread.ended) else { return };
    let (key, mark, colour) = match run.is_accepting_paused {
        true => ("accepting-paused-on", "⏸", cx.tokens.weak),
        false => ("listening-on", "●", cx.tokens.success),
    };
    let text = format!("{mark} {}", cx.words.with(key, [("address", Arg::from(address.to_string()))]));
    // A narrow window shows the address alone, and the whole text in a tooltip.
    let font = TextStyle::Body.resolve(ui.style());
    let width = ui.painter().layout_no_wrap(text.clone(), font, colour).size().x;
    let shown = if width <= ui.available_width() { text.clone() } else { format!("{mark} {address}") };
    ui.add(Label::new(RichText::new(shown).color(colour)).truncate()).on_hover_text(text);
}

/// Says how many connections are not kept any more, if any.
fn forgotten(ui: &mut Ui, cx: &UiContext<'_>, run: &ServerRun) {
    let forgotten = run.session().forgotten;
    if forgotten > 0 {
        let counts = [("count", Arg::from(group_digits(forgotten))), ("number", Arg::from(forgotten))];
        let text = cx.words.with("connections-forgotten", counts);
        ui.add(Label::new(RichText::new(&text).color(cx.tokens.weak)).truncate()).on_hover_text(text);
    }
}

/// The menu of the addresses that a server can listen on: loopback, all, and each address of this machine.
#[derive(Default)]
struct AddressMenu {
    is_open: bool,
}

impl AddressMenu {
    /// Draws it; an address that is chosen goes to `address`.
    fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, address: &mut String, local_addresses: &LocalAddresses) {
        let name = cx.text("bind-addresses");
        let button = tool(Icon::ChevronDown.atom());
        let (response, list) = MenuButton::from_button(button).ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (ip, key) in USUAL {
                entry(ui, address, ip, format!("{} ({ip})", cx.text(key)));
            }
            if !local_addresses.known().is_empty() {
                ui.add(Separator::default().spacing(8.0));
            }
            for host in local_addresses.known() {
                let ip = host.address.to_string();
                let text = format!("{ip} · {}", host.interface);
                entry(ui, address, &ip, text);
            }
        });
        if list.is_some() && !self.is_open {
            cx.actions.push(Action::Server(ServerAction::ReadAddresses));
        }
        self.is_open = list.is_some();
        response.accessible_name(&name).on_hover_text(name);
    }
}

fn entry(ui: &mut Ui, address: &mut String, ip: &str, text: String) {
    if ui.selectable_label(address.trim() == ip, text).clicked() {
        *address = ip.to_owned();
        ui.close();
    }
}
