//! The kept sessions: which is shown, pinned, paused or forgotten, and which wait for room on the disk.

use egui::{Frame, Panel, Ui};

use super::App;
use crate::capture::{Role, SessionId};
use crate::ui::kit::UiContext;
use crate::ui::runs::run_store::gives_way;
use crate::ui::runs::{Keepable, Record, transport};
use crate::ui::shell::sessions_menu::role_of;
use crate::ui::shell::{WaitingRun, disk_strip};

impl App {
    /// Shows a session, in its role.
    pub(super) fn look_at(&mut self, id: SessionId) {
        match role_of(&self.client.runs, &self.server.runs, id) {
            Some(Role::Client) => {
                self.role = Role::Client;
                self.client.runs.show(Some(id));
                self.client.view.reset();
            }
            Some(Role::Server) => {
                self.role = Role::Server;
                self.server.runs.show(Some(id));
                self.server.view.reset();
            }
            None => {}
        }
    }

    pub(super) fn pin(&mut self, id: SessionId, is_pinned: bool) {
        if let Some(kept) = self.client.runs.find_mut(id) {
            kept.is_pinned = is_pinned;
        } else if let Some(kept) = self.server.runs.find_mut(id) {
            kept.is_pinned = is_pinned;
        }
    }

    /// Keeps a session no longer. Its spools go with it.
    pub(super) fn forget(&mut self, id: SessionId) {
        if let Some(run) = self.client.runs.take(id) {
            run.stop();
        } else if let Some(run) = self.server.runs.take(id) {
            run.stop();
        }
        // A copy of a body of it is a part of it.
        if self.client.runs.shown().is_none() {
            self.client.view.reset();
        }
        if self.server.runs.shown().is_none() {
            self.server.view.reset();
        }
    }

    pub(super) fn forget_old(&mut self) {
        for id in self.spare() {
            self.forget(id);
        }
    }

    fn spare(&self) -> Vec<SessionId> {
        self.client.runs.spare().chain(self.server.runs.spare()).collect()
    }

    /// The oldest sessions give way when there are too many, or while all hold more than half of what they may.
    pub(super) fn give_way(&mut self) {
        loop {
            let disk = self.engine.disk();
            let hold_too_much = disk.held() > disk.limit() / 2;
            let spare = self.client.runs.spare().chain(self.server.runs.spare());
            let Some(id) = gives_way(spare, hold_too_much) else { return };
            self.forget(id);
        }
    }

    pub(super) fn stop_session(&self, id: SessionId) {
        if let Some(kept) = self.client.runs.find(id) {
            kept.run.stop();
        } else if let Some(kept) = self.server.runs.find(id) {
            kept.run.stop();
        }
    }

    /// What is known of the session that is shown.
    pub(super) fn shown_record(&self) -> Option<&Record> {
        match self.role {
            Role::Client => self.client.runs.shown().map(|kept| &kept.run.record),
            Role::Server => self.server.runs.shown().map(|kept| &kept.run.record),
        }
    }

    fn shown_record_mut(&mut self) -> Option<&mut Record> {
        match self.role {
            Role::Client => self.client.runs.shown_mut().map(|kept| &mut kept.run.record),
            Role::Server => self.server.runs.shown_mut().map(|kept| &mut kept.run.record),
        }
    }

    /// Whether the display is paused, if that can be changed: what is over stands still anyway.
    pub(super) fn can_pause(&self) -> Option<bool> {
        let is_paused = self.shown_record()?.paused().is_some();
        let running = if self.role == Role::Client { self.client.is_running() } else { self.server.is_running() };
        (is_paused || running).then_some(is_paused)
    }

    pub(super) fn pause_display(&mut self, pause: bool) {
        let now = self.engine.clock().now();
        if let Some(record) = self.shown_record_mut() {
            if pause {
                record.pause(now);
            } else {
                record.resume();
            }
        }
    }

    /// What goes on begins anew; what is over is not shown any more, and stands in the list of sessions.
    pub(super) fn clear_display(&mut self) {
        match self.role {
            Role::Client if self.client.is_running() => self.clear_shown(),
            Role::Server if self.server.is_running() => self.clear_shown(),
            Role::Client => drop(self.client.runs.show(None)),
            Role::Server => drop(self.server.runs.show(None)),
        }
        match self.role {
            Role::Client => self.client.view.reset(),
            Role::Server => self.server.view.reset(),
        }
    }

    fn clear_shown(&mut self) {
        if let Some(record) = self.shown_record_mut() {
            record.clear();
        }
    }

    pub(super) fn reset_counts(&mut self) {
        let (connection, _) = self.looked_at();
        let id = connection.map(|connection| connection.id);
        if let (Some(id), Some(record)) = (id, self.shown_record_mut()) {
            record.reset_counts(id);
        }
    }

    /// A session that waits for room on the disk, if one does.
    pub(super) fn waiting_for_room(&self) -> Option<WaitingRun<'_>> {
        let client = self.client.runs.all().iter().find_map(|kept| {
            let disk_full = kept.run.record.disk_full()?;
            Some(WaitingRun { id: kept.id(), address: kept.run.address(), disk_full })
        });
        client.or_else(|| {
            self.server.runs.all().iter().find_map(|kept| {
                let disk_full = kept.run.record.disk_full()?;
                Some(WaitingRun { id: kept.id(), address: kept.run.address().to_string(), disk_full })
            })
        })
    }

    /// Draws what waits: for the display to go on, and for room on the disk.
    pub(super) fn session_strips(&self, ui: &mut Ui, cx: &UiContext<'_>) {
        if let Some(waiting) = self.waiting_for_room() {
            let can_go = self.spare().len();
            Panel::bottom("no room").frame(Frame::NONE).show(ui, |ui| {
                disk_strip::show(ui, cx, &waiting, self.engine.disk(), can_go);
            });
        }
        if self.shown_record().is_some_and(|record| record.paused().is_some()) {
            Panel::bottom("paused").frame(Frame::NONE).show(ui, |ui| match self.role {
                Role::Client => self.client.runs.shown().into_iter().for_each(|kept| transport::waiting(ui, cx, kept)),
                Role::Server => self.server.runs.shown().into_iter().for_each(|kept| transport::waiting(ui, cx, kept)),
            });
        }
    }
}
