//! A client: resolve, connect, send a request, receive the reply, follow redirects.

mod authority;
mod connector;
mod redirect;
mod request_text;
mod resolve;
pub mod run;
pub mod typed_bytes;
mod url_target;

pub use connector::Connector;
pub use redirect::{REDIRECTS_MAX, Redirect};
pub use request_text::RequestText;
pub use run::ClientHandle;
pub use typed_bytes::{LineEnd, TypedError};
pub use url_target::{Target, TargetError};
