//! The names that the user gave to machines which connect to a server, by their IP addresses.

use core::net::IpAddr;

use serde::{Deserialize, Serialize};

/// So many names are remembered.
pub const NAMES_MAX: usize = 200;
/// A name has so many characters at most.
const LENGTH_MAX: usize = 64;

/// A name, and the machine that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PeerName {
    address: IpAddr,
    name: String,
}

/// The names, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerNames {
    pub(super) all: Vec<PeerName>,
}

impl PeerNames {
    /// The name of the machine at `address`.
    pub fn of(&self, address: IpAddr) -> Option<&str> {
        self.all.iter().find(|known| known.address == address).map(|known| known.name.as_str())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Names the machine at `address`; an empty name takes its name away. Of more than 200, the oldest goes.
    pub fn set(&mut self, address: IpAddr, name: &str) {
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let name: String = name.trim().chars().take(LENGTH_MAX).collect();
        self.all.retain(|known| known.address != address);
        if !name.is_empty() {
            self.all.insert(0, PeerName { address, name });
            self.all.truncate(NAMES_MAX);
        }
    }

    /// Leaves out names that are too many or too long; returns whether there were none.
    pub(super) fn bound(&mut self) -> bool {
        let count = self.all.len();
        self.all.truncate(NAMES_MAX);
        self.all.retain(|known| known.name.chars().nth(LENGTH_MAX).is_none());
        self.all.len() == count
    }

    pub(super) fn mend(&mut self) {
        for known in std::mem::take(&mut self.all).iter().rev() {
            self.set(known.address, &known.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_one_name_and_the_oldest_of_many_goes() {
        let mut names = PeerNames::default();
        let address = |last: usize| IpAddr::from([10, 0, (last / 200) as u8, (last % 200) as u8]);
        for last in 0..=NAMES_MAX {
            names.set(address(last), &format!("machine {last}"));
        }
        assert_eq!((names.of(address(0)), names.of(address(1))), (None, Some("machine 1")));
        names.set(address(1), " an\u{7}other\n");
        assert_eq!((names.of(address(1)), names.all.len()), (Some("another"), NAMES_MAX));
        names.set(address(1), " ");
        assert_eq!((names.of(address(1)), names.all.len()), (None, NAMES_MAX - 1));
    }

    #[test]
    fn names_come_back_as_they_were_and_nonsense_is_mended() {
        let mut names = PeerNames::default();
        names.set(IpAddr::from([10, 0, 0, 1]), "a");
        names.set("fe80::1".parse().unwrap(), &"long".repeat(40));
        let text = serde_json::to_string(&names).unwrap();
        let mut back: PeerNames = serde_json::from_str(&text).unwrap();
        assert_eq!(back, names);
        back.mend();
        assert_eq!(back, names);
        let twice = r#"[{ "address": "10.0.0.1", "name": "new" }, { "address": "10.0.0.1", "name": "old" }]"#;
        let mut back: PeerNames = serde_json::from_str(twice).unwrap();
        back.mend();
        assert_eq!((back.of(IpAddr::from([10, 0, 0, 1])), back.all.len()), (Some("new"), 1));
    }
}
