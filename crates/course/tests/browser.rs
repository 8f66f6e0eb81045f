//! The page of `cargo course show` as a student meets it: in a browser, from a file.
//!
//! `cargo test --workspace --test browser -- --ignored` needs Chromium and ChromeDriver.

#![cfg(target_os = "linux")]

#[path = "../../bookbinder/tests/driver/mod.rs"]
mod driver;

use std::path::Path;
use std::process::Command;

use fantoccini::error::CmdError;
use fantoccini::{Client, Locator};

/// The page of the known-wrong answer `wrong` to the exercise `name`.
fn page(folder: &Path, (part, name): (&str, &str), wrong: &str) -> String {
    let exercises = Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises");
    let answer = exercises.join(format!("wrong/{part}/{name}/{wrong}.rs"));
    let page = folder.join("page.html");
    let made = Command::new(env!("CARGO_BIN_EXE_course"))
        .env("CARGO_TARGET_DIR", env!("CARGO_TARGET_TMPDIR"))
        .args(["show", name, "--trust", "--exercises"])
        .arg(&exercises)
        .arg("--answer")
        .arg(answer)
        .arg("--output")
        .arg(&page)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    format!("file://{}", page.display())
}

struct Shown<'c>(&'c Client);

impl Shown<'_> {
    async fn text(&self, selector: &str) -> Result<String, CmdError> {
        self.0.find(Locator::Css(selector)).await?.text().await
    }

    async fn press(&self, button: &str) -> Result<(), CmdError> {
        let button = format!("//button[text()='{button}']");
        self.0.find(Locator::XPath(&button)).await?.click().await
    }

    async fn keys(&self, keys: &str) -> Result<(), CmdError> {
        self.0.find(Locator::Css("body")).await?.send_keys(keys).await
    }
}

const LEFT: &str = "\u{E012}";
const RIGHT: &str = "\u{E014}";
const END: &str = "\u{E010}";

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_student_steps_through_a_deadlock_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let page = page(folder.path(), ("races", "transfer"), "the_payer_first");
    driver::in_browser(&page, async |client| {
        let shown = Shown(client);
        assert_eq!(shown.text(".said").await?, "At the start, of 7 steps.");
        assert!(shown.text(".memory").await?.contains("lock 1 is free (100 in it)"));
        // Forward with the button and with a key, and back.
        shown.press("Forward").await?;
        shown.keys(&RIGHT.repeat(3)).await?;
        let said = shown.text(".said").await?;
        assert!(
            said.contains("thread 1 takes lock 1") && said.ends_with("(line 12)."),
            "{said}"
        );
        assert!(shown.text(".memory").await?.contains("thread 1 has lock 1"));
        let current = ".lanes li[aria-current=step] .source";
        let line = "let mut payer = accounts[from].lock().unwrap();";
        assert_eq!(shown.text(current).await?, line);
        shown.keys(LEFT).await?;
        assert!(shown.text(".memory").await?.contains("lock 1 is free"));
        // The step that fails, and all of it: the circle is drawn, and told to whoever can't see it.
        shown.press("Failing step").await?;
        let line = "let mut receiver = accounts[to].lock().unwrap();";
        assert_eq!(
            shown.text(".lanes li.failing[aria-current=step] .source").await?,
            line
        );
        assert_eq!(shown.text(".answer li.now").await?.trim(), line);
        shown.keys(END).await?;
        assert!(shown.text(".said.bad").await?.contains("deadlock: nobody can go on"));
        let circle =
            client.find(Locator::Css("svg.waits")).await?.attr("aria-label").await?;
        let words = "A circle: thread 1 → lock 2 → thread 2 → lock 1 → thread 1";
        assert_eq!(circle.as_deref(), Some(words));
        // On a phone, it is no wider than the window.
        client.set_window_size(390, 800).await?;
        let wider = "const it = document.scrollingElement; return it.scrollWidth - it.clientWidth;";
        let wider = client.execute(wider, Vec::new()).await?;
        assert_eq!(wider.as_i64(), Some(0));
        Ok(())
    });
}
