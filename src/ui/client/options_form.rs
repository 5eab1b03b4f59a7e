//! The options of a client's socket: its local address, and those that a server's sockets have, too.

use egui::Ui;

use crate::net::{SocketOptions, local_address};
use crate::settings::ClientForm;
use crate::ui::forms::{SectionBadge, collapsing_section, socket_options};
use crate::ui::kit::UiContext;
use crate::ui::kit::widgets::{field, small_text};

/// How many of them are not as at first.
fn count(draft: &ClientForm) -> usize {
    // Who adds an option has to say here how it is counted.
    let SocketOptions { reuse_address, only_v6: _, no_delay, keep_alive, linger, send_buffer, receive_buffer } =
        draft.options;
    let usual = SocketOptions::client();
    let changed = [
        !draft.local.trim().is_empty(),
        reuse_address != usual.reuse_address,
        no_delay != usual.no_delay,
        keep_alive != usual.keep_alive,
        linger != usual.linger,
        send_buffer != usual.send_buffer,
        receive_buffer != usual.receive_buffer,
    ];
    changed.into_iter().filter(|is| *is).count()
}

/// Draws the section.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, open: &mut bool, draft: &mut ClientForm) {
    let badge = SectionBadge { count: count(draft), reset: Some(cx.text("socket-options-reset")) };
    let reset = collapsing_section::show(ui, cx, &cx.text("socket-options"), open, &badge, |ui| {
        ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = crate::ui::kit::FIELD;
            let width = ui.available_width().min(280.0);
            field(ui, &cx.text("local-address"), &mut draft.local, width, cx.tokens)
                .on_hover_text(cx.text("local-address-hint"));
        });
        small_text(ui, cx.text("local-address-hint"), cx.tokens.weak);
        let has_port = local_address(draft.local.trim()).is_ok_and(|address| address.port() != 0);
        ui.add_enabled_ui(has_port, |ui| {
            socket_options::switch(ui, cx, &mut draft.options.reuse_address, "SO_REUSEADDR")
                .on_disabled_hover_text(cx.text("local-reuse-hint"));
        });
        socket_options::show(ui, cx, &mut draft.options);
    });
    if reset {
        draft.local.clear();
        draft.options = SocketOptions::client();
    }
}
