//! What the user wants done.

use std::path::PathBuf;

use crate::capture::{ConnectionId, Role};
use crate::settings::{Language, Theme};

/// One wish; [`App`](super::App) carries it out.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Show a role.
    Show(Role),
    /// Start the page server on a free port and point the client at it.
    TryHere,
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
    /// Show one connection of the server.
    Select(ConnectionId),
    /// Show the listener's own calls.
    SelectListener,
    /// Fill the form from a saved item.
    UseSaved(usize),
    /// Save the form of the role that is shown under this name.
    AddSaved(String),
    /// Forget a saved item.
    RemoveSaved(usize),
    /// Ask where to save the body that is shown.
    SaveBody,
    /// Save it there.
    SaveTo(PathBuf),
    /// Stop the save in progress, or ask no more.
    CancelSave,
    /// Type the path instead of choosing it in a dialog.
    TypePath,
    /// Speak another language.
    Speak(Language),
    /// Use another theme.
    Paint(Theme),
    /// The user has read the notice.
    Dismiss,
}
