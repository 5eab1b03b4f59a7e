//! The exporter of a body: as it was received, without its framing, or without its codings.
//!
//! In scope: which name its file gets. Out of scope: producing the bytes (`capture::Body`).

use std::sync::Arc;

use super::bytes::Export;
use super::name::{NameSources, suggested_name};
use crate::capture::{Body, Connection, Direction, Message};
use crate::decode::{Coding, Stage, codings_of};
use crate::http::StartLine;
use crate::view::visible_bytes;

/// The body that is looked at.
pub struct SelectedBody<'a> {
    /// The connection that it came over.
    pub connection: &'a Connection,
    /// Its message; `None`: the bytes are no HTTP, and all of them are saved.
    pub message: Option<&'a Message>,
    /// The bytes.
    pub body: Body,
    /// How far they are unpacked.
    pub stage: Stage,
    /// Whether all of them are there and can be unpacked.
    pub is_whole: bool,
    /// Whether the body turned out not to be in its coding.
    pub is_uncoded: bool,
    /// The host that was asked, without its port; empty: nobody asked.
    pub host: String,
    /// Where the bytes come from (see [`region`](crate::decode::region)).
    pub region: Option<String>,
    /// Reads the first bytes of the unpacked body, as far as they are there.
    pub start: Box<dyn Fn() -> Vec<u8> + 'a>,
}

/// The file of `selected`.
pub(super) fn export(selected: &SelectedBody<'_>) -> Export {
    let bytes = Arc::new(selected.body.clone());
    Export { file_name: file_name(selected), is_part: !selected.is_whole, bytes }
}

/// A name by the fields of the message, the path that was asked for, and the host.
fn file_name(selected: &SelectedBody<'_>) -> String {
    let head = selected.message.map(|message| &message.head);
    let codings =
        selected.message.and_then(|message| codings_of(&message.head, message.framing).ok()).unwrap_or_default();
    let is_decoded = selected.stage == Stage::Decoded && !selected.is_uncoded;
    suggested_name(&NameSources {
        disposition: head.and_then(|head| head.field("content-disposition")),
        path: &requested_path(selected.connection),
        host: &selected.host,
        content_type: head.and_then(|head| head.field("content-type")),
        coding_suffix: match selected.stage {
            Stage::Decoded => None,
            Stage::Framed => codings.last().copied().map(Coding::suffix),
            Stage::Wire => Some(".chunked"),
        },
        undone: if is_decoded { &codings } else { &[] },
        start: &(selected.start)(),
        region: selected.region.as_deref(),
        incomplete: !selected.is_whole,
    })
}

/// The path that the client asked for, as the newest request has it; `/` without a request.
fn requested_path(connection: &Connection) -> String {
    let messages = Direction::BOTH.into_iter().flat_map(|direction| connection.stream(direction).messages.iter().rev());
    let mut targets = messages.filter_map(|message| match &message.head.start_line {
        StartLine::Request { target, .. } => Some(visible_bytes(message.head.text(*target))),
        StartLine::Response { .. } => None,
    });
    targets.next().unwrap_or_else(|| "/".into())
}
