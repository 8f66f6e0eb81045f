//! Cutting a range into equal parts, and into how many.

use std::ops::Range;

/// Cuts `range` into `parts` neighbouring ranges whose lengths differ by one at most; the
/// longer ones come first.
///
/// With more parts than numbers, the last ones are empty.
///
/// # Panics
///
/// When `parts` is 0 and when `range` ends before it starts.
// ANCHOR: equal
pub fn equal(range: Range<u64>, parts: usize) -> impl Iterator<Item = Range<u64>> {
    assert!(parts > 0, "a range can't be cut into no parts");
    assert!(range.start <= range.end, "the range {range:?} ends before it starts");
    let (numbers, parts) = (range.end - range.start, parts as u64);
    // Of 10 numbers in 4 parts each gets 2, and the first 2 parts get one more.
    let (length, longer) = (numbers / parts, numbers % parts);
    (0..parts).map(move |part| {
        let start = range.start + part * length + part.min(longer);
        start..start + length + u64::from(part < longer)
    })
}
// ANCHOR_END: equal

/// How many threads this process may run at once, which the book calls cores: logical
/// processors, less those that an affinity mask or a container takes away. 1 where the
/// system won't say.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_in_four() {
        let parts: Vec<_> = equal(0..10, 4).collect();
        assert_eq!(parts, [0..3, 3..6, 6..8, 8..10]);
    }

    #[test]
    fn parts_cover_the_range_without_gap_or_overlap() {
        for (range, parts) in
            [(0..1, 1), (5..5, 3), (3..10, 20), (0..1_000_003, 7), (0..u64::MAX, 1_000)]
        {
            let mut next = range.start;
            let (mut shortest, mut longest) = (u64::MAX, 0);
            for part in equal(range.clone(), parts) {
                assert_eq!(part.start, next);
                next = part.end;
                shortest = shortest.min(part.end - part.start);
                longest = longest.max(part.end - part.start);
            }
            assert_eq!(next, range.end);
            assert!(longest - shortest <= 1);
        }
    }

    #[test]
    #[should_panic(expected = "no parts")]
    fn no_parts_is_a_mistake() {
        let _ = equal(0..10, 0);
    }
}
