//! What was asked and answered last on a connection, when anything crossed it last, and which two connections a relay carries between.
//!
//! Out of scope: the order of the table (`order`), words.

use core::net::SocketAddr;
use std::collections::{HashMap, HashSet};

use crate::capture::{Connection, ConnectionId, Direction, Message, Moment, ONWARD_OF};
use crate::http::StartLine;
use crate::view::{excerpt, status_text};

/// The request line of the newest request, safe to be shown: at most 1,024 characters.
#[must_use]
pub fn last_request(connection: &Connection) -> Option<String> {
    newest(connection, |message| match &message.head.start_line {
        StartLine::Request { .. } => Some(excerpt(&String::from_utf8_lossy(message.head.text(message.head.line)))),
        StartLine::Response { .. } => None,
    })
}

/// The status of the newest reply that is no interim one, with its reason, safe to be shown.
#[must_use]
pub fn last_status(connection: &Connection) -> Option<String> {
    newest(connection, |message| {
        let is_reply = matches!(message.head.start_line, StartLine::Response { .. });
        (is_reply && !message.is_interim()).then(|| status_text(message))
    })
}

/// What `find` finds in the newest message of either direction in which it finds anything.
fn newest<T>(connection: &Connection, find: impl Fn(&Message) -> Option<T>) -> Option<T> {
    let streams = [Direction::Received, Direction::Sent].map(|direction| connection.stream(direction));
    streams.into_iter().find_map(|stream| stream.messages.iter().rev().find_map(&find))
}

/// When bytes crossed the socket last.
#[must_use]
pub fn last_activity(connection: &Connection) -> Option<Moment> {
    let streams = Direction::BOTH.map(|direction| connection.stream(direction));
    streams.into_iter().filter_map(|stream| stream.turn_times.map(|times| times.last)).max()
}

/// Whether the connection is the second one of a relay.
#[must_use]
pub fn is_onward(connection: &Connection) -> bool {
    connection.thread.name.contains(ONWARD_OF)
}

/// The second connections of relays, each with the first one: that of the peer which its thread is named by. `connections` are in the order
/// of their numbers.
#[must_use]
pub fn pairs<'a>(connections: impl Iterator<Item = &'a Connection>) -> HashMap<ConnectionId, ConnectionId> {
    let mut near: HashMap<SocketAddr, ConnectionId> = HashMap::new();
    let mut pairs = HashMap::new();
    for connection in connections {
        match connection.thread.name.split_once(ONWARD_OF) {
            Some((_, peer)) => {
                let first = peer.parse().ok().and_then(|peer| near.get(&peer));
                pairs.extend(first.map(|first| (connection.id, *first)));
            }
            None => drop(connection.peer.and_then(|peer| near.insert(peer, connection.id))),
        }
    }
    pairs
}

/// `order` with each second connection of a relay behind its first one, if both are in it.
#[must_use]
pub fn together(order: Vec<ConnectionId>, pairs: &HashMap<ConnectionId, ConnectionId>) -> Vec<ConnectionId> {
    if pairs.is_empty() {
        return order;
    }
    let shown: HashSet<ConnectionId> = order.iter().copied().collect();
    let mut second: HashMap<ConnectionId, ConnectionId> = HashMap::new();
    second.extend(
        pairs.iter().filter(|(own, first)| shown.contains(own) && shown.contains(first)).map(|(a, b)| (*b, *a)),
    );
    let is_second = |id: &ConnectionId| pairs.get(id).is_some_and(|first| second.get(first) == Some(id));
    let firsts = order.iter().filter(|id| !is_second(id));
    firsts.flat_map(|id| [Some(*id), second.get(id).copied()]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_connection_stands_behind_its_first_one_in_any_order() {
        let ids = |numbers: &[u32]| numbers.iter().copied().map(ConnectionId).collect::<Vec<_>>();
        let pairs: HashMap<_, _> = [(2, 1), (5, 3)].map(|(a, b)| (ConnectionId(a), ConnectionId(b))).into();
        for (order, shown) in [
            (&[1, 2, 3, 4, 5][..], &[1, 2, 3, 5, 4][..]),
            (&[5, 4, 3, 2, 1], &[4, 3, 5, 1, 2]),
            // Without the first one it stands for itself.
            (&[5, 4, 2, 1], &[5, 4, 1, 2]),
            (&[], &[]),
        ] {
            assert_eq!(together(ids(order), &pairs), ids(shown));
        }
    }
}
