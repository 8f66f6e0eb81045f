//! What is found out once, however often and by however many threads it is asked for.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What is found out once for each file or folder. Nobody waits for what is found out about another one.
#[derive(Debug)]
pub(super) struct Once<T>(Mutex<HashMap<PathBuf, Arc<OnceLock<T>>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Once<T> {
    /// What `find_out` says of `path` when somebody asks for the first time.
    pub(super) fn get(&self, path: &Path, find_out: impl FnOnce() -> T) -> T {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = match places.get(path) {
            Some(place) => Arc::clone(place),
            None => Arc::clone(places.entry(path.into()).or_default()),
        };
        drop(places);
        place.get_or_init(find_out).clone()
    }

    /// Of how many it was asked.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}
