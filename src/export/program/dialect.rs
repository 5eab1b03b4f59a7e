//! The languages that programs are written in.

use crate::capture::Role;

/// A programming language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Python 3.9 or newer, its standard library.
    #[default]
    Python,
    /// Rust 1.80 or newer, its standard library.
    Rust,
    /// C11 with POSIX.
    C,
}

impl Dialect {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Python, Self::Rust, Self::C];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Rust => "Rust",
            Self::C => "C",
        }
    }

    /// What a comment begins with.
    #[must_use]
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
