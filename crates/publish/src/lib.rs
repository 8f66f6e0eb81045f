//! Other forms of the book: an EPUB for reading devices, a PDF for paper.
//!
//! Both are made of the pages that bookbinder has built, after all its gates. So there is one text, and
//! what passes there is what stands here.
//!
//! * [`contents`]: which pages there are, in which order.
//! * `dress`: a page without what only a browser can do. Questions get their answers at the end of the
//!   chapter, steppers become the tables that they are without a script, pictures get fixed colours.
//! * [`epub`], [`pdf`]: the forms.

pub mod contents;
mod dress;
pub mod epub;
mod paint;
pub mod pdf;
mod xml;

pub use contents::Contents;

use std::path::Path;
use std::{fs, io};

/// The folder in which a file lies, made where there is none.
fn folder_of(file: &Path) -> io::Result<&Path> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    Ok(folder)
}
