//! The options of a server's sockets, how it receives, and how much of each connection is kept.

use egui::{DragValue, Response, Ui};

use crate::net::{RECV_SIZE_MAX, SocketOptions};
use crate::settings::{ServerDraft, ServerOption, Unfit};
use crate::ui::forms::{Mark, collapsing_section, disabled_option};
use crate::ui::kit::Look;
use crate::ui::kit::glossary_tooltip::{explain, explain_below};
use crate::ui::kit::widgets::{remark, seconds};
use crate::words::Topic;

/// A buffer that is asked for has so many bytes at first.
const BUFFER: u32 = 65_536;
/// The largest one that can be asked for.
const BUFFER_MAX: u32 = 1 << 30;
/// The most that can be kept of each direction, in MiB.
const KEEP_MAX: u32 = 65_536;

/// Those that stand here.
const OPTIONS: [ServerOption; 10] = [
    ServerOption::RecvSize,
    ServerOption::Idle,
    ServerOption::Keep,
    ServerOption::ReuseAddress,
    ServerOption::OnlyV6,
    ServerOption::NoDelay,
    ServerOption::KeepAlive,
    ServerOption::Linger,
    ServerOption::SendBuffer,
    ServerOption::ReceiveBuffer,
];

/// How many of them are not as at first.
fn count(draft: &ServerDraft) -> usize {
    OPTIONS.into_iter().filter(|option| draft.asks_for(*option)).count()
}

/// Draws the section; while `is_free` does not hold, a server runs on sockets that have their options.
pub fn show(ui: &mut Ui, look: &Look<'_>, open: &mut bool, draft: &mut ServerDraft, is_free: bool) {
    let mark = Mark { count: count(draft), reset: None };
    collapsing_section::show(ui, look, &look.text("options"), open, &mark, |ui| {
        disabled_option::show(ui, look, draft.unfit(ServerOption::RecvSize), |ui| receiving(ui, look, draft));
        let only_v6 = draft.unfit(ServerOption::OnlyV6);
        ui.add_enabled_ui(is_free, |ui| {
            sockets(ui, look, &mut draft.options, only_v6);
            kept(ui, look, &mut draft.keep_mib);
        });
        if !is_free {
            remark(ui, look.text("options-next-listen"), look.tokens.weak);
        }
    });
}

fn receiving(ui: &mut Ui, look: &Look<'_>, draft: &mut ServerDraft) {
    ui.horizontal(|ui| {
        let label = ui.label(look.text("recv-size"));
        let size = DragValue::new(&mut draft.recv_size).range(1..=RECV_SIZE_MAX as u32).speed(16.0).suffix(" B");
        ui.add(size).labelled_by(label.id).on_hover_text(look.text("server-recv-size-hint"));
    });
    ui.horizontal(|ui| {
        let mut limited = draft.idle.is_some();
        let check = ui.checkbox(&mut limited, look.text("idle"));
        let check = explain_below(check, look, &look.text("idle-hint"), Topic::option("SO_RCVTIMEO"));
        if check.changed() {
            draft.idle = limited.then_some(30.0);
        }
        if let Some(limit) = &mut draft.idle {
            ui.add(seconds(limit, 0.001..=86_400.0)).labelled_by(check.id);
        }
    });
}

fn sockets(ui: &mut Ui, look: &Look<'_>, options: &mut SocketOptions, only_v6: Option<Unfit>) {
    let switch = |ui: &mut Ui, on: &mut bool, name: &str| drop(option(ui, look, on, name));
    switch(ui, &mut options.reuse_address, "SO_REUSEADDR");
    switch(ui, &mut options.no_delay, "TCP_NODELAY");
    switch(ui, &mut options.keep_alive, "SO_KEEPALIVE");
    disabled_option::show(ui, look, only_v6, |ui| switch(ui, &mut options.only_v6, "IPV6_V6ONLY"));
    ui.horizontal(|ui| {
        let mut on = options.linger.is_some();
        let check = option(ui, look, &mut on, "SO_LINGER");
        if check.changed() {
            options.linger = on.then_some(0);
        }
        if let Some(time) = &mut options.linger {
            ui.add(DragValue::new(time).range(0..=3_600).suffix(" s")).labelled_by(check.id);
            if *time == 0 {
                ui.label(egui::RichText::new(look.text("option-linger-resets")).color(look.tokens.weak));
            }
        }
    });
    buffer(ui, look, "SO_SNDBUF", &mut options.send_buffer);
    buffer(ui, look, "SO_RCVBUF", &mut options.receive_buffer);
}

/// A switch for the option called `name`.
fn option(ui: &mut Ui, look: &Look<'_>, on: &mut bool, name: &str) -> Response {
    explain(ui.checkbox(on, name), look, Topic::option(name))
}

fn buffer(ui: &mut Ui, look: &Look<'_>, name: &str, size: &mut Option<u32>) {
    ui.horizontal(|ui| {
        let mut on = size.is_some();
        let check = option(ui, look, &mut on, name);
        if check.changed() {
            *size = on.then_some(BUFFER);
        }
        if let Some(bytes) = size {
            ui.add(DragValue::new(bytes).range(1..=BUFFER_MAX).speed(256.0).suffix(" B")).labelled_by(check.id);
        }
    });
}

fn kept(ui: &mut Ui, look: &Look<'_>, keep_mib: &mut u32) {
    ui.horizontal(|ui| {
        let label = ui.label(look.text("keep"));
        let size = DragValue::new(keep_mib).range(0..=KEEP_MAX).suffix(" MiB");
        ui.add(size).labelled_by(label.id).on_hover_text(look.text("keep-hint"));
    });
    remark(ui, look.text("keep-hint"), look.tokens.weak);
}
