//! The lessons, the first start, and the projector.

use egui::Key;
use socketscope::lesson::catalogue;

use super::*;

fn open(setup: Setup) -> Window {
    let mut window = Window::open(setup);
    window.menu("Lessons");
    window
}

#[test]
fn a_lesson_is_predicted_run_and_answered_with_what_was_observed() {
    let mut window = open(Setup::default());
    window.click("Four sends, one read");
    assert!(!window.shows("TCP is a stream of bytes"), "the answer comes after");
    window.click("Four: one for each send");
    window.click("Run the lesson");
    window.until_text("4 sends, 1 read of 21 bytes");
    assert!(window.shows("You predicted otherwise."));
    assert!(window.shows("client.sends = 4"));
    // The server's bytes are shown, with the sends that brought them.
    assert!(window.shows("MichaelTracySara"));
    window.click("Run the lesson again");
    window.until("it runs again", |harness| harness.query_by_label("Running…").is_some());
    window.until_text("4 sends, 1 read of 21 bytes");
    // Its two runs are gone, and two others are there.
    window.menu("Recent sessions");
    let forget = |node: &egui_kittest::Node<'_>| {
        let label = node.accesskit_node().label().unwrap_or_default();
        label.starts_with("Forget ") && label.contains("127.0.0.1")
    };
    let kept = window.harness.query_all_by_label_contains("Forget ").filter(forget).count();
    assert_eq!(kept, 2);
}

#[test]
fn the_next_lesson_and_the_list_are_at_hand() {
    let mut window = open(Setup::default());
    window.click("recv(n) is a maximum");
    window.click("Anything from 1 to 4096");
    window.click("Run the lesson");
    window.until_text("You predicted that.");
    window.harness.get_by_label_contains("Next: ").click();
    window.harness.run_steps(4);
    assert!(!window.shows("You predicted that."));
    window.click("All lessons");
    window.until_text("✔ recv(n) is a maximum");
    for scene in catalogue() {
        assert!(window.shows(scene.title.of(Language::English)), "{}", scene.id);
    }
    window.click("Close the lessons");
    window.until_text("Request");
}

#[test]
fn a_lesson_leaves_everything_as_it_was() {
    let mut window = Window::open(Setup::default());
    window.try_here();
    let port = |window: &Window| window.harness.state().client_connection().unwrap().local.unwrap();
    let own = port(&window);
    window.menu("Lessons");
    window.click("recv(n) is a maximum");
    // The keys are the lesson's while one is open.
    window.harness.key_press(Key::F5);
    window.until_text("Running…");
    window.until_text("Pace: slow");
    window.harness.key_press(Key::Escape);
    window.until("it is stopped", |harness| harness.query_by_label("Running…").is_none());
    window.harness.key_press(Key::F5);
    window.until_text("Observed");
    assert_ne!(port(&window), own, "the lesson's client is looked at");
    window.click("Close the lessons");
    window.until("nothing is slowed down", |harness| harness.query_by_label_contains("Pace: ").is_none());
    assert_eq!(port(&window), own);
    assert!(Window::complete(&window.harness));
}

#[test]
fn a_read_that_ends_within_a_character_says_so() {
    let mut window = open(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    window.click("A character in two reads");
    window.click("Run the lesson");
    window.until_text("Observed");
    window.harness.query_all_by_label_contains("recv(8)").next().unwrap().click();
    window.until_text("It ends after 2 of 3 bytes of 上");
}

#[test]
fn what_is_odd_in_ordinary_use_leads_to_its_lesson() {
    let mut window = Window::open(Setup { size: [1280.0, 1100.0], ..Setup::default() });
    window.try_here();
    let end = window.harness.query_all_by_label_contains("the peer has finished sending").next();
    end.expect("the recv that returned 0 is told").click();
    window.harness.run_steps(4);
    window.click("Why did recv come back empty?");
    let scene = catalogue().iter().find(|scene| scene.id == "end").unwrap();
    window.until_text(scene.question.of(Language::English));
}

#[test]
fn what_a_word_means_leads_to_the_lesson_that_shows_it() {
    let mut window = Window::open(Setup::default());
    window.harness.key_press(Key::F1);
    window.harness.run_steps(4);
    window.filter_words("shutdown");
    window.click("Half-close");
    window.until_text("Does the answer reach the client?");
    assert!(window.harness.query_by_label("Find").is_none(), "the words are put away");
}

#[test]
fn a_scene_of_ones_own_is_opened_or_refused_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let text =
        "title = 'My scene'\nsteps = [{ start = 'it' }]\nclaims = ['it.listening = yes']\n[[server]]\nname = 'it'\n";
    std::fs::write(&path, format!("{text}colour = 'red'\n")).unwrap();
    let mut window = open(Setup { size: [1280.0, 1300.0], ..Setup::default() });
    let field = window.harness.get_by_role_and_label(Role::TextInput, "File");
    field.set_text_value_accesskit(path.to_str().unwrap());
    window.harness.run_steps(2);
    window.click("Open the scene");
    window.until_text("mine.toml, line 6: there is no key colour");
    let read = |window: &mut Window, path: &str| {
        window.harness.get_by_role_and_label(Role::TextInput, "File").set_text_value_accesskit(path);
        window.harness.run_steps(2);
        window.click("Open the scene");
    };
    read(&mut window, "/dev/zero");
    window.until_text("reading /dev/zero failed");
    std::fs::write(&path, text).unwrap();
    read(&mut window, path.to_str().unwrap());
    window.until_text("My scene");
    window.click("Run the lesson");
    window.until_text("it.listening = yes");
    window.click("All lessons");
    window.until_text("✔ My scene");
}

/// Every lesson is run in the window, in both languages, and its last screen drawn; `target/lessons` then has the pictures.
#[test]
fn every_lesson_ends_with_its_answer_on_the_screen() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("../lessons");
    std::fs::create_dir_all(&folder).unwrap();
    for (language, tongue, lessons, run) in
        [(Language::English, "en", "Lessons", "Run the lesson"), (Language::Chinese, "zh", "课程", "运行课程")]
    {
        let theme = if language == Language::English { Theme::Light } else { Theme::Dark };
        let mut window = Window::open(Setup { size: [1280.0, 1000.0], language, theme, ..Setup::default() });
        window.menu(lessons);
        for scene in catalogue() {
            window.click(scene.title.of(language));
            window.click(run);
            let again = if language == Language::English { "Observed" } else { "观察结果" };
            window.until(&format!("{} is over", scene.id), |harness| harness.query_by_label(again).is_some());
            window.harness.run_steps(3);
            window.harness.remove_cursor();
            window.harness.run_steps(2);
            let picture = window.harness.render().unwrap();
            picture.save(folder.join(format!("{}-{tongue}.png", scene.id))).unwrap();
            let otherwise =
                if language == Language::English { "it went otherwise" } else { "这一次在本机上结果不同" };
            assert!(!window.shows(otherwise), "{}", scene.id);
            window.click(if language == Language::English { "All lessons" } else { "全部课程" });
        }
    }
}

#[test]
fn the_first_start_says_what_this_is_and_lets_it_happen() {
    for (language, heading, try_it) in [
        (Language::English, "See what sockets do", "Try it here"),
        (Language::Chinese, "看见套接字在做什么", "在此试一试"),
    ] {
        let mut window = Window::open(Setup { language, is_first: true, ..Setup::default() });
        window.until_text(heading);
        let button = window.harness.get_all_by_label(try_it).last().unwrap();
        button.click();
        window.harness.run_steps(4);
        window.until("the page arrives", Window::complete);
        assert!(!window.shows(heading));
    }
    let mut window = Window::open(Setup { is_first: true, ..Setup::default() });
    window.click("To the empty instrument");
    window.until_text("Every socket call appears here");
    assert!(!Window::open(Setup::default()).shows("See what sockets do"), "only the first time");
}

#[test]
fn a_projected_lesson_has_the_screen_for_itself() {
    let folder = tempfile::tempdir().unwrap();
    let setup = || Setup { size: [1280.0, 800.0], folder: Some(folder.path().to_owned()), ..Setup::default() };
    let mut window = open(setup());
    window.click("Four sends, one read");
    assert!(window.shows("Address"));
    window.harness.key_press(Key::F11);
    window.harness.run_steps(4);
    assert!(!window.shows("Address"), "the address is of no use to a lesson");
    assert!(window.harness.ctx.zoom_factor() > 1.2);
    assert!(window.harness.state().settings().projector);
    window.harness.key_press(Key::F11);
    window.harness.run_steps(4);
    assert!(window.shows("Address"));
    assert!((window.harness.ctx.zoom_factor() - 1.0).abs() < 0.01);
}
