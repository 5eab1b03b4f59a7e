//! What the user wants done.

use core::net::IpAddr;
use std::path::PathBuf;

use crate::capture::{ConnectionId, PendingCall, Role, SessionId, SocketId};
use crate::export::Old;
use crate::export::program::Dialect;
use crate::net::{Command, Order, Tempo};
use crate::settings::{Language, Theme};
use crate::words::Topic;

/// A path that the system's dialog can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathOf {
    /// The folder whose files are served.
    Folder,
    /// The file with a canned reply.
    CannedReply,
    /// A file to be sent to connections.
    SentFile,
    /// A scene of the user's own.
    Scene,
}

/// What open connections of a server are to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Telling {
    /// What their sending threads are to do.
    Give(Command),
    /// Close.
    Close,
    /// Close with a reset.
    Reset,
}

impl From<Telling> for Order {
    fn from(telling: Telling) -> Self {
        match telling {
            Telling::Give(command) => Self::Give(command),
            Telling::Close => Self::Close,
            Telling::Reset => Self::Reset,
        }
    }
}

/// A call that waits for a step, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueCall {
    /// Its run.
    pub session: SessionId,
    /// Its thread.
    pub socket: SocketId,
    /// The call.
    pub call: PendingCall,
}

/// One wish; [`App`](super::App) carries it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show a role.
    Show(Role),
    /// Start the page server on a free port and point the client at it.
    TryHere,
    /// Put the first start's panels away.
    CloseWelcome,
    /// Use large type and strong contrast, or no more.
    Project(bool),
    /// Show the lessons in place of the form, or the form.
    OpenLessons(bool),
    /// Open the lesson with this name.
    OpenLesson(&'static str),
    /// Run the scene of the lesson that is open.
    RunLesson,
    /// Stop those who play in it.
    StopLesson,
    /// The same, and keep none of them.
    LeaveLesson,
    /// Open the scene in this file.
    ReadScene(PathBuf),
    /// Run the client as its form says.
    Run,
    /// Follow the redirect that is looked at.
    Follow,
    /// Connect to a server whose certificate was refused, this once.
    ConnectAnyway,
    /// Look at one of the connections of the client's run, counted from 0.
    LookAtHop(usize),
    /// Stop the client.
    Stop,
    /// Send bytes on the client's connection.
    Send(Vec<u8>),
    /// End the client's sending side.
    ShutdownSending,
    /// Listen as the server's form says.
    Listen,
    /// Stop the server.
    StopListening,
    /// Look at the server's form, which has changed: serve connections to come as it says.
    ServeWith,
    /// Find out how long the file is that the client sends as a body.
    MeasureBody,
    /// Make the calls of the role that is shown so fast.
    SetTempo(Tempo),
    /// Make a call that waits for it.
    Step(DueCall),
    /// Let the server that is shown accept nobody, or go on.
    PauseAccepting(bool),
    /// Read the addresses of this machine.
    ReadAddresses,
    /// Ask for a path in the system's dialog.
    ChoosePath(PathOf),
    /// Show one connection of the server.
    Select(ConnectionId),
    /// Show this connection of the server, also if it is shown already.
    LookAtConnection(ConnectionId),
    /// Tell open connections of the server what to do.
    Tell(Vec<ConnectionId>, Telling),
    /// Name the machine at this address; an empty name takes its name away.
    NamePeer(IpAddr, String),
    /// Show the listener's own calls.
    SelectListener,
    /// Stay with what is shown of the server, a connection or the listener, when others connect.
    Hold(Option<ConnectionId>),
    /// Show the newest connection of the server again, and each that comes.
    SelectNewest,
    /// Show a kept session again.
    LookAt(SessionId),
    /// Pin a session, or let it go when its time comes.
    Pin(SessionId, bool),
    /// Keep a session that is over no longer.
    Forget(SessionId),
    /// Keep no session that is over, unless it is pinned or shown.
    ForgetOld,
    /// Stop a session.
    StopSession(SessionId),
    /// Let the display of the session that is shown stand still, or go on.
    PauseDisplay(bool),
    /// Forget what is shown of it so far.
    ClearDisplay,
    /// Count its bytes and calls from here.
    ResetCounts,
    /// Those that wait for room on the disk are to look again.
    LookForRoom,
    /// The temporary files may hold so many bytes.
    LimitDisk(u64),
    /// Fill the form from a saved item.
    UseSaved(usize),
    /// Save the form of the role that is shown under this name.
    AddSaved(String),
    /// Forget a saved item.
    RemoveSaved(usize),
    /// Ask where to save the body that is shown.
    SaveBody,
    /// Save it there; a file that is there becomes what this says.
    SaveTo(PathBuf, Old),
    /// Stop the save in progress, or ask no more.
    CancelSave,
    /// Type the path instead of choosing it in a dialog.
    TypePath,
    /// Show the program that does what the run does, or no longer.
    ShowProgram(bool),
    /// Write it in another language.
    WriteProgramIn(Dialect),
    /// Ask where to save it.
    SaveProgram,
    /// Speak another language.
    Speak(Language),
    /// Use another theme.
    Paint(Theme),
    /// The user has read the notice.
    Dismiss,
    /// Open the list of all words at this one, or close it.
    Explain(Option<Topic>),
}
