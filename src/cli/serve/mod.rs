//! `socketscope serve`: listen and answer until interrupted.

mod arguments;
mod run;

pub use arguments::ServeArguments;
pub use run::serve;
