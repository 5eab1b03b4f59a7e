//! What is kept between two windows.

use socketscope::net::responders::ResponderKind;
use socketscope::settings::{RULES_MAX, RuleForm, SAVED_MAX, SavedItem, SavedName, SavedRun, ServerForm, load};
use socketscope::words::Words;

use super::*;

#[test]
fn what_the_user_chose_is_there_the_next_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let mut window = Window::open(Setup { folder: Some(path.clone()), ..Setup::default() });
    window.click("+ Save this form…");
    window.types("Name", "mine");
    window.click("Save");
    window.try_here();
    window.menu("中文");
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
    window.menu("中文");
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

#[test]
fn what_is_kept_has_bounds_that_the_window_tells() {
    let item = SavedItem::new(SavedName::Own("kept".into()), SavedRun::Client(ClientForm::of("127.0.0.1:9")));
    let rules = vec![RuleForm::default(); RULES_MAX - 1];
    let server = ServerForm { responder: ResponderKind::Rules, rules, ..ServerForm::default() };
    let settings = Settings { saved: vec![item; SAVED_MAX - 1], server, ..Settings::default() };
    let mut window = Window::open(Setup { settings, ..Setup::default() });
    let save = |window: &mut Window| {
        window.click("+ Save this form…");
        window.harness.get_by_role_and_label(Role::TextInput, "Name").set_text_value_accesskit("mine");
        window.harness.run_steps(2);
        window.click("Save");
    };
    save(&mut window);
    assert!(window.harness.query_by_label_contains("200 forms are saved").is_none());
    save(&mut window);
    window.until_text("200 forms are saved, which is the most.");
    assert_eq!(window.harness.state().settings().saved.len(), SAVED_MAX);
    window.click("Server");
    window.step();
    // It stands far below what is seen.
    window.harness.get_by_label("+ Rule").click_accesskit();
    window.harness.run_steps(4);
    assert_eq!(window.harness.state().settings().server.rules.len(), RULES_MAX);
    assert!(window.harness.get_by_label("+ Rule").accesskit_node().is_disabled());
}

#[test]
fn settings_that_hold_too_much_are_told_and_what_fits_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let item = r#"{ "name": { "own": "kept" }, "what": { "client": {} } }"#;
    let text = format!(r#"{{ "theme": "dark", "saved": [{}] }}"#, vec![item; 5_000].join(","));
    std::fs::write(folder.path().join("settings.json"), &text).unwrap();
    let loaded = load(folder.path());
    let problem = loaded.problem.unwrap();
    assert_eq!(std::fs::read_to_string(problem.aside.as_ref().unwrap()).unwrap(), text, "it is set aside whole");
    for language in Language::ALL {
        let notice = Some(Words::new(language).settings_problem(&problem));
        let settings = loaded.settings.clone();
        let window = Window::open(Setup { language, notice, settings, ..Setup::default() });
        let name = problem.aside.as_ref().unwrap().to_str().unwrap();
        assert!(window.harness.query_by_label_contains(name).is_some(), "the message names the file");
        assert!(
            window
                .harness
                .query_by_label_contains("(saved")
                .or(window.harness.query_by_label_contains("（saved"))
                .is_some()
        );
        assert_eq!(window.harness.query_all_by_label("kept").count(), SAVED_MAX);
    }
}
