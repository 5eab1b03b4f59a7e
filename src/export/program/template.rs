//! Templates of programs, and filling them in.
//!
//! A template is the program itself, but for three things. A line that begins with `§if a|!b`, `§else` or `§end` is about which of the
//! others there are. `«name»` stands for a value. What follows ` §` at the end of a line are the calls that it makes: `c.recv` or
//! `l.accept`, with `:opening` and the like for the [`Occasion`], and a `-` at the end if what it returns is thrown away.

use super::facts::Facts;
use super::line::{Line, Occasion, Step, Whose};
use crate::capture::CallKind;

/// The lines of `template` that `facts` ask for, filled in.
pub fn fill(template: &str, facts: &Facts) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    // Whether each of the conditions holds that are open.
    let mut open: Vec<bool> = Vec::new();
    for text in template.lines() {
        if let Some(order) = text.trim_start().strip_prefix('§') {
            match order.split_once(' ') {
                Some(("if", condition)) => open.push(holds(condition, facts)),
                None if order == "else" => {
                    if let Some(last) = open.last_mut() {
                        *last = !*last;
                    }
                }
                _ => drop(open.pop()),
            }
            continue;
        }
        if open.iter().all(|holds| *holds) {
            let empty = lines.iter().rev().take_while(|line| line.text.is_empty()).count();
            if !text.is_empty() || (empty < facts.dialect.empty_lines() && !lines.is_empty()) {
                lines.extend(filled(text, facts));
            }
        }
    }
    while lines.last().is_some_and(|line| line.text.is_empty()) {
        lines.pop();
    }
    lines
}

/// Whether one of the names of `condition` is true, or one with a `!` is not.
fn holds(condition: &str, facts: &Facts) -> bool {
    condition.split('|').any(|name| match name.strip_prefix('!') {
        Some(name) => !facts.has(name),
        None => facts.has(name),
    })
}

fn filled(text: &str, facts: &Facts) -> Vec<Line> {
    let (text, steps) = match text.split_once(" §") {
        Some((text, steps)) => (text.trim_end(), steps.split(' ').filter_map(step).collect()),
        None => (text, Vec::new()),
    };
    let mut texts = vec![String::new()];
    let mut rest = text;
    while let Some((before, (name, after))) =
        rest.split_once('«').and_then(|(before, value)| Some((before, value.split_once('»')?)))
    {
        push(&mut texts, before);
        match facts.value(name) {
            Some(lines) => push_aligned(&mut texts, lines.iter().flat_map(|line| line.split('\n'))),
            // The tests find it.
            None => push(&mut texts, &format!("«{name}»")),
        }
        rest = after;
    }
    push(&mut texts, rest);
    texts.into_iter().map(|text| Line { text, steps: steps.clone() }).collect()
}

fn push(texts: &mut [String], text: &str) {
    if let Some(last) = texts.last_mut() {
        last.push_str(text);
    }
}

/// Goes on with `lines`, each under the first.
fn push_aligned<'a>(texts: &mut Vec<String>, mut lines: impl Iterator<Item = &'a str>) {
    let column = texts.last().map_or(0, |last| last.chars().count());
    push(texts, lines.next().unwrap_or_default());
    texts.extend(lines.map(|line| format!("{}{line}", " ".repeat(column))));
}

/// A call as it is written in a template.
fn step(text: &str) -> Option<Step> {
    let (text, is_kept) = text.strip_suffix('-').map_or((text, true), |text| (text, false));
    let (call, occasion) = text.split_once(':').unwrap_or((text, ""));
    let (whose, name) = call.split_once('.')?;
    let whose = if whose == "l" { Whose::Listener } else { Whose::Connection };
    let kind = CallKind::ALL.into_iter().find(|kind| kind.name() == name)?;
    let occasion = match occasion {
        "opening" => Occasion::Opening,
        "after" => Occasion::After,
        "open" => Occasion::Open,
        "ended" => Occasion::Ended,
        "handshake" => Occasion::Handshake,
        _ => Occasion::Any,
    };
    Some(Step { whose, kind, occasion, is_kept })
}
