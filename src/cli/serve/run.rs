//! `socketscope serve`: listen and answer until interrupted, and print every call.

use std::io::{self, Write};

use super::arguments::{ServeArguments, flag};
use crate::capture::{Clock, DiskQuota, Ended, Event, Session, SocketId};
use crate::cli::exit::Exit;
use crate::cli::output::{EventOutput, JsonOutput, Stream, Streams, TextOutput, WatchEnd, WriteError, watch};
use crate::net::responders::FormKind;
use crate::net::{Engine, ListenError, Pace, ServerSpec, Serving, listen_address_and_port};
use crate::settings::{ServerForm, ServerOption, Written};
use crate::view::visible;
use crate::words::{Arg, Words};

/// Runs the command, with its temporary files on `disk`.
pub fn serve(arguments: &ServeArguments, disk: DiskQuota, words: &Words) -> Exit {
    let Some(streams) = Streams::start_or_say(words) else { return Exit::Failed };
    let mut exit = run(arguments, disk, words, &streams);
    if let (Err(WriteError::Failed(error)), Exit::Done) = (streams.out.finish(), exit) {
        exit = streams.err.stdout_failed(words, &error, STDOUT_FAILED);
    }
    // If stderr is gone, the exit status still says it.
    let _ = streams.err.finish();
    exit
}

fn run(arguments: &ServeArguments, disk: DiskQuota, words: &Words, streams: &Streams) -> Exit {
    let complain = |text: &str, exit| streams.err.complain(text, exit);
    let address = match listen_address_and_port(&arguments.bind) {
        Ok(address) => address,
        Err(ListenError::Address) => {
            let parts = [("address", Arg::from(visible(&arguments.bind).into_owned()))];
            return complain(&words.with("bind-wrong", parts), Exit::Usage);
        }
        Err(error) => return complain(&words.listen_error(&error), Exit::Usage),
    };
    let is_named = !arguments.what.as_deref().unwrap_or_default().trim().is_empty();
    if let Some(key) = needs(arguments).filter(|_| !is_named) {
        return complain(&words.text(key), Exit::Usage);
    }
    let serving = match serving(arguments, words) {
        Ok(serving) => serving,
        Err(error) => return complain(&error, Exit::Usage),
    };
    let spec = ServerSpec {
        address,
        backlog: arguments.backlog.unwrap_or_else(|| arguments.responder.info().backlog),
        serving,
        on_accepting_thread: arguments.one_thread,
        limit: arguments.bound(),
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
    // Nobody looks back at what has been written, and memory that is freed at once is in the cache when it is used again.
    session.closed_max = CLOSED_MAX;
    let out = streams.out.clone();
    let began = clock.now();
    let output: Box<dyn EventOutput> = if arguments.json {
        Box::new(JsonOutput::new(words, out, began))
    } else if arguments.quiet {
        Box::new(QuietOutput { words, out })
    } else {
        let mut story = TextOutput::new(words, out, began);
        story.names_connections = true;
        Box::new(story)
    };
    let mut output = OpenAddressWarning { output, words, err: &streams.err };
    let end = watch(&mut session, 0, &reports, (&mut output, streams), || handle.stop());
    let ended = session.listener.as_ref().and_then(|listener| listener.thread.ended);
    match (end, ended) {
        (WatchEnd::Interrupted, _) => Exit::Done,
        (WatchEnd::OutputFailed(error), _) => streams.err.stdout_failed(words, &error, STDOUT_FAILED),
        (_, Some((_, Ended::Failed))) => Exit::NoConnection,
        _ => Exit::Failed,
    }
}

/// What is said, and the status, if stdout can't be written.
const STDOUT_FAILED: (&str, Exit) = ("stdout-failed-told", Exit::Failed);

/// How many closed connections are kept, among them the one whose events are being written.
const CLOSED_MAX: usize = 4;

/// How the arguments ask connections to be served: as a form that is filled in would. An option that would change nothing is refused.
fn serving(arguments: &ServeArguments, words: &Words) -> Result<Serving, String> {
    let what = arguments.what.clone().unwrap_or_default();
    let mut form = ServerForm::default().answering(arguments.responder);
    form.pause = arguments.pause.as_secs_f32();
    form.hidden = arguments.hidden;
    form.recv_size = arguments.recv_size;
    form.idle = arguments.idle.map(|time| time.as_secs_f32());
    form.faults = arguments.faults.faults();
    form.on_accepting_thread = arguments.one_thread;
    form.most = arguments.bound();
    check(arguments, &form, words)?;
    form.canned.written = Written::File;
    form.folder.clone_from(&what);
    form.canned.file.clone_from(&what);
    form.relay = what;
    let opened = form.on_disk().map(|named| named.open()).transpose();
    let opened = opened.map_err(|failure| words.failure(&failure).to_string())?;
    form.serving(opened.as_ref()).map_err(|error| words.form_error(&error))
}

/// Refuses what would change nothing, naming both that and what it goes not with.
fn check(arguments: &ServeArguments, form: &ServerForm, words: &Words) -> Result<(), String> {
    let responder = form.responder.name();
    if let (Some(what), None) = (&arguments.what, needs(arguments)) {
        let parts = [("what", Arg::from(visible(what).into_owned())), ("responder", Arg::from(responder))];
        return Err(words.with("serve-takes-nothing", parts));
    }
    for option in ServerOption::ALL.into_iter().filter(|option| form.asks_for(*option)) {
        if let (Some(no_effect), Some(name)) = (form.no_effect(option), flag(option)) {
            let other = no_effect.because_of().and_then(flag).unwrap_or(responder);
            let (other, why) = (Arg::from(other), Arg::from(words.no_effect(no_effect)));
            return Err(words.with("option-unfit", [("option", Arg::from(name)), ("other", other), ("why", why)]));
        }
    }
    Ok(())
}

/// What is said if the folder, file or address that the responder needs is not named; `None`: the responder needs none.
fn needs(arguments: &ServeArguments) -> Option<&'static str> {
    match arguments.responder.info().form {
        FormKind::Folder => Some("serve-folder-missing"),
        FormKind::Canned => Some("serve-file-missing"),
        FormKind::Relay => Some("serve-target-missing"),
        FormKind::Empty | FormKind::Pause | FormKind::Rules => None,
    }
}

/// Writes as `output` does, and on stderr that the server can be reached by other machines, once it can.
struct OpenAddressWarning<'a> {
    output: Box<dyn EventOutput + 'a>,
    words: &'a Words,
    err: &'a Stream,
}

impl EventOutput for OpenAddressWarning<'_> {
    fn accepts(&self, event: &Event) -> bool {
        self.output.accepts(event)
    }

    fn write_events(&mut self, session: &Session, place: SocketId, events: &[Event]) -> io::Result<()> {
        for event in events {
            if let Event::Listening(address) = event
                && !address.ip().is_loopback()
            {
                let parts = [("address", Arg::from(address.to_string()))];
                self.err.complain(&self.words.with("server-open-to-others", parts), Exit::Done);
            }
        }
        self.output.write_events(session, place, events)
    }
}

/// Writes where a server listens and what fails, and nothing else.
struct QuietOutput<'a, W> {
    words: &'a Words,
    out: W,
}

impl<W: Write> EventOutput for QuietOutput<'_, W> {
    fn accepts(&self, event: &Event) -> bool {
        matches!(event, Event::Listening(_) | Event::Failed(_))
    }

    fn write_events(&mut self, _: &Session, _: SocketId, events: &[Event]) -> io::Result<()> {
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
