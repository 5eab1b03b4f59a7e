//! What there is an explanation of: calls, states, figures, fields, codes, failures, and the words of this program.
//!
//! In scope: which topics there are, in groups and in the order in which they are listed; the topic of a call, an outcome, a state,
//! a field and so on. Out of scope: what is said of them (`assets/words/explained.*.ftl`). For what the floors below name, every
//! value has its topic; of what comes from the network or the system, the common ones have.

use super::topics;
use crate::capture::{CallKind, Cause, Ended, Outcome, State};
use crate::http::{Framing, Method, ViolationKind};
use crate::tls::TlsFailure;
use crate::view::PhaseKind;

/// A kind of topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// The socket calls.
    Calls,
    /// How a call came back.
    Outcomes,
    /// How far a connection has come, and why it ended.
    Connections,
    /// The states of TCP.
    Tcp,
    /// Figures of the kernel about a connection or a listener.
    Kernel,
    /// Why something failed.
    Failures,
    /// The phases of a connection.
    Phases,
    /// Options of a socket.
    Options,
    /// Columns of lists and tables.
    Columns,
    /// Methods of HTTP.
    Methods,
    /// Fields of HTTP.
    Fields,
    /// Status codes of HTTP, and their classes.
    Statuses,
    /// How the end of a body is found.
    Framing,
    /// What a peer does against HTTP.
    Violations,
    /// The words of this program, and of sockets.
    House,
}

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: [Self; 15] = [
        Self::Calls,
        Self::Outcomes,
        Self::Connections,
        Self::Tcp,
        Self::Kernel,
        Self::Failures,
        Self::House,
        Self::Options,
        Self::Phases,
        Self::Columns,
        Self::Methods,
        Self::Statuses,
        Self::Fields,
        Self::Framing,
        Self::Violations,
    ];

    /// What the keys of its topics begin with.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Calls => "call",
            Self::Outcomes => "outcome",
            Self::Connections => "ended",
            Self::Tcp => "tcp",
            Self::Kernel => "kernel",
            Self::Failures => "cause",
            Self::Phases => "phase",
            Self::Options => "option",
            Self::Columns => "column",
            Self::Methods => "method",
            Self::Fields => "field",
            Self::Statuses => "status",
            Self::Framing => "framing",
            Self::Violations => "violation",
            Self::House => "house",
        }
    }

    /// Its topics, in order.
    pub fn topics(self) -> impl Iterator<Item = Topic> {
        topics::names(self).iter().map(move |name| Topic { group: self, name })
    }

    fn find(self, is_it: impl Fn(&str) -> bool) -> Option<Topic> {
        self.topics().find(|topic| is_it(topic.name))
    }
}

/// Something that is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Topic {
    group: Group,
    name: &'static str,
}

impl Topic {
    /// Every topic, in the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        Group::ALL.into_iter().flat_map(Group::topics)
    }

    /// The group that it is in.
    #[must_use]
    pub fn group(self) -> Group {
        self.group
    }

    /// Its name as a program, a standard or the system writes it; for the rest, one that is only the same in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The key of its text: `field-content-length`.
    #[must_use]
    pub fn key(self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        format!("{}-{}", self.group.key(), self.name.chars().map(plain).collect::<String>())
    }

    /// The state of TCP called `name`, as RFC 9293, Linux, `ss` or Windows write it: SYN-RECEIVED, SYN_RECV, ESTAB, FIN_WAIT2.
    #[must_use]
    pub fn tcp_state(name: &str) -> Option<Self> {
        let plain = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
        let known = match plain.as_str() {
            "SYNRECV" | "SYNRCVD" => "SYNRECEIVED",
            "ESTAB" => "ESTABLISHED",
            "CLOSE" | "UNCONN" => "CLOSED",
            other => other,
        };
        Group::Tcp.find(|name| name.chars().filter(char::is_ascii_alphanumeric).eq(known.chars()))
    }

    /// The field of HTTP called `name`, in whatever case.
    #[must_use]
    pub fn field(name: &[u8]) -> Option<Self> {
        Group::Fields.find(|known| known.as_bytes().eq_ignore_ascii_case(name))
    }

    /// The status code `code` of HTTP; its class if the code itself is not known.
    #[must_use]
    pub fn status(code: u16) -> Option<Self> {
        let (digits, class) = (code.to_string(), format!("{}xx", code / 100));
        let is = |name: &str, wanted: &str| name.split(' ').next() == Some(wanted);
        Group::Statuses.find(|name| is(name, &digits)).or_else(|| Group::Statuses.find(|name| is(name, &class)))
    }

    /// The method `method` of HTTP.
    #[must_use]
    pub fn method(method: &Method) -> Option<Self> {
        Group::Methods.find(|name| name == method.as_str())
    }

    /// The option of a socket called `name`, as it is written in a program, or `backlog`.
    #[must_use]
    pub fn option(name: &str) -> Option<Self> {
        Group::Options.find(|known| known == name)
    }

    /// The column whose title has the key `key` in the catalogue: `column-asked`.
    #[must_use]
    pub fn column(key: &str) -> Option<Self> {
        let name = key.strip_prefix(Group::Columns.key())?.strip_prefix('-')?;
        Group::Columns.find(|known| known == name)
    }

    /// The word of this program, or of sockets, called `name`: `head`, `spool`, `half-close`.
    #[must_use]
    pub fn word(name: &str) -> Option<Self> {
        Group::House.find(|known| known == name)
    }

    /// A call that has not come back.
    #[must_use]
    pub fn blocked() -> Self {
        Self { group: Group::Outcomes, name: "blocked" }
    }

    /// A call that is held back.
    #[must_use]
    pub fn due() -> Self {
        Self { group: Group::Outcomes, name: "due" }
    }
}

/// A figure of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// The smoothed round-trip time.
    Rtt,
    /// Its variation.
    RttVariation,
    /// The retransmission time-out.
    Rto,
    /// The congestion window.
    CongestionWindow,
    /// The slow-start threshold.
    SlowStartThreshold,
    /// The maximum segment size.
    SegmentSize,
    /// Segments that were sent again.
    Retransmits,
    /// Bytes that were not acknowledged.
    Unacknowledged,
    /// Bytes that were not sent.
    NotSent,
    /// Bytes that were not read.
    Unread,
    /// A listener's queue and its bound.
    AcceptQueue,
    /// What is left of TIME-WAIT.
    TimeWait,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 12] = [
        Self::Rtt,
        Self::RttVariation,
        Self::Rto,
        Self::CongestionWindow,
        Self::SlowStartThreshold,
        Self::SegmentSize,
        Self::Retransmits,
        Self::Unacknowledged,
        Self::NotSent,
        Self::Unread,
        Self::AcceptQueue,
        Self::TimeWait,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Rtt => "rtt",
            Self::RttVariation => "rtt-variation",
            Self::Rto => "rto",
            Self::CongestionWindow => "congestion-window",
            Self::SlowStartThreshold => "slow-start-threshold",
            Self::SegmentSize => "segment-size",
            Self::Retransmits => "retransmits",
            Self::Unacknowledged => "unacknowledged",
            Self::NotSent => "not-sent",
            Self::Unread => "unread",
            Self::AcceptQueue => "accept-queue",
            Self::TimeWait => "time-wait",
        }
    }
}

impl From<Figure> for Topic {
    fn from(figure: Figure) -> Self {
        Self { group: Group::Kernel, name: figure.name() }
    }
}

impl From<CallKind> for Topic {
    fn from(kind: CallKind) -> Self {
        Self { group: Group::Calls, name: kind.name() }
    }
}

impl From<Outcome> for Topic {
    fn from(outcome: Outcome) -> Self {
        Self { group: Group::Outcomes, name: outcome.name() }
    }
}

impl From<Ended> for Topic {
    fn from(how: Ended) -> Self {
        Self { group: Group::Connections, name: how.name() }
    }
}

impl From<State> for Topic {
    fn from(state: State) -> Self {
        match state {
            State::Preparing => Self { group: Group::Connections, name: "preparing" },
            State::Open => Self { group: Group::Connections, name: "open" },
            State::Closed(how) => how.into(),
        }
    }
}

impl From<PhaseKind> for Topic {
    fn from(kind: PhaseKind) -> Self {
        Self { group: Group::Phases, name: kind.name() }
    }
}

impl From<Framing> for Topic {
    fn from(framing: Framing) -> Self {
        Self { group: Group::Framing, name: framing.name() }
    }
}

impl From<ViolationKind> for Topic {
    fn from(kind: ViolationKind) -> Self {
        Self { group: Group::Violations, name: kind.name() }
    }
}

impl From<&Cause> for Topic {
    fn from(cause: &Cause) -> Self {
        let name = match cause {
            Cause::Tls(failure) if matches!(**failure, TlsFailure::Certificate { .. }) => "tls-certificate",
            _ => cause.name(),
        };
        Self { group: Group::Failures, name }
    }
}
