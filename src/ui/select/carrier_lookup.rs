//! Between the chosen bytes and the calls that carried them.

use super::selection::Chosen;
use crate::capture::{CarryingCalls, Connection, Direction, StreamLayer};
use crate::http::Span;

/// The number of the call that carried the first of the chosen bytes.
pub fn first_carrier(chosen: Chosen, connection: &Connection) -> Option<u64> {
    let bytes = chosen.bytes?;
    let (number, _) = connection.calls(bytes.layer).carrying(bytes.direction, bytes.span.start).ok()??;
    Some(number)
}

/// The chosen bytes as they crossed the socket: what came under TLS, whole records, so those of the calls that carried them.
pub fn on_wire(chosen: Chosen, connection: Option<&Connection>) -> Option<(Direction, Span)> {
    let (bytes, connection) = (chosen.bytes?, connection?);
    if bytes.layer == StreamLayer::Wire || connection.tls.is_none() {
        return Some((bytes.direction, bytes.span));
    }
    let plain = connection.calls(StreamLayer::Plain);
    let (first, last) = match CarryingCalls::of(plain, bytes.direction, bytes.span, 1).ok()? {
        CarryingCalls::Many(first, last) => (first, last),
        CarryingCalls::Each(all) => (*all.first()?, *all.last()?),
    };
    let wire = |number| connection.thread.calls.at(number).ok()?.map(|call| call.span());
    Some((bytes.direction, Span::new(wire(first.number)?.start, wire(last.number)?.end)))
}
