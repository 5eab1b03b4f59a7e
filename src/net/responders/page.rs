//! The built-in page: answers any GET with it, and closes. The page's picture has a path of its own.

use std::sync::Arc;

use super::http::{Body, Reply, Request, Service, serve_http};
use super::info::{Replies, ResponderInfo};
use super::setup::FormKind;
use crate::net::{BACKLOG, Exchange, Responder, ServeResult};

/// The page.
pub const PAGE: &[u8] = include_bytes!("../../../assets/page.html");
/// The picture in it.
pub const PICTURE: &[u8] = include_bytes!("../../../assets/picture.svg");
/// Its path.
pub const PICTURE_PATH: &str = "/picture.svg";

pub(super) static INFO: ResponderInfo = ResponderInfo {
    help: Some("The built-in page, to any GET"),
    form: FormKind::Empty,
    replies: Replies::Http,
    no_delay: true,
    backlog: BACKLOG,
    build: |_, _| Some(Arc::new(Page)),
};

/// The responder.
pub struct Page;

impl Responder for Page {
    fn serve(&self, exchange: &mut Exchange) -> ServeResult {
        serve_http(exchange, self)
    }
}

impl Service for Page {
    fn answer(&self, request: &Request<'_>) -> Reply {
        let (kind, bytes) = if request.target == PICTURE_PATH.as_bytes() {
            ("image/svg+xml", PICTURE)
        } else {
            ("text/html; charset=utf-8", PAGE)
        };
        Reply::ok(Body::Bytes(bytes.into())).field("Content-Type", kind)
    }

    fn answers_once(&self) -> bool {
        true
    }
}
