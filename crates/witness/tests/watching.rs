//! What the checks of the exercises can see.

use std::panic::{AssertUnwindSafe, catch_unwind};

use witness::sync::atomic::{
    AtomicBool, AtomicU64, Ordering,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};
use witness::sync::{Arc, Condvar, Mutex, OnceLock, mpsc};
use witness::{
    Events, Gauge, Plain, Trickle, explore, explore_or_explain, for_real,
    largest_allocation, roll, roll_some, sample, sample_or_explain, thread, watch, who,
};

/// What `run` panics with.
fn complaint<T>(run: impl FnOnce() -> T) -> String {
    let Err(payload) = catch_unwind(AssertUnwindSafe(run)) else {
        panic!("nothing was found");
    };
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref().copied()).expect("it is told in words").into()
}

fn count_in_two_threads(step: fn(&AtomicU64)) -> u64 {
    let count = Arc::new(AtomicU64::new(0));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let count = Arc::clone(&count);
            thread::spawn(move || step(&count))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    count.load(SeqCst)
}

#[test]
fn a_lost_update_is_found_and_told() {
    let broken = |count: &AtomicU64| count.store(count.load(SeqCst) + 1, SeqCst);
    let story =
        complaint(|| explore(move || assert_eq!(count_in_two_threads(broken), 2)));
    for words in [
        "left: 1",
        "starts thread 2",
        "thread 1",
        "reads 0 from atomic 1",
        "writes 1 to atomic 1",
    ] {
        assert!(story.contains(words), "no {words:?} in:\n{story}");
    }
    let right = |count: &AtomicU64| {
        count.fetch_add(1, SeqCst);
    };
    let explored = explore(move || count_in_two_threads(right));
    assert!(explored.all && explored.results.len() > 1);
    assert!(explored.results.iter().all(|count| *count == 2));
}

#[test]
fn a_deadlock_is_told_with_who_waits_for_what() {
    let cross = || {
        let locks = Arc::new((Mutex::new(0), Mutex::new(0)));
        let theirs = Arc::clone(&locks);
        let other = thread::spawn(move || {
            let _second = theirs.1.lock().unwrap();
            let _first = theirs.0.lock().unwrap();
        });
        let first = locks.0.lock().unwrap();
        let second = locks.1.lock().unwrap();
        drop((first, second));
        other.join().unwrap();
    };
    let story = complaint(|| explore(cross));
    assert!(story.contains("deadlock"), "{story}");
    assert!(story.contains("thread 1 holds lock 2 and waits for lock 1"), "{story}");
    assert!(story.contains("the caller holds lock 1 and waits for lock 2"), "{story}");
}

#[test]
fn what_spins_is_rolled_and_what_never_ends_is_found() {
    let spin = |open: bool| {
        let door = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&door);
        let opener = thread::spawn(move || theirs.store(open, SeqCst));
        while !door.load(SeqCst) {
            thread::yield_now();
        }
        opener.join().unwrap();
    };
    roll(move || spin(true));
    roll(|| "without any thread");
    let story = complaint(|| roll(move || spin(false)));
    assert!(story.contains("Does it spin?"), "{story}");
}

/// Two add one each, in two steps, and `wait` and `leave` keep one of them out.
fn under_a_lock_of_its_own(
    wait: fn(&AtomicBool),
    leave: fn(&AtomicBool),
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let shared = Arc::new((AtomicBool::new(false), AtomicU64::new(0)));
        let add = |shared: Arc<(AtomicBool, AtomicU64)>| {
            move || {
                wait(&shared.0);
                shared.1.store(shared.1.load(SeqCst) + 1, SeqCst);
                leave(&shared.0);
            }
        };
        let other = thread::spawn(add(Arc::clone(&shared)));
        add(Arc::clone(&shared))();
        other.join().unwrap();
        assert_eq!(shared.1.load(SeqCst), 2);
    }
}

#[test]
fn a_lock_made_of_a_loop_spins() {
    let open = |busy: &AtomicBool| busy.store(false, Release);
    let waits: [fn(&AtomicBool); 4] = [
        |busy| while busy.swap(true, Acquire) {},
        |busy| {
            while busy.swap(true, Acquire) {
                thread::yield_now();
            }
        },
        |busy| while busy.compare_exchange(false, true, SeqCst, SeqCst).is_err() {},
        |busy| {
            while busy.swap(true, AcqRel) {
                while busy.load(Relaxed) {
                    thread::yield_now();
                }
            }
        },
    ];
    for wait in waits {
        let story = complaint(|| explore(under_a_lock_of_its_own(wait, open)));
        assert!(story.starts_with("it spins: "), "{story}");
        let story = complaint(|| sample(under_a_lock_of_its_own(wait, open)));
        assert!(story.starts_with("it spins: "), "{story}");
    }
}

#[test]
fn whoever_asks_again_and_again_spins() {
    let asks_the_thread = || {
        let door = Arc::new(Mutex::new(()));
        let theirs = Arc::clone(&door);
        let closed = door.lock().unwrap();
        let other = thread::spawn(move || drop(theirs.lock().unwrap()));
        while !other.is_finished() {
            thread::yield_now();
        }
        drop(closed);
    };
    let story = complaint(|| explore(asks_the_thread));
    assert!(story.starts_with("it spins: the caller"), "{story}");
    assert!(story.contains("finds that thread 1 still runs"), "{story}");
    let asks_the_lock = || {
        let open = Arc::new(Mutex::new(false));
        let theirs = Arc::clone(&open);
        let other = thread::spawn(move || *theirs.lock().unwrap() = true);
        while !*open.lock().unwrap() {}
        other.join().unwrap();
    };
    let story = complaint(|| explore(asks_the_lock));
    assert!(story.contains("takes lock 1, again and again"), "{story}");
    let asks_the_channel = || {
        let (sender, receiver) = mpsc::channel();
        let other = thread::spawn(move || sender.send(1).unwrap());
        while receiver.try_recv().is_err() {}
        other.join().unwrap();
    };
    let story = complaint(|| explore(asks_the_channel));
    assert!(story.contains("finds no message in channel 1"), "{story}");
    // With dice, whoever yields gets on.
    roll_some(50, || {
        let other = thread::spawn(|| ());
        while !other.is_finished() {
            thread::yield_now();
        }
    });
}

#[test]
fn whoever_looks_at_many_things_does_not_spin() {
    sample(|| {
        let numbers: Vec<_> = (0..2_000).map(AtomicU64::new).collect();
        let total: u64 = numbers.iter().map(|number| number.load(SeqCst)).sum();
        let counted = Mutex::new(0);
        for _ in 0..500 {
            *counted.lock().unwrap() += 1;
        }
        assert_eq!((total, *counted.lock().unwrap()), (1_999_000, 500));
    });
}

/// Whoever tries again because others got on doesn't wait, however often that happens.
#[test]
fn an_exchange_in_a_loop_does_not_spin() {
    let add = |count: &AtomicU64| {
        for _ in 0..50 {
            let mut seen = count.load(Relaxed);
            while let Err(now) = count.compare_exchange(seen, seen + 1, Relaxed, Relaxed)
            {
                seen = now;
            }
        }
    };
    let counted = sample(move || count_in_two_threads(add));
    assert!(counted.results.iter().all(|count| *count == 100));
}

#[test]
fn what_no_check_can_see_is_told_at_once() {
    let story = complaint(|| {
        explore(|| {
            let (sender, receiver) = std::sync::mpsc::channel();
            let other = thread::spawn(move || sender.send(1).unwrap());
            receiver.recv().unwrap();
            other.join().unwrap();
        })
    });
    assert!(story.contains("waits for something that no check can see"), "{story}");
}

#[test]
fn a_sample_interrupts_one_again_and_again() {
    let tries_ten_times = |count: &AtomicU64| {
        for _ in 0..20 {
            let mut seen = count.load(Relaxed);
            for _ in 0..10 {
                match count.compare_exchange(seen, seen + 1, Relaxed, Relaxed) {
                    Ok(_) => break,
                    Err(now) => seen = now,
                }
            }
        }
    };
    let counted = sample(move || count_in_two_threads(tries_ten_times));
    assert!(counted.results.iter().any(|count| *count < 40), "nobody lost ten times");
}

#[test]
fn a_sample_starts_all_before_one_ends() {
    let run = |at_once: usize| {
        move || {
            watch(|| {
                let mut left = 100;
                while left > 0 {
                    let group = at_once.min(left);
                    let threads: Vec<_> =
                        (0..group).map(|_| thread::spawn(|| ())).collect();
                    threads.into_iter().for_each(|thread| thread.join().unwrap());
                    left -= group;
                }
            })
            .threads_at_once
        }
    };
    for at_once in [1, 7, 100] {
        assert_eq!(sample(run(at_once)).most(|threads| *threads), at_once);
    }
}

#[test]
fn a_condition_variable_wakes_for_no_reason() {
    let wait = |looks_again: bool| {
        move || {
            let door = Arc::new((Mutex::new(false), Condvar::new()));
            let theirs = Arc::clone(&door);
            let other = thread::spawn(move || {
                *theirs.0.lock().unwrap() = true;
                theirs.1.notify_all();
            });
            let mut open = door.0.lock().unwrap();
            if !*open {
                open = door.1.wait(open).unwrap();
            }
            while looks_again && !*open {
                open = door.1.wait(open).unwrap();
            }
            assert!(*open, "woken too early");
            drop(open);
            other.join().unwrap();
        }
    };
    explore(wait(true));
    sample(wait(true));
    for story in [complaint(|| explore(wait(false))), complaint(|| sample(wait(false)))] {
        assert!(story.contains("woken too early"), "{story}");
        assert!(story.contains("wakes up on condvar 1 for no reason"), "{story}");
    }
}

#[test]
fn events_force_a_situation_or_say_who_waits() {
    let meet = |guests: usize| {
        move || {
            let events = Events::new("guests");
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        events.advance();
                        events.wait_for(guests);
                    });
                }
            });
            events.count()
        }
    };
    assert!(explore(meet(2)).results.iter().all(|guests| *guests == 2));
    let story = complaint(|| sample_or_explain("nobody else comes", meet(3)));
    assert!(story.contains("waits for 3 guests"), "{story}");
    assert!(story.contains("nobody else comes"), "{story}");
}

#[test]
fn a_thread_knows_its_number_and_what_it_returns_is_seen() {
    let numbers = || {
        let first = thread::spawn(who);
        let second = thread::spawn(|| who().to_string());
        (who(), first.join().unwrap(), second.join().unwrap())
    };
    let explored = explore(move || watch(numbers)).results;
    for seen in explored.into_iter().chain([for_real(numbers)]) {
        assert_eq!(seen.value, (0, 1, "2".into()));
        assert_eq!(seen.returns, ["usize", "alloc::string::String"]);
    }
}

#[test]
fn threads_are_counted() {
    let run = |at_once: bool| {
        move || {
            let first = thread::spawn(|| 1);
            let first = if at_once { Ok(first) } else { Err(first.join().unwrap()) };
            let second = thread::spawn(|| 2);
            let first = first.map_or_else(|value| value, |first| first.join().unwrap());
            first + second.join().unwrap()
        }
    };
    let seen = explore(move || watch(run(true)));
    assert!(seen.results.iter().all(|seen| seen.value == 3 && seen.threads == 2));
    assert!(seen.results.iter().all(|seen| seen.unjoined == 0));
    assert_eq!(seen.most(|seen| seen.threads_at_once), 2);
    let seen = explore(move || watch(run(false)));
    assert_eq!(seen.most(|seen| seen.threads_at_once), 1);
    // The same with threads of the system.
    assert_eq!(watch(run(false)).threads_at_once, 1);
    assert_eq!(for_real(run(true)).threads, 2);
}

#[test]
fn a_scope_joins_and_a_forgotten_handle_does_not() {
    let scoped = || {
        let mut numbers = [1, 2];
        thread::scope(|scope| {
            for number in &mut numbers {
                scope.spawn(|| *number += 1);
            }
        });
        numbers
    };
    for seen in explore(move || watch(scoped)).results {
        assert_eq!((seen.value, seen.threads, seen.unjoined), ([2, 3], 2, 0));
    }
    let seen = for_real(scoped);
    assert_eq!((seen.value, seen.threads, seen.unjoined), ([2, 3], 2, 0));
    let forgotten = explore(|| {
        watch(|| {
            thread::spawn(|| ());
        })
    });
    assert!(forgotten.results.iter().all(|seen| seen.unjoined == 1));
}

#[test]
fn whoever_waits_inside_of_a_scope_is_not_woken_by_its_end() {
    explore(|| {
        let other = thread::spawn(thread::yield_now);
        thread::scope(|scope| {
            scope.spawn(|| ());
            other.join().unwrap();
        });
        thread::scope(|outer| {
            outer.spawn(|| ());
            thread::scope(|inner| inner.spawn(thread::yield_now).join().unwrap());
        });
    });
}

#[test]
fn a_scope_whose_body_panics_waits_for_its_threads() {
    let story = complaint(|| {
        explore(|| {
            let numbers = vec![1, 2, 3];
            thread::scope(|scope| {
                scope.spawn(|| {
                    for number in &numbers {
                        thread::yield_now();
                        assert!(*number < 4);
                    }
                });
                panic!("the body is over");
            });
        })
    });
    assert!(story.contains("the body is over") && story.contains("thread 1"), "{story}");
}

#[test]
fn what_a_thread_panics_with_is_told() {
    let story = complaint(|| {
        explore(|| {
            thread::scope(|scope| {
                let thread = scope.spawn(|| -> u8 { panic!("one is less") });
                assert!(thread.join().is_err());
            });
        })
    });
    assert!(story.contains("one is less") && story.contains("panics"), "{story}");
}

#[test]
fn who_waits_for_himself_is_told() {
    let twice = || {
        let lock = Mutex::new(1);
        let _guard = lock.lock();
        drop(lock.lock());
    };
    for story in [complaint(move || explore(twice)), complaint(move || for_real(twice))] {
        assert!(story.contains("takes lock 1, which it holds itself (line "), "{story}");
    }
}

#[test]
fn a_once_lock_is_written_once() {
    let explored = explore(|| {
        let (once, written) = (OnceLock::new(), AtomicU64::new(0));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| once.get_or_init(|| written.fetch_add(1, SeqCst)));
            }
        });
        (once.get().copied(), written.load(SeqCst))
    });
    assert!(explored.all && explored.results.iter().all(|seen| *seen == (Some(0), 1)));
}

#[test]
fn locks_are_counted_while_they_are_held() {
    let explored = explore(|| {
        watch(|| {
            let (outer, inner) = (Mutex::new(1), Mutex::new(2));
            let outer = outer.lock().unwrap();
            *outer + *inner.lock().unwrap()
        })
    });
    let seen = &explored.results[0];
    assert_eq!((seen.value, seen.locks, seen.locks_at_once), (3, 2, 2));
}

#[test]
fn condition_variables_and_channels_work_in_both_worlds() {
    let hand_over = || {
        let place = Arc::new((Mutex::new(None), Condvar::new()));
        let (sender, receiver) = mpsc::sync_channel(1);
        let theirs = Arc::clone(&place);
        let taker = thread::spawn(move || {
            let (slot, filled) = &*theirs;
            let mut slot =
                filled.wait_while(slot.lock().unwrap(), |slot| slot.is_none()).unwrap();
            sender.send(slot.take().unwrap()).unwrap();
        });
        *place.0.lock().unwrap() = Some(7);
        place.1.notify_one();
        let taken: Vec<i32> = receiver.into_iter().collect();
        taker.join().unwrap();
        taken
    };
    assert!(explore(hand_over).results.iter().all(|taken| *taken == [7]));
    assert_eq!(for_real(hand_over).value, [7]);
}

#[test]
fn a_message_that_never_comes_is_a_deadlock() {
    let story = complaint(|| {
        explore(|| {
            let (sender, receiver) = mpsc::channel::<()>();
            let all: Vec<()> = receiver.iter().collect();
            drop(sender);
            all
        })
    });
    assert!(story.contains("the caller waits for a message in channel 1"), "{story}");
}

#[test]
fn a_deadlock_can_be_explained() {
    let story = complaint(|| {
        explore_or_explain("who sends?", || {
            let (sender, receiver) = mpsc::channel::<()>();
            let received = receiver.recv();
            drop(sender);
            received
        })
    });
    assert!(story.contains("who sends?") && !story.contains("shuttle"), "{story}");
}

#[test]
fn the_largest_allocation_is_seen() {
    let reserve = |bytes| {
        let make = || std::hint::black_box(Vec::<u8>::with_capacity(bytes));
        witness::largest_allocation(make).1
    };
    assert!(reserve(1_000_000) >= 1_000_000);
    assert!(reserve(10) < 1_000_000);
}

/// Whoever spins makes millions of steps in a second, and each used to be kept.
#[test]
fn what_is_kept_of_a_run_has_a_bound() {
    const STEPS: usize = 20_000;
    let busy = || {
        let count = AtomicU64::new(0);
        for _ in 0..STEPS {
            count.fetch_add(1, Relaxed);
            drop(Mutex::new(()));
        }
        assert_eq!(count.load(Relaxed), 0, "as it was");
    };
    let (story, largest) = largest_allocation(|| complaint(|| watch(busy)));
    assert!(story.contains("as it was"), "{story}");
    assert!(largest < STEPS, "{largest} bytes at once, for {STEPS} steps");
}

/// The story says that it has a beginning that isn't told.
#[test]
fn a_long_story_is_told_from_its_end() {
    let long = || {
        let count = AtomicU64::new(0);
        for _ in 0..100 {
            count.fetch_add(1, Relaxed);
            drop(Mutex::new(()));
        }
        assert_eq!(count.load(Relaxed), 0);
    };
    let story = complaint(|| explore(long));
    for words in
        ["changes atomic 1 from 99 to 100", "… 41 steps before these", "more are made"]
    {
        assert!(story.contains(words), "no {words:?} in {story}");
    }
}

#[test]
fn a_thread_that_nobody_joins_is_heard_when_it_panics() {
    let story = complaint(|| {
        explore(|| {
            thread::spawn(|| {
                thread::yield_now();
                panic!("too late");
            });
        })
    });
    assert!(story.contains("too late"), "{story}");
}

#[test]
fn locks_from_elsewhere_are_not_one() {
    let locks = Arc::new((std::sync::Mutex::new(()), Mutex::new(1), Mutex::new(2)));
    let seen = for_real(move || {
        let (first, second) = (locks.1.lock().unwrap(), locks.2.lock().unwrap());
        *first + *second
    });
    assert_eq!((seen.value, seen.locks_at_once), (3, 2));
}

#[test]
fn threads_have_the_same_number_throughout() {
    let story = complaint(|| {
        explore(|| {
            let lock = Arc::new(Mutex::new(0));
            let start = |first: bool| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || {
                    let mut lock = lock.lock().unwrap();
                    assert!(first || *lock > 0, "this is the second");
                    *lock += 1;
                })
            };
            let (one, two) = (start(true), start(false));
            drop((one.join(), two.join()));
        })
    });
    let panicked = story.lines().find(|line| line.contains("panics")).unwrap();
    assert!(panicked.trim().starts_with("thread 2"), "{story}");
}

#[test]
fn what_depends_on_dice_is_told() {
    let flip = std::sync::atomic::AtomicUsize::new(0);
    let story = complaint(|| {
        explore(move || {
            let threads = if flip.fetch_add(1, SeqCst).is_multiple_of(2) { 3 } else { 1 };
            let threads: Vec<_> = (0..threads).map(|_| thread::spawn(|| ())).collect();
            threads.into_iter().for_each(|thread| thread.join().unwrap());
        })
    });
    assert!(story.contains("the order of a HashMap"), "{story}");
}

#[test]
fn a_thread_of_another_scope_is_not_joined_by_this_one() {
    let explored = explore(|| {
        watch(|| {
            thread::spawn(|| ());
            thread::scope(|scope| scope.spawn(thread::yield_now).join().unwrap());
        })
    });
    assert!(explored.results.iter().all(|seen| seen.unjoined == 1));
}

#[test]
fn a_gauge_shows_the_crowd() {
    let explored = explore(|| {
        let gauge = Gauge::new();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| drop(gauge.enter()));
            }
        });
        (gauge.most(), gauge.entered())
    });
    assert_eq!(explored.most(|(most, _)| *most), 2);
    assert!(explored.results.iter().all(|(_, entered)| *entered == 2));
}

#[test]
fn a_trickle_gives_everything_in_pieces() {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut Trickle::new("all of it, in pieces"), &mut text)
        .unwrap();
    assert_eq!(text, "all of it, in pieces");
    let mut buffer = [0; 8];
    let mut trickle = Trickle::new("abc");
    assert!(std::io::Read::read(&mut trickle, &mut buffer).is_err());
    assert_eq!(std::io::Read::read(&mut trickle, &mut buffer).unwrap(), 1);
}

#[test]
fn a_trickle_gives_pieces_and_may_break() {
    use std::io::{ErrorKind, Read};

    let mut buffer = [0; 8];
    let mut trickle = Trickle::in_pieces("seven bytes", &[2, 0, 5]).breaking();
    let mut lengths = Vec::new();
    let end = loop {
        match trickle.read(&mut buffer) {
            Ok(length) => lengths.push(length),
            Err(error) if error.kind() == ErrorKind::Interrupted => lengths.push(0),
            Err(error) => break error,
        }
    };
    assert_eq!(
        (lengths.as_slice(), end.kind()),
        (&[2, 0, 5, 2, 0, 2][..], ErrorKind::ConnectionReset)
    );
    let nothing = complaint(|| Trickle::in_pieces("never", &[0, 0]));
    assert!(nothing.contains("no piece of [0, 0] has bytes"), "{nothing}");
}

#[test]
fn an_answer_begins_no_run_and_no_count_of_its_own() {
    let counts = complaint(|| {
        watch(|| {
            drop(Mutex::new(1).lock());
            watch(|| ());
        })
    });
    assert!(counts.contains("calls `watch` itself"), "{counts}");
    for said in [
        complaint(|| explore(|| drop(for_real(|| ())))),
        complaint(|| explore(|| drop(explore(|| ())))),
        complaint(|| for_real(|| drop(explore(|| ())))),
    ] {
        assert!(said.contains("begins a run of its own"), "{said}");
    }
    let nested = || largest_allocation(|| largest_allocation(|| ()));
    let said = complaint(nested);
    assert!(said.contains("calls `largest_allocation` itself"), "{said}");
    // One after the other is no trouble, also after a panic.
    assert_eq!(watch(|| watch_locks(2)).locks, 2);
    assert_eq!(explore(|| watch(|| watch_locks(1)).locks).most(|locks| *locks), 1);
    assert_eq!(largest_allocation(|| 7).0, 7);
}

fn watch_locks(locks: usize) {
    let lock = Mutex::new(());
    (0..locks).for_each(|_| drop(lock.lock()));
}

#[test]
fn changes_in_one_step_are_counted() {
    let seen = watch(|| {
        let count = AtomicU64::new(3);
        count.store(count.load(Acquire) + 1, Release);
        count.fetch_add(1, Relaxed);
        count.swap(7, Relaxed);
        let _ = count.compare_exchange(7, 8, SeqCst, SeqCst);
        count.load(Relaxed)
    });
    assert_eq!((seen.value, seen.changes), (8, 3));
}

#[cfg(unix)]
mod children {
    use witness::process::{Command, Stdio};

    use witness::{for_real_or_explain, looks};

    use super::{complaint, for_real};

    #[test]
    fn looks_for_their_end_are_counted() {
        let seen = for_real(|| {
            let mut child = Command::new("sh");
            let mut child =
                child.args(["-c", "read x"]).stdin(Stdio::piped()).spawn().unwrap();
            let before = [(); 3].map(|()| child.try_wait().unwrap().is_none());
            child.wait().unwrap();
            child.try_wait().unwrap();
            (before, looks())
        });
        assert_eq!(seen.value, ([true; 3], 3));
    }

    #[test]
    fn lead_a_group_until_somebody_waits() {
        for_real(|| {
            let sleeper =
                || Command::new("sleep").arg("20").process_group(0).spawn().unwrap();
            let mut killed = sleeper();
            killed.kill_group().unwrap();
            killed.wait().unwrap();
            let late = killed.kill_group().unwrap_err();
            assert!(late.to_string().contains("its number may be another's"), "{late}");
            let mut looked_for = sleeper();
            looked_for.kill().unwrap();
            while looked_for.try_wait().unwrap().is_none() {}
            assert!(looked_for.kill_group().is_err(), "it was waited for");
        });
    }

    #[test]
    fn are_counted_until_somebody_waits() {
        let seen = for_real(|| {
            let mut children: Vec<_> =
                (0..3).map(|_| Command::new("true").spawn().unwrap()).collect();
            children.pop().unwrap().wait().unwrap();
            Command::new("true").status().unwrap()
        });
        assert!(seen.value.success());
        assert_eq!((seen.children, seen.children_at_once, seen.unreaped), (4, 3, 2));
    }

    #[test]
    fn that_could_not_be_started_do_not_count() {
        let seen = for_real(|| Command::new("/nowhere/at/all").spawn().is_err());
        assert!(seen.value);
        assert_eq!((seen.children, seen.unreaped), (0, 0));
    }

    #[test]
    fn whose_pipes_are_full_are_told_with_an_explanation() {
        let story = complaint(|| {
            for_real_or_explain("who reads?", || {
                let pipe = Stdio::piped;
                let mut cat =
                    Command::new("cat").stdin(pipe()).stdout(pipe()).spawn().unwrap();
                std::io::Write::write_all(&mut cat.stdin.take().unwrap(), &[7; 1 << 20])
            })
        });
        assert!(story.contains("it doesn't end: who reads?"), "{story}");
        assert!(
            story.contains("the caller waits for child 1 to read what it writes"),
            "{story}"
        );
    }

    #[test]
    fn that_wait_for_each_other_are_told_and_killed() {
        let story = complaint(|| {
            for_real(|| {
                let mut cat = Command::new("cat")
                    .stdin(Stdio::piped())
                    .stdout(Stdio::null())
                    .spawn();
                let cat = cat.as_mut().unwrap();
                let _open = cat.stdin.take();
                cat.wait().unwrap()
            })
        });
        assert!(story.contains("the caller waits for the end of child 1"), "{story}");
    }
}

/// One thread writes and raises a flag; this one reads if it sees the flag.
fn pass_a_note(store: Ordering, load: Ordering) {
    explore(move || {
        let shared = Arc::new((Plain::new(0), AtomicBool::new(false)));
        let theirs = Arc::clone(&shared);
        let writer = thread::spawn(move || {
            theirs.0.write(7);
            theirs.1.store(true, store);
        });
        if shared.1.load(load) {
            assert_eq!(shared.0.read(), 7);
        }
        writer.join().unwrap();
        assert_eq!(shared.0.read(), 7, "after the join");
    });
}

#[test]
fn only_release_and_acquire_together_pass_on_what_was_written() {
    for (store, load) in [(Release, Acquire), (SeqCst, SeqCst), (SeqCst, Acquire)] {
        pass_a_note(store, load);
    }
    for (store, load) in [(Relaxed, Acquire), (Release, Relaxed), (Relaxed, Relaxed)] {
        let story = complaint(|| pass_a_note(store, load));
        for words in ["data race: the caller reads place 1", "what thread 1 did with it"]
        {
            assert!(story.contains(words), "no {words:?} in:\n{story}");
        }
    }
}

/// Reads; the thread that leaves last also writes, like the one that drops the last reference to an
/// object and frees it.
fn leave(shared: &(Plain<i32>, AtomicU64), order: Ordering) {
    shared.0.read();
    if shared.1.fetch_sub(1, order) == 1 {
        shared.0.write(0);
    }
}

#[test]
fn whoever_writes_has_to_know_of_those_who_read() {
    let last = |order| {
        explore(move || {
            let shared = Arc::new((Plain::new(7), AtomicU64::new(2)));
            let theirs = Arc::clone(&shared);
            let other = thread::spawn(move || leave(&theirs, order));
            leave(&shared, order);
            other.join().unwrap();
        });
    };
    last(AcqRel);
    for order in [Relaxed, Release, Acquire] {
        let story = complaint(|| last(order));
        assert!(story.contains("writes place 1"), "{story}");
    }
}

#[test]
fn locks_channels_and_what_is_written_once_pass_on_everything() {
    explore(|| {
        let note = Arc::new((Plain::new(0), Mutex::new(false), OnceLock::new()));
        let (send, receive) = mpsc::channel();
        let theirs = Arc::clone(&note);
        let writer = thread::spawn(move || {
            theirs.0.write(7);
            *theirs.1.lock().unwrap() = true;
            theirs.2.get_or_init(|| ());
            send.send(()).unwrap();
        });
        if *note.1.lock().unwrap() || note.2.get().is_some() || receive.recv().is_ok() {
            assert_eq!(note.0.read(), 7);
        }
        writer.join().unwrap();
    });
}

/// What two threads return that each store into an atomic of their own and then load the other's.
fn store_and_load(store: Ordering, load: Ordering) -> Vec<(u64, u64)> {
    let explored = explore(move || {
        let (one, two) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            let other = scope.spawn(|| {
                two.store(1, store);
                one.load(load)
            });
            one.store(1, store);
            (two.load(load), other.join().unwrap())
        })
    });
    assert!(explored.all);
    explored.results
}

#[test]
fn only_the_strongest_ordering_lets_one_of_two_see_the_other() {
    assert!(!store_and_load(SeqCst, SeqCst).contains(&(0, 0)));
    for (store, load) in [(Release, Acquire), (SeqCst, Acquire), (Release, SeqCst)] {
        let seen = store_and_load(store, load);
        for both in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            assert!(seen.contains(&both), "{both:?}, {store:?}, {load:?}");
        }
    }
}

/// What a thread reads of a number that another one has stored before it told so through two flags, of
/// which a third thread hands on the first; if it was told.
fn hand_on(
    first: (Ordering, Ordering),
    second: (Ordering, Ordering),
) -> Vec<Option<u64>> {
    let explored = explore(move || {
        let number = AtomicU64::new(0);
        let flags = [AtomicBool::new(false), AtomicBool::new(false)];
        thread::scope(|scope| {
            scope.spawn(|| {
                number.store(7, Relaxed);
                flags[0].store(true, first.0);
            });
            scope.spawn(|| {
                if flags[0].load(first.1) {
                    flags[1].store(true, second.0);
                }
            });
            flags[1].load(second.1).then(|| number.load(Relaxed))
        })
    });
    explored.results
}

#[test]
fn what_one_knows_is_handed_on_with_each_release() {
    let (told, lost) = ((Release, Acquire), (Relaxed, Relaxed));
    let seen = hand_on(told, told);
    assert!(seen.contains(&Some(7)) && !seen.contains(&Some(0)));
    for (first, second) in [
        (told, lost),
        (lost, told),
        (told, (Relaxed, Acquire)),
        (told, (Release, Relaxed)),
    ] {
        assert!(hand_on(first, second).contains(&Some(0)), "{first:?}, {second:?}");
    }
}

#[test]
fn nobody_goes_back_to_a_value_before_one_that_is_known() {
    let explored = explore(|| {
        let number = Arc::new(AtomicU64::new(0));
        let theirs = Arc::clone(&number);
        let writer = thread::spawn(move || {
            theirs.store(1, Relaxed);
            theirs.store(2, Relaxed);
            theirs.load(Relaxed)
        });
        let read = [(); 2].map(|()| number.load(Relaxed));
        assert_eq!(writer.join().unwrap(), 2, "what the writer reads after that");
        assert_eq!(number.load(Relaxed), 2, "what is read when the writer was joined");
        read
    });
    for read in [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]] {
        assert!(explored.results.contains(&read), "{read:?}");
    }
    assert!(explored.results.iter().all(|[first, second]| first <= second));
}

#[test]
fn who_changes_a_number_in_one_step_reads_the_newest() {
    let add = |count: &AtomicU64| {
        count.fetch_add(1, Relaxed);
    };
    let explored = explore(move || count_in_two_threads(add));
    assert!(explored.all && explored.results.iter().all(|count| *count == 2));
}

#[test]
fn a_loop_that_reads_old_values_sees_the_newest_at_last() {
    let run = || {
        let flag = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&flag);
        let setter = thread::spawn(move || theirs.store(true, Relaxed));
        while !flag.load(Relaxed) {
            thread::yield_now();
        }
        setter.join().unwrap();
    };
    roll(run);
}

#[test]
fn an_older_value_is_told_as_such() {
    let story = complaint(|| {
        explore(|| {
            let (number, flag) = (AtomicU64::new(0), AtomicBool::new(false));
            thread::scope(|scope| {
                scope.spawn(|| {
                    number.store(7, Relaxed);
                    flag.store(true, Release);
                });
                if flag.load(Relaxed) {
                    assert_eq!(number.load(Relaxed), 7);
                }
            });
        })
    });
    assert!(story.contains("reads 0 from atomic 1: an older value"), "{story}");
}

#[test]
fn what_is_made_of_locks_and_atomics_is_seen_as_such() {
    let seen = watch(|| {
        let (sender, receiver) = mpsc::channel();
        sender.send(1).unwrap();
        receiver.recv().unwrap();
        receiver.try_recv().unwrap_err();
    });
    assert_eq!(seen.locks, 3, "of a channel");
    let seen = watch(|| {
        let events = Events::new("events");
        events.advance();
        events.wait_for(events.count());
    });
    assert_eq!(seen.locks, 3, "of events");
    let seen = watch(|| drop(Gauge::new().enter()));
    assert_eq!((seen.changes, seen.strongest), (1, 1), "of a gauge");
    let seen = watch(|| {
        let number = AtomicU64::new(0);
        number.store(number.load(Relaxed), Relaxed);
        number.swap(2, Relaxed);
        number.compare_exchange(3, 4, Relaxed, Relaxed).unwrap_err();
        thread::yield_now();
    });
    assert_eq!((seen.atomics, seen.yields), (4, 1), "of atomics");
}

#[test]
fn a_gauge_in_two_steps_loses_somebody() {
    let numbers = || {
        let gauge = Gauge::new();
        let enter = || {
            let number = gauge.entered() + 1;
            drop(gauge.enter());
            number
        };
        thread::scope(|scope| {
            let other = scope.spawn(enter);
            assert_ne!(enter(), other.join().unwrap(), "two have the same number");
        });
    };
    assert!(complaint(|| explore(numbers)).contains("two have the same number"));
}

#[cfg(unix)]
#[test]
fn who_computes_is_seen() {
    let compute = || {
        let sum: u64 = (0..3_000_000_u64).map(std::hint::black_box).sum();
        assert!(sum > 0);
    };
    let seen = for_real(move || thread::spawn(compute).join().unwrap());
    assert!(seen.computed_by_threads > seen.computed_by_caller, "{seen:?}");
    let seen = for_real(move || {
        compute();
        thread::spawn(|| ()).join().unwrap();
    });
    assert!(seen.computed_by_caller > seen.computed_by_threads, "{seen:?}");
}

/// Nobody reads an older value here than ordinary memory would hold; but of a slot that is used like
/// ordinary memory it is seen whether the counter beside it orders its uses.
#[test]
fn an_atomic_that_is_used_like_ordinary_memory_has_data_races() {
    let hand_over = |told: Ordering, heard: Ordering| {
        explore(move || {
            let slot = Arc::new(AtomicU64::new(1).like_plain());
            let done = Arc::new(AtomicBool::new(false));
            let (theirs, read) = (Arc::clone(&slot), Arc::clone(&done));
            let reader = thread::spawn(move || {
                theirs.load(Relaxed);
                read.store(true, told);
            });
            if done.load(heard) {
                slot.store(2, Relaxed);
            }
            reader.join().unwrap();
            slot.store(3, Relaxed);
        })
    };
    assert!(hand_over(Release, Acquire).all);
    for (told, heard) in [(Relaxed, Acquire), (Release, Relaxed)] {
        let story = complaint(|| hand_over(told, heard));
        let words = "data race: the caller writes atomic 1";
        assert!(story.contains(words), "no {words:?} in:\n{story}");
    }
}
