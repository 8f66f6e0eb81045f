use std::io::Write;

use rayon::ThreadPoolBuilder;
use threads::dividing::{by_hand, scoped, sequential, stealing};
use tour::{Outcome, Stage, Table, clock, format, spare};
use workloads::{primes, squares};

pub(crate) fn divide(stage: &mut Stage) -> Outcome {
    let workers = stage.workers();
    // Rayon's threads stay while those of the other ways come and go.
    spare::threads(2 * workers)?;
    let pool = ThreadPoolBuilder::new().num_threads(workers).build()?;

    let threads = format::counted(workers as u64, "thread");
    let mut table =
        Table::new(["squares", "one thread", &threads, "rayon", "threads / one"]);
    let smaller = [1_000, 100_000, 10_000_000, 1_000_000_000];
    let smaller = smaller.into_iter().take_while(|&size| size < stage.size());
    for size in smaller.chain([stage.size()]) {
        let (total, alone) =
            clock::median(3, || sequential::total(0..size, workers, squares::sum));
        let (same, split) =
            clock::median(3, || scoped::total(0..size, workers, squares::sum));
        assert_eq!(total, same, "threads find the same total");
        let (same, stolen) = clock::median(3, || {
            pool.install(|| stealing::total(0..size, workers, squares::sum))
        });
        assert_eq!(total, same, "rayon finds the same total");
        table.row([
            &format::count(size),
            &format::time(alone),
            &format::time(split),
            &format::time(stolen),
            &format::ratio(split.as_secs_f64() / alone.as_secs_f64()),
        ]);
    }
    write!(stage, "{table}")?;
    Ok(())
}

pub(crate) fn uneven(stage: &mut Stage) -> Outcome {
    let (workers, size) = (stage.workers(), stage.size());
    spare::threads(2 * workers)?;
    let pool = ThreadPoolBuilder::new().num_threads(workers).build()?;
    let (count, alone) =
        clock::median(3, || sequential::total(0..size, 1, primes::count));

    let mut table = Table::new(["", "time", "against one thread"]);
    let mut row = |name: &str, time: std::time::Duration| {
        table.row([
            name,
            &format::time(time),
            &format::ratio(time.as_secs_f64() / alone.as_secs_f64()),
        ]);
    };
    row("one thread", alone);
    let (same, split) =
        clock::median(3, || scoped::total(0..size, workers, primes::count));
    assert_eq!(count, same, "threads find the same primes");
    row(&format!("{}, equal parts", format::counted(workers as u64, "thread")), split);
    for parts in [workers, workers * 8, workers * 512] {
        let (same, stolen) = clock::median(3, || {
            pool.install(|| stealing::total(0..size, parts, primes::count))
        });
        assert_eq!(count, same, "rayon finds the same primes");
        row(&format!("rayon, {}", format::counted(parts as u64, "part")), stolen);
    }
    let parts = workers * 512;
    let (same, stolen) =
        clock::median(3, || by_hand::total_in(workers, 0..size, parts, primes::count));
    assert_eq!(count, same, "our own pool finds the same primes");
    row(&format!("our own, {}", format::counted(parts as u64, "part")), stolen);
    write!(stage, "{table}")?;
    Ok(())
}
