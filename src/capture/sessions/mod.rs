//! A session: its connections, their messages and ends, and the reports that change them.

mod byte_stream;
mod connection;
mod connections;
mod message;
#[cfg(test)]
mod messages_tests;
mod rate;
mod rejection;
mod reply_state;
mod report;
mod session;
mod thread_record;
mod tls_layer;
mod turn_times;

pub use byte_stream::ByteStream;
pub use connection::{Connection, ConnectionState};
pub use connections::Connections;
pub use message::Message;
pub use rate::{BUCKETS_MAX, Bucket, Burst, Rate, RateColumns};
pub use rejection::{Rejection, RejectionReason};
pub use reply_state::ReplyState;
pub use report::{Ended, Event, Note, Opened, PendingCall, Progress, Report};
pub use session::{CLOSED_MAX, KEPT_MAX, Listener, Session, Traffic};
pub use thread_record::ThreadRecord;
pub use tls_layer::{TlsEvent, TlsLayer};
pub use turn_times::TurnTimes;
