//! The options of a server's sockets, how it receives, and how much of each connection is kept.

use egui::{DragValue, Ui};

use crate::net::{RECV_SIZE_MAX, SocketOptions};
use crate::settings::{NoEffect, ServerForm, ServerOption};
use crate::ui::forms::{SectionBadge, collapsing_section, disabled_option, socket_options};
use crate::ui::kit::UiContext;
use crate::ui::kit::glossary_tooltip::explain_below;
use crate::ui::kit::widgets::{seconds, small_text};
use crate::words::TopicGroup;

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
fn count(draft: &ServerForm) -> usize {
    OPTIONS.into_iter().filter(|option| draft.asks_for(*option)).count()
}

/// Draws the section; while `is_free` does not hold, a server runs on sockets that have their options.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, open: &mut bool, draft: &mut ServerForm, is_free: bool) {
    let badge = SectionBadge { count: count(draft), reset: None };
    collapsing_section::show(ui, cx, &cx.text("options"), open, &badge, |ui| {
        disabled_option::show(ui, cx, draft.no_effect(ServerOption::RecvSize), |ui| receiving(ui, cx, draft));
        let only_v6 = draft.no_effect(ServerOption::OnlyV6);
        ui.add_enabled_ui(is_free, |ui| {
            sockets(ui, cx, &mut draft.options, only_v6);
            kept(ui, cx, &mut draft.keep_mib);
        });
        if !is_free {
            small_text(ui, cx.text("options-next-listen"), cx.tokens.weak);
        }
    });
}

fn receiving(ui: &mut Ui, cx: &UiContext<'_>, draft: &mut ServerForm) {
    ui.horizontal(|ui| {
        let label = ui.label(cx.text("recv-size"));
        let size = DragValue::new(&mut draft.recv_size).range(1..=RECV_SIZE_MAX as u32).speed(16.0).suffix(" B");
        ui.add(size).labelled_by(label.id).on_hover_text(cx.text("server-recv-size-hint"));
    });
    ui.horizontal(|ui| {
        let mut limited = draft.idle.is_some();
        let check = ui.checkbox(&mut limited, cx.text("idle"));
        let check = explain_below(check, cx, &cx.text("idle-hint"), TopicGroup::Options.topic("SO_RCVTIMEO"));
        if check.changed() {
            draft.idle = limited.then_some(30.0);
        }
        if let Some(limit) = &mut draft.idle {
            ui.add(seconds(limit, 0.001..=86_400.0)).labelled_by(check.id);
        }
    });
}

fn sockets(ui: &mut Ui, cx: &UiContext<'_>, options: &mut SocketOptions, only_v6: Option<NoEffect>) {
    socket_options::switch(ui, cx, &mut options.reuse_address, "SO_REUSEADDR");
    disabled_option::show(ui, cx, only_v6, |ui| {
        socket_options::switch(ui, cx, &mut options.only_v6, "IPV6_V6ONLY");
    });
    socket_options::show(ui, cx, options);
}

fn kept(ui: &mut Ui, cx: &UiContext<'_>, keep_mib: &mut u32) {
    ui.horizontal(|ui| {
        let label = ui.label(cx.text("keep"));
        let size = DragValue::new(keep_mib).range(0..=KEEP_MAX).suffix(" MiB");
        ui.add(size).labelled_by(label.id).on_hover_text(cx.text("keep-hint"));
    });
    small_text(ui, cx.text("keep-hint"), cx.tokens.weak);
}
