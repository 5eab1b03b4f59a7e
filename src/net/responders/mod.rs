//! What servers do with their connections: one responder a file.
//!
//! In scope: the tutorial's Hello and page, the small services of old (RFC 862, 863, 867), files over HTTP, canned replies, rules,
//! nothing at all so that a person answers, and a relay. Each recv asks for as many bytes as the server's form says. Out of scope:
//! faults (the [`Exchange`](super::Exchange) carries them out) and options of sockets.

mod canned;
mod daytime;
mod discard;
mod echo;
mod files;
mod hello;
mod http;
mod info;
mod manual;
mod on_disk;
mod page;
mod relay;
mod rules;
mod setup;
mod table;

pub use canned::Canned;
pub use daytime::Daytime;
pub use discard::Discard;
pub use echo::Echo;
pub use files::Files;
pub use hello::Hello;
pub use info::{Replies, ResponderInfo};
pub use manual::Manual;
pub use on_disk::OnDisk;
pub use page::{PAGE, PICTURE, PICTURE_PATH, Page};
pub use relay::Relay;
pub use rules::Rules;
pub use rules::reply_template::{Piece, Typed, UnknownGroup, pieces};
pub use rules::rule::{Expression, Pattern, Rule, RuleError};
pub use setup::{FormKind, Opened, ReplySource, Setup, When};
pub use table::ResponderKind;
