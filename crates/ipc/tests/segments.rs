//! Shared memory, step by step, between processes.

#[cfg(not(unix))]
fn main() {
    eprintln!("not tested: the steps need workers, and those need Unix");
}

#[cfg(unix)]
fn main() {
    use libtest_mimic::{Arguments, Trial};

    processes::worker::entry(ipc::WORKS);
    let trials = vec![
        Trial::test("plain_additions_get_lost", tests::plain_additions_get_lost),
        Trial::test("no_other_addition_is_lost", tests::no_other_addition_is_lost),
        Trial::test("a_killed_holder_is_found", tests::a_killed_holder_is_found),
        Trial::test("a_segment_outlives_its_owner", tests::a_segment_outlives_its_owner),
        Trial::test("only_a_name_stays", tests::only_a_name_stays),
        Trial::test("a_name_can_be_taken", tests::a_name_can_be_taken),
        Trial::test(
            "a_removed_name_is_its_successors",
            tests::a_removed_name_is_its_successors,
        ),
        Trial::test("what_nobody_finished_goes", tests::what_nobody_finished_goes),
        Trial::test("whoever_gives_up_leaves_none", tests::whoever_gives_up_leaves_none),
        Trial::test("others_are_refused", tests::others_are_refused),
        #[cfg(target_os = "linux")]
        Trial::test(
            "a_segment_that_is_made_shorter_kills",
            tests::a_segment_that_is_made_shorter_kills,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

#[cfg(unix)]
mod tests {
    use std::io::{Error, ErrorKind};

    use ipc::segment::holders::{Found, LOCKS, killed_with};
    use ipc::segment::leftovers::{KINDS, Owner, outlives_its_owner};
    use ipc::segment::{FORCED, Segment, WAYS, add_together, atomic, is_there, remove};
    use libtest_mimic::Failed;

    /// So many additions that the two processes overlap, if each has a core.
    const MANY: u64 = 3_000_000;
    const FEW: u64 = 20_000;
    const TRIES: usize = 10;

    fn failed(error: impl std::fmt::Display) -> Failed {
        error.to_string().into()
    }

    pub(crate) fn plain_additions_get_lost() -> Result<(), Failed> {
        let count = add_together(FORCED, 1).map_err(failed)?;
        assert_eq!(count, 1, "both have read 0");
        // If nothing is forced, nobody knows how many are lost: a store that was delayed can take
        // back most of what the other process has added. But the last to store has read at least 1.
        let count = add_together("plain", MANY).map_err(failed)?;
        assert!((2..=2 * MANY).contains(&count), "{count}");
        Ok(())
    }

    pub(crate) fn no_other_addition_is_lost() -> Result<(), Failed> {
        for (way, _) in WAYS.iter().filter(|(way, _)| !way.starts_with("plain")) {
            let times = if *way == "atomic" { MANY } else { FEW };
            // More than once, since a way that loses additions may be lucky.
            for _ in 0..TRIES {
                let count = add_together(way, times).map_err(failed)?;
                assert_eq!(count, 2 * times, "{way}");
            }
        }
        Ok(())
    }

    pub(crate) fn a_killed_holder_is_found() -> Result<(), Failed> {
        for (lock, _) in LOCKS {
            let found = killed_with(lock).map_err(failed)?;
            let expected =
                if *lock == "a robust mutex" { Found::Told } else { Found::Stuck };
            assert_eq!(found, expected, "{lock}");
        }
        Ok(())
    }

    pub(crate) fn a_segment_outlives_its_owner() -> Result<(), Failed> {
        assert!(outlives_its_owner().map_err(failed)?);
        Ok(())
    }

    pub(crate) fn only_a_name_stays() -> Result<(), Failed> {
        for (kind, _) in KINDS {
            let left =
                Owner::start(kind, 1 << 20).map_err(failed)?.kill().map_err(failed)?;
            let name = left.name().map(str::to_string);
            assert_eq!(name.is_some(), *kind == "a segment with a name", "{kind}");
            drop(left);
            assert!(name.is_none_or(|name| !is_there(&name)), "{kind} is left");
        }
        Ok(())
    }

    pub(crate) fn a_name_can_be_taken() -> Result<(), Failed> {
        let name = format!("/book-test-{}", std::process::id());
        let first = Segment::create_as(&name).map_err(failed)?;
        let second = Segment::create_as(&name);
        let is_taken = |error: Error| error.kind() == ErrorKind::AlreadyExists;
        assert!(second.is_err_and(is_taken));
        // A process that guesses the name has the memory.
        let guessed = Segment::open(&name).map_err(failed)?;
        atomic::add(first.words(), 7);
        assert_eq!(guessed.words().count(), 7);
        atomic::add(guessed.words(), 1);
        assert_eq!(first.words().count(), 8);
        drop(first);
        assert!(!is_there(&name));
        Ok(())
    }

    pub(crate) fn a_removed_name_is_its_successors() -> Result<(), Failed> {
        let name = format!("/book-test-successor-{}", std::process::id());
        let mut first = Segment::create_as(&name).map_err(failed)?;
        first.unname();
        assert!(!is_there(&name));
        let second = Segment::create_as(&name).map_err(failed)?;
        atomic::add(first.words(), 1);
        assert_eq!((first.words().count(), second.words().count()), (1, 0));
        drop(first);
        assert!(is_there(&name), "it was not the first one's any more");
        drop(second);
        assert!(!is_there(&name));
        Ok(())
    }

    /// The process that made the memory was killed before it set a length: there is nothing to map.
    pub(crate) fn what_nobody_finished_goes() -> Result<(), Failed> {
        use nix::fcntl::OFlag;
        use nix::sys::mman::shm_open;
        use nix::sys::stat::Mode;

        let name = format!("/book-test-empty-{}", std::process::id());
        let how = OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_RDWR;
        drop(shm_open(name.as_str(), how, Mode::S_IRUSR | Mode::S_IWUSR)?);
        assert!(is_there(&name));
        assert!(Segment::open(&name).is_err());
        assert!(remove(&name));
        assert!(!remove(&name) && !is_there(&name));
        drop(Segment::create_as(&name).map_err(failed)?);
        Ok(())
    }

    pub(crate) fn whoever_gives_up_leaves_none() -> Result<(), Failed> {
        for (kind, _) in KINDS {
            let owner = Owner::start(kind, 1 << 20).map_err(failed)?;
            let name = owner.name().map(str::to_string);
            assert_eq!(name.is_some(), *kind == "a segment with a name", "{kind}");
            drop(owner);
            assert!(name.is_none_or(|name| !is_there(&name)), "{kind} is left");
        }
        Ok(())
    }

    pub(crate) fn others_are_refused() -> Result<(), Failed> {
        let short = shared_memory::ShmemConf::new().size(8).create()?;
        let opened = Segment::open(short.get_os_id());
        // On macOS, the least that one gets is a page, which is long enough.
        assert!(opened.is_err() || !cfg!(target_os = "linux"), "eight bytes are too few");
        assert!(Segment::open("/book-test-nobody").is_err());
        Ok(())
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn a_segment_that_is_made_shorter_kills() -> Result<(), Failed> {
        use std::os::unix::process::ExitStatusExt;

        use ipc::segment::leftovers::end_of_who_touches_what_is_gone;
        use nix::sys::signal::Signal;

        let ended = end_of_who_touches_what_is_gone().map_err(failed)?;
        let signal = ended.and_then(|status| status.signal());
        assert_eq!(signal, Some(Signal::SIGBUS as i32), "{ended:?}");
        Ok(())
    }
}
