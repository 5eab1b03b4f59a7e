//! The options of sockets that a client and a server both have.
//!
//! In scope: changing them, each with its explanation. Out of scope: those of bind, which one role alone has or words otherwise.

use egui::{DragValue, Response, RichText, Ui};

use crate::net::{BUFFER_MAX, LINGER_MAX, SocketOptions};
use crate::ui::kit::UiContext;
use crate::ui::kit::glossary_tooltip::explain;
use crate::words::TopicGroup;

/// A buffer that is asked for has so many bytes at first.
const BUFFER: u32 = 65_536;

/// Draws them.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, options: &mut SocketOptions) {
    switch(ui, cx, &mut options.no_delay, "TCP_NODELAY");
    switch(ui, cx, &mut options.keep_alive, "SO_KEEPALIVE");
    ui.horizontal(|ui| {
        let mut on = options.linger.is_some();
        let check = switch(ui, cx, &mut on, "SO_LINGER");
        if check.changed() {
            options.linger = on.then_some(0);
        }
        if let Some(time) = &mut options.linger {
            ui.add(DragValue::new(time).range(0..=LINGER_MAX).suffix(" s")).labelled_by(check.id);
            if *time == 0 {
                ui.label(RichText::new(cx.text("option-linger-resets")).color(cx.tokens.weak));
            }
        }
    });
    buffer(ui, cx, "SO_SNDBUF", &mut options.send_buffer);
    buffer(ui, cx, "SO_RCVBUF", &mut options.receive_buffer);
}

/// A switch for the option called `name`.
pub fn switch(ui: &mut Ui, cx: &UiContext<'_>, on: &mut bool, name: &str) -> Response {
    explain(ui.checkbox(on, name), cx, TopicGroup::Options.topic(name))
}

fn buffer(ui: &mut Ui, cx: &UiContext<'_>, name: &str, size: &mut Option<u32>) {
    ui.horizontal(|ui| {
        let mut on = size.is_some();
        let check = switch(ui, cx, &mut on, name);
        if check.changed() {
            *size = on.then_some(BUFFER);
        }
        if let Some(bytes) = size {
            ui.add(DragValue::new(bytes).range(1..=BUFFER_MAX).speed(256.0).suffix(" B")).labelled_by(check.id);
        }
    });
}
