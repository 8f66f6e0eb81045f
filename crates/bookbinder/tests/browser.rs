//! The pages as a reader meets them: in a browser, from a file.
//!
//! `cargo test --workspace --test browser -- --ignored` needs Chromium and ChromeDriver, and for the
//! manners of the pages axe-core, whose file `AXE` names; `cargo test --workspace` does without.

mod driver;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use bookbinder::verbs::build::build;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, Locator};

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
    driver::in_browser(&format!("{}{hash}", page()), test);
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

/// What can be scrolled on a page and doesn't show that it goes on, or shows it and doesn't.
const UNTOLD: &str = "return [...document.querySelectorAll('main pre > code, main .table-wrapper')].filter(place => \
    (place.scrollWidth - place.clientWidth - place.scrollLeft > 1) !== place.classList.contains('goes-on')).length";

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_narrow_page_shows_where_it_goes_on() {
    in_browser("", async |client| {
        let number = async |script: &str| {
            let number = client.execute(script, Vec::new()).await?;
            Ok::<_, CmdError>(number.as_u64().expect("a number"))
        };
        let listings = "return [...document.querySelectorAll('code.language-rust')].map(code => code.textContent)";
        let order = page().replace("races/finding.html", "races/order.html");
        client.goto(&order).await?;
        let wide = client.execute(listings, Vec::new()).await?;
        client.set_window_size(390, 900).await?;
        client.goto(&order).await?;
        assert_eq!(
            client.execute(listings, Vec::new()).await?,
            wide,
            "no letter is lost"
        );
        assert!(
            number("return document.querySelectorAll('code > .line').length").await? > 9
        );
        let go_on = "return document.querySelectorAll('main .goes-on').length";
        assert!(number(go_on).await? > 0, "something is too wide");
        assert_eq!(number(UNTOLD).await?, 0);
        let scroll = "for (const place of document.querySelectorAll('main .goes-on')) { place.scrollLeft = 9999 }";
        client.execute(scroll, Vec::new()).await?;
        let gone = format!(
            "const done = arguments[0]; const look = () => document.querySelector('main .goes-on') ? \
             requestAnimationFrame(look) : done(({{ left: (() => {{ {UNTOLD} }})() }}).left); look()"
        );
        let left = client.execute_async(&gone, Vec::new()).await?;
        assert_eq!(left.as_u64(), Some(0), "at its end, nothing goes on");
        Ok(())
    });
}

/// The page on which readers write programs.
struct Play<'c> {
    client: &'c Client,
}

/// Keys, as the WebDriver standard numbers them.
const CONTROL: &str = "\u{E009}";
const RELEASE: &str = "\u{E000}";
const ENTER: &str = "\u{E007}";
const TAB: &str = "\u{E004}";
const DELETE: &str = "\u{E017}";

impl<'c> Play<'c> {
    async fn open(client: &'c Client) -> Result<Self, CmdError> {
        client.goto(&page().replace("finding.html", "play.html")).await?;
        let play = Self { client };
        play.find(".live textarea").await?;
        Ok(play)
    }

    /// Waits until there is such an element.
    async fn find(&self, within: &str) -> Result<Element, CmdError> {
        let selector = format!("#play {within}");
        self.client.wait().for_element(Locator::Css(&selector)).await
    }

    async fn press(&self, button: &str) -> Result<(), CmdError> {
        let button = format!("//*[@id='play']//button[text()='{button}']");
        self.client.find(Locator::XPath(&button)).await?.click().await
    }

    async fn choose(&self, level: &str) -> Result<(), CmdError> {
        self.find("select").await?.select_by_value(level).await.map(|_| ())
    }

    /// Types the program anew, and explores it with the keyboard. Returns what is said.
    async fn explores(&self, program: &str) -> Result<String, CmdError> {
        let text = self.find("textarea").await?;
        text.send_keys(&format!("{CONTROL}a{RELEASE}{DELETE}{program}")).await?;
        text.send_keys(&format!("{CONTROL}{ENTER}")).await?;
        self.said().await
    }

    /// Waits for the answer.
    async fn said(&self) -> Result<String, CmdError> {
        let said = "//*[@id='play-said'][text() and not(contains(., '…'))]";
        self.client.wait().for_element(Locator::XPath(said)).await?.text().await
    }

    async fn text(&self) -> Result<String, CmdError> {
        let text = self.find("textarea").await?.prop("value").await?;
        Ok(text.unwrap_or_default())
    }
}

const TICKETS: &str = "shared next = 0\nthread A\nmine = next.fetch_add(1)\nthread B\n\
                       mine = next.fetch_add(1)\nexpect next == 2 and A.mine != B.mine\n";

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_reader_breaks_a_program_mends_it_and_finds_it_again() {
    in_browser("", async |client| {
        let play = Play::open(client).await?;
        play.press("Explore").await?;
        let said = play.said().await?;
        assert_eq!(said, "13 states, 6 schedules; 4 of them end badly.");
        // The stepper has gone the shortest bad way, and goes another one.
        let told = play.find(".stepper .said").await?;
        assert!(told.text().await?.starts_with("You broke it: next = 1"));
        play.press("Undo").await?;
        play.press("Undo").await?;
        play.press("B moves").await?;
        let order = play.find(".stepper .order code").await?;
        assert_eq!(order.text().await?, "ABB");
        play.press("Show a bad order").await?;
        assert_eq!(order.text().await?, "ABBA");

        // What has to stay is missed, though nothing goes wrong without it.
        let without = TICKETS.replace(" and A.mine != B.mine", "");
        let said = play.explores(&without).await?;
        assert!(said.contains("But `expect next == 2 and A.mine != B.mine`"), "{said}");
        let said = play.explores(TICKETS).await?;
        assert!(said.starts_with("Solved! 5 states, 2 schedules; none"), "{said}");
        let count = play.find(".count").await?.text().await?;
        assert_eq!(count, "1 of 13 solved");
        play.press("Next level").await?;
        assert!(play.text().await?.starts_with("shared free = 1"));
        play.choose("01-tickets").await?;
        client.refresh().await?;
        assert_eq!(play.text().await?, TICKETS);
        assert_eq!(play.find(".count").await?.text().await?, "1 of 13 solved");
        let chosen = play.find("option:checked").await?.text().await?;
        assert_eq!(chosen, "1. Tickets ✓");
        play.press("Reset").await?;
        assert!(play.text().await?.contains("mine = next.load()"));
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn an_error_stands_at_its_line() {
    in_browser("", async |client| {
        let play = Play::open(client).await?;
        play.choose("own").await?;
        let said = play.explores("shared n = 0\nthread A\n  n.stroe(1)\n").await?;
        assert!(said.starts_with("Line 3: `n.stroe(1)` is no step"), "{said}");
        assert_eq!(play.find(".numbers .wrong").await?.text().await?, "3");
        let text = play.find("textarea").await?;
        assert_eq!(text.attr("aria-invalid").await?.as_deref(), Some("true"));
        play.press("Go to the line").await?;
        let selected = "const { value, selectionStart, selectionEnd } = document.activeElement; \
                        return value.slice(selectionStart, selectionEnd)";
        let selected = client.execute(selected, Vec::new()).await?;
        assert_eq!(selected.as_str(), Some("  n.stroe(1)"));
        // What is typed now takes the place of the line.
        client.active_element().await?.send_keys("n.store(1)").await?;
        assert_eq!(
            play.find(".numbers").await?.find_all(Locator::Css(".wrong")).await?.len(),
            0
        );
        play.press("Explore").await?;
        let said = play.said().await?;
        assert_eq!(
            said,
            "2 states, 1 schedule; none of them end badly. Nobody can break it."
        );
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_level_is_solved_with_the_keyboard_alone() {
    in_browser("", async |client| {
        let play = Play::open(client).await?;
        // The Tab key leads here from above; from here on, nothing but keys.
        let focus = "document.querySelector('#play select').focus()";
        client.execute(focus, Vec::new()).await?;
        let type_keys = async |keys: &str| {
            let focused = client.active_element().await?;
            focused.send_keys(keys).await
        };
        type_keys("5").await?;
        type_keys(TAB).await?;
        assert!(play.text().await?.contains("flag.store(1) # stays"));
        type_keys(&format!("{CONTROL}{ENTER}")).await?;
        let said = play.said().await?;
        assert!(said.contains("1 of them ends badly"), "{said}");
        // The program lets the Tab key go on: to Explore, Hint, Start over, the check mark or the next, and so
        // to the stepper.
        let is_on = async |text: &str| {
            Ok::<_, CmdError>(client.active_element().await?.text().await? == text)
        };
        let mut tabs = 0;
        while !is_on("A moves").await? {
            type_keys(TAB).await?;
            tabs += 1;
            assert!(tabs < 12, "the stepper can't be reached");
        }
        type_keys("r").await?;
        type_keys("b").await?;
        type_keys("b").await?;
        let order = play.find(".stepper .order code").await?;
        assert_eq!(order.text().await?, "BB");
        let back = format!("\u{E008}{TAB}{RELEASE}");
        let mut tabs = 0;
        while client.active_element().await?.tag_name().await? != "textarea" {
            type_keys(&back).await?;
            tabs += 1;
            assert!(tabs < 12, "the program can't be reached again");
        }
        let solution = "shared data = 0\nshared flag = 0\nthread A\ndata.store(1)\nflag.store(1)\n\
                        thread B\ntold = flag.load()\nsaw = data.load()\nexpect B.saw >= B.told";
        type_keys(&format!("{CONTROL}a{RELEASE}{DELETE}{solution}")).await?;
        type_keys(&format!("{CONTROL}{ENTER}")).await?;
        let said = play.said().await?;
        assert!(said.starts_with("Solved!"), "{said}");
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn the_page_stays_alive_whatever_it_is_given() {
    in_browser("", async |client| {
        let play = Play::open(client).await?;
        play.choose("own").await?;
        let thread = |i| {
            format!(
                "thread T{i}\na = n.load()\nn.store(a + 1)\nb = n.load()\nn.store(b + 1)\n"
            )
        };
        let large: String = (1..=12).map(thread).collect();
        let fill = format!(
            "const text = document.querySelector('#play-text'); text.value = {:?}; \
             text.dispatchEvent(new Event('input'))",
            format!("shared n = 0\n{large}")
        );
        client.execute(&fill, Vec::new()).await?;
        // While the worker explores, the page goes on.
        let alive = "const done = arguments[arguments.length - 1]; \
                     document.querySelector('#play .controls button').click(); \
                     setTimeout(() => done(document.querySelector('#play-said').textContent), 0)";
        let said = client.execute_async(alive, Vec::new()).await?;
        assert_eq!(said.as_str(), Some("Exploring …"));
        let said = play.said().await?;
        assert!(
            said.contains("has more than 10,000 states; take away a thread"),
            "{said}"
        );

        // A worker that never answers is given up, and the next one answers.
        let deaf = "const { postMessage } = Worker.prototype; \
                    Worker.prototype.postMessage = () => { Worker.prototype.postMessage = postMessage; }";
        client.execute(deaf, Vec::new()).await?;
        play.press("Explore").await?;
        let said = play.said().await?;
        assert!(said.starts_with("This program takes too long"), "{said}");
        let said = play.explores("shared n = 0\nthread A\nn.store(1)").await?;
        assert!(said.starts_with("2 states, 1 schedule"), "{said}");
        Ok(())
    });
}

#[test]
#[ignore = "needs Chromium and ChromeDriver"]
fn a_livelock_is_gone_through_once() {
    in_browser("", async |client| {
        let play = Play::open(client).await?;
        play.choose("12-polite").await?;
        play.press("Explore").await?;
        let said = play.said().await?;
        assert!(
            said.ends_with("none of them end badly. But there is a livelock."),
            "{said}"
        );
        let told = play.find(".stepper .said").await?.text().await?;
        assert!(told.starts_with("livelock: A and B move for ever"), "{told}");
        assert!(told.ends_with("over and over. You see it once."), "{told}");
        // Nobody has ended: both can still move.
        play.press("A moves").await?;
        let told = play.find(".stepper .said").await?.text().await?;
        assert!(told.starts_with("A: "), "{told}");
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
fn every_page_has_manners_by_day() {
    every_page_has_manners("light", 1000);
}

#[test]
#[ignore = "needs Chromium, ChromeDriver and axe-core"]
fn every_page_has_manners_at_night() {
    every_page_has_manners("navy", 1000);
}

#[test]
#[ignore = "needs Chromium, ChromeDriver and axe-core"]
fn every_page_has_manners_on_a_phone() {
    every_page_has_manners("light", 390);
}

fn every_page_has_manners(theme: &str, width: u32) {
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
        client.set_window_size(width, 900).await?;
        let set = format!("localStorage.setItem('mdbook-theme', '{theme}')");
        client.execute(&set, Vec::new()).await?;
        let mut faults = Vec::new();
        for page in pages(book) {
            client.goto(&format!("file://{}", page.display())).await?;
            // What shows only when a reader does something has to have manners, too.
            if page.ends_with("races/play.html") {
                let play = Play { client };
                play.find("select").await?;
                play.press("Hint").await?;
                play.press("Explore").await?;
                play.said().await?;
            }
            client.execute(&axe, Vec::new()).await?;
            let found = client.execute_async(FAULTS, Vec::new()).await?;
            for fault in found.as_array().into_iter().flatten() {
                let page = page.strip_prefix(book).unwrap_or(&page).display();
                faults.push(format!("{page}: {fault}"));
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        Ok(())
    });
}
