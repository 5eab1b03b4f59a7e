//! What the user wants done: panels return actions, [`App`](super::App) has them carried out before the next frame.
//!
//! In scope: one enum a concern, carried out by whoever the concern belongs to. Out of scope: carrying them out.

use core::net::IpAddr;
use std::path::PathBuf;

use crate::capture::{ConnectionId, PendingCall, Role, SessionId, SocketId};
use crate::export::Exporter;
use crate::export::program::Dialect;
use crate::net::{Command, Order, PaceMode};
use crate::settings::{Language, SavedItem, Theme};
use crate::view::ViewOptions;
use crate::words::Topic;

/// What the user wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show a role.
    ShowRole(Role),
    /// To the client.
    Client(ClientAction),
    /// To the server.
    Server(ServerAction),
    /// To the runs that are kept.
    Run(RunAction),
    /// To the disk that the temporary files are on.
    Disk(DiskAction),
    /// To the forms that are saved.
    Form(FormAction),
    /// To the lessons.
    Lesson(LessonAction),
    /// To the program that does what the run does.
    Program(ProgramAction),
    /// To the view of the connection that is shown.
    View(ViewAction),
    /// To the window.
    Window(WindowAction),
    /// Make the calls of the role that is shown at this pace.
    SetPaceMode(PaceMode),
    /// Make a call that waits for it.
    Step(DueCall),
    /// Ask where to save something of what is shown.
    Export(Exporter),
    /// Ask for a path in the system's dialog.
    ChoosePath(PathOf),
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

/// What the client is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientAction {
    /// Run as the form says.
    Run,
    /// Stop the run.
    Stop,
    /// Follow the redirect that is shown.
    FollowRedirect,
    /// Connect to a server whose certificate was refused, this once.
    ConnectAnyway,
    /// Show one of the connections of the run, counted from 0.
    ShowHop(usize),
    /// Give a command to the connection's sending thread.
    Give(Command),
    /// Find out the length of the file that is sent as a body.
    MeasureBody,
}

/// What the server is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerAction {
    /// Listen as the form says.
    Listen,
    /// Stop the run.
    Stop,
    /// Serve connections to come as the form says: the form has changed.
    ApplyForm,
    /// Pause accepting, or go on.
    PauseAccepting(bool),
    /// Read the addresses of this machine.
    ReadAddresses,
    /// Show a connection; its listener if the connection is shown already.
    ToggleConnection(ConnectionId),
    /// Show a connection.
    ShowConnection(ConnectionId),
    /// Show the listener's own calls.
    ShowListener,
    /// Show the newest connection, and each that comes.
    ShowNewest,
    /// Stay with this connection, or with the listener, when others connect.
    PinSelection(Option<ConnectionId>),
    /// Send an order to open connections.
    SendOrder(Vec<ConnectionId>, Order),
    /// Name the machine at this address; an empty name removes the name.
    NamePeer(IpAddr, String),
}

/// What is to be done with runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunAction {
    /// Show a kept run.
    Show(SessionId),
    /// Pin a run, or unpin it.
    Pin(SessionId, bool),
    /// Keep a run no longer.
    Forget(SessionId),
    /// Keep no run that is over, unless it is pinned or shown.
    ForgetOld,
    /// Stop a run.
    Stop(SessionId),
    /// Pause the display of the run that is shown, or resume it.
    PauseDisplay(bool),
    /// Clear what is shown of it so far.
    ClearDisplay,
    /// Count its bytes and calls from here.
    ResetCounts,
}

/// What is to be done about the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskAction {
    /// Connections that wait for space are to look again.
    LookAgain,
    /// Temporary files may hold this many bytes.
    SetLimit(u64),
}

/// What is to be done with saved forms. Each is named by its place in the list, counted from 0.
#[derive(Clone, Debug, PartialEq)]
pub enum FormAction {
    /// Fill the form from a saved one.
    Use(usize),
    /// Save the form of the role that is shown.
    Add {
        /// Its name.
        name: String,
        /// The folder that it is put into; empty: none.
        folder: String,
    },
    /// Give a saved form another name, or put it into another folder.
    Rename {
        /// Which one.
        number: usize,
        /// Its name.
        name: String,
        /// Its folder; empty: none.
        folder: String,
    },
    /// Let two saved forms change places.
    Swap(usize, usize),
    /// Remove a saved form.
    Remove(usize),
    /// Put a form back that was removed from this place.
    Restore(usize, Box<SavedItem>),
}

/// What is to be done with lessons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LessonAction {
    /// Show the lessons in place of the form, or the form.
    ShowPanel(bool),
    /// Open the lesson with this name.
    Open(&'static str),
    /// Run the scene of the lesson that is open.
    Run,
    /// Stop the runs of the scene.
    Stop,
    /// Stop the runs of the scene, and keep none of them.
    Leave,
    /// Open the scene in this file.
    ReadScene(PathBuf),
}

/// What is to be done with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramAction {
    /// Show it, or hide it.
    Show(bool),
    /// Write it in another language.
    SetDialect(Dialect),
}

/// What is to be done with the view of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAction {
    /// Search what is shown for this text.
    SearchFor(String),
    /// Show what is chosen among the bytes.
    ShowBytes,
}

/// What can stand over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The shortcuts of the keyboard.
    Shortcuts,
    /// What this program is, its version, and what it is made of.
    About,
}

/// What is to be done with the window.
#[derive(Clone, Debug, PartialEq)]
pub enum WindowAction {
    /// Start the page server on a free port and point the client at it.
    TryHere,
    /// Put the first start's panels away.
    CloseWelcome,
    /// Use large type and strong contrast, or the usual.
    SetProjector(bool),
    /// Let nothing move, or let things move if the system allows it.
    SetLessMotion(bool),
    /// Use another language.
    SetLanguage(Language),
    /// Use another theme.
    SetTheme(Theme),
    /// Show lists and dumps in another way.
    SetViews(ViewOptions),
    /// Tell that so many bytes are on the clipboard, of as many as were to be copied.
    TellCopied {
        /// Those that are there.
        bytes: u64,
        /// Those that were to be copied.
        of: u64,
    },
    /// Let the size of the window say how the views stand, and give the form its width.
    ResetLayout,
    /// The user has read the notice.
    Dismiss,
    /// A note that only informs has stood long enough.
    LetNoteGo,
    /// Open the glossary at this topic, or close it.
    Explain(Option<Topic>),
    /// Show this over the window, or put it away.
    ToggleSheet(Sheet),
}

impl Action {
    /// Whether what is kept between runs may be another after it.
    #[must_use]
    pub fn changes_settings(&self) -> bool {
        matches!(
            self,
            Self::Client(ClientAction::Run)
                | Self::Server(ServerAction::Listen | ServerAction::NamePeer(..))
                | Self::Disk(DiskAction::SetLimit(_))
                | Self::Form(_)
                | Self::Program(_)
                | Self::Window(
                    WindowAction::SetProjector(_)
                        | WindowAction::SetLessMotion(_)
                        | WindowAction::SetLanguage(_)
                        | WindowAction::SetTheme(_)
                        | WindowAction::ResetLayout
                )
        )
    }
}
