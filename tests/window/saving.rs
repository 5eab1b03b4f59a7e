//! Saving: a file that is there is replaced only by who was asked, and a failure is not the end of it.

use super::*;

fn type_path(window: &mut Window, path: &Path) {
    window.types("Path", path.to_str().unwrap());
    window.click("Save");
}

#[test]
fn a_typed_path_replaces_a_file_only_if_the_user_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (target, other) = (folder.path().join("page.html"), folder.path().join("other.html"));
    std::fs::write(&target, "old").unwrap();
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("Save body as…");
    window.until_text("offers no file dialog");
    type_path(&mut window, &target);
    window.until_text("page.html is there already. Is it to be replaced?");
    window.click("Type another path");
    window.step();
    assert_eq!(window.harness.get_by_role_and_label(Role::TextInput, "Path").value().as_deref(), target.to_str());
    type_path(&mut window, &other);
    window.until_text("Saved 9,");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
    assert_eq!(std::fs::read(&other).unwrap(), PAGE);
    window.click("Save body as…");
    window.until_text("offers no file dialog");
    type_path(&mut window, &target);
    window.until_text("Is it to be replaced?");
    window.click("Cancel");
    window.step();
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
    window.click("Save body as…");
    window.until_text("offers no file dialog");
    type_path(&mut window, &target);
    window.until_text("Is it to be replaced?");
    window.click("Replace");
    window.until_text("Saved 9,");
    assert_eq!(std::fs::read(&target).unwrap(), PAGE);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_path_from_a_dialog_that_may_not_have_asked_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("page.html");
    std::fs::write(&target, "old").unwrap();
    let mut window = Window::open(Setup { answer: Answer::Chosen(target.clone()), ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.until_text("Is it to be replaced?");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "old");
    window.click("Replace");
    window.until_text("Saved 9,");
    assert_eq!(std::fs::read(&target).unwrap(), PAGE);
}

#[test]
fn a_save_that_failed_leaves_the_field_open_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, target) = (folder.path().join("missing/page.html"), folder.path().join("page.html"));
    let mut window = Window::open(Setup { answer: Answer::Chosen(missing.clone()), ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.until_text("page.html failed: the folder does not exist");
    assert_eq!(window.harness.get_by_role_and_label(Role::TextInput, "Path").value().as_deref(), missing.to_str());
    type_path(&mut window, folder.path());
    window.until_text("there is a folder of that name");
    type_path(&mut window, &target);
    window.until_text("Saved 9,");
    assert_eq!(std::fs::read(&target).unwrap(), PAGE);
}

#[test]
fn what_a_dialog_says_that_does_not_open_is_told() {
    let answer = Answer::Refused("This option is not available.".into());
    let mut window = Window::open(Setup { answer, ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.until_text("did not open. It says: “This option is not available.”. Type the path here.");
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "Path").is_some());
}

#[test]
fn the_folder_of_the_last_save_is_suggested_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("typed.html");
    let mut window = Window::open(Setup::default());
    window.try_here();
    window.click("Save body as…");
    window.until_text("offers no file dialog");
    type_path(&mut window, &target);
    window.until_text("Saved 9,");
    let settings = window.harness.state().settings();
    assert_eq!(Path::new(&settings.save_folder), folder.path());
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    let suggested = folder.path().join("index.html");
    window.until("the folder is suggested", |harness| {
        let field = harness.query_by_role_and_label(Role::TextInput, "Path");
        field.and_then(|field| field.value()).as_deref() == suggested.to_str()
    });
    assert_eq!(window.asked.borrow()[0].folder.as_deref(), Some(folder.path()));
    // One that is gone is not suggested.
    let settings = Settings { save_folder: "/no/such/folder".into(), ..Settings::default() };
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    window.try_here();
    window.click("Save body as…");
    window.until("another folder is suggested", |harness| {
        let field = harness.query_by_role_and_label(Role::TextInput, "Path");
        field
            .and_then(|field| field.value())
            .is_some_and(|path| path.len() > "index.html".len() && !path.contains("/no/such"))
    });
}

#[test]
fn a_status_that_tells_of_an_error_is_told_before_its_body_is_saved() {
    let mut window = Window::open(Setup::default());
    let reply = b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno!".to_vec();
    window.asks(&peer(reply));
    window.until("the reply arrives", Window::complete);
    window.click("Save body as…");
    window.until_text("The status is 404 Not Found.");
    assert_eq!(window.asked.borrow()[0].title, "Save body as · The status is 404 Not Found.");
}

#[test]
fn a_reply_without_content_can_not_be_saved_over_a_file() {
    let mut window = Window::open(Setup::default());
    let reply = b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 3\r\n\r\n".to_vec();
    window.asks(&peer(reply));
    window.until("the reply arrives", Window::complete);
    window.click("Save body as…");
    window.step();
    window.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::S);
    window.step();
    window.step();
    assert!(window.asked.borrow().is_empty());
}
