//! What the window tells open connections of a server to do.

use egui::Context;

use super::App;
use crate::capture::{ConnectionId, GivenFile, SessionId};
use crate::net::{Command, Refused};
use crate::ui::action::Telling;
use crate::ui::kit::Notice;

/// Connections of a run, and what they are told.
pub(super) type Told = (Option<SessionId>, Vec<ConnectionId>, Telling);

impl App {
    /// Leaves an order for connections of the server's run that is shown; tells why if it is not taken.
    pub(super) fn tell_connections(&mut self, ctx: &Context, ids: Vec<ConnectionId>, telling: Telling) {
        let told = (self.server.runs.shown_id(), ids, telling);
        match &told.2 {
            // A file that can't be read is told once, and not by each connection.
            Telling::Give(Command::SendFile(path)) if !self.sent_file.is_out() => {
                let path = path.clone();
                self.sent_file.ask(ctx, move || GivenFile::open(&path).map(|_| told));
            }
            Telling::Give(Command::SendFile(_)) => self.refused(Err(Refused::Busy)),
            _ => self.order(told),
        }
    }

    /// Goes on with an order to send a file, once that can be read.
    pub(super) fn hear_of_sent_file(&mut self) {
        match self.sent_file.poll() {
            Some(Ok(Ok(told))) => self.order(told),
            Some(Ok(Err(failure)) | Err(failure)) => self.notice = Some(Notice::Error(self.words.failure(&failure))),
            None => {}
        }
    }

    fn order(&mut self, (run, ids, telling): Told) {
        let now = self.engine.clock().now();
        let run = run.and_then(|run| self.server.runs.find_mut(run));
        let left = run.map_or(Err(Refused::NotOpen), |kept| kept.run.order(ids, telling, now));
        self.refused(left);
    }

    fn refused(&mut self, left: Result<(), Refused>) {
        self.notice = left.err().map(|refused| {
            let key = match refused {
                Refused::Busy => self.words.text("order-busy"),
                Refused::NotOpen => self.words.text("order-over"),
            };
            Notice::ErrorText(key.into_owned())
        });
    }
}
