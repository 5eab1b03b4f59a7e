//! A session: its connections, their messages and ends, and the reports that change them.

mod connection;
mod connections;
mod message;
#[cfg(test)]
mod messages_tests;
mod rate;
mod rejection;
mod reply_verdict;
mod report;
mod session;
mod tls_hint;
mod tls_layer;
mod track;
mod turn_times;

pub use connection::{Connection, Direction, State};
pub use connections::Connections;
pub use message::Message;
pub use rate::{BUCKETS_MAX, Bucket, Burst, Columns, Rate};
pub use rejection::{Reason, Rejection};
pub use reply_verdict::Verdict;
pub use report::{Blocked, Ended, Event, Note, Opened, Progress, Report};
pub use session::{CLOSED_MAX, KEPT_MAX, Listener, Session, Traffic};
pub use tls_layer::{TlsEvent, TlsLayer};
pub use track::Track;
pub use turn_times::Spoken;
