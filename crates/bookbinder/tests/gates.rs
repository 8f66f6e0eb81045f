//! Each gate, proven by breaking something.

mod fixture;

use std::fs;

use bookbinder::kept::player;
use bookbinder::verbs::build::build;
use fixture::{Fixture, PAGE, assert_says};
use surveyor::code::Code;
use surveyor::kept::measurement::{Group, Unit};

#[test]
fn a_whole_book_passes_every_gate() {
    let fixture = Fixture::new();
    assert_eq!(fixture.check(), []);
}

#[test]
fn a_missing_file() {
    let fixture = Fixture::new();
    fixture.append("```rust\n{{#include ../../crates/adder/src/gone.rs}}\n```");
    let line = fixture.end() - 2;
    let place = format!("{PAGE}:{line}");
    assert_says(
        &fixture.only_finding(),
        &place,
        &["no file crates/adder/src/gone.rs", "correct the path"],
    );
}

#[test]
fn a_missing_anchor() {
    let fixture = Fixture::new();
    fixture.replace(PAGE, "lib.rs:add", "lib.rs:subtract");
    let findings: Vec<_> = fixture.findings().iter().map(ToString::to_string).collect();
    assert_says(
        &findings[0],
        &format!("{PAGE}:4"),
        &["lib.rs has no anchor `subtract`", "its anchors are: add"],
    );
    // Which leaves the anchor that is there without a reader.
    assert_says(
        &findings[1],
        "crates/adder/src/lib.rs:1",
        &["no chapter includes the anchor `add`"],
    );
    assert_eq!(findings.len(), 2);
}

#[test]
fn an_unused_anchor() {
    let fixture = Fixture::new();
    fixture.replace("crates/adder/src/main.rs", "fn main", "// ANCHOR: all\nfn main");
    assert_says(
        &fixture.only_finding(),
        "crates/adder/src/main.rs:1",
        &["no chapter includes the anchor `all`", "take it away"],
    );
}

#[test]
fn lines_included_by_number() {
    let fixture = Fixture::new();
    fixture.append("```rust\n{{#include ../../crates/adder/src/lib.rs:2:3}}\n```");
    assert_says(
        &fixture.only_finding(),
        &format!("{PAGE}:{}", fixture.end() - 2),
        &["lines 2:3", "ANCHOR"],
    );
}

#[test]
fn pasted_code() {
    for language in ["rust", "rust,ignore", "rs", "python"] {
        let fixture = Fixture::new();
        fixture.append(&format!("```{language}\nlet n = 1;\n```"));
        let place = format!("{PAGE}:{}", fixture.end() - 2);
        assert_says(
            &fixture.only_finding(),
            &place,
            &["pasted", "{{#include FILE:ANCHOR}}"],
        );
    }
}

#[test]
fn a_block_without_a_language() {
    let fixture = Fixture::new();
    fixture.append("```\nlet n = 1;\n```");
    assert_says(
        &fixture.only_finding(),
        &format!("{PAGE}:{}", fixture.end() - 3),
        &["doesn't say what it is"],
    );
}

#[test]
fn a_measurement_typed_into_prose() {
    for (prose, number) in [
        ("It is 41× faster.", "41×"),
        ("It takes\n3.2 ms here.", "3.2 ms"),
        ("| a | b |\n|---|---|\n| 17 % | 1 |", "17 %"),
    ] {
        let fixture = Fixture::new();
        fixture.append(prose);
        let line = prose.lines().position(|line| line.contains(number)).unwrap();
        let place = format!("{PAGE}:{}", fixture.end() - prose.lines().count() + line);
        assert_says(
            &fixture.only_finding(),
            &place,
            &[&format!("`{number}` was typed"), "{{#measured ID}}"],
        );
    }
    let fixture = Fixture::new();
    fixture.append("It was set to {{#given 50 ms}}.");
    assert_eq!(fixture.findings(), []);
}

#[test]
fn an_id_that_was_never_measured() {
    for directive in [
        "measured speed/light/10",
        "ratio speed/light/10 / speed/slow/10",
        "table light",
        "plot light | numbers",
        "plot speed | numbers | light",
        "bars light",
        "dots light | names",
        "dots speed | names | light",
        "dots speed | names | | a line = speed/light/10",
        "dots speed | names | | a line = speed/slow/10 / light/fast/10",
        "break-even speed/light / speed/slow",
    ] {
        let fixture = Fixture::new();
        fixture.append(&format!("{{{{#{directive}}}}}"));
        let place = format!("{PAGE}:{}", fixture.end() - 1);
        assert_says(
            &fixture.only_finding(),
            &place,
            &["was never measured", "cargo book measure"],
        );
    }
}

#[test]
fn a_module_of_other_code() {
    let fixture = Fixture::new();
    fixture.append("{{#play}}");
    let place = format!("{PAGE}:{}", fixture.end() - 1);
    assert_says(
        &fixture.only_finding(),
        &place,
        &["book/theme/explorer.wasm can't be read", "`cargo book wasm`"],
    );
    let code = "pub fn explored() -> u64 { super::steps::step() }\n";
    fixture.write("crates/explorer/src/lib.rs", "pub mod page;\nmod steps;\n");
    fixture.write(player::CODE, code);
    fixture.write("crates/explorer/Cargo.toml", "[package]\nname = \"explorer\"\n");
    fixture.write("crates/explorer/src/steps.rs", "pub fn step() -> u64 { 1 }\n");
    fixture
        .write("crates/explorer/levels/01-one.txt", "# One\n# Mend it.\n# Hint: No.\n");
    let print = || Code::of(fixture.root()).fingerprint(&fixture.file(player::CODE));
    let compile = |code: &str| {
        let module = player::with_code(b"\0asm\x01\0\0\0".to_vec(), code);
        fs::write(fixture.file(player::MODULE), module).unwrap();
    };
    fs::create_dir_all(fixture.file("book/theme")).unwrap();
    compile(&print().unwrap());
    assert_eq!(fixture.findings(), []);
    let stale = ["compiled before its code changed", "`cargo book wasm`"];
    // A comment changes nothing; a step does, in whichever file.
    fixture.write(player::CODE, &format!("// A comment.\n{code}"));
    assert_eq!(fixture.findings(), []);
    fixture.replace("crates/explorer/src/steps.rs", "1", "2");
    assert_says(&fixture.only_finding(), player::MODULE, &stale);
    compile(&print().unwrap());
    assert_eq!(fixture.findings(), []);
    // A module that says nothing of its code may be any.
    fs::write(fixture.file(player::MODULE), b"\0asm\x01\0\0\0").unwrap();
    assert_says(&fixture.only_finding(), player::MODULE, &stale);
    // Where no chapter needs it, nobody asks.
    fixture.replace(PAGE, "{{#play}}", "");
    assert_eq!(fixture.findings(), []);
}

/// Whoever changes the code has no such machine, and its numbers stand beside those of the reference.
#[test]
fn a_machine_beside_the_reference_ages_with_the_code() {
    let fixture = Fixture::new();
    fixture.measure("slower", 9.0);
    assert_eq!(fixture.check(), []);
    fixture.replace("crates/adder/src/lib.rs", "+ 1", "+ 2");
    let findings: Vec<_> = fixture.findings().iter().map(ToString::to_string).collect();
    let file = "book/measurements/slower/speed.json";
    let finding = findings.iter().find(|finding| finding.contains(file));
    assert_says(
        finding.expect("it is found"),
        file,
        &["measured before its code changed", "take this file away", "--machine slower"],
    );
}

#[test]
fn stale_code() {
    let fixture = Fixture::new();
    fixture.replace(
        "crates/adder/src/lib.rs",
        "    n + 1",
        "    // One more.\n    n\n        + 1",
    );
    assert_eq!(fixture.check(), [], "a comment doesn't age a number");

    fixture.replace("crates/adder/src/lib.rs", "+ 1", "+ 2");
    let findings: Vec<_> = fixture.findings().iter().map(ToString::to_string).collect();
    assert_says(
        &findings[0],
        "book/measurements/ref/speed.json",
        &[
            "measured before its code changed",
            "cargo book measure --machine ref --only speed",
            "--draft",
        ],
    );
    assert_says(
        &findings[1],
        &format!("{PAGE}:13"),
        &["recorded before its code changed", "cargo book record adder"],
    );
    assert_eq!(findings.len(), 2);
}

#[test]
fn an_output_that_drifted() {
    let fixture = Fixture::new();
    fixture.replace("crates/adder/src/main.rs", "in 3 ms", "after 3 ms");
    // Somebody renews the fingerprint and doesn't look.
    fixture.record();
    let findings = fixture.check();
    assert_eq!(findings.len(), 1);
    assert_says(
        &findings[0].to_string(),
        "book/outputs/adder/demo.txt",
        &["it was `2 in 3 ms`, and now is `2 after 3 ms`", "cargo book record adder"],
    );
}

#[test]
fn an_output_that_was_never_recorded() {
    let fixture = Fixture::new();
    fixture.append("{{#run adder other}}");
    let place = format!("{PAGE}:{}", fixture.end() - 1);
    assert_says(
        &fixture.only_finding(),
        &place,
        &["nothing was recorded", "cargo book record adder"],
    );
}

#[test]
fn an_output_that_no_chapter_shows() {
    let fixture = Fixture::new();
    fixture.write(
        "book/outputs/adder/old.txt",
        "$ cargo run -p adder -- old\ncode: 0\n\n2\n",
    );
    assert_says(
        &fixture.only_finding(),
        "book/outputs/adder/old.txt",
        &["no chapter", "delete"],
    );
}

#[test]
fn a_flipped_claim() {
    for (fast, verdict) in [(9.0, "does not hold"), (6.0, "too close to call")] {
        let fixture = Fixture::new();
        fixture.measure("ref", fast);
        assert_says(
            &fixture.only_finding(),
            "book/claims.toml:2",
            &["`fast-is-fast` is written down as `holds`", verdict, "write `verdict ="],
        );
    }
}

#[test]
fn an_article_judged_without_proof() {
    const CONTROL: &str = "control = { measure = \"speed/slow/10\", at_most = 11, says = \"It is not.\" }\n";
    for (from, to, problem) in [
        ("about = \"the system\"\n", "", "doesn't say what is judged"),
        ("\"the system\"", "\"our code\"", "judges an article by our code"),
        ("\"the system\"", "\"Python\"", "is about Python, and rests on something else"),
        ("because_bound", "because", "doesn't say where its bound comes from"),
        (CONTROL, "", "has neither a control nor a count"),
        ("rival = \"Slow may be slow today.\"\n", "", "has a control and no rival"),
        (
            CONTROL,
            &format!("{CONTROL}counted = \"A test.\"\n"),
            "is counted and has a control",
        ),
        (
            "slow/10\", at_most = 11",
            "slow/7\", at_most = 11",
            "control of claim `fast-is-fast`",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.replace("book/claims.toml", from, to);
        assert_says(
            &fixture.only_finding(),
            "book/claims.toml:2",
            &["claim `fast-is-fast`", problem],
        );
    }
    // Of ours nobody asks so much; and a count needs no control.
    for (from, to) in [
        ("articles = [\"A\"]\nabout = \"the system\"\n", ""),
        (
            &format!("rival = \"Slow may be slow today.\"\n{CONTROL}"),
            "counted = \"A test.\"\n",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.replace("book/claims.toml", from, to);
        if to.contains("counted") {
            assert_says(
                &fixture.only_finding(),
                "book/claims.toml:2",
                &["said to be a count, and is a time", "`rival` and `control`"],
            );
            fixture.replace("book/measurements/ref/speed.json", "\"ns\"", "\"count\"");
        }
        assert_eq!(fixture.findings(), []);
    }
}

#[test]
fn a_reference_that_was_not_measured_to_the_end() {
    let fixture = Fixture::new();
    let file = fixture.file("book/measurements/ref/speed.json");
    let mut group = Group::read(&file).unwrap();
    group.measurements[1].processes.truncate(5);
    group.write(file.parent().unwrap()).unwrap();
    assert_says(
        &fixture.only_finding(),
        "book/measurements/ref/speed.json",
        &["measured by 5 of 6 processes", "measure it to the end"],
    );
}

#[test]
fn a_control_that_fails() {
    for bound in ["at_most = 9", "at_most = 10", "at_least = 10"] {
        let fixture = Fixture::new();
        // The control measures about ten.
        fixture.replace("book/claims.toml", "at_most = 11", bound);
        assert_says(
            &fixture.only_finding(),
            "book/claims.toml:2",
            &["written down as `holds`", "confounded", "verdict = \"confounded\""],
        );
        fixture.replace("book/claims.toml", "\"holds\"", "\"confounded\"");
        assert_eq!(fixture.findings(), []);
        build(fixture.root(), false).unwrap();
        let page = fixture.read("target/book/page.html");
        assert!(
            page.contains("<strong class=\"verdict confounded\">confounded</strong>")
        );
        assert!(page.contains("the number alone would speak for the claim"));
        assert!(page.contains("Slow may be slow today."));
    }
    // Nor does a failed control refute anything.
    let fixture = Fixture::new();
    fixture.replace("book/claims.toml", "at_most = 0.6", "at_most = 0.4");
    fixture.replace("book/claims.toml", "\"holds\"", "\"does-not-hold\"");
    assert_eq!(fixture.findings(), []);
    fixture.replace("book/claims.toml", "at_most = 11", "at_most = 9");
    assert_says(&fixture.only_finding(), "book/claims.toml:2", &["now it is confounded"]);
    fixture.replace("book/claims.toml", "\"does-not-hold\"", "\"confounded\"");
    build(fixture.root(), false).unwrap();
    let page = fixture.read("target/book/page.html");
    assert!(page.contains("the number alone would speak against the claim"));
}

#[test]
fn a_comparison_of_two_processors() {
    let fixture = Fixture::new();
    let folder = fixture.file("book/measurements/ref");
    let speed = fixture.read("book/measurements/ref/speed.json");
    fixture.write("book/measurements/ref/weight.json", &speed.replace("speed", "weight"));
    let code = Code::of(fixture.root());
    let of_model = |group: &str, model: &str| {
        let mut group = Group::read(&folder.join(format!("{group}.json"))).unwrap();
        group.machine.model = Some(model.into());
        group.code = code.fingerprint(code.bench_of(&group.group).unwrap()).unwrap();
        group.write(&folder).unwrap();
    };
    fixture.append("{{#ratio speed/fast/10 / weight/fast/10}}");
    of_model("speed", "one");
    of_model("weight", "one");
    assert_eq!(fixture.findings(), []);
    of_model("weight", "another");
    let said = [
        "`speed/fast/10 / weight/fast/10` compares two processors",
        "--only speed --only weight",
    ];
    let place = format!("{PAGE}:{}", fixture.end() - 1);
    assert_says(&fixture.only_finding(), &place, &said);

    fixture.replace(PAGE, "{{#ratio speed/fast/10 / weight/fast/10}}", "");
    assert_eq!(fixture.findings(), []);
    fixture.replace(
        "book/claims.toml",
        "{ measure = \"speed/slow/10\",",
        "{ measure = \"speed/slow/10 / weight/slow/10\",",
    );
    assert_says(
        &fixture.only_finding(),
        "book/claims.toml:2",
        &["`speed/slow/10 / weight/slow/10` compares two processors", said[1]],
    );
}

#[test]
fn a_claim_that_its_chapter_does_not_try() {
    let fixture = Fixture::new();
    fixture.replace(PAGE, "{{#claim fast-is-fast}}", "");
    assert_says(
        &fixture.only_finding(),
        "book/claims.toml:2",
        &["not tried in its chapter, page.md"],
    );
}

#[test]
fn an_exercise_that_its_chapter_does_not_have() {
    let fixture = Fixture::new();
    let info = "[[exercises]]\nname = \"sum\"\ndir = \"adding\"\nchapter = \"page.md\"\nminutes = 10\n";
    fixture.write("crates/exercises/info.toml", info);
    let stub = "crates/exercises/exercises/adding/sum.rs";
    fixture.write(stub, "fn sum() {}\n");
    assert_says(&fixture.only_finding(), &format!("{stub}:1"), &["has no title"]);
    fixture.write(stub, "//! # A sum\n//!\n//! Chapter: page.md\n");
    assert_says(&fixture.only_finding(), &format!("{stub}:1"), &["says nothing"]);
    fixture.write(stub, "//! # A sum\n//!\n//! Chapter: page.md\n//!\n//! Add up.\n");
    assert_says(
        &fixture.only_finding(),
        "crates/exercises/info.toml:2",
        &["`adding/sum` is not in its chapter, page.md", "put {{#exercise adding/sum}}"],
    );
    fixture.append("{{#exercise adding/sum}}");
    assert_eq!(fixture.check(), []);
    fixture.append("{{#exercise adding/difference}}");
    let place = format!("{PAGE}:{}", fixture.end() - 1);
    assert_says(&fixture.only_finding(), &place, &["has adding/sum"]);
}

#[test]
fn a_broken_link() {
    for (link, problem) in [
        ("gone.md", "leads nowhere"),
        ("../../crates/adder/src/lib.rs", "leads nowhere"),
        ("#wherefore", "has no heading `wherefore`"),
        ("cards.md#deck", "has no heading `deck`"),
        ("SUMMARY.md", "SUMMARY.md doesn't list"),
    ] {
        let fixture = Fixture::new();
        fixture.append(&format!("See [there]({link})."));
        let place = format!("{PAGE}:{}", fixture.end() - 1);
        assert_says(&fixture.only_finding(), &place, &[problem, "correct the link"]);
    }
}

#[test]
fn a_directive_that_is_wrong() {
    for (directive, problem) in [
        ("measured", "`measured` has no argument"),
        ("ratio speed/fast/10", "`ratio` takes two ids"),
        ("ratio speed/fast/10 / speed/slow/10 / speed/slow/10", "`ratio` takes two ids"),
        ("measured speed/fast/10 / speed/slow/10", "`measured` takes one id"),
        ("break-even speed/fast", "`break-even` takes two ids"),
        ("plot speed", "`speed` has no sizes to plot over"),
        ("table", "`table` has no argument"),
        ("table speed | a | slow | fast | c", "has too many parts"),
        ("plot speed | a | slow | light", "`speed/light`"),
        ("bars", "`bars` has no argument"),
        ("dots", "`dots` has no argument"),
        ("dots speed", "takes a group and what its names are"),
        ("dots speed/slow/10 | names", "`speed/slow/10` is one measurement"),
        ("dots speed | names | slow/10", "`speed/slow/10` is no series of names"),
        ("dots speed | names | | speed/slow/10", "`speed/slow/10` says no line"),
        (
            "dots speed | names | | share = speed/fast/10 / speed/slow/10",
            "measured as time, and `speed/fast/10 / speed/slow/10` as factor",
        ),
        ("given", "`given` has no argument"),
        ("claim", "`claim` has no argument"),
        ("claim fast", "there is no claim `fast`"),
        ("scorecard all", "`scorecard` takes no arguments"),
        ("run adder", "`run` takes an example and a demo"),
        ("run gone demo", "nothing was recorded"),
        ("mesured speed/fast/10", "there is no directive `mesured`"),
    ] {
        let fixture = Fixture::new();
        fixture.append(&format!("{{{{#{directive}}}}}"));
        let place = format!("{PAGE}:{}", fixture.end() - 1);
        assert_says(&fixture.only_finding(), &place, &[problem, "; "]);
    }
}

#[test]
fn points_that_have_no_axis_in_common() {
    let fixture = Fixture::new();
    let file = fixture.file("book/measurements/ref/speed.json");
    let mut group = Group::read(&file).unwrap();
    let mut ratio = group.measurements[0].clone();
    (ratio.id, ratio.unit) = ("speed/share/10".into(), Unit::Ratio);
    group.measurements.push(ratio);
    group.write(file.parent().unwrap()).unwrap();
    assert_eq!(fixture.findings(), [], "the page names series of the same unit");
    fixture.append("{{#dots speed | numbers}}");
    assert_says(
        &fixture.only_finding(),
        &format!("{PAGE}:{}", fixture.end() - 1),
        &[
            "`speed/slow/10` is measured as time, and `speed/share/10` as factor",
            "name series",
        ],
    );
}

#[test]
fn a_figure_says_what_it_shows() {
    // One that is about other numbers than it says, or has none below it, is refused at once.
    let title = |rest: &str| format!("```title\nsays = \"Fast is slow\"\n{rest}\n```\n");
    for (text, problem) in [
        (
            title("measure = \"speed/fast/10 / speed/slow/10\"\nat_least = 2")
                + "{{#bars speed}}",
            "this title doesn't hold",
        ),
        (
            title("measure = \"speed/light/10\"\nat_least = 2") + "{{#bars speed}}",
            "was never measured",
        ),
        (
            title("measure = \"speed/fast/10\"\nat_least = 0"),
            "no figure that has this title",
        ),
        (title("measure = \"speed/fast/10\""), "neither `at_least` nor `at_most`"),
    ] {
        let fixture = Fixture::new();
        fixture.append(&text);
        assert!(fixture.only_finding().contains(problem), "{problem}");
    }
    // A figure without one is built, and a check asks for it.
    let fixture = Fixture::new();
    fixture.append("{{#bars speed}}");
    assert_eq!(fixture.findings(), []);
    let findings = fixture.check();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert!(findings[0].to_string().contains("doesn't say what it shows"));
}

/// What opens and folds a part of the text, and what a page takes of its reader.
#[test]
fn a_page_has_notes() {
    let fixture = Fixture::new();
    fixture.append("{{#lesson cards}}\n\n{{#teacher}}\n\n- **Ask** [why](#why).\n\n{{#teacher-end}}\n\n{{#minutes page; cards}}");
    fixture.append("{{#fold How *we* <do> it}}\n\nIn a **long** way.\n\n{{#fold-end}}");
    assert_eq!(fixture.findings(), []);
    let _ = build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    for part in [
        "after <a href=\"./cards.html\"",
        "<details class=\"teacher\">",
        "<strong>Ask</strong>",
        "<details class=\"fold\"><summary>How *we* &lt;do&gt; it</summary>",
        "<strong>long</strong>",
    ] {
        assert!(html.contains(part), "the page lacks {part}");
    }
    for (text, problem) in [
        ("{{#lesson card}}", "there is no chapter `card`"),
        ("{{#teacher}}\n\nWords.", "this teacher has no end"),
        ("{{#teacher}}\n\n{{#seen-end}}", "this teacher has no end"),
        ("{{#fold More}}\n\nWords.", "this fold has no end"),
        ("{{#fold More}}\n\nIt took 3 ms.\n\n{{#fold-end}}", "`3 ms` was typed"),
        ("{{#teacher}}\n\nIt took 3 ms.\n\n{{#teacher-end}}", "`3 ms` was typed"),
    ] {
        let fixture = Fixture::new();
        fixture.append(text);
        let findings = fixture.findings();
        let said: Vec<_> = findings.iter().map(ToString::to_string).collect();
        assert!(said.iter().any(|said| said.contains(problem)), "{problem}: {said:#?}");
    }
}

/// Each of them tells what the question of the page is about.
#[test]
fn an_answer_above_its_question() {
    for told in [
        "{{#plot speed | numbers}}",
        "{{#table speed | numbers}}",
        "{{#bars speed}}",
        "{{#dots speed | numbers}}",
        "{{#ratio speed/slow/10 / speed/fast/10}}",
        "{{#claim fast-is-fast}}",
    ] {
        let fixture = Fixture::new();
        fixture.replace(PAGE, "# Adding\n", &format!("# Adding\n\n{told}\n"));
        assert_says(
            &fixture.only_finding(),
            &format!("{PAGE}:3"),
            &["this tells the answer to the question in line 9"],
        );
    }
    // One of the two alone is no answer.
    let fixture = Fixture::new();
    let other =
        "# Adding\n\n{{#plot speed | numbers | | slow}}\n\n{{#measured speed/fast/10}}\n";
    fixture.replace(PAGE, "# Adding\n", other);
    assert_eq!(fixture.findings(), []);
}

/// Until the question is answered, a page keeps to itself what could be the answer: what stands under the
/// same heading, and further down what tells it.
#[test]
fn an_answer_is_covered() {
    let fixture = Fixture::new();
    fixture.append("{{#ratio speed/fast/10 / speed/slow/10}} {{#measured speed/slow/10}}\n\n{{#bars speed}}");
    assert_eq!(fixture.findings(), []);
    let _ = build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    let below = html.split("id=\"why\"").nth(1).unwrap();
    for (part, covers) in [
        ("<div class=\"covered by-1\">\n<pre>", &*html),
        ("<span class=\"covered by-1\"><span class=\"measured\"", &html),
        ("<div class=\"covered by-1\">\n<aside class=\"claim", &html),
        ("<span class=\"covered by-1\">", below),
        ("<div class=\"covered by-1\">\n<figure>", below),
    ] {
        assert!(covers.contains(part), "the page lacks {part}");
    }
    assert_eq!(below.matches("covered by-1").count(), 2, "one number is no answer");
    let code = html.split("id=\"predict-1\"").next().unwrap();
    assert!(!code.contains("covered"), "what stands above is open");
}

#[test]
fn a_flowchart_is_read_like_any_text() {
    let fixture = Fixture::new();
    let flow = "{{#flow All}}\n\n1. Why?\n\n   - *No:* **stop**.\n   - *Yes:* go on.\n\n2. How?\n\n{{#flow-end}}";
    fixture.append(flow);
    assert_eq!(fixture.check(), []);
    fixture.replace(PAGE, "**stop**", "**stop**, [here](gone.md)");
    let link = fixture.only_finding();
    assert!(link.to_string().contains("the link to gone.md leads nowhere"), "{link}");
    fixture.replace(PAGE, ", [here](gone.md)", " after 20 ms");
    let number = fixture.only_finding();
    assert!(number.to_string().contains("`20 ms` was typed"), "{number}");
    fixture.replace(PAGE, " after 20 ms", "");
    fixture.replace(PAGE, "{{#flow-end}}", "");
    assert!(fixture.only_finding().to_string().contains("this flow has no end"));
}

#[test]
fn a_predict_block_that_is_wrong() {
    for (from, to, problem) in [
        ("question =", "query =", "not right"),
        (", below = 1", "", "should rise"),
        (
            "measure = \"speed/fast/10 / speed/slow/10\"",
            "measure = \"a / b / c\"",
            "no measure",
        ),
        (
            "measure = \"speed/fast/10 /",
            "measure = \"speed/light/10 /",
            "was never measured",
        ),
    ] {
        let fixture = Fixture::new();
        fixture.replace(PAGE, from, to);
        assert_says(&fixture.only_finding(), &format!("{PAGE}:7"), &[problem]);
    }
}

/// A question whose options are all right asks nothing.
#[test]
fn a_question_that_nobody_can_answer_wrongly() {
    let fixture = Fixture::new();
    let file = fixture.root().join("book/measurements/ref/speed.json");
    let mut group = Group::read(&file).unwrap();
    // As long as both are slow in the same rounds, their ratio is always the same.
    let fast = group.measurements.iter_mut().find(|fast| fast.id == "speed/fast/10");
    let fast = fast.expect("the fixture measures it");
    fast.processes.reverse();
    let bound = format!("below = {}", fast.estimate / 10.0);
    group.write(file.parent().unwrap()).unwrap();
    fixture.replace(PAGE, "below = 1", &bound);
    let findings: Vec<_> = fixture.findings().iter().map(ToString::to_string).collect();
    let says = "every option of this question may be right";
    assert_eq!(
        findings.iter().filter(|finding| finding.contains(says)).count(),
        1,
        "{findings:?}"
    );
}

#[test]
fn every_problem_is_told_at_once_and_a_draft_is_built_all_the_same() {
    let fixture = Fixture::new();
    fixture.append("It is 41× faster.\n\n{{#measured speed/light}}");
    assert_eq!(fixture.findings().len(), 2);

    let output = fixture.book(&["build"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("2 problems, no book"), "{said}");
    assert!(said.contains("`41×`") && said.contains("`speed/light`"), "{said}");
    assert!(!fixture.file("target/book").exists());

    let output = fixture.book(&["build", "--draft"]);
    assert!(output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("`41×`"));
    assert!(fixture.file("target/book/page.html").exists());
}

#[test]
fn a_stepper_without_states() {
    let fixture = Fixture::new();
    fixture.append("{{#stepper adder demo}}");
    let line = fixture.end() - 1;
    assert_says(
        &fixture.only_finding(),
        &format!("{PAGE}:{line}"),
        &["`cargo run -p adder -- demo` wrote no states to step through", "--json"],
    );
}

/// Blanks in its place would be the indentation of a block of code.
#[test]
fn a_paragraph_may_begin_with_a_directive() {
    let fixture = Fixture::new();
    fixture.append("{{#measured speed/fast/10}} is what it takes.\n\n- {{#measured speed/fast/10}} here.");
    assert_eq!(fixture.findings(), []);
    fixture.append("\n{{#measured speed/fast/10}} is 41× that.");
    assert_says(
        &fixture.only_finding(),
        &format!("{PAGE}:{}", fixture.end() - 1),
        &["`41×` was typed"],
    );
}

#[test]
fn a_directive_stands_in_one_line() {
    let fixture = Fixture::new();
    fixture.append(
        "{{#given x\n```predict\nquestion = \"?\"\nmeasure = \"speed/fast/10\"\n\
         [[options]]\ntext = \"a\"\nbelow = 1\n[[options]]\ntext = \"b\"\n```\n}}",
    );
    let findings = fixture.findings();
    assert!(
        findings.iter().any(|finding| finding.problem.contains("not closed in its line")),
        "{findings:#?}"
    );
}

#[test]
fn an_output_that_only_a_prediction_shows() {
    let fixture = Fixture::new();
    fixture.replace(PAGE, "{{#run exact adder demo}}\n", "");
    fixture.replace(
        PAGE,
        "options = [{",
        "then = \"See {{#run exact adder demo}}\"\noptions = [{",
    );
    assert_eq!(fixture.check(), []);
    assert_eq!(bookbinder::verbs::record::runs(fixture.root()).unwrap().len(), 1);
}

#[test]
fn what_a_system_hides_among_the_outputs() {
    let fixture = Fixture::new();
    fixture.write("book/outputs/adder/.DS_Store", "");
    assert_eq!(fixture.findings(), []);
}
