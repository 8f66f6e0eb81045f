//! What else happens on the machine while something is measured.

use std::time::Instant;

use crate::kept::measurement::Meanwhile;

/// Below so many ticks of all processors together, shares mean nothing.
const ENOUGH: f64 = 100.0;

/// How the processors of a machine spent their time up to now, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Ticks {
    all: f64,
    busy: f64,
    stolen: f64,
    /// Of the busy ones, those of this process and of all that it waited for.
    own: f64,
}

/// One thing being watched.
pub(super) struct Watch {
    start: Instant,
    load: f64,
    ticks: Option<Ticks>,
}

/// All that was watched of one group.
#[derive(Default)]
pub(super) struct Watched {
    load: f64,
    spent: Ticks,
}

impl Watch {
    pub(super) fn begin() -> Self {
        Self { start: Instant::now(), load: load().unwrap_or(0.0), ticks: ticks() }
    }

    /// Since it began.
    pub(super) fn seconds(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
}

impl Watched {
    /// As if others had used half of the processors.
    #[cfg(test)]
    pub(super) fn crowd() -> Self {
        let spent = Ticks { all: 1000.0, busy: 500.0, ..Ticks::default() };
        Self { load: 2.0, spent }
    }

    pub(super) fn add(&mut self, watch: Watch) {
        self.load = self.load.max(watch.load);
        if let (Some(before), Some(now)) = (watch.ticks, ticks()) {
            self.spent.all += now.all - before.all;
            self.spent.busy += now.busy - before.busy;
            self.spent.stolen += now.stolen - before.stolen;
            self.spent.own += now.own - before.own;
        }
    }

    /// Nothing when the system doesn't say, or it took too short.
    pub(super) fn meanwhile(&self) -> Option<Meanwhile> {
        let Ticks { all, busy, stolen, own } = self.spent;
        // The leash waits for whoever lost its parent. What we are told late is nobody's.
        let share = |ticks: f64| (ticks.max(0.0) / all * 1000.0).round() / 1000.0;
        (all >= ENOUGH).then(|| Meanwhile {
            load: self.load,
            stolen: share(stolen),
            others: share(busy - own),
        })
    }
}

#[cfg(target_os = "linux")]
fn load() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").ok()?;
    text.split(' ').next()?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn load() -> Option<f64> {
    None
}

#[cfg(target_os = "linux")]
fn ticks() -> Option<Ticks> {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeVal;
    use nix::unistd::{SysconfVar, sysconf};

    let per_second = sysconf(SysconfVar::CLK_TCK).ok()?? as f64;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let own = [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN].map(|who| {
        let usage = getrusage(who).ok();
        usage.map_or(0.0, |usage| {
            seconds(usage.user_time()) + seconds(usage.system_time())
        })
    });
    let own = own.iter().sum::<f64>() * per_second;
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    Some(Ticks { own, ..of_all(text.lines().next()?)? })
}

#[cfg(not(target_os = "linux"))]
fn ticks() -> Option<Ticks> {
    None
}

/// The line of `/proc/stat` for all processors together; see proc_stat(5).
#[cfg(any(target_os = "linux", test))]
fn of_all(line: &str) -> Option<Ticks> {
    let fields = line.strip_prefix("cpu ")?.split_whitespace().map(str::parse::<f64>);
    let fields: Vec<f64> = fields.collect::<Result<_, _>>().ok()?;
    // What guests of this machine used is in the first two already.
    let [user, nice, system, idle, iowait, irq, softirq, stolen, ..] = fields[..] else {
        return None;
    };
    // Interrupts are nobody's: the system serves ours and those of others.
    let busy = user + nice + system;
    let all = busy + idle + iowait + irq + softirq + stolen;
    Some(Ticks { all, busy, stolen, own: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_proc_stat() {
        let ticks = of_all("cpu  10 1 20 1000 5 2 3 50 7 0");
        let right = Ticks { all: 1091.0, busy: 31.0, stolen: 50.0, own: 0.0 };
        assert_eq!(ticks, Some(right));
        assert_eq!(of_all("cpu0 10 1 20 1000 5 2 3 50 7 0"), None, "one of them");
        assert_eq!(of_all("cpu  10 1"), None, "an old kernel's");
    }

    #[test]
    fn what_is_neither_ours_nor_idle_is_others() {
        let spent = Ticks { all: 1000.0, busy: 500.0, stolen: 20.0, own: 400.0 };
        let watched = Watched { load: 2.0, spent };
        let meanwhile = watched.meanwhile().unwrap();
        assert_eq!(meanwhile, Meanwhile { load: 2.0, stolen: 0.02, others: 0.1 });
        assert!(meanwhile.is_disturbed());
        assert_eq!(Watched::default().meanwhile(), None, "too short");
    }
}
