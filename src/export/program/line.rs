//! A program as lines, and what each of them does to a socket.

use crate::capture::CallKind;

/// Whose call it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The listening socket's.
    Listener,
    /// A connection's.
    Connection,
}

/// Which of the calls of its kind a line makes, where several lines make such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// Any.
    #[default]
    Any,
    /// A send of the first [`Program::opening`] bytes.
    Opening,
    /// A send of later bytes.
    After,
    /// A recv before the sending side was shut down.
    Open,
    /// A recv after that.
    Ended,
    /// While TLS is being agreed on.
    Handshake,
}

/// A socket call that a line makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Whose.
    pub whose: Whose,
    /// Which.
    pub kind: CallKind,
    /// When.
    pub occasion: Occasion,
    /// Whether what it returns goes into a variable.
    pub is_kept: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its text.
    pub text: String,
    /// The calls that it makes, or is a part of.
    pub steps: Vec<Step>,
}

impl Line {
    /// A line that makes no call.
    pub fn plain(text: String) -> Self {
        Self { text, steps: Vec::new() }
    }
}

/// A variable of the program that is worth watching. They have the same names in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// The listening socket.
    Listener,
    /// The socket of the connection.
    Sock,
    /// The address of the peer.
    Addr,
    /// What the newest recv returned.
    D,
    /// The list of all of that.
    Buffer,
    /// What [`DataIs`] says.
    Data,
    /// The head of the reply.
    Header,
    /// Its body.
    Html,
}

impl Variable {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Listener => "s",
            Self::Sock => "sock",
            Self::Addr => "addr",
            Self::D => "d",
            Self::Buffer => "buffer",
            Self::Data => "data",
            Self::Header => "header",
            Self::Html => "html",
        }
    }
}

/// What `data` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DataIs {
    #[default]
    /// The parts put together, after the connection was closed.
    Joined,
    /// What the newest recv returned.
    Newest,
    /// All that has come so far.
    Collected,
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its lines, without line ends.
    pub lines: Vec<Line>,
    /// A name for its file.
    pub file_name: &'static str,
    /// The variables that it has, in the order in which they get a value.
    pub variables: Vec<Variable>,
    /// What `data` is.
    pub data: DataIs,
    /// The number of bytes that are sent first.
    pub opening: u64,
}

impl Program {
    /// Whether a recv puts what it returns into a variable, after the sending side was shut down or before.
    pub fn keeps(&self, is_ended: bool) -> bool {
        let occasion = if is_ended { Occasion::Ended } else { Occasion::Open };
        let is_such = |step: &&Step| {
            step.kind == CallKind::Recv
                && step.whose == Whose::Connection
                && (step.occasion == Occasion::Any || step.occasion == occasion)
        };
        self.lines.iter().flat_map(|line| &line.steps).filter(is_such).any(|step| step.is_kept)
    }

    /// Whether it reads on after it has shut down its sending side, without looking at what comes.
    pub fn drains(&self) -> bool {
        let is_such = |step: &Step| step.kind == CallKind::Recv && step.occasion == Occasion::Ended;
        let mut recvs = self.lines.iter().map(|line| &line.steps).filter(|steps| steps.iter().any(is_such));
        recvs.any(|steps| steps.iter().all(|step| step.occasion != Occasion::Open))
    }

    /// Its source.
    pub fn source(&self) -> String {
        let mut source = String::new();
        for line in &self.lines {
            source.push_str(&line.text);
            source.push('\n');
        }
        source
    }
}
