//! Thumbnails: each picture is read, and shrunk to an eighth of its width.
//!
//! Each pixel is looked at once. That is little to do for each byte, so sending the pixels to a process may
//! take longer than shrinking them.

use std::cell::RefCell;

use hybrid_pools::{ProcessPool, Task};
use rayon::prelude::*;
use serde_bytes::ByteBuf;

use crate::decision::{Decision, Failure, Trial, seconds};
use crate::team::{RUNS, Team};

/// How many pixels make one of a thumbnail, across and down.
const BOX: usize = 8;

/// The width and the height of a picture, in pixels.
pub const SIDE: usize = 1_024;

/// Reads picture number `n` into `pixels`: a byte for each pixel, row by row. The pixels are made up here;
/// to read them from a file would take as long, about, when the system has it in memory.
#[inline(never)]
pub fn read(n: u64, pixels: &mut Vec<u8>) {
    pixels.clear();
    for y in 0..SIDE {
        let slope = (n as usize).wrapping_mul(31).wrapping_add(y);
        pixels.extend((0..SIDE).map(|x| (x.wrapping_mul(slope) >> 4) as u8));
    }
}

/// Returns the thumbnail of a picture: each pixel is the mean of a box of 8 × 8.
#[inline(never)]
pub fn shrink(pixels: &[u8]) -> Vec<u8> {
    let mut small = Vec::with_capacity(pixels.len() / (BOX * BOX));
    let mut sums = [0_u32; SIDE / BOX];
    for rows in pixels.chunks_exact(SIDE * BOX) {
        sums.fill(0);
        for row in rows.chunks_exact(SIDE) {
            for (sum, across) in sums.iter_mut().zip(row.chunks_exact(BOX)) {
                *sum += across.iter().map(|&pixel| u32::from(pixel)).sum::<u32>();
            }
        }
        small.extend(sums.iter().map(|sum| (sum / (BOX * BOX) as u32) as u8));
    }
    small
}

/// Reads picture number `n` and shrinks it. Each thread uses the memory of one picture again for the next.
/// To ask the system for new memory for each may take longer than everything else, and threads get into
/// each other's way with it.
pub fn thumbnail(n: u64) -> Vec<u8> {
    thread_local!(static PIXELS: RefCell<Vec<u8>> = RefCell::default());
    PIXELS.with_borrow_mut(|pixels| {
        read(n, pixels);
        shrink(pixels)
    })
}

/// Takes the pixels, and does nothing with them.
pub const TAKE: Task<ByteBuf, ()> = Task::new("take a picture", drop);

/// [`shrink`] in a process.
pub const SHRINK: Task<ByteBuf, ByteBuf> =
    Task::new("shrink", |pixels| ByteBuf::from(shrink(&pixels)));

/// [`thumbnail`] in a process.
pub const READ_AND_SHRINK: Task<u64, ByteBuf> =
    Task::new("read and shrink", |n| ByteBuf::from(thumbnail(n)));

/// The thumbnails of all pictures.
pub type Thumbnails = Vec<Vec<u8>>;

// ANCHOR: ways
/// Makes the thumbnails of one picture after the other.
pub fn one_after_the_other(pictures: u64) -> Thumbnails {
    (0..pictures).map(thumbnail).collect()
}

/// Makes the thumbnails in the threads of the current rayon pool.
pub fn in_threads(pictures: u64) -> Thumbnails {
    (0..pictures).into_par_iter().map(thumbnail).collect()
}

/// Makes the thumbnails in processes that are sent the pixels.
pub fn sending_pixels(pictures: u64, pool: &ProcessPool) -> Result<Thumbnails, Failure> {
    let pixels = (0..pictures).map(|n| {
        let mut pixels = Vec::new();
        read(n, &mut pixels);
        ByteBuf::from(pixels)
    });
    let small = pool.map(&SHRINK, pixels);
    Ok(small.map(|small| small.map(ByteBuf::into_vec)).collect::<Result<_, _>>()?)
}

/// Makes the thumbnails in processes that are told which picture to read.
pub fn sending_names(pictures: u64, pool: &ProcessPool) -> Result<Thumbnails, Failure> {
    let small = pool.map(&READ_AND_SHRINK, 0..pictures);
    Ok(small.map(|small| small.map(ByteBuf::into_vec)).collect::<Result<_, _>>()?)
}
// ANCHOR_END: ways

/// What is measured first, in seconds.
struct Constants {
    /// Reading a picture.
    read: f64,
    /// Shrinking it.
    shrink: f64,
    /// Sending it to a process, when many are sent.
    send: f64,
    /// Sending its name, when many are sent.
    message: f64,
}

// ANCHOR: arithmetic
impl Constants {
    /// Reading and shrinking are divided over the cores.
    fn predict(&self, pictures: u64, cores: usize) -> f64 {
        pictures as f64 * (self.read + self.shrink) / cores as f64
    }

    /// Sending the names comes on top, since one is sent after the other.
    fn predict_names(&self, pictures: u64, cores: usize) -> f64 {
        self.predict(pictures, cores) + pictures as f64 * self.message
    }

    /// This side reads and sends picture after picture, while the others shrink.
    fn predict_pixels(&self, pictures: u64, cores: usize) -> f64 {
        let shrinking = self.shrink / cores as f64;
        pictures as f64 * (self.read + self.send).max(shrinking)
    }
}
// ANCHOR_END: arithmetic

/// Measures the constants, predicts from them how long each way takes, and tries it.
///
/// # Errors
///
/// When a process has ended, or two ways come to different results.
pub fn decide(pictures: u64, team: &Team) -> Result<Decision, Failure> {
    let mut pixels = Vec::new();
    let constants = Constants {
        read: seconds(RUNS, || {
            read(1, &mut pixels);
            Ok(())
        })?,
        shrink: seconds(RUNS, || Ok(shrink(&pixels)))?,
        // Each picture travels in memory of its own.
        send: team.sending(&TAKE, || ByteBuf::from(pixels.clone()))?,
        message: team.message()?,
    };
    let Constants { read, shrink, send, message } = constants;
    let Team { hands, cores, processes, threads } = team;
    let mut trial = Trial::new(&[
        ("read a picture", read),
        ("shrink it", shrink),
        ("send it to a process", send),
        ("send its name", message),
    ]);
    trial.way("one after the other", 1, constants.predict(pictures, 1), || {
        Ok(one_after_the_other(pictures))
    })?;
    trial.way(
        "threads, one a core",
        *hands,
        constants.predict(pictures, *cores),
        || Ok(threads.install(|| in_threads(pictures))),
    )?;
    let predicted = constants.predict_names(pictures, *cores);
    trial.way("processes, sent names", *hands, predicted, || {
        sending_names(pictures, processes)
    })?;
    let predicted = constants.predict_pixels(pictures, *cores);
    trial.way("processes, sent pixels", *hands, predicted, || {
        sending_pixels(pictures, processes)
    })?;
    Ok(trial.decision())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_mean_of_its_box() {
        // The first box is 1, 2, 3, … 64; all others are 200.
        let mut pixels = vec![200; SIDE * SIDE];
        for y in 0..BOX {
            for x in 0..BOX {
                pixels[y * SIDE + x] = (y * BOX + x + 1) as u8;
            }
        }
        let small = shrink(&pixels);
        assert_eq!(small.len(), (SIDE / BOX) * (SIDE / BOX));
        assert_eq!(small[0], 32);
        assert!(small[1..].iter().all(|&pixel| pixel == 200));
    }

    #[test]
    fn no_two_pictures_are_alike() {
        assert_eq!(thumbnail(3), thumbnail(3));
        assert_ne!(thumbnail(3), thumbnail(4));
    }

    #[test]
    fn threads_come_to_the_same() {
        assert_eq!(in_threads(5), one_after_the_other(5));
    }

    #[test]
    fn sending_is_not_divided() {
        let constants = Constants { read: 1.0, shrink: 3.0, send: 2.0, message: 0.0 };
        assert_eq!(constants.predict(10, 1), 40.0);
        assert_eq!(constants.predict(10, 2), 20.0);
        assert_eq!(constants.predict_pixels(10, 2), 30.0);
        let slow = Constants { shrink: 8.0, ..constants };
        assert_eq!(slow.predict_pixels(10, 2), 40.0, "those who shrink are behind");
    }
}
