//! What happened on the sockets: calls, bytes, messages, failures, and the session that holds them.
//!
//! In scope: the [`Spool`] of each direction, the [`CallLog`], the [`Report`]s by which worker threads tell what they did,
//! and [`Session::apply`], the only place where that changes what the program knows; how a file is opened that was named from outside
//! ([`GivenFile`]). Out of scope: sockets, windows, what is in such files.

mod behind;
mod body;
mod body_sink;
mod call;
mod call_log;
mod call_text;
mod carriers;
mod clock;
mod connection;
mod connections;
mod content;
mod derived;
mod disk;
mod environment;
mod event;
mod failure;
mod filer;
mod follow;
mod frames;
pub mod given_file;
mod guarded;
mod hex;
mod ids;
pub mod kernel;
mod memory;
mod message;
#[cfg(test)]
mod messages_tests;
mod rate;
mod rejection;
mod room;
mod search;
mod session;
mod sieve;
mod spoken;
mod spool;
mod spool_writer;
mod threads;
mod tls_hint;
mod tls_layer;
mod track;
mod turns;
mod verdict;
mod way;

pub use body::{Body, PourError};
pub use body_sink::{BodyFile, Unpacked};
pub use call::{CALL_SIZE, Call, CallKind, Outcome};
pub use call_log::{CallLog, CallLogWriter};
pub use carriers::{Carrier, Carriers};
pub use clock::{Clock, Moment};
pub use connection::{Connection, Direction, State};
pub use connections::Connections;
pub use content::Content;
pub use derived::{Copied, Derived};
pub use disk::{Disk, Headroom, LimitReached, NoRoom, WhyNoRoom};
pub use environment::{temporary_folder, typed_path, variable};
pub use event::{Blocked, Ended, Event, Note, Opened, Progress, Report};
pub use failure::{Cause, Failure, Operation, Subject, SystemError};
pub use follow::{Followed, Follower, Maker, Progressing};
pub use frames::FramePart;
pub use given_file::{GivenFile, Special};
pub use guarded::{guarded, panic_text};
pub use hex::{HexError, hex_bytes};
pub use ids::{ConnectionId, Place, Role, SessionId};
pub use message::Message;
pub use rate::{BUCKETS_MAX, Bucket, Burst, Columns, Rate};
pub use rejection::{Reason, Rejection};
pub use search::{HITS_MAX, Hit, Hits, PATTERN_MAX, Pattern, PatternError, REGEX_HIT_MAX, Search, Searched};
pub use session::{CLOSED_MAX, KEPT_MAX, Listener, Session, Traffic};
pub use sieve::{Ending, Filter, Kinds, Outcomes, Scope, Sieve, Sieved, SievedRow, Sifting};
pub use spoken::Spoken;
pub use spool::Spool;
pub use spool_writer::{MEMORY_MAX, SpoolWriter};
pub use threads::{start_scoped, start_thread, threads_max};
pub use tls_layer::{TlsEvent, TlsLayer};
pub use track::Track;
pub use turns::{Turn, Turns};
pub use verdict::Verdict;
pub use way::{Layer, Way};
