//! What can be done with a membership, from the application on.

use crate::access::{Caller, Ownership, Permission, authorize};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{AnyPart, Committed, Decision, Part};
use crate::portal::Portal;
use crate::read::memberships::MembershipRow;
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use crate::usecase::invitations::forget_what_stands_beside;
use chrono::NaiveDate;
use criteria::EntityType;
use kernel::{AccountId, CountryCode, FieldError, MembershipId, PersonId, ProfileId, Refusal};
use ledger::{At, Attachment, Dated, Loaded, RecordedEvent, fetch_all};
use mbr::command as ask;
use mbr::{AccountFacts, IdentifierUse, Membership, MembershipCommand, Status};
use membership::account::Account;
use membership::enforcement::EnforcementAction;
use membership::invitation::{self, Invitation};
use membership::membership as mbr;
use profile::Profile;
use profile::event::CloseReason;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use uuid::Uuid;

/// Which memberships a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembershipFilter {
    /// Statuses.
    pub status: Vec<String>,
    /// Entity types.
    pub entity_type: Vec<String>,
    /// Tiers.
    pub tier: Vec<String>,
    /// Offices.
    pub office: Vec<String>,
    /// Specialists.
    pub specialist_id: Vec<String>,
    /// Only those that no specialist looks after, or only those that one does.
    pub unassigned: Option<bool>,
    /// Accounts.
    pub account_id: Vec<String>,
    /// Only those on which something is due on this day or before.
    pub due_on_or_before: Option<NaiveDate>,
    /// Sorted by what is due next instead of by application.
    pub by_due_date: bool,
}

/// What a company says when it applies.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// The company's account.
    pub account_id: AccountId,
    /// The type applied for.
    pub entity_type: EntityType,
    /// Where the company is established.
    pub country_of_establishment: CountryCode,
    /// Its identifiers.
    pub identifiers: Vec<kernel::identifiers::Identifier>,
    /// Its documents.
    pub documents: Vec<mbr::document::Document>,
    /// What it declares already.
    pub declarations: mbr::declaration::Declarations,
    /// The secret of an invitation, for types that need one.
    pub invitation_token: Option<String>,
}

/// What a decision about a membership rests on besides the membership itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipFacts {
    /// What the account says.
    pub account: AccountFacts,
    /// Which other live memberships of the type use identifiers: for changing them, those of the account; for recommending and
    /// certifying, those that use the same ones, of whomever.
    pub in_use: Vec<IdentifierUse>,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipToDo {
    /// What the membership lacks.
    pub to_do: mbr::ToDo,
    /// The answers that stand in the way of submission.
    pub answers: Vec<profile::Missing>,
    /// The next day on which something is due.
    pub due_on: Option<NaiveDate>,
    /// What is due on that day: the next step by its code, or `validation`.
    pub due_for: Option<String>,
}

impl Portal {
    /// Whose a membership is.
    pub fn membership_ownership(membership: &Membership) -> Ownership {
        Ownership {
            account_id: membership.identity.as_ref().map(|identity| identity.account_id),
            specialist: membership.assignment.as_ref().map(|assignment| assignment.specialist),
            office: membership.assignment.as_ref().map(|assignment| assignment.office.as_str().to_owned()),
            conflict_overridden: membership.conflict_overrides.keys().copied().collect(),
        }
    }

    /// A membership, as it is or as it was.
    pub async fn membership(
        &self,
        call: &Call,
        id: MembershipId,
        at: Option<At>,
    ) -> Result<Committed<Membership>, PortalError> {
        let loaded = self.existing::<Membership>(id).await?;
        self.allow(&call.caller, Permission::MembershipRead, &Self::membership_ownership(&loaded.state))?;
        match at {
            None => Ok(Committed::of(id, loaded)),
            Some(at) => self.existing_dated(id, at, holds_from).await,
        }
    }

    /// The memberships that the caller may see.
    pub async fn memberships(
        &self,
        call: &Call,
        filter: &MembershipFilter,
        request: &PageRequest,
    ) -> Result<Page<MembershipRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::MembershipRead)?;
        for (column, values) in [
            ("status", &filter.status),
            ("entity_type", &filter.entity_type),
            ("tier", &filter.tier),
            ("office", &filter.office),
            ("specialist_id", &filter.specialist_id),
            ("account_id", &filter.account_id),
        ] {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        match filter.unassigned {
            Some(true) => filters.push(Filter::IsNull("specialist_id")),
            Some(false) => filters.push(Filter::IsNotNull("specialist_id")),
            None => {}
        }
        if let Some(date) = filter.due_on_or_before {
            filters.push(Filter::OnOrBefore("due_on", date));
        }
        let sort = if filter.by_due_date { Sort::Date("due_on") } else { Sort::Key { descending: false } };
        page(self.ledger.db(), filters, sort, request).await
    }

    /// What waits for CBP, oldest first. A specialist sees what waits for that specialist; others see what waits for whom they ask.
    pub async fn work_queue(
        &self,
        call: &Call,
        waiting_for: Vec<String>,
        specialist_id: Vec<String>,
        office: Vec<String>,
        request: &PageRequest,
    ) -> Result<Page<MembershipRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::WorkQueueRead)?;
        filters.push(Filter::In("waiting_for", waiting_for));
        if !specialist_id.is_empty() {
            filters.push(Filter::In("specialist_id", specialist_id));
        }
        if !office.is_empty() {
            filters.push(Filter::In("office", office));
        }
        page(self.ledger.db(), filters, Sort::Instant("waiting_since"), request).await
    }

    /// Applies: the membership, its empty security profile and, where the type needs one, the redemption of the invitation.
    pub async fn apply(
        &self,
        call: &Call,
        application: Application,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt(call, || async { self.apply_once(call, &application, None).await }).await
    }

    /// Applies again after a membership has ended: a new application, nothing carries over. Handbook 3.3.
    pub async fn reapply(
        &self,
        call: &Call,
        previous: MembershipId,
        application: impl Fn(AccountId, EntityType) -> Application + Sync,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt(call, || async {
            let loaded = self.existing::<Membership>(previous).await?;
            let ownership = Self::membership_ownership(&loaded.state);
            self.allow(&call.caller, Permission::MembershipApply, &ownership)?;
            Self::expect_version(call, loaded.version)?;
            let identity = loaded.state.identity.as_ref().ok_or(PortalError::NotFound)?;
            mbr::check_reapplication(&loaded.state, kernel::programme_date(self.now()))
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            let application = application(identity.account_id, identity.entity_type);
            self.apply_once(call, &application, Some(previous)).await
        })
        .await
    }

    async fn apply_once(
        &self,
        call: &Call,
        application: &Application,
        previous: Option<MembershipId>,
    ) -> Result<Committed<Membership>, PortalError> {
        let account_id = application.account_id;
        let account = self.existing::<Account>(account_id).await?;
        let ownership = Ownership { account_id: Some(account_id), ..Ownership::default() };
        let actor = self.allow(&call.caller, Permission::MembershipApply, &ownership)?;
        let context = self.context(actor);
        let membership_id = MembershipId::new(Uuid::now_v7());
        let profile_id = ProfileId::new(Uuid::now_v7());

        let invitation = match &application.invitation_token {
            Some(token) => Some(self.invitation_by_token(token).await?),
            None => None,
        };
        let mut attachments: Vec<Arc<dyn Attachment>> = Vec::new();
        let invitation_part = match invitation {
            None => None,
            Some((invitation_id, loaded)) => {
                let redeem = invitation::RedeemInvitation {
                    entity_type: application.entity_type,
                    membership_id,
                    account_id,
                    of_the_issuer: self.is_of_the_issuer(&loaded.state, call, account_id).await?,
                };
                let events = invitation::decide(&loaded.state, redeem.into(), &context)?;
                attachments.extend(forget_what_stands_beside(invitation_id));
                Some((invitation_id, Part::new(invitation_id, loaded, events)))
            }
        };
        let apply = ask::Apply {
            membership_id,
            account_id,
            profile_id,
            entity_type: application.entity_type,
            country_of_establishment: application.country_of_establishment,
            identifiers: application.identifiers.clone(),
            documents: application.documents.clone(),
            declarations: application.declarations.clone(),
            invitation_id: invitation_part.as_ref().map(|(id, _)| *id),
            previous_membership_id: previous,
            account: self.facts_of(account_id, &account),
            pilot_places_taken: self.pilot_places_taken(application.entity_type).await?,
            in_use: self.used_in_account(account_id, application.entity_type, membership_id).await?,
            waits_until: self.waits_until(account_id, application.entity_type).await?,
        };
        let fresh = Self::fresh::<Membership>();
        let events = mbr::decide(&fresh.state, apply.into(), &context)
            .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
        let membership_part = Part::new(membership_id, fresh, events);

        let edition = criteria::edition_in_force(context.today())
            .ok_or_else(|| PortalError::Internal("no edition of the criteria is in force".to_owned()))?;
        let start = profile::Start {
            profile_id,
            membership_id,
            account_id,
            entity_type: application.entity_type,
            edition: edition.id.clone(),
        };
        let fresh = Self::fresh::<Profile>();
        let profile_events = profile::decide(&fresh.state, start.into(), &context)?;
        let profile_part = Part::new(profile_id, fresh, profile_events);

        let mut parts: Vec<&dyn AnyPart> = vec![&membership_part, &profile_part];
        if let Some((_, part)) = &invitation_part {
            parts.push(part);
        }
        let decision = Decision {
            actor: &context.actor,
            occurred_at: context.now,
            answer: ("membership", membership_id.to_string(), membership_part.version_after()),
            parts,
            attachments,
        };
        self.record(call, decision).await?;
        Ok(membership_part.committed())
    }

    async fn invitation_by_token(
        &self,
        token: &str,
    ) -> Result<(kernel::InvitationId, Loaded<Invitation>), PortalError> {
        let digest = hex::encode(Sha256::digest(token.as_bytes()));
        let unknown = || {
            PortalError::invalid(vec![FieldError::new(
                "/invitation_token",
                "invitation_unknown",
                "this is no invitation that can be used; ask the office that issued it",
            )])
        };
        let id = self.invitation_id_by_digest(&digest).await?.ok_or_else(unknown)?;
        Ok((id, self.existing::<Invitation>(id).await?))
    }

    /// Whether whoever issued an invitation is the one who applies with it, or acts for the company that does.
    async fn is_of_the_issuer(
        &self,
        invitation: &Invitation,
        call: &Call,
        account: AccountId,
    ) -> Result<bool, PortalError> {
        let Some(issued) = &invitation.issued else { return Ok(false) };
        // Outside accounts, the same subject is the same person with every token.
        Ok(issued.issued_by == call.caller.person_id
            || self.staff_who_serve(account).await?.contains(&issued.issued_by))
    }

    /// The end of the waiting time that an earlier membership of the account left it for a type. Handbook 3.3.
    async fn waits_until(
        &self,
        account: AccountId,
        entity_type: EntityType,
    ) -> Result<Option<NaiveDate>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (NaiveDate,),
            "SELECT reapply_from FROM memberships WHERE account_id = $1 AND entity_type = $2 AND reapply_from IS NOT NULL \
             ORDER BY reapply_from DESC LIMIT 1",
            account.to_string(),
            entity_type.as_str()
        )?;
        Ok(rows.first().map(|(date,)| *date))
    }

    async fn pilot_places_taken(&self, entity_type: EntityType) -> Result<u32, PortalError> {
        if !mbr::entity_requirements::of(entity_type).is_pilot() {
            return Ok(0);
        }
        let rows = fetch_all!(
            self.ledger.db(),
            (i64,),
            "SELECT count(*) FROM memberships WHERE entity_type = $1 AND status NOT IN ('removed', 'rejected', 'ineligible', 'withdrawn', 'inactive')",
            entity_type.to_string()
        )?;
        Ok(rows.first().and_then(|(count,)| u32::try_from(*count).ok()).unwrap_or_default())
    }

    /// A step that concerns the membership alone.
    pub async fn on_membership(
        &self,
        call: &Call,
        id: MembershipId,
        permission: Permission,
        command: impl Fn(MembershipFacts) -> MembershipCommand + Sync,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Membership>(id).await?;
            let ownership = Self::membership_ownership(&loaded.state);
            let actor = self.allow(&call.caller, permission, &ownership)?;
            Self::expect_version(call, loaded.version)?;
            let identity = loaded.state.identity.clone().ok_or(PortalError::NotFound)?;
            let account = self.account_facts(identity.account_id).await?;
            let in_use = match permission {
                Permission::MembershipEdit => {
                    self.used_in_account(identity.account_id, identity.entity_type, id).await?
                }
                Permission::MembershipRecommend | Permission::MembershipCertify => {
                    self.used_by_others(id, identity.account_id).await?
                }
                _ => Vec::new(),
            };
            let context = self.context(actor);
            let command = command(MembershipFacts { account, in_use });
            let assigned = match &command {
                MembershipCommand::AssignSpecialist(assign) => Some(assign.specialist),
                _ => None,
            };
            if let Some((person, pointer)) = named_staff(&command) {
                self.is_nobody_of_a_company(person, pointer).await?;
            }
            let events = mbr::decide(&loaded.state, command, &context)
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            if let Some(specialist) = assigned {
                self.can_be_assigned(specialist, identity.account_id, &ownership).await?;
            }
            let membership_part = Part::new(id, loaded, events);
            self.record_with_profile(call, &context, membership_part, identity.profile_id, &[]).await
        })
        .await
    }

    /// Staff who are named may never have signed in here. The people table holds contacts of companies; who is in it, or has a role in an
    /// account, is nobody of CBP.
    pub(super) async fn is_nobody_of_a_company(
        &self,
        person: PersonId,
        pointer: &str,
    ) -> Result<(), PortalError> {
        let found = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT person_id FROM people WHERE person_id = $1 \
             UNION SELECT person_id FROM account_users WHERE person_id = $1 LIMIT 1",
            person.to_string()
        )?;
        if found.is_empty() {
            return Ok(());
        }
        let detail = "This person belongs to a company; name a specialist of CBP.";
        let error = FieldError::new(pointer, "not_staff", detail);
        Err(Refusal::invalid("not_staff", detail, vec![error]).into())
    }

    /// Records what happened to a membership, and the entries of the register that ended with it; where it ended, its profile is closed in
    /// the same step. After a removal it is not: an appeal may give back the membership.
    pub(super) async fn record_with_profile(
        &self,
        call: &Call,
        context: &kernel::Context,
        membership_part: Part<Membership>,
        profile_id: ProfileId,
        entries: &[Part<EnforcementAction>],
    ) -> Result<Committed<Membership>, PortalError> {
        let version = membership_part.version_after();
        let id = membership_part.id.clone();
        let ended = ended_by(&membership_part.events);
        let profile_part = match ended {
            Some(reason) => {
                let profile = self.existing::<Profile>(profile_id).await?;
                let events = profile::decide(&profile.state, profile::Close { reason }.into(), context)?;
                Some(Part::new(profile_id, profile, events))
            }
            None => None,
        };
        let mut parts: Vec<&dyn AnyPart> = vec![&membership_part];
        if let Some(part) = &profile_part {
            parts.push(part);
        }
        parts.extend(entries.iter().map(|part| -> &dyn AnyPart { part }));
        let decision = Decision {
            actor: &context.actor,
            occurred_at: context.now,
            answer: ("membership", id, version),
            parts,
            attachments: Vec::new(),
        };
        self.record(call, decision).await?;
        Ok(membership_part.committed())
    }

    /// Ends applications whose security profile did not come in time; gives their number. Whoever notices records it, once.
    pub async fn expire_applications(&self) -> Result<usize, PortalError> {
        let today = kernel::programme_date(self.now());
        let due = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT membership_id FROM memberships WHERE status = 'pre_applicant' AND profile_due_on < $1 ORDER BY membership_id LIMIT 200",
            today
        )?;
        let mut expired = 0;
        for (id,) in due {
            let Ok(id) = id.parse::<MembershipId>() else { continue };
            let call = Call::of_the_system(&format!("expire-{id}"));
            let result = self
                .attempt(&call, || async {
                    let loaded = self.existing::<Membership>(id).await?;
                    if loaded.state.status != Status::PreApplicant {
                        return Ok(false);
                    }
                    let profile_id = loaded.state.identity.as_ref().ok_or(PortalError::NotFound)?.profile_id;
                    let context = self.context(kernel::Actor::system());
                    let events = mbr::decide(&loaded.state, ask::ExpireApplication {}.into(), &context)?;
                    let part = Part::new(id, loaded, events);
                    self.record_with_profile(&call, &context, part, profile_id, &[]).await?;
                    Ok(true)
                })
                .await;
            match result {
                Ok(true) => expired += 1,
                Ok(false) | Err(PortalError::Refused(_) | PortalError::Contended) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(expired)
    }

    /// The history of a membership.
    pub async fn membership_history(
        &self,
        call: &Call,
        id: MembershipId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        let membership = self.membership(call, id, None).await?;
        if self.may_compare(&call.caller, &membership.state) {
            return self.stream_history("membership", &id.to_string(), after, limit).await;
        }
        let mut shown = Vec::new();
        let mut from = after;
        let wanted = usize::try_from(limit).unwrap_or_default();
        while shown.len() < wanted {
            let events = self.stream_history("membership", &id.to_string(), from, limit).await?;
            let Some(last) = events.last() else { break };
            from = last.sequence;
            shown.extend(
                events
                    .into_iter()
                    .filter(|event| !mbr::event::UNSEEN_BY_COMPANIES.contains(&event.event_type.as_str())),
            );
        }
        shown.truncate(wanted);
        shown.iter_mut().for_each(leave_out_what_is_for_staff);
        Ok(shown)
    }

    /// What is missing before the company can submit, and before CBP can certify.
    pub async fn membership_to_do(
        &self,
        call: &Call,
        id: MembershipId,
    ) -> Result<MembershipToDo, PortalError> {
        let membership = self.membership(call, id, None).await?;
        let identity = membership.state.identity.as_ref().ok_or(PortalError::NotFound)?;
        let profile = self.existing::<Profile>(identity.profile_id).await?;
        let account = self.account_facts(identity.account_id).await?;
        let today = kernel::programme_date(self.now());
        let company_writes =
            matches!(profile.state.status, profile::Status::InProgress | profile::Status::Returned);
        let row = fetch_all!(
            self.ledger.db(),
            (Option<NaiveDate>, Option<String>),
            "SELECT due_on, next_step FROM memberships WHERE membership_id = $1",
            id.to_string()
        )?;
        let (due_on, next_step) = row.into_iter().next().unwrap_or_default();
        let mut to_do = mbr::to_do(&membership.state, &account, today, &self.policy());
        if self.may_compare(&call.caller, &membership.state) {
            let in_use = self.used_by_others(id, identity.account_id).await?;
            to_do.to_certify.extend(mbr::identifier_conflict(&membership.state, &in_use));
        }
        Ok(MembershipToDo {
            to_do,
            answers: if company_writes { profile.state.missing_before_submit() } else { Vec::new() },
            due_on,
            due_for: due_on.map(|_| next_step.unwrap_or_else(|| "validation".to_owned())),
        })
    }

    /// Whether the caller may know what is not for the company: which other memberships use the same identifiers, and what a vetting has
    /// found.
    pub fn may_compare(&self, caller: &Caller, membership: &Membership) -> bool {
        let ownership = Self::membership_ownership(membership);
        authorize(caller, Permission::MembershipCompare, &ownership).is_ok()
    }
}

/// Dates that were mended count since the days that they name.
fn holds_from(events: &[Dated<mbr::MembershipEvent>]) -> Vec<kernel::Timestamp> {
    mbr::holds_from(events.iter().map(|dated| (&dated.event, dated.occurred_at)))
}

/// The member of staff that a command names besides its actor, and where.
fn named_staff(command: &MembershipCommand) -> Option<(PersonId, &'static str)> {
    match command {
        MembershipCommand::RecordValidationOutcome(command) => Some((command.reported_by, "/reported_by")),
        MembershipCommand::ChangeTier(command) => Some((command.assessed_by, "/assessed_by")),
        _ => None,
    }
}

/// Takes out of an event what is not for the company. Its hash is that of the whole event, and not to be shown to who may not see it whole.
fn leave_out_what_is_for_staff(event: &mut RecordedEvent) {
    for (event_type, parent, member) in mbr::event::FOR_STAFF {
        if event.event_type == *event_type
            && let Some(whole) = match parent {
                Some(parent) => event.payload.get_mut(*parent),
                None => Some(&mut event.payload),
            }
            && let Some(members) = whole.as_object_mut()
        {
            members.remove(*member);
        }
    }
}

fn ended_by(events: &[mbr::event::MembershipEvent]) -> Option<CloseReason> {
    use mbr::event::MembershipEvent as Event;
    events.iter().find_map(|event| match event {
        Event::Rejected(_) => Some(CloseReason::Rejected),
        Event::FoundIneligible(_) => Some(CloseReason::Ineligible),
        Event::Withdrawn(_) | Event::Closed(_) => Some(CloseReason::Withdrawn),
        Event::ApplicationExpired(_) => Some(CloseReason::Inactive),
        _ => None,
    })
}
