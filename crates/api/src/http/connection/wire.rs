//! The socket as the HTTP implementation sees it: everything passes but its own refusals.

use super::Connection;
use super::outgoing::Outgoing;
use actix_web::rt::net::TcpStream;
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A socket. It goes back to its [`Connection`] when this is dropped.
pub(crate) struct Wire {
    stream: Option<TcpStream>,
    connection: Rc<Connection>,
    outgoing: Outgoing,
    /// How many bytes have been walked over that the socket has not taken yet; whoever writes offers them again.
    ahead: usize,
    /// How many bytes before the refusal the socket has not taken yet, and its status.
    refusal: Option<(usize, u16)>,
}

impl Wire {
    /// Wraps a socket.
    pub(crate) fn new(stream: TcpStream) -> (Self, Rc<Connection>) {
        let connection = Rc::new(Connection::new());
        let wire = Self {
            stream: Some(stream),
            connection: Rc::clone(&connection),
            outgoing: Outgoing::new(),
            ahead: 0,
            refusal: None,
        };
        (wire, connection)
    }

    /// The connection that it belongs to.
    pub(crate) fn connection(&self) -> Rc<Connection> {
        Rc::clone(&self.connection)
    }

    fn stream(&mut self) -> Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| Error::from(ErrorKind::NotConnected))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.connection.take_back(self.stream.take());
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let before = buffer.filled().len();
        ready!(self.stream()?.poll_read(context, buffer))?;
        if let Some(new) = buffer.filled().get(before..).filter(|new| !new.is_empty()) {
            self.connection.received(new);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let this = &mut *self;
        if let (None, Some(new)) = (this.refusal, bytes.get(this.ahead..)) {
            let connection = &this.connection;
            let found = this.outgoing.walk(new, || connection.next_answer());
            this.refusal = found.map(|(at, status)| (this.ahead + at, status));
            this.ahead = bytes.len();
        }
        let passing = match this.refusal {
            // The connection is looked at as soon as this returns; nothing has to wake it.
            Some((0, status)) => {
                this.connection.refuse(status);
                return Poll::Pending;
            }
            Some((before, _)) => bytes.get(..before).unwrap_or(bytes),
            None => bytes,
        };
        let written = ready!(this.stream()?.poll_write(context, passing))?;
        this.ahead = this.ahead.saturating_sub(written);
        if let Some((before, _)) = &mut this.refusal {
            *before = before.saturating_sub(written);
        }
        this.connection.sent(this.ahead == 0 && this.outgoing.is_between_answers());
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        self.stream()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        if self.connection.is_cut_off() {
            // There is something to be said yet.
            return Poll::Ready(Ok(()));
        }
        self.stream()?.poll_shutdown(context)
    }
}
