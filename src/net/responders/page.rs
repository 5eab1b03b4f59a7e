//! The built-in page: answers any GET with it, and closes. The page's picture has a path of its own.

use super::http::{Body, Reply, Request, Service, converse};
use crate::net::{Responder, Responding, Wire};

/// The page.
pub const PAGE: &[u8] = include_bytes!("../../../assets/page.html");
/// The picture in it.
const PICTURE: &[u8] = include_bytes!("../../../assets/picture.svg");
const PICTURE_PATH: &[u8] = b"/picture.svg";

/// The responder.
pub struct Page;

impl Responder for Page {
    fn serve(&self, wire: &mut Wire) -> Responding {
        converse(wire, self)
    }
}

impl Service for Page {
    fn answer(&self, request: &Request<'_>) -> Reply {
        let (kind, bytes) = match request.target {
            PICTURE_PATH => ("image/svg+xml", PICTURE),
            _ => ("text/html; charset=utf-8", PAGE),
        };
        Reply::ok(Body::Bytes(bytes.into())).field("Content-Type", kind)
    }

    fn answers_once(&self) -> bool {
        true
    }
}
