//! Between the chosen bytes and the calls that carried them.

use super::selection::Chosen;
use crate::capture::{Carriers, Connection, Layer, Way};
use crate::http::Span;

/// The number of the call that carried the first of the chosen bytes.
pub fn first_carrier(chosen: Chosen, connection: &Connection) -> Option<u64> {
    let bytes = chosen.bytes?;
    let (number, _) = connection.calls(bytes.layer).carrying(bytes.way, bytes.span.start).ok()??;
    Some(number)
}

/// The chosen bytes as they crossed the socket: what came under TLS, whole records, so those of the calls that carried them.
pub fn lit(chosen: Chosen, connection: Option<&Connection>) -> Option<(Way, Span)> {
    let (bytes, connection) = (chosen.bytes?, connection?);
    if bytes.layer == Layer::Wire || connection.tls.is_none() {
        return Some((bytes.way, bytes.span));
    }
    let plain = connection.calls(Layer::Plain);
    let (first, last) = match Carriers::of(plain, bytes.way, bytes.span, 1).ok()? {
        Carriers::Many(first, last) => (first, last),
        Carriers::Each(all) => (*all.first()?, *all.last()?),
    };
    let wire = |number| connection.track.calls.at(number).ok()?.map(|call| call.span());
    Some((bytes.way, Span::new(wire(first.number)?.start, wire(last.number)?.end)))
}
