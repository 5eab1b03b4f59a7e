//! What a program is to do, as plain data.

use core::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::said::Said;
use crate::capture::Role;

/// What a program is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// Connect, send, receive.
    Client(ClientPlan),
    /// Listen, accept, serve.
    Server(ServerPlan),
}

impl Plan {
    /// The role that it plays.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self::Client(_) => Role::Client,
            Self::Server(_) => Role::Server,
        }
    }
}

/// A client.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientPlan {
    /// The host, a name or an address without brackets,
    pub host: String,
    /// and its port.
    pub port: u16,
    /// Whether the address that was connected to is one of IPv6.
    pub is_v6: bool,
    /// The bytes to send.
    pub request: Vec<u8>,
    /// A file whose bytes are sent after those.
    pub request_file: Option<PathBuf>,
    /// How many bytes each recv asks for.
    pub recv_size: usize,
    /// How long each address is tried; `None`: as long as the system does.
    pub connect_timeout: Option<Duration>,
    /// How long a recv may wait; `None`: for ever.
    pub read_timeout: Option<Duration>,
    /// Whether to close when the reply is whole, and not only when the peer does.
    pub until_message_end: bool,
    /// Whether the connection is secured with TLS.
    pub tls: bool,
    /// A file of certificates that TLS trusts besides the system's.
    pub root_file: Option<PathBuf>,
    /// Whether the run goes on although the certificates are at fault.
    pub accepts_invalid: bool,
    /// The name of the file that takes the body of a reply.
    pub output: String,
    /// What is said after the request.
    pub said: Said,
}

/// A server.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerPlan {
    /// The address to listen on.
    pub address: SocketAddr,
    /// How many connections may wait to be accepted.
    pub backlog: u32,
    /// How many bytes each recv asks for.
    pub recv_size: usize,
    /// How long a recv may wait; `None`: for ever.
    pub idle: Option<Duration>,
    /// Whether connections are served on the thread that accepts.
    pub on_accepting_thread: bool,
    /// The options of the sockets.
    pub options: PlanOptions,
    /// What is done with a connection.
    pub respond: Respond,
    /// Whether faults are made on purpose,
    pub has_faults: bool,
    /// whether there is a limit to how many may be connected,
    pub has_most: bool,
    /// and whether connections were sent something by hand: no program has any of these.
    pub has_orders: bool,
}

/// The options of a server's sockets. What is `None` stays as the system has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// SO_REUSEADDR.
    pub reuse_address: bool,
    /// IPV6_V6ONLY.
    pub only_v6: bool,
    /// TCP_NODELAY.
    pub no_delay: bool,
    /// SO_KEEPALIVE.
    pub keep_alive: bool,
    /// SO_LINGER, seconds.
    pub linger: Option<u16>,
    /// SO_SNDBUF, bytes.
    pub send_buffer: Option<u32>,
    /// SO_RCVBUF, bytes.
    pub receive_buffer: Option<u32>,
}

/// What a server does with a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Respond {
    /// `Welcome!`, then `Hello, <text>!`, until an empty recv or `exit`; it waits so long after each recv.
    Hello(Duration),
    /// A page, and a picture at a path of its own.
    Page {
        /// The page.
        page: &'static [u8],
        /// The path of the picture,
        path: &'static str,
        /// and its bytes.
        picture: &'static [u8],
    },
    /// The files of a folder.
    Files {
        /// The folder.
        folder: PathBuf,
        /// Whether names that begin with a dot are served, too.
        hidden: bool,
    },
    /// What comes.
    Echo,
    /// Nothing.
    Discard,
    /// The date and the time.
    Daytime,
    /// The same bytes to everyone.
    Canned(CannedPlan),
    /// By rules.
    Rules(Vec<Rule>),
    /// What a person types.
    Manual,
    /// What another server answers.
    Relay {
        /// Its host,
        host: String,
        /// its port,
        port: u16,
        /// and whether the connection to it is secured with TLS.
        tls: bool,
    },
}

/// A canned reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannedPlan {
    /// The bytes; `Err`: those of a file.
    pub bytes: Result<Vec<u8>, PathBuf>,
    /// When they go out.
    pub when: WhenSent,
    /// Whether the connection is closed after them.
    pub then_close: bool,
}

/// When a canned reply goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenSent {
    /// After a request.
    Request,
    /// At once.
    Accept,
    /// After each recv.
    EachRecv,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// When it fits.
    pub fits: Fits,
    /// How long it waits before it answers.
    pub delay: Duration,
    /// What it sends.
    pub reply: Vec<ReplyPiece>,
    /// Whether it closes then.
    pub closes: bool,
}

/// A piece of what a rule sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyPiece {
    /// These bytes.
    Bytes(Vec<u8>),
    /// What this group of its regular expression matched.
    Group(usize),
}

/// When a rule fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fits {
    /// What came is this.
    Equals(Vec<u8>),
    /// The same; a line end after it is passed over.
    Line(Vec<u8>),
    /// It has this somewhere.
    Contains(Vec<u8>),
    /// It begins with this.
    StartsWith(Vec<u8>),
    /// This regular expression matches.
    Regex(String),
    /// Always.
    Anything,
}

/// What a program does otherwise than the run, or what is to be known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Remark {
    /// The language has no TLS at hand: the program ends where TLS would begin.
    NoTls,
    /// The run accepts certificates that are at fault; the program does not.
    ChecksCertificate,
    /// A message's end is told by Content-Length and the last HTTP chunk alone.
    SimpleEnd,
    /// What is no HTTP has no end but the peer's.
    NoEnd,
    /// Faults that the server makes on purpose are left out.
    NoFaults,
    /// There is no limit to how many may be connected.
    NoMost,
    /// What connections were sent by hand is left out.
    NoOrders,
    /// What was said after the request goes out when as much has come as had come then.
    SaidAfter,
    /// Some of it is left out.
    SaidInPart,
    /// The run ended its sending under TLS; the program does not, and closes once it has received as much.
    NoTlsHalfClose,
    /// Rust's standard library sets SO_REUSEADDR and the backlog by itself.
    OwnBacklog,
    /// Rust's standard library can't set this option.
    NoOption(&'static str),
    /// A request ends where its head does, and GET and HEAD are all that is understood, one a connection.
    SimpleHttp,
    /// A request ends where its head does.
    HeadOnly,
    /// Rules with a regular expression are left out.
    NoRegex,
    /// Regular expressions are read as Python does.
    PythonRegex,
    /// The time is that of UTC.
    Utc,
    /// What is typed goes to the newest connection.
    TypedToNewest,
    /// Bytes that are too long to be written out stand in a file beside the program.
    BesideIt(&'static str),
}

impl Remark {
    /// The key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoTls => "program-no-tls",
            Self::ChecksCertificate => "program-checks-certificate",
            Self::SimpleEnd => "program-simple-end",
            Self::NoEnd => "program-no-end",
            Self::NoFaults => "program-no-faults",
            Self::NoMost => "program-no-most",
            Self::NoOrders => "program-no-orders",
            Self::SaidAfter => "program-said-after",
            Self::SaidInPart => "program-said-in-part",
            Self::NoTlsHalfClose => "program-no-tls-half-close",
            Self::OwnBacklog => "program-own-backlog",
            Self::NoOption(_) => "program-no-option",
            Self::SimpleHttp => "program-simple-http",
            Self::HeadOnly => "program-head-only",
            Self::NoRegex => "program-no-regex",
            Self::PythonRegex => "program-python-regex",
            Self::Utc => "program-utc",
            Self::TypedToNewest => "program-typed-to-newest",
            Self::BesideIt(_) => "program-beside-it",
        }
    }

    /// The name that its text takes in, if it does.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::NoOption(name) | Self::BesideIt(name) => Some(name),
            _ => None,
        }
    }
}
