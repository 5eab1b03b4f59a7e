//! Certificates good and bad, each on a real connection, refused and accepted all the same.

use super::support::ca::{Authority, Identity, Leaf, ONLY_12, ONLY_13, Offer, authority, ponger, self_signed};
use super::support::client::{Outcome, converse, options};
use socketscope::tls::{CertificateDer, CertificateFault, TlsEnd, TlsFailure, Trust};

const HOST: &str = "test.example";
const BUFFER: usize = 16 * 1024;

fn ask(identity: Identity, name: &str, roots: &[CertificateDer<'static>], accept_invalid: bool) -> Outcome {
    let server = ponger(identity, Offer::default());
    let outcome = converse(server.address, options(name, roots, accept_invalid), b"ping", BUFFER);
    server.join();
    outcome
}

fn is_answered(outcome: &Outcome) -> Trust {
    assert_eq!(outcome.result, Ok(TlsEnd::CloseNotify));
    assert_eq!(outcome.plain, b"pong");
    assert_eq!(outcome.dones, 1);
    outcome.facts.clone().unwrap().trust
}

/// Refused with `wanted`; accepted when the user chose so, with the same faults.
fn is_refused(make: impl Fn() -> Identity, name: &str, roots: &[CertificateDer<'static>], wanted: &[&str]) -> Outcome {
    let accepted = ask(make(), name, roots, true);
    let Trust::AcceptedAnyway(faults) = is_answered(&accepted) else { panic!("verified: {accepted:?}") };
    assert_eq!(faults.iter().map(CertificateFault::name).collect::<Vec<_>>(), wanted);
    let refused = ask(make(), name, roots, false);
    assert_eq!(refused.faults(), wanted);
    assert!(refused.plain.is_empty() && refused.facts.is_none() && refused.dones == 0);
    refused
}

fn faults(outcome: &Outcome) -> &[CertificateFault] {
    match &outcome.result {
        Err(TlsFailure::Certificate { faults, certificates, detail }) => {
            assert!(!certificates.is_empty() && !detail.is_empty());
            faults
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_expired_certificate_is_not_blamed_for_what_others_were_before_their_time() {
    let root = authority("root");
    let renewed = || root.intermediate_from("renewed", (2022, 1, 1)).leaf(&Leaf::expired(&[HOST]));
    is_refused(renewed, HOST, &[root.der()], &["expired"]);
}

#[test]
fn a_certificate_of_a_named_root_is_verified() {
    let root = authority("root");
    let identity = root.valid(&["*.sub.example", "test.example", "127.0.0.1"]);
    let der = identity.chain[0].to_vec();
    let outcome = ask(identity, HOST, &[root.der()], false);
    assert_eq!(is_answered(&outcome), Trust::Verified);
    let facts = outcome.facts.unwrap();
    assert_eq!(facts.certificates.len(), 1);
    let own = &facts.certificates[0];
    assert_eq!((own.subject.as_str(), own.issuer.as_str()), ("CN=leaf", "CN=root"));
    assert_eq!(own.names, ["*.sub.example", "test.example", "127.0.0.1"]);
    assert_eq!(own.der, der);
    assert!(!own.self_issued);
    assert_eq!(own.not_after.unwrap().to_string(), "2099-01-01T00:00:00Z");
    // Nothing to accept: the choice changes nothing.
    let accepted = ask(root.valid(&[HOST]), HOST, &[root.der()], true);
    assert_eq!(is_answered(&accepted), Trust::Verified);
}

#[test]
fn an_expired_certificate_is_refused() {
    let root = authority("root");
    let outcome = is_refused(|| root.leaf(&Leaf::expired(&[HOST])), HOST, &[root.der()], &["expired"]);
    let [CertificateFault::Expired { not_after: Some(end) }] = faults(&outcome) else { panic!("{outcome:?}") };
    assert_eq!(end.to_string(), "2021-01-01T00:00:00Z");
}

#[test]
fn a_certificate_before_its_time_is_refused() {
    let root = authority("root");
    let outcome = is_refused(|| root.leaf(&Leaf::early(&[HOST])), HOST, &[root.der()], &["not-yet-valid"]);
    let [CertificateFault::NotYetValid { not_before: Some(begin) }] = faults(&outcome) else { panic!("{outcome:?}") };
    assert_eq!(begin.to_string(), "2098-01-01T00:00:00Z");
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let root = authority("root");
    let outcome = is_refused(|| root.valid(&["a.example", "10.0.0.1"]), HOST, &[root.der()], &["wrong-name"]);
    let [CertificateFault::WrongName { wanted, names }] = faults(&outcome) else { panic!("{outcome:?}") };
    assert_eq!((wanted.as_str(), names.as_slice()), (HOST, &["a.example".to_owned(), "10.0.0.1".to_owned()][..]));
}

#[test]
fn a_self_signed_certificate_is_refused_unless_it_is_named() {
    for is_ca in [false, true] {
        let root = authority("root");
        is_refused(|| self_signed(&Leaf::valid(&[HOST]), is_ca), HOST, &[root.der()], &["self-signed"]);
        let identity = self_signed(&Leaf::valid(&[HOST]), is_ca);
        let own = identity.chain[0].clone();
        assert_eq!(is_answered(&ask(identity, HOST, &[own], false)), Trust::Verified, "is_ca: {is_ca}");
        // To be named is not to be good for everything.
        let identity = self_signed(&Leaf::expired(&["other.org"]), is_ca);
        let own = identity.chain[0].clone();
        assert_eq!(ask(identity, HOST, &[own], false).faults(), ["expired", "wrong-name"]);
    }
}

#[test]
fn the_certificate_of_an_authority_is_refused_without_a_name_of_the_library() {
    let root = authority("root");
    let outcome = is_refused(|| root.leaf_that_is_one(&[HOST]), HOST, &[root.der()], &["of-authority"]);
    let Err(TlsFailure::Certificate { detail, .. }) = &outcome.result else { panic!("{outcome:?}") };
    assert_eq!(detail, "invalid peer certificate: ca used as end entity");
}

#[test]
fn a_stranger_s_certificate_is_refused() {
    let (root, stranger) = (authority("root"), authority("stranger"));
    let outcome = is_refused(|| stranger.valid(&[HOST]), HOST, &[root.der()], &["unknown-issuer"]);
    assert_eq!(faults(&outcome), [CertificateFault::UnknownIssuer { missing_intermediate: true }]);
    let between = stranger.intermediate("between");
    let outcome = is_refused(|| between.valid(&[HOST]), HOST, &[root.der()], &["unknown-issuer"]);
    assert_eq!(faults(&outcome), [CertificateFault::UnknownIssuer { missing_intermediate: false }]);
}

#[test]
fn a_forger_who_takes_the_root_s_name_is_refused() {
    let (root, forger) = (authority("root"), authority("root"));
    let outcome = ask(forger.valid(&[HOST]), HOST, &[root.der()], false);
    let fault = faults(&outcome);
    let unknown = CertificateFault::UnknownIssuer { missing_intermediate: false };
    assert!(fault == [CertificateFault::BadSignature] || fault == [unknown], "{fault:?}");
}

#[test]
fn the_certificate_between_must_be_sent() {
    let root = authority("root");
    let between = root.intermediate("between").intermediate("nearer");
    let outcome = ask(between.valid(&[HOST]), HOST, &[root.der()], false);
    assert_eq!(is_answered(&outcome), Trust::Verified);
    assert_eq!(outcome.facts.unwrap().certificates.len(), 3);
    let alone = |authority: &Authority| {
        let mut identity = authority.valid(&[HOST]);
        identity.chain.truncate(1);
        identity
    };
    let outcome = is_refused(|| alone(&between), HOST, &[root.der()], &["unknown-issuer"]);
    assert_eq!(faults(&outcome), [CertificateFault::UnknownIssuer { missing_intermediate: true }]);
}

#[test]
fn an_address_is_a_name() {
    let root = authority("root");
    for (name, inside) in [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1")] {
        let outcome = ask(root.valid(&[inside]), name, &[root.der()], false);
        assert_eq!(is_answered(&outcome), Trust::Verified, "{name}");
        assert_eq!(outcome.facts.unwrap().sni, None);
    }
    is_refused(|| root.valid(&["127.0.0.2"]), "127.0.0.1", &[root.der()], &["wrong-name"]);
}

#[test]
fn every_fault_is_told() {
    let (root, stranger) = (authority("root"), authority("stranger"));
    let wanted = ["unknown-issuer", "expired", "wrong-name"];
    is_refused(|| stranger.leaf(&Leaf::expired(&["other.org"])), HOST, &[root.der()], &wanted);
    let wanted = ["self-signed", "not-yet-valid", "wrong-name"];
    is_refused(|| self_signed(&Leaf::early(&["other.org"]), true), HOST, &[root.der()], &wanted);
    is_refused(|| root.leaf(&Leaf::expired(&["other.org"])), HOST, &[root.der()], &["expired", "wrong-name"]);
}

#[test]
fn whoever_has_not_the_key_is_refused_even_if_faults_are_accepted() {
    let root = authority("root");
    for accept_invalid in [false, true] {
        for versions in [ONLY_12, ONLY_13] {
            let (shown, held) = (root.valid(&[HOST]), root.valid(&[HOST]));
            let offer = Offer { versions, ..Offer::default() };
            let server = ponger(Identity { chain: shown.chain, key: held.key }, offer);
            let outcome = converse(server.address, options(HOST, &[root.der()], accept_invalid), b"ping", BUFFER);
            assert!(matches!(outcome.result, Err(TlsFailure::HandshakeSignature(_))), "{outcome:?}");
            assert!(outcome.plain.is_empty());
            server.join();
        }
    }
}
