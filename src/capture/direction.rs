//! The two directions of a connection, seen from our end, and the two layers of the bytes that go in them.

use super::CallKind;

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From us to the peer.
    Sent,
    /// From the peer to us.
    Received,
}

impl Direction {
    /// Both directions, the sent one first.
    pub const BOTH: [Self; 2] = [Self::Sent, Self::Received];

    /// `sent` or `received`.
    pub fn of<T>(self, sent: T, received: T) -> T {
        match self {
            Self::Sent => sent,
            Self::Received => received,
        }
    }

    /// A short name for machine-readable output.
    pub fn name(self) -> &'static str {
        self.of("sent", "received")
    }
}

/// The layer of the bytes of a direction: with TLS there are two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StreamLayer {
    /// The bytes that the program sends and receives.
    #[default]
    Plain,
    /// The bytes that cross the socket. Without TLS they are the same.
    Wire,
}

impl From<Direction> for CallKind {
    fn from(direction: Direction) -> Self {
        direction.of(Self::Send, Self::Recv)
    }
}
