//! The server's part of the bar: the address and what listens on it as one field, and what belongs to the run.

use core::net::SocketAddr;

use egui::containers::menu::MenuButton;
use egui::{Align, Align2, DragValue, Label, Layout, RichText, Separator, TextEdit, Ui, vec2};

use super::address_book::LocalAddresses;
use super::run::ServerRun;
use crate::settings::{LINE_MAX, ServerForm};
use crate::ui::action::{Action, ServerAction};
use crate::ui::kit::widgets::{bar_primary, button_width, field_frame, tool, tool_button};
use crate::ui::kit::{FIELD, Icon, UiContext};
use crate::ui::runs::{Run, RunStore, transport};
use crate::view::group_digits;
use crate::words::Arg;

/// The addresses that every machine has, and the keys of their names.
const USUAL: [(&str, &str); 4] =
    [("127.0.0.1", "bind-own"), ("::1", "bind-own-v6"), ("0.0.0.0", "bind-all"), ("::", "bind-all-v6")];

/// The width of the address and the port where there is room, in points.
const ADDRESS: f32 = 264.0;
/// The least width of them, in points.
const ADDRESS_MIN: f32 = 152.0;
/// The width of the port, in points.
const PORT: f32 = 56.0;
/// The least width of the button that listens, in points.
const LISTEN_MIN: f32 = 72.0;

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
        let can_listen = !runs.has_unpinned_running();
        let run = runs.shown().map(|kept| &kept.run);
        let running = run.is_some_and(Run::is_running);
        let (listen, stop) = (cx.text("listen"), cx.text("stop"));
        let (pause, resume) = (cx.text("pause-accepting"), cx.text("resume-accepting"));
        let listen_width = button_width(ui, &listen).max(LISTEN_MIN);
        let pause_width = button_width(ui, &pause).max(button_width(ui, &resume));
        let gap = ui.spacing().item_spacing.x;
        let room = ui.available_width() - listen_width - button_width(ui, &stop) - 3.0 * gap;
        let has_words = room - pause_width - transport::width(ui, cx, true) >= ADDRESS;
        let pause_width = if has_words { pause_width } else { FIELD };
        let width = (room - pause_width - transport::width(ui, cx, has_words)).clamp(ADDRESS_MIN, ADDRESS);
        field_frame(ui, cx.tokens, |ui| {
            // What listens can't listen elsewhere: in the place of the fields stands where it does.
            let listening = run.filter(|_| !can_listen).and_then(Listening::of);
            let size = vec2(width, FIELD);
            let row = Layout::left_to_right(Align::Center);
            let has_focus = ui.allocate_ui_with_layout(size, row, |ui| {
                ui.set_min_size(size);
                match listening {
                    Some(listening) => {
                        listening.show(ui, cx);
                        false
                    }
                    None => ui.add_enabled_ui(can_listen, |ui| self.fields(ui, cx, draft, local_addresses)).inner,
                }
            });
            let layout = Layout::centered_and_justified(egui::Direction::LeftToRight);
            let listen = ui.allocate_ui_with_layout(vec2(listen_width, FIELD), layout, |ui| {
                bar_primary(ui, cx, &listen, can_listen).on_hover_text("F5")
            });
            if listen.inner.on_disabled_hover_text(cx.text("listen-busy")).clicked() {
                cx.actions.push(Action::Server(ServerAction::Listen));
            }
            has_focus.inner
        });
        if tool_button(ui, &stop, running).on_hover_text(cx.text("stop-server-hint")).clicked() {
            cx.actions.push(Action::Server(ServerAction::Stop));
        }
        let is_paused = running && run.is_some_and(|run| run.is_accepting_paused);
        let (text, mark) = if is_paused { (&resume, "▶") } else { (&pause, "⛔") };
        let pause = ui.add_enabled_ui(running, |ui| {
            let text = if has_words { text.as_str() } else { mark };
            ui.add(tool(text).min_size(vec2(pause_width, FIELD))).accessible_name(if is_paused {
                &resume
            } else {
                &pause
            })
        });
        if pause.inner.on_hover_text(cx.text("pause-accepting-hint")).clicked() {
            cx.actions.push(Action::Server(ServerAction::PauseAccepting(!is_paused)));
        }
        transport::show(ui, cx, runs.shown(), has_words);
        if let Some(run) = run {
            // A pinned server leaves the fields to the next one.
            if let Some(listening) = Listening::of(run).filter(|_| can_listen) {
                listening.show(ui, cx);
            }
        }
    }

    /// Draws the address and the port; returns whether the address has the keyboard.
    fn fields(
        &mut self,
        ui: &mut Ui,
        cx: &UiContext<'_>,
        draft: &mut ServerForm,
        local_addresses: &LocalAddresses,
    ) -> bool {
        let width = ui.available_width() - PORT - 24.0 - 8.0 - 3.0 * ui.spacing().item_spacing.x;
        let edit = TextEdit::singleline(&mut draft.address).char_limit(LINE_MAX).frame(egui::Frame::NONE);
        let address = ui.add_sized([width, FIELD], edit.align(Align2::LEFT_CENTER));
        let address = address.accessible_name(cx.text("bind-address"));
        self.addresses.show(ui, cx, &mut draft.address, local_addresses);
        ui.weak(":");
        let port = ui.add_sized([PORT, FIELD - 4.0], DragValue::new(&mut draft.port).range(0..=65_535));
        port.accessible_name(cx.text("port")).on_hover_text(cx.text("port-hint"));
        address.has_focus()
    }
}

/// Where a server listens.
struct Listening {
    address: SocketAddr,
    is_paused: bool,
}

impl Listening {
    fn of(run: &ServerRun) -> Option<Self> {
        let listener = run.session().listener.as_ref()?;
        let address = listener.address.filter(|_| listener.thread.ended.is_none())?;
        Some(Self { address, is_paused: run.is_accepting_paused })
    }

    fn show(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        let (key, mark, colour) = match self.is_paused {
            true => ("accepting-paused-on", "⏸", cx.tokens.weak),
            false => ("listening-on", "●", cx.tokens.success),
        };
        let text = format!("{mark} {}", cx.words.with(key, [("address", Arg::from(self.address.to_string()))]));
        ui.add(Label::new(RichText::new(&text).color(colour)).truncate()).on_hover_text(text);
    }
}

/// Says how many connections are not kept any more, if any.
pub fn forgotten(ui: &mut Ui, cx: &UiContext<'_>, run: &ServerRun) {
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
