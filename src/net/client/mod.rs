//! The client: one connection, from a target to its end.
//!
//! In scope: what the user asks for and where it leads, connecting, the request, redirects. Out of scope: what the reply means.

mod authority;
mod connector;
mod redirect;
mod request_text;
mod resolve;
mod run;
mod spec;
mod typed_bytes;
mod url_target;

pub use authority::TargetError;
pub use connector::Connector;
pub use redirect::{REDIRECTS_MAX, Redirect};
pub use request_text::RequestText;
pub use run::{ClientHandle, start};
pub use spec::{CONNECT_TIMEOUT, ClientSpec, ReceiveUntil};
pub use typed_bytes::{LineEnd, TypedError, escaped_bytes, request_text, with_line_ends};
pub use url_target::Target;
