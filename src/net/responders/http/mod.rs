//! HTTP/1.1 as a server speaks it (RFC 9112): one request after the other on a connection, each checked, answered and drained.
//!
//! In scope: what makes a request invalid, keep-alive, pipelines, Expect, the bounds on bodies, writing replies and the faults that
//! concern them. The requests are read by the connection's record, so what is acted upon is what is shown. Out of scope: what is
//! answered, which is each [`Service`]'s.

mod reply;
mod request;
mod serve_http;

pub use reply::{Body, Reply, http_date};
pub use request::{Request, Status, has_whole_escapes};
pub use serve_http::{drain, serve_http};

/// What answers requests.
pub trait Service: Sync {
    /// The reply to a request that is in order, with GET or HEAD.
    fn answer(&self, request: &Request<'_>) -> Reply;

    /// Whether a connection ends after one request, also after one that is refused.
    fn answers_once(&self) -> bool {
        false
    }
}
