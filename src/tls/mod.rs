//! The client side of TLS without a socket: the caller feeds what recv brought and sends what is to go out.
//!
//! In scope: the handshake, encryption and decryption, whom the peer's certificates make it, and what there is to show about
//! all that. Out of scope: sockets, threads and clocks other than the one certificates are checked by; client certificates;
//! session resumption and early data, which would make one run differ from the next.
//!
//! Follows RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2), RFC 6066 §3 (server name), RFC 7301 (ALPN), RFC 5280 (certificates) and
//! RFC 9110 §4.3.4 (what makes a server's certificate the right one for an https address).

mod alert;
mod certificate;
mod client;
mod date;
mod facts;
mod failure;
mod fault;
mod name;
mod opening;
mod record;
mod roots;
mod spelled;
mod verifier;

pub use certificate::{Certificate, NAMES_MAX};
pub use client::{Progress, Tls, TlsEnd, TlsOptions};
pub use date::Date;
pub use facts::{TlsFacts, Trust};
pub use failure::TlsFailure;
pub use fault::CertificateFault;
pub use name::TEXT_MAX;
pub use roots::extra_roots;
pub use rustls::pki_types::CertificateDer;
