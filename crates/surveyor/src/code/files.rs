//! Files: read once, written whole.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::once::Once;

/// No text of a book is longer than this; whatever is, somebody put there by mistake.
const LONGEST: u64 = 64 << 20;

/// The files of a project as they are when somebody first asks for them. Each is read once and each
/// folder listed once, however often it is asked for.
#[derive(Default)]
pub struct Files {
    texts: Once<Result<Arc<str>, String>>,
    folders: Once<Arc<BTreeSet<OsString>>>,
}

impl Files {
    /// The text of `file`.
    ///
    /// # Errors
    ///
    /// As [`text`].
    pub fn text(&self, file: &Path) -> Result<Arc<str>, String> {
        self.texts.get(file, || text(file).map(Arc::from))
    }

    /// The names in `folder`, in order; none when there is no such folder.
    pub fn names(&self, folder: &Path) -> Arc<BTreeSet<OsString>> {
        self.folders.get(folder, || {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            Arc::new(entries.map(|entry| entry.file_name()).collect())
        })
    }

    /// Whether something of that name is there.
    pub fn has(&self, file: &Path) -> bool {
        match (file.parent(), file.file_name()) {
            (Some(folder), Some(name)) => self.names(folder).contains(name),
            _ => false,
        }
    }
}

/// The text of `file`. Only a plain file has one: a pipe would let its reader wait for ever.
///
/// # Errors
///
/// One line, without the file's name: there is no such file, it is none, it is too long, or not UTF-8.
pub fn text(file: &Path) -> Result<String, String> {
    String::from_utf8(bytes(file)?).map_err(|_| "it is not UTF-8".into())
}

/// What stands in `file`.
///
/// # Errors
///
/// As [`text`], but it may be no UTF-8.
pub fn bytes(file: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut read = || {
        if !fs::metadata(file)?.is_file() {
            return Err(io::Error::other("it is no plain file"));
        }
        let read = fs::File::open(file)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
        if read as u64 > LONGEST {
            return Err(io::Error::other("it is too long to be one of ours"));
        }
        Ok(())
    };
    read().map_err(|error: io::Error| error.to_string())?;
    Ok(bytes)
}

/// Opens a file whose lock says whose turn it is; makes it where there is none, and leaves what is in it.
///
/// # Errors
///
/// As the system says it, or that it is no plain file.
pub fn lockable(file: &Path) -> io::Result<fs::File> {
    if fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("it is no plain file"));
    }
    fs::File::options().write(true).create(true).truncate(false).open(file)
}

/// Replaces `file` by one with these contents, whole or not at all; makes its folder
/// where there is none.
///
/// # Errors
///
/// One line, when it can't.
pub fn write_whole(file: &Path, contents: &[u8]) -> Result<(), String> {
    let write = || {
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(contents)?;
        new.as_file().sync_all()?;
        #[cfg(unix)]
        {
            // Temporary files are private; the book's are not.
            use std::os::unix::fs::PermissionsExt;
            new.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        new.persist(file).map_err(|error| error.error)
    };
    write()
        .map(drop)
        .map_err(|error| format!("couldn't write {}: {error}", file.display()))
}

/// Replaces the folder at `place` by the one that `fill` makes, whole or not at all. Should this
/// process die in between, the next call finds what was there under `.NAME.old`, and puts it back.
///
/// # Errors
///
/// One line: what `fill` says, or that the folder can't be replaced.
pub fn replace_folder(
    place: &Path,
    fill: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<(), String> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let beside = |what: &str| place.with_file_name(format!(".{name}.{what}"));
    let (new, old) = (beside("new"), beside("old"));
    let clear = |folder: &Path| match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    let complain =
        |error: io::Error| format!("couldn't replace {}: {error}", place.display());
    if old.exists() && !place.exists() {
        fs::rename(&old, place).map_err(complain)?;
    }
    clear(&new).and_then(|()| clear(&old)).map_err(complain)?;
    if let Err(problem) = fill(&new) {
        let _ = clear(&new);
        return Err(problem);
    }
    if place.exists() {
        fs::rename(place, &old).map_err(complain)?;
    }
    if let Err(error) = fs::rename(&new, place) {
        // Back to what was there; should that fail as well, it is put back next time.
        let _ = fs::rename(&old, place);
        return Err(complain(error));
    }
    clear(&old).map_err(complain)
}

/// The files and folders in `folder`, by name; none when there is no such folder.
pub fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

/// What lies at `path`, seen from the folder of `file`; without detours, as `a/b/../c` has one.
pub fn beside(file: &Path, path: impl AsRef<Path>) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in file.with_file_name("").join(path).components() {
        match part {
            Component::ParentDir if normal.file_name().is_some() => drop(normal.pop()),
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_file_is_read_once_and_a_folder_listed_once() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "one").unwrap();
        let files = Files::default();
        assert!(files.has(&file) && !files.has(&folder.path().join("b")));
        assert_eq!(files.text(&file).as_deref(), Ok("one"));
        fs::write(&file, "two").unwrap();
        fs::write(folder.path().join("b"), "").unwrap();
        assert_eq!(files.text(&file).as_deref(), Ok("one"));
        assert!(!files.has(&folder.path().join("b")));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("bytes");
        fs::write(&file, [0xff, 0xfe]).unwrap();
        assert!(text(&file).unwrap_err().contains("UTF-8"));
        assert_eq!(text(folder.path()).unwrap_err(), "it is no plain file");
        let long = fs::File::create(folder.path().join("long")).unwrap();
        long.set_len(LONGEST + 1).unwrap();
        assert!(text(&folder.path().join("long")).unwrap_err().contains("too long"));
    }

    /// Whoever opens it waits for a writer.
    #[cfg(unix)]
    #[test]
    fn a_pipe_holds_nobody_up() {
        let folder = TempDir::new().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("not tested: there is no mkfifo");
            return;
        }
        assert_eq!(text(&pipe).unwrap_err(), "it is no plain file");
    }
}
