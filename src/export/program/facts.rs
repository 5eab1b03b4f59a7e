//! What a template is filled in with: which of its parts there are, and the values in them.

use core::net::SocketAddr;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::dialect::Dialect;
use super::later_messages::LaterMessages;
use super::line::{DataIs, Variable};
use super::literal::{self, WRITTEN_MAX, seconds};
use super::plan::{ClientPlan, Remark};
use crate::net::SocketOptions;

/// A longer request may not be taken by one send.
const ONE_SEND: usize = 16 * 1024;

/// What is known of a program before it is written.
#[derive(Debug, Default)]
pub struct Facts {
    names: BTreeSet<&'static str>,
    /// What stands for a name in a template: these lines, each under the first.
    values: BTreeMap<&'static str, Vec<String>>,
    /// What the program does otherwise than the run.
    pub remarks: Vec<Remark>,
    /// Its variables.
    pub variables: Vec<Variable>,
    /// What `data` is.
    pub data: DataIs,
    /// The number of bytes that are sent first.
    pub opening: u64,
    /// The language.
    pub dialect: Dialect,
}

impl Facts {
    /// No facts yet, for a program in `dialect`.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// Whether a part called `name` is there.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The value called `name`.
    pub fn value(&self, name: &str) -> Option<&[String]> {
        self.values.get(name).map(Vec::as_slice)
    }

    /// There is a part called `name` if `is`.
    pub fn say(&mut self, name: &'static str, is: bool) {
        if is {
            self.names.insert(name);
        }
    }

    /// Sets a value of these lines. A part of the same name is there then.
    pub fn put_lines(&mut self, name: &'static str, lines: Vec<String>) {
        self.names.insert(name);
        self.values.insert(name, lines);
    }

    /// Sets a value that is written as it stands.
    pub fn put(&mut self, name: &'static str, value: impl ToString) {
        self.put_lines(name, vec![value.to_string()]);
    }

    /// Sets a value that is bytes, written as a literal.
    pub fn put_bytes(&mut self, name: &'static str, bytes: &[u8]) {
        self.put_lines(name, literal::bytes(bytes, self.dialect));
    }

    /// Sets a value that is a text, written as a literal.
    pub fn put_text(&mut self, name: &'static str, text: &str) {
        self.put(name, literal::text(text, self.dialect));
    }

    /// Sets a value that is a path, made absolute and written as a literal.
    pub fn put_path(&mut self, name: &'static str, path: &Path) {
        // The program may be run in another folder.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.put_text(name, &path.to_string_lossy());
    }

    /// Sets a value that is a time: seconds in Python, milliseconds in Rust, and in C seconds with the rest of a second, of which `parts`
    /// make one.
    pub fn put_time(&mut self, name: &'static str, time: Duration, parts: u32) {
        let text = match self.dialect {
            Dialect::Python => seconds(time),
            Dialect::Rust => time.as_millis().max(1).to_string(),
            Dialect::C => format!("{}, {}", time.as_secs(), time.subsec_nanos() / (1_000_000_000 / parts)),
        };
        self.put(name, text);
    }

    /// Sets a value that is a list: those of `uses` that are needed. Without any it is not set.
    pub fn put_uses(&mut self, name: &'static str, uses: &[(&str, bool)]) {
        let needed: Vec<&str> = uses.iter().filter(|(_, is_needed)| *is_needed).map(|(used, _)| *used).collect();
        if !needed.is_empty() {
            self.put(name, needed.join(", "));
        }
    }

    /// There is something to remark if `is`.
    pub fn remark(&mut self, remark: Remark, is: bool) {
        if is {
            self.remarks.push(remark);
        }
    }

    /// The facts of a client.
    pub fn client(&mut self, plan: &ClientPlan) {
        let is_python = self.dialect == Dialect::Python;
        let is_http = looks_like_http(&plan.request);
        let no_tls = plan.tls && !is_python;
        let receives = plan.later.closes != Some(0) || !plan.later.messages.is_empty();
        let is_whole = plan.until_message_end && plan.later.closes.is_none();
        self.put_text("host", &plan.host);
        self.put("port", plan.port);
        self.put(
            "family",
            if plan.is_v6 || plan.local.is_some_and(|local| local.is_ipv6()) {
                "socket.AF_INET6"
            } else {
                "socket.AF_INET"
            },
        );
        self.put("family_or_any", plan.local.map_or("AF_UNSPEC", family));
        self.put("recv_size", plan.recv_size);
        self.put_text("output", &plan.output);
        self.say("tls", plan.tls);
        self.say("no_tls", no_tls);
        self.say("receives", receives);
        self.say("raw", receives && !is_http);
        self.say("html", receives && is_http);
        self.say("whole", is_whole && is_http);
        if let Some(path) = &plan.root_file {
            self.put_path("roots", path);
        }
        self.local(plan);
        self.socket_options(&plan.options);
        self.client_times(plan);
        self.request(plan);
        if !no_tls {
            self.later(&plan.later, plan.tls);
        }
        if self.dialect == Dialect::Rust {
            self.rust_uses();
        }
        self.remark(Remark::NoTls, no_tls);
        self.remark(Remark::ChecksCertificate, plan.accepts_invalid && is_python);
        self.remark(Remark::SimpleEnd, is_whole && is_http && !no_tls);
        self.remark(Remark::NoEnd, is_whole && !is_http && !no_tls);
        self.variables = match (no_tls || !receives, is_http) {
            (true, _) => vec![Variable::Sock],
            (false, true) => {
                use Variable::{Buffer, D, Data, Header, Html, Sock};
                vec![Sock, D, Buffer, Data, Header, Html]
            }
            (false, false) => vec![Variable::Sock, Variable::D, Variable::Buffer, Variable::Data],
        };
    }

    /// The options that clients and servers both have.
    pub fn socket_options(&mut self, options: &SocketOptions) {
        self.say("no_delay", options.no_delay);
        let (is_rust, SocketOptions { linger, send_buffer, receive_buffer, .. }) =
            (self.dialect == Dialect::Rust, *options);
        let numbers = [
            ("linger", "SO_LINGER", linger.map(u32::from)),
            ("send_buffer", "SO_SNDBUF", send_buffer),
            ("receive_buffer", "SO_RCVBUF", receive_buffer),
        ];
        self.remark(Remark::NoOption("SO_KEEPALIVE"), is_rust && options.keep_alive);
        self.say("keep_alive", !is_rust && options.keep_alive);
        for (name, option, number) in numbers {
            match number {
                Some(_) if is_rust => self.remark(Remark::NoOption(option), true),
                Some(number) => self.put(name, number),
                None => {}
            }
        }
    }

    /// What the socket is bound to before it connects.
    fn local(&mut self, plan: &ClientPlan) {
        let Some(local) = plan.local else { return };
        let is_rust = self.dialect == Dialect::Rust;
        self.remark(Remark::NoBind, is_rust);
        if !is_rust {
            self.put_text("local_host", &local.ip().to_string());
            self.put("local_port", local.port());
            self.put("local_family", family(local));
            self.say("reuse_address", plan.options.reuse_address && local.port() != 0);
        }
    }

    fn client_times(&mut self, plan: &ClientPlan) {
        if let Some(limit) = plan.connect_timeout {
            self.put_time("connect_timeout", limit, 1_000_000);
        }
        if let Some(limit) = plan.read_timeout {
            self.put_time("read_timeout", limit, 1_000_000);
        } else if self.dialect == Dialect::Python {
            // Python's one time-out is for connect, too, and has to be taken back.
            self.values.insert("read_timeout", vec!["None".into()]);
        }
    }

    fn request(&mut self, plan: &ClientPlan) {
        self.say("long", plan.request.len() > ONE_SEND);
        self.opening = if plan.request_file.is_some() { u64::MAX } else { plan.request.len() as u64 };
        if let Some(path) = &plan.request_file {
            self.put_path("file", path);
        }
        if plan.request.len() > WRITTEN_MAX {
            // It has to come from somewhere, and a source of megabytes is none to read.
            self.put_text("file", "request.bin");
            self.remark(Remark::BesideIt("request.bin"), true);
        } else if !plan.request.is_empty() {
            self.put_bytes("request", &plan.request);
        }
    }

    fn later(&mut self, later: &LaterMessages, tls: bool) {
        // Python's shutdown would take TLS off the socket: what came after it would be read encrypted.
        let is_sent = |message: &&(u64, Vec<u8>)| !(tls && message.1.is_empty());
        let messages: Vec<_> = later.messages.iter().filter(is_sent).collect();
        if !messages.is_empty() {
            let items = messages.iter().flat_map(|(after, bytes)| item(*after, bytes, self.dialect));
            self.put_lines("said", items.collect());
        }
        if let Some(received) = later.closes {
            self.put("closes", received);
        }
        self.say("last", later.closes != Some(0));
        self.say("resets", later.resets && self.dialect != Dialect::Rust);
        self.remark(Remark::SaidAfter, !messages.is_empty());
        self.remark(Remark::SaidInPart, later.has_more);
        self.remark(Remark::NoTlsHalfClose, messages.len() < later.messages.len());
        self.remark(Remark::NoOption("SO_LINGER"), later.resets && self.dialect == Dialect::Rust);
    }

    /// What a program in Rust has to name that it uses.
    fn rust_uses(&mut self) {
        let writes = ["request", "said", "raw"].iter().any(|name| self.has(name));
        self.put_uses("io_traits", &[("Read", self.has("receives")), ("Write", writes)]);
        let is_changed = self.has("io_traits") || self.has("file");
        self.put("sock", if is_changed { "mut sock" } else { "sock" });
    }
}

/// The family of `address`, as C has it.
fn family(address: SocketAddr) -> &'static str {
    if address.is_ipv6() { "AF_INET6" } else { "AF_INET" }
}

/// A message that is sent once `after` bytes have been received, as an item of a list.
fn item(after: u64, bytes: &[u8], dialect: Dialect) -> Vec<String> {
    let (before, behind) = match dialect {
        Dialect::Python => (format!("({after}, "), "),".to_owned()),
        Dialect::Rust => (format!("({after}, &"), "[..]),".to_owned()),
        Dialect::C => (format!("{{{after}, "), format!(", {}}},", bytes.len())),
    };
    literal::within(&before, bytes, &behind, dialect)
}

/// Whether `request` begins as a request of HTTP/1 does, so that the reply has a head and a body.
fn looks_like_http(request: &[u8]) -> bool {
    let line = request.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let words: Vec<_> = line.split(|byte| *byte == b' ').collect();
    matches!(words[..], [_, _, version] if version.starts_with(b"HTTP/1."))
}
