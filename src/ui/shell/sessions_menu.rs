//! The menu of sessions: which there are, which is shown, which are pinned, and how much disk they hold.

use core::time::Duration;

use egui::containers::menu::{MenuConfig, SubMenuButton};
use egui::{Button, DragValue, Grid, PopupCloseBehavior, RichText, ScrollArea, Ui, WidgetInfo};

use crate::capture::{DiskQuota, Ended, Moment, ReplyState, Role, SessionId, Traffic};
use crate::settings::DISK_LIMIT_MIN;
use crate::ui::action::{Action, DiskAction, RunAction};
use crate::ui::client::ClientRun;
use crate::ui::kit::widgets::{small_icon_button, toggle};
use crate::ui::kit::{FIELD, Icon, UiContext};
use crate::ui::runs::{Kept, Run, RunStore};
use crate::ui::server::ServerRun;
use crate::view::group_digits;
use crate::words::Arg;

/// The menu is no higher than this, and scrolls.
const HEIGHT_MAX: f32 = 400.0;
/// The unit of the limit on the disk: 1 MiB.
const MIB: u64 = 1024 * 1024;

/// A session as a row.
struct SessionRow {
    id: SessionId,
    role: Role,
    address: String,
    began: Option<Moment>,
    traffic: Traffic,
    state: String,
    is_running: bool,
    is_pinned: bool,
    is_shown: bool,
}

/// What the menu shows.
pub struct SessionsModel<'a> {
    /// The client's runs.
    pub clients: &'a RunStore<ClientRun>,
    /// The server's.
    pub servers: &'a RunStore<ServerRun>,
    /// The role that is shown.
    pub role: Role,
    /// The disk that holds the spools.
    pub disk: &'a DiskQuota,
}

/// Draws the entry of the window's menu, and this menu while it is open.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, model: &SessionsModel<'_>) {
    let name = cx.text("sessions");
    let button = Button::selectable(false, &name).right_text(SubMenuButton::arrow_atom(None));
    let button = button.min_size(egui::vec2(ui.available_width(), FIELD));
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = SubMenuButton::from_button(button).config(config).ui(ui, |ui| {
        disk(ui, cx, model.disk);
        ui.separator();
        let mut rows: Vec<_> = clients(cx, model).chain(servers(cx, model)).collect();
        if rows.is_empty() {
            ui.weak(cx.text("sessions-empty"));
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        ScrollArea::vertical().max_height(HEIGHT_MAX).show(ui, |ui| {
            Grid::new("sessions").num_columns(7).min_col_width(0.0).spacing([16.0, 4.0]).show(ui, |ui| {
                for row in &rows {
                    draw(ui, cx, row);
                    ui.end_row();
                }
            });
        });
    });
    response.accessible_name(name).on_hover_text(cx.text("sessions-hint"));
}

fn clients<'a>(cx: &'a UiContext<'_>, model: &'a SessionsModel<'_>) -> impl Iterator<Item = SessionRow> + 'a {
    model.clients.all().iter().map(move |kept| {
        let is_shown = model.role == Role::Client && model.clients.shown().is_some_and(|other| other.id() == kept.id());
        let state = client_state(cx, &kept.run);
        row(kept, Role::Client, state, is_shown)
    })
}

fn servers<'a>(cx: &'a UiContext<'_>, model: &'a SessionsModel<'_>) -> impl Iterator<Item = SessionRow> + 'a {
    model.servers.all().iter().map(move |kept| {
        let is_shown = model.role == Role::Server && model.servers.shown().is_some_and(|other| other.id() == kept.id());
        let state = server_state(cx, &kept.run);
        row(kept, Role::Server, state, is_shown)
    })
}

fn row(kept: &Kept<dyn Run>, role: Role, state: String, is_shown: bool) -> SessionRow {
    let session = kept.run.record().live();
    SessionRow {
        id: kept.id(),
        role,
        address: kept.run.address_text(),
        began: session.began(),
        traffic: session.traffic(),
        state,
        is_running: kept.run.is_running(),
        is_pinned: kept.is_pinned,
        is_shown,
    }
}

fn client_state(cx: &UiContext<'_>, run: &ClientRun) -> String {
    let Some(connection) = run.record.live().newest() else { return cx.text("state-preparing") };
    if run.is_running() {
        return cx.words.connection_state(connection);
    }
    let is_failed = connection.thread.failure.is_some();
    let key = match ReplyState::of(connection) {
        ReplyState::Complete => "session-complete",
        ReplyState::Incomplete { .. } | ReplyState::Arriving => "session-incomplete",
        ReplyState::Unknown => "session-unknown",
        ReplyState::NotHttp(_) if !is_failed => return cx.words.connection_state(connection),
        _ if is_failed => "ended-failed",
        _ => return cx.words.connection_state(connection),
    };
    cx.text(key)
}

fn server_state(cx: &UiContext<'_>, run: &ServerRun) -> String {
    let session = run.record.live();
    let count = session.connections.len() as u64 + session.forgotten;
    let connections = [("count", Arg::from(group_digits(count))), ("number", Arg::from(count))];
    let connections = cx.words.with("connections-count", connections);
    let ended = session.listener.as_ref().and_then(|listener| listener.thread.ended);
    let key = match ended {
        None => "session-listening",
        Some((_, Ended::Failed)) => "ended-failed",
        Some(_) => "ended-stopped",
    };
    format!("{}, {connections}", cx.text(key))
}

fn draw(ui: &mut Ui, cx: &UiContext<'_>, row: &SessionRow) {
    let tokens = cx.tokens;
    let role = cx.text(if row.role == Role::Client { "role-client" } else { "role-server" });
    let age = row.began.map_or_else(String::new, |began| age(cx, cx.now.since(began)));
    let (sent, received) = (group_digits(row.traffic.sent), group_digits(row.traffic.received));
    let name = format!("{role} {} · {age} · ↑ {sent} ↓ {received} · {}", row.address, row.state);
    let pin = toggle(ui, &cx.text("pin"), row.is_pinned, true, tokens);
    pin.widget_info(|| {
        let name = cx.words.with("pin-session", [("name", Arg::from(row.address.clone()))]);
        WidgetInfo::selected(egui::Role::Button, true, row.is_pinned, name)
    });
    if pin.on_hover_text(cx.text("pin-hint")).clicked() {
        cx.actions.push(Action::Run(RunAction::Pin(row.id, !row.is_pinned)));
    }
    let mark = if row.is_running { "● " } else { "" };
    let text = RichText::new(format!("{mark}{role} {}", row.address)).color(tokens.text);
    let choice = ui.add(Button::selectable(row.is_shown, text).min_size(egui::vec2(0.0, FIELD)));
    choice.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, row.is_shown, &name));
    if choice.clicked() {
        cx.actions.push(Action::Run(RunAction::Show(row.id)));
        ui.close();
    }
    let figure = |ui: &mut Ui, text: String, colour| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.label(RichText::new(text).monospace().color(colour));
        });
    };
    figure(ui, age, tokens.weak);
    figure(ui, format!("↑ {sent}"), tokens.sent);
    figure(ui, format!("↓ {received}"), tokens.received);
    ui.colored_label(if row.is_running { tokens.success } else { tokens.weak }, &row.state);
    forget(ui, cx, row);
}

fn forget(ui: &mut Ui, cx: &UiContext<'_>, row: &SessionRow) {
    let name = cx.words.with("session-forget", [("name", Arg::from(row.address.clone()))]);
    let cross = small_icon_button(ui, Icon::Close, &name, !row.is_running);
    if cross.on_disabled_hover_text(cx.text("session-forget-running")).clicked() {
        cx.actions.push(Action::Run(RunAction::Forget(row.id)));
    }
}

/// Draws how much the spools hold, and the field for the most that they may hold.
fn disk(ui: &mut Ui, cx: &UiContext<'_>, disk: &DiskQuota) {
    ui.horizontal(|ui| {
        let held = [("held", Arg::from(cx.words.bytes(disk.held())))];
        ui.label(cx.words.with("disk-held", held));
        let label = ui.weak(cx.text("disk-limit"));
        let before = disk.limit() / MIB;
        let mut limit = before;
        let value = DragValue::new(&mut limit).range(DISK_LIMIT_MIN / MIB..=u64::MAX / MIB).speed(64.0).suffix(" MiB");
        // A limit from the command line may be smaller than the range.
        let value = ui.add(value.clamp_existing_to_range(false)).labelled_by(label.id);
        if value.on_hover_text(cx.text("disk-limit-hint")).changed() && limit != before {
            cx.actions.push(Action::Disk(DiskAction::SetLimit(limit * MIB)));
        }
    });
}

/// Says how long ago a run began.
fn age(cx: &UiContext<'_>, age: Duration) -> String {
    let seconds = age.as_secs();
    let (key, count) = match seconds {
        0..60 => ("ago-seconds", seconds),
        60..3600 => ("ago-minutes", seconds / 60),
        _ => ("ago-hours", seconds / 3600),
    };
    cx.words.with(key, [("count", Arg::from(count))])
}
