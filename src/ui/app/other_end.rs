//! The other end of a connection, among all runs that are kept.

use core::net::SocketAddr;

use crate::capture::{Connection, Listener, Moment, Session};
use crate::ui::connection::OtherEnd;
use crate::ui::runs::{Run, RunRecord, RunStore};

/// What the runs of the other role know of the other end of `own`: its addresses are those of `own`, the other way round. Of the same
/// addresses the newest run is meant.
pub(super) fn other_end<'a, R: Run>(own: &Connection, others: &'a RunStore<R>) -> OtherEnd<'a> {
    let sessions = || others.all().iter().rev().map(|kept| RunRecord::shown(kept.run.record()));
    let Some((local, peer)) = own.local.zip(own.peer) else { return OtherEnd::default() };
    let connection = sessions().find_map(|session| of_session((local, peer), session));
    let listens = |listener: &Listener| is_at(listener, peer) && was_listening(listener, own.thread.opened);
    let is_unaccepted = connection.is_none() && sessions().filter_map(|session| session.listener.as_ref()).any(listens);
    OtherEnd { connection, is_unaccepted }
}

fn of_session((local, peer): (SocketAddr, SocketAddr), session: &Session) -> Option<&Connection> {
    session.connections.iter().find(|other| other.peer == Some(local) && other.local == Some(peer))
}

fn is_at(listener: &Listener, address: SocketAddr) -> bool {
    let is_same =
        |own: SocketAddr| own.port() == address.port() && (own.ip().is_unspecified() || own.ip() == address.ip());
    listener.address.is_some_and(is_same)
}

/// Whether `listener` was listening when a connection was opened.
fn was_listening(listener: &Listener, opened: Moment) -> bool {
    listener.thread.opened <= opened && listener.thread.ended.is_none_or(|(at, _)| at >= opened)
}
