//! Limits of the system that stop a process with very many visits. A process can set itself lower
//! limits, and so meet them early.

use std::fmt;
use std::io;
use std::str::FromStr;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// A limit that a process sets itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// How many files and connections may be open.
    Files(u64),
    /// How many bytes of addresses it may take, whether or not there is memory behind them. Linux
    /// enforces this limit; not every system does.
    Addresses(u64),
}

impl Limit {
    /// Sets this limit, or the system's hard limit if that is lower, for the process that calls.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    // ANCHOR: set
    pub fn set(self) -> io::Result<()> {
        let (resource, most) = match self {
            Self::Files(count) => (Resource::RLIMIT_NOFILE, count),
            Self::Addresses(bytes) => (Resource::RLIMIT_AS, bytes),
        };
        let (_, hard) = getrlimit(resource)?;
        Ok(setrlimit(resource, most.min(hard), hard)?)
    }
    // ANCHOR_END: set
}

/// Raises this process's limit on open files and connections to `count`, as far as the system
/// allows; returns how many of `count` it may have open.
pub fn allow_files(count: u64) -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return count };
    let wanted = count.min(hard);
    if soft < wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_err() {
        return soft;
    }
    wanted
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Files(count) => write!(f, "files:{count}"),
            Self::Addresses(bytes) => write!(f, "addresses:{bytes}"),
        }
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let limit = text.split_once(':').and_then(|(name, number)| {
            let number = number.parse().ok()?;
            match name {
                "files" => Some(Self::Files(number)),
                "addresses" => Some(Self::Addresses(number)),
                _ => None,
            }
        });
        limit.ok_or_else(|| format!("`{text}` is no limit"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_said_and_read() {
        for limit in [Limit::Files(256), Limit::Addresses(1 << 32)] {
            assert_eq!(limit.to_string().parse(), Ok(limit));
        }
        for no in ["", "files", "files:x", "time:3"] {
            assert!(no.parse::<Limit>().is_err(), "{no}");
        }
    }

    #[test]
    fn some_files_are_allowed() {
        assert_eq!(allow_files(20), 20);
        assert!(allow_files(u64::MAX) >= 20);
    }
}
