//! Arguments, then a window or a headless command.

use std::io::Write;
use std::process::ExitCode;

use socketscope::capture::DiskQuota;
use socketscope::cli::{self, Arguments, Exit, Subcommand};
use socketscope::settings::Language;
use socketscope::ui::{self, NoWindow, Start};
use socketscope::words::{Arg, Words};

fn main() -> ExitCode {
    // Before all else: that process decodes a stranger's picture, and needs nothing of what follows.
    if let Some(code) = ui::decode_picture_if_asked() {
        return code;
    }
    outlive_file_limit();
    let arguments = Arguments::read();
    let system = Language::from_locale(&sys_locale::get_locale().unwrap_or_default());
    let chosen = arguments.lang.map(Language::from);
    let words = Words::new(chosen.unwrap_or(system));
    let limit = arguments.disk_limit;
    let disk = || limit.map_or_else(DiskQuota::default, DiskQuota::limited);
    let exit = match &arguments.command {
        Some(Subcommand::Get(arguments)) => cli::get(arguments, disk(), &words),
        Some(Subcommand::Serve(arguments)) => cli::serve(arguments, disk(), &words),
        Some(Subcommand::Demo) => cli::demo(&words),
        None => window(Start { language: chosen, system, disk_limit: limit }, &words),
    };
    exit.into()
}

/// Writing beyond the largest size of a file (RLIMIT_FSIZE) ends the process with SIGXFSZ, unless somebody catches that: then the write
/// fails with EFBIG, and the file is told.
fn outlive_file_limit() {
    #[cfg(unix)]
    // If it can't be caught, all else is as before.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
}

/// The last part of a reason, without the places in sources that libraries put before it.
fn reason(why: &str) -> &str {
    let why = why.trim().trim_end_matches('.');
    why.rsplit_once(".rs:").and_then(|(_, rest)| rest.split_once(": ")).map_or(why, |(_, rest)| rest)
}

/// The window; where none can be had, the demo in the terminal, so that the main job can be seen on any machine.
fn window(start: Start, words: &Words) -> Exit {
    let Err(NoWindow(why)) = ui::run(start) else { return Exit::Done };
    let remedy = if cfg!(target_os = "linux") { "no-window-display" } else { "no-window-other" };
    let parts = [("why", Arg::from(reason(&why).to_owned())), ("remedy", Arg::from(words.text(remedy)))];
    // If stderr is gone, the demo still tells its story.
    let _ = writeln!(std::io::stderr(), "socketscope: {}\n", words.with("no-window", parts));
    cli::demo(words)
}
