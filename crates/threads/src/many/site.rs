//! A site for very many visitors at once. It answers each of them a set time after the request; or
//! it lets them wait until its *doors* are opened, and then answers all of them.
//!
//! The slow site of [`workloads`] would do for a few hundred. This one has a longer queue at the
//! entrance and does less for each visitor, so that measurements show what the visitors take, and
//! not what the site takes.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime;
use tokio::sync::{oneshot, watch};
use tokio::task::unconstrained;
use workloads::pages;

/// How many connections may wait until the site accepts them; the system may allow fewer.
const QUEUE: u32 = 4_096;

/// A running site. Dropping it closes it: visitors still waiting lose their connection.
pub struct Site {
    address: SocketAddr,
    hall: Arc<Hall>,
    full: Mutex<mpsc::Receiver<Option<u32>>>,
    close: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What all visits share.
struct Hall {
    opens: Opens,
    answer: String,
    /// How many visitors have sent their request.
    came: AtomicUsize,
    waiting: AtomicUsize,
    /// How many visitors have waited at once, at most.
    most: AtomicUsize,
    doors: watch::Sender<bool>,
    /// Sends the number of the last visitor's process when all have come, or `None` when the rest
    /// won't come.
    full: mpsc::Sender<Option<u32>>,
}

/// When a visitor is answered.
enum Opens {
    /// This long after its request.
    After(Duration),
    /// When the doors are open. This many visitors should be waiting by then.
    With(usize),
}

impl Site {
    /// Opens a site that answers each visitor `latency` after it asked.
    ///
    /// # Errors
    ///
    /// When the system has no free port, or no thread or descriptor to spare.
    pub fn open(latency: Duration) -> io::Result<Self> {
        Self::start(Opens::After(latency))
    }

    /// Opens a site that answers nobody until [`Site::open_doors`] is called. [`Site::when_full`]
    /// waits until `visitors` visitors have come.
    ///
    /// # Errors
    ///
    /// As [`Site::open`].
    pub fn with_doors(visitors: usize) -> io::Result<Self> {
        Self::start(Opens::With(visitors))
    }

    fn start(opens: Opens) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            let socket = TcpSocket::new_v4()?;
            socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
            socket.listen(QUEUE)?
        };
        let address = listener.local_addr()?;
        let page = pages::page(0);
        let answer = format!("HTTP/1.0 200 OK\r\n\r\n{page}");
        let (say_full, full) = mpsc::channel();
        let hall = Arc::new(Hall {
            opens,
            answer,
            came: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            doors: watch::Sender::new(false),
            full: say_full,
        });
        let (close, closed) = oneshot::channel();
        let inside = Arc::clone(&hall);
        let thread = thread::Builder::new().name("site".into()).spawn(move || {
            // New connections are accepted before any visitor is served: when the queue is full,
            // the system drops those that come, and they try again only after a second (RFC 6298).
            runtime.spawn(unconstrained(serve(listener, inside)));
            // The runtime ends with this closure, and with it every visit.
            let _ = runtime.block_on(closed);
        })?;
        let (full, close, thread) = (Mutex::new(full), Some(close), Some(thread));
        Ok(Self { address, hall, full, close, thread })
    }

    /// The address at which the site listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many visitors have sent their request so far.
    pub fn came(&self) -> usize {
        self.hall.came.load(SeqCst)
    }

    /// How many visitors have waited at once so far, at most.
    pub fn most(&self) -> usize {
        self.hall.most.load(SeqCst)
    }

    /// Waits until all visitors wait; returns the number of the last one's process, as the request
    /// gives it. Returns `None` when no other visitor has come for as long as `patience`, or when
    /// [`Site::nobody_comes`] is called.
    pub fn when_full(&self, patience: Duration) -> Option<u32> {
        let full = self.full.lock().expect("nobody panics while waiting");
        let mut came = None;
        while came != Some(self.came()) {
            came = Some(self.came());
            if let Ok(process) = full.recv_timeout(patience) {
                return process;
            }
        }
        None
    }

    /// Ends the waiting in [`Site::when_full`]: the visitors that are missing won't come.
    pub fn nobody_comes(&self) {
        // This can't fail, since the receiver is ours.
        let _ = self.hall.full.send(None);
    }

    /// Answers all visitors that wait, and from now on each that comes.
    pub fn open_doors(&self) {
        self.hall.doors.send_replace(true);
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.close.take());
        if let Some(thread) = self.thread.take() {
            // An error means that the thread panicked, and then Rust has printed that already.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, hall: Arc<Hall>) {
    loop {
        match listener.accept().await {
            Ok((visitor, _)) => {
                let hall = Arc::clone(&hall);
                // Its error doesn't matter: visitors may hang up whenever they like.
                tokio::spawn(async move { hall.receive(visitor).await });
            }
            // The visitor hung up first, or no descriptor is left; that may change, so don't spin.
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
}

impl Hall {
    async fn receive(&self, mut visitor: TcpStream) -> io::Result<()> {
        let process = asked(&mut visitor).await?;
        self.came.fetch_add(1, SeqCst);
        let waiting = self.waiting.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(waiting, SeqCst);
        match self.opens {
            Opens::After(latency) => tokio::time::sleep(latency).await,
            Opens::With(visitors) => {
                let mut doors = self.doors.subscribe();
                if waiting == visitors {
                    // This fails only when the site is being dropped, and nobody asks any more.
                    let _ = self.full.send(Some(process));
                }
                let _ = doors.wait_for(|&open| open).await;
            }
        }
        self.waiting.fetch_sub(1, SeqCst);
        visitor.write_all(self.answer.as_bytes()).await?;
        visitor.shutdown().await
    }
}

/// Reads a visitor's request; returns the number in its path, that of the visitor's process.
async fn asked(visitor: &mut TcpStream) -> io::Result<u32> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if visitor.read_buf(&mut request).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let request = String::from_utf8_lossy(&request);
    let number = request.split(['/', ' ']).find_map(|word| word.parse().ok());
    Ok(number.unwrap_or(0))
}
