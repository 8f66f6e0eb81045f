//! Reads what was handed in, which may be anything: a link to somebody else's file, a device that
//! never ends, a file larger than memory.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

use nix::errno::Errno;
use nix::fcntl::{OFlag, open, openat};
use nix::sys::stat::Mode;

/// The largest file that is taken for an answer, in bytes. Ours have some thousands.
const LARGEST: u64 = 256 * 1024;

/// What lies where an answer would be.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A text.
    Text(String),
    /// Something that nobody reads, and why.
    Refused(String),
}

/// Reads the first of `paths`, from `folder` on, at which there is something. No link is followed
/// on the way.
pub fn read(folder: &Path, paths: &[impl AsRef<Path>]) -> Found {
    let found = paths.iter().map(|path| look(folder, path.as_ref()));
    found.into_iter().find(|found| *found != Found::Nothing).unwrap_or(Found::Nothing)
}

fn look(folder: &Path, path: &Path) -> Found {
    let file = match below(folder, path) {
        Ok(file) => file,
        Err(Errno::ENOENT) => return Found::Nothing,
        Err(Errno::ELOOP | Errno::ENOTDIR) => return link_or_nothing(folder, path),
        Err(error) => return refused(&format!("can't be opened: {error}")),
    };
    let taken = file.metadata().and_then(|about| {
        if !about.is_file() {
            return Ok(Err("is a folder, a pipe or a device, and no file".into()));
        }
        if about.len() > LARGEST {
            let length = about.len();
            return Ok(Err(format!(
                "has {length} bytes, and an answer at most {LARGEST}"
            )));
        }
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text)?;
        Ok(String::from_utf8(text).map_err(|_| "is no UTF-8".into()))
    });
    match taken {
        Ok(Ok(text)) => Found::Text(text),
        Ok(Err(why)) => refused(&why),
        Err(error) => refused(&format!("can't be read: {error}")),
    }
}

fn refused(why: &str) -> Found {
    Found::Refused(format!("the file that was handed in {why}"))
}

/// Opens a file below `folder`, without waiting for anybody.
fn below(folder: &Path, path: &Path) -> nix::Result<File> {
    let way = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let last = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let mut at: OwnedFd = open(folder, way, Mode::empty())?;
    let mut components = path.components().peekable();
    while let Some(component) = components.next() {
        let Component::Normal(name) = component else { return Err(Errno::ENOENT) };
        let how = if components.peek().is_some() { way } else { last };
        at = openat(&at, name, how | OFlag::O_NOFOLLOW, Mode::empty())?;
    }
    Ok(at.into())
}

/// Where the way ended at something that is no folder: a link, or a file.
fn link_or_nothing(folder: &Path, path: &Path) -> Found {
    let ways = path.ancestors().filter(|way| !way.as_os_str().is_empty());
    let link = |way: &Path| -> io::Result<bool> {
        Ok(folder.join(way).symlink_metadata()?.is_symlink())
    };
    match ways.into_iter().find(|way| link(way).unwrap_or(false)) {
        Some(way) => refused(&format!(
            "lies behind a symbolic link, {}; hand in the file itself",
            way.display()
        )),
        None => Found::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use nix::unistd::mkfifo;

    use super::*;

    #[track_caller]
    fn is_refused(found: Found, words: &str) {
        let Found::Refused(why) = found else { panic!("{found:?}") };
        assert!(why.contains(words), "{why}");
    }

    #[test]
    fn only_files_are_read_and_no_link_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let read = |name: &str| read(folder.path(), &["nowhere/a.rs", name]);
        fs::create_dir(at("threads")).unwrap();
        fs::write(at("threads/right.rs"), "fn right() {}").unwrap();
        assert_eq!(read("threads/right.rs"), Found::Text("fn right() {}".into()));
        assert_eq!(read("threads/none.rs"), Found::Nothing);
        assert_eq!(read("threads/right.rs/none.rs"), Found::Nothing);
        assert_eq!(read("../threads/right.rs"), Found::Nothing);

        symlink("/proc/kmsg", at("threads/kmsg.rs")).unwrap();
        is_refused(read("threads/kmsg.rs"), "a symbolic link, threads/kmsg.rs");
        symlink("threads", at("also_threads")).unwrap();
        is_refused(read("also_threads/right.rs"), "a symbolic link, also_threads");
        // Whoever opens it for reading waits until somebody writes.
        mkfifo(&at("pipe.rs"), Mode::S_IRUSR).unwrap();
        is_refused(read("pipe.rs"), "a pipe or a device");
        is_refused(read("threads"), "a folder");
        // It takes no room on the disk.
        fs::File::create(at("huge.rs")).unwrap().set_len(1 << 40).unwrap();
        is_refused(read("huge.rs"), "has 1099511627776 bytes");
        fs::write(at("latin.rs"), b"// caf\xe9\n").unwrap();
        is_refused(read("latin.rs"), "no UTF-8");
    }
}
