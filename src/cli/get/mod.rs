//! `socketscope get`: fetch a page, tell the calls, hand out or save the body.

mod hops;
mod remark;
mod reply;
mod request;
pub mod run;
mod saving;
mod stdout_body;

pub use remark::Remark;
