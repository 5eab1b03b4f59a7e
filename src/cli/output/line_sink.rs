//! Where the lines of a story go.
//!
//! In scope: handing them out at once, or holding them until those of several workers, whose reports overtake one another, can be
//! put in the order of their moments. Out of scope: what they say.

use std::io::{self, Write};
use std::time::Duration;

/// Takes lines.
pub trait LineSink {
    /// Takes a line, given without its end, about something that happened at `at`.
    fn put(&mut self, at: Duration, line: &str) -> io::Result<()>;

    /// Whatever was put is to be seen now.
    fn show(&mut self) -> io::Result<()>;
}

impl<W: Write> LineSink for W {
    fn put(&mut self, _: Duration, line: &str) -> io::Result<()> {
        writeln!(self, "{line}")
    }

    fn show(&mut self) -> io::Result<()> {
        self.flush()
    }
}

/// Lines that are held.
#[derive(Debug, Default)]
pub struct SortedLines(Vec<(Duration, String)>);

impl SortedLines {
    /// Takes over all lines of `other`.
    pub fn append(&mut self, other: &mut Self) {
        self.0.append(&mut other.0);
    }

    /// Writes all lines in the order of their moments, and those of the same moment as they were put, and holds none of them any
    /// more.
    pub fn write_to(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.0.sort_by_key(|(at, _)| *at);
        self.0.drain(..).try_for_each(|(_, line)| writeln!(out, "{line}"))?;
        out.flush()
    }
}

impl LineSink for SortedLines {
    fn put(&mut self, at: Duration, line: &str) -> io::Result<()> {
        self.0.push((at, line.to_owned()));
        Ok(())
    }

    fn show(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_lines_come_in_the_order_of_their_moments() {
        let (mut held, mut other) = (SortedLines::default(), SortedLines::default());
        let put = |held: &mut SortedLines, at, line| held.put(Duration::from_millis(at), line).unwrap();
        put(&mut held, 2, "c");
        put(&mut held, 2, "d");
        put(&mut other, 3, "e");
        put(&mut other, 1, "a");
        put(&mut other, 1, "b");
        held.append(&mut other);
        let mut out = Vec::new();
        held.write_to(&mut out).unwrap();
        held.write_to(&mut out).unwrap();
        assert_eq!(out, b"a\nb\nc\nd\ne\n");
    }
}
