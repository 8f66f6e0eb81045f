//! Numbers move to workers and back, in every way. This program is the tests, and the workers.

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("not tested: moving numbers needs Linux");
}

#[cfg(target_os = "linux")]
fn main() {
    use libtest_mimic::{Arguments, Trial};

    processes::worker::entry(ipc::WORKS);
    let trials = linux::ALL.iter().map(|&(name, test)| {
        Trial::test(name, move || {
            test();
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

#[cfg(target_os = "linux")]
mod linux {
    use ipc::moving::inherited::Parent;
    use ipc::moving::{Mover, WAYS, Way, change, divided};

    pub(crate) const ALL: &[(&str, fn())] = &[
        ("numbers_come_back_changed", numbers_come_back_changed),
        ("parts_come_back_in_order", parts_come_back_in_order),
        ("what_is_there_already_stays", what_is_there_already_stays),
        ("a_child_has_what_its_parent_has", a_child_has_what_its_parent_has),
    ];

    /// More numbers than a pipe holds, each different from the others.
    fn numbers() -> Vec<f64> {
        (0..100_001_u32).map(f64::from).collect()
    }

    fn numbers_come_back_changed() {
        let (sent, mut came) = (numbers(), vec![0.0; 3]);
        for way in WAYS.into_iter().filter(|&way| way != Way::There) {
            let mut mover = Mover::start(way, sent.len()).unwrap();
            for (count, steps) in [(sent.len(), 0), (1, 1), (0, 1), (sent.len(), 3)] {
                let mut expected = sent[..count].to_vec();
                change(&mut expected, steps);
                mover.there(&sent[..count], steps).unwrap();
                mover.back(&mut came).unwrap();
                assert!(came == expected, "{way}, {count} numbers, {steps} steps");
            }
        }
    }

    fn parts_come_back_in_order() {
        for way in [Way::Serialized, Way::Bytes, Way::Shared, Way::File] {
            let mut movers = [(); 3].map(|()| Mover::start(way, 40_000).unwrap());
            let (mut came, mut expected) = (numbers(), numbers());
            divided(&mut came, 2, &mut movers).unwrap();
            change(&mut expected, 2);
            assert!(came == expected, "{way}");
            // Four numbers make two parts of two, so the third worker gets none.
            for few in [vec![], vec![1.0], vec![1.0, 2.0, 3.0, 4.0]] {
                let (mut came, mut expected) = (few.clone(), few);
                divided(&mut came, 1, &mut movers).unwrap();
                change(&mut expected, 1);
                assert_eq!(came, expected, "{way}");
            }
        }
    }

    fn what_is_there_already_stays() {
        let (mut expected, mut untouched) = (numbers(), vec![7.0]);
        let mut mover = Mover::start(Way::There, expected.len()).unwrap();
        mover.memory().unwrap().numbers().copy_from_slice(&expected);
        mover.there(&expected, 2).unwrap();
        mover.back(&mut untouched).unwrap();
        change(&mut expected, 2);
        assert!(mover.memory().unwrap().numbers() == expected);
        assert_eq!(untouched, [7.0]);
    }

    fn a_child_has_what_its_parent_has() {
        let mut parent = Parent::start().unwrap();
        assert_eq!(parent.times(100_001, 3).unwrap().len(), 3);
        assert_eq!(parent.times(0, 1).unwrap().len(), 1);
    }
}
