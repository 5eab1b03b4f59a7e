//! What happened on the sockets: calls, bytes, messages, failures, and the session that holds them.
//!
//! In scope: the [`Spool`] of each direction, the [`CallLog`], the [`Report`]s by which worker threads tell what they did,
//! and [`Session::apply`], the only place where that changes what the program knows; how a file is opened that was named from outside
//! ([`GivenFile`]). Out of scope: sockets, windows, what is in such files.

mod bodies;
mod call_list;
mod calls;
mod clock;
mod direction;
mod environment;
mod failure;
pub mod given_file;
mod hex;
mod ids;
mod jobs;
pub mod kernel;
mod search;
mod sessions;
mod spools;
mod system_error;

pub use bodies::{Body, BodyReadError, ChunkPart, Content, DecodedBody, DecodingState};
pub use call_list::{
    CallFilter, CallKinds, CallListJob, CallListRow, CallListSpec, CallListState, CallOutcomes, CallScope,
    OutcomeFilter,
};
pub use calls::{CALL_SIZE, Call, CallKind, CallLog, CallLogWriter, CarryingCall, CarryingCalls, Outcome, Turn, Turns};
pub use clock::{Clock, Moment};
pub use direction::{Direction, StreamLayer};
pub use environment::{temporary_folder, typed_path, variable};
pub use failure::{Cause, Failure, Operation, SpecialFile, Subject};
pub use given_file::GivenFile;
pub use hex::{HexError, hex_bytes};
pub use ids::{ConnectionId, ONWARD_OF, Role, SessionId, SocketId};
pub use jobs::catch_panic::{catch_panic, panic_text};
pub use jobs::threads::{start_scoped, start_thread, threads_max};
pub use jobs::{Follower, FollowerState, JobProgress, Processor};
pub use search::{HITS_MAX, Hit, Hits, PATTERN_MAX, Pattern, PatternError, REGEX_HIT_MAX, Search, SearchProgress};
pub use sessions::{
    BUCKETS_MAX, Bucket, Burst, ByteStream, CLOSED_MAX, Connection, ConnectionState, Connections, Ended, Event,
    KEPT_MAX, Listener, Message, Note, Opened, PendingCall, Progress, Rate, RateColumns, Rejection, RejectionReason,
    ReplyState, Report, Session, ThreadRecord, TlsEvent, TlsLayer, Traffic, TurnTimes,
};
pub use spools::{
    BodyFile, DiskFull, DiskFullReason, DiskQuota, DiskReservation, MEMORY_MAX, QuotaExceeded, Spool, SpoolWriter,
    Unpacked,
};
pub use system_error::SystemError;
