//! What a user leaves in the folders that are everybody's, where it had no room of its own.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

/// The folders in which every user may make files.
const EVERYBODYS: [&str; 5] =
    ["/dev/shm", "/dev/mqueue", "/run/lock", "/tmp", "/var/tmp"];

/// The permission of everybody to make files in a folder.
const EVERYBODY_WRITES: u32 = 0o002;

/// Removes all that belongs to `user`, of whom no process is left.
pub(super) fn sweep(user: u32) {
    for folder in EVERYBODYS {
        below(Path::new(folder), user);
    }
}

fn below(folder: &Path, user: u32) {
    // What can't be read is nothing that this user made.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(about) = path.symlink_metadata() else { continue };
        // One that can't be removed stays. It is none of an answer's business what is said here.
        let _ = match (about.uid() == user, about.is_dir()) {
            (true, true) => fs::remove_dir_all(&path),
            (true, false) => fs::remove_file(&path),
            (false, true) if about.permissions().mode() & EVERYBODY_WRITES != 0 => {
                below(&path, user);
                Ok(())
            }
            (false, _) => Ok(()),
        };
    }
}
