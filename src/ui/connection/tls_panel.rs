//! The TLS tab: what the handshake agreed on, and the certificates of the server.
//!
//! Out of scope: the bytes (see the Bytes tab), and going on with a certificate that was refused, which the client's run offers.

use egui::{Label, RichText, ScrollArea, Ui};

use crate::capture::{Cause, Connection, Direction, Moment, TlsLayer};
use crate::tls::{Certificate, CertificateFault, TlsFacts, TlsFailure, Trust};
use crate::ui::kit::widgets::{empty, more};
use crate::ui::kit::{UiContext, strong};
use crate::view::visible;
use crate::words::Arg;

/// The most certificates that are shown; a server may send ten thousand that are none.
const CERTIFICATES_MAX: usize = 100;

/// Draws the TLS of `connection`, with times since `since`.
pub fn show(ui: &mut Ui, cx: &UiContext<'_>, connection: &Connection, since: Moment) {
    let refused = refusal(connection);
    let Some(tls) = connection.tls.as_ref().filter(|tls| tls.done.is_some() || refused.is_some()) else {
        return empty(ui, &cx.text("tls-empty"), cx.tokens);
    };
    ScrollArea::both().id_salt("tls").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().interact_size.y = 0.0;
        if let Some((faults, _)) = refused {
            faulty(ui, cx, faults);
        }
        agreed(ui, cx, tls, since);
        let of_facts = tls.done.as_ref().map(|(_, facts)| facts.certificates.as_slice());
        let certificates = of_facts.or(refused.map(|(_, certificates)| certificates)).unwrap_or_default();
        for (number, certificate) in certificates.iter().enumerate().take(CERTIFICATES_MAX) {
            ui.add_space(10.0);
            show_certificate(ui, cx, certificate, number, certificates.len());
        }
        more(ui, cx, certificates.len().saturating_sub(CERTIFICATES_MAX));
    });
}

/// The certificates for which the server was refused, and what is wrong with them.
pub fn refusal(connection: &Connection) -> Option<(&[CertificateFault], &[Certificate])> {
    let Cause::Tls(failure) = &connection.thread.failure.as_ref()?.cause else { return None };
    match &**failure {
        TlsFailure::Certificate { faults, certificates, .. } => Some((faults, certificates)),
        _ => None,
    }
}

/// What is wrong with the certificates that the user accepted all the same.
pub fn accepted(connection: &Connection) -> Option<&[CertificateFault]> {
    let (_, facts) = connection.tls.as_ref()?.done.as_ref()?;
    match &facts.trust {
        Trust::Verified => None,
        Trust::AcceptedAnyway(faults) => Some(faults),
    }
}

fn faulty(ui: &mut Ui, cx: &UiContext<'_>, faults: &[CertificateFault]) {
    for fault in faults {
        ui.colored_label(cx.tokens.error, format!("⚠ {}", cx.words.certificate_fault(fault)));
    }
    ui.add_space(6.0);
}

fn agreed(ui: &mut Ui, cx: &UiContext<'_>, tls: &TlsLayer, since: Moment) {
    if tls.done.is_some() {
        ui.label(strong(cx.text("tls-agreed")));
    }
    egui::Grid::new("tls agreed").num_columns(2).spacing([24.0, 4.0]).min_col_width(150.0).show(ui, |ui| {
        if let Some((at, facts)) = &tls.done {
            rows_of(ui, cx, facts);
            let begun = Arg::from(format!("{:.6}", tls.begun.since(since).as_secs_f64()));
            let took = Arg::from(format!("{:.1}", at.since(tls.begun).as_secs_f64() * 1e3));
            row(ui, cx, "tls-handshake", &cx.words.with("tls-handshake-times", [("begun", begun), ("took", took)]));
        }
        let bytes = |direction| cx.words.bytes(tls.wire(direction).1);
        row(ui, cx, "tls-wire", &format!("↑ {} · ↓ {}", bytes(Direction::Sent), bytes(Direction::Received)));
        if tls.done.is_some() {
            let end = match (tls.ended_unsaid, tls.close_notify) {
                (true, _) => "tls-end-unsaid",
                (false, true) => "tls-end-said",
                (false, false) => "tls-end-open",
            };
            row(ui, cx, "tls-end", &cx.text(end));
        }
    });
}

fn rows_of(ui: &mut Ui, cx: &UiContext<'_>, facts: &TlsFacts) {
    row(ui, cx, "tls-version", facts.version);
    row(ui, cx, "tls-suite", &facts.suite);
    if let Some(group) = &facts.group {
        row(ui, cx, "tls-group", group);
    }
    let or = |value: &Option<String>, key| value.as_deref().map_or_else(|| cx.text(key), |v| visible(v).into_owned());
    row(ui, cx, "tls-alpn", &or(&facts.alpn, "tls-alpn-none"));
    row(ui, cx, "tls-sni", &or(&facts.sni, "tls-sni-none"));
    let colour = if facts.trust == Trust::Verified { cx.tokens.success } else { cx.tokens.error };
    name(ui, cx, "tls-trust");
    // A grid lets texts run out of its panel unless they are told to wrap.
    ui.add(Label::new(strong(cx.words.trust(&facts.trust)).color(colour)).wrap());
    ui.end_row();
}

fn show_certificate(ui: &mut Ui, cx: &UiContext<'_>, certificate: &Certificate, number: usize, count: usize) {
    let numbers = [("number", Arg::from(number as u64 + 1)), ("count", Arg::from(count as u64))];
    let role = cx.text(if number == 0 { "certificate-own" } else { "certificate-issuer-of" });
    ui.label(strong(format!("{} · {role}", cx.words.with("certificate-of", numbers))));
    let date = |date: Option<crate::tls::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let bits = certificate.key_bits.map(|bits| format!(" {bits}")).unwrap_or_default();
    let mut names = certificate.names.join(", ");
    if certificate.names_left_out > 0 {
        let more = [("count", Arg::from(certificate.names_left_out as u64))];
        names = format!("{names} {}", cx.words.with("certificate-names-more", more));
    }
    let rows = [
        ("certificate-subject", certificate.subject.clone()),
        ("certificate-issuer", certificate.issuer.clone()),
        ("certificate-names", names),
        ("certificate-from", date(certificate.not_before)),
        ("certificate-to", date(certificate.not_after)),
        ("certificate-key", format!("{}{bits}", certificate.key_algorithm)),
        ("certificate-signature", certificate.signature_algorithm.clone()),
        ("certificate-serial", certificate.serial.clone()),
        ("certificate-fingerprint", certificate.fingerprint()),
    ];
    let id = ("certificate", number);
    egui::Grid::new(id).num_columns(2).spacing([24.0, 4.0]).min_col_width(150.0).show(ui, |ui| {
        for (key, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            row(ui, cx, key, value);
        }
    });
}

fn name(ui: &mut Ui, cx: &UiContext<'_>, key: &str) {
    ui.weak(cx.text(key));
}

/// Draws a name and a value. What a server wrote is made safe to show.
fn row(ui: &mut Ui, cx: &UiContext<'_>, key: &str, value: &str) {
    name(ui, cx, key);
    ui.label(RichText::new(visible(value)).monospace().color(cx.tokens.text));
    ui.end_row();
}
