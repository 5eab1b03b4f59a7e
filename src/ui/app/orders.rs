//! What the window tells open connections of a server to do.

use std::io::{Error, ErrorKind};
use std::path::Path;

use super::App;
use crate::capture::{ConnectionId, Failure, Operation, Subject};
use crate::net::{Command, Refused};
use crate::ui::action::Telling;
use crate::ui::banner::Notice;

impl App {
    /// Leaves an order for connections of the server's run that is shown; tells why if it is not taken.
    pub(super) fn tell_connections(&mut self, ids: Vec<ConnectionId>, telling: Telling) {
        if let Telling::Give(Command::SendFile(path)) = &telling
            && let Err(failure) = readable(path)
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

/// A file that can't be read is told once, and not by each connection.
fn readable(path: &Path) -> Result<(), Failure> {
    let opened = std::fs::File::open(path).and_then(|file| file.metadata());
    let found = opened.and_then(|meta| if meta.is_file() { Ok(()) } else { Err(Error::from(ErrorKind::IsADirectory)) });
    found.map_err(|error| Failure::of(Operation::ReadFile, Some(Subject::File(path.to_owned())), &error))
}
