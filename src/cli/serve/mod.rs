//! `socketscope serve`: listen and answer until interrupted.

mod arguments;
pub mod run;

pub use arguments::ServeArguments;
