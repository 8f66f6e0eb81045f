//! A small book becomes an EPUB and one file, and nothing of it is lost.

use std::fs;
use std::io::Read;
use std::path::Path;

use publish::{Contents, epub};
use tempfile::TempDir;

/// A page with what an EPUB can't have as it is: a question, a script, a picture with the colours of a theme.
const PAGE: &str = r##"<!DOCTYPE html><html><head></head><body><nav>not this</nav><main>
<h1 id="3-a"><a class="header" href="#3-a">A &amp; B</a></h1>
<p>To <a href="../b.html#x y">another</a>, to <a href="../missing.html">nothing</a>, <br>to <a href="https://example.org/?a=1&amp;b=2">a site</a>.</p>
<form class="predict" id="predict-1"><fieldset><legend>Predict first</legend><p>How many?</p>
<p class="sure">How sure? <label><input type="radio"> a guess</label></p>
<label><input type="radio"> one<span class="mark"></span><span class="because">Too few.</span></label>
<label class="correct"><input type="radio"> two<span class="mark"></span><span class="because">As counted.</span></label>
<label class="skip"><input type="radio"> show me</label></fieldset>
<div class="answer">Measured: <span class="measured" tabindex="0" data-tip="1 to 3">2</span>.</div></form>
<figure><svg class="plot" role="img" viewBox="0 0 10 10"><title>A line</title><desc>It rises.</desc>
<rect x="0" y="0" width="1" height="1" fill="var(--plot-1)"></rect></svg></figure>
<pre><code class="language-rust">if a &lt; b &amp;&amp; c {}</code></pre>
<div class="live"><button>step</button></div><script>let a = 1 < 2;</script>
</main></body></html>"##;

fn book() -> (TempDir, Contents) {
    let home = TempDir::new().unwrap();
    for (file, text) in [
        ("book/book.toml", "[book]\ntitle = \"One & two\"\ndescription = \"A < B\"\n"),
        (
            "book/src/SUMMARY.md",
            "# Summary\n\n[B](b.md)\n\n# Part\n\n- [A & B](part/a.md)\n",
        ),
        (
            "book/theme/bookbinder.css",
            ":root {\n  --plot-1: light-dark(#123456, #ffffff);\n}\n",
        ),
        ("pages/part/a.html", PAGE),
        ("pages/b.html", "<html><body><main><h1 id=\"x-y\">B</h1></main></body></html>"),
    ] {
        let file = home.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let contents =
        Contents::read(&home.path().join("book"), &home.path().join("pages")).unwrap();
    (home, contents)
}

/// The files of an archive that end like that.
fn files(archive: &Path, end: &str) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(fs::File::open(archive).unwrap()).unwrap();
    let names: Vec<String> = archive
        .file_names()
        .filter(|name| name.ends_with(end))
        .map(String::from)
        .collect();
    let read = |name: String| {
        let mut text = String::new();
        archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

#[test]
fn an_epub_has_every_page_as_xml() {
    let (home, contents) = book();
    let file = home.path().join("out/a.epub");
    epub::write(&contents, &file).unwrap();
    for end in [".xhtml", ".svg", ".opf", ".ncx"] {
        let found = files(&file, end);
        assert!(!found.is_empty(), "{end}");
        for (name, text) in found {
            let options =
                roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
            roxmltree::Document::parse_with_options(&text, options)
                .unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        }
    }
    let (_, page) = files(&file, "part/a.xhtml").pop().unwrap();
    for there in [
        "<h1 id=\"_3-a\">A &amp; B</h1>",
        "<a href=\"../b.xhtml#x-y\">another</a>",
        "to nothing,",
        "https://example.org/?a=1&amp;b=2",
        "if a &lt; b &amp;&amp; c {}",
        "<img class=\"plot\" src=\"../pictures/part-a-1.svg\" alt=\"A line. It rises.\"/>",
        "<span class=\"measured\" title=\"1 to 3\">2</span>",
        "<strong>two: right.</strong> As counted.",
        "<em>one.</em> Too few.",
    ] {
        assert!(page.contains(there), "{there} is not in {page}");
    }
    for gone in ["script", "button", "input", "show me", "How sure", "not this", "var("] {
        assert!(!page.contains(gone), "{gone} is in {page}");
    }
    let question = page.find("How many?").unwrap();
    let answer = page.find("As counted").unwrap();
    let listing = page.find("if a &lt;").unwrap();
    assert!(question < listing && listing < answer, "the answer comes last");
    let (_, picture) = files(&file, ".svg").pop().unwrap();
    assert!(
        picture.contains("fill=\"#123456\"") && picture.contains("xmlns="),
        "{picture}"
    );
}

#[test]
fn what_was_there_stays_when_a_page_is_missing() {
    let (home, contents) = book();
    let file = home.path().join("a.epub");
    fs::write(&file, "before").unwrap();
    fs::remove_file(home.path().join("pages/b.html")).unwrap();
    let problem = epub::write(&contents, &file).unwrap_err();
    assert!(problem.contains("b.html") && !problem.contains('\n'), "{problem}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "before");
}
