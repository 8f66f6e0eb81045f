//! Objects in numbered places, with keys that notice when their object has gone.
//!
//! A place is used again after its object was freed. Each time its *generation* grows, and a
//! key names the generation it was made for. So a key that is too old finds nothing, where a
//! pointer would find somebody else's object, or crash: use after free is an error here, and
//! nothing is undefined. (The crates `slotmap` and `generational-arena` do the same.)

use crate::sync::Mutex;

/// Places for objects of one type.
#[derive(Debug)]
pub struct Slab<T> {
    places: Mutex<Vec<Place<T>>>,
}

#[derive(Debug)]
struct Place<T> {
    generation: u64,
    object: Option<T>,
}

/// Where an object is, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    place: usize,
    generation: u64,
}

impl<T: Clone> Slab<T> {
    /// A slab without objects.
    pub fn new() -> Self {
        Self { places: Mutex::new(Vec::new()) }
    }

    /// Puts `object` into a free place, and returns its key.
    pub fn insert(&self, object: T) -> Key {
        let mut places = self.places.lock().expect("nobody panics here");
        let free = places.iter().position(|place| place.object.is_none());
        let place = free.unwrap_or_else(|| {
            places.push(Place { generation: 0, object: None });
            places.len() - 1
        });
        places[place].object = Some(object);
        Key { place, generation: places[place].generation }
    }

    /// A copy of the object, if it is still there.
    // ANCHOR: get
    pub fn get(&self, key: Key) -> Option<T> {
        let places = self.places.lock().expect("nobody panics here");
        let place = &places[key.place];
        if place.generation == key.generation { place.object.clone() } else { None }
    }
    // ANCHOR_END: get

    /// Takes the object out, if it is still there. Its place is then free for an object of the
    /// next generation.
    // ANCHOR: remove
    pub fn remove(&self, key: Key) -> Option<T> {
        let mut places = self.places.lock().expect("nobody panics here");
        let place = &mut places[key.place];
        if place.generation != key.generation {
            return None;
        }
        place.generation += 1;
        place.object.take()
    }
    // ANCHOR_END: remove

    /// How many objects there are.
    pub fn len(&self) -> usize {
        let places = self.places.lock().expect("nobody panics here");
        places.iter().filter(|place| place.object.is_some()).count()
    }

    /// Whether there is no object.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T: Clone> Default for Slab<T> {
    fn default() -> Self {
        Self::new()
    }
}
