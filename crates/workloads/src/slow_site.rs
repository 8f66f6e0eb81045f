//! A slow web site: an HTTP server on loopback that thinks for a set time before it
//! answers.
//!
//! However many visitors wait at once, each waits just that time. The site does all its
//! waiting in *one* thread, in async tasks, so it takes next to nothing from the program
//! that visits it.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::pages;

/// A running site. Dropping it closes it: visitors still waiting lose their connection.
pub struct SlowSite {
    address: SocketAddr,
    close: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SlowSite {
    /// Opens a site that answers each request `latency` after it came in.
    ///
    /// The site listens on a free port of 127.0.0.1 and accepts visitors once this
    /// returns.
    ///
    /// # Errors
    ///
    /// When the system has no free port, or no thread to spare.
    ///
    /// # Panics
    ///
    /// When called from inside an async runtime.
    pub fn open(latency: Duration) -> io::Result<Self> {
        Self::start(latency, |n| Some(pages::page(n)))
    }

    /// As [`SlowSite::open`], with these pages instead of those of [`pages`].
    ///
    /// # Errors
    ///
    /// As [`SlowSite::open`].
    ///
    /// # Panics
    ///
    /// As [`SlowSite::open`].
    pub fn of(pages: Vec<String>, latency: Duration) -> io::Result<Self> {
        Self::start(latency, move |n| pages.get(usize::try_from(n).ok()?).cloned())
    }

    fn start(
        latency: Duration,
        page: impl Fn(u64) -> Option<String> + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let page: Page = Arc::new(page);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let (close, closed) = oneshot::channel();
        let thread =
            std::thread::Builder::new().name("slow site".into()).spawn(move || {
                runtime.spawn(serve(listener, latency, page));
                // The runtime ends with this closure, and with it every visit.
                let _ = runtime.block_on(closed);
            })?;
        Ok(Self { address, close: Some(close), thread: Some(thread) })
    }

    /// The address of page `n`.
    pub fn url(&self, n: u64) -> String {
        format!("http://{}/{n}", self.address)
    }

    /// The addresses of the pages 0 to `pages` − 1.
    pub fn urls(&self, pages: u64) -> Vec<String> {
        (0..pages).map(|n| self.url(n)).collect()
    }
}

impl Drop for SlowSite {
    fn drop(&mut self) {
        drop(self.close.take());
        if let Some(thread) = self.thread.take() {
            // The thread can only have panicked, and has printed that already.
            let _ = thread.join();
        }
    }
}

/// The text of a page, if there is one.
type Page = Arc<dyn Fn(u64) -> Option<String> + Send + Sync>;

async fn serve(listener: TcpListener, latency: Duration, page: Page) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // A visitor who hung up first, or no descriptor left; that may change, so
            // don't spin.
            tokio::time::sleep(Duration::from_millis(1)).await;
            continue;
        };
        let page = Arc::clone(&page);
        tokio::spawn(async move {
            let service =
                service_fn(|request| answer(request, latency, Arc::clone(&page)));
            // Visitors may hang up whenever they like.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    latency: Duration,
    page: Page,
) -> Result<Response<Full<Bytes>>, Infallible> {
    tokio::time::sleep(latency).await;
    let number = request.uri().path().trim_start_matches('/').parse();
    Ok(match number.ok().and_then(|n| page(n)) {
        Some(text) => Response::new(Full::from(text)),
        None => {
            let mut response =
                Response::new(Full::from("Pages have numbers: /0, /1, …\n"));
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read, Write};
    use std::net::TcpStream;
    use std::time::Instant;

    use super::*;

    #[test]
    fn serves_the_pages() {
        let site = SlowSite::open(Duration::ZERO).unwrap();
        for n in [0, 1, 59] {
            let response = minreq::get(site.url(n)).send().unwrap();
            assert_eq!(response.status_code, 200);
            assert_eq!(response.as_str().unwrap(), pages::page(n));
        }
    }

    #[test]
    fn a_page_without_a_number_is_not_found() {
        let site = SlowSite::open(Duration::ZERO).unwrap();
        let response = minreq::get(site.url(0) + "x").send().unwrap();
        assert_eq!(response.status_code, 404);
    }

    #[test]
    fn a_site_may_have_pages_of_its_own() {
        let pages = vec!["one".into(), "two".into()];
        let site = SlowSite::of(pages, Duration::ZERO).unwrap();
        assert_eq!(minreq::get(site.url(1)).send().unwrap().as_str().unwrap(), "two");
        assert_eq!(minreq::get(site.url(2)).send().unwrap().status_code, 404);
    }

    #[test]
    fn no_answer_comes_early() {
        let latency = Duration::from_millis(20);
        let site = SlowSite::open(latency).unwrap();
        let start = Instant::now();
        minreq::get(site.url(0)).send().unwrap();
        assert!(start.elapsed() >= latency);
    }

    #[test]
    fn closing_the_site_ends_every_visit() {
        let site = SlowSite::open(Duration::from_secs(3_600)).unwrap();
        let visitors: Vec<_> = (0..20)
            .map(|_| {
                let mut stream = TcpStream::connect(site.address).unwrap();
                stream.write_all(b"GET /0 HTTP/1.1\r\nHost: slow\r\n\r\n").unwrap();
                stream
            })
            .collect();
        drop(site);
        for mut stream in visitors {
            let mut answer = Vec::new();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            let read = stream.read_to_end(&mut answer).map_err(|error| error.kind());
            let waits = matches!(read, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut));
            assert!(!waits && answer.is_empty(), "{read:?}");
        }
    }
}
