//! A topic is something that has an explanation: a call, a state, a figure, a field, a code, a failure, a word of this program.
//!
//! In scope: the topic of a call, an outcome, a state, a field and so on. Each value of the types of the floors below has a topic; of the
//! values that come from the network or the system, the common ones have. Out of scope: which topics there are (see `topic_group`), and the
//! explanations (`assets/words/explained.*.ftl`).

use super::topic_group::TopicGroup;
use crate::capture::kernel::TcpState;
use crate::capture::{CallKind, Cause, ConnectionState, Ended, Outcome};
use crate::http::{Framing, ViolationKind};
use crate::tls::TlsFailure;
use crate::view::PhaseKind;

impl TopicGroup {
    /// The topics of the group, in order.
    pub fn topics(self) -> impl Iterator<Item = Topic> {
        self.names().iter().map(move |name| Topic { group: self, name })
    }

    /// The topic called `name`, exactly so: `SO_LINGER`, `PATCH`, `half-close`.
    pub fn topic(self, name: &str) -> Option<Topic> {
        self.find(|known| known == name)
    }

    fn find(self, is_it: impl Fn(&str) -> bool) -> Option<Topic> {
        self.topics().find(|topic| is_it(topic.name))
    }
}

/// Something that is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Topic {
    group: TopicGroup,
    name: &'static str,
}

impl Topic {
    /// Every topic, in the order in which they are listed.
    pub fn all() -> impl Iterator<Item = Self> {
        TopicGroup::ALL.into_iter().flat_map(TopicGroup::topics)
    }

    /// The group of the topic.
    pub fn group(self) -> TopicGroup {
        self.group
    }

    /// The name as a program, a standard or the system writes it. A topic without such a name has one that is the same in every language.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The key of the explanation: `field-content-length`.
    pub fn key(self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
        format!("{}-{}", self.group.key(), self.name.chars().map(plain).collect::<String>())
    }

    /// The state of TCP, which RFC 9293 writes otherwise than the system does: SYN-RECEIVED for SYN_RCVD, FIN-WAIT-2 for FIN_WAIT2.
    pub fn tcp_state(state: TcpState) -> Option<Self> {
        let name = state.name().replace("RCVD", "RECEIVED").replace('_', "");
        TopicGroup::Tcp.find(|known| known.replace('-', "") == name)
    }

    /// The field of HTTP called `name`, in any case.
    pub fn field(name: &[u8]) -> Option<Self> {
        TopicGroup::Fields.find(|known| known.as_bytes().eq_ignore_ascii_case(name))
    }

    /// The status code `code` of HTTP, or its class if the code is not known.
    pub fn status(code: u16) -> Option<Self> {
        let (digits, class) = (code.to_string(), format!("{}xx", code / 100));
        let is = |name: &str, wanted: &str| name.split(' ').next() == Some(wanted);
        TopicGroup::Statuses
            .find(|name| is(name, &digits))
            .or_else(|| TopicGroup::Statuses.find(|name| is(name, &class)))
    }

    /// The column whose title has the key `key` in the catalogue: `column-asked`.
    pub fn column(key: &str) -> Option<Self> {
        TopicGroup::Columns.topic(key.strip_prefix(TopicGroup::Columns.key())?.strip_prefix('-')?)
    }

    /// A call that has not come back.
    pub fn blocked() -> Self {
        Self { group: TopicGroup::Outcomes, name: "blocked" }
    }

    /// A call that is held back.
    pub fn due() -> Self {
        Self { group: TopicGroup::Outcomes, name: "due" }
    }
}

macro_rules! topics {
    ($($type:ty => $group:ident,)*) => {
        $(impl From<$type> for Topic {
            fn from(value: $type) -> Self {
                Self { group: TopicGroup::$group, name: value.name() }
            }
        })*
    };
}

topics! {
    CallKind => Calls,
    Outcome => Outcomes,
    Ended => Connections,
    PhaseKind => Phases,
    Framing => Framing,
    ViolationKind => Violations,
}

impl From<ConnectionState> for Topic {
    fn from(state: ConnectionState) -> Self {
        match state {
            ConnectionState::Preparing => Self { group: TopicGroup::Connections, name: "preparing" },
            ConnectionState::Open => Self { group: TopicGroup::Connections, name: "open" },
            ConnectionState::Closed(how) => how.into(),
        }
    }
}

impl From<&Cause> for Topic {
    fn from(cause: &Cause) -> Self {
        let name = match cause {
            Cause::Tls(failure) if matches!(**failure, TlsFailure::Certificate { .. }) => "tls-certificate",
            _ => cause.name(),
        };
        Self { group: TopicGroup::Failures, name }
    }
}
