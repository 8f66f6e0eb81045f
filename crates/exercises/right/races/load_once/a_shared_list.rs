//! Right: the lock is held while it is read, and the list is shared, so nobody searches under the lock.

use witness::sync::{Arc, Mutex};

type Lines = Vec<(&'static str, u64)>;

pub struct PriceList {
    source: Arc<Source>,
    lines: Mutex<Option<Arc<Lines>>>,
}

impl PriceList {
    pub fn new(source: Arc<Source>) -> Self {
        Self { source, lines: Mutex::default() }
    }

    fn lines(&self) -> Arc<Lines> {
        let mut lines = self.lines.lock().unwrap();
        match &*lines {
            Some(lines) => Arc::clone(lines),
            None => {
                let read: Arc<Lines> = Arc::new(self.source.read().collect());
                *lines = Some(Arc::clone(&read));
                read
            }
        }
    }

    pub fn price(&self, item: &str) -> Option<u64> {
        self.lines().iter().find(|(name, _)| *name == item).map(|(_, cents)| *cents)
    }
}
