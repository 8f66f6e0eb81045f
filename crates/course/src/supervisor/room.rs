//! A room of its own for a command: namespaces, and in them a root folder that holds the programs
//! of the system, to read, and an empty folder in memory, to write.
//!
//! Whoever is in it sees nothing else: no file of whoever grades, no other process, no shared
//! memory, no network. When the first process in it ends, the system ends all others and throws
//! the rest away. See namespaces(7), pid_namespaces(7), pivot_root(2).

use std::ffi::{CString, c_int, c_ulong};
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::ptr;

use nix::errno::Errno;
use nix::libc::{
    self, MNT_DETACH, MS_BIND, MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID,
    MS_PRIVATE, MS_RDONLY, MS_REC, MS_RELATIME, MS_REMOUNT,
};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid, pivot_root};

use super::{OUT, Request};
use crate::walls::Room;

/// Where the room is put together. Every system has this folder, and nobody in the room needs
/// what lies there.
const SITE: &str = "/sys";

/// The folder of the command, as it sees it.
const FOLDER: &str = "/tmp";

/// What of the system programs need. What isn't there, nobody misses.
const SYSTEM: [&str; 16] = [
    "/bin",
    "/sbin",
    "/usr",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/nix/store",
    "/gnu/store",
    "/etc/alternatives",
    "/etc/group",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/passwd",
];

/// The devices that are none.
const DEVICES: [&str; 5] =
    ["/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero"];

/// A user whom nobody else is, as far as such a room goes.
const NOBODY: u32 = 65_534;

/// Whoever this process starts from now on has namespaces of its own; the first of them has to
/// [`furnish`] the room.
///
/// # Errors
///
/// When the system doesn't allow it.
pub(super) fn leave(room: Room) -> io::Result<()> {
    let apart = CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWUTS;
    if room == Room::NamespacesAndUser {
        return unshare(apart).map_err(doing("unshare"));
    }
    let (user, group) = (geteuid().as_raw(), getegid().as_raw());
    unshare(apart | CloneFlags::CLONE_NEWUSER).map_err(|error| match error {
        // It is said in the same way of a full disk.
        Errno::ENOSPC => io::Error::other(
            "no user namespace more is allowed, see /proc/sys/user/max_user_namespaces",
        ),
        error => doing("unshare")(error),
    })?;
    // It stays who it is, but nobody is root in there: root would have its powers back.
    let in_there = |id| if id == 0 { NOBODY } else { id };
    let map = |file: &str, line: String| {
        let path = format!("/proc/self/{file}");
        fs::write(&path, line)
            .map_err(|error| io::Error::other(format!("{path}: {error}")))
    };
    // Before Linux 3.19, there was no such file, and no need for it.
    let _ = map("setgroups", "deny".into());
    map("uid_map", format!("{} {user} 1", in_there(user)))?;
    map("gid_map", format!("{} {group} 1", in_there(group)))
}

/// The room, seen from its first process.
pub(super) struct Place {
    /// The folder that the command may write to.
    pub(super) folder: PathBuf,
    /// The folder outside that takes what is to be kept. Held open, since there is no way to it
    /// from here.
    pub(super) keep: Option<(File, PathBuf)>,
}

/// Puts the room together, and moves this process into it. `bytes` is how much fits into its
/// folder.
///
/// # Errors
///
/// When the system doesn't allow it.
pub(super) fn furnish(request: &Request, bytes: u64) -> io::Result<Place> {
    unshare(CloneFlags::CLONE_NEWNS).map_err(doing("unshare"))?;
    // Nothing of what follows is seen outside.
    bind(None, Path::new("/"), MS_REC | MS_PRIVATE)?;
    let site = Path::new(SITE);
    let options = format!("size={bytes},nr_inodes=16k,mode=0755");
    let small = MS_NOSUID | MS_NODEV;
    mount(Some("tmpfs".as_ref()), site, Some("tmpfs"), small, Some(&options))
        .map_err(doing("mount a folder in memory"))?;
    for folder in [FOLDER, "/dev/shm"] {
        let folder = within(folder);
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, PermissionsExt::from_mode(0o1777))?;
    }
    bring(request, &within(FOLDER))?;
    let keep = request.keep.as_deref().map(File::open).transpose()?;
    let see = request.see.iter().map(PathBuf::as_path);
    for path in SYSTEM.iter().chain(&DEVICES).map(Path::new).chain(see) {
        show(path)?;
    }
    only_to_read()?;
    let proc = within("/proc");
    fs::create_dir(&proc)?;
    // Whoever writes to `/proc/self/mem` changes its own code, and needs no `unsafe` for it.
    let to_read = small | MS_NOEXEC | MS_RDONLY;
    mount(Some("proc".as_ref()), &proc, Some("proc"), to_read, None)
        .map_err(doing("mount /proc"))?;
    // The old root comes to lie upon the new one, and is taken away.
    std::env::set_current_dir(site)?;
    pivot_root(".", ".").map_err(doing("pivot_root"))?;
    unmount(".".as_ref(), MNT_DETACH).map_err(doing("umount"))?;
    std::env::set_current_dir("/")?;
    let keep = keep.map(|folder| {
        let path = format!("/proc/self/fd/{}", folder.as_raw_fd());
        (folder, path.into())
    });
    Ok(Place { folder: FOLDER.into(), keep })
}

/// Puts into `folder` what the command is to find there.
pub(super) fn bring(request: &Request, folder: &Path) -> io::Result<()> {
    if request.keep.is_some() {
        let out = folder.join(OUT);
        fs::create_dir(&out)?;
        fs::set_permissions(&out, PermissionsExt::from_mode(0o1777))?;
    }
    for (from, name) in &request.bring {
        let to = folder.join(name);
        let open = |path: &Path| {
            // The command may be another user.
            DirBuilder::new().recursive(true).mode(0o755).create(path)
        };
        to.parent().map_or(Ok(()), open)?;
        let copied = fs::copy(from, &to).and_then(|_| {
            let readable = fs::metadata(&to)?.permissions().mode() | 0o444;
            // Whoever may run it here may run it there.
            let runnable = readable | (readable & 0o100) >> 3 | (readable & 0o100) >> 6;
            fs::set_permissions(&to, PermissionsExt::from_mode(runnable))
        });
        copied
            .map_err(|error| io::Error::other(format!("{}: {error}", from.display())))?;
    }
    Ok(())
}

/// Where a path of the room lies as long as it is put together.
fn within(path: impl AsRef<Path>) -> PathBuf {
    let path = path.as_ref();
    Path::new(SITE).join(path.strip_prefix("/").unwrap_or(path))
}

/// Shows a file or folder in the room, under its own path.
fn show(path: &Path) -> io::Result<()> {
    let there = within(path);
    // A folder above it may be shown already.
    if there.symlink_metadata().is_ok() {
        return Ok(());
    }
    let Ok(here) = path.symlink_metadata() else { return Ok(()) };
    if let Some(above) = there.parent() {
        fs::create_dir_all(above)?;
    }
    if here.is_symlink() {
        return symlink(fs::read_link(path)?, there);
    }
    if here.is_dir() {
        fs::create_dir(&there)?;
    } else {
        File::create(&there)?;
    }
    bind(Some(path), &there, MS_BIND | MS_REC)
}

/// All that is shown in the room, and whatever is mounted below, can't be written to.
fn only_to_read() -> io::Result<()> {
    let mounts = fs::read_to_string("/proc/self/mountinfo")?;
    let mounts: Vec<_> = mounts.lines().filter_map(mounted).collect();
    // What came before the room is mounted elsewhere, or hidden below it.
    let room = mounts.iter().rposition(|(path, _)| path == Path::new(SITE));
    for (path, flags) in mounts.into_iter().skip(room.map_or(0, |room| room + 1)) {
        let flags = flags | MS_BIND | MS_REMOUNT | MS_RDONLY;
        bind(None, &path, flags | MS_NOSUID)?;
    }
    Ok(())
}

/// Where something is mounted, and how, from a line of `/proc/self/mountinfo`; see
/// proc_pid_mountinfo(5). In a user namespace, none of these may be taken back.
fn mounted(line: &str) -> Option<(PathBuf, c_ulong)> {
    let mut fields = line.split(' ').skip(4);
    let path = unescaped(fields.next()?);
    let flags = fields.next()?.split(',').map(|option| match option {
        "nosuid" => MS_NOSUID,
        "nodev" => MS_NODEV,
        "noexec" => MS_NOEXEC,
        "noatime" => MS_NOATIME,
        "nodiratime" => MS_NODIRATIME,
        "relatime" => MS_RELATIME,
        _ => 0,
    });
    Some((path, flags.fold(0, |all, flag| all | flag)))
}

/// A path in which some bytes stand as `\040`.
fn unescaped(field: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;

    let (mut bytes, mut rest) = (Vec::new(), field.as_bytes());
    while let [first, others @ ..] = rest {
        let octal = others.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        let octal = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match octal.filter(|_| *first == b'\\') {
            Some(byte) => {
                bytes.push(byte);
                rest = &others[3..];
            }
            None => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    std::ffi::OsString::from_vec(bytes).into()
}

fn bind(from: Option<&Path>, to: &Path, flags: c_ulong) -> io::Result<()> {
    mount(from, to, None, flags, None).map_err(doing(&format!("mount {}", to.display())))
}

/// Mounts `from`, a system of files of this `kind`, at `to`; see mount(2). Nix has the same behind
/// its feature `mount`. With that, everything in the workspace would get another nix, also what is
/// measured.
#[allow(unsafe_code)]
fn mount(
    from: Option<&Path>,
    to: &Path,
    kind: Option<&str>,
    flags: c_ulong,
    options: Option<&str>,
) -> nix::Result<()> {
    let from = from.map(|from| text(from.as_os_str().as_bytes())).transpose()?;
    let to = text(to.as_os_str().as_bytes())?;
    let [kind, options] = [kind, options].map(|word| word.map(str::as_bytes).map(text));
    let (kind, options) = (kind.transpose()?, options.transpose()?);
    let begin =
        |text: &Option<CString>| text.as_ref().map_or(ptr::null(), |text| text.as_ptr());
    // SAFETY: each pointer is null, or that of a text that ends with a 0 and lives until the call is
    // over. The system only reads them.
    let done = unsafe {
        libc::mount(
            begin(&from),
            to.as_ptr(),
            begin(&kind),
            flags,
            begin(&options).cast(),
        )
    };
    Errno::result(done).map(drop)
}

/// Takes away what is mounted at `at`; see umount2(2).
#[allow(unsafe_code)]
fn unmount(at: &Path, flags: c_int) -> nix::Result<()> {
    let at = text(at.as_os_str().as_bytes())?;
    // SAFETY: the pointer is that of a text that ends with a 0 and lives until the call is over. The
    // system only reads it.
    Errno::result(unsafe { libc::umount2(at.as_ptr(), flags) }).map(drop)
}

/// What the system takes for a text: it ends with a 0, and has none inside.
fn text(bytes: &[u8]) -> nix::Result<CString> {
    CString::new(bytes).map_err(|_| Errno::EINVAL)
}

/// Says what was tried when the system refused it.
fn doing(what: &str) -> impl Fn(Errno) -> io::Error {
    move |error| io::Error::other(format!("{what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_says_of_a_mount_is_read() {
        let line =
            r"36 35 98:0 /mnt1 /a\040b ro,nosuid,noatime master:1 - ext3 /dev/root rw";
        let (path, flags) = mounted(line).unwrap();
        assert_eq!(path, Path::new("/a b"));
        assert_eq!(flags, MS_NOSUID | MS_NOATIME);
        assert!(mounted("nothing").is_none());
        assert_eq!(unescaped(r"end\04"), Path::new(r"end\04"));
    }

    #[test]
    fn what_the_system_refuses_to_mount_is_an_error() {
        let nowhere = Path::new("/nowhere/at/all");
        let flags = MS_BIND | MS_REC;
        for refused in [
            mount(Some(nowhere), nowhere, None, flags, None),
            unmount(nowhere, MNT_DETACH),
        ] {
            let why = refused.unwrap_err();
            assert!([Errno::ENOENT, Errno::EPERM].contains(&why), "{why}");
        }
        assert_eq!(mount(None, Path::new("a\0b"), None, flags, None), Err(Errno::EINVAL));
    }

    #[test]
    fn a_path_of_the_room_lies_at_its_site() {
        assert_eq!(within("/dev/shm"), Path::new("/sys/dev/shm"));
    }
}
