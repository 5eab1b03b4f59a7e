//! One row of a list of calls: a call, or several like ones in a row.
//!
//! In scope: the row as a record of fixed size, so that millions of them can stand in a file and be read by number. Out of scope:
//! the calls themselves, which stay in their logs.

use crate::capture::spools::records::Record;
use crate::capture::{ConnectionId, Moment, SocketId};

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallListRow {
    /// The socket whose calls they are.
    pub socket: SocketId,
    /// The number of the first one in its log, counted from 0.
    pub first: u64,
    /// How many calls stand in the row. They follow each other in the log.
    pub count: u32,
    /// The time by which the row is sorted: when its first call came back, or, if that call was reported late, the time of the row before.
    pub at: Moment,
}

/// The size of a row in its spool, in bytes.
pub(super) const ROW_SIZE: usize = 24;

/// A socket as a number: the listener is 0, and connections are counted from 1.
pub(super) fn socket_number(socket: SocketId) -> u32 {
    match socket {
        SocketId::Listener => 0,
        SocketId::Connection(id) => id.0,
    }
}

impl Record<3> for CallListRow {
    fn to_words(&self) -> [u64; 3] {
        [self.first, self.at.0, u64::from(self.count) | u64::from(socket_number(self.socket)) << 32]
    }

    fn of_words([first, at, rest]: [u64; 3]) -> Option<Self> {
        let socket = match (rest >> 32) as u32 {
            0 => SocketId::Listener,
            id => SocketId::Connection(ConnectionId(id)),
        };
        Some(Self { socket, first, count: rest as u32, at: Moment(at) })
    }
}

impl CallListRow {
    /// Whether call number `number` of `socket` stands in it.
    pub fn holds(&self, socket: SocketId, number: u64) -> bool {
        self.socket == socket && (self.first..self.end()).contains(&number)
    }

    /// The number after that of its last call.
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }
}
