//! What several runs measured, as one measurement. On a machine with neighbours, one process in six is often
//! disturbed, and of six the interval reaches to each; of twelve it leaves out two on each side.

use super::measurement::{Group, Meanwhile, Measurement};

impl Group {
    /// Whether this is more of the same: measured in full, of the same code, on the same machine, with the same
    /// Pythons.
    pub fn is_more_of(&self, before: &Self) -> bool {
        let of = |group: &Self| (group.quick, group.code.clone(), group.group.clone());
        !self.quick
            && of(self) == of(before)
            && self.machine == before.machine
            && self.pythons == before.pythons
    }

    /// This measurement and an earlier one together. What only one of the two has found is as it was found.
    /// For a group that [is no more](Self::is_more_of) of the earlier one, the two together say nothing.
    pub fn added_to(self, before: &Self) -> Self {
        let mut measurements = before.measurements.clone();
        for m in self.measurements {
            match measurements.iter_mut().find(|there| there.id == m.id) {
                Some(there) => *there = m.added_to(there),
                None => measurements.push(m),
            }
        }
        let meanwhile = self.meanwhile.zip(before.meanwhile).map(|(now, then)| {
            let share = |now: f64, then: f64| {
                (now * self.seconds + then * before.seconds)
                    / (self.seconds + before.seconds).max(1.0)
            };
            Meanwhile {
                load: now.load.max(then.load),
                stolen: share(now.stolen, then.stolen),
                others: share(now.others, then.others),
            }
        });
        Self {
            seconds: before.seconds + self.seconds,
            earlier: before.earlier.iter().copied().chain(before.run).collect(),
            meanwhile: meanwhile.or(self.meanwhile).or(before.meanwhile),
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
        let inside = self.inside.zip(before.inside).map(|(a, b)| f64::midpoint(a, b));
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
    use super::*;
    use crate::kept::measurement::{FORMAT, Machine, Unit};

    fn group(run: i64, found: &[(&str, &[f64])]) -> Group {
        let part = |id: &str, n| Measurement::of_samples(id.into(), Unit::Ns, vec![n]);
        let measured = |(id, medians): &(&str, &[f64])| {
            let parts: Vec<_> = medians.iter().map(|n| part(id, *n).unwrap()).collect();
            Measurement::of_processes(&parts).unwrap()
        };
        Group {
            format: FORMAT,
            group: "g".into(),
            date: "2026-01-01".into(),
            commit: "abc".into(),
            code: "0".into(),
            quick: false,
            seconds: 30.0,
            run: Some(run),
            earlier: Vec::new(),
            machine: Machine::default(),
            pythons: Vec::new(),
            meanwhile: Some(Meanwhile { load: 1.0, stolen: 0.1, others: 0.0 }),
            again: None,
            measurements: found.iter().map(measured).collect(),
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
        assert_eq!((m.processes.len(), m.samples), (12, 12));
        assert_eq!(m.processes[..2], [1.0, 5.0], "the first run's come first");
        assert_eq!((both.run, &both.earlier[..]), (Some(2), &[1][..]));
        assert_eq!(both.seconds, 60.0);
        let third = group(3, &[("g/a", &[4.0; 6])]).added_to(&both);
        assert_eq!((third.run, &third.earlier[..]), (Some(3), &[1, 2][..]));
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
    fn shares_count_by_their_time() {
        let mut second = group(2, &[("g/a", &[1.0; 6])]);
        second.seconds = 90.0;
        second.meanwhile = Some(Meanwhile { load: 0.5, stolen: 0.5, others: 0.2 });
        let both = second.added_to(&group(1, &[("g/a", &[1.0; 6])])).meanwhile.unwrap();
        assert_eq!((both.load, both.stolen), (1.0, 0.4));
        assert!((both.others - 0.15).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_more_of_the_same() {
        let before = group(1, &[("g/a", &[1.0; 6])]);
        let now = || group(2, &[("g/a", &[1.0; 6])]);
        assert!(!Group { quick: true, ..now() }.is_more_of(&before));
        assert!(!now().is_more_of(&Group { quick: true, ..before.clone() }));
        assert!(!Group { code: "1".into(), ..now() }.is_more_of(&before));
        let elsewhere = Machine { rustc: "9.9.9".into(), ..Machine::default() };
        assert!(!Group { machine: elsewhere, ..now() }.is_more_of(&before));
        assert!(now().is_more_of(&before));
    }
}
