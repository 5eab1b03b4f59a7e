//! The languages that programs are written in.

use crate::capture::Role;

enum_with_all! {
    /// A programming language.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Dialect {
        /// Python 3.9 or newer, its standard library.
        #[default]
        Python = "Python",
        /// Rust 1.80 or newer, its standard library.
        Rust = "Rust",
        /// C11 with POSIX.
        C = "C",
    }
}

impl Dialect {
    /// What a comment begins with.
    pub fn comment(self) -> &'static str {
        match self {
            Self::Python => "# ",
            Self::Rust | Self::C => "// ",
        }
    }

    pub(super) fn file_name(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Python, Role::Client) => "client.py",
            (Self::Python, Role::Server) => "server.py",
            (Self::Rust, Role::Client) => "client.rs",
            (Self::Rust, Role::Server) => "server.rs",
            (Self::C, Role::Client) => "client.c",
            (Self::C, Role::Server) => "server.c",
        }
    }

    pub(super) fn template(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Python, Role::Client) => include_str!("../../../assets/programs/client.py.txt"),
            (Self::Python, Role::Server) => include_str!("../../../assets/programs/server.py.txt"),
            (Self::Rust, Role::Client) => include_str!("../../../assets/programs/client.rs.txt"),
            (Self::Rust, Role::Server) => include_str!("../../../assets/programs/server.rs.txt"),
            (Self::C, Role::Client) => include_str!("../../../assets/programs/client.c.txt"),
            (Self::C, Role::Server) => include_str!("../../../assets/programs/server.c.txt"),
        }
    }

    /// At most this many empty lines follow each other.
    pub(super) fn empty_lines(self) -> usize {
        if self == Self::Python { 2 } else { 1 }
    }
}
