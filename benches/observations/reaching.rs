//! Of a thousand numbers that one process keeps: how many another process changes, by each way that
//! there is, and depending on who this other process is.

use benches::{Observer, Unit};
use processes::reaching::{WAYS, WHO, changed};

const NUMBERS: usize = 1_000;

pub(crate) fn observe(observer: &mut Observer) {
    for _ in 0..observer.rounds() {
        for (who, is) in WHO {
            let mut most = None;
            for (way, _) in WAYS {
                let changed = changed(is, way, NUMBERS).expect("they start");
                if let Some(changed) = changed {
                    let id = format!("by way/{way}, {who}");
                    observer.sample(&id, Unit::Count, changed as f64);
                }
                most = most.max(changed);
            }
            if let Some(most) = most {
                observer.sample(&format!("changed/{who}"), Unit::Count, most as f64);
            }
        }
    }
}
