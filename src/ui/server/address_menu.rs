//! The menu of the addresses that a server can listen on: loopback, all, and each address of this machine.

use egui::containers::menu::MenuButton;
use egui::{Button, Ui};

use super::address_book::LocalAddresses;
use crate::ui::action::{Action, ServerAction};
use crate::ui::kit::{FIELD, UiContext};

/// The addresses that every machine has, and the keys of their names.
const USUAL: [(&str, &str); 4] =
    [("127.0.0.1", "bind-own"), ("::1", "bind-own-v6"), ("0.0.0.0", "bind-all"), ("::", "bind-all-v6")];

/// The button, and the list while it is open.
#[derive(Default)]
pub struct AddressMenu {
    is_open: bool,
}

impl AddressMenu {
    /// Draws it; an address that is chosen goes to `address`.
    pub fn show(&mut self, ui: &mut Ui, cx: &UiContext<'_>, address: &mut String, local_addresses: &LocalAddresses) {
        let name = cx.text("bind-addresses");
        let button = Button::new("⏷").min_size(egui::vec2(24.0, FIELD));
        let (response, list) = MenuButton::from_button(button).ui(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (ip, key) in USUAL {
                entry(ui, address, ip, format!("{} ({ip})", cx.text(key)));
            }
            if !local_addresses.known().is_empty() {
                ui.add(egui::Separator::default().spacing(8.0));
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
