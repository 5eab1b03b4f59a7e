//! A private certificate authority and a TLS server for tests.
//!
//! In scope: certificates good and bad, a server that talks to one client on a real loopback socket. Out of scope: the client.

// Each test program uses a part of it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who signs certificates.
pub struct Authority {
    certificate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
    /// What stands between a leaf and the root, nearest first.
    between: Vec<CertificateDer<'static>>,
}

/// What a leaf is to be: names (DNS or address) and days of validity.
pub struct Leaf<'a> {
    pub names: &'a [&'a str],
    pub from: (i32, u8, u8),
    pub to: (i32, u8, u8),
}

/// What a server proves itself with.
pub struct Identity {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: PrivateKeyDer<'static>,
}

/// A root.
pub fn authority(name: &str) -> Authority {
    let (parameters, key) = (ca_parameters(name), KeyPair::generate().unwrap());
    let certificate = parameters.self_signed(&key).unwrap();
    Authority { certificate, issuer: Issuer::new(parameters, key), between: Vec::new() }
}

impl Authority {
    /// An authority that this one vouches for.
    pub fn intermediate(&self, name: &str) -> Authority {
        self.intermediate_from(name, (2019, 1, 1))
    }

    /// One whose certificate is valid from `from` on.
    pub fn intermediate_from(&self, name: &str, from: (i32, u8, u8)) -> Authority {
        let (mut parameters, key) = (ca_parameters(name), KeyPair::generate().unwrap());
        parameters.not_before = rcgen::date_time_ymd(from.0, from.1, from.2);
        let certificate = parameters.signed_by(&key, &self.issuer).unwrap();
        let between = [certificate.der().clone()].into_iter().chain(self.between.iter().cloned()).collect();
        Authority { certificate, issuer: Issuer::new(parameters, key), between }
    }

    /// A server's certificate with all that stands between it and the root.
    pub fn leaf(&self, leaf: &Leaf<'_>) -> Identity {
        let (parameters, key) = (leaf.parameters(), KeyPair::generate().unwrap());
        let own = parameters.signed_by(&key, &self.issuer).unwrap().der().clone();
        Identity { chain: [own].into_iter().chain(self.between.iter().cloned()).collect(), key: private(&key) }
    }

    /// A server's certificate that is valid now.
    pub fn valid(&self, names: &[&str]) -> Identity {
        self.leaf(&Leaf::valid(names))
    }

    /// A certificate as that of a server, which is made for an authority.
    pub fn leaf_that_is_one(&self, names: &[&str]) -> Identity {
        let (mut parameters, key) = (Leaf::valid(names).parameters(), KeyPair::generate().unwrap());
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Identity { chain: vec![parameters.signed_by(&key, &self.issuer).unwrap().der().clone()], key: private(&key) }
    }

    /// Its certificate.
    pub fn der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    /// Its certificate as it stands in a file.
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }
}

impl<'a> Leaf<'a> {
    /// A leaf that is valid now.
    pub fn valid(names: &'a [&'a str]) -> Self {
        Self { names, from: (2020, 1, 1), to: (2099, 1, 1) }
    }

    /// A leaf that is no longer valid.
    pub fn expired(names: &'a [&'a str]) -> Self {
        Self { names, from: (2020, 1, 1), to: (2021, 1, 1) }
    }

    /// A leaf that is not valid yet.
    pub fn early(names: &'a [&'a str]) -> Self {
        Self { names, from: (2098, 1, 1), to: (2099, 1, 1) }
    }

    fn parameters(&self) -> CertificateParams {
        let mut parameters = parameters("leaf");
        let names = self.names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        parameters.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
        parameters.not_before = rcgen::date_time_ymd(self.from.0, self.from.1, self.from.2);
        parameters.not_after = rcgen::date_time_ymd(self.to.0, self.to.1, self.to.2);
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        parameters
    }
}

/// A certificate that vouches for itself; `is_ca` as the program openssl makes them by default.
pub fn self_signed(leaf: &Leaf<'_>, is_ca: bool) -> Identity {
    let (mut parameters, key) = (leaf.parameters(), KeyPair::generate().unwrap());
    if is_ca {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    Identity { chain: vec![parameters.self_signed(&key).unwrap().der().clone()], key: private(&key) }
}

fn parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters
}

fn ca_parameters(name: &str) -> CertificateParams {
    let mut parameters = parameters(name);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(key.serialize_der().into())
}

/// TLS 1.2 alone,
pub const ONLY_12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
/// and TLS 1.3 alone.
pub const ONLY_13: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];

/// What a server offers besides its certificate.
#[derive(Clone, Copy)]
pub struct Offer {
    pub versions: &'static [&'static SupportedProtocolVersion],
    pub alpn: &'static [&'static str],
}

impl Default for Offer {
    /// Both versions and no ALPN.
    fn default() -> Self {
        Self { versions: rustls::ALL_VERSIONS, alpn: &[] }
    }
}

/// A server's end of a connection.
pub type Peer = StreamOwned<ServerConnection, TcpStream>;

/// A server for one client. Dropping it does not wait; [`Server::join`] does, and passes its panic on.
pub struct Server {
    pub address: SocketAddr,
    thread: JoinHandle<()>,
}

impl Server {
    /// Waits until it has done its work.
    pub fn join(self) {
        self.thread.join().expect("the server has failed");
    }
}

/// Starts a server that accepts one connection and does `work` with it; the socket closes when `work` returns.
pub fn plain_server(work: impl FnOnce(TcpStream) + Send + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accept = move || {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        work(stream);
    };
    Server { address, thread: thread::Builder::new().name("tls server".to_owned()).spawn(accept).unwrap() }
}

/// As [`plain_server`], with TLS. The key need not be that of the certificate.
pub fn server(identity: Identity, offer: Offer, work: impl FnOnce(Peer) + Send + 'static) -> Server {
    let config = config(identity, offer);
    plain_server(move |stream| {
        work(StreamOwned::new(ServerConnection::new(config).unwrap(), stream));
    })
}

/// What a server offers.
pub fn config(identity: Identity, offer: Offer) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = provider.key_provider.load_private_key(identity.key).unwrap();
    let certified = SingleCertAndKey::from(CertifiedKey::new(identity.chain, key));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(offer.versions)
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certified));
    config.alpn_protocols = offer.alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// Says that nothing more will come, as a server should.
pub fn finish(peer: &mut Peer) {
    peer.conn.send_close_notify();
    peer.flush().unwrap();
}

/// Reads until the client has sent so much.
pub fn read_exactly(peer: &mut Peer, count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    peer.read_exact(&mut bytes).unwrap();
    bytes
}

/// A server that answers one request of `b"ping"` with `b"pong"` and ends as it should; a client that goes away is fine.
pub fn ponger(identity: Identity, offer: Offer) -> Server {
    server(identity, offer, |mut peer| {
        let mut request = [0; 4];
        if peer.read_exact(&mut request).is_ok() {
            assert_eq!(&request, b"ping");
            peer.write_all(b"pong").unwrap();
            finish(&mut peer);
        }
    })
}
