//! Opens the window, or says why none can be had.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use eframe::{CreationContext, NativeOptions};
use egui::{Context, ViewportBuilder};

use super::monitors::move_onto_monitor;

use crate::capture::{Clock, DiskQuota, panic_text};
use crate::net::Engine;
use crate::settings::{self, ClientForm, Language, Loaded, Settings};
use crate::ui::app::{App, Parts};
use crate::ui::kit::{SystemDialog, prefers_less_motion};
use crate::ui::picture::PictureDecoder;
use crate::words::Words;

const ICON: &[u8] = include_bytes!("../../../assets/icon.png");

/// Why no window could be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoWindow(pub String);

/// The options of the command line that concern the window.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// The language of this run; `None`: that of the settings, or the system's.
    pub language: Option<Language>,
    /// The system's language.
    pub system: Language,
    /// The most bytes of temporary files; `None`: what the settings say, or the default.
    pub disk_limit: Option<u64>,
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// Why no window could be opened.
pub fn run(start: Start) -> Result<(), NoWindow> {
    let Start { language, system, disk_limit } = start;
    let folder = settings::folder();
    let loaded = folder.as_deref().map_or_else(Loaded::default, settings::load);
    let limit = disk_limit.or(loaded.settings.disk_limit).unwrap_or_else(DiskQuota::default_limit);
    let language = language.or(loaded.settings.language).unwrap_or(system);
    // Dithering hides steps in gradients, and this window has none. Where the processor draws, dithering is half of a pixel's cost.
    let options = NativeOptions { viewport: viewport(&loaded.settings), dithering: false, ..NativeOptions::default() };
    #[cfg(target_os = "linux")]
    let options = with_x11_fallback(options);
    let is_open = Arc::new(AtomicBool::new(false));
    let opened = Arc::clone(&is_open);
    let create = move |cc: &CreationContext<'_>| {
        opened.store(true, Ordering::Relaxed);
        move_onto_monitor(cc, loaded.settings.window.as_ref());
        let app = make_app(&cc.egui_ctx, loaded, folder, language, DiskQuota::blocking(limit));
        #[cfg(feature = "frame-log")]
        let app = super::frame_log::Logged::new(app);
        app
    };
    let run = || eframe::run_native("Socketscope", options, Box::new(move |cc| Ok(Box::new(create(cc)))));
    match catch_panic_quietly(&is_open, run) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(NoWindow(error.to_string())),
        Err(panic) if is_open.load(Ordering::Relaxed) => resume_unwind(panic),
        Err(panic) => Err(NoWindow(panic_text(&*panic))),
    }
}

/// `options`, by X11 where the environment names a Wayland display that can't be reached.
#[cfg(target_os = "linux")]
fn with_x11_fallback(mut options: NativeOptions) -> NativeOptions {
    use winit::platform::x11::EventLoopBuilderExtX11;
    if crate::net::only_x11_is_reached(|name| std::env::var_os(name)) {
        options.event_loop_builder = Some(Box::new(|builder| {
            builder.with_x11();
        }));
    }
    options
}

/// Runs `run` and catches its panic, of which nothing is printed before `is_open`: winit panics where a library of the desktop is
/// missing, and its message is told like any other reason.
fn catch_panic_quietly<T>(is_open: &Arc<AtomicBool>, run: impl FnOnce() -> T) -> std::thread::Result<T> {
    let hook = Arc::new(std::panic::take_hook());
    let (usual, opened) = (Arc::clone(&hook), Arc::clone(is_open));
    std::panic::set_hook(Box::new(move |panic| {
        if opened.load(Ordering::Relaxed) {
            usual(panic);
        }
    }));
    let result = catch_unwind(AssertUnwindSafe(run));
    std::panic::set_hook(Box::new(move |panic| hook(panic)));
    result
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

fn make_app(ctx: &Context, loaded: Loaded, folder: Option<PathBuf>, language: Language, disk: DiskQuota) -> App {
    // Workers start after the context exists, so what wakes it is set once and for all.
    let window = OnceLock::from(ctx.clone());
    let wake = move || {
        if let Some(ctx) = window.get() {
            crate::ui::kit::repaint::request_repaint(ctx);
        }
    };
    let (engine, reports) = Engine::new(Clock::start(), wake);
    let engine = engine.keeping_on(disk);
    // A file that could not even be set aside is the user's, and is not written over.
    let folder = folder.filter(|_| loaded.problem.as_ref().is_none_or(|problem| problem.aside.is_some()));
    let notice = loaded.problem.as_ref().map(|problem| Words::new(language).settings_problem(problem));
    let dialog = Box::new(SystemDialog);
    let is_first = loaded.is_first;
    let (mut settings, pictures) = (loaded.settings, PictureDecoder::of_this_program());
    if is_first && language == Language::English {
        // The page of the tutorial that the program follows is in Chinese.
        settings.client = ClientForm::of("http://example.com/");
    }
    let parts = Parts { engine, reports, settings, folder, is_first, notice, language, dialog, pictures };
    App::new(ctx, parts).asking_for_motion(ctx, prefers_less_motion)
}
