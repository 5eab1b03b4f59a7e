//! Both roles and their runs, of which one role and one run of it are shown.
//!
//! In scope: what is asked of a run whatever its role: showing, pinning, forgetting, pausing its display. Out of scope: what only one of
//! the roles does; drawing.

use crate::capture::{Connection, DiskQuota, Moment, Role, SessionId};
use crate::settings::View;
use crate::ui::action::{DueCall, RunAction};
use crate::ui::client::ClientRole;
use crate::ui::connection::ConnectionView;
use crate::ui::dock::Dock;
use crate::ui::kit::{Notice, UiContext};
use crate::ui::runs::run_store::next_to_drop;
use crate::ui::runs::{Kept, PaceControl, Run, RunRecord};
use crate::ui::server::ServerRole;
use crate::ui::shell::WaitingRun;

/// Both roles.
pub(super) struct Roles {
    pub client: ClientRole,
    pub server: ServerRole,
    /// The role that is shown.
    pub shown: Role,
}

impl Roles {
    /// Does what the user wants done with runs; `now` is the present moment.
    pub fn carry_out(&mut self, action: &RunAction, now: Moment) {
        match *action {
            RunAction::Show(id) => self.show(id),
            RunAction::Pin(id, is_pinned) => self.pin(id, is_pinned),
            RunAction::Forget(id) => self.forget(id),
            RunAction::ForgetOld => self.droppable().into_iter().for_each(|id| self.forget(id)),
            RunAction::Stop(id) => self.stop(id),
            RunAction::PauseDisplay(pause) => self.pause_display(pause, now),
            RunAction::ClearDisplay => self.clear_display(),
            RunAction::ResetCounts => self.reset_counts(),
        }
    }

    /// The kept runs of both roles.
    pub fn runs(&self) -> impl Iterator<Item = &Kept<dyn Run>> {
        self.client.runs.iter().chain(self.server.runs.iter())
    }

    /// The run with the number `id`.
    pub fn find(&self, id: SessionId) -> Option<&Kept<dyn Run>> {
        self.runs().find(|kept| kept.id() == id)
    }

    /// The run that is shown.
    pub fn run(&self) -> Option<&Kept<dyn Run>> {
        let shown = match self.shown {
            Role::Client => self.client.runs.shown_id(),
            Role::Server => self.server.runs.shown_id(),
        };
        self.find(shown?)
    }

    /// What is known of the run that is shown.
    pub fn record(&self) -> Option<&RunRecord> {
        self.run().map(|kept| kept.run.record())
    }

    fn record_mut(&mut self) -> Option<&mut RunRecord> {
        match self.shown {
            Role::Client => self.client.runs.shown_mut().map(|kept| kept.run.record_mut()),
            Role::Server => self.server.runs.shown_mut().map(|kept| kept.run.record_mut()),
        }
    }

    /// Whether the run that is shown goes on.
    pub fn is_running(&self) -> bool {
        self.run().is_some_and(|kept| kept.run.is_running())
    }

    /// Whether a run of the role that is shown can be started.
    pub fn can_start(&self) -> bool {
        match self.shown {
            Role::Client => self.client.can_run(),
            Role::Server => self.server.can_listen(),
        }
    }

    /// Whether a client runs, and a server.
    pub fn have_running(&self) -> (bool, bool) {
        let is_running = |kept: &Kept<dyn Run>| kept.run.is_running();
        (self.client.runs.iter().any(is_running), self.server.runs.iter().any(is_running))
    }

    /// The connection that is shown.
    pub fn connection(&self) -> Option<&Connection> {
        match self.shown {
            Role::Client => self.client.connection(),
            Role::Server => self.server.connection(),
        }
    }

    /// How the connection is shown.
    pub fn view(&self) -> &ConnectionView {
        match self.shown {
            Role::Client => &self.client.view,
            Role::Server => &self.server.view,
        }
    }

    /// How the connection is shown, to be changed.
    pub fn view_mut(&mut self) -> &mut ConnectionView {
        match self.shown {
            Role::Client => &mut self.client.view,
            Role::Server => &mut self.server.view,
        }
    }

    /// Where the views of the role that is shown stand.
    pub fn dock(&self) -> &Dock {
        match self.shown {
            Role::Client => &self.client.dock,
            Role::Server => &self.server.dock,
        }
    }

    /// Where the views of the role that is shown stand, to be changed.
    pub fn dock_mut(&mut self) -> &mut Dock {
        match self.shown {
            Role::Client => &mut self.client.dock,
            Role::Server => &mut self.server.dock,
        }
    }

    /// Opens the search: in the view that was used last, or else in another that is seen; where none can be searched, the bytes are
    /// opened.
    pub fn open_search(&mut self) {
        let dock = self.dock_mut();
        let can_be_searched = |view: &View| matches!(view, View::Body | View::Bytes) && dock.shows(*view);
        let seen = [dock.last(), View::Body, View::Bytes].into_iter().find(can_be_searched);
        let view = seen.unwrap_or(View::Bytes);
        dock.open(view);
        self.view_mut().open_search(view);
    }

    /// How fast the calls of the role that is shown are made.
    pub fn pace(&self) -> &PaceControl {
        match self.shown {
            Role::Client => &self.client.pace,
            Role::Server => &self.server.pace,
        }
    }

    /// How fast the calls of a role are made, to be changed.
    pub fn pace_of(&mut self, role: Role) -> &mut PaceControl {
        match role {
            Role::Client => &mut self.client.pace,
            Role::Server => &mut self.server.pace,
        }
    }

    /// The call that a step would make.
    pub fn due(&self) -> Option<DueCall> {
        match self.shown {
            Role::Client => self.client.due(),
            Role::Server => self.server.due(),
        }
    }

    /// What there is to tell of the run that is shown.
    pub fn notice(&self, cx: &UiContext<'_>) -> Option<Notice> {
        match self.shown {
            Role::Client => self.client.notice(cx),
            Role::Server => self.server.notice(cx),
        }
    }

    /// Shows a run, in its role.
    pub fn show(&mut self, id: SessionId) {
        let Some(kept) = self.find(id) else { return };
        self.shown = kept.run.record().live().role;
        match self.shown {
            Role::Client => self.client.runs.show(Some(id)),
            Role::Server => self.server.runs.show(Some(id)),
        };
        self.view_mut().reset();
    }

    /// Pins a run, or unpins it.
    pub fn pin(&mut self, id: SessionId, is_pinned: bool) {
        if let Some(kept) = self.client.runs.find_mut(id) {
            kept.is_pinned = is_pinned;
        } else if let Some(kept) = self.server.runs.find_mut(id) {
            kept.is_pinned = is_pinned;
        }
    }

    /// Stops a run.
    pub fn stop(&self, id: SessionId) {
        self.find(id).into_iter().for_each(|kept| kept.run.stop());
    }

    /// Stops a run and keeps it no longer. Its spools go with it.
    pub fn forget(&mut self, id: SessionId) {
        self.stop(id);
        self.client.runs.remove(id);
        self.server.runs.remove(id);
        // A copy of a body of the run is a part of it.
        if self.client.runs.shown().is_none() {
            self.client.view.reset();
        }
        if self.server.runs.shown().is_none() {
            self.server.view.reset();
        }
    }

    /// The runs that may be dropped.
    pub fn droppable(&self) -> Vec<SessionId> {
        self.client.runs.droppable().chain(self.server.runs.droppable()).collect()
    }

    /// Drops the oldest runs while there are too many, or while all hold more than half of what they may.
    pub fn drop_old(&mut self, disk: &DiskQuota) {
        while let Some(id) = next_to_drop(self.droppable().into_iter(), disk.held() > disk.limit() / 2) {
            self.forget(id);
        }
    }

    /// Whether the display is paused, if that can be changed: what is over stands still anyway.
    pub fn can_pause(&self) -> Option<bool> {
        let is_paused = self.record()?.paused().is_some();
        (is_paused || self.is_running()).then_some(is_paused)
    }

    fn pause_display(&mut self, pause: bool, now: Moment) {
        let Some(record) = self.record_mut() else { return };
        if pause {
            record.pause(now);
        } else {
            record.resume();
        }
    }

    /// What goes on begins anew; what is over is not shown any more, and stands in the list of runs.
    fn clear_display(&mut self) {
        match self.shown {
            _ if self.is_running() => self.record_mut().into_iter().for_each(RunRecord::clear),
            Role::Client => drop(self.client.runs.show(None)),
            Role::Server => drop(self.server.runs.show(None)),
        }
        self.view_mut().reset();
    }

    fn reset_counts(&mut self) {
        let id = self.connection().map(|connection| connection.id);
        if let Some((id, record)) = id.zip(self.record_mut()) {
            record.reset_counts(id);
        }
    }

    /// A run that waits for room on the disk, if one does.
    pub fn waiting_for_room(&self) -> Option<WaitingRun<'_>> {
        self.runs().find_map(|kept| {
            let disk_full = kept.run.record().disk_full()?;
            Some(WaitingRun { id: kept.id(), address: kept.run.address_text(), disk_full })
        })
    }
}
