//! One suite for all transports. This program is the tests, and the peers that they talk with.

#[cfg(not(unix))]
fn main() {
    eprintln!("not tested: messages between processes need Unix");
}

#[cfg(unix)]
mod cases;
#[cfg(unix)]
mod greedy;
#[cfg(unix)]
mod hostile;
#[cfg(unix)]
mod leftovers;
#[cfg(unix)]
mod peers;

#[cfg(unix)]
fn main() {
    use ipc::transport::ALL;
    use libtest_mimic::{Arguments, Trial};

    processes::worker::entry(&[ipc::WORKS, peers::WORKS].concat());
    leftovers::entry();
    let cases = cases::ALL.iter().flat_map(|&(name, case)| {
        ALL.iter().map(move |&transport| {
            let slug: Vec<_> =
                transport.to_string().split([' ', ',']).map(String::from).collect();
            let slug = slug.concat();
            Trial::test(format!("{slug}::{name}"), move || case(transport))
        })
    });
    let hostile = hostile::TRANSPORTS.iter().flat_map(|&transport| {
        hostile::DEEDS.iter().filter(move |deed| deed.possible(transport)).map(
            move |&deed| {
                let slug = transport.to_string().replace([' ', ','], "");
                Trial::test(format!("{slug}::{deed}"), move || {
                    hostile::is_noticed(transport, deed)
                })
            },
        )
    });
    let others = [
        Trial::test("a_sender_that_nothing_holds_back_is_noticed", || {
            cases::unbounded_is_noticed()
        }),
        Trial::test("strangers_have_no_token", cases::strangers_have_no_token),
        Trial::test("nothing_is_left_behind", leftovers::nothing_is_left_behind),
    ];
    let trials = cases.chain(hostile).chain(others).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
