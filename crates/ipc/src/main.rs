//! `cargo run -p ipc`.
fn main() {
    use ipc::*;
    use std::time::Instant;
    processes::worker::entry(WORKS);
    for _ in 0..3 {
        println!("line {:?}", limits::cache_line(100_000) / 100_000);
        println!("wake {:?}", limits::wake_up(10_000) / 10_000);
        println!("call {:?}", limits::call(b"x", &mut Vec::new(), 100_000) / 100_000);
        println!("sys {:?}", limits::system_call(100_000) / 100_000);
        let from = vec![1; 1 << 20];
        let mut to = vec![0; 1 << 20];
        println!("copy 1 MiB {:?}", limits::copy(&from, &mut to, 1000) / 1000);
        for &t in transport::ALL {
            if !t.reaches_processes() {
                continue;
            }
            let mut peer = Peer::start(t, Settings::default(), &peer::ECHO).unwrap();
            let start = Instant::now();
            let n = 20_000;
            for _ in 0..n {
                peer.connection.send(b"x").unwrap();
                assert_eq!(peer.connection.receive().unwrap(), b"x");
            }
            let rtt = start.elapsed() / n;
            peer.join().unwrap();
            let mut peer = Peer::start(t, Settings::default(), &peer::READ).unwrap();
            let n = 500;
            let go = |peer: &mut Peer| {
                let start = Instant::now();
                for _ in 0..n {
                    peer.connection.send(&from).unwrap();
                }
                peer.connection.send(b"").unwrap();
                peer.connection.receive().unwrap();
                start.elapsed() / n
            };
            go(&mut peer);
            let each = go(&mut peer);
            println!("{t:30} {rtt:?} 1 MiB: {each:?}");
        }
    }
}
