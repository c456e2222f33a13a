//! What can be done with the calendar of an account.

use crate::access::{Ownership, Permission};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::portal::Portal;
use crate::read::calendars::CalendarRow;
use crate::read::obligations::ObligationRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use crate::read::rows::ModelRow as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::time::days_before;
use kernel::{AccountId, CalendarId};
use ledger::{At, RecordedEvent, fetch_all, fetch_optional};
use membership::account::Account;
use obligations::{Calendar, CalendarCommand, OpenCalendar, decide_calendar};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// How long what has ended stays in a calendar.
const ENDED_DAYS: u32 = 400;
/// The most deadlines that a calendar shows, the newest first.
const MOST: i64 = 2000;

/// Which calendars a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarFilter {
    /// Statuses.
    pub status: Vec<String>,
    /// Accounts.
    pub account_id: Vec<String>,
}

/// What a calendar shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFeed {
    /// The account.
    pub account_id: AccountId,
    /// Its deadlines, by their last days.
    pub obligations: Vec<ObligationRow>,
}

fn digest(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

impl Portal {
    /// Whose a calendar is.
    pub fn calendar_ownership(calendar: &Calendar) -> Ownership {
        Ownership {
            account_id: calendar.opened.as_ref().map(|opened| opened.account_id),
            ..Ownership::default()
        }
    }

    /// Opens a calendar; gives the secret of its address, which nobody can read again.
    pub async fn open_calendar(
        &self,
        call: &Call,
        account_id: AccountId,
    ) -> Result<(Committed<Calendar>, String), PortalError> {
        self.attempt(call, || async {
            self.existing::<Account>(account_id).await?;
            let ownership = Ownership { account_id: Some(account_id), ..Ownership::default() };
            let actor = self.allow(&call.caller, Permission::CalendarManage, &ownership)?;
            let context = self.context(actor);
            let calendar_id = CalendarId::new(Uuid::now_v7());
            let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
            let open = fetch_all!(
                self.ledger.db(),
                (i64,),
                "SELECT count(*) FROM calendars WHERE account_id = $1 AND status = 'open'",
                account_id.to_string()
            )?;
            let command = OpenCalendar {
                calendar_id,
                account_id,
                token_sha256: digest(&token),
                open_calendars: open
                    .first()
                    .and_then(|(open,)| u32::try_from(*open).ok())
                    .unwrap_or_default(),
            };
            let fresh = Self::fresh::<Calendar>();
            let events = decide_calendar(&fresh.state, CalendarCommand::Open(command), &context)
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            let part = Part::new(calendar_id, fresh, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("calendar", calendar_id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok((part.committed(), token))
        })
        .await
    }

    /// Closes a calendar: its address leads nowhere from now on.
    pub async fn close_calendar(
        &self,
        call: &Call,
        id: CalendarId,
    ) -> Result<Committed<Calendar>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Calendar>(id).await?;
            let ownership = Self::calendar_ownership(&loaded.state);
            let actor = self.allow(&call.caller, Permission::CalendarManage, &ownership)?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let events = decide_calendar(&loaded.state, CalendarCommand::Close, &context)
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            let part = Part::new(id, loaded, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("calendar", id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// A calendar, as it is or as it was.
    pub async fn calendar(
        &self,
        call: &Call,
        id: CalendarId,
        at: Option<At>,
    ) -> Result<Committed<Calendar>, PortalError> {
        let loaded = self.existing::<Calendar>(id).await?;
        self.allow(&call.caller, Permission::CalendarRead, &Self::calendar_ownership(&loaded.state))?;
        match at {
            None => Ok(Committed::of(id, loaded)),
            Some(at) => self.existing_at(id, at).await,
        }
    }

    /// The calendars that the caller may see.
    pub async fn calendars(
        &self,
        call: &Call,
        filter: &CalendarFilter,
        request: &PageRequest,
    ) -> Result<Page<CalendarRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::CalendarRead)?;
        for (column, values) in [("status", &filter.status), ("account_id", &filter.account_id)] {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// The history of a calendar.
    pub async fn calendar_history(
        &self,
        call: &Call,
        id: CalendarId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.calendar(call, id, None).await?;
        self.stream_history("calendar", &id.to_string(), after, limit).await
    }

    /// What the calendar shows whose address has this secret. Not found where none is open: a secret that was never given out is answered like
    /// one whose calendar was closed.
    pub async fn calendar_feed(&self, token: &str) -> Result<CalendarFeed, PortalError> {
        let found = fetch_optional!(
            self.ledger.db(),
            (String,),
            "SELECT account_id FROM calendars WHERE token_sha256 = $1 AND status = 'open'",
            digest(token)
        )?;
        let (account,) = found.ok_or(PortalError::NotFound)?;
        let account_id = account.parse().map_err(|_| PortalError::NotFound)?;
        let columns = ObligationRow::COLUMNS.join(", ");
        let sql = format!(
            "SELECT {columns} FROM obligations WHERE account_id = $1 AND (ended IS NULL OR due_on >= $2) \
             ORDER BY due_on DESC, obligation_id LIMIT $3"
        );
        let since = days_before(self.today(), ENDED_DAYS);
        let mut obligations = fetch_all!(self.ledger.db(), ObligationRow, &sql, account, since, MOST)?;
        obligations.reverse();
        Ok(CalendarFeed { account_id, obligations })
    }
}
