//! The arguments of `serve`.

use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::cli::parse::{pause, size, time};
use crate::net::responders::ResponderKind;
use crate::net::{ConnectionLimit, Cut, CutAction, Dribble, Faults, KEEP, Overflow, ServeMode};
use crate::settings::ServerOption;

/// The arguments of `serve`.
#[derive(Args, Debug)]
pub struct ServeArguments {
    /// What to answer
    #[arg(value_parser = responder())]
    pub responder: ResponderKind,
    /// For files: the folder; for canned: the file with the reply; for relay: where to, as HOST:PORT, or as an http:// or https:// URL without a path
    pub what: Option<String>,
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:9999")]
    pub bind: String,
    /// How many connections may wait to be accepted [default: 5 for hello, 4096 for others]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=65_535))]
    pub backlog: Option<u32>,
    /// How long hello waits before each answer, in seconds
    #[arg(long, value_name = "S", default_value = "1", value_parser = pause)]
    pub pause: Duration,
    /// Serve files whose names begin with a dot, too
    #[arg(long)]
    pub hidden: bool,
    /// How many bytes each recv asks for
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub recv_size: u32,
    /// Close a connection whose recv has waited so long, in seconds
    #[arg(long, value_name = "S", value_parser = time)]
    pub idle: Option<Duration>,
    /// Serve at most N connections at a time; the next ones wait in the backlog
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub most: Option<u32>,
    /// With --most: reset those that are too many
    #[arg(long, requires = "most")]
    pub refuse: bool,
    /// Serve connections on the thread that accepts, one after the other
    #[arg(long)]
    pub one_thread: bool,
    /// Keep so many bytes of each direction of a connection, such as 64K or 16M; what comes after is counted
    #[arg(long, value_name = "SIZE", default_value_t = KEEP, value_parser = size)]
    pub keep: u64,
    /// What goes wrong on purpose.
    #[command(flatten)]
    pub faults: FaultArguments,
    /// Tell the events as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Tell only where it listens and what fails
    #[arg(long, short, conflicts_with = "json")]
    pub quiet: bool,
}

/// Faults on purpose.
#[derive(Args, Debug)]
#[command(next_help_heading = "Faults on purpose")]
pub struct FaultArguments {
    /// Wait before each accept, in seconds
    #[arg(long, value_name = "S", value_parser = pause)]
    pub delay_accept: Option<Duration>,
    /// Wait before the first byte of a reply, in seconds
    #[arg(long, value_name = "S", value_parser = pause)]
    pub delay_first: Option<Duration>,
    /// Wait before closing, in seconds
    #[arg(long, value_name = "S", value_parser = pause)]
    pub delay_close: Option<Duration>,
    /// Send replies N bytes at a time, with a pause of MS milliseconds between
    #[arg(long, value_name = "N/MS", value_parser = dribble)]
    pub dribble: Option<Dribble>,
    /// Cut what is sent on a connection after K bytes, then: close, reset, stall, or a pause in seconds
    #[arg(long, value_name = "K:THEN", value_parser = cut)]
    pub cut: Option<Cut>,
    /// Promise N bytes more in Content-Length than there are, or fewer with a minus: none if there are no more than N
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 0)]
    pub length_off_by: i64,
    /// Send bodies in HTTP chunks of N bytes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub chunk_size: Option<u32>,
    /// Close each connection without a recv
    #[arg(long, conflicts_with = "never_answer")]
    pub close_unread: bool,
    /// Receive, and never answer
    #[arg(long)]
    pub never_answer: bool,
}

impl FaultArguments {
    /// The faults that they ask for.
    pub fn faults(&self) -> Faults {
        Faults {
            mode: match (self.close_unread, self.never_answer) {
                (true, _) => ServeMode::CloseUnread,
                (false, true) => ServeMode::NeverAnswer,
                (false, false) => ServeMode::Serve,
            },
            before_accept: self.delay_accept.unwrap_or_default(),
            before_first_byte: self.delay_first.unwrap_or_default(),
            before_close: self.delay_close.unwrap_or_default(),
            dribble: self.dribble,
            cut: self.cut,
            length_off_by: self.length_off_by,
            chunk_size: self.chunk_size,
        }
    }
}

impl ServeArguments {
    /// The bound on the number of connections.
    pub fn bound(&self) -> Option<ConnectionLimit> {
        let then = if self.refuse { Overflow::Refuse } else { Overflow::Wait };
        self.most.map(|connections| ConnectionLimit { connections, then })
    }
}

/// What an option is called on the command line; `None`: it is none there.
pub fn flag(option: ServerOption) -> Option<&'static str> {
    use ServerOption as O;
    Some(match option {
        O::CloseUnread => "--close-unread",
        O::NeverAnswer => "--never-answer",
        O::BeforeAccept => "--delay-accept",
        O::BeforeFirstByte => "--delay-first",
        O::BeforeClose => "--delay-close",
        O::Dribble => "--dribble",
        O::Cut => "--cut",
        O::LengthOff => "--length-off-by",
        O::ChunkSize => "--chunk-size",
        O::RecvSize => "--recv-size",
        O::Idle => "--idle",
        O::Backlog => "--backlog",
        O::Most => "--most",
        O::OneThread => "--one-thread",
        O::Keep => "--keep",
        O::Pause => "--pause",
        O::Hidden => "--hidden",
        O::ReuseAddress | O::NoDelay | O::KeepAlive | O::OnlyV6 => return None,
        O::Linger | O::SendBuffer | O::ReceiveBuffer => return None,
    })
}

/// Reads the name of a responder that the command line offers.
fn responder() -> impl TypedValueParser<Value = ResponderKind> {
    let offered = ResponderKind::ALL.into_iter().filter_map(|kind| Some((kind, kind.info().help?)));
    PossibleValuesParser::new(offered.map(|(kind, help)| PossibleValue::new(kind.name()).help(help)))
        .try_map(|name| ResponderKind::ALL.into_iter().find(|kind| kind.name() == name).ok_or("no responder"))
}

fn dribble(text: &str) -> Result<Dribble, String> {
    let parts = text.split_once('/').and_then(|(bytes, pause)| Some((bytes.parse().ok()?, pause.parse().ok()?)));
    match parts {
        Some((bytes, milliseconds)) if bytes > 0 => Ok(Dribble { bytes, every: Duration::from_millis(milliseconds) }),
        _ => Err("bytes and milliseconds, such as 1/100".into()),
    }
}

fn cut(text: &str) -> Result<Cut, String> {
    let parts = text.split_once(':').and_then(|(after, then)| {
        let then = match then {
            "close" => CutAction::Close,
            "reset" => CutAction::Reset,
            "stall" => CutAction::Stall,
            seconds => CutAction::Pause(pause(seconds).ok()?),
        };
        Some(Cut { after: after.parse().ok()?, then })
    });
    parts.ok_or_else(|| "bytes and what comes then, such as 100:reset or 100:2.5".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::responders::FormKind;
    use crate::settings::Language;
    use crate::words::Words;

    #[test]
    fn help_words_and_docs_name_every_responder() {
        let mut command = ServeArguments::augment_args(clap::Command::new("serve"));
        let help = command.render_long_help().to_string();
        let (cli, lessons) = (include_str!("../../../docs/CLI.md"), include_str!("../../../docs/LESSONS.md"));
        for kind in ResponderKind::ALL {
            let name = kind.name();
            for language in [Language::English, Language::Chinese] {
                for key in [format!("responder-{name}"), format!("responder-{name}-hint")] {
                    assert_ne!(Words::new(language).text(&key), key, "{language:?}");
                }
            }
            let is_offered = kind.info().help.is_some();
            assert_eq!(help.contains(&format!("- {name}:")), is_offered, "{help}");
            assert_eq!(
                cli.contains(&format!("| `{name}")) || cli.contains(&format!(", `{name}`")),
                is_offered,
                "{name}"
            );
            // A scene has no folder.
            assert!(kind.info().form == FormKind::Folder || lessons.contains(&format!(" {name}")), "{name}");
        }
    }

    #[test]
    fn faults_are_read_from_the_command_line() {
        assert_eq!(dribble("2/30"), Ok(Dribble { bytes: 2, every: Duration::from_millis(30) }));
        for text in ["", "2", "0/1", "2/", "a/b", "-1/2"] {
            assert!(dribble(text).is_err(), "{text}");
        }
        for (text, then) in [
            ("7:close", CutAction::Close),
            ("7:reset", CutAction::Reset),
            ("7:stall", CutAction::Stall),
            ("7:1.5", CutAction::Pause(Duration::from_millis(1500))),
        ] {
            assert_eq!(cut(text), Ok(Cut { after: 7, then }));
        }
        for text in ["", "7", "7:", "x:close", "7:-1", "7:later"] {
            assert!(cut(text).is_err(), "{text}");
        }
    }
}
