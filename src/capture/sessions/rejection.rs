//! Why a server answered a request with an error of its own.
//!
//! In scope: the reasons as data, and the words that the client gets. Out of scope: finding them (`net::responders::http`), and the sentences
//! that the user of this program reads (they stand in the catalogue, by the `key` of each reason).

use std::fmt;

use crate::http::{ChunkFault, Violation};

/// A request that a server has answered with an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The status of the answer.
    pub status: u16,
    /// What is wrong with the request.
    pub why: RejectionReason,
}

named_enum! {
    /// What is wrong with a request.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum RejectionReason {
        /// It is no HTTP but the first message of TLS.
        TlsHello = "tls-hello",
        /// It is no HTTP.
        NotHttp = "not-http",
        /// It is of a version of HTTP other than 1.0 and 1.1.
        Version = "version",
        /// Its head is longer than is read.
        HeadTooLong = "head-too-long",
        /// Its head has more fields than are read.
        TooManyFields = "too-many-fields",
        /// The client finished sending before it was whole.
        Unfinished = "unfinished",
        /// It breaks a rule.
        Violation(Violation) = "violation",
        /// Its HTTP chunks can't be followed past this offset.
        Chunks(ChunkFault, u64) = "chunks",
        /// Bytes follow it, from this offset on, that begin no other one.
        Surplus(u64) = "surplus",
        /// Nothing says where its body ends.
        NoEnd = "no-end",
        /// It has no Host.
        NoHost = "no-host",
        /// It has several.
        SeveralHosts = "several-hosts",
        /// Its Host is none that can be.
        BadHost = "bad-host",
        /// Its target holds bytes other than visible ASCII.
        TargetBytes = "target-bytes",
        /// Its target holds a `#`.
        Fragment = "fragment",
        /// Its target has no form that its method may have.
        TargetForm = "target-form",
        /// A transfer coding that is not known here.
        Coding = "coding",
        /// Its body is longer than is read.
        TooLarge = "too-large",
        /// It expects what is not known here.
        Expectation = "expectation",
        /// A method that is not answered here.
        Method = "method",
        /// A method that is not known here.
        UnknownMethod = "unknown-method",
        /// It was not whole in the time that is allowed.
        TimedOut = "timed-out",
    }
}

impl RejectionReason {
    /// Its name, or that of the violation or the fault that it holds.
    pub fn key(self) -> &'static str {
        match self {
            Self::Violation(violation) => violation.kind.name(),
            Self::Chunks(fault, _) => fault.name(),
            _ => self.name(),
        }
    }

    /// The section that says so, where a standard does.
    pub fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::TlsHello | Self::TooLarge | Self::TimedOut => return None,
            Self::NotHttp => "RFC 9112 §3",
            Self::Version => "RFC 9110 §15.6.6",
            Self::HeadTooLong | Self::TooManyFields => "RFC 6585 §5",
            Self::Unfinished => "RFC 9112 §8",
            Self::Violation(violation) => violation.kind.section(),
            Self::Chunks(..) => "RFC 9112 §7.1",
            Self::Surplus(_) => "RFC 9112 §2.2",
            Self::NoEnd => "RFC 9112 §6.3",
            Self::NoHost | Self::SeveralHosts | Self::BadHost => "RFC 9112 §3.2",
            Self::TargetBytes | Self::Fragment | Self::TargetForm => "RFC 9112 §3.2",
            Self::Coding => "RFC 9112 §6.1",
            Self::Expectation => "RFC 9110 §10.1.1",
            Self::Method => "RFC 9110 §15.5.6",
            Self::UnknownMethod => "RFC 9110 §15.6.2",
        })
    }

    /// Where in the direction that is, if at one place.
    pub fn at(self) -> Option<u64> {
        match self {
            Self::Violation(violation) => Some(violation.at),
            Self::Chunks(_, at) | Self::Surplus(at) => Some(at),
            _ => None,
        }
    }
}

/// As the client gets it.
impl fmt::Display for RejectionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TlsHello => {
                "This port speaks plain HTTP, and a TLS ClientHello came: use http:// in place of https://."
            }
            Self::NotHttp => "What came is no HTTP request.",
            Self::Version => "The versions that are spoken here are HTTP/1.0 and HTTP/1.1.",
            Self::HeadTooLong => "The head of the request does not end within 256 KiB.",
            Self::TooManyFields => "The request has more than 1000 fields.",
            Self::Unfinished => "The client finished sending before the request was whole.",
            Self::Violation(_) => "The request breaks a rule of HTTP",
            Self::Chunks(..) => "The HTTP chunks of the body can't be followed",
            Self::Surplus(_) => "Bytes follow the request that begin no other one.",
            Self::NoEnd => "Nothing says where the body of the request ends.",
            Self::NoHost => "The request has no Host field.",
            Self::SeveralHosts => "The request has more than one Host field.",
            Self::BadHost => "The value of Host is no host with an optional port.",
            Self::TargetBytes => "The target holds bytes other than visible ASCII: write them as %XX.",
            Self::Fragment => "The target holds a #: a fragment is not sent.",
            Self::TargetForm => "The target is neither a path nor a URL that this method may have.",
            Self::Coding => "The only transfer coding that is known here is chunked.",
            Self::TooLarge => "The body of the request is longer than is read here.",
            Self::Expectation => "The only expectation that is known here is 100-continue.",
            Self::Method => "Only GET and HEAD are answered here.",
            Self::UnknownMethod => "The method is not known here.",
            Self::TimedOut => "The request was not whole in the time that is allowed.",
        })?;
        match (self, self.at()) {
            (Self::Violation(_) | Self::Chunks(..), Some(at)) => {
                write!(f, ": {} at byte {at}", self.key().replace('-', " "))?
            }
            (_, Some(at)) => write!(f, " They begin at byte {at}.")?,
            _ => {}
        }
        self.section().map_or(Ok(()), |section| write!(f, " ({section})"))
    }
}
