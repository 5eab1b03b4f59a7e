//! The figures of a server or a client, by name.

use super::scene_error::SceneFault;

enum_with_all! {
    /// A figure.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Figure {
        /// The port that it listens on, or of our end of the connection.
        Port = "port",
        /// Whether it listens: yes or no.
        Listening = "listening",
        /// How many connections were made.
        Connected = "connected",
        /// How many of them are open.
        Open = "open",
        /// How many different local ports they have.
        LocalPorts = "local-ports",
        /// Both addresses of each connection, its own first.
        Ends = "ends",
        /// send calls that carried bytes.
        Sends = "sends",
        /// recv calls that carried bytes.
        Reads = "reads",
        /// Bytes sent.
        Sent = "sent",
        /// Bytes received.
        Received = "received",
        /// recv calls that carried fewer bytes than they asked for.
        ShortReads = "short-reads",
        /// The most bytes that a recv carried.
        LargestRead = "largest-read",
        /// recv calls that returned 0.
        EndReads = "end-reads",
        /// The call that is blocked: its name, or none.
        Blocked = "blocked",
        /// For how long it has been.
        BlockedFor = "blocked-for",
        /// preparing, open or closed.
        State = "state",
        /// Why it ended: peer-finished, finished, stopped, reset, timed-out, on-purpose, failed; or not-yet.
        Ended = "ended",
        /// The call that failed: its name, or none.
        Failed = "failed",
        /// Why: refused, timed-out, reset, broken-pipe, name-not-found, unreachable, address-in-use, other; or none.
        Cause = "cause",
        /// Whether our side has said that it sends nothing more: yes or no.
        SendingEnded = "sending-ended",
        /// The status code of the newest reply.
        Status = "status",
        /// How the end of its body is found: length, chunked, close or none.
        Framing = "framing",
        /// Bytes of its body.
        Body = "body",
        /// Whether the body is whole: yes or no.
        BodyWhole = "body-whole",
        /// Characters of its body, if that is UTF-8.
        Characters = "characters",
        /// How many recv calls brought the blank line between head and body.
        SeparatorReads = "separator-reads",
        /// Characters of UTF-8 that lie in two reads.
        SplitCharacters = "split-characters",
        /// From a send to the recv that brought the answer, the median: of the first send since the last answer.
        Round = "round",
        /// How long connect took.
        Connecting = "connecting",
        /// The state of its socket in the system's table, by its name in RFC 9293.
        Kernel = "kernel",
        /// Connections that wait to be accepted, as the system counts them.
        Queue = "queue",
    }
}

/// A figure of a server or a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureName {
    /// The name of the server or client.
    pub actor: String,
    /// The figure.
    pub figure: Figure,
}

impl FigureName {
    /// Reads `client.reads`.
    ///
    /// # Errors
    /// When there is no such figure. The name of the server or client is not checked.
    pub fn parse(text: &str) -> Result<Self, SceneFault> {
        let unknown = || SceneFault::NoFigure(text.to_owned());
        let (actor, figure) = text.split_once('.').ok_or_else(unknown)?;
        let figure = Figure::ALL.into_iter().find(|known| known.name() == figure).ok_or_else(unknown)?;
        Ok(Self { actor: actor.to_owned(), figure })
    }
}

impl std::fmt::Display for FigureName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.actor, self.figure.name())
    }
}
