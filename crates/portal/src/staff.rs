//! Staff and machines, who get their roles from their token: who it was that an event names.

use crate::access::{Caller, Ownership};
use crate::call::Call;
use crate::directory::derived_person;
use crate::error::{CONFLICT_OF_INTEREST, PortalError};
use crate::people::Person;
use crate::portal::Portal;
use async_trait::async_trait;
use kernel::{AccountId, Actor, FieldError, PersonId, Refusal, Role, Timestamp};
use ledger::{Append, Attachment, ProjectionError, Tx, execute, fetch_optional};
use std::sync::Arc;

/// Somebody who acted with a role from a token. Name, roles and office are those of the token with which they last changed something
/// or asked who they are.
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

    fn proves_itself(&self) -> bool {
        proves_itself(&self.person_id, &self.issuer, &self.subject)
    }
}

/// Whether an id is the one that issuer and subject lead to.
pub(crate) fn proves_itself(person_id: &str, issuer: &str, subject: &str) -> bool {
    derived_person(issuer, subject).to_string() == person_id
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
             recorded_at = CASE WHEN excluded.recorded_at > staff.recorded_at THEN excluded.recorded_at ELSE staff.recorded_at END",
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
    /// Remembers staff, an auditor or a machine that asks who it is: from then on it is known, and a specialist can be assigned. Nothing
    /// is written where nothing is new.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get_to_know(&self, call: &Call) -> Result<(), PortalError> {
        let now = self.now();
        let Some(staff) = StoreStaff::of(&call.caller, now) else { return Ok(()) };
        if self.staff_member(call.caller.person_id).await?.as_ref() == Some(&staff.member) {
            return Ok(());
        }
        let append = Append {
            streams: Vec::new(),
            metadata: call.metadata(&Actor::system()),
            occurred_at: now,
            idempotency: None,
            attachments: vec![Arc::new(staff)],
        };
        self.ledger.append(append).await?;
        Ok(())
    }

    /// Staff, an auditor or a machine by its id, if it is known.
    async fn staff_member(&self, person: PersonId) -> Result<Option<StaffMember>, PortalError> {
        Ok(fetch_optional!(
            self.ledger.db(),
            StaffMember,
            "SELECT person_id, issuer, subject, name, roles, office FROM staff WHERE person_id = $1",
            person.to_string()
        )?)
    }

    /// Whether somebody can be assigned to a membership of an account: a specialist who is known, and nobody of the company itself.
    pub(crate) async fn can_be_assigned(
        &self,
        person: PersonId,
        account: AccountId,
        owner: &Ownership,
    ) -> Result<(), PortalError> {
        let refused = |code: &str, detail: &str| {
            let error = FieldError::new("/specialist_id", code, detail);
            Err(Refusal::invalid(code, detail, vec![error]).into())
        };
        let Some(member) = self.staff_member(person).await?.filter(StaffMember::proves_itself) else {
            return refused(
                "not_staff",
                "Nobody of CBP is known by this id. A specialist is known once they have signed in and read /v1/me, which also tells \
                 them their id.",
            );
        };
        if !member.roles().contains(&Role::Specialist) {
            return refused(
                "not_specialist",
                "Whoever has this id is known, but did not last sign in as a specialist; name somebody who has that role.",
            );
        }
        let account = account.to_string();
        let serves = self.grants_of(&member.issuer, &member.subject).await?;
        let overridden = owner.conflict_overridden.contains(&person);
        if !overridden && serves.iter().any(|granted| granted.account_id == account) {
            return refused(
                CONFLICT_OF_INTEREST,
                "This specialist has a role in the company's own account; name somebody who has nothing to do with the company.",
            );
        }
        Ok(())
    }

    /// Who it is that an event names. Not found where nobody is known by this id any more.
    pub(crate) async fn who_is(&self, person: PersonId) -> Result<WhoIs, PortalError> {
        if person == PersonId::SYSTEM {
            return Ok(WhoIs::Portal);
        }
        if let Some(contact) = self.contact_details(person).await? {
            return Ok(WhoIs::Contact(contact));
        }
        self.staff_member(person).await?.map(WhoIs::Staff).ok_or(PortalError::NotFound)
    }
}
