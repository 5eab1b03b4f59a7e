//! How the body of a message is delimited (RFC 9112 §6.3).
//!
//! In scope: the decision, in the order of the items of that section. Out of scope: following the body to its end (see `body`).

use super::content_length::ContentLength;
use crate::http::head::Head;
use crate::http::method::Method;
use crate::http::version::Version;
use crate::http::violation::{Violation, ViolationKind};

/// How the body is delimited, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Framing {
    /// There is no body.
    None(NoBody),
    /// The body is the data of the chunks that follow.
    Chunked,
    /// The body is this many bytes.
    ContentLength(u64),
    /// The body is all that follows until the direction ends.
    UntilClose(UntilClose),
}

enum_with_all! {
    /// Why there is no body.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum NoBody {
        /// A reply to HEAD.
        HeadMethod = "none-head-method",
        /// An interim reply: 1xx except 101. The final reply follows.
        Interim = "none-interim",
        /// 101 Switching Protocols: the bytes that follow are not HTTP.
        Switching101 = "none-switching-101",
        /// 204 No Content.
        NoContent204 = "none-no-content-204",
        /// 304 Not Modified.
        NotModified304 = "none-not-modified-304",
        /// A 2xx reply to CONNECT: the bytes that follow are the tunnel's.
        ConnectTunnel = "none-connect-tunnel",
        /// A request that announces no body.
        RequestWithout = "none-request-without",
    }
}

enum_with_all! {
    /// Why a body runs until the direction ends.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum UntilClose {
        /// A response that announces no length.
        ResponseWithout = "until-close-response-without",
        /// A response with transfer codings of which chunked is not the last.
        ResponseCoding = "until-close-response-coding",
        /// A request with transfer codings of which chunked is not the last: an error.
        RequestCoding = "until-close-request-coding",
        /// A Content-Length that is no number, or several that differ: an error.
        BadLength = "until-close-bad-length",
    }
}

/// The method of the request that a response answers, as far as the length of the response depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AnsweredMethod {
    Head,
    Connect,
    #[default]
    Other,
}

impl From<&Method> for AnsweredMethod {
    fn from(method: &Method) -> Self {
        match method {
            Method::Head => AnsweredMethod::Head,
            Method::Connect => AnsweredMethod::Connect,
            _ => AnsweredMethod::Other,
        }
    }
}

impl Framing {
    /// Decides how the body after `head` is delimited, and appends what is against the standard to `violations`. `answered` is the
    /// method of the request that a response answers; for a request it has no meaning.
    pub(crate) fn decide(head: &Head, answered: AnsweredMethod, violations: &mut Vec<Violation>) -> Framing {
        let length = ContentLength::read(head, violations);
        let no_body = head.status().and_then(|status| no_body(status, answered));
        report_coding(head, length, violations);
        match no_body {
            Some(NoBody::HeadMethod | NoBody::NotModified304) | None => {}
            Some(_) => report_bodiless(head, violations),
        }
        if let Some(reason) = no_body {
            return Framing::None(reason);
        }
        let is_request = head.method().is_some();
        if head.field("transfer-encoding").is_some() {
            return match (head.codings().ends_chunked(), is_request) {
                (true, _) => Framing::Chunked,
                (false, true) => Framing::UntilClose(UntilClose::RequestCoding),
                (false, false) => Framing::UntilClose(UntilClose::ResponseCoding),
            };
        }
        match length {
            ContentLength::Unusable => Framing::UntilClose(UntilClose::BadLength),
            ContentLength::Bytes(bytes) => Framing::ContentLength(bytes),
            ContentLength::Absent if is_request => Framing::None(NoBody::RequestWithout),
            ContentLength::Absent => Framing::UntilClose(UntilClose::ResponseWithout),
        }
    }

    /// The section and the item of its list that decide.
    pub fn section(self) -> &'static str {
        match self {
            Self::None(NoBody::ConnectTunnel) => "RFC 9112 §6.3, 2",
            Self::None(NoBody::RequestWithout) => "RFC 9112 §6.3, 7",
            Self::None(_) => "RFC 9112 §6.3, 1",
            Self::Chunked => "RFC 9112 §6.3, 4",
            Self::ContentLength(_) => "RFC 9112 §6.3, 6",
            Self::UntilClose(why) => match why {
                UntilClose::ResponseCoding | UntilClose::RequestCoding => "RFC 9112 §6.3, 4",
                UntilClose::BadLength => "RFC 9112 §6.3, 5",
                UntilClose::ResponseWithout => "RFC 9112 §6.3, 8",
            },
        }
    }

    /// A name that does not change, fit for a key.
    pub fn name(self) -> &'static str {
        match self {
            Self::None(why) => why.name(),
            Self::Chunked => "chunked",
            Self::ContentLength(_) => "content-length",
            Self::UntilClose(why) => why.name(),
        }
    }
}

/// Reports what is wrong with Transfer-Encoding in any message.
fn report_coding(head: &Head, length: ContentLength, violations: &mut Vec<Violation>) {
    let Some(coding) = head.named("transfer-encoding").next() else { return };
    let codings = head.codings();
    for (is_wrong, kind) in [
        (length != ContentLength::Absent, ViolationKind::LengthWithCoding),
        (head.version() < Version::HTTP_11, ViolationKind::CodingBeforeHttp11),
        (codings.chunked_count() > 1, ViolationKind::ChunkedTwice),
        (head.method().is_some() && !codings.ends_chunked(), ViolationKind::ChunkedNotLast),
    ] {
        violations.extend(is_wrong.then_some(Violation { at: coding.line().start, kind }));
    }
}

/// Reports the fields that announce a body where there must be none.
fn report_bodiless(head: &Head, violations: &mut Vec<Violation>) {
    for (name, kind) in
        [("content-length", ViolationKind::LengthWithoutBody), ("transfer-encoding", ViolationKind::CodingWithoutBody)]
    {
        violations.extend(head.named(name).next().map(|field| Violation { at: field.line().start, kind }));
    }
}

fn no_body(status: u16, answered: AnsweredMethod) -> Option<NoBody> {
    match (status, answered) {
        (101, _) => Some(NoBody::Switching101),
        (100..=199, _) => Some(NoBody::Interim),
        // In this order: a 204 to CONNECT opens the tunnel too (RFC 9110 §9.3.6).
        (200..=299, AnsweredMethod::Connect) => Some(NoBody::ConnectTunnel),
        (_, AnsweredMethod::Head) => Some(NoBody::HeadMethod),
        (204, _) => Some(NoBody::NoContent204),
        (304, _) => Some(NoBody::NotModified304),
        _ => None,
    }
}
