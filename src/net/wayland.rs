//! Whether the Wayland display that the environment names can be reached.
//!
//! In scope: the socket, named as wl_display_connect(3) has it. Out of scope: the protocol.
//!
//! winit takes Wayland wherever its variable is set, and an event loop can be made once in a process. So where only X11 runs although the
//! variable is set, as in a shell that was kept or over ssh, this is asked before.

use std::ffi::OsString;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Whether a window is to be opened by X11 although the variables, which `variable` reads, name a Wayland display: that takes no connections,
/// and there is an X11 display.
pub fn only_x11_is_reached(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    // A socket that is open already is not tried: it can be used once.
    let (Some(display), Some(_), None) = (set("WAYLAND_DISPLAY"), set("DISPLAY"), set("WAYLAND_SOCKET")) else {
        return false;
    };
    // An absolute path replaces the folder.
    let path = Path::new(&set("XDG_RUNTIME_DIR").unwrap_or_default()).join(display);
    !path.is_absolute() || UnixStream::connect(path).is_err()
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn a_display_that_takes_connections_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("wayland-0");
        let listener = UnixListener::bind(&socket).unwrap();
        std::fs::write(folder.path().join("wayland-file"), "").unwrap();
        let absolute = socket.to_str().unwrap();
        let asked = |wayland: &str, display: &str, opened: &str| {
            only_x11_is_reached(|name| {
                let value = match name {
                    "WAYLAND_DISPLAY" => wayland,
                    "DISPLAY" => display,
                    "WAYLAND_SOCKET" => opened,
                    "XDG_RUNTIME_DIR" => return Some(folder.path().into()),
                    _ => panic!("{name}"),
                };
                Some(value.into())
            })
        };
        for (wayland, display, opened, is_x11) in [
            ("wayland-0", ":0", "", false),
            (absolute, ":0", "", false),
            ("wayland-9", ":0", "", true),
            ("wayland-file", ":0", "", true),
            ("/no/such/socket", ":0", "", true),
            ("wayland-9", "", "", false),
            ("wayland-9", ":0", "5", false),
            ("", ":0", "", false),
        ] {
            assert_eq!(asked(wayland, display, opened), is_x11, "{wayland} {display} {opened}");
        }
        // What is left of a display that has ended.
        drop(listener);
        assert!(asked("wayland-0", ":0", ""));
        assert!(only_x11_is_reached(|name| ["DISPLAY", "WAYLAND_DISPLAY"].contains(&name).then(|| "x".into())));
    }
}
