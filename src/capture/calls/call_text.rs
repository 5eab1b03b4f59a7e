//! A call's arguments and what it returned, as one would write them in a program: the same in every language.
//!
//! In scope: text made of a call and its note. Out of scope: marks for characters that can't be seen, and sentences about
//! failures.

use crate::capture::{Call, CallKind, Note, Subject};

impl Call {
    /// Its arguments; the host's name as the user gave it.
    pub fn arguments(&self, note: Option<&Note>) -> String {
        match (self.kind, note.and_then(|note| note.subject.as_ref())) {
            (CallKind::Resolve, Some(Subject::Name { host, port })) => format!("\"{host}\", {port}"),
            (CallKind::Socket, Some(Subject::Address(address))) => {
                let family = if address.is_ipv4() { "AF_INET" } else { "AF_INET6" };
                format!("{family}, SOCK_STREAM")
            }
            (CallKind::Bind | CallKind::Connect, Some(subject)) => subject.to_string(),
            (CallKind::Listen | CallKind::Send | CallKind::Recv, _) => self.asked.to_string(),
            (CallKind::Shutdown, _) => "SHUT_WR".into(),
            _ => String::new(),
        }
    }

    /// The addresses that it returned; empty if it returned none.
    pub fn returned(&self, note: Option<&Note>) -> String {
        let Some(note) = note else { return String::new() };
        match (self.kind, &note.subject) {
            (CallKind::Resolve, _) => note.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            (CallKind::Accept, Some(peer)) => peer.to_string(),
            _ => String::new(),
        }
    }
}
