//! The process that decodes a picture: this program, started with an argument that nobody types.
//!
//! In scope: the limits of the process, and reading the picture and writing the answer. Pictures come from strangers, and a file of some
//! hundred bytes can make a decoder ask for any time, memory or stack. Beyond its limits only this process ends. Out of scope: decoding
//! (`view::picture`), and starting and ending the process (see [`PictureDecoder`](crate::ui::PictureDecoder)).

use std::io::{IsTerminal, Read};
use std::panic::catch_unwind;
use std::process::ExitCode;

use crate::capture::panic_text;
use crate::view::{PICTURE_BYTES_MAX, PictureError, picture, write_answer};

/// The argument; the greatest number of pixels a side follows it.
pub(super) const ARGUMENT: &str = "--decode-picture-from-stdin";

/// The address space of the process, in bytes: 1 GiB.
#[cfg(target_os = "linux")]
const MEMORY_MAX: u64 = 1024 * 1024 * 1024;
/// Processor time, in seconds. Who started it ends it earlier; this is for when that is gone.
#[cfg(unix)]
const SECONDS_MAX: u64 = 20;

/// Decodes the picture that comes on stdin, and answers on stdout, if the program was started for that: with its two arguments, and
/// with no terminal at either end. `None` if it was not.
#[must_use]
pub fn decode_picture_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let is_asked = arguments.next().is_some_and(|argument| argument == ARGUMENT);
    let side = arguments.next().filter(|_| is_asked)?.to_str()?.parse().ok()?;
    let is_typed = std::io::stdin().is_terminal() || std::io::stdout().is_terminal();
    (!is_typed).then(|| decode(side))
}

fn decode(side: u32) -> ExitCode {
    let mut bytes = Vec::new();
    let read = bound().and_then(|()| std::io::stdin().take(PICTURE_BYTES_MAX + 1).read_to_end(&mut bytes));
    if read.is_err() {
        return ExitCode::FAILURE;
    }
    let answer = catch_unwind(|| picture(&bytes, side));
    let answer = answer.unwrap_or_else(|panic| Err(PictureError::broken(&panic_text(&*panic))));
    match write_answer(&answer, &mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Bounds what this process may take. Where the system does not count the memory, only the time is bounded.
#[cfg(unix)]
fn bound() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let set = |resource, most: u64| {
        let most = getrlimit(resource).maximum.map_or(most, |allowed| allowed.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
    };
    #[cfg(target_os = "linux")]
    {
        set(Resource::As, MEMORY_MAX)?;
        // The starting process may be killed before it can end this one.
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))?;
    }
    set(Resource::Core, 0)?;
    set(Resource::Cpu, SECONDS_MAX)?;
    Ok(())
}

#[cfg(not(unix))]
fn bound() -> std::io::Result<()> {
    Ok(())
}
