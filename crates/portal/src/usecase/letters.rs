//! Letters: what goes out by e-mail.
//!
//! A letter is a row that is inserted with its notification. Whoever sends it claims the row first, for a quarter of an hour, and settles it
//! after the mail server has taken it. So nothing is lost when the mail server is away, slow or refuses, and of several processes one sends. What no
//! mail protocol can rule out: a process that ends between the mail server's word and its own note sends the letter again after the claim. It then has
//! the same Message-ID, by which mail programs know it.

use crate::error::PortalError;
use crate::portal::Portal;
use crate::read::obligations::ObligationRow;
use async_trait::async_trait;
use chrono::{Duration, NaiveDate};
use futures::FutureExt as _;
use kernel::text::on_one_line;
use kernel::{NotificationId, PersonId, Policy};
use ledger::{execute, fetch_all};
use obligations::{Clock, clock};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// How long a letter that is being sent is left to its sender. Longer than any mail server is waited for.
const CLAIM: Duration = Duration::minutes(15);
/// How many letters are taken at a time.
const BATCH: i64 = 100;
/// The longest pause between two attempts.
const LONGEST_PAUSE_MINUTES: i64 = 360;

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What is before the `@` of its Message-ID: the same whenever it is sent.
    pub id: String,
    /// Whom it is to, as a name.
    pub name: String,
    /// The e-mail address.
    pub address: String,
    /// The subject.
    pub subject: String,
    /// The words, as plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a letter was not taken. The sentences hold no personal data: they are logged.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The mail server asks to come again with this letter: it is tried again, and others are tried meanwhile.
    #[error("not now: {0}")]
    Later(String),
    /// The mail server is away or slow: this letter is tried again, and no other is tried for now.
    #[error("away: {0}")]
    Away(String),
    /// The mail server refuses this letter for good.
    #[error("refused: {0}")]
    Never(String),
}

/// Takes letters to where they go out.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one.
    ///
    /// # Errors
    /// It was not taken.
    async fn send(&self, letter: &Letter) -> Result<(), MailError>;
}

#[derive(Debug, sqlx::FromRow)]
struct Waiting {
    notification_id: String,
    attempts: i64,
    person_id: String,
    obligation_id: String,
    escalated: bool,
}

/// What became of an attempt.
enum Outcome {
    Sent,
    /// What it asks for is no longer due.
    Pointless,
    /// Nobody is known by this id any more, or has no address.
    NoAddress,
    Refused,
    Later,
    /// As later, and the others need not all find out.
    Away,
}

impl Portal {
    /// Sends what waits; gives how many letters were taken. One that is not taken does not hold up the others, unless the mail server is away.
    ///
    /// # Errors
    /// The database failed. A mail server that does not take a letter is no error: the letter stays.
    pub async fn send_letters(&self, mailer: &Arc<dyn Mailer>) -> Result<usize, PortalError> {
        let mut sent = 0;
        loop {
            let waiting = fetch_all!(
                self.ledger.db(),
                Waiting,
                "SELECT l.notification_id, l.attempts, n.person_id, n.obligation_id, n.escalated FROM letters l \
                 JOIN notifications n ON n.notification_id = l.notification_id \
                 WHERE l.state = 'waiting' AND l.next_attempt_at <= $1 ORDER BY l.next_attempt_at, l.notification_id LIMIT $2",
                self.now(),
                BATCH
            )?;
            let mut claimed = 0;
            for letter in waiting {
                if !self.claim(&letter).await? {
                    continue;
                }
                claimed += 1;
                let outcome = self.try_to_send(&letter, mailer).await?;
                sent += usize::from(matches!(outcome, Outcome::Sent));
                self.settle(&letter, &outcome).await?;
                if matches!(outcome, Outcome::Away) {
                    return Ok(sent);
                }
            }
            // A letter that was claimed waits for later or is settled, so this ends.
            if claimed == 0 {
                return Ok(sent);
            }
        }
    }

    async fn claim(&self, letter: &Waiting) -> Result<bool, PortalError> {
        let mut tx = self.ledger.db().begin().await?;
        let claimed = execute!(
            &mut tx,
            "UPDATE letters SET attempts = attempts + 1, next_attempt_at = $1 \
             WHERE notification_id = $2 AND state = 'waiting' AND attempts = $3",
            self.now() + CLAIM,
            &letter.notification_id,
            letter.attempts
        )?;
        tx.commit().await?;
        Ok(claimed == 1)
    }

    async fn try_to_send(&self, letter: &Waiting, mailer: &Arc<dyn Mailer>) -> Result<Outcome, PortalError> {
        let (Ok(person), Ok(obligation)) =
            (letter.person_id.parse::<PersonId>(), letter.obligation_id.parse())
        else {
            return Ok(Outcome::NoAddress);
        };
        let row = match self.obligation_row(obligation).await {
            Ok(row) if row.ended.is_none() => row,
            Ok(_) | Err(PortalError::NotFound) => return Ok(Outcome::Pointless),
            Err(error) => return Err(error),
        };
        let Some(details) = self.contact_details(person).await? else { return Ok(Outcome::NoAddress) };
        let Some(address) = details.email else { return Ok(Outcome::NoAddress) };
        let name = on_one_line(&format!("{} {}", details.given_name, details.family_name));
        let values = self.policies.in_force(row.started_on).values.clone();
        let Some(written) = write(letter, &row, name, address, &values, self.today()) else {
            return Ok(Outcome::Pointless);
        };
        // Whatever is wrong with one letter stays with that letter.
        let result = AssertUnwindSafe(mailer.send(&written)).catch_unwind().await;
        let result = result.unwrap_or_else(|_| Err(MailError::Never("it cannot be put together".to_owned())));
        Ok(match result {
            Ok(()) => Outcome::Sent,
            Err(MailError::Never(why)) => {
                metrics::counter!("portal_letters_refused_total").increment(1);
                tracing::warn!(letter = written.id, why, "a letter was refused for good");
                Outcome::Refused
            }
            Err(MailError::Later(why)) => {
                tracing::warn!(letter = written.id, why, "a letter was not taken and will be tried again");
                Outcome::Later
            }
            Err(MailError::Away(why)) => {
                tracing::warn!(why, "the mail server is away; letters wait until it is back");
                Outcome::Away
            }
        })
    }

    async fn settle(&self, letter: &Waiting, outcome: &Outcome) -> Result<(), PortalError> {
        let state = match outcome {
            Outcome::Sent => "sent",
            Outcome::Pointless => "pointless",
            Outcome::NoAddress => "no_address",
            Outcome::Refused => "refused",
            Outcome::Later | Outcome::Away => "waiting",
        };
        let exponent = u32::try_from(letter.attempts.clamp(0, 12)).unwrap_or_default();
        let pause = 2_i64.saturating_pow(exponent).min(LONGEST_PAUSE_MINUTES);
        let now = self.now();
        let settled = (state != "waiting").then_some(now);
        let mut tx = self.ledger.db().begin().await?;
        execute!(
            &mut tx,
            "UPDATE letters SET state = $1, settled_at = $2, next_attempt_at = $3 WHERE notification_id = $4 AND attempts = $5",
            state,
            settled,
            now + Duration::minutes(pause),
            &letter.notification_id,
            letter.attempts + 1
        )?;
        tx.commit().await?;
        Ok(())
    }
}

/// How long there is, in a sentence.
pub fn how_long(due_on: NaiveDate, on: NaiveDate) -> String {
    match due_on.signed_duration_since(on).num_days() {
        days @ 2.. => format!("Due in {days} days, on {due_on}."),
        1 => format!("Due tomorrow, {due_on}."),
        0 => format!("Due today, {due_on}, until midnight in New York."),
        -1 => format!("Overdue since yesterday: it was due on {due_on}."),
        days => format!("Overdue for {} days: it was due on {due_on}.", -days),
    }
}

fn write(
    letter: &Waiting,
    row: &ObligationRow,
    name: String,
    address: String,
    values: &Policy,
    today: NaiveDate,
) -> Option<Letter> {
    let obligation = row.obligation()?;
    let clock = clock(obligation.kind)?;
    let sentence = how_long(obligation.due_on, today);
    let id = letter.notification_id.parse::<NotificationId>().ok()?.to_string();
    let subject = format!("{}: {}", clock.title, sentence.trim_end_matches('.'));
    let paragraphs = paragraphs(clock, row, &name, &sentence, letter.escalated, values);
    let text = format!("{}\n", paragraphs.join("\n\n"));
    let html = page(clock.title, &paragraphs);
    Some(Letter { id, name, address, subject, text, html })
}

fn paragraphs(
    clock: &Clock,
    row: &ObligationRow,
    name: &str,
    sentence: &str,
    escalated: bool,
    values: &Policy,
) -> Vec<String> {
    let mut paragraphs =
        vec![format!("Dear {name},"), format!("{}. {sentence}", clock.title), clock.ask.to_owned()];
    if escalated {
        let why = "You are told as the second point of contact of your company, since this has not been seen to yet.";
        paragraphs.push(why.to_owned());
    }
    if let Some(opens_on) = row.opens_on {
        paragraphs.push(format!("It can be met from {opens_on} on."));
    }
    let (_, basis) = clock.basis(values);
    paragraphs.push(format!("Basis: {basis}"));
    paragraphs.push(format!("Membership {}, deadline {}.", row.membership_id, row.obligation_id));
    paragraphs.push("The CTPAT member portal wrote this by itself; answers to it are not read.".to_owned());
    paragraphs
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(title: &str, paragraphs: &[String]) -> String {
    let body: String = paragraphs.iter().map(|words| format!("<p>{}</p>\n", escape(words))).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 40em\">\n{body}</body></html>\n",
        escape(title)
    )
}
