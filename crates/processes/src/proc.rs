//! What Linux says about a process below `/proc`.

use std::{fs, io};

/// One of the sums in `/proc/ID/smaps_rollup`, such as `Rss` or `Pss`, in bytes.
///
/// # Errors
///
/// When there is no such process or no such sum, or we may not look into the process.
pub(crate) fn memory(process: u32, sum: &str) -> io::Result<u64> {
    in_kib(&fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?, sum)
}

/// How large the page tables of a process are, in bytes.
///
/// # Errors
///
/// When there is no such process.
pub(crate) fn tables(process: u32) -> io::Result<u64> {
    in_kib(&fs::read_to_string(format!("/proc/{process}/status"))?, "VmPTE")
}

/// How much memory the system itself uses for all threads and processes of this machine, in
/// bytes, besides the page tables: a stack for each thread, and whatever it can't give back
/// while they live.
///
/// # Errors
///
/// When the system won't say.
pub(crate) fn system() -> io::Result<u64> {
    let sums = fs::read_to_string("/proc/meminfo")?;
    Ok(in_kib(&sums, "KernelStack")? + in_kib(&sums, "SUnreclaim")?)
}

/// How much memory this machine could give to programs without taking it from others, in
/// bytes.
///
/// # Errors
///
/// When the system won't say.
pub(crate) fn available() -> io::Result<u64> {
    in_kib(&fs::read_to_string("/proc/meminfo")?, "MemAvailable")
}

/// The number in the line `name:  123 kB`, in bytes.
fn in_kib(lines: &str, name: &str) -> io::Result<u64> {
    let line = lines.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| io::Error::other(format!("the system doesn't tell `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_this_process() {
        let here = std::process::id();
        // Of one moment: other tests take and give back memory meanwhile.
        let sums = fs::read_to_string("/proc/self/smaps_rollup").unwrap();
        let proportional = in_kib(&sums, "Pss").unwrap();
        assert!(0 < proportional && proportional <= in_kib(&sums, "Rss").unwrap());
        let resident = memory(here, "Rss").unwrap();
        assert!(0 < resident && resident < available().unwrap());
        assert!(0 < tables(here).unwrap() && 0 < system().unwrap());
        assert!(memory(here, "Nothing").is_err());
        assert!(memory(u32::MAX, "Rss").is_err() && tables(u32::MAX).is_err());
    }
}
