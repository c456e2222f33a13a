//! What can be done with an account.

use crate::access::{Caller, Ownership, Permission};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{AnyPart, Committed, Decision, Part};
use crate::origins::StoreAgreementOrigin;
use crate::people::{PersonDetails, StorePerson};
use crate::portal::Portal;
use crate::read::accounts::AccountRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use crate::sign_ins::SignInOfContact;
use chrono::NaiveDate;
use kernel::identifiers::{Maker, expected_mid};
use kernel::{AccountId, AddressId, Context, PersonId, Role, Text};
use ledger::{At, Attachment, Loaded, RecordedEvent, fetch_all};
use membership::account::command as ask;
use membership::account::event::UNSEEN_BY_COMPANIES;
use membership::account::values::{Address, Company, PointOfContact};
use membership::account::{Account, AccountCommand, decide};
use membership::agreement::agreement_in_force;
use membership::membership::{self as mbr, AccountFacts, Membership, facts::AcceptedAgreement};
use std::sync::Arc;
use uuid::Uuid;

/// Which accounts a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Countries of the primary address.
    pub country: Vec<String>,
    /// Statuses of a membership of the account.
    pub membership_status: Vec<String>,
    /// Types of a membership of the account.
    pub entity_type: Vec<String>,
    /// Offices that look after a membership of the account.
    pub office: Vec<String>,
    /// Specialists who look after a membership of the account.
    pub specialist_id: Vec<String>,
    /// Only those on one of whose memberships something is due on this day or before.
    pub due_on_or_before: Option<NaiveDate>,
}

/// What a company says when it registers.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// The company.
    pub company: Company,
    /// Its primary address.
    pub primary_address: Address,
    /// Who registers it.
    pub contact: PersonDetails,
    /// Whether that person declares to be an officer of the company.
    pub company_officer: bool,
}

impl Portal {
    pub(crate) fn account_owner(id: AccountId) -> Ownership {
        Ownership { account_id: Some(id), ..Ownership::default() }
    }

    /// Registers a company; whoever registers it becomes its first officer.
    pub async fn register_account(
        &self,
        call: &Call,
        registration: Registration,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt(call, || async {
            if !call.caller.is_company_person() {
                return Err(PortalError::Forbidden);
            }
            self.has_room_for_another_account(call).await?;
            let account_id = AccountId::new(Uuid::now_v7());
            let person_id = PersonId::new(Uuid::now_v7());
            let actor =
                kernel::Actor { id: person_id, kind: kernel::ActorKind::CompanyUser, role: Role::Officer };
            let context = self.context(actor);
            let Caller { issuer, subject, .. } = &call.caller;
            let sign_in =
                SignInOfContact::new(account_id, person_id, issuer, subject, context.now).accepted();
            let command = ask::RegisterAccount {
                account_id,
                company: registration.company.clone(),
                address_id: AddressId::new(Uuid::now_v7()),
                primary_address: registration.primary_address.clone(),
                person_version: 1,
                company_officer: registration.company_officer,
                sign_in: sign_in.digest()?,
            };
            let fresh = Self::fresh::<Account>();
            let events = decide(&fresh.state, command.into(), &context)?;
            let person = StorePerson {
                person_id,
                version: 1,
                details: registration.contact.clone(),
                recorded_at: context.now,
            };
            let part = Part::new(account_id, fresh, events);
            self.record_account(call, &context, part, vec![Arc::new(person), Arc::new(sign_in)]).await
        })
        .await
    }

    pub(super) async fn record_account(
        &self,
        call: &Call,
        context: &Context,
        part: Part<Account>,
        attachments: Vec<Arc<dyn Attachment>>,
    ) -> Result<Committed<Account>, PortalError> {
        let memberships = self.reassessed_memberships(context, &part).await?;
        let mut parts: Vec<&dyn AnyPart> = vec![&part];
        parts.extend(memberships.iter().map(|part| -> &dyn AnyPart { part }));
        let decision = Decision {
            actor: &context.actor,
            occurred_at: context.now,
            answer: ("account", part.id.clone(), part.version_after()),
            parts,
            // What events do not refer to is not stored.
            attachments: if part.events.is_empty() { Vec::new() } else { attachments },
        };
        self.record(call, decision).await?;
        Ok(part.committed())
    }

    /// What a change of the account means for its memberships is recorded with it, so that conditions, allowed commands, the work queue
    /// and every tag of a version are right from the same moment on.
    async fn reassessed_memberships(
        &self,
        context: &Context,
        account: &Part<Account>,
    ) -> Result<Vec<Part<Membership>>, PortalError> {
        let mut parts = Vec::new();
        if account.events.is_empty() || account.before.version == 0 {
            return Ok(parts);
        }
        let account_id = account.before.state.account_id.ok_or(PortalError::NotFound)?;
        let facts = self.facts_of(account_id, &account.after());
        let ids = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT membership_id FROM memberships WHERE account_id = $1 \
             AND status NOT IN ('removed', 'rejected', 'ineligible', 'withdrawn', 'inactive') ORDER BY membership_id",
            account_id.to_string()
        )?;
        for (id,) in ids {
            let membership = self.existing::<Membership>(&id).await?;
            let events = mbr::account_changed(&membership.state, &facts, context)?;
            if !events.is_empty() {
                parts.push(Part::new(id, membership, events));
            }
        }
        Ok(parts)
    }

    /// An account, as it is or as it was.
    pub async fn account(
        &self,
        call: &Call,
        id: AccountId,
        at: Option<At>,
    ) -> Result<Committed<Account>, PortalError> {
        let loaded = self.existing::<Account>(id).await?;
        self.allow(&call.caller, Permission::AccountRead, &Self::account_owner(id))?;
        match at {
            None => Ok(Committed::of(id, loaded)),
            Some(at) => self.existing_at(id, at).await,
        }
    }

    /// The accounts that the caller may see.
    pub async fn accounts(
        &self,
        call: &Call,
        filter: &AccountFilter,
        request: &PageRequest,
    ) -> Result<Page<AccountRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::AccountRead)?;
        filters.extend(Filter::counting(self.scope_filters(&call.caller, Permission::MembershipRead)?));
        if !filter.country.is_empty() {
            filters.push(Filter::In("country", filter.country.clone()));
        }
        for (column, values) in [
            ("status", &filter.membership_status),
            ("entity_type", &filter.entity_type),
            ("office", &filter.office),
            ("specialist_id", &filter.specialist_id),
        ] {
            if !values.is_empty() {
                filters.push(Filter::MembershipIn("account_id", column, values.clone()));
            }
        }
        filters.extend(filter.due_on_or_before.map(|date| Filter::MembershipDue("account_id", date)));
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// The history of an account.
    pub async fn account_history(
        &self,
        call: &Call,
        id: AccountId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.account(call, id, None).await?;
        if call.caller.is_for_the_programme() {
            return self.stream_history("account", &id.to_string(), after, limit).await;
        }
        let (mut shown, mut from) = (Vec::new(), after);
        let wanted = usize::try_from(limit).unwrap_or_default();
        while shown.len() < wanted {
            let events = self.stream_history("account", &id.to_string(), from, limit).await?;
            let Some(last) = events.last() else { break };
            from = last.sequence;
            let seen = |event: &RecordedEvent| !UNSEEN_BY_COMPANIES.contains(&event.event_type.as_str());
            shown.extend(events.into_iter().filter(seen));
        }
        shown.truncate(wanted);
        Ok(shown)
    }

    /// A step that concerns the account alone and needs nothing but its state.
    pub async fn on_account(
        &self,
        call: &Call,
        id: AccountId,
        permission: Permission,
        command: impl Fn(&Account) -> Result<AccountCommand, PortalError> + Sync,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let (loaded, context) = self.account_for(call, id, permission).await?;
            let events = decide(&loaded.state, command(&loaded.state)?, &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            self.record_account(call, &context, Part::new(id, loaded, events), Vec::new()).await
        })
        .await
    }

    pub(super) async fn account_for(
        &self,
        call: &Call,
        id: AccountId,
        permission: Permission,
    ) -> Result<(Loaded<Account>, Context), PortalError> {
        let loaded = self.existing::<Account>(id).await?;
        let actor = self.allow(&call.caller, permission, &Self::account_owner(id))?;
        Self::expect_version(call, loaded.version)?;
        Ok((loaded, self.context(actor)))
    }

    /// Adds an address under a new id.
    pub async fn add_address(
        &self,
        call: &Call,
        id: AccountId,
        address: Address,
        primary: bool,
    ) -> Result<Committed<Account>, PortalError> {
        let address_id = AddressId::new(Uuid::now_v7());
        self.on_account(call, id, Permission::AccountEdit, |_| {
            Ok(ask::AddAddress { address_id, address: address.clone(), primary }.into())
        })
        .await
    }

    /// Accepts the participation agreement; from which network address goes beside the ledger.
    pub async fn accept_agreement(
        &self,
        call: &Call,
        id: AccountId,
        agreement_version: String,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let (loaded, context) = self.account_for(call, id, Permission::AgreementAccept).await?;
            let origin = call.network_address.as_ref().map(|network_address| StoreAgreementOrigin {
                account_id: id,
                agreement_version: agreement_version.clone(),
                person_id: context.actor.id,
                network_address: network_address.clone(),
                salt: hex::encode(rand::random::<[u8; 32]>()),
                recorded_at: context.now,
            });
            let digest = origin.as_ref().map(StoreAgreementOrigin::digest).transpose()?;
            let command =
                ask::AcceptAgreement { agreement_version: agreement_version.clone(), origin: digest };
            let events = decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &Self::account_owner(id), refusal))?;
            // What no event refers to is not stored.
            let origin = origin.filter(|_| !events.is_empty());
            let attachments =
                origin.map(|origin| -> Arc<dyn Attachment> { Arc::new(origin) }).into_iter().collect();
            self.record_account(call, &context, Part::new(id, loaded, events), attachments).await
        })
        .await
    }

    /// What a membership has to know of its account.
    pub(crate) async fn account_facts(&self, id: AccountId) -> Result<AccountFacts, PortalError> {
        let account = self.existing::<Account>(id).await?;
        Ok(self.facts_of(id, &account))
    }

    pub(crate) fn facts_of(&self, account_id: AccountId, account: &Loaded<Account>) -> AccountFacts {
        let state = &account.state;
        let agreement = agreement_in_force(kernel::programme_date(self.now()))
            .and_then(|current| state.acceptance(current.version))
            .map(|acceptance| AcceptedAgreement {
                version: acceptance.agreement_version.clone(),
                accepted_by: acceptance.accepted_by,
                accepted_at: acceptance.accepted_at,
            });
        AccountFacts {
            account_id,
            officer: state.acting_officers().next(),
            agreement,
            staffed_offices: state.staffed_offices(),
            primary_contact: state.point_of_contact(PointOfContact::Primary),
            alternate_contact: state.point_of_contact(PointOfContact::Alternate),
            expected_mids: state
                .addresses
                .iter()
                .filter_map(|kept| expected_mid(&maker(state, &kept.address)?))
                .collect(),
        }
    }
}

/// The company as the maker at one of its addresses.
fn maker<'a>(account: &'a Account, address: &'a Address) -> Option<Maker<'a>> {
    Some(Maker {
        country: address.country,
        province: address.state.as_ref().map(Text::as_str),
        name: account.company.as_ref()?.name.as_str(),
        street: address.street_1.as_str(),
        city: address.city.as_str(),
    })
}
