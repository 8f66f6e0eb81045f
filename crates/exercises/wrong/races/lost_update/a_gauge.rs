//! Wrong: a gauge counts in one step, and the number is read in another.
//! Caught by `gives_each_number_once`: each number belongs to one visitor

use witness::Gauge;

pub struct Museum {
    visitors: Gauge,
}

impl Museum {
    pub fn new() -> Self {
        Self { visitors: Gauge::new() }
    }

    pub fn enter(&self) -> u64 {
        let number = self.visitors.entered() as u64 + 1;
        drop(self.visitors.enter());
        number
    }

    pub fn visitors(&self) -> u64 {
        self.visitors.entered() as u64
    }
}
