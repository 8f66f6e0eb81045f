//! Ten pages of a slow site, fetched by threads of the interpreter: one after the other, and a thread
//! each, under the old lock and the new one.

use std::time::Duration;

use benches::{Observer, Unit};
use gil::fetching::{at_once, one_after_the_other};
use gil::policy::{Interval, Policy, Tick};
use workloads::slow_site::SlowSite;

const LATENCY: Duration = Duration::from_millis(50);
const PAGES: i64 = 10;

pub(crate) fn observe(observer: &mut Observer) {
    let site = SlowSite::open(LATENCY).expect("loopback has a free port");
    for _ in 0..observer.rounds() {
        policy::<Tick>(observer, &site);
        policy::<Interval>(observer, &site);
    }
}

fn policy<P: Policy>(observer: &mut Observer, site: &SlowSite) {
    let after = one_after_the_other(P::default(), site, PAGES);
    let after = after.expect("the slow site answers").as_nanos() as f64;
    let threads = at_once(P::default(), site, PAGES);
    let threads = threads.expect("the slow site answers").as_nanos() as f64;
    let name = P::NAME;
    observer.sample(&format!("ten pages/{name}, one after the other"), Unit::Ns, after);
    observer.sample(&format!("ten pages/{name}, a thread each"), Unit::Ns, threads);
    let ratio = format!("a thread each against one after the other/{name}");
    observer.sample(&ratio, Unit::Ratio, threads / after);
}
