//! What the system's table of sockets says of a run: looked up when it is asked for, once.

use super::figure::Figure;
use super::figure_value::FigureValue;
use crate::capture::Session;
use crate::capture::kernel::{Seen, TcpState, Watched};
use crate::net::kernel::Table;

/// The figure, of a client's connection or a server's newest one, and of its listening socket; `None` where the table tells nothing.
#[must_use]
pub fn figure(session: &Session, figure: Figure) -> Option<FigureValue> {
    match figure {
        Figure::Kernel => {
            let connection = session.newest()?;
            let (local, peer) = connection.local.zip(connection.peer)?;
            match Table::open().look(Watched::Connection { local, peer }) {
                // What stands in no table is closed.
                Seen::Ends { own, .. } => {
                    Some(FigureValue::word(own.map_or(TcpState::Closed, |end| end.sample.state).name()))
                }
                Seen::Queue(_) | Seen::Nothing(_) => None,
            }
        }
        Figure::Queue => {
            let address = session.listener.as_ref()?.address?;
            match Table::open().look(Watched::Listener(address)) {
                Seen::Queue(queue) => Some(FigureValue::Number(queue?.waiting.into())),
                Seen::Ends { .. } | Seen::Nothing(_) => None,
            }
        }
        _ => None,
    }
}
