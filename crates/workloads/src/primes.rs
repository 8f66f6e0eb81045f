//! Counting primes by trial division: uneven work. A prime near `n` takes about
//! √n / 2 divisions, an even number one.

use std::ops::Range;

/// How many of `numbers` are prime.
#[inline(never)]
// ANCHOR: count
pub fn count(numbers: Range<u64>) -> u64 {
    let mut primes = 0;
    for n in numbers {
        if is_prime(n) {
            primes += 1;
        }
    }
    primes
}

/// Whether `n` is prime: no divisor up to its square root.
pub fn is_prime(n: u64) -> bool {
    if n < 4 {
        return n >= 2;
    }
    if n % 2 == 0 {
        return false;
    }
    let mut divisor = 3;
    while divisor <= n / divisor {
        if n % divisor == 0 {
            return false;
        }
        divisor += 2;
    }
    true
}
// ANCHOR_END: count

/// How many divisors [`count`] tries for all `numbers` together, not counting 2: this is
/// most of its work.
pub fn divisions(numbers: Range<u64>) -> u64 {
    let tried = |n: u64| {
        let divisors = (3..).step_by(2).take_while(|divisor| *divisor <= n / divisor);
        let smaller = divisors.take_while(|divisor| n % divisor != 0).count() as u64;
        // The divisor that ended the search was tried, too.
        smaller + u64::from(!is_prime(n))
    };
    numbers.filter(|n| n % 2 == 1 && *n > 3).map(tried).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_primes() {
        let primes: Vec<u64> = (0..30).filter(|&n| is_prime(n)).collect();
        assert_eq!(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    }

    /// π(10ᵏ), the values of the prime-counting function: OEIS A006880.
    #[test]
    fn counts_agree_with_the_prime_counting_function() {
        for (n, primes) in
            [(10, 4), (100, 25), (1_000, 168), (10_000, 1_229), (100_000, 9_592)]
        {
            assert_eq!(count(0..n), primes);
        }
    }

    #[test]
    fn each_divisor_that_is_tried_counts() {
        // For 5 and 7 there is nothing to try. 9 and 15 are divided by 3, and for 11,
        // only 3 is tried.
        assert_eq!([5, 7, 9, 15, 11].map(|n| divisions(n..n + 1)), [0, 0, 1, 1, 1]);
        // 97 is tried with 3, 5, 7 and 9.
        assert_eq!(divisions(97..98), 4);
        assert_eq!(divisions(0..4) + divisions(90..91), 0);
        // The larger a prime is, the more divisors are tried.
        assert!(divisions(50_000..100_000) > 3 * divisions(0..50_000) / 2);
    }

    #[test]
    fn squares_of_primes_are_not_prime() {
        assert!(!is_prime(9) && !is_prime(25) && !is_prime(1_000_003 * 1_000_003));
    }
}
