//! The run on the screen as a program that does the same: in Python, in Rust with its standard library, in C with POSIX.
//!
//! In scope: what such a program is to do ([`Plan`]), its source ([`Program`]), and which line makes which socket call. The sources are
//! templates in `assets/programs/`, see `template`. Out of scope: running it, and where the run is at the moment.
//!
//! The shape is that of the widely taught programs: a client that collects what recv returns in a list until that is empty, and a
//! server with one thread for each connection.

mod dialect;
mod facts;
mod later_messages;
mod line;
mod literal;
mod paint;
mod plan;
mod python_regex;
mod rule_text;
mod server_facts;
mod template;
#[cfg(test)]
mod tests;

pub use dialect::Dialect;
pub use later_messages::{LATER_MESSAGES_MAX, LaterMessages, LaterMessagesReader};
pub use line::{DataIs, Line, Occasion, Program, Step, Variable, Whose};
pub use literal::{WRITTEN_MAX, in_line as literal_of};
pub use paint::{Painter, Part};
pub use plan::{ClientPlan, Plan, Remark, ServerPlan};

use std::sync::Arc;

use facts::Facts;

use super::bytes::Export;

/// The program that does what `plan` says, in `dialect`. `remark` puts into words what the program does otherwise; it stands at its top.
pub fn program(plan: &Plan, dialect: Dialect, remark: &dyn Fn(Remark) -> String) -> Program {
    let mut facts = Facts::new(dialect);
    match plan {
        Plan::Client(plan) => facts.client(plan),
        Plan::Server(plan) => server_facts::fill(&mut facts, plan),
    }
    let mut lines: Vec<Line> = facts
        .remarks
        .iter()
        .map(|about| Line::plain(format!("{}{}", dialect.comment(), one_line(&remark(*about)))))
        .collect();
    if !lines.is_empty() {
        lines.push(Line::plain(String::new()));
    }
    lines.extend(template::fill(dialect.template(plan.role()), &facts));
    Program {
        lines,
        file_name: dialect.file_name(plan.role()),
        variables: facts.variables,
        data: facts.data,
        opening: facts.opening,
    }
}

/// The exporter of a program: the file of `program`.
pub(super) fn export(program: &Program) -> Export {
    Export { file_name: program.file_name.to_owned(), is_part: false, bytes: Arc::new(program.source()) }
}

/// A comment must not end before its line does, nor go on in the next one.
fn one_line(text: &str) -> String {
    text.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect::<String>().trim_end_matches('\\').to_owned()
}
