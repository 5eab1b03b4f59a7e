//! Why a scene can't be used, and in which line.

/// A scene that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct SceneError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: SceneFault,
}

/// What is wrong with a scene.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SceneFault {
    /// It can't be read at all; in the reader's words, which are English.
    #[error("{0}")]
    Unreadable(String),
    /// A key that nothing goes by.
    #[error("unknown key {0}")]
    UnknownKey(String),
    /// A name that no server and no client has.
    #[error("no server and no client is named {0}")]
    NoActor(String),
    /// Two of the same name.
    #[error("{0} is there twice")]
    Twice(String),
    /// A figure that there is none of.
    #[error("unknown figure {0}")]
    NoFigure(String),
    /// A comparison that can't be read.
    #[error("{0} is no comparison")]
    NoComparison(String),
    /// A step that says nothing, or two things.
    #[error("a step says one thing")]
    NotOneThing,
    /// An address that is none.
    #[error("{0} is no address")]
    NoAddress(String),
    /// A pace or a time that is none.
    #[error("{0} is no pace")]
    NoPace(String),
    /// There are not so many choices.
    #[error("there is no choice {0}")]
    NoChoice(usize),
    /// It has nobody to run.
    #[error("no server and no client")]
    Nobody,
    /// It asks for more than there may be.
    #[error("more than {} of {}", .0.most, .0.key)]
    TooMuch(Bound),
    /// The file is too long.
    #[error("too long")]
    TooLong,
}

/// The most of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// What, by its key in a scene.
    pub key: &'static str,
    /// So much.
    pub most: u64,
    /// Whether that is in bytes.
    pub is_bytes: bool,
}
