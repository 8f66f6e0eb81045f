//! A PDF, for paper: all pages in one, which a browser prints.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::contents::Contents;
use crate::dress::{Form, dress};
use crate::folder_of;
use crate::xml::escaped;

const STYLE: &str = include_str!("pdf.css");

/// The browsers that can, by the names of their programs.
const BROWSERS: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "msedge",
];

/// Names another one.
const BROWSER: &str = "CHROMIUM";

/// Writes the book to `file`, by a browser that is Chromium or made of it.
///
/// # Errors
///
/// One line. Whatever was at `file` before is still there, then.
pub fn write(contents: &Contents, file: &Path) -> Result<(), String> {
    let couldn_t =
        |error: io::Error| format!("couldn't write {}: {error}", file.display());
    let whole = one_file(contents)?;
    let folder = folder_of(file).map_err(couldn_t)?;
    // Beside the pages, where nobody keeps files of their own.
    let source = contents.pages.with_extension("print.html");
    let couldn_t_write =
        |error: io::Error| format!("couldn't write {}: {error}", source.display());
    fs::write(&source, whole).map_err(couldn_t_write)?;
    let Some(browser) = browser() else {
        return Err(format!(
            "there is no Chromium here to print with; name one by {BROWSER}, or print {} from any browser",
            source.display()
        ));
    };
    let home = TempDir::new_in(folder).map_err(couldn_t)?;
    let printed = home.path().join("book.pdf");
    let mut to = OsString::from("--print-to-pdf=");
    to.push(absolute(&printed));
    let mut profile = OsString::from("--user-data-dir=");
    profile.push(absolute(&home.path().join("profile")));
    let mut command = Command::new(&browser);
    command.args(["--headless", "--disable-gpu", "--disable-dev-shm-usage"]);
    command.args(["--no-pdf-header-footer", "--generate-pdf-document-outline"]);
    // The pages are our own, and Chromium refuses to be root with its sandbox.
    #[cfg(unix)]
    command.arg("--no-sandbox");
    command.args([to, profile]).arg(absolute(&source));
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("couldn't start {}: {error}", browser.display()))?;
    if !output.status.success() || !printed.is_file() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or("it said nothing");
        return Err(format!(
            "{} didn't print ({}): {last}",
            browser.display(),
            output.status
        ));
    }
    fs::rename(&printed, file).map_err(couldn_t)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.into())
}

/// The browser that prints: the one that was named, or the first that is on the path.
fn browser() -> Option<PathBuf> {
    if let Some(named) = env::var_os(BROWSER) {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let known = BROWSERS.iter().flat_map(|name| {
        let name = format!("{name}{}", env::consts::EXE_SUFFIX);
        folders.iter().map(move |folder| folder.join(&name))
    });
    let elsewhere = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    known.chain([PathBuf::from(elsewhere)]).find(|file| file.is_file())
}

/// All pages as one.
fn one_file(contents: &Contents) -> Result<String, String> {
    let Contents { title, description, language, parts, .. } = contents;
    let [title, description] = [title, description].map(|words| escaped(words));
    let mut toc = String::new();
    let mut body = String::new();
    for (at, part) in parts.iter().enumerate() {
        if let Some(title) = &part.title {
            let title = escaped(title);
            toc.push_str(&format!(
                "<li class=\"part\"><a href=\"#part-{at}\">{title}</a></li>\n"
            ));
            body.push_str(&format!(
                "<section class=\"part\"><h1 id=\"part-{at}\">{title}</h1></section>\n"
            ));
        }
        for page in &part.pages {
            let dressed = dress(contents, page, &contents.html(page)?, Form::OneFile)?;
            let slug = page.slug();
            toc.push_str(&format!(
                "<li><a href=\"#{slug}\">{}</a></li>\n",
                escaped(&page.title)
            ));
            body.push_str(&format!(
                "<article id=\"{slug}\">\n{}\n</article>\n",
                dressed.body
            ));
        }
    }
    Ok(format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>\n{STYLE}</style></head>\n<body>\n\
         <header><p class=\"title\">{title}</p><p>{description}</p></header>\n\
         <nav><h1>Contents</h1>\n<ul>\n{toc}</ul></nav>\n{body}</body>\n</html>\n",
        escaped(language)
    ))
}
