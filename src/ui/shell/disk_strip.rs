//! The strip that says which run waits for free space on the disk, why, and what can be done.

use egui::Ui;

use crate::capture::{DiskFull, DiskFullReason, DiskQuota, SessionId};
use crate::ui::action::{Action, DiskAction, RunAction};
use crate::ui::kit::widgets::{button, strip};
use crate::ui::kit::{UiContext, strong};
use crate::view::visible;
use crate::words::Arg;

/// The step by which the limit is raised here: 1 GiB.
pub const STEP: u64 = 1024 * 1024 * 1024;

/// A run that waits.
pub struct WaitingRun<'a> {
    /// The run.
    pub id: SessionId,
    /// The address that the run connects to, or listens on.
    pub address: String,
    /// Why it waits.
    pub disk_full: &'a DiskFull,
}

/// Draws the strip; `can_go` is the number of runs that can be forgotten to make room.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, waiting: &WaitingRun<'_>, disk: &DiskQuota, can_go: usize) {
    strip(ui, cx.tokens.error_background, |ui| {
        ui.horizontal_wrapped(|ui| {
            let text = format!("⚠ {}", reason(cx, waiting, disk));
            ui.label(strong(text).color(cx.tokens.error));
            ui.label(cx.text("no-room-kept"));
            if button(ui, &cx.text("no-room-look"), true).on_hover_text(cx.text("no-room-look-hint")).clicked() {
                cx.actions.push(Action::Disk(DiskAction::LookAgain));
            }
            if waiting.disk_full.why == DiskFullReason::Limit && button(ui, &cx.text("no-room-raise"), true).clicked() {
                cx.actions.push(Action::Disk(DiskAction::SetLimit(disk.limit().saturating_add(STEP))));
            }
            let count = Arg::from(can_go as u64);
            if can_go > 0 && button(ui, &cx.words.with("no-room-forget", [("count", count)]), true).clicked() {
                cx.actions.push(Action::Run(RunAction::ForgetOld));
            }
            let name = cx.words.with("no-room-stop", [("address", Arg::from(waiting.address.clone()))]);
            if button(ui, &name, true).clicked() {
                cx.actions.push(Action::Run(RunAction::Stop(waiting.id)));
            }
        });
    });
}

fn reason(cx: &UiContext<'_>, waiting: &WaitingRun<'_>, disk: &DiskQuota) -> String {
    let DiskFull { why, missing } = waiting.disk_full;
    let address = ("address", Arg::from(waiting.address.clone()));
    let missing = ("missing", Arg::from(cx.words.bytes(*missing)));
    match why {
        DiskFullReason::Limit => {
            let held = ("held", Arg::from(cx.words.bytes(disk.held())));
            let limit = ("limit", Arg::from(cx.words.bytes(disk.limit())));
            cx.words.with("no-room-limit", [address, held, limit, missing])
        }
        DiskFullReason::Full => cx.words.with("no-room-full", [address, missing]),
        DiskFullReason::Refused(system) => {
            let system = ("system", Arg::from(visible(&system.text).into_owned()));
            cx.words.with("no-room-refused", [address, system])
        }
    }
}
