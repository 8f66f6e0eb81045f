//! Ways around a gate: each has to see what a reader would, however it is written.

mod fixture;

use bookbinder::verbs::build::build;
use fixture::{Fixture, PAGE, assert_says};
use surveyor::kept::measurement::Group;

/// What the gates say when `text` is appended to the page.
fn said(text: &str) -> Vec<String> {
    let fixture = Fixture::new();
    fixture.append(text);
    fixture.findings().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn assert_refused(text: &str, why: &str) {
    let said = said(text);
    assert!(said.iter().any(|said| said.contains(why)), "{text:?}: {said:#?}");
}

/// The bookbinder includes code; mdBook, which would follow whatever looks like a directive, includes
/// nothing.
#[test]
fn nothing_is_included_behind_the_gates() {
    for include in [
        "\\{{ #include ../../secret.txt}}",
        "\\{{#include\n../../secret.txt}}",
        "{{#include\n../../secret.txt}}",
        "```text\n{{#include nested.txt}}\n```",
        "```rust\n{{#include nested.txt:a}}\n```",
        "{{#include nested.txt}}",
        "{{#playground ../../secret.txt}}",
        "{{#playpen ../../secret.txt}}",
        "{{#rustdoc_include ../../secret.txt}}",
        "```text\n{{#include ../../../../../../../../../../etc/passwd}}\n```",
        "```text\n{{#include /etc/passwd}}\n```",
    ] {
        let fixture = Fixture::new();
        fixture.write("secret.txt", "a secret");
        let nested = "ANCHOR: a\n{{#include ../../secret.txt}}\n\
                      {{ #include ../../secret.txt }}\nANCHOR_END: a\n";
        fixture.write("book/src/nested.txt", nested);
        fixture.append(include);
        build(fixture.root(), true).unwrap();
        for page in ["page.html", "print.html"] {
            let html = fixture.read(&format!("target/book/{page}"));
            assert!(!html.contains("a secret"), "{include} in {page}");
            assert!(!html.contains("root:"), "{include} in {page}");
        }
    }
}

#[test]
fn mdbook_must_not_include_anything_itself() {
    let fixture = Fixture::new();
    fixture.replace("book/book.toml", "use-default-preprocessors = false\n", "");
    for verb in ["build", "check", "record"] {
        let output = fixture.book(&[verb]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{verb}");
        assert!(said.contains("use-default-preprocessors = false"), "{verb}: {said}");
    }
}

/// Nor make a page itself, for addresses that lead nowhere.
#[test]
fn no_page_without_gates() {
    let fixture = Fixture::new();
    fixture.write("book/src/404.md", "# It is 41× faster\n");
    let said = build(fixture.root(), false).unwrap_err();
    assert!(said.contains("404.md that no gate has seen"), "{said}");
    let fixture = Fixture::new();
    let toml = fixture.read("book/book.toml");
    let setting = |file: &str| {
        let text = format!("{toml}[output.html]\ninput-404 = \"{file}\"\n");
        fixture.write("book/book.toml", &text);
        build(fixture.root(), false)
    };
    assert!(setting("../../Cargo.toml").is_err());
    assert!(setting("").is_ok());
}

/// Text would be judged by nobody, and neither would code outside of its block.
#[test]
fn code_is_included_into_a_block_of_code() {
    for text in [
        "{{#include ../../crates/adder/src/lib.rs:add}}",
        "See {{#include ../../crates/adder/src/lib.rs:add}}.",
        "`{{#include ../../crates/adder/src/lib.rs:add}}`",
        "    {{#include ../../crates/adder/src/lib.rs:add}}",
        "- ```rust\n  {{#include ../../crates/adder/src/lib.rs:add}}\n  ```",
        "> ```rust\n> {{#include ../../crates/adder/src/lib.rs:add}}\n> ```",
    ] {
        assert_refused(text, "no fenced block");
    }
}

#[test]
fn code_that_would_end_its_block() {
    for line in ["```", "  ````", "~~~"] {
        let fixture = Fixture::new();
        fixture.write(
            "crates/adder/notes.txt",
            &format!("one\n{line}\n\nIt is 41× faster.\n"),
        );
        fixture.append("```text\n{{#include ../../crates/adder/notes.txt}}\n```");
        let place = format!("{PAGE}:{}", fixture.end() - 2);
        assert_says(&fixture.only_finding(), &place, &["would end the block"]);
    }
}

#[test]
fn an_include_of_nothing() {
    let fixture = Fixture::new();
    fixture.write("crates/adder/empty.txt", "\n");
    fixture.append("```text\n{{#include ../../crates/adder/empty.txt}}\n```");
    assert!(fixture.only_finding().contains("nothing in it"));
}

/// What is no question, whatever it looks like, would be shown with its answer.
#[test]
fn a_fence_that_is_almost_a_question() {
    for fence in
        ["Predict", "predict,x", "{.predict}", "predict toml", "predict {{#given x}}"]
    {
        let fixture = Fixture::new();
        fixture.replace(PAGE, "```predict", &format!("```{fence}"));
        let findings = fixture.findings();
        assert!(
            findings.iter().any(|finding| finding.problem.contains("no question")),
            "{fence}: {findings:#?}"
        );
    }
    let block = "question = \"?\"\n  measure = \"speed/fast/10\"\n  \
                 options = [{ text = \"a\", below = 1 }, { text = \"b\" }]";
    assert_refused(&format!("- ```predict\n  {block}\n  ```"), "by itself");
}

/// A block says what it is in one word, or nobody knows as what it is shown.
#[test]
fn a_fence_that_says_more_than_what_it_is() {
    for fence in ["text,rust", "text rust", "Console", "{.toml}", "text,ignore"] {
        assert_refused(&format!("```{fence}\nlet n = 1;\n```"), "pasted");
    }
}

/// Where no reader sees it, a claim is not tried, an exercise not set.
#[test]
fn a_directive_that_nobody_sees() {
    for around in [
        "<!-- DIRECTIVE -->",
        "<!--\n\nDIRECTIVE\n\n-->",
        "[there]: DIRECTIVE",
        "[there](cards.md \"DIRECTIVE\")",
        "![DIRECTIVE](cards.md)",
        "<p title=\"DIRECTIVE\">",
        "```text DIRECTIVE\n```",
    ] {
        let fixture = Fixture::new();
        fixture.replace(
            PAGE,
            "{{#claim fast-is-fast}}",
            &around.replace("DIRECTIVE", "{{#claim fast-is-fast}}"),
        );
        let findings = fixture.findings();
        assert!(
            findings.iter().any(|finding| finding.problem.contains("is not tried")),
            "{around}: {findings:#?}"
        );
        assert_refused(
            &around.replace("DIRECTIVE", "{{#measured speed/fast/10}}"),
            "sees",
        );
    }
}

/// HTML is for what directives draw: in a chapter it would be code, links and numbers that no gate can
/// read.
#[test]
fn a_chapter_is_markdown() {
    for html in [
        "<pre><code class=\"language-rust\">let n = 1;</code></pre>",
        "So <code>let n = 1;</code> it is.",
        "See <a href=\"gone.md\">there</a>.",
        "<img src=\"gone.png\">",
        "<script>alert(1)</script>",
        "It is 4<b>1</b>× faster.",
        "<!--> seen <!-- -->",
        "<!-- a --> <b> <!-- c -->",
        "- <div>\n  41× faster\n  </div>",
    ] {
        assert_refused(html, "this is HTML");
    }
    for comment in
        ["<!-- a note -->", "Words <!-- a note --> and more.", "<!--\na\n\nnote\n-->"]
    {
        assert_eq!(said(comment), [""; 0], "{comment}");
    }
}

#[test]
fn a_number_in_any_kind_of_text() {
    for text in [
        "Term\n: It is 41× faster.",
        "> [!NOTE]\n> It is 41× faster.",
        "- [ ] It is 41× faster.",
        "It is so.[^1]\n\n[^1]: It is 41× faster.",
        "# It is 41× faster {#a}",
        "It is 41&times; faster.",
        "![It is 41× faster](cards.md)",
    ] {
        assert_refused(text, "`41×` was typed");
    }
}

#[test]
fn links_of_other_kinds() {
    for link in [
        "[a](javascript://%0aalert(1))",
        "<javascript:alert(1)>",
        "[a](gone.md?x=://)",
        "[a](file:///etc/passwd)",
        "[a](//example.org/a)",
        "[a][b]\n\n[b]: gone.md",
        "[a](data:text/html,x)",
    ] {
        assert_refused(link, "leads nowhere");
    }
    assert_eq!(
        said("<https://example.org> [a](http://example.org) <a@example.org>"),
        [""; 0]
    );
}

#[test]
fn one_measurement_is_no_table() {
    for directive in
        ["table speed/fast/10", "bars speed/fast/10", "plot speed/fast/10 | numbers"]
    {
        let fixture = Fixture::new();
        fixture.append(&format!("{{{{#{directive}}}}}"));
        let place = format!("{PAGE}:{}", fixture.end() - 1);
        assert_says(
            &fixture.only_finding(),
            &place,
            &["`speed/fast/10` is one measurement", "{{#measured speed/fast/10}}"],
        );
    }
}

#[test]
fn a_reference_that_was_measured_quickly() {
    let fixture = Fixture::new();
    let folder = fixture.file("book/measurements/ref");
    let mut group = Group::read(&folder.join("speed.json")).unwrap();
    group.quick = true;
    group.write(&folder).unwrap();
    assert_says(
        &fixture.only_finding(),
        "book/measurements/ref/speed.json",
        &["measured quickly", "cargo book measure --machine ref --only speed"],
    );
}

/// A block of HTML within other text would break it, or be broken by it.
#[test]
fn a_block_stands_alone() {
    for text in [
        "- DIRECTIVE",
        "- one\nDIRECTIVE",
        "> DIRECTIVE",
        "| a | b |\n|---|---|\n| DIRECTIVE | 1 |",
        "So.[^1]\n\n[^1]: DIRECTIVE",
        "# DIRECTIVE",
        "DIRECTIVE\n===",
        "So DIRECTIVE it is.",
        " DIRECTIVE",
        "**DIRECTIVE**",
        "[DIRECTIVE](cards.md)",
        "Term\n: DIRECTIVE",
    ] {
        for directive in ["{{#table speed}}", "{{#run exact adder demo}}"] {
            assert_refused(&text.replace("DIRECTIVE", directive), "a line of its own");
        }
    }
    let fine = "{{#table speed}}\n{{#bars speed}}\n\nBefore:\n{{#table speed}}\nAfter.";
    assert_eq!(said(fine), [""; 0]);
    for text in [
        "- {{#measured speed/fast/10}}",
        "| a | b |\n|---|---|\n| {{#measured speed/fast/10}} | {{#given 1 ms}} |",
        "It is **{{#measured speed/fast/10}}**, [or so {{#given 3}}](cards.md).",
        "So.[^1]\n\n[^1]: In {{#measured speed/fast/10}}.",
    ] {
        assert_eq!(said(text), [""; 0], "{text}");
    }
}

/// A paragraph would end where a block begins.
#[test]
fn what_is_said_after_a_prediction_may_be_a_block() {
    let fixture = Fixture::new();
    fixture.replace(
        PAGE,
        "options = [{",
        "then = \"See {{#table speed}} and so.\"\noptions = [{",
    );
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    let (_, answer) = html.split_once("class=\"answer\"").expect("there is an answer");
    let (answer, _) = answer.split_once("</form>").expect("which ends");
    assert!(answer.contains("<table") && !answer.contains("<p>"), "{answer}");
    assert!(answer.trim_end().ends_with("and so.</div>"), "{answer}");
    let fixture = Fixture::new();
    fixture.replace(
        PAGE,
        "options = [{",
        "then = \"{{#include ../../crates/adder/src/lib.rs:add}}\"\noptions = [{",
    );
    assert!(fixture.only_finding().contains("no fenced block"));
}

/// As long as mdBook includes nothing, a directive that is not meant is shown without its backslash.
#[test]
fn a_directive_that_is_not_meant() {
    let fixture = Fixture::new();
    fixture.append("Write `\\{{#measured ID}}` or \\{{#ratio ID / ID}}.\n\n```text\n\\{{#claim ID}}\n```");
    build(fixture.root(), false).unwrap();
    let html = fixture.read("target/book/page.html");
    for shown in
        ["<code>{{#measured ID}}</code> or {{#ratio ID / ID}}.", ">{{#claim ID}}\n"]
    {
        assert!(html.contains(shown), "{html}");
    }
}
