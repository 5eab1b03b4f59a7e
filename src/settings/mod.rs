//! What is kept between runs: language, theme, window, the forms, saved requests and servers.
//!
//! In scope: the data, its file, and forms turned into what `net` is asked to do. Out of scope: texts for people.

mod arrangement;
mod bounds;
mod canned_form;
mod client_form;
mod language;
mod merge;
mod peer_names;
mod rule_form;
mod saved;
mod server_form;
mod server_option;
mod settings_writer;
mod store;

pub use arrangement::{Arrangement, View};
pub use bounds::{LINE_MAX, RULES_MAX, SAVED_MAX, TEXT_MAX};
pub use canned_form::CannedForm;
pub use client_form::{BodyForm, ClientForm, FormError, RuleFault, Written};
pub use language::Language;
pub use peer_names::{NAMES_MAX, PeerNames};
pub use rule_form::{RuleForm, RuleThen, RuleWhen};
pub use saved::{SavedItem, SavedName, SavedRun};
pub use server_form::ServerForm;
pub use server_option::{NoEffect, ServerOption};
pub use settings_writer::SettingsWriter;
pub use store::{Loaded, SettingsFault, SettingsProblem, folder, load, store};

use serde::{Deserialize, Serialize};

use crate::export::program::Dialect;
use crate::view::ViewOptions;

/// So many addresses are remembered.
const ADDRESSES_MAX: usize = 20;

/// The width of the form at first, in points.
const FORM_WIDTH: f32 = 304.0;

/// The widths that the form can have, in points.
pub const FORM_WIDTHS: core::ops::RangeInclusive<f32> = 280.0..=640.0;

/// No limit on the temporary files can be smaller, in bytes.
pub const DISK_LIMIT_MIN: u64 = 64 * 1024 * 1024;

/// Which colours the window has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Where the window stood, in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowPlace {
    /// Its left edge, where the system tells it.
    pub x: Option<f32>,
    /// Its top edge, where the system tells it.
    pub y: Option<f32>,
    /// Its inner width.
    pub width: f32,
    /// Its inner height.
    pub height: f32,
    /// Whether it filled the screen.
    pub maximized: bool,
}

impl WindowPlace {
    /// Whether a window can stand there.
    fn is_sane(&self) -> bool {
        let fits = |size: f32| (200.0..=20_000.0).contains(&size);
        let near = |at: Option<f32>| at.is_none_or(|at| at.abs() <= 20_000.0);
        fits(self.width) && fits(self.height) && near(self.x) && near(self.y)
    }
}

/// Everything that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The language that was chosen; `None`: the system's.
    pub language: Option<Language>,
    /// The theme.
    pub theme: Theme,
    /// How large everything is drawn, at 1 as it is.
    pub zoom: f32,
    /// Whether it is drawn for a projector.
    pub projector: bool,
    /// Whether nothing is to move, whatever the system says.
    pub less_motion: bool,
    /// Where the window stood.
    pub window: Option<WindowPlace>,
    /// The client's form.
    pub client: ClientForm,
    /// The server's form.
    pub server: ServerForm,
    /// The addresses that were run last, the newest first.
    pub addresses: Vec<String>,
    /// The folder that was saved to last; empty: none yet.
    pub save_folder: String,
    /// How many bytes the temporary files may hold together, if the user has chosen.
    pub disk_limit: Option<u64>,
    /// Saved requests and servers.
    pub saved: Vec<SavedItem>,
    /// The names of machines that connected to a server.
    pub names: PeerNames,
    /// How the client's views stand; `None`: as the window's size says.
    pub client_views: Option<Arrangement>,
    /// The same of the server's.
    pub server_views: Option<Arrangement>,
    /// The width of the form at the left, in points.
    pub form_width: f32,
    /// Whether the program is shown that does what the run does, while the window's size says how views stand,
    pub shows_program: bool,
    /// and in which language it is written.
    pub dialect: Dialect,
    /// How lists and dumps are shown.
    pub views: ViewOptions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::default(),
            zoom: 1.0,
            projector: false,
            less_motion: false,
            window: None,
            client: ClientForm::default(),
            server: ServerForm::default(),
            addresses: Vec::new(),
            save_folder: String::new(),
            disk_limit: None,
            saved: saved::useful(),
            names: PeerNames::default(),
            client_views: None,
            server_views: None,
            form_width: FORM_WIDTH,
            shows_program: false,
            dialect: Dialect::default(),
            views: ViewOptions::default(),
        }
    }
}

impl Settings {
    /// Puts `address` first among the remembered ones, of which there are at most 20. Nothing typed is nothing to remember.
    pub fn remember_address(&mut self, address: &str) {
        let address = address.trim().to_owned();
        if address.is_empty() {
            return;
        }
        self.addresses.retain(|known| *known != address);
        self.addresses.insert(0, address);
        self.addresses.truncate(ADDRESSES_MAX);
    }

    /// Brings back to its default what a hand has edited into nonsense.
    fn mend(&mut self) {
        if !(0.5..=4.0).contains(&self.zoom) {
            self.zoom = 1.0;
        }
        self.window = self.window.filter(WindowPlace::is_sane);
        if !FORM_WIDTHS.contains(&self.form_width) {
            self.form_width = FORM_WIDTH;
        }
        for views in [&mut self.client_views, &mut self.server_views] {
            views.take_if(|views| !views.is_sound());
        }
        self.disk_limit = self.disk_limit.filter(|limit| *limit >= DISK_LIMIT_MIN);
        self.client.mend();
        self.server.mend();
        self.names.mend();
        self.views.mend();
        for address in std::mem::take(&mut self.addresses).iter().rev() {
            self.remember_address(address);
        }
        for item in &mut self.saved {
            match &mut item.what {
                SavedRun::Client(form) => form.mend(),
                SavedRun::Server(form) => form.mend(),
            }
        }
    }
}
