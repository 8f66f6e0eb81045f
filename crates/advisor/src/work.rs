//! Which of a program's processes does its work. A program that only starts another one and waits for it, as `sh -c`,
//! `make` and `npm run` do, is not the one that anybody asks about.

use std::collections::HashMap;

use crate::account::Process;

/// Of what there is to compute, and of the time, so much has to be another process's before the first one is only its
/// starter.
const NEARLY_ALL: f64 = 0.8;

/// Waits that are only the other side of somebody else's work.
const WAITS: f64 = 0.7;

/// The number, in `processes`, of the one that does the work, with all that it starts: the first one, unless all it does
/// is to wait for that one. `processes` are in the order in which they came.
pub fn root(processes: &[Process]) -> usize {
    let (parents, weights) = weigh(processes);
    let life = |n: usize| processes[n].to - processes[n].from;
    let mut root = 0;
    loop {
        let children = || (0..processes.len()).filter(|n| parents[*n] == Some(root));
        let heaviest = children().max_by(|a, b| weights[*a].total_cmp(&weights[*b]));
        let longest = children().max_by(|a, b| life(*a).total_cmp(&life(*b)));
        let (Some(heaviest), Some(longest)) = (heaviest, longest) else { return root };
        let (own, all) = (processes[root].computed, weights[root]);
        let computes = own <= (1.0 - NEARLY_ALL) * all
            && weights[heaviest] >= NEARLY_ALL * all
            && life(heaviest) > 0.5 * life(root);
        let others = children().filter(|n| *n != longest);
        // Nobody has to compute to be waited for.
        let waits = own <= (1.0 - NEARLY_ALL) * life(longest)
            && weights[longest] >= own
            && life(longest) >= NEARLY_ALL * life(root)
            && processes[root].waited >= WAITS * life(longest)
            && others.map(life).all(|other| other < (1.0 - NEARLY_ALL) * life(root));
        root = match (computes, waits) {
            (true, _) => heaviest,
            (false, true) => longest,
            (false, false) => return root,
        };
    }
}

/// Whether each process belongs to what `root` has started, or is it.
pub fn inside(processes: &[Process], root: usize) -> Vec<bool> {
    let (parents, _) = weigh(processes);
    let mut inside = vec![false; processes.len()];
    for n in root..processes.len() {
        let since = processes[n].from >= processes[root].from;
        inside[n] = n == root || since && parents[n].is_some_and(|parent| inside[parent]);
    }
    inside
}

/// Of each process, its parent, and the seconds that it computed together with all that it started.
fn weigh(processes: &[Process]) -> (Vec<Option<usize>>, Vec<f64>) {
    let mut numbers: HashMap<i32, usize> = HashMap::new();
    let mut parents = Vec::new();
    for (n, process) in processes.iter().enumerate() {
        parents.push(numbers.get(&process.parent).copied());
        numbers.insert(process.pid, n);
    }
    let mut started = vec![0.0; processes.len()];
    let mut weights = vec![0.0; processes.len()];
    for n in (0..processes.len()).rev() {
        // Some of its children were too short to be seen, and some it hasn't waited for.
        let process = &processes[n];
        weights[n] = process.computed + process.children.max(started[n]);
        if let Some(parent) = parents[n] {
            started[parent] += weights[n];
        }
    }
    (parents, weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that was there from `from` to `to`, computed and waited for its children so long.
    fn process(
        pid: i32,
        parent: i32,
        (from, to): (f64, f64),
        computed: f64,
        waited: f64,
    ) -> Process {
        Process { pid, parent, from, to, computed, waited, ..Process::default() }
    }

    #[test]
    fn who_only_starts_another_is_not_the_one() {
        let shell = process(1, 0, (0.0, 5.1), 0.01, 5.0);
        let npm = process(2, 1, (0.0, 5.0), 0.4, 4.0);
        let python = process(3, 2, (0.6, 5.0), 4.0, 0.0);
        let worker = process(4, 3, (0.8, 5.0), 2.0, 0.0);
        assert_eq!(root(&[shell.clone(), npm.clone(), python.clone(), worker]), 2);
        // It waits all the time, and not for its children.
        let waiting = process(3, 2, (0.6, 5.0), 0.5, 0.0);
        assert_eq!(root(&[shell, npm, waiting]), 2);
        assert_eq!(root(&[python]), 0);
    }

    #[test]
    fn whoever_computes_or_starts_several_is() {
        let shell = process(1, 0, (0.0, 6.0), 0.01, 6.0);
        let third = |pid, from| process(pid, 1, (from, from + 2.0), 2.0, 0.0);
        assert_eq!(
            root(&[shell.clone(), third(2, 0.0), third(3, 2.0), third(4, 4.0)]),
            0
        );
        // One of very many, of which the others were too short to be seen.
        let many = Process { children: 5.9, ..shell };
        assert_eq!(root(&[many, process(2, 1, (0.0, 0.1), 0.1, 0.0)]), 0);
        let computes = process(1, 0, (0.0, 6.0), 3.0, 3.0);
        assert_eq!(root(&[computes, process(2, 1, (0.1, 6.0), 3.0, 0.0)]), 0);
    }

    #[test]
    fn what_somebody_has_started_is_inside() {
        let at = (0.0, 1.0);
        let all = [(1, 0), (2, 1), (3, 1), (4, 2), (5, 4)];
        let all = all.map(|(pid, parent)| process(pid, parent, at, 0.1, 0.0));
        assert_eq!(inside(&all, 1), [false, true, false, true, true]);
        assert_eq!(inside(&all, 0), [true; 5]);
        // The second one started the fourth before it became what it is.
        let later = all.map(|kept| match kept.pid {
            2 => Process { from: 0.5, ..kept },
            _ => kept,
        });
        assert_eq!(inside(&later, 1), [false, true, false, false, false]);
    }
}
