//! From a token's subject to a caller: which person it is, and in which accounts it has which role.

use crate::access::{Caller, Denial, Granted, ListScope, Ownership, Permission, authorize, list_scope};
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::Committed;
use crate::portal::Portal;
use crate::read::page::{Filter, Scope};
use crate::sign_ins::GrantRow;
use cqrs_es::Aggregate;
use kernel::{AccountId, Actor, PersonId, Role};
use ledger::At;
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

impl Portal {
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
        if caller.is_company_person() {
            let rows = self.grants_of(&caller.issuer, &caller.subject).await?;
            let granted = |row: GrantRow| {
                Some(Granted {
                    account_id: row.account_id.parse().ok()?,
                    role: Role::parse(&row.role)?,
                    person_id: row.person_id.parse().ok()?,
                })
            };
            caller.grants = rows.into_iter().filter_map(granted).collect();
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
                Permission::ProfileRead | Permission::ObligationRead | Permission::ObligationPlan
            ),
        })])
    }

    /// An aggregate as it was at a moment; not found where it did not exist then.
    pub(crate) async fn existing_at<A: Aggregate + Clone + 'static>(
        &self,
        id: impl ToString,
        at: At,
    ) -> Result<Committed<A>, PortalError> {
        let id = id.to_string();
        let loaded = self.ledger.load_at::<A>(&id, at).await?;
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
