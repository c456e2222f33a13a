//! From a token's subject to a caller: which person it is, and in which accounts it has which role.

use crate::access::{
    Caller, Denial, Granted, ListScope, Ownership, Permission, Reach, authorize, list_scope,
};
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::Committed;
use crate::portal::Portal;
use crate::read::page::{Filter, Scope};
use crate::sign_ins::GrantRow;
use cqrs_es::Aggregate;
use kernel::{AccountId, Actor, MembershipId, PersonId, ProfileId, Role};
use ledger::{At, Dated};
use membership::account::Account;
use membership::membership::Membership;
use profile::Profile;
use uuid::Uuid;

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `name`.
    pub display_name: Option<String>,
    /// `roles`, as far as they are roles of the programme.
    pub roles: Vec<Role>,
    /// `office`.
    pub office: Option<String>,
    /// `account_ids`, for integrators.
    pub account_ids: Vec<AccountId>,
}

/// The person that a subject is outside all accounts: always the same id for the same subject of the same issuer.
pub fn derived_person(issuer: &str, subject: &str) -> PersonId {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, issuer.as_bytes());
    PersonId::new(Uuid::new_v5(&namespace, subject.as_bytes()))
}

/// What the address of a request names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// An account.
    Account(AccountId),
    /// A membership.
    Membership(MembershipId),
    /// A security profile, or one of its answers.
    Profile(ProfileId),
    /// Nothing that belongs to anybody.
    NobodysOwn,
}

impl Portal {
    /// Asks whether the caller may do this to what the address of a request names, before anything else is said about it.
    ///
    /// # Errors
    /// Not found where the caller may not know that it exists, forbidden where it may not do this.
    pub async fn may(
        &self,
        caller: &Caller,
        permission: Permission,
        named: Named,
    ) -> Result<(), PortalError> {
        let owner = match named {
            Named::Account(id) => {
                self.existing::<Account>(id).await?;
                Self::account_owner(id)
            }
            Named::Membership(id) => {
                Self::membership_ownership(&self.existing::<Membership>(id).await?.state)
            }
            Named::Profile(id) => self.profile_ownership(&self.existing::<Profile>(id).await?.state).await?,
            // Whose it is to become stands in the body.
            Named::NobodysOwn if permission.row().iter().any(|(_, reach)| *reach == Reach::Own) => {
                return Ok(());
            }
            Named::NobodysOwn => return self.allow_unowned(caller, permission).map(|_| ()),
        };
        self.allow(caller, permission, &owner).map(|_| ())
    }

    /// Finds out who signs in. People of companies get their roles from the accounts' own grants, everybody else from the token.
    pub async fn caller(&self, sign_in: &SignIn) -> Result<Caller, PortalError> {
        let derived = derived_person(&sign_in.issuer, &sign_in.subject);
        let mut caller = Caller {
            person_id: derived,
            issuer: sign_in.issuer.clone(),
            subject: sign_in.subject.clone(),
            client_id: sign_in.client_id.clone(),
            display_name: sign_in.display_name.clone(),
            roles: sign_in.roles.clone(),
            office: sign_in.office.clone(),
            grants: Vec::new(),
            interests: Vec::new(),
            served: Vec::new(),
        };
        if caller.roles.contains(&Role::Integrator) {
            let granted = |account_id: &AccountId| Granted {
                account_id: *account_id,
                role: Role::Integrator,
                person_id: derived,
            };
            caller.grants.extend(sign_in.account_ids.iter().map(granted));
        }
        self.as_of_now(&caller).await
    }

    /// The same caller with what accounts grant now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn as_of_now(&self, caller: &Caller) -> Result<Caller, PortalError> {
        let mut caller = caller.clone();
        let acts_for_a_company = caller.is_company_person();
        if acts_for_a_company || caller.is_for_the_programme() {
            let rows = self.grants_of(&caller.issuer, &caller.subject).await?;
            if !acts_for_a_company {
                caller.served = rows.iter().filter_map(|row| row.account_id.parse().ok()).collect();
            }
            let granted = |row: GrantRow| {
                Some(Granted {
                    account_id: row.account_id.parse().ok()?,
                    role: Role::parse(row.role.as_deref()?)?,
                    person_id: row.person_id.parse().ok()?,
                })
            };
            let found = rows.into_iter().filter_map(granted).collect();
            if acts_for_a_company {
                caller.grants = found;
            } else {
                caller.interests = found;
            }
        }
        Ok(caller)
    }

    /// The actor as which the caller may do this to something of that owner.
    pub(crate) fn allow(
        &self,
        caller: &Caller,
        permission: Permission,
        owner: &Ownership,
    ) -> Result<Actor, PortalError> {
        authorize(caller, permission, owner).map_err(|denial| match denial {
            Denial::Hidden => PortalError::NotFound,
            Denial::Forbidden => PortalError::Forbidden,
            Denial::ConflictOfInterest => PortalError::ConflictOfInterest,
        })
    }

    /// The same for what belongs to nobody: there is nothing to hide.
    pub(crate) fn allow_unowned(
        &self,
        caller: &Caller,
        permission: Permission,
    ) -> Result<Actor, PortalError> {
        authorize(caller, permission, &Ownership::default()).map_err(|_| PortalError::Forbidden)
    }

    /// The conditions that cut a list to what the caller may see.
    pub(crate) fn scope_filters(
        &self,
        caller: &Caller,
        permission: Permission,
    ) -> Result<Vec<Filter>, PortalError> {
        let ListScope { all, accounts, specialist, office } = list_scope(caller, permission);
        if all {
            return Ok(Vec::new());
        }
        Ok(vec![Filter::Scope(Scope {
            accounts: accounts.iter().map(ToString::to_string).collect(),
            specialist: specialist.map(|specialist| specialist.to_string()),
            office,
            assigned_by_membership: matches!(
                permission,
                Permission::ProfileRead
                    | Permission::EnforcementRead
                    | Permission::EnforcementReview
                    | Permission::ObligationRead
                    | Permission::ObligationPlan
            ),
        })])
    }

    /// An aggregate as it was at a moment; not found where it did not exist then.
    pub(crate) async fn existing_at<A: Aggregate + Clone + 'static>(
        &self,
        id: impl ToString,
        at: At,
    ) -> Result<Committed<A>, PortalError> {
        let occurred = |events: &[Dated<A::Event>]| events.iter().map(|event| event.occurred_at).collect();
        self.existing_dated(id, at, occurred).await
    }

    /// The same, where what an event says may have been so since another time than its own.
    pub(crate) async fn existing_dated<A: Aggregate + Clone + 'static>(
        &self,
        id: impl ToString,
        at: At,
        holds_from: impl FnOnce(&[Dated<A::Event>]) -> Vec<kernel::Timestamp>,
    ) -> Result<Committed<A>, PortalError> {
        let id = id.to_string();
        let loaded = self.ledger.load_dated::<A>(&id, at, holds_from).await?;
        match (loaded.version, at) {
            (0, _) => Err(PortalError::NotFound),
            (version, At::Version(wanted)) if version != wanted => Err(PortalError::NotFound),
            _ => Ok(Committed::of(id, loaded)),
        }
    }
}

impl Call {
    /// A call of the portal itself.
    pub(crate) fn of_the_system(request_id: &str) -> Self {
        Self {
            caller: Caller::system(),
            request_id: request_id.to_owned(),
            correlation_id: request_id.to_owned(),
            traceparent: None,
            expected_version: None,
            idempotency: None,
            network_address: None,
        }
    }
}
