//! Where the Calls list or the ladder stands, so that the other one can stand there, too.
//!
//! In scope: the place as a call, which both know. Out of scope: which of them was scrolled (see `selection`).

/// A place in the calls of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScrollPosition {
    /// The newest stays in view.
    Newest,
    /// A call stands at the top:
    /// its number in the log, counted from 0.
    Call(u64),
}
