//! Where the Calls list or the ladder stands, so that the other one can stand there, too.
//!
//! In scope: the place as a call, which both know. Out of scope: which of them was scrolled (see `selection`).

/// A place in the calls of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScrollPosition {
    /// The newest stays in view.
    Newest,
    /// A call stands at the top.
    Call {
        /// The number of the call in the log, counted from 0.
        call: u64,
        /// The part of its row that lies above the view: from 0 up to 1.
        part: f32,
    },
}
