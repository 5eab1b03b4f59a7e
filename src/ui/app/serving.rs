//! What the server's form asks for besides listening: paths from the system's dialog, the addresses of this machine.

use std::path::Path;

use crossbeam_channel::{Receiver, TryRecvError};
use egui::Context;

use super::App;
use crate::settings::{Keeper, LINE_MAX};
use crate::ui::action::{Action, PathOf};
use crate::ui::kit::{Answer, Notice, Pick, file_dialog};
use crate::ui::runs::Heard;
use crate::view::excerpt;
use crate::words::Arg;

/// A dialog that is open for a path.
pub(super) struct Picking {
    answers: Receiver<Answer>,
    of: PathOf,
}

impl App {
    pub(super) fn choose_path(&mut self, ctx: &Context, of: PathOf) {
        let (title, is_folder) = match of {
            PathOf::Folder => ("choose-folder", true),
            PathOf::CannedReply | PathOf::SentFile | PathOf::Scene => ("choose-file", false),
        };
        let pick = Pick { title: self.words.text(title).into_owned(), is_folder };
        let ctx = ctx.clone();
        let answers = self.dialog.pick(pick, Box::new(move || ctx.request_repaint()));
        // Of two dialogs the newer one counts.
        self.picking = Some(Picking { answers, of });
    }

    /// Looks at another connection of the server, or at its listener.
    pub(super) fn look_at_server(&mut self, action: &Action) {
        match action {
            Action::Select(id) => self.server.select(*id),
            Action::SelectListener => self.server.select_listener(),
            Action::Hold(id) => self.server.hold(*id),
            Action::SelectNewest => self.server.select_newest(),
            _ => {}
        }
    }

    /// Listens as the form says.
    pub(super) fn listen(&mut self, ctx: &Context) {
        self.is_first = false;
        self.server.wants_to_listen();
        self.go_on_serving(ctx);
    }

    /// Serves as the form says, as far as what it names on the disk is open.
    pub(super) fn go_on_serving(&mut self, ctx: &Context) {
        if let Some(started) = self.server.serve_with(&self.engine, ctx) {
            self.notice = started.err().map(|error| self.start_failed(&error));
        }
    }

    /// Takes in what dialogs, disks, and the system about its addresses, have said.
    pub(super) fn hear(&mut self, ctx: &Context) {
        match self.saving.poll() {
            Some(Heard::Chosen(path)) => self.save_to(ctx, path, file_dialog::OLD),
            Some(Heard::Saved(path)) => self.remember_folder_of(&path),
            None => {}
        }
        self.server.form.local_addresses.poll();
        if self.server.path_opener.poll() {
            self.go_on_serving(ctx);
        }
        self.client.body_file_length.hear(&mut self.client.draft);
        self.hear_scene();
        self.hear_of_sent_file();
        if let Some(failure) = self.keeper.as_ref().and_then(Keeper::failure) {
            self.notice = Some(Notice::Error(self.words.failure(&failure)));
        }
        self.hear_dialog(ctx);
    }

    /// Suggests the folder of `path` the next time. One that is no text is none that settings can hold.
    fn remember_folder_of(&mut self, path: &Path) {
        let folder = path.parent().filter(|folder| folder.is_absolute()).and_then(Path::to_str);
        if let Some(folder) = folder.filter(|folder| folder.len() <= LINE_MAX) {
            folder.clone_into(&mut self.settings.save_folder);
        }
    }

    fn hear_dialog(&mut self, ctx: &Context) {
        let Some(Picking { answers, of }) = &self.picking else { return };
        let answer = match answers.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return,
            Err(TryRecvError::Disconnected) => Answer::Unavailable,
        };
        let of = *of;
        self.picking = None;
        match answer {
            Answer::Chosen(path) if of == PathOf::Scene => self.choose_scene(ctx, path),
            Answer::Chosen(path) => {
                let path = path.display().to_string();
                match of {
                    PathOf::Folder => self.server.draft.folder = path,
                    PathOf::CannedReply => self.server.draft.canned.file = path,
                    PathOf::SentFile => self.server.send_file(path),
                    PathOf::Scene => {}
                }
            }
            Answer::Unavailable => {
                self.notice = Some(Notice::Info(self.words.text("choose-no-dialog").into_owned()));
            }
            Answer::Refused(text) => {
                let text = self.words.with("choose-dialog-refused", [("text", Arg::from(excerpt(&text)))]);
                self.notice = Some(Notice::Info(text));
            }
            Answer::Cancelled => {}
        }
    }
}
