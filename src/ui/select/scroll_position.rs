//! Where a panel was scrolled to, so that another one goes along.
//!
//! In scope: the place as a call, which both know. Out of scope: what is chosen (see `selection`).

/// A place in the calls of a connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Going {
    /// The newest stays in view.
    Newest,
    /// This one stands at the top.
    To {
        /// Its number in the log, counted from 0.
        call: u64,
        /// How much of it lies above the view: from 0 up to 1.
        part: f32,
    },
}
