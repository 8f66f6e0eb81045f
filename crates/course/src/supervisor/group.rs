//! A control group: the system counts all memory of the processes in it, also what none of them
//! has mapped, and limits it. See cgroups(7), and "Control Group v2" in the kernel's
//! documentation.
//!
//! Where this process may, the group is made beside or below its own one: root may everywhere,
//! and others where systemd has delegated a part of the tree to them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// How the name of a group begins; the id of its supervisor ends it.
const NAME: &str = "course-";

/// A group, which is removed when this is dropped.
pub(super) struct Group {
    folder: PathBuf,
    /// Whoever writes to it joins. Held open, since there is no way to it from a room.
    members: File,
    /// What happened to its members, and among it that they were killed for want of memory.
    events: File,
}

/// A version of control groups.
struct Version {
    /// How its file system calls itself.
    file_system: &'static str,
    /// The files that limit memory, and memory together with swap (version 1) or swap (2).
    limits: [&'static str; 2],
    /// The file that counts who was killed.
    events: &'static str,
    /// The file that says what groups below may have; version 1 gives them all.
    controllers: Option<&'static str>,
}

const VERSIONS: [Version; 2] = [
    Version {
        file_system: "cgroup2",
        limits: ["memory.max", "memory.swap.max"],
        events: "memory.events",
        controllers: Some("cgroup.subtree_control"),
    },
    Version {
        file_system: "cgroup",
        limits: ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"],
        events: "memory.oom_control",
        controllers: None,
    },
];

impl Group {
    /// A group whose members have so many bytes together.
    ///
    /// # Errors
    ///
    /// When there is no place for one.
    pub(super) fn new(bytes: u64) -> io::Result<Self> {
        let mut trouble = io::Error::other("no control group counts memory here");
        for (version, folder) in folders()? {
            match Self::below(&folder, version, bytes) {
                Ok(group) => return Ok(group),
                Err(error) => trouble = error,
            }
        }
        Err(trouble)
    }

    fn below(folder: &Path, version: &Version, bytes: u64) -> io::Result<Self> {
        let at = |path: &Path, error: io::Error| {
            io::Error::other(format!("{}: {error}", path.display()))
        };
        let open = |path: PathBuf, how: &OpenOptions| {
            how.open(&path).map_err(|error| at(&path, error))
        };
        if let Some(file) = version.controllers {
            let path = folder.join(file);
            let controllers =
                fs::read_to_string(&path).map_err(|error| at(&path, error))?;
            if !controllers.split_whitespace().any(|name| name == "memory") {
                return Err(at(&path, io::Error::other("it counts no memory")));
            }
        }
        remove_orphans(folder);
        let folder = folder.join(format!("{NAME}{}", std::process::id()));
        fs::create_dir(&folder).map_err(|error| at(&folder, error))?;
        let made = || {
            let [memory, swap] = version.limits.map(|file| folder.join(file));
            fs::write(&memory, bytes.to_string()).map_err(|error| at(&memory, error))?;
            // Where no swap is counted, there is no such file.
            let swapped = if version.controllers.is_some() { 0 } else { bytes };
            let _ = fs::write(&swap, swapped.to_string());
            let members =
                open(folder.join("cgroup.procs"), OpenOptions::new().write(true))?;
            let events =
                open(folder.join(version.events), OpenOptions::new().read(true))?;
            Ok((members, events))
        };
        match made() {
            Ok((members, events)) => Ok(Self { folder, members, events }),
            Err(error) => {
                let _ = fs::remove_dir(&folder);
                Err(error)
            }
        }
    }

    /// This process, and all that it starts from now on, belong to the group.
    ///
    /// # Errors
    ///
    /// When the system doesn't allow it.
    pub(super) fn join(&self) -> io::Result<()> {
        let joined = (&self.members).write_all(b"0");
        joined.map_err(|error| {
            io::Error::other(format!("joining {}: {error}", self.folder.display()))
        })
    }

    /// Whether members were killed for want of memory.
    ///
    /// # Errors
    ///
    /// When the system doesn't say so.
    pub(super) fn exceeded(&self) -> io::Result<bool> {
        let mut said = String::new();
        (&self.events).rewind()?;
        (&self.events).read_to_string(&mut said)?;
        Ok(killed(&said) > 0)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // All members have ended. A folder that stays all the same holds nothing and does
        // nothing.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Where a group may perhaps be made.
fn folders() -> io::Result<impl Iterator<Item = (&'static Version, PathBuf)>> {
    let own = fs::read_to_string("/proc/self/cgroup")?;
    let mounts = fs::read_to_string("/proc/self/mountinfo")?;
    Ok(VERSIONS.iter().flat_map(move |version| {
        let folders = version.folders(&own, &mounts);
        folders.into_iter().map(move |folder| (version, folder))
    }))
}

/// Removes the groups that killed supervisors have left, wherever they are.
pub(super) fn sweep() {
    for (_, folder) in folders().into_iter().flatten() {
        remove_orphans(&folder);
    }
}

/// Removes the groups whose supervisor was killed.
fn remove_orphans(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix(NAME));
        if id.is_some_and(|id| !Path::new("/proc").join(id).exists()) {
            // One that has members stays.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// How many members were killed for want of memory.
fn killed(events: &str) -> u64 {
    let count = events.lines().find_map(|line| line.strip_prefix("oom_kill "));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

impl Version {
    /// Where a group may perhaps be made: below the own group, and below each that it is in.
    fn folders(&self, own: &str, mounts: &str) -> Vec<PathBuf> {
        let two = self.controllers.is_some();
        // The lines of `/proc/self/cgroup` are `number:controllers:path`.
        let own = own.lines().find_map(|line| {
            let mut fields = line.splitn(3, ':').skip(1);
            let (controllers, path) = (fields.next()?, fields.next()?);
            let ours = |name: &str| if two { name.is_empty() } else { name == "memory" };
            controllers.split(',').any(ours).then_some(path)
        });
        // The lines of `/proc/self/mountinfo`: `… root mountpoint … - type source options`.
        let mount = mounts.lines().find_map(|line| {
            let (mount, kind) = line.split_once(" - ")?;
            let mut mount = mount.split(' ').skip(3);
            let mut kind = kind.split(' ');
            let ours = kind.next()? == self.file_system
                && (two || kind.nth(1)?.split(',').any(|option| option == "memory"));
            ours.then_some((mount.next()?, mount.next()?))
        });
        let (Some(own), Some((root, mount))) = (own, mount) else { return Vec::new() };
        let own = Path::new(own).strip_prefix(root).unwrap_or(Path::new(""));
        own.ancestors().map(|group| Path::new(mount).join(group)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF_TWO: &str = "30 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
    const OF_ONE: &str =
        "41 30 0:33 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory";

    #[test]
    fn a_group_is_looked_for_below_the_own_one_and_those_above() {
        let own = "4:memory:/old/mine\n1:name=systemd:/\n0::/user.slice/mine.scope\n";
        let [two, one] = &VERSIONS;
        let folders =
            |folders: &[&str]| folders.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(
            two.folders(own, &format!("{OF_ONE}\n{OF_TWO}")),
            folders(&[
                "/sys/fs/cgroup/user.slice/mine.scope",
                "/sys/fs/cgroup/user.slice",
                "/sys/fs/cgroup/"
            ])
        );
        assert_eq!(
            one.folders(own, &format!("{OF_TWO}\n{OF_ONE}")),
            folders(&[
                "/sys/fs/cgroup/memory/old/mine",
                "/sys/fs/cgroup/memory/old",
                "/sys/fs/cgroup/memory/"
            ])
        );
        assert!(two.folders(own, OF_ONE).is_empty());
    }

    #[test]
    fn who_was_killed_is_counted() {
        assert_eq!(killed("low 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 0\n"), 1);
        assert_eq!(killed("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"), 3);
        assert_eq!(killed("max 7\noom_kill 0\n"), 0);
    }
}
