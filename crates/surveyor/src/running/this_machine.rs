//! Which machine this is, and which code is checked out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sysinfo::System;

use super::child::ask;
use crate::code::files;
use crate::kept::measurement::Machine;

/// The machine this runs on. What the system won't say is "unknown".
pub fn machine() -> Machine {
    let mut system = System::new();
    system.refresh_cpu_all();
    system.refresh_memory();
    let unknown = || String::from("unknown");
    Machine {
        cpu: system
            .cpus()
            .first()
            .map(|cpu| cpu.brand().trim().to_string())
            .unwrap_or_else(unknown),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory: system.total_memory(),
        os: System::long_os_version().unwrap_or_else(unknown),
        kernel: System::kernel_version().unwrap_or_else(unknown),
        rustc: version("rustc", "rustc ").unwrap_or_else(unknown),
        python: version("python3", "Python "),
        model: model(),
        caches: caches(Path::new("/sys/devices/system/cpu/cpu0/cache")),
        threads_per_core: threads_per_core(),
        hypervisor: hypervisor(),
        governor: governor(),
    }
}

/// What a file of the kernel's says; nothing where there is none.
fn kernel_says(file: impl AsRef<Path>) -> Option<String> {
    let said = fs::read_to_string(file).ok()?;
    Some(said.trim().to_string()).filter(|said| !said.is_empty())
}

/// The caches of the first processor, below a folder of the kernel's: `L1 Data 48K, L2
/// Unified 1024K, L3 Unified 32768K (shared by 2)`.
fn caches(folder: &Path) -> Option<String> {
    let cache = |folder: PathBuf| {
        let says = |name: &str| kernel_says(folder.join(name));
        let (level, kind, size) = (says("level")?, says("type")?, says("size")?);
        let sharing = says("shared_cpu_list").map_or(1, |list| how_many(&list));
        let shared =
            if sharing > 1 { format!(" (shared by {sharing})") } else { String::new() };
        Some(format!("L{level} {kind} {size}{shared}"))
    };
    let all: Vec<_> = files::sorted(folder).into_iter().filter_map(cache).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn threads_per_core() -> Option<usize> {
    kernel_says("/sys/devices/system/cpu/cpu0/topology/thread_siblings_list")
        .map(|list| how_many(&list))
}

/// How many there are in a list such as `0-3,8`.
fn how_many(list: &str) -> usize {
    let one = |part: &str| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        (to + 1).checked_sub(from)
    };
    list.split(',').filter_map(one).sum()
}

/// What the processor says of itself besides its brand, which may not say much.
fn model() -> Option<String> {
    #[cfg(target_arch = "x86_64")]
    {
        let said = raw_cpuid::CpuId::new().get_feature_info()?;
        let (family, model, stepping) =
            (said.family_id(), said.model_id(), said.stepping_id());
        Some(format!("family {family}, model {model}, stepping {stepping}"))
    }
    #[cfg(not(target_arch = "x86_64"))]
    None
}

/// Under which hypervisor this runs, by the processor's own word (CPUID, leaf 0x4000_0000)
/// or the kernel's; as systemd-detect-virt does it.
fn hypervisor() -> Option<String> {
    #[cfg(target_arch = "x86_64")]
    {
        use raw_cpuid::{CpuId, Hypervisor};

        let id = CpuId::new();
        if !id.get_feature_info()?.has_hypervisor() {
            return Some("none".into());
        }
        let named = id.get_hypervisor_info().map(|info| info.identify());
        Some(match named {
            Some(Hypervisor::Unknown(..)) | None => "one that doesn't say which".into(),
            Some(named) => format!("{named:?}"),
        })
    }
    #[cfg(not(target_arch = "x86_64"))]
    kernel_says("/sys/hypervisor/type")
}

fn governor() -> Option<String> {
    let folder = Path::new("/sys/devices/system/cpu/cpu0/cpufreq");
    let said = kernel_says(folder.join("scaling_governor"));
    cfg!(target_os = "linux").then(|| said.unwrap_or("not visible".into()))
}

fn version(program: &str, prefix: &str) -> Option<String> {
    let said = ask(Command::new(program).arg("--version"))?;
    let version = said.trim().strip_prefix(prefix)?;
    Some(version.split(' ').next()?.to_string())
}

/// The commit checked out at `root`, with a `+` when tracked files differ from it;
/// "unknown" where git won't say.
pub fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| {
        let said = ask(Command::new("git").args(arguments).current_dir(root))?;
        Some(said.trim().to_string())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else {
        return "unknown".into();
    };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"])
        .is_some_and(|files| !files.is_empty());
    commit + if changed { "+" } else { "" }
}

/// The second of the Unix epoch.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Today, in UTC, as year-month-day.
pub fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_processors() {
        assert_eq!(how_many("0"), 1);
        assert_eq!(how_many("0-3,8"), 5);
        assert_eq!(how_many("0,32"), 2);
        assert_eq!(how_many("3-0"), 0);
        assert_eq!(how_many(""), 0);
    }

    #[test]
    fn caches_that_others_share() {
        let folder = tempfile::tempdir().unwrap();
        for (index, level, kind, size, cpus) in [
            ("index0", "1", "Data", "48K", "0"),
            ("index3", "3", "Unified", "32768K", "0-1"),
        ] {
            let folder = folder.path().join(index);
            fs::create_dir(&folder).unwrap();
            for (name, says) in [
                ("level", level),
                ("type", kind),
                ("size", size),
                ("shared_cpu_list", cpus),
            ] {
                fs::write(folder.join(name), format!("{says}\n")).unwrap();
            }
        }
        assert_eq!(
            caches(folder.path()).unwrap(),
            "L1 Data 48K, L3 Unified 32768K (shared by 2)"
        );
        assert_eq!(caches(Path::new("/no/such/folder")), None);
    }
}
