//! The table of responders: the one place that lists them.
//!
//! A line makes a variant of [`ResponderKind`], its name, and the way to the `INFO` in the responder's file. The command line, the
//! settings, the forms and the programs go by this table.

use serde::{Deserialize, Serialize};

use super::info::ResponderInfo;
use super::{canned, daytime, discard, echo, files, hello, manual, page, relay, rules};

macro_rules! responders {
    ($($(#[$attribute:meta])* $kind:ident => $file:ident,)*) => {
        /// What a server answers.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum ResponderKind {
            $($(#[$attribute])* $kind,)*
        }

        impl ResponderKind {
            /// All of them, in the order in which they are offered.
            pub const ALL: [Self; [$(Self::$kind),*].len()] = [$(Self::$kind),*];

            /// The name on the command line, in settings and lessons, and in the keys of texts. It does not change.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($file),)*
                }
            }

            /// What is to be known of it.
            pub fn info(self) -> &'static ResponderInfo {
                match self {
                    $(Self::$kind => &$file::INFO,)*
                }
            }
        }
    };
}

responders! {
    /// The tutorial's: a greeting, and an answer to each message.
    #[default]
    Hello => hello,
    /// The built-in page.
    Page => page,
    /// The files of a folder.
    Files => files,
    /// What it receives.
    Echo => echo,
    /// Nothing.
    Discard => discard,
    /// The date and the time.
    Daytime => daytime,
    /// The same bytes to everyone.
    Canned => canned,
    /// What its rules say.
    Rules => rules,
    /// What a person types.
    Manual => manual,
    /// What another server answers.
    Relay => relay,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_lessons_have_the_name_of_the_table() {
        for kind in ResponderKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
