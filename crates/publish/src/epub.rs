//! An EPUB, for reading devices.

use std::path::Path;

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ReferenceType, ZipLibrary};
use tempfile::NamedTempFile;

use crate::contents::{Contents, Page};
use crate::dress::{Form, dress};
use crate::folder_of;
use crate::xml::escaped;

const STYLE: &str = include_str!("epub.css");

/// Writes the book to `file`.
///
/// # Errors
///
/// One line. Whatever was at `file` before is still there, then.
pub fn write(contents: &Contents, file: &Path) -> Result<(), String> {
    let couldn_t = |error: epub_builder::Error| format!("couldn't make an EPUB: {error}");
    let mut epub = ZipLibrary::new().and_then(EpubBuilder::new).map_err(couldn_t)?;
    epub.epub_version(EpubVersion::V30).set_title(&contents.title);
    epub.add_language(&contents.language);
    epub.add_description(&contents.description);
    epub.set_toc_name("Contents");
    epub.stylesheet(STYLE.as_bytes()).map_err(couldn_t)?;
    let title = format!(
        "<section class=\"title\"><h1>{}</h1><p>{}</p></section>",
        escaped(&contents.title),
        escaped(&contents.description)
    );
    let first = Page { title: contents.title.clone(), path: "title".into() };
    let first = page(contents, &first, &title);
    epub.add_content(
        EpubContent::new("title.xhtml", first.as_bytes())
            .title(&contents.title)
            .reftype(ReferenceType::TitlePage),
    )
    .map_err(couldn_t)?;
    epub.inline_toc();
    for (at, part) in contents.parts.iter().enumerate() {
        if let Some(title) = &part.title {
            let name = Page { title: title.clone(), path: format!("part-{at}") };
            let body =
                format!("<section class=\"part\"><h1>{}</h1></section>", escaped(title));
            let text = page(contents, &name, &body);
            let content =
                EpubContent::new(format!("{}.xhtml", name.path), text.as_bytes());
            epub.add_content(content.title(title).level(1)).map_err(couldn_t)?;
        }
        for of_part in &part.pages {
            let html = contents.html(of_part)?;
            let dressed = dress(contents, of_part, &html, Form::Pages)?;
            for (name, svg) in &dressed.pictures {
                epub.add_resource(
                    format!("pictures/{name}"),
                    svg.as_bytes(),
                    "image/svg+xml",
                )
                .map_err(couldn_t)?;
            }
            let text = page(contents, of_part, &dressed.body);
            let content =
                EpubContent::new(format!("{}.xhtml", of_part.path), text.as_bytes());
            let level = if part.title.is_some() { 2 } else { 1 };
            epub.add_content(content.title(&of_part.title).level(level))
                .map_err(couldn_t)?;
        }
    }
    let couldn_t_write =
        |error: std::io::Error| format!("couldn't write {}: {error}", file.display());
    let folder = folder_of(file).map_err(couldn_t_write)?;
    let mut whole = NamedTempFile::new_in(folder).map_err(couldn_t_write)?;
    epub.generate(&mut whole).map_err(couldn_t)?;
    // A file for all, and no longer a temporary one.
    #[cfg(unix)]
    {
        use std::fs;
        use std::os::unix::fs::PermissionsExt;

        let readable = fs::Permissions::from_mode(0o644);
        whole.as_file().set_permissions(readable).map_err(couldn_t_write)?;
    }
    whole.persist(file).map_err(|error| couldn_t_write(error.error))?;
    Ok(())
}

/// A file of the EPUB.
fn page(contents: &Contents, page: &Page, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
         <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"{language}\" lang=\"{language}\">\n\
         <head><title>{}</title><link rel=\"stylesheet\" type=\"text/css\" href=\"{}stylesheet.css\"/></head>\n\
         <body>\n{body}\n</body>\n</html>\n",
        escaped(&page.title),
        page.up(),
        language = escaped(&contents.language),
    )
}
