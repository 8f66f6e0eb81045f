//! `cargo book epub` and `cargo book pdf`, once the pages are built.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use publish::{Contents, epub, pdf};

/// Makes an EPUB or a PDF of the pages in target/book.
#[derive(Parser)]
#[command(name = "publish", version)]
struct CommandLine {
    /// What to make
    form: Form,
    /// The folder of the book's sources
    #[arg(long, value_name = "FOLDER", default_value = "book")]
    book: PathBuf,
    /// The folder with its pages
    #[arg(long, value_name = "FOLDER", default_value = "target/book")]
    pages: PathBuf,
    /// Where to put it; by default beside the pages
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    /// For reading devices
    Epub,
    /// For paper; needs Chromium or Chrome
    Pdf,
}

fn main() -> ExitCode {
    match run(CommandLine::parse()) {
        Ok(file) => {
            // Whoever doesn't want to hear it is not told.
            let _ = writeln!(io::stdout(), "{}", file.display());
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            let _ = writeln!(io::stderr(), "publish: {complaint}");
            ExitCode::FAILURE
        }
    }
}

fn run(CommandLine { form, book, pages, out }: CommandLine) -> Result<PathBuf, String> {
    let contents = Contents::read(&book, &pages)?;
    let beside = pages.parent().unwrap_or(&pages);
    let name = match form {
        Form::Epub => "threads-or-processes.epub",
        Form::Pdf => "threads-or-processes.pdf",
    };
    let out = out.unwrap_or_else(|| beside.join(name));
    match form {
        Form::Epub => epub::write(&contents, &out)?,
        Form::Pdf => pdf::write(&contents, &out)?,
    }
    Ok(out)
}
