//! People exchange measurement files. Whatever stands in them, and in claims and outputs, is data: it is
//! shown on the page, and means nothing there.

mod fixture;

use std::path::Path;

use bookbinder::kept::Material;
use bookbinder::verbs::build::build;
use bookbinder::verbs::preprocessor::bind;
use fixture::{Fixture, PAGE, assert_says};
use mdbook_markdown::pulldown_cmark::{Event, Options, Parser};
use pythons::Python;
use surveyor::code::Code;
use surveyor::kept::measurement::Group;

/// What would be markup, in one language or another, for whoever took it for that.
const HOSTILE: [&str; 12] = [
    "{{#include ../../../secret.txt}}",
    "{{ #include ../../../secret.txt }}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "](javascript:alert(1)) [x",
    "<javascript:alert(1)>",
    "`x` **b** _i_ ~~s~~ [^1] \\",
    "&lt;b&gt; &#60;b&#62;",
    "| a | b |",
    "</code></pre></script></aside></svg></title><b>",
];

/// The markup of the woven chapters, without any text: elements and their attributes' names, links and
/// where they lead.
fn skeleton(fixture: &Fixture) -> Vec<String> {
    let book = mdbook_driver::MDBook::load(fixture.file("book")).unwrap();
    let material = Material::read(fixture.root()).unwrap();
    let bound = bind(&material, Path::new("book/src"), &book.book);
    let mut skeleton = Vec::new();
    for chapter in bound.book.chapters() {
        assert!(
            !chapter.content.contains("{{"),
            "a directive was left in {}",
            chapter.content
        );
        for event in Parser::new_ext(&chapter.content, Options::all()) {
            match event {
                Event::Text(_) | Event::SoftBreak => {}
                Event::Html(html) | Event::InlineHtml(html) => {
                    skeleton.push(without_values(&html));
                }
                other => skeleton.push(format!("{other:?}")),
            }
        }
    }
    skeleton.retain(|part| !part.trim().is_empty());
    skeleton
}

/// HTML without texts and the values of attributes, and without drawings, whose shapes depend on how long
/// a name is.
fn without_values(html: &str) -> String {
    let mut kept = String::new();
    let (mut inside, mut quoted) = (false, false);
    for c in html.chars() {
        match c {
            '<' if !inside => inside = true,
            '"' if inside => quoted = !quoted,
            '>' if inside && !quoted => {
                inside = false;
                kept.push('>');
            }
            _ => {}
        }
        if inside && !quoted {
            kept.push(c);
        }
    }
    let drawn = ["<polyline", "<text", "<rect", "<circle", "<polygon", "</text", "<line"];
    kept.split_inclusive('>')
        .filter(|tag| !drawn.iter().any(|d| tag.starts_with(d)))
        .collect()
}

/// A project in whose data `word` stands wherever a text can.
fn with(word: &str) -> Fixture {
    let fixture = Fixture::new();
    fixture.write("secret.txt", "a secret");
    let spot = |file: &Path| {
        let mut group = Group::read(file).unwrap();
        for text in [
            &mut group.machine.cpu,
            &mut group.machine.os,
            &mut group.machine.kernel,
            &mut group.machine.rustc,
            &mut group.date,
            &mut group.commit,
        ] {
            text.push_str(word);
        }
        group.machine.python = Some(word.into());
        group.pythons = vec![Python {
            name: word.into(),
            version: word.into(),
            free_threaded: true,
            has_gil: true,
            compiler: word.into(),
            optimization: format!("debug{word}"),
        }];
        // As a name of a series, and as one of a bar.
        let name = word.replace('/', "%");
        for m in &mut group.measurements[2..] {
            m.id = m.id.replace("speed/fast", &format!("speed/fast{name}"));
        }
        group.measurements[0].id = "speed/slow/10".into();
        let mut fast = group.measurements[2].clone();
        fast.id = "speed/fast/10".into();
        group.measurements.push(fast.clone());
        fast.id = "speed/fast/100".into();
        group.measurements.push(fast);
        group
    };
    for machine in ["ref", "yours", "another"] {
        fixture.measure(machine, 5.0);
        let file = fixture.file(&format!("book/measurements/{machine}/speed.json"));
        spot(&file).write(file.parent().unwrap()).unwrap();
    }
    let quoted = |text: &str| format!("'''{text} '''");
    let claims = format!(
        "[[claim]]\nid = \"fast-is-fast\"\nstatement = {word}\narticles = [{word}, {word}]\nbecause = {word}\n\
         chapter = \"page.md\"\nmeasure = \"speed/fast/10 / speed/slow/10\"\nat_most = 0.6\nverdict = \"holds\"\n",
        word = quoted(&word.replace("'", "’"))
    );
    fixture.write("book/claims.toml", &claims);
    let recorded = fixture.read("book/outputs/adder/demo.txt");
    fixture.write(
        "book/outputs/adder/demo.txt",
        &format!("{recorded}{word}\n\n    {word}\n"),
    );
    let graph = format!(
        "{{\"name\": {0}, \"shared\": [{0}], \"locks\": [{0}], \"schedules\": {0}, \"bad\": {0}, \"expected\": [{0}],\n\n\
         \"threads\": [{{\"name\": {0}, \"registers\": [{0}], \"steps\": [{0}]}}],\n\
         \"outcomes\": [{{\"seen\": {0}, \"bad\": {0}, \"shortest\": [0]}}],\n\
         \"states\": [{{\"shared\": [1], \"held\": [0], \"next\": [0], \"registers\": [[1]], \"moves\": [[0, 0]]}}]}}",
        serde_json::to_string(word).unwrap()
    );
    let lanes = format!(
        "{{\"picture\": \"p\", \"threads\": [{}]}}\n{{\"thread\": 0, \"from\": 0, \"to\": 1, \"state\": \"runs\"}}",
        serde_json::to_string(word).unwrap()
    );
    let code = Code::of(fixture.root());
    let code = code.fingerprint(&fixture.file("crates/adder/src/main.rs")).unwrap();
    for (demo, output) in [("graph", graph), ("lanes", lanes)] {
        let text = format!("$ cargo run -p adder -- {demo}\ncode: {code}\n\n{output}");
        fixture.write(&format!("book/outputs/adder/{demo}.txt"), &text);
    }
    fixture.append(
        "{{#stepper adder graph}}\n\n{{#lanes adder lanes | p | a title}}\n\n{{#table speed}}\n\n{{#dots speed | numbers}}\n\n\
         {{#break-even speed/fast / speed/slow | numbers}}",
    );
    let info = "[[exercises]]\nname = '''NAME'''\ndir = \"adding\"\nchapter = \"page.md\"\nminutes = 10\n";
    let name = word.replace(['\'', '/', '{', '}'], "%");
    fixture.write("crates/exercises/info.toml", &info.replace("NAME", &name));
    let stub = format!("crates/exercises/exercises/adding/{name}.rs");
    fixture.write(&stub, &format!("//! # {word}\n//!\n//! Add up.\n"));
    fixture.append(&format!("\n{{{{#exercise adding/{name}}}}}\n\n{{{{#exercises}}}}"));
    fixture
}

#[test]
fn data_is_never_markup() {
    let harmless = skeleton(&with("harmless"));
    assert!(harmless.len() > 50, "{harmless:#?}");
    for word in HOSTILE {
        let hostile = skeleton(&with(word));
        for (n, (one, other)) in harmless.iter().zip(&hostile).enumerate() {
            assert_eq!(one, other, "{word}: part {n}");
        }
        assert_eq!(harmless.len(), hostile.len(), "{word}");
    }
}

#[test]
fn nothing_of_the_machine_gets_into_the_book() {
    for word in HOSTILE {
        let fixture = with(word);
        build(fixture.root(), true).unwrap();
        for page in ["page.html", "cards.html", "print.html"] {
            let html = fixture.read(&format!("target/book/{page}"));
            assert!(!html.contains("a secret"), "{word} in {page}");
            // What mdBook adds around a chapter is its own.
            let (_, main) = html.split_once("<main>").expect("a page has a main part");
            let (main, _) = main.split_once("</main>").expect("which ends");
            let tags = without_values(main);
            for script in ["onerror", "onmouseover", "<img"] {
                assert!(!tags.contains(script), "{word}: {script} in {page}");
            }
            for script in ["<script>alert", "href=\"javascript:"] {
                assert!(!main.contains(script), "{word}: {script} in {page}");
            }
        }
    }
}

#[test]
fn control_characters_are_refused() {
    for odd in ["\u{1b}[31m", "\u{0}", "a\u{7}"] {
        let fixture = Fixture::new();
        // The test machine's processor, as the file has it.
        let odd_json = serde_json::to_string(odd).unwrap();
        fixture.replace("book/measurements/ref/speed.json", "\"Abacus\"", &odd_json);
        let findings = fixture.findings();
        let said = findings
            .iter()
            .map(ToString::to_string)
            .find(|said| said.contains("control"));
        let said = said.expect("it is found");
        assert!(!said.contains(odd), "{said:?}");
    }
}

#[test]
fn a_directive_in_code() {
    for code in ["`{{#measured speed/fast/10}}`", "```text\n{{#claim fast-is-fast}}\n```"]
    {
        let fixture = Fixture::new();
        fixture.append(code);
        let line = fixture.end() - code.lines().count().div_ceil(2);
        assert_says(
            &fixture.only_finding(),
            &format!("{PAGE}:{line}"),
            &["stands in code", "take it out of the code"],
        );
    }
}

/// A claim's chapter is where a link leads.
#[test]
fn a_claim_is_tried_in_a_chapter() {
    for chapter in
        ["javascript:alert(1)", "//example.org/a.md", "../../a.md", "/a.md", ""]
    {
        let fixture = Fixture::new();
        fixture.replace("book/claims.toml", "\"page.md\"", &format!("\"{chapter}\""));
        let findings = fixture.findings();
        assert!(
            findings.iter().any(|finding| finding.problem.contains("needs a chapter")),
            "{chapter}: {findings:#?}"
        );
    }
}

/// mdBook would wait for ever for what it has to say.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_book() {
    for place in [
        "book/measurements/ref/pipe.json",
        "book/src/pipe.md",
        "book/src/pipe.png",
        "book/theme/pipe.css",
        "book/outputs/adder/pipe.txt",
        "crates/adder/src/pipe.rs",
    ] {
        let fixture = Fixture::new();
        let pipe = fixture.file(place);
        std::fs::create_dir_all(pipe.parent().unwrap()).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("not tested: there is no mkfifo");
            return;
        }
        assert_eq!(surveyor::code::files::text(&pipe), Err("it is no plain file".into()));
        // Whatever it says about it, it says so.
        let output = fixture.book(&["build"]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() || said.contains("pipe"), "{place}: {said}");
    }
}

/// Nor is it what a chapter includes, not even in a draft.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_code() {
    let fixture = Fixture::new();
    fixture.append("```rust\n{{#include ../../crates/adder/pipe.rs}}\n```");
    let pipe = fixture.file("crates/adder/pipe.rs");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("not tested: there is no mkfifo");
        return;
    }
    let output = fixture.book(&["build", "--draft"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("is no plain file"), "{said}");
}

/// Whoever opens a lock must not empty what it leads to.
#[cfg(unix)]
#[test]
fn a_lock_keeps_what_is_in_its_file() {
    let fixture = Fixture::new();
    fixture.write("precious", "a treasure");
    fixture.write("target/made", "");
    std::os::unix::fs::symlink("../precious", fixture.file("target/.book.lock")).unwrap();
    assert!(fixture.book(&["build"]).status.success());
    assert_eq!(fixture.read("precious"), "a treasure");
}

#[cfg(unix)]
#[test]
fn a_folder_that_leads_back_to_itself() {
    let fixture = Fixture::new();
    for folder in ["book/theme", "crates/adder"] {
        fixture.write(&format!("{folder}/made"), "");
        for name in ["one", "two"] {
            std::os::unix::fs::symlink(".", fixture.file(folder).join(name)).unwrap();
        }
    }
    assert!(fixture.book(&["build"]).status.success());
}
