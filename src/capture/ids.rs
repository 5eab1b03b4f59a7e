//! Names for the things that reports are about.

/// What the user picked: to call somebody or to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Connects to a server.
    Client,
    /// Listens and accepts connections.
    Server,
}

/// One run of a role. Numbers grow and are never used again while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// One connection of a session, counted from 1 in the order in which they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u32);

/// Which socket of a session a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SocketId {
    /// The listening socket of a server.
    Listener,
    /// The socket of one connection.
    Connection(ConnectionId),
}

/// The name of the thread of a relay's second connection has this before the address of the first one's peer.
pub const ONWARD_OF: &str = " onward of ";
