//! The server's form.
//!
//! In scope: its first contents, what can be used and what can't, its way to a [`ServerSpec`]. Out of scope: how that is told.

use core::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::canned_form::CannedForm;
use super::client_form::{FormError, PAUSE_MAX, Written, checked_recv_size, seconds};
use super::rule_form::RuleForm;
use crate::capture::typed_path;
use crate::export::program::ServerPlan;
use crate::net::responders::{FormKind, OnDisk, Opened, Replies, ReplySource, ResponderKind, Setup};
use crate::net::{ConnectionLimit, Faults, Pace, ServerSpec, Serving, SocketOptions, Target, listen_address};

/// The server's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServerForm {
    /// The address to listen on, as typed: an IP address or `localhost`.
    pub address: String,
    /// The port; 0: any free one.
    pub port: u16,
    /// How many connections may wait to be accepted.
    pub backlog: u32,
    /// What it answers.
    pub responder: ResponderKind,
    /// Seconds that Hello waits after each recv.
    pub pause: f32,
    /// The folder whose files are served.
    pub folder: String,
    /// Whether names that begin with a dot are, too.
    pub hidden: bool,
    /// The canned reply.
    pub canned: CannedForm,
    /// The rules.
    pub rules: Vec<RuleForm>,
    /// Where the relay connects to.
    pub relay: String,
    /// What goes wrong on purpose.
    pub faults: Faults,
    /// The options of the sockets.
    pub options: SocketOptions,
    /// How many bytes each recv asks for.
    pub recv_size: u32,
    /// Seconds that a recv may wait; `None`: for ever.
    pub idle: Option<f32>,
    /// Whether connections are served on the thread that accepts.
    pub on_accepting_thread: bool,
    /// How many may be connected at a time.
    pub most: Option<ConnectionLimit>,
    /// MiB that are kept of each direction of a connection.
    pub keep_mib: u32,
}

impl Default for ServerForm {
    fn default() -> Self {
        Self {
            address: "127.0.0.1".into(),
            port: 9999,
            backlog: ResponderKind::Hello.info().backlog,
            responder: ResponderKind::Hello,
            pause: 1.0,
            folder: String::new(),
            hidden: false,
            canned: CannedForm::default(),
            rules: vec![RuleForm { pattern: "ping".into(), reply: "pong\\n".into(), ..RuleForm::default() }],
            relay: "http://127.0.0.1:80".into(),
            faults: Faults::default(),
            options: SocketOptions { no_delay: ResponderKind::Hello.info().no_delay, ..SocketOptions::default() },
            recv_size: 1024,
            idle: None,
            on_accepting_thread: false,
            most: None,
            keep_mib: 16,
        }
    }
}

impl ServerForm {
    /// What the form names on the disk, once it names something.
    pub fn on_disk(&self) -> Option<OnDisk> {
        self.setup().ok().and_then(OnDisk::of)
    }

    /// What the form asks for; `opened` is what it names [on the disk](Self::on_disk).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn spec(&self, opened: Option<&Opened>) -> Result<ServerSpec, FormError> {
        Ok(ServerSpec {
            address: self.listening()?,
            backlog: self.backlog.max(1),
            serving: self.serving(opened)?,
            on_accepting_thread: self.on_accepting_thread,
            limit: self.most,
            keep: u64::from(self.keep_mib) * 1024 * 1024,
            pace: Pace::default(),
        })
    }

    /// How the form asks connections to be served; `opened` as in [`ServerForm::spec`].
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn serving(&self, opened: Option<&Opened>) -> Result<Serving, FormError> {
        let info = self.responder.info();
        let unnamed = if info.form == FormKind::Folder { FormError::NoFolder } else { FormError::NoCannedFile };
        Ok(Serving {
            responder: (info.build)(self.setup()?, opened).ok_or(unnamed)?,
            faults: self.faults_in_force(),
            idle: self.idle.map(seconds).transpose()?,
            recv_size: checked_recv_size(self.recv_size)?,
            options: self.options,
        })
    }

    /// The same form with another responder. What stands there as this one usually has it becomes what that one usually has.
    #[must_use]
    pub fn answering(self, responder: ResponderKind) -> Self {
        let (before, after, mut options) = (self.responder.info(), responder.info(), self.options);
        let backlog = if self.backlog == before.backlog { after.backlog } else { self.backlog };
        if options.no_delay == before.no_delay {
            options.no_delay = after.no_delay;
        }
        Self { responder, backlog, options, ..self }
    }

    /// The address to listen on, if it is one.
    fn listening(&self) -> Result<SocketAddr, FormError> {
        listen_address(self.address.trim(), self.port).map_err(FormError::Listen)
    }

    /// Whether connections are served as `other` asks.
    pub fn serves_like(&self, other: &Self) -> bool {
        let serving = |form: &Self| {
            let Self { responder, pause, hidden, recv_size, idle, .. } = *form;
            (responder, pause, hidden, recv_size, idle)
        };
        serving(self) == serving(other)
            && (&self.folder, &self.relay) == (&other.folder, &other.relay)
            && (&self.canned, &self.rules) == (&other.canned, &other.rules)
            && (&self.faults, &self.options) == (&other.faults, &other.options)
    }

    /// Whether what it answers is HTTP, as far as the form tells.
    pub fn speaks_http(&self) -> bool {
        match self.responder.info().form {
            FormKind::Canned => self.canned.written == Written::Text && self.canned.text.starts_with("HTTP/"),
            FormKind::Relay => ["http://", "https://"].iter().any(|scheme| self.relay.trim().starts_with(scheme)),
            _ => self.responder.info().replies == Replies::Http,
        }
    }

    /// What the server of this form does.
    ///
    /// # Errors
    /// What is wrong with the form.
    pub fn plan(&self) -> Result<ServerPlan, FormError> {
        Ok(ServerPlan {
            address: self.listening()?,
            backlog: self.backlog.max(1),
            recv_size: checked_recv_size(self.recv_size)?,
            idle: self.idle.map(seconds).transpose()?,
            on_accepting_thread: self.on_accepting_thread,
            options: self.options,
            responder: self.responder,
            setup: self.setup()?,
            has_faults: !self.faults_in_force().is_none(),
            has_most: self.most.is_some() && !self.on_accepting_thread,
            has_orders: false,
        })
    }

    /// What the form says of its responder.
    fn setup(&self) -> Result<Setup, FormError> {
        let path = |typed: &str| typed_path(typed.trim());
        Ok(match self.responder.info().form {
            FormKind::Empty => Setup::Empty,
            FormKind::Pause => Setup::Pause(Duration::try_from_secs_f32(self.pause).unwrap_or_default()),
            FormKind::Folder => Setup::Folder { path: path(&self.folder), hidden: self.hidden },
            FormKind::Canned => {
                let CannedForm { when, then_close, .. } = self.canned;
                let from_file = || ReplySource::File(path(&self.canned.file));
                let reply = self.canned.typed()?.map_or_else(from_file, ReplySource::Bytes);
                Setup::Canned { reply, when, then_close }
            }
            FormKind::Rules => {
                let rules = self.rules.iter().zip(1..);
                let rules = rules.map(|(rule, number)| rule.rule().map_err(|why| FormError::Rule { number, why }));
                Setup::Rules(rules.collect::<Result<_, _>>()?)
            }
            FormKind::Relay => Setup::Relay(self.relay_target()?),
        })
    }

    /// Where a relay connects to. It carries bytes, so what else a URL may say would change nothing.
    fn relay_target(&self) -> Result<Target, FormError> {
        let target = Target::parse(&self.relay).map_err(FormError::Target)?;
        let asks = target.path != "/" || target.authorization.is_some();
        if asks { Err(FormError::RelayAsks) } else { Ok(target) }
    }

    pub(super) fn mend(&mut self) {
        let default = Self::default();
        if !(0.0..=PAUSE_MAX).contains(&self.pause) {
            self.pause = default.pause;
        }
        if checked_recv_size(self.recv_size).is_err() {
            self.recv_size = default.recv_size;
        }
        self.idle = self.idle.filter(|limit| seconds(*limit).is_ok());
        self.backlog = self.backlog.clamp(1, 65_535);
        for rule in &mut self.rules {
            if !(0.0..=PAUSE_MAX).contains(&rule.delay) {
                rule.delay = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{Cause, Failure, HexError, Operation};
    use crate::net::ListenError;
    use crate::settings::{RuleFault, RuleWhen};

    #[test]
    fn the_first_form_is_the_tutorials() {
        let server = ServerForm::default().spec(None).unwrap();
        assert_eq!((server.address, server.backlog), ("127.0.0.1:9999".parse().unwrap(), 5));
        assert_eq!((server.serving.recv_size, server.keep), (1024, 16 << 20));
    }

    #[test]
    fn each_responder_can_be_made_of_the_first_form_once_it_has_a_folder() {
        for responder in ResponderKind::ALL {
            let folder = std::env::temp_dir().to_string_lossy().into_owned();
            let form = ServerForm { responder, folder, ..ServerForm::default() };
            let opened = form.on_disk().map(|named| named.open().unwrap());
            assert!(form.spec(opened.as_ref()).is_ok() && form.plan().is_ok(), "{responder:?}");
        }
    }

    #[test]
    fn what_is_on_the_disk_is_opened_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reply");
        let mut form = ServerForm { responder: ResponderKind::Files, folder: " ".into(), ..ServerForm::default() };
        assert_eq!(form.on_disk(), None);
        assert_eq!(form.spec(None).err(), Some(FormError::NoFolder));
        (form.responder, form.canned.written) = (ResponderKind::Canned, Written::File);
        assert_eq!(form.on_disk(), None);
        assert_eq!(form.spec(None).err(), Some(FormError::NoCannedFile));
        form.canned.file = format!(" {} ", path.display());
        let named = form.on_disk().unwrap();
        assert_eq!(named, OnDisk::Reply(path.clone()));
        let failed = |named: &OnDisk| named.open().err().map(|failure| failure.cause);
        assert_eq!(failed(&named), Some(Cause::NotFound));
        std::fs::write(&path, "reply").unwrap();
        assert!(form.spec(named.open().ok().as_ref()).is_ok());
        let sparse = std::fs::File::options().write(true).open(&path).unwrap();
        sparse.set_len(1 << 40).unwrap();
        assert_eq!(failed(&named), Some(Cause::TooLarge(64 << 20)));
    }

    #[test]
    fn what_can_not_be_used_is_refused_with_its_place() {
        let refused = |change: fn(&mut ServerForm)| {
            let mut form = ServerForm::default();
            change(&mut form);
            form.spec(None).err()
        };
        let missing = OnDisk::Folder { path: "/no/such/folder".into(), hidden: false };
        assert!(matches!(missing.open(), Err(Failure { operation: Operation::OpenFolder, .. })));
        let rule = refused(|form| {
            form.responder = ResponderKind::Rules;
            form.rules.push(RuleForm { when: RuleWhen::Regex, pattern: "(".into(), ..RuleForm::default() });
        });
        assert!(matches!(rule, Some(FormError::Rule { number: 2, why: RuleFault::Regex(_) })));
        let hex = refused(|form| {
            form.responder = ResponderKind::Canned;
            (form.canned.written, form.canned.hex) = (Written::Hex, "4".into());
        });
        assert_eq!(hex, Some(FormError::CannedHex(HexError::HalfByte { at: 0 })));
        let relay = refused(|form| (form.responder, form.relay) = (ResponderKind::Relay, "a b".into()));
        assert!(matches!(relay, Some(FormError::Target(_))));
        let asking =
            |relay: &str| ServerForm { responder: ResponderKind::Relay, relay: relay.into(), ..ServerForm::default() };
        for relay in ["http://host/a", "host:1/?a", "http://user@host"] {
            assert_eq!(asking(relay).spec(None).err(), Some(FormError::RelayAsks), "{relay}");
        }
        assert_eq!(refused(|form| form.recv_size = 0), Some(FormError::RecvSize));
        assert!(ServerForm { recv_size: 0, ..ServerForm::default() }.plan().is_err());
    }

    #[test]
    fn what_is_served_does_not_hang_on_where() {
        let form = ServerForm::default();
        assert!(form.serves_like(&ServerForm { port: 1, backlog: 9, address: "::1".into(), ..form.clone() }));
        assert!(!form.serves_like(&ServerForm { pause: 2.0, ..form.clone() }));
        assert!(!form.serves_like(&ServerForm { relay: String::new(), ..form.clone() }));
        let http = |responder| ServerForm { responder, ..ServerForm::default() }.speaks_http();
        assert_eq!(ResponderKind::ALL.into_iter().filter(|kind| http(*kind)).count(), 4);
    }

    #[test]
    fn bind_addresses_are_addresses() {
        let bind = |text: &str| {
            ServerForm { address: text.into(), ..ServerForm::default() }.spec(None).map(|spec| spec.address.to_string())
        };
        assert_eq!(bind("localhost"), Ok("127.0.0.1:9999".into()));
        assert_eq!(bind("[::1]"), Ok("[::1]:9999".into()));
        assert_eq!(bind("0.0.0.0"), Ok("0.0.0.0:9999".into()));
        assert_eq!(bind(" ::1 "), Ok("[::1]:9999".into()));
        for text in ["", "www.baidu.com", "127.0.0.1:80", "300.1.1.1", "[127.0.0.1]", "[[::1]]", "::1]", "[::1"] {
            assert_eq!(bind(text), Err(FormError::Listen(ListenError::Address)), "{text}");
        }
        assert_eq!(bind("[fe80::1%25no0]"), Err(FormError::Listen(ListenError::Interface("no0".into()))));
    }
}
