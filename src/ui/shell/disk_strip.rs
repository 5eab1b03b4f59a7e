//! The strip that tells of a run that waits for room on the disk, why, and what can be done.

use egui::{RichText, Ui};

use crate::capture::{Disk, NoRoom, SessionId, WhyNoRoom};
use crate::ui::action::Action;
use crate::ui::kit::Look;
use crate::ui::kit::widgets::{button, strip};
use crate::view::visible;
use crate::words::Arg;

/// The step by which the limit is raised here: 1 GiB.
pub const STEP: u64 = 1024 * 1024 * 1024;

/// A run that waits.
pub struct Waiting<'a> {
    /// The run.
    pub id: SessionId,
    /// Where it connects to, or listens.
    pub address: String,
    /// Why it waits.
    pub no_room: &'a NoRoom,
}

/// Draws the strip; so many runs `can_go` to make room.
pub fn show(
    ui: &mut Ui,
    look: &Look<'_>,
    waiting: &Waiting<'_>,
    disk: &Disk,
    can_go: usize,
    actions: &mut Vec<Action>,
) {
    strip(ui, look.tokens.bad_ground, |ui| {
        ui.horizontal_wrapped(|ui| {
            let text = format!("⚠ {}", reason(look, waiting, disk));
            ui.label(RichText::new(text).color(look.tokens.bad).strong());
            ui.label(RichText::new(look.text("no-room-kept")).color(look.tokens.text));
            if button(ui, &look.text("no-room-look"), true).on_hover_text(look.text("no-room-look-hint")).clicked() {
                actions.push(Action::LookForRoom);
            }
            if waiting.no_room.why == WhyNoRoom::Limit && button(ui, &look.text("no-room-raise"), true).clicked() {
                actions.push(Action::LimitDisk(disk.limit().saturating_add(STEP)));
            }
            let count = Arg::from(can_go as u64);
            if can_go > 0 && button(ui, &look.words.with("no-room-forget", [("count", count)]), true).clicked() {
                actions.push(Action::ForgetOld);
            }
            let name = look.words.with("no-room-stop", [("address", Arg::from(waiting.address.clone()))]);
            if button(ui, &name, true).clicked() {
                actions.push(Action::StopSession(waiting.id));
            }
        });
    });
}

fn reason(look: &Look<'_>, waiting: &Waiting<'_>, disk: &Disk) -> String {
    let NoRoom { why, missing } = waiting.no_room;
    let address = ("address", Arg::from(waiting.address.clone()));
    let missing = ("missing", Arg::from(look.words.bytes(*missing)));
    match why {
        WhyNoRoom::Limit => {
            let held = ("held", Arg::from(look.words.bytes(disk.held())));
            let limit = ("limit", Arg::from(look.words.bytes(disk.limit())));
            look.words.with("no-room-limit", [address, held, limit, missing])
        }
        WhyNoRoom::Full => look.words.with("no-room-full", [address, missing]),
        WhyNoRoom::Refused(system) => {
            let system = ("system", Arg::from(visible(&system.text).into_owned()));
            look.words.with("no-room-refused", [address, system])
        }
    }
}
