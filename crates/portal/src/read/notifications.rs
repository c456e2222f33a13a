//! What somebody was told: the inbox. No read model, since that a reminder went out follows from no event; a table of its own keeps each step of
//! each deadline once.

use crate::model_row;
use crate::read::page::SortValue;
use chrono::NaiveDate;
use kernel::Timestamp;

model_row! {
    /// One notification of one person.
    NotificationRow in "notifications" {
        /// Its id.
        notification_id: String,
        /// Whom it is for.
        person_id: String,
        /// The company's account.
        account_id: String,
        /// The membership.
        membership_id: String,
        /// The deadline.
        obligation_id: String,
        /// Its kind.
        kind: String,
        /// The last day that it had.
        due_on: NaiveDate,
        /// Which reminder it is.
        step: String,
        /// Whether it goes to this person because the first contact has not seen to it.
        escalated: bool,
        /// When it was made.
        created_at: Timestamp,
        /// When it was read.
        read_at: Option<Timestamp>,
    }
}

impl SortValue for NotificationRow {
    fn date(&self, _: &str) -> Option<NaiveDate> {
        None
    }

    fn instant(&self, _: &str) -> Option<Timestamp> {
        None
    }
}
