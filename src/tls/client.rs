//! One TLS connection of a client, without a socket.
//!
//! In scope: the bytes to send, the bytes received, the end of the connection. Out of scope: the socket and its waiting. Two threads that
//! share a connection must hold one lock from [`Tls::send`] or [`Tls::feed`] until the bytes of [`Tls::take_outgoing`] are sent, because
//! records are numbered and must reach the peer in order.
//!
//! ALPN offers `http/1.1` only. There is no resumption, no early data, no client certificate.

use std::io::{BufRead, Write};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion};

use super::facts::{TlsFacts, Trust};
use super::failure::TlsFailure;
use super::name::bounded;
use super::plain_text::plain_text;
use super::protocol_check::ProtocolCheck;
use super::record::RecordSplitter;
use super::roots::Roots;
use super::verifier::Verifier;

/// The options of a connection.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// The DNS name in its ASCII form, or the address with or without brackets, for which the certificate must be valid.
    pub server_name: String,
    /// Roots that are trusted besides the system's.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// Whether this one connection goes on although the certificates have faults.
    pub accept_invalid: bool,
}

/// What received bytes changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TlsProgress {
    /// Whether these bytes completed the handshake.
    pub handshake_done_now: bool,
    /// Whether the peer has sent close_notify, now or before.
    pub close_notify: bool,
    /// How many of these bytes came after close_notify. They are not read.
    pub beyond: usize,
}

/// What the end of the peer's bytes means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsEnd {
    /// The peer had sent close_notify.
    CloseNotify,
    /// The peer had not sent close_notify: anybody on the way could have cut the connection (RFC 8446 §6.1).
    Truncated,
    /// The handshake was not complete.
    DuringHandshake,
}

/// A TLS connection without a socket.
pub struct Tls {
    connection: ClientConnection,
    verifier: Arc<Verifier>,
    server_name: ServerName<'static>,
    protocol: ProtocolCheck,
    records: RecordSplitter,
    peer_closed: bool,
    closed: bool,
}

impl Tls {
    /// Begins a connection. Its first message can be sent at once. Reads the system's store of roots, which takes some milliseconds. Fails
    /// when the name is no DNS name and no address, or when there are no roots.
    pub fn client(options: TlsOptions) -> Result<Self, TlsFailure> {
        let TlsOptions { server_name, extra_roots, accept_invalid } = options;
        let server_name = read_name(&server_name)?;
        let roots = Roots::load(extra_roots, accept_invalid)?;
        let provider = Arc::new(default_provider());
        let verifier = Arc::new(Verifier::new(roots, &provider, accept_invalid)?);
        let failure = |error: rustls::Error| TlsFailure::of(&error, true);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failure)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::<Verifier>::clone(&verifier))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = Resumption::disabled();
        let mut connection = ClientConnection::new(Arc::new(config), server_name.clone()).map_err(failure)?;
        // The caller bounds the queue: it puts in no more than it then takes out.
        connection.set_buffer_limit(None);
        let (protocol, records) = Default::default();
        Ok(Self { connection, verifier, server_name, protocol, records, peer_closed: false, closed: false })
    }

    /// Appends all bytes that are to be sent now to `out`. Call it after each other call, also after one that failed: there may be an alert
    /// that tells the peer why.
    pub fn take_outgoing(&mut self, out: &mut Vec<u8>) {
        while self.connection.wants_write() {
            // A Vec takes everything.
            if self.connection.write_tls(out).is_err() {
                return;
            }
        }
    }

    /// Reads the bytes of recv, split anywhere, and appends the decrypted ones to `plain`. Error: why the connection can't go on. Bytes
    /// that were decrypted before are in `plain` all the same.
    pub fn feed(&mut self, wire: &[u8], plain: &mut Vec<u8>) -> Result<TlsProgress, TlsFailure> {
        self.protocol.check(wire)?;
        // Bytes that begin no record are not read until their protocol is clear.
        if self.protocol.is_not_tls() {
            return Ok(TlsProgress::default());
        }
        let was_handshaking = self.connection.is_handshaking();
        let mut rest = wire;
        while !rest.is_empty() && !self.peer_closed {
            let (piece, after) = self.records.split(rest);
            rest = after;
            self.take_in(piece, plain)?;
        }
        Ok(TlsProgress {
            handshake_done_now: was_handshaking && !self.connection.is_handshaking(),
            close_notify: self.peer_closed,
            beyond: rest.len(),
        })
    }

    /// Reads no more than the rest of one record.
    fn take_in(&mut self, mut piece: &[u8], plain: &mut Vec<u8>) -> Result<(), TlsFailure> {
        while !piece.is_empty() && !self.peer_closed {
            let handshaking = self.connection.is_handshaking();
            let taken = self.connection.read_tls(&mut piece);
            let taken = taken.map_err(|error| TlsFailure::Protocol(plain_text(&error)))?;
            let processed = self.connection.process_new_packets();
            let state = processed.map_err(|error| {
                let refusal = matches!(error, rustls::Error::InvalidCertificate(_)).then(|| self.verifier.refusal());
                refusal.flatten().unwrap_or_else(|| TlsFailure::of(&error, handshaking))
            })?;
            self.peer_closed = state.peer_has_closed();
            self.drain(plain);
            if taken == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    fn drain(&mut self, plain: &mut Vec<u8>) {
        let mut reader = self.connection.reader();
        // An error means that there is nothing to read now.
        while let Ok(bytes) = reader.fill_buf() {
            let count = bytes.len();
            if count == 0 {
                return;
            }
            plain.extend_from_slice(bytes);
            reader.consume(count);
        }
    }

    /// Encrypts `plain` for [`Tls::take_outgoing`], which takes about as much memory. Before the handshake is complete, `plain` is kept
    /// until then. Fails when the connection has failed before, or [`Tls::close`] was called.
    pub fn send(&mut self, plain: &[u8]) -> Result<(), TlsFailure> {
        if self.closed {
            return Err(TlsFailure::SendingEnded);
        }
        let handshaking = self.connection.is_handshaking();
        self.connection.writer().write_all(plain).map_err(|error| {
            let of_rustls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            match of_rustls {
                Some(rustls::Error::InvalidCertificate(_)) if let Some(refusal) = self.verifier.refusal() => refusal,
                Some(error) => TlsFailure::of(error, handshaking),
                None => TlsFailure::Protocol(plain_text(&error)),
            }
        })
    }

    /// Sends close_notify to the peer. Receiving goes on.
    pub fn close(&mut self) {
        if !self.closed {
            self.closed = true;
            self.connection.send_close_notify();
        }
    }

    /// Whether [`Tls::take_outgoing`] has bytes to take.
    pub fn has_outgoing(&self) -> bool {
        self.connection.wants_write()
    }

    /// Whether the handshake is still under way.
    pub fn is_handshaking(&self) -> bool {
        self.connection.is_handshaking()
    }

    /// What the two ends agreed on, once the handshake is complete.
    pub fn facts(&self) -> Option<TlsFacts> {
        if self.connection.is_handshaking() {
            return None;
        }
        let presented = self.verifier.presented()?;
        let version = match self.connection.protocol_version()? {
            ProtocolVersion::TLSv1_2 => "TLS 1.2",
            ProtocolVersion::TLSv1_3 => "TLS 1.3",
            _ => "TLS",
        };
        let suite = self.connection.negotiated_cipher_suite()?.suite();
        let group = self.connection.negotiated_key_exchange_group().map(|group| group.name());
        let alpn = self.connection.alpn_protocol();
        Some(TlsFacts {
            version,
            // rustls has names of its own for the suites of TLS 1.3.
            suite: suite.as_str().unwrap_or("?").replacen("TLS13_", "TLS_", 1),
            group: group.map(|name| name.as_str().unwrap_or("?").replacen('X', "x", 1)),
            alpn: alpn.map(|name| bounded(&String::from_utf8_lossy(name))),
            sni: match &self.server_name {
                ServerName::DnsName(name) => Some(name.as_ref().trim_end_matches('.').to_owned()),
                _ => None,
            },
            certificates: presented.certificates.clone(),
            trust: match presented.faults.as_slice() {
                [] => Trust::Verified,
                faults => Trust::AcceptedAnyway(faults.to_vec()),
            },
        })
    }

    /// The end of the connection if recv returned 0 now.
    pub fn ended(&self) -> TlsEnd {
        match (self.peer_closed, self.connection.is_handshaking()) {
            (_, true) => TlsEnd::DuringHandshake,
            (true, false) => TlsEnd::CloseNotify,
            (false, false) => TlsEnd::Truncated,
        }
    }
}

fn read_name(text: &str) -> Result<ServerName<'static>, TlsFailure> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    ServerName::try_from(bare).map(|name| name.to_owned()).map_err(|_| TlsFailure::Name(bounded(text)))
}
