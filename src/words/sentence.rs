//! The sentences about failures: the operation and its address, the cause, the words of the system, and what to try.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::catalogue::{Arg, Words};
use super::topic::Topic;
use crate::capture::{CallKind, Cause, Failure, Operation};
use crate::settings::{SettingsFault, SettingsProblem};
use crate::view::{excerpt, short_bytes};

/// The parts of the text about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The operation, its subject, and the cause.
    pub what: String,
    /// The error in the words of the system.
    pub system: Option<String>,
    /// What to try.
    pub advice: String,
    /// The topic of the cause.
    pub topic: Option<Topic>,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(system) = &self.system {
            write!(f, " [{system}]")?;
        }
        if self.advice.is_empty() { Ok(()) } else { write!(f, " {}", self.advice) }
    }
}

impl Words {
    /// The text about `failure`.
    #[must_use]
    pub fn failure(&self, failure: &Failure) -> Sentence {
        let operation = operation_key(failure.operation);
        let subject = failure.subject.as_ref().map(ToString::to_string).unwrap_or_default();
        let done_to = excerpt(&subject);
        let failed = match done_to.as_str() {
            "" => self.text(&format!("failed-{operation}")).into_owned(),
            _ => self.with(&format!("failed-{operation}-at"), [("subject", Arg::from(done_to))]),
        };
        let special = format!("cause-{}-{operation}", cause_key(&failure.cause));
        let why = if self.has(&special) { self.text(&special).into_owned() } else { self.cause(&failure.cause) };
        Sentence {
            what: self.with("failed-because", [("failed", Arg::from(failed)), ("why", Arg::from(why))]),
            system: failure.system.as_ref().map(|system| excerpt(&system.text)),
            advice: self.advice(operation, &failure.cause),
            topic: Some(Topic::from(&failure.cause)),
        }
    }

    /// The cause of a failure, as a part of a sentence.
    pub fn cause(&self, cause: &Cause) -> String {
        let key = format!("cause-{}", cause_key(cause));
        match cause {
            Cause::TimedOut(after) if *after > Duration::ZERO => {
                self.with("cause-timed-out-after", [("seconds", Arg::from(after.as_secs_f64()))])
            }
            Cause::Tls(failure) => self.tls_cause(failure),
            Cause::DiskLimit(limit) => self.with(&key, [("limit", Arg::from(self.bytes(*limit)))]),
            Cause::TooLarge(limit) => self.with(&key, [("limit", Arg::from(short_bytes(*limit as f64)))]),
            Cause::NotAFile(special) => {
                let what = self.text(&format!("special-{}", special.name())).into_owned();
                self.with(&key, [("what", Arg::from(what))])
            }
            Cause::Panic(text) => self.with(&key, [("text", Arg::from(excerpt(text)))]),
            _ => self.text(&key).into_owned(),
        }
    }

    /// The advice for this operation if there is one, else the one for the cause.
    fn advice(&self, operation: &str, cause: &Cause) -> String {
        let cause = cause_key(cause);
        let special = format!("try-{cause}-{operation}");
        let key = if self.has(&special) { special } else { format!("try-{cause}") };
        self.text(&key).into_owned()
    }

    /// The text about settings that could not be read.
    pub fn settings_problem(&self, problem: &SettingsProblem) -> String {
        let path = problem.aside.as_ref().unwrap_or(&problem.path);
        let (is_aside, path) = (problem.aside.is_some(), ("path", Arg::from(path.display().to_string())));
        let reason = match &problem.fault {
            SettingsFault::Text(reason) => excerpt(reason),
            SettingsFault::File(failure) => self.cause(&failure.cause),
            SettingsFault::TooMuch(keys) => {
                let key = if is_aside { "settings-too-much" } else { "settings-too-much-there" };
                return self.with(key, [("keys", Arg::from(keys.join(", "))), path]);
            }
        };
        let key = if is_aside { "settings-broken" } else { "settings-unreadable" };
        self.with(key, [("reason", Arg::from(reason)), path])
    }
}

fn operation_key(operation: Operation) -> &'static str {
    match operation {
        Operation::Call(CallKind::Resolve) => "resolve",
        Operation::Call(CallKind::Socket) => "socket",
        Operation::Call(CallKind::Bind) => "bind",
        Operation::Call(CallKind::Listen) => "listen",
        Operation::Call(CallKind::Accept) => "accept",
        Operation::Call(CallKind::Connect) => "connect",
        Operation::Call(CallKind::Send) => "send",
        Operation::Call(CallKind::Recv) => "recv",
        Operation::Call(CallKind::Shutdown) => "shutdown",
        Operation::Call(CallKind::Close) => "close",
        Operation::Spool => "spool",
        Operation::Save => "save",
        Operation::ReadFile => "read",
        Operation::Tls => "tls",
        Operation::Options => "options",
        Operation::Orders => "orders",
        Operation::OpenFolder => "folder",
        Operation::StartThread => "thread",
        Operation::Work => "work",
    }
}

fn cause_key(cause: &Cause) -> Cow<'static, str> {
    match cause {
        Cause::Tls(failure) => format!("tls-{}", failure.name()).into(),
        _ => cause.name().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{SpecialFile, Subject};
    use crate::settings::Language;

    fn operations() -> Vec<Operation> {
        let others = [
            Operation::Spool,
            Operation::Save,
            Operation::ReadFile,
            Operation::Tls,
            Operation::Options,
            Operation::Orders,
            Operation::OpenFolder,
            Operation::StartThread,
            Operation::Work,
        ];
        CallKind::ALL.map(Operation::Call).into_iter().chain(others).collect()
    }

    fn causes() -> Vec<Cause> {
        vec![
            Cause::NameNotFound,
            Cause::Refused,
            Cause::Unreachable,
            Cause::TimedOut(Duration::ZERO),
            Cause::TimedOut(Duration::from_secs(10)),
            Cause::Reset,
            Cause::BrokenPipe,
            Cause::AddressInUse,
            Cause::AddressNotHere,
            Cause::OtherFamily,
            Cause::Denied,
            Cause::TooManyOpen,
            Cause::TooManyThreads,
            Cause::DiskFull,
            Cause::FileTooLarge,
            Cause::DiskLimit(1 << 20),
            Cause::ReadOnly,
            Cause::NotFound,
            Cause::IsFolder,
            Cause::NotAFolder,
            Cause::NotAFile(SpecialFile::Pipe),
            Cause::NotAFile(SpecialFile::Socket),
            Cause::NotAFile(SpecialFile::Device),
            Cause::TooLarge(1 << 20),
            Cause::OwnAddress,
            Cause::Panic("index out of bounds".into()),
            Cause::Other,
        ]
    }

    /// A key that was not found shows as itself, in the form `word-word`.
    fn holds_a_key(text: &str) -> bool {
        ["failed-", "cause-", "try-", "address-", "special-"].iter().any(|start| text.contains(start))
    }

    #[test]
    fn every_failure_has_a_sentence_in_both_languages() {
        let address = Subject::Address("127.0.0.1:80".parse().unwrap());
        for language in Language::ALL {
            let words = Words::new(language);
            for operation in operations() {
                for cause in causes() {
                    for subject in [None, Some(address.clone())] {
                        let failure =
                            Failure { operation, subject: subject.clone(), cause: cause.clone(), system: None };
                        let sentence = words.failure(&failure);
                        let text = sentence.to_string();
                        assert!(!holds_a_key(&text), "{text}");
                        let topic = sentence.topic.unwrap();
                        assert_ne!(words.explain(topic).text, topic.key());
                        assert!(subject.is_none() || text.contains("127.0.0.1:80"), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn advice_on_a_servers_connection_is_none_for_clients() {
        use CallKind::{Close, Recv, Send, Shutdown};
        let calls = [Recv, Send, Shutdown, Close].map(Operation::Call);
        let others = [Operation::Options, Operation::Orders, Operation::StartThread, Operation::Spool, Operation::Work];
        for (language, of_clients) in [
            (Language::English, &["Run again", "server's log", "Check the port", "Check the address"][..]),
            (Language::Chinese, &["再运行", "重新运行", "服务器的日志", "检查端口", "检查地址"]),
        ] {
            let words = Words::new(language);
            for operation in calls.into_iter().chain(others) {
                for cause in [
                    Cause::Reset,
                    Cause::BrokenPipe,
                    Cause::TimedOut(Duration::ZERO),
                    Cause::TimedOut(Duration::from_secs(1)),
                    Cause::Other,
                    Cause::TooManyThreads,
                    Cause::DiskLimit(1),
                ] {
                    // Only a call on the socket runs out of time.
                    if matches!(cause, Cause::TimedOut(_)) && !calls[..2].contains(&operation) {
                        continue;
                    }
                    let failure = Failure { operation, subject: None, cause, system: None };
                    let advice = words.failure(&failure).advice;
                    assert!(!of_clients.iter().any(|text| advice.contains(text)), "{failure:?}: {advice}");
                }
            }
        }
    }

    #[test]
    fn every_reason_for_an_error_of_a_servers_own_has_a_sentence() {
        use crate::capture::{Rejection, RejectionReason};
        use crate::http::{ChunkFault, Violation, ViolationKind};
        let reasons = [
            RejectionReason::TlsHello,
            RejectionReason::NotHttp,
            RejectionReason::Version,
            RejectionReason::HeadTooLong,
            RejectionReason::TooManyFields,
            RejectionReason::Unfinished,
            RejectionReason::Violation(Violation { at: 17, kind: ViolationKind::ObsFold }),
            RejectionReason::Chunks(ChunkFault::BadSize, 17),
            RejectionReason::Surplus(17),
            RejectionReason::NoEnd,
            RejectionReason::NoHost,
            RejectionReason::SeveralHosts,
            RejectionReason::BadHost,
            RejectionReason::TargetBytes,
            RejectionReason::Fragment,
            RejectionReason::TargetForm,
            RejectionReason::Coding,
            RejectionReason::TooLarge,
            RejectionReason::Expectation,
            RejectionReason::Method,
            RejectionReason::UnknownMethod,
            RejectionReason::TimedOut,
        ];
        for language in Language::ALL {
            let words = Words::new(language);
            for why in reasons {
                let text = words.rejection(Rejection { status: 400, why }).to_string();
                assert!(text.contains("400") && !text.contains("rejected-"), "{text}");
                assert_eq!(text.contains("17"), why.at().is_some(), "{text}");
                let told = why.to_string();
                assert!(told.matches(why.section().unwrap_or("(")).count() <= 1 && !told.is_empty(), "{told}");
                assert!(why.section().is_none_or(|section| text.matches(section).count() == 1), "{text}");
            }
        }
    }

    #[test]
    fn a_refused_connect_names_operation_address_cause_and_remedy() {
        let error = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let subject = Some(Subject::Address("127.0.0.1:1".parse().unwrap()));
        let failure = Failure::of(Operation::Call(CallKind::Connect), subject, &error);
        let sentence = Words::new(Language::English).failure(&failure);
        assert_eq!(sentence.what, "connect to 127.0.0.1:1 failed: the connection was refused, nobody listens there.");
        assert_eq!(sentence.system.as_deref(), Some("connection refused"));
        assert!(sentence.advice.contains("port"));
    }

    #[test]
    fn what_the_network_says_reaches_no_terminal_raw() {
        let subject = Some(Subject::Name { host: "a\u{1b}[31mb\u{202e}".into(), port: 80 });
        let failure =
            Failure { operation: Operation::Work, subject, cause: Cause::Panic("\u{7}\r".into()), system: None };
        let text = Words::new(Language::English).failure(&failure).to_string();
        assert!(!text.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{text:?}");
    }
}
