//! The explorer as a page runs it: compiled to WebAssembly, and kept, so that whoever builds the book needs no
//! compiler for that. And the levels of its game.

use std::fs;
use std::path::Path;

use surveyor::code::files;

/// Where the module is kept.
pub const MODULE: &str = "book/theme/explorer.wasm";

/// The code of which it is made: what the page calls, and all that this names.
pub const CODE: &str = "crates/explorer/src/page.rs";

/// Where the levels lie, in the order of their names.
const LEVELS: &str = "crates/explorer/levels";

/// What a page needs to let the reader write programs.
#[derive(Debug)]
pub struct Player {
    /// The module.
    pub module: Vec<u8>,
    /// The levels, from the first to the last.
    pub levels: Vec<Level>,
}

/// A program to be mended.
#[derive(Debug)]
pub struct Level {
    /// Its name, by which a reader's answer is kept.
    pub name: String,
    /// All that it says, for the explorer to read.
    pub text: String,
}

impl Level {
    /// What it is called.
    pub fn title(&self) -> &str {
        self.comments().next().unwrap_or(&self.name)
    }

    /// What is wanted.
    pub fn task(&self) -> &str {
        self.comments().nth(1).unwrap_or_default()
    }

    /// The program, without what is said of it.
    pub fn program(&self) -> &str {
        let comments = self.text.lines().take_while(|line| line.starts_with('#'));
        let start: usize = comments.map(|line| line.len() + 1).sum();
        self.text.get(start..).unwrap_or_default().trim()
    }

    fn comments(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map_while(|line| line.strip_prefix("# "))
    }
}

impl Player {
    /// Reads the module and the levels of the project at `root`.
    ///
    /// # Errors
    ///
    /// One line, when there is no module, or a level can't be read.
    pub fn read(root: &Path) -> Result<Self, String> {
        let module = fs::read(root.join(MODULE));
        let module =
            module.map_err(|error| format!("{MODULE} can't be read: {error}"))?;
        let found = files::sorted(&root.join(LEVELS)).into_iter();
        let levels =
            found.filter(|file| file.extension().is_some_and(|kind| kind == "txt"));
        let level = |file: std::path::PathBuf| {
            let text = files::text(&file)
                .map_err(|problem| format!("{}: {problem}", file.display()))?;
            let name =
                file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Ok::<_, String>(Level { name, text: text.replace("\r\n", "\n") })
        };
        Ok(Self { module, levels: levels.map(level).collect::<Result<_, _>>()? })
    }
}

/// The name of the section of a module that says of which code it was made.
const SECTION: &[u8] = b"\x04code";

/// How many digits a fingerprint of code has.
const DIGITS: usize = 16;

/// The module with a section at its end that says of which `code` it was made. A browser passes over such a
/// section. (Its layout is that of *custom sections* in the WebAssembly specification: the id 0, the
/// size, the name with its size, and the content.)
pub fn with_code(mut module: Vec<u8>, code: &str) -> Vec<u8> {
    let size = u8::try_from(SECTION.len() + code.len()).expect("a fingerprint is short");
    module.extend([0, size]);
    module.extend(SECTION);
    module.extend(code.as_bytes());
    module
}

/// Of which code the module was made, if it says so.
pub fn code_of(module: &[u8]) -> Option<&str> {
    let (rest, code) = module.split_at_checked(module.len().checked_sub(DIGITS)?)?;
    rest.ends_with(SECTION).then(|| std::str::from_utf8(code).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_of_which_code_it_was_made() {
        let bare = b"\0asm\x01\0\0\0".to_vec();
        assert_eq!(code_of(&bare), None);
        assert_eq!(code_of(b""), None);
        assert_eq!(
            code_of(&with_code(bare, "0123456789abcdef")),
            Some("0123456789abcdef")
        );
    }

    #[test]
    fn a_level_has_a_title_a_task_and_a_program() {
        let text = "# Title\n# A task.\n# Hint: Look.\nshared n = 0\n\nthread A\n";
        let level = Level { name: "one".into(), text: text.into() };
        assert_eq!((level.title(), level.task()), ("Title", "A task."));
        assert_eq!(level.program(), "shared n = 0\n\nthread A");
    }
}
