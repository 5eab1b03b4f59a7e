//! What is kept between two windows.

use socketscope::settings::load;
use socketscope::words::Words;

use super::*;

#[test]
fn what_the_user_chose_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let mut window = Window::open(Setup { folder: Some(path.clone()), ..Setup::default() });
    window.click("+ Save this form…");
    window.harness.get_by_role_and_label(Role::TextInput, "Name").set_text_value_accesskit("mine");
    window.step();
    window.step();
    window.click("Save");
    window.try_here();
    window.click("中文");
    let kept = path.clone();
    window.until("the language is kept", move |_| load(&kept).settings.language == Some(Language::Chinese));
    drop(window);
    let settings = load(&path).settings;
    assert!(settings.addresses.iter().any(|address| address.contains("127.0.0.1")), "the address is remembered");
    let language = settings.language.unwrap();
    let window = Window::open(Setup { folder: Some(path), settings, language, ..Setup::default() });
    assert!(window.harness.query_by_label("mine").is_some(), "the saved form is offered");
    assert!(window.harness.query_by_label("正文另存为…").is_some(), "the language is spoken");
}

#[test]
fn settings_that_can_not_be_read_are_set_aside_with_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let mut window = Window::open(Setup { folder: Some(path.clone()), ..Setup::default() });
    window.click("中文");
    let kept = path.clone();
    window.until("something is kept", move |_| load(&kept).settings.language == Some(Language::Chinese));
    drop(window);
    let file = std::fs::read_dir(&path).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, "{ broken").unwrap();
    let loaded = load(&path);
    let problem = loaded.problem.unwrap();
    let aside = problem.aside.clone().unwrap();
    assert_eq!(std::fs::read(&aside).unwrap(), b"{ broken", "it is set aside whole");
    let notice = Some(Words::new(Language::English).settings_problem(&problem));
    let mut window = Window::open(Setup { folder: Some(path), notice, ..Setup::default() });
    assert!(window.harness.query_by_label_contains(aside.to_str().unwrap()).is_some(), "the message names the file");
    window.try_here();
}
