//! `socketscope serve`: listen and answer until interrupted, and tell every call.

use std::io::{self, Write};

use super::exit::Exit;
use super::get::{complain, streams};
use super::json::Json;
use super::serve_args::{ResponderName, ServeArguments};
use super::story::Story;
use super::streams::Streams;
use super::watch::{Teller, Watched, watch};
use crate::capture::{Clock, Disk, Ended, Event, Place, Session};
use crate::net::{Engine, ListenError, Pace, ServerSpec, Serving, listen_address_and_port};
use crate::settings::{DraftError, ResponderKind, ServerDraft, Written};
use crate::view::visible;
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn serve(arguments: &ServeArguments, disk: Disk, words: &Words) -> Exit {
    let Some(streams) = streams(words) else { return Exit::Failed };
    let exit = run(arguments, disk, words, &streams);
    // What could not be told any more changes nothing in what became of it.
    let _ = (streams.out.finish(), streams.err.finish());
    exit
}

fn run(arguments: &ServeArguments, disk: Disk, words: &Words, streams: &Streams) -> Exit {
    let complain = |text: &str, exit| complain(&streams.err, text, exit);
    let address = match listen_address_and_port(&arguments.bind) {
        Ok(address) => address,
        Err(ListenError::Address) => {
            let parts = [("address", Arg::from(visible(&arguments.bind).into_owned()))];
            return complain(&words.with("bind-wrong", parts), Exit::Usage);
        }
        Err(error) => return complain(&words.listen_error(&error), Exit::Usage),
    };
    if !address.ip().is_loopback() {
        let parts = [("address", Arg::from(address.to_string()))];
        complain(&words.with("server-open-to-others", parts), Exit::Done);
    }
    let serving = match serving(arguments) {
        Ok(serving) => serving,
        Err(error) => return complain(&words.draft_error(&error), Exit::Usage),
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
    let mut teller: Box<dyn Teller> = if arguments.json {
        Box::new(Json::new(words, out, began))
    } else if arguments.quiet {
        Box::new(Quiet { words, out })
    } else {
        let mut story = Story::new(words, out, began);
        story.names_connections = true;
        Box::new(story)
    };
    let watched = watch(&mut session, 0, &reports, (&mut *teller, streams), || handle.stop());
    let ended = session.listener.as_ref().and_then(|listener| listener.track.ended);
    match (watched, ended) {
        (Watched::Interrupted, _) => Exit::Done,
        (_, Some((_, Ended::Failed))) => Exit::NoConnection,
        _ => Exit::Failed,
    }
}

/// So many closed connections are kept, the one that is being told of among them.
const CLOSED_MAX: usize = 4;

/// How the arguments ask connections to be served: as a form that is filled in would.
fn serving(arguments: &ServeArguments) -> Result<Serving, DraftError> {
    let what = arguments.what.clone().unwrap_or_default();
    let mut draft = ServerDraft::default().answering(kind(arguments.responder));
    draft.pause = arguments.pause as f32;
    draft.hidden = arguments.hidden;
    draft.recv_size = arguments.recv_size;
    draft.idle = arguments.idle.map(|seconds| seconds as f32);
    draft.faults = arguments.faults.faults();
    draft.canned.written = Written::File;
    draft.folder.clone_from(&what);
    draft.canned.file.clone_from(&what);
    draft.relay = what;
    let opened = draft.on_disk().map(|named| named.open()).transpose().map_err(DraftError::Failure)?;
    draft.serving(opened.as_ref())
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

/// Tells where a server listens and what fails, and nothing else.
struct Quiet<'a, W> {
    words: &'a Words,
    out: W,
}

impl<W: Write> Teller for Quiet<'_, W> {
    fn tells(&self, event: &Event) -> bool {
        matches!(event, Event::Listening(_) | Event::Failed(_))
    }

    fn tell(&mut self, _: &Session, _: Place, events: &[Event]) -> io::Result<()> {
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
