//! In which file a program computes, and what it starts: the system takes the samples.
//!
//! `perf_event_open` needs no rights for one's own programs where `/proc/sys/kernel/perf_event_paranoid` says 2 or less. Where it is
//! refused, the report says so, and what only this could tell stays unknown.

use std::collections::HashMap;
use std::thread::available_parallelism;

use perf_event::data::Record;
use perf_event::events::Software;
use perf_event::{Builder, SampleFlag, Sampler};

/// Samples in a second of computing. No round number, so that a program with a rhythm of its own isn't always caught
/// at the same step.
const FREQUENCY: u64 = 199;

/// Bytes between the system and us, for each core: what 2,000 starting threads write between two looks.
const ROOM: usize = 1 << 17;

/// Nobody starts more at once, or all rooms together would be large.
const MOST_CORES: usize = 32;

/// What was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Started {
    /// A process, and by which one.
    Process {
        /// Its number.
        pid: i32,
        /// Who started it.
        by: i32,
    },
    /// A thread.
    Thread {
        /// Of which process.
        pid: i32,
    },
}

/// Samples of a program and of all that it starts.
pub struct Profile {
    samplers: Vec<Sampler>,
    /// By process: from, to, and which file.
    maps: HashMap<i32, Vec<(u64, u64, usize)>>,
    files: Vec<String>,
    /// Samples by file, and outside of all known ones.
    counts: Vec<u64>,
    elsewhere: u64,
    /// Whether the system had more to say than there was room for.
    pub lost: bool,
}

impl Profile {
    /// Of all that this thread starts from now on.
    ///
    /// # Errors
    ///
    /// When the system refuses.
    pub fn of_children() -> std::io::Result<Self> {
        let mut builder = Self::builder();
        builder.observe_self().enable_on_exec(true);
        Self::on_each_core(&builder, &[])
    }

    /// Of processes that are there, given their threads, and of what these start.
    ///
    /// # Errors
    ///
    /// When the system refuses, or when they are too many.
    pub fn of_threads(threads: &[i32]) -> std::io::Result<Self> {
        let mut builder = Self::builder();
        builder.enabled(true);
        if threads.len() * cores() > 64 {
            return Err(std::io::Error::other("too many threads to attach to"));
        }
        Self::on_each_core(&builder, threads)
    }

    fn builder() -> Builder<'static> {
        let mut builder = Builder::new(Software::CPU_CLOCK);
        builder
            .inherit(true)
            .exclude_kernel(true)
            .exclude_hv(true)
            .sample_frequency(FREQUENCY)
            .sample(SampleFlag::IP | SampleFlag::TID)
            .mmap(true)
            .mmap2(true)
            .task(true);
        builder
    }

    fn on_each_core(
        builder: &Builder<'static>,
        threads: &[i32],
    ) -> std::io::Result<Self> {
        let mut samplers = Vec::new();
        for core in 0..cores() {
            let mut builder = builder.clone();
            builder.one_cpu(core);
            if threads.is_empty() {
                samplers.push(builder.build()?.sampled(ROOM)?);
            }
            for thread in threads {
                builder.observe_pid(*thread);
                samplers.push(builder.build()?.sampled(ROOM / 4)?);
            }
        }
        Ok(Self {
            samplers,
            maps: HashMap::new(),
            files: Vec::new(),
            counts: Vec::new(),
            elsewhere: 0,
            lost: false,
        })
    }

    /// Takes what the system has written since the last time. What was started since then, in this order.
    pub fn read(&mut self) -> Vec<Started> {
        let mut started = Vec::new();
        let mut samplers = std::mem::take(&mut self.samplers);
        for sampler in &mut samplers {
            while let Some(record) = sampler.next_record() {
                match record.parse_record() {
                    Ok(Record::Mmap(map)) => {
                        let name = String::from_utf8_lossy(&map.filename);
                        self.map(
                            map.pid as i32,
                            map.addr,
                            map.len,
                            name.trim_end_matches('\0'),
                        );
                    }
                    Ok(Record::Mmap2(map)) => {
                        let name = String::from_utf8_lossy(&map.filename);
                        self.map(
                            map.pid as i32,
                            map.addr,
                            map.len,
                            name.trim_end_matches('\0'),
                        );
                    }
                    Ok(Record::Fork(fork)) if fork.pid == fork.ppid => {
                        let thread = Started::Thread { pid: fork.pid as i32 };
                        started.push((fork.time, thread));
                    }
                    Ok(Record::Fork(fork)) => {
                        let (pid, by) = (fork.pid as i32, fork.ppid as i32);
                        if let Some(maps) = self.maps.get(&by).cloned() {
                            self.maps.insert(pid, maps);
                        }
                        started.push((fork.time, Started::Process { pid, by }));
                    }
                    Ok(Record::Exit(exit)) if exit.pid == exit.tid => {
                        self.maps.remove(&(exit.pid as i32));
                    }
                    Ok(Record::Lost(_) | Record::LostSamples(_)) => self.lost = true,
                    Ok(Record::Sample(sample)) => {
                        if let (Some(pid), Some(ip)) = (sample.pid(), sample.ip()) {
                            self.sample(pid as i32, ip);
                        }
                    }
                    _ => {}
                }
            }
        }
        self.samplers = samplers;
        // Each core writes for itself, and a child may be started on another one than its parent.
        started.sort_by_key(|(time, _)| *time);
        started.into_iter().map(|(_, started)| started).collect()
    }

    /// Counts samples anew.
    pub fn begin_anew(&mut self) {
        self.counts.fill(0);
        self.elsewhere = 0;
    }

    /// What a process that was there before has mapped, from its `/proc/PID/maps`.
    pub fn know(&mut self, pid: i32, maps: &str) {
        for line in maps.lines() {
            let mut words = line.split_ascii_whitespace();
            let (Some(range), Some(rights)) = (words.next(), words.next()) else {
                continue;
            };
            let (Some(path), Some((from, to))) = (words.nth(3), range.split_once('-'))
            else {
                continue;
            };
            let parse = |text| u64::from_str_radix(text, 16).ok();
            if let (Some(from), Some(to), true) =
                (parse(from), parse(to), rights.contains('x'))
            {
                self.map(pid, from, to - from, path);
            }
        }
    }

    fn map(&mut self, pid: i32, from: u64, length: u64, file: &str) {
        let known = self.files.iter().position(|known| known == file);
        let file = known.unwrap_or_else(|| {
            self.files.push(file.into());
            self.counts.push(0);
            self.files.len() - 1
        });
        // The newest counts: a process that becomes another program keeps its number.
        self.maps.entry(pid).or_default().push((from, from.saturating_add(length), file));
    }

    fn sample(&mut self, pid: i32, ip: u64) {
        let maps = self.maps.get(&pid).map(Vec::as_slice).unwrap_or_default();
        match maps.iter().rev().find(|(from, to, _)| (*from..*to).contains(&ip)) {
            Some((.., file)) => self.counts[*file] += 1,
            None => self.elsewhere += 1,
        }
    }

    /// Files, and of all samples the share that was taken in each; how many samples that were.
    pub fn shares(&self) -> (Vec<(String, f64)>, u64) {
        let all = self.counts.iter().sum::<u64>() + self.elsewhere;
        let share = |count: u64| count as f64 / all.max(1) as f64;
        let mut shares: Vec<(String, f64)> = self
            .files
            .iter()
            .zip(&self.counts)
            .filter(|(_, count)| **count > 0)
            .map(|(file, count)| (file.clone(), share(*count)))
            .collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        (shares, all)
    }
}

fn cores() -> usize {
    // A program may be on any of the machine's cores, not only on those that this one may use.
    let online = std::fs::read_to_string("/sys/devices/system/cpu/online").ok();
    let highest = online
        .as_deref()
        .and_then(|text| text.trim().rsplit(['-', ',']).next()?.parse::<usize>().ok())
        .map(|highest| highest + 1);
    highest
        .unwrap_or_else(|| available_parallelism().map_or(1, usize::from))
        .min(MOST_CORES)
}
