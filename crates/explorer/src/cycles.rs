//! Where a graph goes round.

/// The strongly connected components of a graph: in each, every state can be reached from every other
/// one. A component comes before those from which it can be reached. `moves` has for each state who
/// leads to which state; of these, only those count of which `counts` says so. The search begins at each of
/// `roots`.
///
/// This is the algorithm of Tarjan, *Depth-First Search and Linear Graph Algorithms* (1972), with a
/// stack of its own instead of recursion.
pub(super) fn components(
    moves: &[Vec<(usize, usize)>],
    roots: impl IntoIterator<Item = usize>,
    counts: impl Fn(usize, (usize, usize)) -> bool,
) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut number = vec![NEW; moves.len()];
    let mut lowest = vec![NEW; moves.len()];
    let mut is_open = vec![false; moves.len()];
    let (mut open, mut all, mut next) = (Vec::new(), Vec::new(), 0);
    for root in roots {
        if number[root] != NEW {
            continue;
        }
        // The states on the way, and which of their moves comes next.
        let mut way = vec![(root, 0)];
        while let Some((at, turn)) = way.last_mut() {
            let at = *at;
            if *turn == 0 {
                (number[at], lowest[at]) = (next, next);
                next += 1;
                open.push(at);
                is_open[at] = true;
            }
            let Some(&step) = moves[at].get(*turn) else {
                way.pop();
                if let Some(&(before, _)) = way.last() {
                    lowest[before] = lowest[before].min(lowest[at]);
                }
                if lowest[at] == number[at] {
                    let first = open.iter().rposition(|&state| state == at);
                    let component = open.split_off(first.expect("it is open"));
                    component.iter().for_each(|&state| is_open[state] = false);
                    all.push(component);
                }
                continue;
            };
            *turn += 1;
            if !counts(at, step) {
                continue;
            }
            let to = step.1;
            if number[to] == NEW {
                way.push((to, 0));
            } else if is_open[to] {
                lowest[at] = lowest[at].min(number[to]);
            }
        }
    }
    all
}
