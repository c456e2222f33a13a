//! Staff and machines, who get their roles from their token: who it was that an event names.

use crate::access::Caller;
use crate::directory::derived_person;
use crate::error::PortalError;
use crate::people::Person;
use crate::portal::Portal;
use async_trait::async_trait;
use kernel::{PersonId, Role, Timestamp};
use ledger::{Attachment, Ledger, LedgerError, ProjectionError, Tx, execute, fetch_all, fetch_optional};

/// Somebody who acted with a role from a token. Name, roles and office are those of the token with which they last changed something.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StaffMember {
    /// Who: derived from issuer and subject.
    pub person_id: String,
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `name`.
    pub name: Option<String>,
    /// `roles`, separated by spaces.
    pub roles: String,
    /// `office`.
    pub office: Option<String>,
}

impl StaffMember {
    /// The roles.
    pub fn roles(&self) -> Vec<Role> {
        self.roles.split(' ').filter_map(Role::parse).collect()
    }

    /// Whether the id is the one that issuer and subject lead to.
    pub(crate) fn proves_itself(&self) -> bool {
        derived_person(&self.issuer, &self.subject).to_string() == self.person_id
    }
}

/// Who it is that an event names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhoIs {
    /// A contact of an account.
    Contact(Person),
    /// Staff, an auditor or a machine.
    Staff(StaffMember),
    /// The portal itself.
    Portal,
}

/// Stores who acts, in the transaction of what they do.
pub(crate) struct StoreStaff {
    member: StaffMember,
    recorded_at: Timestamp,
}

impl StoreStaff {
    /// The caller as staff; `None` for the people of companies and the portal itself.
    pub(crate) fn of(caller: &Caller, recorded_at: Timestamp) -> Option<Self> {
        if caller.is_company_person() || caller.roles.contains(&Role::System) {
            return None;
        }
        let roles: Vec<&str> = caller.roles.iter().map(|role| role.as_str()).collect();
        let member = StaffMember {
            person_id: caller.person_id.to_string(),
            issuer: caller.issuer.clone(),
            subject: caller.subject.clone(),
            name: caller.display_name.clone(),
            roles: roles.join(" "),
            office: caller.office.clone(),
        };
        Some(Self { member, recorded_at })
    }
}

#[async_trait]
impl Attachment for StoreStaff {
    async fn write(&self, tx: &mut Tx<'_>) -> Result<(), ProjectionError> {
        let member = &self.member;
        execute!(
            tx,
            "INSERT INTO staff (person_id, issuer, subject, name, roles, office, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, roles = excluded.roles, office = excluded.office, \
             recorded_at = excluded.recorded_at",
            &member.person_id,
            &member.issuer,
            &member.subject,
            member.name.as_deref(),
            &member.roles,
            member.office.as_deref(),
            self.recorded_at
        )?;
        Ok(())
    }
}

impl Portal {
    /// Who it is that an event names. Not found where nobody is known by this id any more.
    pub(crate) async fn who_is(&self, person: PersonId) -> Result<WhoIs, PortalError> {
        if person == PersonId::SYSTEM {
            return Ok(WhoIs::Portal);
        }
        if let Some(contact) = self.contact_details(person).await? {
            return Ok(WhoIs::Contact(contact));
        }
        let member = fetch_optional!(
            self.ledger.db(),
            StaffMember,
            "SELECT person_id, issuer, subject, name, roles, office FROM staff WHERE person_id = $1",
            person.to_string()
        )?;
        member.map(WhoIs::Staff).ok_or(PortalError::NotFound)
    }
}

/// Everybody in the table of staff whose id is not the one that issuer and subject lead to.
pub(crate) async fn strange_staff(ledger: &Ledger) -> Result<Vec<StaffMember>, LedgerError> {
    let rows = fetch_all!(
        ledger.db(),
        StaffMember,
        "SELECT person_id, issuer, subject, name, roles, office FROM staff ORDER BY person_id"
    )?;
    Ok(rows.into_iter().filter(|member| !member.proves_itself()).collect())
}
