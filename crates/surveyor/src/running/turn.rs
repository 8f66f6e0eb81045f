//! The turn to measure in a project, which one process has at a time: two at once would
//! spoil each other's numbers.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::code::files::{lockable, sorted};

/// Somebody's turn. It ends with the process, however that ends.
pub(crate) struct Turn {
    folder: PathBuf,
    /// Locked until it is closed. The file itself stays: who deletes a lock may delete that
    /// of the next.
    _lock: File,
}

impl Turn {
    /// Takes the turn in the project at `root`.
    ///
    /// # Errors
    ///
    /// One line, when it is somebody else's.
    pub(crate) fn take(root: &Path) -> Result<Self, String> {
        let folder = root.join("book/measurements/.measuring");
        let complain =
            |error: io::Error| format!("couldn't prepare {}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(complain)?;
        let lock = lockable(&folder.join("lock")).map_err(complain)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(
                    "somebody is measuring here already; two at once would spoil each \
                            other's numbers, so wait for the end of that"
                        .into(),
                );
            }
            // A file system without locks.
            Err(TryLockError::Error(error))
                if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(complain(error)),
        }
        // What a run that was killed left behind.
        for left in sorted(&folder).into_iter().filter(|path| path.is_dir()) {
            fs::remove_dir_all(left).map_err(complain)?;
        }
        Ok(Self { folder, _lock: lock })
    }

    /// An empty folder for what a bench writes.
    ///
    /// # Errors
    ///
    /// One line, when there can't be one.
    pub(crate) fn home(&self) -> Result<TempDir, String> {
        TempDir::new_in(&self.folder).map_err(|error| {
            format!("couldn't make a folder in {}: {error}", self.folder.display())
        })
    }
}
