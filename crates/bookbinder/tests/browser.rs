//! The stepper as a reader meets it: in a browser, from a file.
//!
//! `cargo test --workspace --test browser -- --ignored` needs Chromium and ChromeDriver, and for the
//! manners of the pages axe-core, whose file `AXE` names; `cargo test --workspace` does without.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use bookbinder::verbs::build::build;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;

/// ChromeDriver, which ends with the test.
struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    fn start() -> Self {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("ChromeDriver is installed (Debian: chromium-driver)");
        let said = BufReader::new(process.stdout.take().expect("it is piped"));
        let port = said.lines().find_map(|line| {
            let line = line.expect("it says something");
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        Self { process, port: port.expect("it says its port") }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A page of the book with a stepper.
struct Stepper<'c> {
    client: &'c Client,
    id: &'static str,
}

impl Stepper<'_> {
    async fn find(&self, within: &str) -> Result<Element, CmdError> {
        self.client.find(Locator::Css(&format!("#{} {within}", self.id))).await
    }

    async fn press(&self, button: &str) -> Result<(), CmdError> {
        let button = format!("//*[@id='{}']//button[text()='{button}']", self.id);
        self.client.find(Locator::XPath(&button)).await?.click().await
    }

    /// Moves with the buttons, as in `AB`.
    async fn moves(&self, schedule: &str) -> Result<(), CmdError> {
        for thread in schedule.chars() {
            self.press(&format!("{thread} moves")).await?;
        }
        Ok(())
    }

    async fn said(&self) -> Result<String, CmdError> {
        self.find(".said").await?.text().await
    }

    async fn so_far(&self) -> Result<String, CmdError> {
        self.find(".order code").await?.text().await
    }

    async fn memory(&self) -> Result<String, CmdError> {
        self.find(".memory").await?.text().await
    }
}

/// The book, built once, and the page with the steppers.
fn page() -> String {
    static PAGE: OnceLock<String> = OnceLock::new();
    let build = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().expect("the project is there");
        // A draft: this test is not about measurements.
        let index = build(&root, true).expect("the book can be built");
        let page = index.with_file_name("races").join("finding.html");
        format!("file://{}", page.display())
    };
    PAGE.get_or_init(build).clone()
}

/// Opens the page, with what follows its address, and does `test` there.
fn in_browser(hash: &str, test: impl AsyncFnOnce(&Client) -> Result<(), CmdError>) {
    let driver = Driver::start();
    let options = serde_json::json!({
        "goog:chromeOptions": { "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--window-size=1000,900",
        ] },
    });
    let serde_json::Value::Object(options) = options else { unreachable!("an object") };
    let browse = async {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(options);
        let client = builder
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .expect("the browser starts");
        let done = async {
            client.goto(&format!("{}{hash}", page())).await?;
            test(&client).await
        };
        let done = done.await;
        let _ = client.close().await;
        done
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(browse).expect("the browser does as it is told");
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_reader_loses_an_update_and_takes_it_back() {
    in_browser("", async |client| {
        let stepper = Stepper { client, id: "step-lost-update" };
        stepper.moves("ABB").await?;
        assert_eq!(stepper.so_far().await?, "ABB");
        assert!(stepper.memory().await?.contains("count = 1"));
        stepper.moves("A").await?;
        let said = stepper.said().await?;
        assert!(said.starts_with("You broke it: count = 1"), "{said}");
        assert!(said.contains("4 of 6 orders"), "{said}");
        // Nobody can move at the end, and the button says so.
        stepper.moves("A").await?;
        assert_eq!(stepper.said().await?, "A has ended.");

        stepper.press("Undo").await?;
        stepper.press("Undo").await?;
        assert_eq!(stepper.so_far().await?, "AB");
        assert!(stepper.memory().await?.contains("count = 0"));
        stepper.press("Start over").await?;
        stepper.moves("AABB").await?;
        let said = stepper.said().await?;
        assert!(said.starts_with("Fine: count = 2. But 4 of 6"), "{said}");
        stepper.press("Show a bad order").await?;
        assert!(stepper.said().await?.starts_with("You broke it"));
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_reader_makes_a_deadlock_with_the_keyboard_alone() {
    in_browser("", async |client| {
        let stepper = Stepper { client, id: "step-deadlock" };
        // The first button gets the focus, as the Tab key would give it.
        let focus = "document.querySelector('#step-deadlock button').focus()";
        client.execute(focus, Vec::new()).await?;
        let type_key = async |key: &str| {
            let focused = client.active_element().await?;
            focused.send_keys(key).await
        };
        type_key("a").await?;
        type_key("b").await?;
        let said = stepper.said().await?;
        assert!(said.contains("A waits for lock_y, B waits for lock_x"), "{said}");
        type_key("a").await?;
        assert_eq!(stepper.said().await?, "A waits: B has lock_y.");
        type_key("u").await?;
        assert_eq!(stepper.so_far().await?, "A");
        // The button still has the focus, and Enter presses it.
        type_key("\u{E007}").await?;
        assert_eq!(stepper.so_far().await?, "AA");
        type_key("r").await?;
        assert_eq!(stepper.so_far().await?, "—");
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn nobody_breaks_the_fix() {
    in_browser("", async |client| {
        let stepper = Stepper { client, id: "step-deadlock-ordered" };
        for schedule in ["AAAAAABBBBBB", "BBBBBBAAAAAA"] {
            stepper.press("Start over").await?;
            // Who is tried out of turn can't move, and says why.
            for thread in schedule.chars() {
                let other = if thread == 'A' { "B" } else { "A" };
                stepper.moves(&thread.to_string()).await?;
                let moved = stepper.so_far().await?;
                if moved.chars().count() < 6 {
                    stepper.moves(other).await?;
                    let waits = format!("{other} waits: {thread} has lock_x.");
                    assert_eq!(stepper.said().await?, waits);
                    assert_eq!(stepper.so_far().await?, moved);
                }
            }
            let said = stepper.said().await?;
            assert!(said.contains("So are all 2 orders: nobody can break it"), "{said}");
        }
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_reader_lets_both_miss_each_other() {
    in_browser("", async |client| {
        client.goto(&page().replace("finding.html", "order.html")).await?;
        let stepper = Stepper { client, id: "step-sb" };
        stepper.press("a stores").await?;
        assert_eq!(stepper.said().await?, "Nothing waits in a.");
        stepper.moves("A").await?;
        assert!(stepper.memory().await?.contains("x = 0"));
        let boxes = stepper.find(".threads").await?.text().await?;
        assert!(
            boxes.contains("Buffer: x = 1") && boxes.contains("Buffer: empty"),
            "{boxes}"
        );
        stepper.moves("ABB").await?;
        stepper.press("a stores").await?;
        assert!(stepper.memory().await?.contains("x = 1"));
        // The keys know a thread from its buffer.
        client.active_element().await?.send_keys("b").await?;
        assert_eq!(stepper.so_far().await?, "AABBab");
        let said = stepper.said().await?;
        assert!(said.contains("A.saw = 0, B.saw = 0"), "{said}");
        assert!(said.starts_with("You broke it"), "{said}");
        stepper.press("Undo").await?;
        let link = stepper.find(".controls a").await?.attr("href").await?;
        assert_eq!(link.as_deref(), Some("#step-sb=AABBa"));
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn an_order_can_be_shared_as_a_link() {
    in_browser("#step-lost-update=ABBA", async |client| {
        let stepper = Stepper { client, id: "step-lost-update" };
        assert_eq!(stepper.so_far().await?, "ABBA");
        assert!(stepper.said().await?.starts_with("You broke it"));
        stepper.press("Undo").await?;
        let link = stepper.find(".controls a").await?.attr("href").await?;
        assert_eq!(link.as_deref(), Some("#step-lost-update=ABB"));
        // Another one does not mind, and what can't be is left out.
        let other = Stepper { client, id: "step-deadlock" };
        assert_eq!(other.so_far().await?, "—");
        client.goto(&format!("{}#step-deadlock=AAAXB", page())).await?;
        assert_eq!(other.so_far().await?, "AAA");
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_screen_reader_is_told_and_paper_has_the_trace() {
    in_browser("", async |client| {
        let stepper = Stepper { client, id: "step-lost-update" };
        let said = stepper.find(".said").await?;
        assert_eq!(said.attr("role").await?.as_deref(), Some("status"));
        stepper.moves("A").await?;
        let current = stepper.find("li[aria-current=step]").await?;
        assert_eq!(current.text().await?, "count.store(seen + 1)");
        let trace = stepper.find(".trace").await?;
        assert!(!trace.is_displayed().await?, "on a screen, the stepper takes its place");
        assert!(trace.html(true).await?.contains("4 of 6 orders are bad"));
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn an_answer_uncovers_and_is_remembered() {
    in_browser("", async |client| {
        let waiting = page().replace("races/finding.html", "threads/waiting.html");
        let plot = "div.covered.by-1 svg";
        let is_covered = async || {
            let plot = client.find(Locator::Css(plot)).await?;
            Ok::<_, CmdError>(plot.css_value("visibility").await? == "hidden")
        };
        client.goto(&waiting).await?;
        assert!(is_covered().await?, "the reader has not answered");
        let choose = async |input: &str| {
            let input = format!("#predict-1 {input}");
            client.find(Locator::Css(&input)).await?.click().await
        };
        choose(".sure input[value=certain]").await?;
        assert!(is_covered().await?, "to be sure is no answer");
        choose("label.correct input").await?;
        assert!(!is_covered().await?);
        // What is chosen after that is not what was predicted.
        choose("label:not(.correct, .skip) input").await?;
        client.refresh().await?;
        assert!(!is_covered().await?, "it has been answered before");

        let count = page().replace("races/finding.html", "appendix/predictions.html");
        client.goto(&count).await?;
        let row = client.find(Locator::Css("tr[data-part=threads]")).await?;
        assert_eq!(row.text().await?, "Threads 1 1 1 of 1");

        // A link to what is covered shows it.
        client.find(Locator::Css("button.forget")).await?.click().await?;
        client.goto(&format!("{waiting}#claim-threads-overlap-waiting")).await?;
        client.refresh().await?;
        assert!(is_covered().await?);
        let claim = client.find(Locator::Css("#claim-threads-overlap-waiting p")).await?;
        assert_eq!(claim.css_value("visibility").await?, "visible");
        Ok(())
    });
}

/// All pages of the book, from its folder on.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the book was built").flatten();
    let (folders, files): (Vec<_>, Vec<_>) =
        entries.map(|entry| entry.path()).partition(|path| path.is_dir());
    let is_page = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default();
        // One is all pages once more, one has no text of ours, and one belongs to others.
        let others = ["print.html", "404.html", "toc.html"];
        file.extension().is_some_and(|end| end == "html")
            && !others.iter().any(|other| name == *other)
    };
    let mut pages: Vec<_> = files.into_iter().filter(is_page).collect();
    for folder in folders {
        pages.extend(self::pages(&folder));
    }
    pages.sort();
    pages
}

/// What axe-core calls serious or critical, and whether the page is wider than its window.
const FAULTS: &str = r#"
    const done = arguments[arguments.length - 1];
    axe.run(document.querySelector("main"), { resultTypes: ["violations"] }).then(({ violations }) => {
        const faults = violations
            .filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].html} ${nodes[0].failureSummary}`);
        const { scrollWidth, clientWidth } = document.scrollingElement;
        if (scrollWidth > clientWidth) faults.push(`${scrollWidth} wide in a window of ${clientWidth}`);
        done(faults);
    });
"#;

#[test]
#[ignore = "needs Chromium, ChromeDriver and axe-core"]
fn every_page_has_manners() {
    let Some(axe) = std::env::var_os("AXE") else {
        return eprintln!("not tested: AXE doesn't name the file axe.min.js of axe-core");
    };
    let axe = std::fs::read_to_string(&axe).expect("the file that AXE names can be read");
    in_browser("", async |client| {
        let book = page();
        let book = Path::new(book.trim_start_matches("file://")).ancestors().nth(2);
        let book = book.expect("the page lies in a part of the book");
        let patience = Some(Duration::from_secs(300));
        client
            .update_timeouts(TimeoutConfiguration::new(patience, patience, None))
            .await?;
        let mut faults = Vec::new();
        for (theme, width) in [("light", 1000), ("navy", 1000), ("light", 390)] {
            client.set_window_size(width, 900).await?;
            let set = format!("localStorage.setItem('mdbook-theme', '{theme}')");
            client.execute(&set, Vec::new()).await?;
            for page in pages(book) {
                client.goto(&format!("file://{}", page.display())).await?;
                client.execute(&axe, Vec::new()).await?;
                let found = client.execute_async(FAULTS, Vec::new()).await?;
                for fault in found.as_array().into_iter().flatten() {
                    let page = page.strip_prefix(book).unwrap_or(&page).display();
                    faults.push(format!("{page}, {theme}, {width}: {fault}"));
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        Ok(())
    });
}
