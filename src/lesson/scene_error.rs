//! Why a scene can't be used, and in which line.

/// A scene that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SceneError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: SceneFault,
}

/// What is wrong with a scene.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SceneFault {
    /// The file is no TOML, or no scene. Holds the words of the reader, which are English.
    Unreadable(String),
    /// The scene has a key that is not known.
    UnknownKey(String),
    /// A name that no server and no client has.
    NoActor(String),
    /// Two servers or clients have this name, or a name is empty.
    Twice(String),
    /// There is no figure with this name.
    NoFigure(String),
    /// A claim is no comparison.
    NoComparison(String),
    /// A step says nothing, or more than one thing.
    NotOneThing,
    /// A text is no address.
    NoAddress(String),
    /// A text is no pace and no time.
    NoPace(String),
    /// There is no choice with this number.
    NoChoice(usize),
    /// The scene has no server and no client.
    Nobody,
    /// The scene asks for more than a bound allows.
    TooMuch(Bound),
    /// The file is too long.
    TooLong,
}

/// The most of something in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The key in a scene of the thing that is bounded.
    pub key: &'static str,
    /// The most of that thing.
    pub most: u64,
    /// Whether `most` counts bytes.
    pub is_bytes: bool,
}
