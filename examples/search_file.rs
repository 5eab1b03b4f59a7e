//! Searches a file as the window does, for `benches/compare.py`: a spool that holds its bytes, and the job that searches it.
//!
//! `search_file FILE` puts the bytes into a spool and says `ready`. Then each line of standard input is one search, `KIND PATTERN`
//! with KIND `text`, `case` (a text in any case), `hex` or `regex`, and is answered with the number of hits and the seconds that it
//! took, from the start of its thread to the last hit.

use std::fs::File;
use std::io::{self, BufRead as _, Read as _, Write as _};
use std::time::Instant;

use crossbeam_channel::bounded;
use socketscope::capture::{Pattern, PatternError, Search, Spool, SpoolWriter};

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_default();
    let spool = spool_of(&mut File::open(path)?)?;
    let mut out = io::stdout();
    writeln!(out, "ready")?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (kind, text) = line.split_once(' ').unwrap_or_default();
        let pattern = pattern(kind, text).map_err(io::Error::other)?;
        let (hits, seconds) = search(&spool, pattern)?;
        writeln!(out, "{hits} {seconds:.6}")?;
        out.flush()?;
    }
    Ok(())
}

fn spool_of(file: &mut File) -> io::Result<Spool> {
    let (mut writer, spool) = SpoolWriter::temporary();
    let mut piece = vec![0; 1024 * 1024];
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            writer.finish()?;
            return Ok(spool);
        }
        writer.append(piece.get(..count).unwrap_or_default())?;
    }
}

fn pattern(kind: &str, text: &str) -> Result<Pattern, PatternError> {
    match kind {
        "hex" => Pattern::hex(text),
        "regex" => Pattern::regex(text, false),
        _ => Pattern::text(text, encoding_rs::UTF_8, kind == "case"),
    }
}

fn search(spool: &Spool, pattern: Pattern) -> io::Result<(usize, f64)> {
    let (bell, rung) = bounded(1);
    let begun = Instant::now();
    let wake = move || {
        let _ = bell.try_send(());
    };
    let search = Search::start(spool.clone(), 0, pattern, wake).map_err(io::Error::other)?;
    search.set_end(spool.len(), true);
    loop {
        let progress = search.progress();
        if let Some(failure) = progress.failure {
            return Err(io::Error::other(failure));
        }
        if progress.is_over {
            return Ok((progress.hits.len(), begun.elapsed().as_secs_f64()));
        }
        rung.recv().map_err(io::Error::other)?;
    }
}
