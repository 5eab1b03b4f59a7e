//! The most that a scene may ask for: a few lines must not become gigabytes, nor thousands of threads.
//!
//! In scope: the numbers. A thing that is repeated counts each time. Out of scope: where the bounds are checked (see `scene_reader`).

use super::scene_error::{Bound, SceneFault};

/// The servers of a scene.
pub const SERVERS: Bound = Bound::count("server", 32);
/// The clients of a scene.
pub const CLIENTS: Bound = Bound::count("client", 32);
/// The steps of a scene.
pub const STEPS: Bound = Bound::count("steps", 500);
/// The claims of a scene.
pub const CLAIMS: Bound = Bound::count("claims", 100);
/// The answers to choose from.
pub const CHOICES: Bound = Bound::count("choices", 32);
/// The words whose explanation leads to a scene.
pub const WORDS: Bound = Bound::count("words", 100);
/// The figures in an answer.
pub const ANSWER_FIGURES: Bound = Bound::count("answer", 100);
/// The bytes of a name.
pub const NAME: Bound = Bound::bytes("name", 64);
/// The bytes of a text to read, in one language.
pub const TEXT: u64 = 16 * 1024;
/// The replies of all servers together, each as often as `times` says.
pub const REPLIES: Bound = Bound::bytes("reply × times", 1024 * 1024);
/// The requests of all clients together.
pub const REQUESTS: Bound = Bound::bytes("request", 1024 * 1024);
/// The sends of all steps together, each as often as `times` says.
pub const SENDS: Bound = Bound::count("send × times", 100_000);
/// The bytes of these sends.
pub const SENT: Bound = Bound::bytes("send × times", 64 * 1024 * 1024);
/// The longest time, in milliseconds: a day.
pub const MILLISECONDS: u64 = 86_400_000;

impl Bound {
    /// At most `most` of `key`.
    pub const fn count(key: &'static str, most: u64) -> Self {
        Self { key, most, is_bytes: false }
    }

    /// At most `most` bytes of `key`.
    pub const fn bytes(key: &'static str, most: u64) -> Self {
        Self { key, most, is_bytes: true }
    }

    /// Checks that `asked` is within the bound.
    ///
    /// # Errors
    /// When `asked` is more.
    pub fn check(self, asked: u64) -> Result<(), SceneFault> {
        if asked <= self.most { Ok(()) } else { Err(SceneFault::TooMuch(self)) }
    }

    /// Adds `more` to `asked`, and checks that the sum is within the bound.
    ///
    /// # Errors
    /// When the sum is more.
    pub fn add(self, asked: &mut u64, more: u64) -> Result<(), SceneFault> {
        *asked = asked.saturating_add(more);
        self.check(*asked)
    }
}
