// SPDX-License-Identifier: MIT

//! Sockets, and the connections that come in by them.

use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::problem::{self, Problem};
use super::{ApiError, App};
use crate::people::Peer;

/// Bytes that the head of a request may have.
const HEAD_BYTES: usize = 32 << 10;
/// Headers that a request may have.
const HEADERS: usize = 64;

/// The Unix socket that requests come in by.
pub(super) struct Unix {
    listener: std::os::unix::net::UnixListener,
    /// Whether whoever started this program made it, and keeps it.
    handed: bool,
}

/// The Unix socket that systemd has made before it started this program (`LISTEN_FDS`), if it has.
pub(super) fn handed() -> Result<Option<Unix>, ApiError> {
    let error = |source| ApiError::Socket { path: "LISTEN_FDS".into(), source };
    let Some(listener) = listenfd::ListenFd::from_env().take_unix_listener(0).map_err(error)? else { return Ok(None) };
    listener.set_nonblocking(true).map_err(error)?;
    Ok(Some(Unix { listener, handed: true }))
}

/// Makes the Unix socket. One that was left behind by a daemon that is gone is replaced.
pub(super) fn unix(path: &Path) -> Result<Unix, ApiError> {
    let error = |source| ApiError::Socket { path: path.into(), source };
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(error)?;
    }
    match std::fs::symlink_metadata(path) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => {}
        Err(other) => return Err(error(other)),
        Ok(found) if !found.file_type().is_socket() => {
            return Err(error(io::Error::new(io::ErrorKind::AlreadyExists, "there is something that is no socket")));
        }
        Ok(_) => match std::os::unix::net::UnixStream::connect(path) {
            Ok(_) => return Err(ApiError::SocketInUse(path.into())),
            Err(_) => match std::fs::remove_file(path) {
                Err(gone) if gone.kind() != io::ErrorKind::NotFound => return Err(error(gone)),
                _ => {}
            },
        },
    }
    let listener = std::os::unix::net::UnixListener::bind(path).map_err(error)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660)).map_err(error)?;
    listener.set_nonblocking(true).map_err(error)?;
    Ok(Unix { listener, handed: false })
}

/// Listens at a loopback address.
pub(super) fn loopback(address: SocketAddr) -> Result<std::net::TcpListener, ApiError> {
    let error = |source| ApiError::Listen { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(error)?;
    listener.set_nonblocking(true).map_err(error)?;
    Ok(listener)
}

/// Takes connections until `stopping`, then lets requests that have begun end.
pub(super) async fn serve(
    app: Arc<App>,
    router: Router,
    unix: Unix,
    loopback: Option<std::net::TcpListener>,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let Unix { listener, handed } = unix;
    let unix = UnixListener::from_std(listener)?;
    let loopback = loopback.map(TcpListener::from_std).transpose()?;
    let room = Arc::new(Semaphore::new(app.config.api.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
        tokio::select! {
            accepted = unix.accept() => match accepted {
                Ok((stream, _)) => {
                    let peer = match stream.peer_cred() {
                        Ok(credentials) => Peer::Unix { uid: credentials.uid(), pid: credentials.pid() },
                        // Nobody can be told from anybody.
                        Err(_) => continue,
                    };
                    connection(&app, &router, &graceful, stream, peer, permit);
                }
                Err(error) => later(&error).await,
            },
            accepted = accept(loopback.as_ref()) => match accepted {
                Ok((stream, address)) => {
                    // Answers are small and waited for.
                    let _ = stream.set_nodelay(true);
                    connection(&app, &router, &graceful, stream, Peer::Address(address.ip()), permit);
                }
                Err(error) => later(&error).await,
            },
            () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => break,
        }
    }
    // In this order: whoever comes next finds either a daemon or no socket, and takes away none but its own.
    if !handed {
        let _ = std::fs::remove_file(&app.config.api.socket);
    }
    drop((unix, loopback));
    let most = Duration::from_secs(app.config.api.stop);
    if tokio::time::timeout(most, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests have not ended in time");
    }
    Ok(())
}

/// The next connection, or never if there is no such listener.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(tokio::net::TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    }
}

/// Too few file descriptors, most likely: others will be closed soon.
async fn later(error: &io::Error) {
    tracing::warn!(%error, "a connection cannot be taken");
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn connection<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    app: &Arc<App>,
    router: &Router,
    graceful: &GracefulShutdown,
    stream: S,
    peer: Peer,
    permit: tokio::sync::OwnedSemaphorePermit,
) {
    let allowed = match (&app.config.api.peers, peer) {
        (Some(allowed), Peer::Unix { uid, .. }) => allowed.contains(&uid),
        _ => true,
    };
    // Whoever does not take an answer does not keep a connection for ever.
    let mut stream = TimeoutStream::new(stream);
    // Later than a stream of events gives up by itself, and says so.
    stream.set_write_timeout(Some(Duration::from_secs(app.config.api.stream_patience + 5)));
    let stream = Box::pin(stream);
    let router = router.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(peer);
        let router = router.clone();
        async move {
            if !allowed {
                let detail = format!("{peer} is not one of those who may connect");
                return Ok(Problem::new(problem::PEER_NOT_ALLOWED, detail).into_response());
            }
            router.oneshot(request).await
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(app.arrival())
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        // A peer that goes away is no error of ours.
        let _ = connection.await;
        drop(permit);
    });
}
