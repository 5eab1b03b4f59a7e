//! https in the window: a certificate that is refused, the choice to go on, what was agreed on, and both layers of bytes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use rustls::{ServerConnection, StreamOwned};

use super::ca::{Leaf, Offer, authority, config, finish, self_signed};
use super::*;

/// A server that answers each of `count` connections with a page, or sees it end in the handshake.
pub fn pages(identity: super::ca::Identity, count: usize) -> SocketAddr {
    let config = config(identity, Offer::default());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = move || {
        for _ in 0..count {
            let (stream, _) = listener.accept().unwrap();
            let mut peer = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            if peer.read(&mut [0; 4096]).is_ok() {
                peer.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nsecured")
                    .unwrap();
                finish(&mut peer);
            }
        }
    };
    thread::Builder::new().name("pages".to_owned()).spawn(serve).unwrap();
    address
}

#[test]
fn a_certificate_that_is_refused_can_be_accepted_for_one_run_and_stays_marked() {
    let address = pages(self_signed(&Leaf::valid(&["127.0.0.1"]), false), 3);
    let mut window = Window::open(Setup::default());
    window.asks(&format!("https://{address}/"));
    window.until_text("the certificate is refused");
    window.click("TLS");
    assert!(window.harness.query_all_by_label_contains("vouches for itself").count() > 1);
    assert!(window.harness.query_by_label("SHA-256 fingerprint").is_some(), "the certificate is shown");
    window.click("Connect anyway, this once");
    window.until("the page arrives", Window::complete);
    window.until_text("The certificate of 127.0.0.1 is NOT trusted");
    assert!(window.harness.query_by_label("TLS 1.3").is_some());
    assert!(window.harness.query_by_label_contains("CERTIFICATE NOT TRUSTED").is_some());
    window.click("Run again");
    window.until_text("the certificate is refused");
    assert!(window.harness.query_by_label_contains("is NOT trusted").is_none(), "it held for one run");
}

#[test]
fn with_a_named_root_the_page_is_shown_and_both_layers_of_bytes() {
    let root = authority("root");
    let address = pages(root.valid(&["127.0.0.1"]), 1);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pem");
    std::fs::write(&file, root.pem()).unwrap();
    let mut window = Window::open(Setup::default());
    window
        .harness
        .get_by_role_and_label(Role::TextInput, "Address")
        .set_text_value_accesskit(&format!("https://{address}/"));
    window.step();
    window.step();
    let field = window.harness.get_by_role_and_label(Role::TextInput, "Extra root");
    field.set_text_value_accesskit(file.to_str().unwrap());
    window.step();
    window.step();
    window.click("Run");
    window.until("the page arrives", Window::complete);
    window.until_text("secured");
    assert!(window.harness.query_all_by_label_contains("TLS handshake").count() >= 2, "its calls are marked");
    window.click("TLS");
    assert!(window.harness.query_by_label("certificate verified").is_some());
    assert!(window.harness.query_by_label("with close_notify").is_some());
    window.click("Bytes");
    window.until_text("48 54 54 50 2f 31 2e 31");
    window.click("Encrypted");
    window.until_text("0 16 03 03");
    assert!(window.harness.query_by_label_contains("48 54 54 50 2f 31 2e 31").is_none());
    window.click("Timing");
    assert_eq!(super::timing::names(&window), ["Resolve", "Connect", "TLS", "Send", "Wait", "Receive"]);
}

#[test]
fn without_tls_nothing_speaks_of_it() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    assert!(window.harness.query_by_label("TLS").is_none());
    assert!(window.harness.query_by_label("Extra root").is_none());
}
