//! How much is kept, and shown from the first frame on.
//!
//! In scope: which forms and lists are too long, and leaving them out. Out of scope: what becomes of a file that holds them (`store`).

use super::client_form::ClientForm;
use super::saved::{SavedItem, SavedName, SavedRun};
use super::server_form::ServerForm;
use super::{ADDRESSES_MAX, Settings};

/// A text of several lines has so many characters at most, and so have the rules of a server together: 65,536.
pub const TEXT_MAX: usize = 64 * 1024;
/// A text in one line has so many at most, such as an address, a path, or the pattern of a rule.
pub const LINE_MAX: usize = 4096;
/// A server has so many rules at most.
pub const RULES_MAX: usize = 100;
/// So many forms are saved at most.
pub const SAVED_MAX: usize = 200;

fn fits(text: &str, most: usize) -> bool {
    text.len() <= most || text.chars().nth(most).is_none()
}

fn all_fit<const N: usize>(texts: [&String; N], most: usize) -> bool {
    texts.into_iter().all(|text| fits(text, most))
}

impl ClientForm {
    fn fits(&self) -> bool {
        all_fit([&self.address, &self.body.file, &self.root_file, &self.local], LINE_MAX)
            && all_fit([&self.request, &self.body.hex], TEXT_MAX)
    }
}

impl ServerForm {
    fn fits(&self) -> bool {
        let rules = self.rules.iter().map(|rule| rule.pattern.chars().count() + rule.reply.chars().count());
        all_fit([&self.address, &self.folder, &self.canned.file, &self.relay], LINE_MAX)
            && all_fit([&self.canned.text, &self.canned.hex], TEXT_MAX)
            && self.rules.len() <= RULES_MAX
            && rules.sum::<usize>() <= TEXT_MAX
    }
}

impl SavedItem {
    /// Whether it is short enough to be kept.
    pub fn fits(&self) -> bool {
        let (SavedName::BuiltIn(name) | SavedName::Own(name)) = &self.name;
        let is_kept = match &self.what {
            SavedRun::Client(form) => form.fits(),
            SavedRun::Server(form) => form.fits(),
        };
        is_kept && all_fit([name, &self.folder], LINE_MAX)
    }
}

impl Settings {
    /// Leaves out what is too long; returns the keys of what that was.
    pub(super) fn bound(&mut self) -> Vec<&'static str> {
        let mut cut = Vec::new();
        if !self.client.fits() {
            self.client = ClientForm::default();
            cut.push("client");
        }
        if !self.server.fits() {
            self.server = ServerForm::default();
            cut.push("server");
        }
        keep(&mut self.saved, SAVED_MAX, SavedItem::fits, "saved", &mut cut);
        keep(&mut self.addresses, ADDRESSES_MAX, |address| fits(address, LINE_MAX), "addresses", &mut cut);
        if !fits(&self.save_folder, LINE_MAX) {
            self.save_folder.clear();
            cut.push("save_folder");
        }
        if !self.names.bound() {
            cut.push("names");
        }
        cut
    }
}

/// Keeps the first `most` of `list`, if they fit.
fn keep<T>(list: &mut Vec<T>, most: usize, fits: impl Fn(&T) -> bool, key: &'static str, cut: &mut Vec<&'static str>) {
    let count = list.len();
    list.truncate(most);
    list.retain(fits);
    if list.len() < count {
        cut.push(key);
    }
}
