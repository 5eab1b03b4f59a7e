//! What a program is to do, as plain data.

use core::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::later_messages::LaterMessages;
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
    pub fn role(&self) -> Role {
        match self {
            Self::Client(_) => Role::Client,
            Self::Server(_) => Role::Server,
        }
    }
}

/// What a client's program is to do.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientPlan {
    /// The host: a name, or an address without brackets.
    pub host: String,
    /// The port of the host.
    pub port: u16,
    /// Whether the address that was connected to is one of IPv6.
    pub is_v6: bool,
    /// The bytes to send.
    pub request: Vec<u8>,
    /// A file whose bytes are sent after `request`.
    pub request_file: Option<PathBuf>,
    /// How many bytes each recv asks for.
    pub recv_size: usize,
    /// How long each address is tried; `None`: as long as the system does.
    pub connect_timeout: Option<Duration>,
    /// How long a recv may wait; `None`: for ever.
    pub read_timeout: Option<Duration>,
    /// What the socket is bound to before it connects, if it is.
    pub local: Option<SocketAddr>,
    /// The options of the socket.
    pub options: SocketOptions,
    /// Whether to close when the reply is whole. Otherwise the client closes when the peer has closed.
    pub until_message_end: bool,
    /// Whether the connection is secured with TLS.
    pub tls: bool,
    /// A file of certificates that TLS trusts besides the system's.
    pub root_file: Option<PathBuf>,
    /// Whether the run goes on although the certificates are at fault.
    pub accepts_invalid: bool,
    /// The name of the file into which the body of the reply is written.
    pub output: String,
    /// What is sent after the request.
    pub later: LaterMessages,
}

impl ClientPlan {
    /// What the run of `spec` does; `is_v6` says whether it is over IPv6. The time to connect in is left to the system, as programs do,
    /// unless it is another than the tutorial's.
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
            local: spec.local,
            options: spec.options,
            until_message_end: spec.until == ReceiveUntil::MessageEnd,
            tls: spec.target.tls,
            later: LaterMessages::default(),
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

/// What a server's program is to do.
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
    /// What is answered.
    pub responder: ResponderKind,
    /// The settings of the responder.
    pub setup: Setup,
    /// Whether the run makes faults on purpose. No program does.
    pub has_faults: bool,
    /// Whether the run limits how many may be connected. No program does.
    pub has_most: bool,
    /// Whether something was sent over connections by hand. No program does that.
    pub has_orders: bool,
}

named_enum! {
    /// What a program does otherwise than the run, or what is to be known of it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Remark {
        /// The language has no TLS at hand: the program ends where TLS would begin.
        NoTls = "program-no-tls",
        /// The run accepts certificates that are at fault; the program does not.
        ChecksCertificate = "program-checks-certificate",
        /// The program finds the end of a message by Content-Length and the last HTTP chunk alone.
        SimpleEnd = "program-simple-end",
        /// The language can't bind a socket that connects.
        NoBind = "program-no-bind",
        /// Where the bytes are no HTTP, the program receives until the peer closes.
        NoEnd = "program-no-end",
        /// Faults that the server makes on purpose are left out.
        NoFaults = "program-no-faults",
        /// The program has no limit to how many may be connected.
        NoMost = "program-no-most",
        /// What connections were sent by hand is left out.
        NoOrders = "program-no-orders",
        /// Each message after the request is sent once as many bytes have been received as had been received in the run.
        SaidAfter = "program-said-after",
        /// Some messages after the request are left out.
        SaidInPart = "program-said-in-part",
        /// The run ended its sending under TLS; the program does not, and closes once it has received as much.
        NoTlsHalfClose = "program-no-tls-half-close",
        /// Rust's standard library sets SO_REUSEADDR and the backlog by itself.
        OwnBacklog = "program-own-backlog",
        /// Rust's standard library can't set this option.
        NoOption(&'static str) = "program-no-option",
        /// The program takes the end of a head for the end of the request, and answers one GET or HEAD a connection.
        SimpleHttp = "program-simple-http",
        /// The program takes the end of a head for the end of the request.
        HeadOnly = "program-head-only",
        /// Rules with a regular expression are left out.
        NoRegex = "program-no-regex",
        /// Regular expressions are read as Python does.
        PythonRegex = "program-python-regex",
        /// The program tells the time in UTC.
        Utc = "program-utc",
        /// What is typed goes to the newest connection.
        TypedToNewest = "program-typed-to-newest",
        /// Bytes that are too long to be written out stand in a file beside the program.
        BesideIt(&'static str) = "program-beside-it",
    }
}

impl Remark {
    /// The name that its text takes in, if it does.
    pub fn argument(self) -> Option<&'static str> {
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
