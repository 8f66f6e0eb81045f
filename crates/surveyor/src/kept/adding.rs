//! What several runs measured, as one measurement. On a machine with neighbours, one process in six is often
//! disturbed, and of six the interval reaches to each; of twelve it leaves out two on each side.

use super::measurement::{Earlier, Group, Meanwhile, Measurement};

impl Group {
    /// Whether this is more of the same: measured in full, of the same code, on the same processor and kernel, with
    /// the same compiler and the same Pythons.
    pub fn is_more_of(&self, before: &Self) -> bool {
        let (here, there) = (&self.machine, &before.machine);
        self.group == before.group
            && self.code == before.code
            && !self.quick
            && !before.quick
            && before.run.is_some()
            && here.has_the_processor_of(there)
            && (&here.kernel, &here.rustc) == (&there.kernel, &there.rustc)
            && (&here.python, &self.pythons) == (&there.python, &before.pythons)
    }

    /// This measurement and an earlier one together. What only one of the two has found is as it was found.
    /// For a group that [is no more](Self::is_more_of) of the earlier one, the two together say nothing.
    pub fn added_to(self, before: &Self) -> Self {
        let known: usize = before.earlier.iter().map(|it| it.processes).sum();
        let processes = before.processes().saturating_sub(known);
        let earlier = before.run.map(|run| Earlier { run, processes });
        let mut measurements = before.measurements.clone();
        for m in self.measurements {
            match measurements.iter_mut().find(|there| there.id == m.id) {
                Some(there) => *there = m.added_to(there),
                None => measurements.push(m),
            }
        }
        let meanwhile = self.meanwhile.zip(before.meanwhile).map(|(now, then)| {
            let share = |now: f64, then: f64| {
                // They are rounded, and what takes no second counts, too.
                let (here, there) = (self.seconds.max(1.0), before.seconds.max(1.0));
                (now * here + then * there) / (here + there)
            };
            Meanwhile {
                load: now.load.max(then.load),
                stolen: share(now.stolen, then.stolen),
                others: share(now.others, then.others),
            }
        });
        Self {
            seconds: before.seconds + self.seconds,
            earlier: before.earlier.iter().copied().chain(earlier).collect(),
            meanwhile: meanwhile.or(self.meanwhile).or(before.meanwhile),
            again: self.again.or_else(|| before.again.clone()),
            measurements,
            ..self
        }
    }
}

impl Measurement {
    fn added_to(self, before: &Self) -> Self {
        let medians = [&before.processes[..], &self.processes].concat();
        let together = Self::between(self.id.clone(), self.unit, medians.clone());
        let Some(together) = together else { return self };
        let (here, there) = (self.processes.len() as f64, before.processes.len() as f64);
        let inside = self.inside.zip(before.inside).map(|(now, then)| {
            // Not quite the median of all: of the earlier ones, only theirs is known.
            (now * here + then * there) / (here + there)
        });
        Self {
            samples: before.samples + self.samples,
            processes: medians,
            inside: inside.or(self.inside).or(before.inside),
            ..together
        }
    }
}

#[cfg(test)]
mod tests {
    use pythons::Python;

    use super::*;
    use crate::kept::measurement::{Again, Machine, Unit};

    /// Each process takes three samples.
    fn group(run: i64, found: &[(&str, &[f64])]) -> Group {
        let part = |id: &str, n: f64| {
            Measurement::of_samples(id.into(), Unit::Ns, vec![n / 2.0, n, n * 2.0])
        };
        let measured = |(id, medians): &(&str, &[f64])| {
            let parts: Vec<_> = medians.iter().map(|n| part(id, *n).unwrap()).collect();
            Measurement::of_processes(&parts).unwrap()
        };
        Group {
            group: "g".into(),
            code: "0".into(),
            seconds: 30.0,
            run: Some(run),
            meanwhile: Some(Meanwhile { load: 1.0, stolen: 0.1, others: 0.0 }),
            measurements: found.iter().map(measured).collect(),
            ..Group::default()
        }
    }

    #[test]
    fn twelve_processes_leave_out_two_on_each_side() {
        let first = group(1, &[("g/a", &[1.0, 5.0, 5.0, 5.0, 5.0, 9.0])]);
        let second = group(2, &[("g/a", &[5.0, 5.0, 5.0, 5.0, 5.0, 9.0])]);
        assert!(second.is_more_of(&first));
        let both = second.added_to(&first);
        let [m] = &both.measurements[..] else { panic!("{both:?}") };
        assert_eq!((m.low, m.estimate, m.high), (5.0, 5.0, 5.0));
        assert_eq!((m.processes.len(), m.samples, m.inside), (12, 36, Some(1.5)));
        assert_eq!(m.processes[..2], [1.0, 5.0], "the first run's come first");
        let of = |run, processes| Earlier { run, processes };
        assert_eq!((both.run, &both.earlier[..]), (Some(2), &[of(1, 6)][..]));
        assert_eq!(both.seconds, 60.0);
        let third = group(3, &[("g/a", &[4.0; 5])]).added_to(&both);
        let fourth = group(4, &[("g/a", &[4.0; 6])]).added_to(&third);
        assert_eq!(fourth.earlier, [of(1, 6), of(2, 6), of(3, 5)]);
    }

    #[test]
    fn what_one_run_found_alone_stays() {
        let first = group(1, &[("g/a", &[1.0; 6]), ("g/b", &[2.0; 6])]);
        let second = group(2, &[("g/c", &[3.0; 6]), ("g/b", &[2.0; 6])]);
        let both = second.added_to(&first);
        let found = both.measurements.iter().map(|m| (&m.id[..], m.processes.len()));
        assert!(found.eq([("g/a", 6), ("g/b", 12), ("g/c", 6)]));
    }

    #[test]
    fn what_was_foretold_before_is_kept_until_it_is_foretold_again() {
        let again = |covered| Some(Again { date: "then".into(), covered, of: 9 });
        let first = Group { again: again(8), ..group(1, &[("g/a", &[1.0; 6])]) };
        let now = || group(2, &[("g/a", &[1.0; 6])]);
        assert_eq!(now().added_to(&first).again, again(8));
        let second = Group { again: again(7), ..now() };
        assert_eq!(second.added_to(&first).again, again(7));
    }

    #[test]
    fn shares_count_by_their_time() {
        let with = |run, seconds, stolen, others| {
            let meanwhile = Some(Meanwhile { load: 0.5, stolen, others });
            Group { seconds, meanwhile, ..group(run, &[("g/a", &[1.0; 6])]) }
        };
        let both = with(2, 90.0, 0.5, 0.2).added_to(&group(1, &[("g/a", &[1.0; 6])]));
        let both = both.meanwhile.unwrap();
        assert_eq!((both.load, both.stolen), (1.0, 0.4));
        assert!((both.others - 0.15).abs() < 1e-9);
        let short = with(2, 0.0, 0.5, 0.2).added_to(&with(1, 0.0, 0.1, 0.2));
        assert!((short.meanwhile.unwrap().stolen - 0.3).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_more_of_the_same() {
        let before = group(1, &[("g/a", &[1.0; 6])]);
        let now = || group(2, &[("g/a", &[1.0; 6])]);
        let on = |machine| Group { machine, ..now() };
        let machine = Machine::default;
        let python = Python {
            name: "CPython 3.12".into(),
            version: "3.12.1".into(),
            free_threaded: false,
            has_gil: true,
            compiler: String::new(),
            optimization: String::new(),
        };
        assert!(now().is_more_of(&before));
        assert!(on(Machine { memory: 1 << 30, ..machine() }).is_more_of(&before));
        for other in [
            Group { quick: true, ..now() },
            Group { code: "1".into(), ..now() },
            Group { pythons: vec![python], ..now() },
            on(Machine { rustc: "9.9.9".into(), ..machine() }),
            on(Machine { kernel: "9.9".into(), ..machine() }),
            on(Machine { python: Some("9.9".into()), ..machine() }),
            on(Machine { cpu: "abacus".into(), ..machine() }),
        ] {
            assert!(!other.is_more_of(&before), "{other:?}");
        }
        assert!(!now().is_more_of(&Group { quick: true, ..before.clone() }));
        assert!(!now().is_more_of(&Group { run: None, ..before }), "nobody knows when");
    }
}
