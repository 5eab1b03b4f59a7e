//! What the window tells open connections of a server to do.

use super::App;
use crate::capture::ConnectionId;
use crate::net::{Command, Refused, open_to_send};
use crate::ui::action::Telling;
use crate::ui::banner::Notice;

impl App {
    /// Leaves an order for connections of the server's run that is shown; tells why if it is not taken.
    pub(super) fn tell_connections(&mut self, ids: Vec<ConnectionId>, telling: Telling) {
        // A file that can't be read is told once, and not by each connection.
        if let Telling::Give(Command::SendFile(path)) = &telling
            && let Err(failure) = open_to_send(path)
        {
            self.notice = Some(Notice::Bad(self.words.failure(&failure)));
            return;
        }
        let now = self.engine.clock().now();
        let left = self.server.runs.shown_mut().map_or(Err(Refused::NotOpen), |kept| kept.run.order(ids, telling, now));
        self.notice = left.err().map(|refused| {
            let key = match refused {
                Refused::Busy => self.words.text("order-busy"),
                Refused::NotOpen => self.words.text("order-over"),
            };
            Notice::BadText(key.into_owned())
        });
    }
}
