//! The client side of TLS without a socket: the caller puts in the bytes of recv, and sends the bytes that come out.
//!
//! In scope: the handshake, encryption and decryption, the identity that the certificates give the peer, and the data about them that are
//! shown. Out of scope: sockets, threads, and clocks other than the one by which certificates are checked; client certificates; session
//! resumption and early data, which would make one run differ from the next.
//!
//! Follows RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2), RFC 6066 §3 (server name), RFC 7301 (ALPN), RFC 5280 (certificates) and
//! RFC 9110 §4.3.4 (the certificate of a server for an https address).

mod certificate;
mod certificate_fault;
mod client;
mod date;
mod der;
mod facts;
mod failure;
mod name;
mod plain_text;
mod protocol_check;
mod record;
mod roots;
mod verifier;

pub use certificate::{Certificate, NAMES_MAX};
pub use certificate_fault::CertificateFault;
pub use client::{Tls, TlsEnd, TlsOptions, TlsProgress};
pub use date::Date;
pub use facts::{TlsFacts, Trust};
pub use failure::TlsFailure;
pub use name::TEXT_MAX;
pub use roots::extra_roots;
pub use rustls::pki_types::CertificateDer;
