//! A client's socket loop around the TLS machine, as the program has one.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use socketscope::tls::{CertificateDer, Tls, TlsEnd, TlsFacts, TlsFailure, TlsOptions};

/// What became of a connection.
#[derive(Debug)]
pub struct Outcome {
    pub result: Result<TlsEnd, TlsFailure>,
    pub facts: Option<TlsFacts>,
    pub plain: Vec<u8>,
    pub beyond: usize,
    /// How often a feed said that the handshake was done.
    pub dones: usize,
}

impl Outcome {
    /// What it was refused for.
    pub fn faults(&self) -> Vec<&'static str> {
        match &self.result {
            Err(TlsFailure::Certificate { faults, .. }) => faults.iter().map(|fault| fault.name()).collect(),
            other => panic!("not refused for a certificate: {other:?}"),
        }
    }
}

pub fn options(name: &str, roots: &[CertificateDer<'static>], accept_invalid: bool) -> TlsOptions {
    TlsOptions { server_name: name.to_owned(), extra_roots: roots.to_vec(), accept_invalid }
}

/// Sends `request`, receives at most `step` bytes a call until the end, and closes.
pub fn converse(address: SocketAddr, options: TlsOptions, request: &[u8], step: usize) -> Outcome {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut tls = Tls::client(options).unwrap();
    let (mut plain, mut beyond, mut dones) = (Vec::new(), 0, 0);
    let mut wire = vec![0; step];
    send_out(&mut tls, &mut socket);
    let result = loop {
        let count = match socket.read(&mut wire) {
            Ok(count) => count,
            // A server that closes with our bytes unread makes the system reset the connection.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            Err(error) => panic!("recv: {error}"),
        };
        if count == 0 {
            break Ok(tls.ended());
        }
        match tls.feed(&wire[..count], &mut plain) {
            Err(failure) => {
                send_out(&mut tls, &mut socket);
                // The server sees the end only after the alert.
                let _ = socket.shutdown(Shutdown::Write);
                break Err(failure);
            }
            Ok(progress) => {
                beyond += progress.beyond;
                send_out(&mut tls, &mut socket);
                if progress.handshake_done_now {
                    dones += 1;
                    for part in request.chunks(64 * 1024) {
                        tls.send(part).unwrap();
                        send_out(&mut tls, &mut socket);
                    }
                }
            }
        }
    };
    let facts = tls.facts();
    tls.close();
    assert_eq!(tls.send(b"late"), Err(TlsFailure::SendingEnded));
    send_out(&mut tls, &mut socket);
    Outcome { result, facts, plain, beyond, dones }
}

/// A peer that is gone already is found out by recv.
fn send_out(tls: &mut Tls, socket: &mut TcpStream) {
    let mut out = Vec::new();
    tls.take_outgoing(&mut out);
    let _ = socket.write_all(&out);
}
