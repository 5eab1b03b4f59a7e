//! Opens the window, or says why none can be had.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use eframe::NativeOptions;
use egui::{Context, ViewportBuilder};

use super::app::{App, Parts};
use super::dialog::SystemDialog;
use crate::capture::Clock;
use crate::net::Engine;
use crate::settings::{self, Language, Loaded, Settings};
use crate::words::Words;

/// Reports wake the window at most so often.
const WAKE: Duration = Duration::from_millis(16);
const ICON: &[u8] = include_bytes!("../../assets/icon.png");

/// Why no window could be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoWindow(pub String);

/// Opens the window and stays until it is closed. `language` overrides the settings' for this run.
///
/// # Errors
/// Why no window could be opened.
pub fn run(language: Option<Language>, system: Language) -> Result<(), NoWindow> {
    let folder = settings::folder();
    let mut loaded = folder.as_deref().map_or_else(Loaded::default, settings::load);
    if language.is_some() {
        loaded.settings.language = language;
    }
    let options = NativeOptions { viewport: viewport(&loaded.settings), ..NativeOptions::default() };
    let made = move |ctx: &Context| make(ctx, loaded, folder.as_deref(), system);
    let opened = || eframe::run_native("Socketscope", options, Box::new(move |cc| Ok(Box::new(made(&cc.egui_ctx)))));
    // winit panics where a library of the desktop is missing; its message is told like any other reason.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(opened));
    std::panic::set_hook(hook);
    match result {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(NoWindow(error.to_string())),
        Err(panic) => Err(NoWindow(panic_text(&*panic))),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default()
}

fn viewport(settings: &Settings) -> ViewportBuilder {
    let mut viewport = ViewportBuilder::default()
        .with_title("Socketscope")
        .with_app_id("socketscope")
        .with_min_inner_size([800.0, 560.0]);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    let Some(place) = &settings.window else { return viewport.with_inner_size([1280.0, 800.0]) };
    viewport = viewport.with_inner_size([place.width, place.height]).with_maximized(place.maximized);
    match (place.x, place.y) {
        (Some(x), Some(y)) => viewport.with_position([x, y]),
        _ => viewport,
    }
}

fn make(ctx: &Context, loaded: Loaded, folder: Option<&Path>, system: Language) -> App {
    // Workers start after the context exists, so what wakes it is set once and for all.
    let window = OnceLock::from(ctx.clone());
    let wake = move || {
        if let Some(ctx) = window.get() {
            ctx.request_repaint_after(WAKE);
        }
    };
    let (engine, reports) = Engine::new(Clock::start(), wake);
    let language = loaded.settings.language.unwrap_or(system);
    let notice = loaded.problem.as_ref().map(|problem| Words::new(language).settings_problem(problem));
    let dialog = Box::new(SystemDialog);
    App::new(
        ctx,
        Parts {
            engine,
            reports,
            settings: loaded.settings,
            folder: folder.map(Path::to_owned),
            notice,
            language: system,
            dialog,
        },
    )
}
