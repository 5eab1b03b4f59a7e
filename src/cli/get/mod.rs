//! `socketscope get`: fetch a page, print the calls, write or save the body.

mod redirect_chain;
mod reply;
mod request;
mod run;
mod save_target;
mod stdout_body;

pub use run::get;
