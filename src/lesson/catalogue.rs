//! The scenes that come with the program.

use std::sync::{Arc, OnceLock};

use super::scene::Scene;

macro_rules! scenes {
    ($($id:literal,)*) => {
        &[$(($id, include_str!(concat!("../../assets/lessons/", $id, ".toml")))),*]
    };
}

/// The scenes in the order of the list.
const SCENES: &[(&str, &str)] = scenes![
    "stream",
    "maximum",
    "character",
    "trickle",
    "partial",
    "nagle",
    "end",
    "half-close",
    "reset",
    "keep-alive",
    "separator",
    "framing",
    "length",
    "redirect",
    "backlog",
    "same-port",
    "one-thread",
    "silent",
    "time-wait",
    "phases",
];

/// All scenes. A scene that can't be read would be left out, and fails a test.
pub fn catalogue() -> &'static [Arc<Scene>] {
    static ALL: OnceLock<Vec<Arc<Scene>>> = OnceLock::new();
    ALL.get_or_init(|| SCENES.iter().filter_map(|(id, text)| Scene::read(id, text).ok().map(Arc::new)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scene_can_be_read() {
        for (id, text) in SCENES {
            assert!(Scene::read(id, text).is_ok(), "{id}: {:?}", Scene::read(id, text));
        }
        assert_eq!(catalogue().len(), SCENES.len());
    }
}
