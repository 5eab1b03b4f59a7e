//! `socketscope serve`: listen and answer until interrupted, and tell every call.

use std::io::{self, Write};

use super::arguments::{ResponderName, ServeArguments, flag};
use crate::capture::{Clock, DiskQuota, Ended, Event, Session, SocketId};
use crate::cli::exit::Exit;
use crate::cli::get::run::{complain, streams};
use crate::cli::output::watch::watch;
use crate::cli::output::{Json, Story, Stream, Streams, Teller, Unwritten, Watched};
use crate::net::{Engine, ListenError, Pace, ServerSpec, Serving, listen_address_and_port};
use crate::settings::{ResponderKind, ServerDraft, ServerOption, Written};
use crate::view::visible;
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn serve(arguments: &ServeArguments, disk: DiskQuota, words: &Words) -> Exit {
    let Some(streams) = streams(words) else { return Exit::Failed };
    let mut exit = run(arguments, disk, words, &streams);
    if let (Err(Unwritten::Failed(error)), Exit::Done) = (streams.out.finish(), exit) {
        exit = untold(&streams.err, words, &error);
    }
    // If stderr is gone, the exit status still says it.
    let _ = streams.err.finish();
    exit
}

fn run(arguments: &ServeArguments, disk: DiskQuota, words: &Words, streams: &Streams) -> Exit {
    let complain = |text: &str, exit| complain(&streams.err, text, exit);
    let address = match listen_address_and_port(&arguments.bind) {
        Ok(address) => address,
        Err(ListenError::Address) => {
            let parts = [("address", Arg::from(visible(&arguments.bind).into_owned()))];
            return complain(&words.with("bind-wrong", parts), Exit::Usage);
        }
        Err(error) => return complain(&words.listen_error(&error), Exit::Usage),
    };
    if let Some(key) = missing(arguments) {
        return complain(&words.text(key), Exit::Usage);
    }
    let serving = match serving(arguments, words) {
        Ok(serving) => serving,
        Err(error) => return complain(&error, Exit::Usage),
    };
    let spec = ServerSpec {
        address,
        backlog: arguments.backlog.unwrap_or_else(|| kind(arguments.responder).usual_backlog()),
        serving,
        on_accepting_thread: arguments.one_thread,
        most: arguments.bound(),
        keep: arguments.keep,
        pace: Pace::default(),
    };
    let clock = Clock::start();
    let (engine, reports) = Engine::new(clock, || {});
    let engine = engine.keeping_on(disk);
    let (handle, mut session) = match engine.server(spec) {
        Ok(started) => started,
        Err(failure) => {
            return complain(&words.failure(&failure).to_string(), Exit::Failed);
        }
    };
    // Nobody looks back at what has been told, and what is let go of at once is warm when it is used again.
    session.closed_max = CLOSED_MAX;
    let out = streams.out.clone();
    let began = clock.now();
    let teller: Box<dyn Teller> = if arguments.json {
        Box::new(Json::new(words, out, began))
    } else if arguments.quiet {
        Box::new(Quiet { words, out })
    } else {
        let mut story = Story::new(words, out, began);
        story.names_connections = true;
        Box::new(story)
    };
    let mut teller = Warning { teller, words, err: &streams.err };
    let watched = watch(&mut session, 0, &reports, (&mut teller, streams), || handle.stop());
    let ended = session.listener.as_ref().and_then(|listener| listener.thread.ended);
    match (watched, ended) {
        (Watched::Interrupted, _) => Exit::Done,
        (Watched::Unheard(error), _) => untold(&streams.err, words, &error),
        (_, Some((_, Ended::Failed))) => Exit::NoConnection,
        _ => Exit::Failed,
    }
}

/// Nobody can be told any more what the server does; a reader that has gone away on purpose needs no words.
pub fn untold(err: &Stream, words: &Words, error: &io::Error) -> Exit {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Exit::Failed;
    }
    complain(err, &words.with("stdout-failed-told", [("system", Arg::from(error.to_string()))]), Exit::Failed)
}

/// So many closed connections are kept, the one that is being told of among them.
const CLOSED_MAX: usize = 4;

/// How the arguments ask connections to be served: as a form that is filled in would. An option that would change nothing is refused.
fn serving(arguments: &ServeArguments, words: &Words) -> Result<Serving, String> {
    let what = arguments.what.clone().unwrap_or_default();
    let mut draft = ServerDraft::default().answering(kind(arguments.responder));
    draft.pause = arguments.pause as f32;
    draft.hidden = arguments.hidden;
    draft.recv_size = arguments.recv_size;
    draft.idle = arguments.idle.map(|seconds| seconds as f32);
    draft.faults = arguments.faults.faults();
    draft.on_accepting_thread = arguments.one_thread;
    draft.most = arguments.bound();
    check(arguments, &draft, words)?;
    draft.canned.written = Written::File;
    draft.folder.clone_from(&what);
    draft.canned.file.clone_from(&what);
    draft.relay = what;
    let opened = draft.on_disk().map(|named| named.open()).transpose();
    let opened = opened.map_err(|failure| words.failure(&failure).to_string())?;
    draft.serving(opened.as_ref()).map_err(|error| words.draft_error(&error))
}

/// Refuses what would change nothing, naming both that and what it goes not with.
fn check(arguments: &ServeArguments, draft: &ServerDraft, words: &Words) -> Result<(), String> {
    let responder = draft.responder.name();
    let takes_more = matches!(draft.responder, ResponderKind::Files | ResponderKind::Canned | ResponderKind::Relay);
    if let Some(what) = arguments.what.as_ref().filter(|_| !takes_more) {
        let parts = [("what", Arg::from(visible(what).into_owned())), ("responder", Arg::from(responder))];
        return Err(words.with("serve-takes-nothing", parts));
    }
    for option in ServerOption::ALL.into_iter().filter(|option| draft.asks_for(*option)) {
        if let (Some(unfit), Some(name)) = (draft.unfit(option), flag(option)) {
            let other = unfit.because_of().and_then(flag).unwrap_or(responder);
            let (other, why) = (Arg::from(other), Arg::from(words.unfit(unfit)));
            return Err(words.with("option-unfit", [("option", Arg::from(name)), ("other", other), ("why", why)]));
        }
    }
    Ok(())
}

/// What is said if the responder needs something that is not named.
fn missing(arguments: &ServeArguments) -> Option<&'static str> {
    let key = match arguments.responder {
        ResponderName::Files => "serve-folder-missing",
        ResponderName::Canned => "serve-file-missing",
        ResponderName::Relay => "serve-target-missing",
        _ => return None,
    };
    Some(key).filter(|_| arguments.what.as_deref().unwrap_or_default().trim().is_empty())
}

/// What it is called in a form.
fn kind(responder: ResponderName) -> ResponderKind {
    match responder {
        ResponderName::Hello => ResponderKind::Hello,
        ResponderName::Page => ResponderKind::Page,
        ResponderName::Echo => ResponderKind::Echo,
        ResponderName::Discard => ResponderKind::Discard,
        ResponderName::Daytime => ResponderKind::Daytime,
        ResponderName::Files => ResponderKind::Files,
        ResponderName::Canned => ResponderKind::Canned,
        ResponderName::Relay => ResponderKind::Relay,
    }
}

/// Tells as another teller does, and on stderr that a server can be reached by others, once it can.
struct Warning<'a> {
    teller: Box<dyn Teller + 'a>,
    words: &'a Words,
    err: &'a Stream,
}

impl Teller for Warning<'_> {
    fn tells(&self, event: &Event) -> bool {
        self.teller.tells(event)
    }

    fn tell(&mut self, session: &Session, socket: SocketId, events: &[Event]) -> io::Result<()> {
        for event in events {
            if let Event::Listening(address) = event
                && !address.ip().is_loopback()
            {
                let parts = [("address", Arg::from(address.to_string()))];
                complain(self.err, &self.words.with("server-open-to-others", parts), Exit::Done);
            }
        }
        self.teller.tell(session, socket, events)
    }
}

/// Tells where a server listens and what fails, and nothing else.
struct Quiet<'a, W> {
    words: &'a Words,
    out: W,
}

impl<W: Write> Teller for Quiet<'_, W> {
    fn tells(&self, event: &Event) -> bool {
        matches!(event, Event::Listening(_) | Event::Failed(_))
    }

    fn tell(&mut self, _: &Session, _: SocketId, events: &[Event]) -> io::Result<()> {
        for event in events {
            match event {
                Event::Listening(address) => {
                    let parts = [("address", Arg::from(address.to_string()))];
                    writeln!(self.out, "{}", self.words.with("listening-on", parts))?;
                }
                Event::Failed(failure) => writeln!(self.out, "{}", self.words.failure(failure))?,
                _ => continue,
            }
            self.out.flush()?;
        }
        Ok(())
    }
}
