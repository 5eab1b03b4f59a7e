//! The forms as they are filled in, and their way to what `net` is asked to do.
//!
//! In scope: their first contents, what can be used and what can't. Out of scope: how that is told.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::capture::{Failure, HexError, hex_bytes, typed_path};
use crate::net::responders::{RuleError, UnknownGroup};
use crate::net::{
    ClientSpec, LineEnd, ListenError, Pace, RECV_SIZE_MAX, ReceiveUntil, Target, TargetError, TypedError, request_text,
    with_line_ends,
};

/// The longest time that can be set, in seconds: a day.
const SECONDS_MAX: f32 = 86_400.0;
/// The shortest time-out, in seconds.
const SECONDS_MIN: f32 = 0.001;
/// The longest pause, in seconds.
pub(super) const PAUSE_MAX: f32 = 60.0;

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The receive size.
    RecvSize,
    /// The connect time-out.
    ConnectTimeout,
    /// The read time-out.
    ReadTimeout,
    /// The folder whose files are served: none is named.
    Folder,
    /// The file with a canned reply: none is named.
    CannedFile,
}

/// Why a form can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The address to connect to is none.
    #[error("address: {0}")]
    Target(TargetError),
    /// The address to listen on is none.
    #[error("address: {0}")]
    Listen(ListenError),
    /// The address to relay to has more than a host and a port: a path, or a user name.
    #[error("a relay asks for nothing")]
    RelayAsks,
    /// What stands in a field can't be used.
    #[error("{0:?} can't be used")]
    Field(Field),
    /// The body is no hex.
    #[error("body: {0}")]
    BodyHex(HexError),
    /// The canned reply is no hex.
    #[error("canned reply: {0}")]
    CannedHex(HexError),
    /// A file or folder can't be used.
    #[error("{0}")]
    Failure(Failure),
    /// A rule can't be used.
    #[error("rule {number}: {why}")]
    Rule {
        /// Its number, counted from 1.
        number: usize,
        /// Why.
        why: RuleFault,
    },
}

/// Why a rule can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleFault {
    /// Bytes are typed wrongly.
    #[error("{0}")]
    Typed(TypedError),
    /// The reply names a group that the expression does not have.
    #[error("{0}")]
    Group(UnknownGroup),
    /// The regular expression is none.
    #[error("{0}")]
    Regex(RuleError),
}

/// Until when the client receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepUntil {
    /// Until the peer closes.
    #[default]
    Close,
    /// Until the reply is whole.
    MessageEnd,
}

/// Where the body of a request comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyKind {
    /// It stands in the request's text.
    #[default]
    Text,
    /// Bytes typed as hex follow the text.
    Hex,
    /// The bytes of a file follow the text.
    File,
}

/// The part of a body that does not stand in the request's text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BodyForm {
    /// Where it comes from.
    pub kind: BodyKind,
    /// Bytes, as hex.
    pub hex: String,
    /// The path of a file.
    pub file: String,
}

/// The client's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientForm {
    /// The address, as typed.
    pub address: String,
    /// The request, its line ends as `\n`.
    pub request: String,
    /// What its line ends become.
    pub line_end: LineEnd,
    /// What follows its text.
    pub body: BodyForm,
    /// How many bytes each recv asks for.
    pub recv_size: u32,
    /// Seconds to connect, for each address.
    pub connect_timeout: f32,
    /// Seconds that a recv may wait; `None`: for ever.
    pub read_timeout: Option<f32>,
    /// When to close.
    pub until: KeepUntil,
    /// A file of certificates that TLS trusts besides the system's roots; empty: none.
    pub root_file: String,
}

impl Default for ClientForm {
    fn default() -> Self {
        Self::of("www.baidu.com")
    }
}

impl ClientForm {
    /// The form for `address` with the tutorial's request for it.
    #[must_use]
    pub fn of(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            request: Target::parse(address).map(|target| request_text(&target.request())).unwrap_or_default(),
            line_end: LineEnd::Crlf,
            body: BodyForm::default(),
            recv_size: 1024,
            connect_timeout: 10.0,
            read_timeout: None,
            until: KeepUntil::Close,
            root_file: String::new(),
        }
    }

    /// What the form asks for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn spec(&self) -> Result<ClientSpec, FormError> {
        let target = Target::parse(&self.address).map_err(FormError::Target)?;
        let recv_size = usize::try_from(self.recv_size).unwrap_or(0);
        if !(1..=RECV_SIZE_MAX).contains(&recv_size) {
            return Err(FormError::Field(Field::RecvSize));
        }
        let connect_timeout = seconds(self.connect_timeout).ok_or(FormError::Field(Field::ConnectTimeout))?;
        let read_timeout = match self.read_timeout {
            None => None,
            Some(limit) => Some(seconds(limit).ok_or(FormError::Field(Field::ReadTimeout))?),
        };
        let until = match self.until {
            KeepUntil::Close => ReceiveUntil::Close,
            KeepUntil::MessageEnd => ReceiveUntil::MessageEnd,
        };
        let mut request = with_line_ends(&self.request, self.line_end);
        let mut request_file = None;
        match self.body.kind {
            BodyKind::Text => {}
            BodyKind::Hex => {
                request.extend(hex_bytes(&self.body.hex).map_err(FormError::BodyHex)?);
            }
            BodyKind::File => request_file = Some(typed_path(&self.body.file)),
        }
        Ok(ClientSpec {
            target,
            request,
            request_file,
            recv_size,
            connect_timeout,
            read_timeout,
            until,
            root_file: Some(self.root_file.as_str()).filter(|path| !path.trim().is_empty()).map(typed_path),
            accept_invalid: false,
            no_delay: false,
            body_file: None,
            pace: Pace::default(),
        })
    }

    /// The form without a user name and password that were typed in its address: those are not kept.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        let Some(target) = Target::parse(&self.address).ok().filter(|target| target.authorization.is_some()) else {
            return self.clone();
        };
        let line = format!("Authorization: {}", target.authorization_value().unwrap_or_default());
        let kept = self.request.split_inclusive('\n').filter(|kept| kept.trim_end() != line);
        Self { address: target.url(), request: kept.collect(), ..self.clone() }
    }

    pub(super) fn mend(&mut self) {
        let default = Self::default();
        if self.recv_size == 0 || self.recv_size as usize > RECV_SIZE_MAX {
            self.recv_size = default.recv_size;
        }
        if seconds(self.connect_timeout).is_none() {
            self.connect_timeout = default.connect_timeout;
        }
        self.read_timeout = self.read_timeout.filter(|limit| seconds(*limit).is_some());
    }
}

pub(super) fn seconds(value: f32) -> Option<Duration> {
    (SECONDS_MIN..=SECONDS_MAX).contains(&value).then(|| Duration::try_from_secs_f32(value).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_is_the_tutorials() {
        let spec = ClientForm::default().spec().unwrap();
        assert_eq!(spec.request, b"GET / HTTP/1.1\r\nHost: www.baidu.com\r\nConnection: close\r\n\r\n");
        assert_eq!(
            (spec.recv_size, spec.target.port, spec.read_timeout, spec.until),
            (1024, 80, None, ReceiveUntil::Close)
        );
    }

    #[test]
    fn what_can_not_be_used_is_refused_with_its_field() {
        let client = |change: fn(&mut ClientForm)| {
            let mut draft = ClientForm::default();
            change(&mut draft);
            draft.spec().err()
        };
        assert_eq!(
            client(|draft| draft.address = "a b".into()),
            Some(FormError::Target(TargetError::Character { at: 1, character: ' ' }))
        );
        assert_eq!(client(|draft| draft.recv_size = 0), Some(FormError::Field(Field::RecvSize)));
        assert_eq!(client(|draft| draft.recv_size = 1 << 21), Some(FormError::Field(Field::RecvSize)));
        assert_eq!(client(|draft| draft.connect_timeout = f32::NAN), Some(FormError::Field(Field::ConnectTimeout)));
        assert_eq!(client(|draft| draft.read_timeout = Some(-1.0)), Some(FormError::Field(Field::ReadTimeout)));
    }

    #[test]
    fn a_password_in_the_address_is_not_kept() {
        let draft = ClientForm::of("http://me:secret@example.org/x");
        assert!(draft.request.contains("Authorization: Basic bWU6c2VjcmV0"));
        assert_eq!(draft.without_credentials(), ClientForm::of("http://example.org/x"));
        let plain = ClientForm::of("http://example.org/x");
        assert_eq!(plain.without_credentials(), plain);
    }
}
