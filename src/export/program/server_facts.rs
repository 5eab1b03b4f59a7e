//! The facts of a server's program.

use super::dialect::Dialect;
use super::facts::Facts;
use super::line::{DataIs, Variable};
use super::literal::{self, WRITTEN_MAX};
use super::plan::{Remark, ServerPlan};
use super::rule_text;
use crate::net::SocketOptions;
use crate::net::responders::{PAGE, PICTURE, PICTURE_PATH, Replies, ReplySource, ResponderKind, Setup, When};
use core::net::SocketAddr;

/// Fills in `facts` for `plan`.
pub fn fill(facts: &mut Facts, plan: &ServerPlan) {
    let (address, is_python) = (plan.address, facts.dialect == Dialect::Python);
    let zone = match address {
        SocketAddr::V6(address) if address.scope_id() != 0 => format!("%{}", address.scope_id()),
        _ => String::new(),
    };
    facts.put_text("host", &format!("{}{zone}", address.ip()));
    facts.put("port", address.port());
    facts.put("bind", literal::text(&address.to_string(), facts.dialect));
    facts.put("family", if address.is_ipv6() { "socket.AF_INET6" } else { "socket.AF_INET" });
    facts.put("backlog", plan.backlog);
    facts.put("recv_size", plan.recv_size);
    facts.say("threads", !plan.on_accepting_thread);
    facts.say("v6", address.is_ipv6());
    facts.put("only_v6", u8::from(plan.options.only_v6));
    if let Some(limit) = plan.idle {
        facts.put_time("idle", limit, 1_000_000);
    }
    facts.remark(Remark::NoFaults, plan.has_faults);
    facts.remark(Remark::NoMost, plan.has_most);
    facts.remark(Remark::NoOrders, plan.has_orders);
    options(facts, &plan.options, address.is_ipv6());
    facts.data = DataIs::Newest;
    facts.say(plan.responder.name(), true);
    responder(facts, plan.responder);
    setup(facts, &plan.setup);
    // What is to be encrypted is not carried on in plain.
    let is_cut = facts.has("relay_tls");
    let sends = !is_cut && plan.responder.info().replies != Replies::Nothing;
    if facts.dialect == Dialect::Rust {
        rust_uses(facts, plan.responder, is_cut, sends);
    }
    if facts.dialect == Dialect::C {
        use ResponderKind::{Discard, Echo, Hello, Manual, Rules};
        facts.say("uses_data", matches!(plan.responder, Hello | Echo | Discard | Manual | Rules));
        facts.say("sends", sends);
    }
    facts.say("relay_plain", plan.responder == ResponderKind::Relay && (is_python || !is_cut));
    variables(facts, plan.responder);
}

fn options(facts: &mut Facts, options: &SocketOptions, is_v6: bool) {
    let is_rust = facts.dialect == Dialect::Rust;
    facts.say("reuse_address", options.reuse_address);
    facts.remark(Remark::OwnBacklog, is_rust);
    facts.remark(Remark::NoOption("IPV6_V6ONLY"), is_rust && is_v6 && options.only_v6);
    facts.socket_options(options);
}

/// What the program of a responder needs besides the part of its name.
fn responder(facts: &mut Facts, kind: ResponderKind) {
    match kind {
        ResponderKind::Hello => facts.opening = b"Welcome!".len() as u64,
        ResponderKind::Page => {
            facts.put_bytes("page", PAGE);
            facts.put_bytes("picture", PICTURE);
            // Python takes the target as it came, as bytes.
            let path = match facts.dialect {
                Dialect::Python => literal::bytes(PICTURE_PATH.as_bytes(), Dialect::Python).concat(),
                other => literal::text(PICTURE_PATH, other),
            };
            facts.put("picture_path", path);
        }
        ResponderKind::Daytime => facts.remark(Remark::Utc, facts.dialect == Dialect::Rust),
        ResponderKind::Manual => facts.remark(Remark::TypedToNewest, true),
        _ => {}
    }
    if kind.info().replies == Replies::Http {
        http(facts);
    }
}

fn setup(facts: &mut Facts, setup: &Setup) {
    match setup {
        Setup::Empty => {}
        Setup::Pause(pause) if pause.is_zero() => {}
        Setup::Pause(pause) => facts.put_time("pause", *pause, 1_000_000_000),
        Setup::Folder { path, hidden } => {
            facts.say("hidden", *hidden);
            facts.put_path("folder", path);
        }
        Setup::Canned { reply, when, then_close } => canned(facts, reply, *when, *then_close),
        Setup::Rules(rules) => {
            let written = rule_text::write(rules, facts.dialect);
            facts.say("regex", written.has_regex);
            facts.say("pause", written.has_pause);
            facts.remark(Remark::NoRegex, written.left_out);
            facts.remark(Remark::PythonRegex, written.has_regex);
            facts.put_lines("rules", written.lines);
        }
        Setup::Relay(target) => {
            facts.say("relay_tls", target.tls);
            facts.put_text("far_host", &target.host);
            facts.put("far_port", target.port);
            facts.remark(Remark::NoTls, target.tls && facts.dialect != Dialect::Python);
        }
    }
}

fn http(facts: &mut Facts) {
    for name in ["http", "one_request", "closing", "uses_d"] {
        facts.say(name, true);
    }
    facts.data = DataIs::Collected;
    facts.remark(Remark::SimpleHttp, true);
}

fn canned(facts: &mut Facts, reply: &ReplySource, when: When, then_close: bool) {
    match reply {
        ReplySource::Bytes(bytes) if bytes.len() <= WRITTEN_MAX => facts.put_bytes("reply", bytes),
        ReplySource::Bytes(_) => {
            facts.say("from_file", true);
            facts.put_text("file", "reply.bin");
            facts.remark(Remark::BesideIt("reply.bin"), true);
        }
        ReplySource::File(path) => {
            facts.say("from_file", true);
            facts.put_path("file", path);
        }
    }
    let name = match (when, then_close) {
        (When::Accept, _) => "at_accept",
        (When::EachRecv, _) => "each_recv",
        (When::Request, true) => "one_request",
        (When::Request, false) => "each_request",
    };
    facts.say(name, true);
    facts.say("at_accept_open", when == When::Accept && !then_close);
    facts.say("closing", then_close);
    facts.say("canned_closing", then_close);
    facts.say("uses_d", true);
    facts.data = DataIs::Collected;
    facts.remark(Remark::HeadOnly, when == When::Request);
}

/// What a program in Rust has to name that it uses.
fn rust_uses(facts: &mut Facts, responder: ResponderKind, is_cut: bool, writes: bool) {
    let any = |names: &[&str]| names.iter().any(|name| facts.has(name));
    let is_daytime = responder == ResponderKind::Daytime;
    let waits = any(&["pause", "idle", "closing"]);
    let shuts = is_daytime || any(&["closing"]) || (responder == ResponderKind::Relay && !is_cut);
    facts.put_uses("io_traits", &[("Read", !is_cut && !is_daytime), ("Write", writes)]);
    facts.put_uses("time_uses", &[("Duration", waits), ("SystemTime", is_daytime), ("UNIX_EPOCH", is_daytime)]);
    let nets = [("Shutdown", shuts), ("SocketAddr", true), ("TcpListener", true), ("TcpStream", true)];
    facts.put_uses("net_uses", &nets);
}

fn variables(facts: &mut Facts, responder: ResponderKind) {
    use Variable::{Addr, D, Data, Listener, Sock};
    let any = |names: &[&str]| names.iter().any(|name| facts.has(name));
    // Python drains a connection without a variable.
    let has_d =
        any(&["each_recv", "each_request", "one_request"]) || (facts.dialect != Dialect::Python && any(&["closing"]));
    let is_unread = matches!(responder, ResponderKind::Daytime | ResponderKind::Canned);
    let has_data = !is_unread || any(&["one_request", "each_request"]);
    let more = [has_d.then_some(D), has_data.then_some(Data)];
    facts.variables = [Listener, Sock, Addr].into_iter().chain(more.into_iter().flatten()).collect();
}
