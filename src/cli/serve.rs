//! `socketscope serve`: listen and answer until interrupted, and tell every call.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use super::args::{ResponderName, ServeArguments};
use super::exit::Exit;
use super::json::Json;
use super::story::Story;
use super::watch::{Teller, Watched, watch};
use crate::capture::{Clock, Ended};
use crate::net::{Engine, ResponderChoice, ServerSpec};
use crate::words::Words;

/// Runs the command.
pub fn serve(arguments: &ServeArguments, words: &Words) -> Exit {
    let choice = match arguments.responder {
        ResponderName::Hello => ResponderChoice::Hello,
        ResponderName::Page => ResponderChoice::Page,
    };
    let pause = Duration::from_secs_f64(arguments.pause);
    let spec = ServerSpec { address: arguments.bind, backlog: arguments.backlog, responder: choice.responder(pause) };
    let clock = Clock::start();
    let (engine, reports) = Engine::new(clock, || {});
    let (handle, mut session) = match engine.server(spec) {
        Ok(started) => started,
        Err(failure) => {
            // If stderr is gone, the exit status still says it.
            let _ = writeln!(io::stderr(), "socketscope: {}", words.failure(&failure));
            return Exit::Failed;
        }
    };
    let out = BufWriter::new(io::stdout());
    let began = clock.now();
    let mut teller: Box<dyn Teller> = if arguments.json {
        Box::new(Json::new(words, out, began))
    } else {
        let mut story = Story::new(words, out, began);
        story.names_connections = true;
        Box::new(story)
    };
    let watched = watch(&mut session, 0, &reports, &mut *teller, || handle.stop());
    let ended = session.listener.as_ref().and_then(|listener| listener.track.ended);
    match (watched, ended) {
        (Watched::Interrupted, _) => Exit::Done,
        (_, Some((_, Ended::Failed))) => Exit::NoConnection,
        _ => Exit::Failed,
    }
}
