//! From what a run does to the program that does the same.
//!
//! In scope: what a run asked for, as plain data. Out of scope: writing the program (`export::program`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::draft::{ClientDraft, DraftError};
use super::rule_draft::RuleDraft;
use super::server_draft::{ResponderKind, ServerDraft};
use crate::export::program::{
    CannedPlan, ClientPlan, Fits, PlanOptions, ReplyPiece, Respond, Rule, Said, ServerPlan, WhenSent,
};
use crate::export::{NameSources, suggested_name};
use crate::net::responders::{Answer, PAGE, PICTURE, PICTURE_PATH, Pattern, Piece, When};
use crate::net::{ClientSpec, SocketOptions, Target, Until};

/// What the run of `spec` does; `is_v6` says whether it is over IPv6. The time to connect in is left to the system, as programs do,
/// unless it is another than the form's first.
#[must_use]
pub fn client_plan(spec: &ClientSpec, is_v6: bool) -> ClientPlan {
    let usual = Duration::from_secs_f32(ClientDraft::default().connect_timeout);
    ClientPlan {
        host: spec.target.host.clone(),
        port: spec.target.port,
        is_v6: is_v6 || spec.target.host.contains(':'),
        request: spec.request.clone(),
        request_file: spec.request_file.as_deref().map(absolute),
        recv_size: spec.recv_size,
        connect_timeout: Some(spec.connect_timeout).filter(|limit| *limit != usual),
        read_timeout: spec.read_timeout,
        until_message_end: spec.until == Until::MessageEnd,
        tls: spec.target.tls,
        said: Said::default(),
        root_file: spec.root_file.as_deref().map(absolute),
        accepts_invalid: spec.accept_invalid,
        output: output(&spec.target),
    }
}

/// A program may be run in another folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
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

impl ServerDraft {
    /// What the server of this form does.
    ///
    /// # Errors
    /// What is wrong with the form.
    pub fn plan(&self) -> Result<ServerPlan, DraftError> {
        let spec = self.listening()?;
        Ok(ServerPlan {
            address: spec,
            backlog: self.backlog.max(1),
            recv_size: self.checked_recv_size()?,
            idle: self.checked_idle()?,
            on_accepting_thread: self.on_accepting_thread,
            options: options(&self.options),
            respond: self.respond()?,
            has_faults: !self.faults_in_force().is_none(),
            has_most: self.most.is_some() && !self.on_accepting_thread,
            has_orders: false,
        })
    }

    fn respond(&self) -> Result<Respond, DraftError> {
        Ok(match self.responder {
            ResponderKind::Hello => Respond::Hello(Duration::try_from_secs_f32(self.pause).unwrap_or_default()),
            ResponderKind::Page => Respond::Page { page: PAGE, path: PICTURE_PATH, picture: PICTURE },
            ResponderKind::Files => {
                Respond::Files { folder: absolute(Path::new(self.folder.trim())), hidden: self.hidden }
            }
            ResponderKind::Echo => Respond::Echo,
            ResponderKind::Discard => Respond::Discard,
            ResponderKind::Daytime => Respond::Daytime,
            ResponderKind::Canned => {
                let bytes = self.canned.typed()?.ok_or_else(|| absolute(Path::new(self.canned.file.trim())));
                let when = match self.canned.when {
                    When::Request => WhenSent::Request,
                    When::Accept => WhenSent::Accept,
                    When::EachRecv => WhenSent::EachRecv,
                };
                Respond::Canned(CannedPlan { bytes, when, then_close: self.canned.then_close })
            }
            ResponderKind::Rules => {
                let rules = self.rules.iter().zip(1..);
                let rules = rules.map(|(draft, number)| rule(draft).map_err(|why| DraftError::Rule { number, why }));
                Respond::Rules(rules.collect::<Result<_, _>>()?)
            }
            ResponderKind::Manual => Respond::Manual,
            ResponderKind::Relay => {
                let target = self.relay_target()?;
                Respond::Relay { host: target.host, port: target.port, tls: target.tls }
            }
        })
    }
}

fn rule(draft: &RuleDraft) -> Result<Rule, super::RuleFault> {
    let rule = draft.rule()?;
    let fits = match rule.when {
        Pattern::Line(bytes) => Fits::Line(bytes),
        Pattern::Equals(bytes) => Fits::Equals(bytes),
        Pattern::Contains(bytes) => Fits::Contains(bytes),
        Pattern::StartsWith(bytes) => Fits::StartsWith(bytes),
        Pattern::Regex(regex) => Fits::Regex(regex.as_str().to_owned()),
        Pattern::Anything => Fits::Anything,
    };
    let (pieces, closes) = match rule.answer {
        Answer::Reply(reply) => (reply, false),
        Answer::ReplyAndClose(reply) => (reply, true),
        Answer::Close => (Vec::new(), true),
        Answer::Nothing => (Vec::new(), false),
    };
    let reply = pieces.into_iter().map(|piece| match piece {
        Piece::Bytes(bytes) => ReplyPiece::Bytes(bytes),
        Piece::Group(number) => ReplyPiece::Group(number),
    });
    let reply = reply.collect();
    Ok(Rule { fits, delay: rule.delay, reply, closes })
}

fn options(options: &SocketOptions) -> PlanOptions {
    let SocketOptions { reuse_address, only_v6, no_delay, keep_alive, linger, send_buffer, receive_buffer } = *options;
    PlanOptions { reuse_address, only_v6, no_delay, keep_alive, linger, send_buffer, receive_buffer }
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
    fn a_plan_is_what_the_form_says() {
        let plan = client_plan(&ClientDraft::default().spec().unwrap(), false);
        assert_eq!((plan.connect_timeout, plan.read_timeout, plan.is_v6), (None, None, false));
        let slow = ClientDraft { connect_timeout: 2.0, ..ClientDraft::of("http://[::1]/") };
        let plan = client_plan(&slow.spec().unwrap(), false);
        assert_eq!((plan.connect_timeout, plan.is_v6), (Some(Duration::from_secs(2)), true));
        for responder in ResponderKind::ALL {
            let folder = std::env::temp_dir().to_string_lossy().into_owned();
            let draft = ServerDraft { responder, folder, ..ServerDraft::default() };
            assert!(draft.plan().is_ok(), "{responder:?}");
        }
        assert!(ServerDraft { recv_size: 0, ..ServerDraft::default() }.plan().is_err());
    }
}
