//! `cargo run` builds the book; `cargo book VERB` does everything else.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bookbinder::verbs::build::build;
use bookbinder::verbs::check::check;
use bookbinder::verbs::preprocess;
use bookbinder::verbs::publish::publish;
use bookbinder::verbs::record::{Record, record, runs};
use bookbinder::verbs::wasm::compile;
use clap::{Args, Parser, Subcommand};
use surveyor::code::project::find_root;
use surveyor::running::child;
#[cfg(unix)]
use surveyor::running::leash;
use surveyor::say;
use surveyor::verb::{ABOUT, Measure};

/// Binds code, outputs, measurements and claims into the book.
#[derive(Parser)]
#[command(
    name = "cargo book",
    bin_name = "cargo book",
    version,
    args_conflicts_with_subcommands = true
)]
struct CommandLine {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    build: Build,
}

#[derive(Subcommand)]
enum Verb {
    /// Build the book into target/book/ (what `cargo run` does)
    Build(Build),
    #[command(about = ABOUT)]
    Measure(Measure),
    /// Run the commands whose output the book shows, and record what they print
    Record(RecordArguments),
    /// Hold every gate, and run every command whose output the book shows
    Check,
    /// Compile the explorer for the page "Play the schedule"; needs the target wasm32-unknown-unknown
    Wasm,
    /// Make an EPUB of the book, for reading devices
    Epub(Form),
    /// Make a PDF of the book, for paper; needs Chromium or Chrome
    Pdf(Form),
    /// Serve an installed mdbook as its preprocessor
    Preprocess {
        /// `supports RENDERER`, as mdbook asks
        question: Vec<String>,
    },
}

#[derive(Args)]
struct Build {
    /// Open the book in a browser
    #[arg(long)]
    open: bool,
    /// Build even where a gate finds something wrong, and say what
    #[arg(long)]
    draft: bool,
}

#[derive(Args)]
struct RecordArguments {
    /// Only the commands of these examples; all when none is named
    example: Vec<String>,
    /// Record anew even what prints the same but for its numbers
    #[arg(long)]
    fresh: bool,
}

#[derive(Args)]
struct Form {
    /// Where to put it; by default into target/
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    #[cfg(unix)]
    {
        tour::signals::reset();
        leash::entry();
    }
    let CommandLine { verb, build } = CommandLine::parse();
    let verb = verb.unwrap_or(Verb::Build(build));
    // What is printed depends on the code, and not on who calls.
    if matches!(verb, Verb::Record(_) | Verb::Check) {
        environment::reset();
    }
    match run(verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            say::aside(&format!("cargo book: {complaint}"));
            ExitCode::from(child::interrupted().unwrap_or(1))
        }
    }
}

fn run(verb: Verb) -> Result<(), String> {
    let root = find_root()?;
    match verb {
        Verb::Build(Build { open, draft }) => {
            let page = build(&root, draft)?;
            say::answer(&format!("The book stands in {}", page.display()))?;
            if open {
                opener::open(&page)
                    .map_err(|error| format!("couldn't open {}: {error}", page.display()))
            } else {
                say::answer("`cargo run -- --open` opens it in a browser.")
            }
        }
        Verb::Measure(measure) => measure.run(),
        Verb::Record(arguments) => record_all(&root, &arguments),
        Verb::Check => check_all(&root),
        Verb::Wasm => {
            let size = compile(&root)?;
            say::answer(&format!("The module has {} kB.", size.div_ceil(1000)))
        }
        Verb::Epub(Form { out }) => publish(&root, "epub", out),
        Verb::Pdf(Form { out }) => publish(&root, "pdf", out),
        // `supports html`, `supports epub`: directives become Markdown and HTML, which
        // every renderer takes.
        Verb::Preprocess { question } if !question.is_empty() => Ok(()),
        Verb::Preprocess { .. } => preprocess(&root, io::stdin(), io::stdout()),
    }
}

fn record_all(root: &Path, arguments: &RecordArguments) -> Result<(), String> {
    let runs = runs(root)?;
    let known = |example: &String| runs.iter().any(|run| run.example == *example);
    if let Some(unknown) = arguments.example.iter().find(|example| !known(example)) {
        return Err(format!("the book shows no output of `{unknown}`"));
    }
    let wanted = |example: &String| {
        arguments.example.is_empty() || arguments.example.contains(example)
    };
    for run in runs.iter().filter(|run| wanted(&run.example)) {
        let what = match record(root, run, arguments.fresh)? {
            Record::Same => "same shape, kept",
            Record::New => "recorded",
        };
        say::answer(&format!("{}: {what}", run.command()))?;
    }
    Ok(())
}

fn check_all(root: &Path) -> Result<(), String> {
    let checked = check(root)?;
    for finding in &checked.findings {
        say::aside(&finding.to_string());
    }
    say::answer(&format!(
        "Checked {} chapters, {} measurements, {} claims, {} recorded outputs.",
        checked.chapters, checked.measurements, checked.claims, checked.runs
    ))?;
    match checked.findings.len() {
        0 => Ok(()),
        1 => Err("one problem; it stands above, with what to do".into()),
        n => Err(format!("{n} problems; they stand above, each with what to do")),
    }
}
