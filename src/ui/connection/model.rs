//! The connection that is shown, and what of it the Calls list and the ladder read.

use crate::capture::{Connection, Direction, Session, SocketId};
use crate::http::Span;
use crate::ui::calls::panel;
use crate::ui::ladder::LadderModel;

/// What is known of the other end of a connection.
#[derive(Clone, Copy, Default)]
pub struct OtherEnd<'a> {
    /// The record of the other end, if it is in this program too.
    pub connection: Option<&'a Connection>,
    /// Whether a listener of this program has not accepted the connection.
    pub is_unaccepted: bool,
}

/// The connection, or the listener, that is shown.
#[derive(Clone, Copy)]
pub struct ConnectionModel<'a> {
    /// The run.
    pub session: &'a Session,
    /// The connection; `None`: the listener's own calls.
    pub connection: Option<&'a Connection>,
    /// The connection's other end, if it is in this program too.
    pub other_end: Option<&'a Connection>,
    /// Whether that is a listener of this program which has not accepted the connection.
    pub is_unaccepted: bool,
    /// The direction that is looked at first in this role.
    pub first: Direction,
}

impl<'a> ConnectionModel<'a> {
    /// The calls, with these bytes lit.
    #[must_use]
    pub fn calls(&self, lit: Option<(Direction, Span)>) -> Option<panel::CallsModel<'a>> {
        let session = self.session;
        let listener = session.listener.as_ref();
        let since = session.began()?;
        let (socket, thread, peer) = match self.connection {
            Some(connection) => (SocketId::Connection(connection.id), &connection.thread, connection.peer),
            None => (SocketId::Listener, &listener?.thread, None),
        };
        Some(panel::CallsModel { session, socket, thread, peer, since, lit })
    }

    /// The ladder, with these bytes lit.
    #[must_use]
    pub fn ladder(&self, lit: Option<(Direction, Span)>) -> Option<LadderModel<'a>> {
        let (connection, session) = (self.connection?, self.session);
        let (since, other_end, is_unaccepted) = (session.began()?, self.other_end, self.is_unaccepted);
        let (session, role) = (session.id, session.role);
        Some(LadderModel { session, role, since, connection, other_end, is_unaccepted, lit })
    }
}

/// Which view is searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Searched {
    /// The body.
    #[default]
    Body,
    /// The bytes.
    Bytes,
}
