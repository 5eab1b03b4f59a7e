//! What a program is to do, as plain data.

use core::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::said::Said;
use crate::capture::Role;
use crate::export::{NameSources, suggested_name};
use crate::net::responders::{ResponderKind, Setup};
use crate::net::{CONNECT_TIMEOUT, ClientSpec, ReceiveUntil, SocketOptions, Target};

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

impl ClientPlan {
    /// What the run of `spec` does; `is_v6` says whether it is over IPv6. The time to connect in is left to the system, as programs do,
    /// unless it is another than the tutorial's.
    #[must_use]
    pub fn of(spec: &ClientSpec, is_v6: bool) -> Self {
        Self {
            host: spec.target.host.clone(),
            port: spec.target.port,
            is_v6: is_v6 || spec.target.host.contains(':'),
            request: spec.request.clone(),
            request_file: spec.request_file.clone(),
            recv_size: spec.recv_size,
            connect_timeout: Some(spec.connect_timeout).filter(|limit| *limit != CONNECT_TIMEOUT),
            read_timeout: spec.read_timeout,
            until_message_end: spec.until == ReceiveUntil::MessageEnd,
            tls: spec.target.tls,
            said: Said::default(),
            root_file: spec.root_file.clone(),
            accepts_invalid: spec.accept_invalid,
            output: output(&spec.target),
        }
    }
}

/// A name for the file that takes the body: that of the path, or as the tutorial has it, `baidu.html` for `www.baidu.com`.
fn output(target: &Target) -> String {
    let path = target.path.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    if last.contains('.') {
        return suggested_name(&NameSources { path, host: &target.host, ..NameSources::default() });
    }
    let is_name = target.host.parse::<core::net::IpAddr>().is_err();
    let labels: Vec<&str> = target.host.split('.').filter(|_| is_name).collect();
    let label = labels.len().checked_sub(2).and_then(|at| labels.get(at)).copied().unwrap_or("page");
    format!("{}.html", label.replace(|ch: char| !ch.is_alphanumeric() && ch != '-', ""))
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
    pub options: SocketOptions,
    /// What is done with a connection,
    pub responder: ResponderKind,
    /// and how it was set.
    pub setup: Setup,
    /// Whether faults are made on purpose,
    pub has_faults: bool,
    /// whether there is a limit to how many may be connected,
    pub has_most: bool,
    /// and whether connections were sent something by hand: no program has any of these.
    pub has_orders: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_goes_to_the_file_that_the_tutorial_names() {
        let output = |address| output(&Target::parse(address).unwrap());
        assert_eq!(output("www.baidu.com"), "baidu.html");
        assert_eq!(output("localhost:9999"), "page.html");
        assert_eq!(output("127.0.0.1"), "page.html");
        assert_eq!(output("http://[::1]/"), "page.html");
        assert_eq!(output("http://example.org/a/picture.png?x=1"), "picture.png");
        assert!(!output("http://example.org/a/..%2f..%2fetc.x").contains('/'));
    }

    #[test]
    fn a_plan_is_what_the_run_asks_for() {
        let spec = |address| ClientSpec::tutorial(Target::parse(address).unwrap());
        let plan = ClientPlan::of(&spec("www.baidu.com"), false);
        assert_eq!((plan.connect_timeout, plan.read_timeout, plan.is_v6), (None, None, false));
        let limit = Duration::from_secs(2);
        let plan = ClientPlan::of(&ClientSpec { connect_timeout: limit, ..spec("http://[::1]/") }, false);
        assert_eq!((plan.connect_timeout, plan.is_v6), (Some(limit), true));
    }
}
