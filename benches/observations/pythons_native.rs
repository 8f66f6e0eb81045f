//! Native code that holds the lock, and that lets it go, called from every Python there is.

use benches::{Observer, python};

pub(crate) fn observe(observer: &mut Observer) {
    let Some(library) = native::library() else {
        eprintln!(
            "not measured: the library that Python calls isn't beside this program"
        );
        return;
    };
    for _ in 0..observer.rounds() {
        let mut arguments = vec![library.display().to_string()];
        arguments.extend(python::hurry(observer));
        python::on_each(observer, "crates/pythons/python/native.py", &arguments);
    }
}
