//! Where letters go out: an SMTP server, a folder, or the log.

use crate::settings::{MailEncryption, MailSettings};
use async_trait::async_trait;
use kernel::text::on_one_line;
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use portal::{Letter, MailError, Mailer};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Where letters go out, as the configuration says.
///
/// # Errors
/// A sentence that says which setting cannot be used.
pub(crate) fn mailer(settings: &MailSettings) -> Result<Arc<dyn Mailer>, String> {
    if !settings.smtp_host.is_empty() {
        return Ok(Arc::new(Smtp::new(settings)?));
    }
    if !settings.folder.as_os_str().is_empty() {
        let folder = settings.folder.clone();
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("[mail] folder {} cannot be made: {error}", folder.display()))?;
        return Ok(Arc::new(Folder { folder, from: sender(settings)?, domain: settings.domain() }));
    }
    Ok(Arc::new(Log))
}

fn sender(settings: &MailSettings) -> Result<Mailbox, String> {
    settings.from.parse().map_err(|error| format!("[mail] from = {:?}: {error}", settings.from))
}

/// The letter as a message of plain text and HTML.
fn message(letter: &Letter, from: &Mailbox, domain: &str) -> Result<Message, MailError> {
    let refused = |what: &str| MailError::Never(what.to_owned());
    let address: Address =
        letter.address.parse().map_err(|_| refused("the address is none that mail can go to"))?;
    Message::builder()
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .from(from.clone())
        // A break in a name would begin another line of the head.
        .to(Mailbox::new(Some(on_one_line(&letter.name)), address))
        .subject(on_one_line(&letter.subject))
        .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))
        .map_err(|_| refused("the letter cannot be put together"))
}

struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    patience: Duration,
    from: Mailbox,
    domain: String,
}

impl Smtp {
    fn new(settings: &MailSettings) -> Result<Self, String> {
        let host = &settings.smtp_host;
        let told = |error: lettre::transport::smtp::Error| format!("[mail] smtp_host = {host:?}: {error}");
        let mut builder = match settings.encryption {
            MailEncryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host).map_err(told)?,
            MailEncryption::Starttls => {
                AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host).map_err(told)?
            }
            MailEncryption::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host),
        };
        if settings.smtp_port != 0 {
            builder = builder.port(settings.smtp_port);
        }
        if !settings.username.is_empty() {
            builder =
                builder.credentials(Credentials::new(settings.username.clone(), settings.password.clone()));
        }
        let patience = Duration::from_secs(settings.timeout_seconds);
        let transport = builder.timeout(Some(patience)).build();
        Ok(Self { transport, patience, from: sender(settings)?, domain: settings.domain() })
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = message(letter, &self.from, &self.domain)?;
        // The transport itself waits for a connection within the time, and for what the server says without end.
        let sent = tokio::time::timeout(self.patience, self.transport.send(message)).await;
        let Ok(sent) = sent else {
            return Err(MailError::Away("the mail server did not answer in time".to_owned()));
        };
        match sent {
            Ok(_) => Ok(()),
            // The server's words may hold the address: only its code is told.
            Err(error) if error.is_permanent() => {
                Err(MailError::Never(error.status().map_or_else(String::new, |code| code.to_string())))
            }
            Err(error) => Err(match error.status() {
                // 421 is about the server, every other code about this letter.
                Some(code) if code.to_string() != "421" => MailError::Later(code.to_string()),
                Some(code) => MailError::Away(code.to_string()),
                None if error.is_timeout() => {
                    MailError::Away("the mail server did not answer in time".to_owned())
                }
                None => MailError::Away("the mail server cannot be reached".to_owned()),
            }),
        }
    }
}

/// Letters as files of their own, each named by its id: sent twice, it is still one.
struct Folder {
    folder: PathBuf,
    from: Mailbox,
    domain: String,
}

#[async_trait]
impl Mailer for Folder {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let bytes = message(letter, &self.from, &self.domain)?.formatted();
        let (name, part) = (format!("{}.eml", letter.id), format!("{}.part", letter.id));
        let written = async {
            tokio::fs::write(self.folder.join(&part), bytes).await?;
            tokio::fs::rename(self.folder.join(&part), self.folder.join(&name)).await
        };
        written.await.map_err(|error| MailError::Away(error.kind().to_string()))
    }
}

/// Nothing is configured: that a letter would have gone out is logged, without whom it is to.
struct Log;

#[async_trait]
impl Mailer for Log {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        tracing::info!(letter = letter.id, "no mail is configured; a letter would have gone out");
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
mod tests {
    use super::*;
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    use tokio::net::TcpListener;

    fn letter() -> Letter {
        Letter {
            id: "ntf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6".to_owned(),
            name: "Zdenka Quillfeather".to_owned(),
            address: "zdenka@quillfeather.example".to_owned(),
            subject: "Security profile: Due in 14 days, on 2026-04-01".to_owned(),
            text: "Dear Zdenka,\n\nDue in 14 days.\n".to_owned(),
            html: "<p>Dear Zdenka,</p>\n<p>Due in 14 days.</p>\n".to_owned(),
        }
    }

    fn settings(port: u16) -> MailSettings {
        MailSettings {
            smtp_host: "127.0.0.1".to_owned(),
            smtp_port: port,
            encryption: MailEncryption::None,
            from: "CTPAT member portal <no-reply@portal.example>".to_owned(),
            timeout_seconds: 1,
            ..MailSettings::default()
        }
    }

    /// A mail server for one letter, which answers to the words of the letter with `verdict`; with none it says nothing at all.
    async fn server(verdict: Option<&'static str>) -> (u16, tokio::task::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let Some(verdict) = verdict else {
                let _ = lines.next_line().await;
                return String::new();
            };
            write.write_all(b"220 mail.example\r\n").await.unwrap();
            let (mut taken, mut words) = (String::new(), false);
            while let Ok(Some(line)) = lines.next_line().await {
                let answer = match line.split(' ').next().unwrap_or_default() {
                    "." if words => {
                        words = false;
                        verdict
                    }
                    _ if words => {
                        taken.push_str(&line);
                        taken.push('\n');
                        continue;
                    }
                    "EHLO" => "250 mail.example",
                    "DATA" => {
                        words = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err()
                    || answer.starts_with("221")
                {
                    break;
                }
            }
            taken
        });
        (port, task)
    }

    async fn send_to(port: u16) -> Result<(), MailError> {
        mailer(&settings(port)).unwrap().send(&letter()).await
    }

    #[tokio::test]
    async fn a_letter_goes_out_in_plain_text_and_html_under_its_own_id() {
        let (port, task) = server(Some("250 taken")).await;
        // The connection is given back and closed with the mailer.
        send_to(port).await.unwrap();
        let taken = tokio::time::timeout(Duration::from_secs(20), task).await.unwrap().unwrap();
        for words in [
            "Message-ID: <ntf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6@portal.example>",
            "zdenka@quillfeather.example",
            "no-reply@portal.example",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
            "Due in 14 days.",
        ] {
            assert!(taken.contains(words), "{words} is not in {taken}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_busy_silent_or_away_is_tried_again_and_one_that_refuses_is_not() {
        let (busy, _busy) = server(Some("451 come again")).await;
        assert!(matches!(send_to(busy).await, Err(MailError::Later(why)) if why == "451"));
        let (silent, _silent) = server(None).await;
        assert!(matches!(send_to(silent).await, Err(MailError::Away(_))));
        let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        assert!(matches!(send_to(away).await, Err(MailError::Away(_))));
        let (closing, _closing) = server(Some("421 closing down")).await;
        assert!(matches!(send_to(closing).await, Err(MailError::Away(why)) if why == "421"));
        let (refuses, _refuses) = server(Some("550 zdenka@quillfeather.example is unknown")).await;
        let refused = send_to(refuses).await;
        assert!(matches!(&refused, Err(MailError::Never(why)) if why == "550"), "{refused:?}");
    }

    #[tokio::test]
    async fn a_name_with_line_breaks_adds_no_line_to_the_head() {
        let (port, task) = server(Some("250 taken")).await;
        let name = "Zdenka\r\nBcc: somebody@elsewhere.example\r\n Quillfeather".to_owned();
        let settings = settings(port);
        mailer(&settings).unwrap().send(&Letter { name, ..letter() }).await.unwrap();
        let taken = tokio::time::timeout(Duration::from_secs(20), task).await.unwrap().unwrap();
        let head = taken.split("\n\n").next().unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.contains("zdenka@quillfeather.example"), "{head}");
    }

    #[tokio::test]
    async fn in_a_folder_a_letter_is_one_file_however_often_it_is_sent() {
        let folder = tempfile::tempdir().unwrap();
        let settings = MailSettings { folder: folder.path().join("letters"), ..MailSettings::default() };
        let mailer = mailer(&settings).unwrap();
        mailer.send(&letter()).await.unwrap();
        mailer.send(&letter()).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("letters")).unwrap().collect();
        assert_eq!(files.len(), 1);
        let file = files[0].as_ref().unwrap();
        assert_eq!(file.file_name().to_str(), Some("ntf_0193a5c0de7a7c3eb8f6a1b2c3d4e5f6.eml"));
        assert!(
            std::fs::read_to_string(file.path()).unwrap().contains("Subject: Security profile: Due in 14")
        );
    }
}
