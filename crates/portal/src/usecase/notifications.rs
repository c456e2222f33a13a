//! The inbox: what a caller was told, as whomever they act.

use crate::call::Call;
use crate::error::PortalError;
use crate::portal::Portal;
use crate::read::notifications::NotificationRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use kernel::NotificationId;
use ledger::{Statement, Value};

/// Which notifications a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationFilter {
    /// Accounts.
    pub account_id: Vec<String>,
    /// Only those that are not read yet.
    pub unread: bool,
}

/// Every person that the caller is: in each account another.
fn persons(call: &Call) -> Vec<String> {
    let granted = call.caller.grants.iter().map(|granted| granted.person_id);
    std::iter::once(call.caller.person_id).chain(granted).map(|person| person.to_string()).collect()
}

impl Portal {
    /// What the caller was told, the newest first.
    pub async fn notifications(
        &self,
        call: &Call,
        filter: &NotificationFilter,
        request: &PageRequest,
    ) -> Result<Page<NotificationRow>, PortalError> {
        let mut filters = vec![Filter::In("person_id", persons(call))];
        if !filter.account_id.is_empty() {
            filters.push(Filter::In("account_id", filter.account_id.clone()));
        }
        if filter.unread {
            filters.push(Filter::IsNull("read_at"));
        }
        page(self.ledger.db(), filters, Sort::Key { descending: true }, request).await
    }

    /// Marks notifications of the caller as read; gives how many were not. What is not the caller's is passed over.
    pub async fn mark_notifications_read(
        &self,
        call: &Call,
        ids: &[NotificationId],
    ) -> Result<u64, PortalError> {
        if ids.is_empty() {
            return Ok(0);
        }
        let mut statement = Statement::new("UPDATE notifications SET read_at = ");
        statement.bind(self.now()).push(" WHERE read_at IS NULL AND person_id IN ");
        statement.bind_tuple(persons(call).into_iter().map(Value::from));
        statement.push(" AND notification_id IN ");
        statement.bind_tuple(ids.iter().map(|id| Value::from(id.to_string())));
        let mut tx = self.ledger.db().begin().await?;
        let marked = statement.execute(&mut tx).await?;
        tx.commit().await?;
        Ok(marked)
    }
}
