//! The forms as they are filled in, and their way to what `net` is asked to do.
//!
//! In scope: their first contents, what can be used and what can't. Out of scope: how that is told.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::capture::{Failure, HexError, hex_bytes, typed_path};
use crate::net::responders::{RuleError, UnknownGroup};
use crate::net::{
    ClientSpec, LineEnd, ListenError, Pace, RECV_SIZE_MAX, ReceiveUntil, SocketOptions, Target, TargetError,
    TypedError, local_address, request_text, with_line_ends,
};

/// The longest time that can be set, in seconds: a day.
const SECONDS_MAX: f32 = 86_400.0;
/// The shortest time-out, in seconds.
const SECONDS_MIN: f32 = 0.001;
/// The longest pause, in seconds.
pub(super) const PAUSE_MAX: f32 = 60.0;

/// Why a form can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormError {
    /// The address to connect to is none.
    Target(TargetError),
    /// The address to listen on is none.
    Listen(ListenError),
    /// The address to relay to has more than a host and a port: a path, or a user name.
    RelayAsks,
    /// The receive size is not from 1 byte to 1 MiB.
    RecvSize,
    /// A time-out is not from a millisecond to a day.
    Timeout,
    /// No folder is named whose files are to be served.
    NoFolder,
    /// No file is named that holds the canned reply.
    NoCannedFile,
    /// The body is no hex.
    BodyHex(HexError),
    /// The canned reply is no hex.
    CannedHex(HexError),
    /// A file or folder can't be used.
    Failure(Failure),
    /// The local address is none.
    Local(ListenError),
    /// A rule can't be used.
    Rule {
        /// Its number, counted from 1.
        number: usize,
        /// Why.
        why: RuleFault,
    },
}

/// Why a rule can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleFault {
    /// Bytes are typed wrongly.
    Typed(TypedError),
    /// The reply names a group that the expression does not have.
    Group(UnknownGroup),
    /// The regular expression is none.
    Regex(RuleError),
}

/// How bytes are written in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Written {
    /// As text.
    #[default]
    Text,
    /// As hex.
    Hex,
    /// They are those of a file.
    File,
}

/// The part of a body that does not stand in the request's text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BodyForm {
    /// How it is written; text stands in the request's own.
    pub kind: Written,
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
    pub until: ReceiveUntil,
    /// A file of certificates that TLS trusts besides the system's roots; empty: none.
    pub root_file: String,
    /// The address and port that the socket is bound to before it connects, as typed; empty: the system's choice.
    pub local: String,
    /// The options of the socket.
    pub options: SocketOptions,
}

impl Default for ClientForm {
    fn default() -> Self {
        Self::of("www.baidu.com")
    }
}

impl ClientForm {
    /// The form for `address` with the tutorial's request for it.
    pub fn of(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            request: Target::parse(address).map(|target| request_text(&target.request())).unwrap_or_default(),
            line_end: LineEnd::Crlf,
            body: BodyForm::default(),
            recv_size: 1024,
            connect_timeout: 10.0,
            read_timeout: None,
            until: ReceiveUntil::Close,
            root_file: String::new(),
            local: String::new(),
            options: SocketOptions::client(),
        }
    }

    /// What the form asks for.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn spec(&self) -> Result<ClientSpec, FormError> {
        let target = Target::parse(&self.address).map_err(FormError::Target)?;
        let recv_size = checked_recv_size(self.recv_size)?;
        let connect_timeout = seconds(self.connect_timeout)?;
        let read_timeout = self.read_timeout.map(seconds).transpose()?;
        let local = match self.local.trim() {
            "" => None,
            typed => Some(local_address(typed).map_err(FormError::Local)?),
        };
        let mut request = with_line_ends(&self.request, self.line_end);
        if self.body.kind == Written::Hex {
            request.extend(hex_bytes(&self.body.hex).map_err(FormError::BodyHex)?);
        }
        Ok(ClientSpec {
            target,
            request,
            request_file: (self.body.kind == Written::File).then(|| typed_path(&self.body.file)),
            recv_size,
            connect_timeout,
            read_timeout,
            until: self.until,
            root_file: Some(self.root_file.as_str()).filter(|path| !path.trim().is_empty()).map(typed_path),
            accept_invalid: false,
            local,
            options: self.options,
            body_file: None,
            pace: Pace::default(),
        })
    }

    /// The form without a user name and password that were typed in its address: those are not kept.
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
        if checked_recv_size(self.recv_size).is_err() {
            self.recv_size = default.recv_size;
        }
        if seconds(self.connect_timeout).is_err() {
            self.connect_timeout = default.connect_timeout;
        }
        self.read_timeout = self.read_timeout.filter(|limit| seconds(*limit).is_ok());
    }
}

pub(super) fn seconds(value: f32) -> Result<Duration, FormError> {
    let time = Duration::try_from_secs_f32(value).ok().filter(|_| (SECONDS_MIN..=SECONDS_MAX).contains(&value));
    time.ok_or(FormError::Timeout)
}

/// How many bytes each recv asks for.
pub(super) fn checked_recv_size(bytes: u32) -> Result<usize, FormError> {
    let size = usize::try_from(bytes).ok().filter(|size| (1..=RECV_SIZE_MAX).contains(size));
    size.ok_or(FormError::RecvSize)
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
        assert_eq!((spec.local, spec.options), (None, SocketOptions::client()));
    }

    #[test]
    fn what_can_not_be_used_is_refused() {
        let client = |change: fn(&mut ClientForm)| {
            let mut form = ClientForm::default();
            change(&mut form);
            form.spec().err()
        };
        assert_eq!(
            client(|form| form.address = "a b".into()),
            Some(FormError::Target(TargetError::Character { at: 1, character: ' ' }))
        );
        assert_eq!(client(|form| form.recv_size = 0), Some(FormError::RecvSize));
        assert_eq!(client(|form| form.recv_size = 1 << 21), Some(FormError::RecvSize));
        assert_eq!(client(|form| form.connect_timeout = f32::NAN), Some(FormError::Timeout));
        assert_eq!(client(|form| form.read_timeout = Some(-1.0)), Some(FormError::Timeout));
        assert_eq!(client(|form| form.local = "eth0".into()), Some(FormError::Local(ListenError::Address)));
    }

    #[test]
    fn a_password_in_the_address_is_not_kept() {
        let form = ClientForm::of("http://me:secret@example.org/x");
        assert!(form.request.contains("Authorization: Basic bWU6c2VjcmV0"));
        assert_eq!(form.without_credentials(), ClientForm::of("http://example.org/x"));
        let plain = ClientForm::of("http://example.org/x");
        assert_eq!(plain.without_credentials(), plain);
    }
}
