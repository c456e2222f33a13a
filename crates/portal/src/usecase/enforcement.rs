//! What can be decided against a member, answered and appealed: the membership and the entry of the register change in one step.

use crate::access::{Ownership, Permission};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{AnyPart, Committed, Decision, Part};
use crate::portal::Portal;
use crate::read::enforcement::{AppealRow, EnforcementActionRow};
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use crate::read::recommendations::RecommendationRow;
use chrono::NaiveDate;
use enf::{Cause, CauseKind, EndKind, EnforcementAction, EnforcementCommand, EnforcementKind, ReasonCode};
use incident::Incident;
use kernel::{
    AccountId, AppealId, Context, EnforcementActionId, FieldError, IncidentId, MembershipId, Refusal, Text,
};
use ledger::{At, Dated, Loaded, RecordedEvent, fetch_optional};
use mbr::benefits::Benefit;
use mbr::command as ask;
use mbr::event::MembershipEvent;
use mbr::{InForce, Membership, MembershipCommand, Remark};
use membership::enforcement as enf;
use membership::membership as mbr;
use uuid::Uuid;

/// Which entries a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnforcementFilter {
    /// Accounts.
    pub account_id: Vec<String>,
    /// Memberships.
    pub membership_id: Vec<String>,
    /// What was decided.
    pub action: Vec<String>,
    /// Why.
    pub reason: Vec<String>,
    /// Where they stand.
    pub status: Vec<String>,
    /// How far they reach.
    pub scope: Vec<String>,
    /// Who decided.
    pub decided_by: Vec<String>,
    /// Only those decided on this day or after.
    pub decided_from: Option<NaiveDate>,
    /// Only those decided on this day or before.
    pub decided_to: Option<NaiveDate>,
    /// The newest first.
    pub newest_first: bool,
}

/// Which appeals a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppealFilter {
    /// Accounts.
    pub account_id: Vec<String>,
    /// Memberships.
    pub membership_id: Vec<String>,
    /// Entries.
    pub enforcement_action_id: Vec<String>,
    /// Where they stand.
    pub status: Vec<String>,
    /// Only those that are to be decided on this day or before.
    pub due_on_or_before: Option<NaiveDate>,
}

/// What the programme director says when deciding.
#[derive(Debug, Clone, PartialEq)]
pub struct EnforcementDecision {
    /// What is decided.
    pub action: EnforcementKind,
    /// Why, in one code.
    pub reason: ReasonCode,
    /// The facts.
    pub facts: Remark,
    /// The criteria that were applied.
    pub criteria_applied: Vec<enf::AppliedCriterion>,
    /// What gave cause; of what follows a suspension it is that suspension.
    pub cause: Option<Cause>,
    /// The benefits to withhold; none stands for all.
    pub withheld_benefits: Vec<Benefit>,
    /// The suspension to lift, with a reinstatement.
    pub suspension: Option<EnforcementActionId>,
    /// The day of the letter.
    pub notice_on: Option<NaiveDate>,
    /// The day from which it holds.
    pub effective_on: Option<NaiveDate>,
}

fn equal(filters: &mut Vec<Filter>, wanted: &[(&'static str, &Vec<String>)]) {
    for (column, values) in wanted {
        if !values.is_empty() {
            filters.push(Filter::In(column, (*values).clone()));
        }
    }
}

/// What an entry says to the rules of the membership.
fn in_force(action: &EnforcementAction) -> Option<InForce> {
    let entry = action.entry.as_ref()?;
    Some(InForce {
        enforcement_action_id: entry.enforcement_action_id,
        action: entry.action,
        reason: entry.reason,
        cause: entry.cause.clone(),
        answer_due_on: entry.answer_due_on,
        appeal_open: action.open_appeal().is_some(),
        plan: action.plan.as_ref().map(|submitted| submitted.plan.clone()),
    })
}

type Entry = (EnforcementActionId, Loaded<EnforcementAction>);

/// A membership that its company asked to leave, with the entries in force on it.
struct Leaving {
    loaded: Loaded<Membership>,
    ownership: Ownership,
    context: Context,
    entries: Vec<Entry>,
    in_force: Vec<InForce>,
}

impl Portal {
    /// The entries that are in force on a membership.
    async fn entries_in_force(&self, membership: &Membership) -> Result<Vec<Entry>, PortalError> {
        let mut entries = Vec::new();
        for action in &membership.enforcement.in_force {
            let id = action.enforcement_action_id;
            entries.push((id, self.existing::<EnforcementAction>(id).await?));
        }
        Ok(entries)
    }

    /// Suspends, removes or reinstates: the membership, the new entry, and the entries that end with it.
    pub async fn enforce(
        &self,
        call: &Call,
        id: MembershipId,
        decision: EnforcementDecision,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Membership>(id).await?;
            let ownership = Self::membership_ownership(&loaded.state);
            let actor = self.allow(&call.caller, Permission::EnforcementDecide, &ownership)?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let entries = self.entries_in_force(&loaded.state).await?;
            let told = |refusal| told(&call.caller, &ownership, refusal);
            let action_id = EnforcementActionId::new(Uuid::now_v7());
            let cause = self.cause_of(&decision, &loaded.state).await?;
            let facts: Vec<InForce> =
                entries.iter().filter_map(|(_, entry)| in_force(&entry.state)).collect();
            let command = command(&decision, action_id, cause.clone(), facts.clone());
            let events = mbr::decide(&loaded.state, command, &context).map_err(told)?;
            let impose = impose(&decision, action_id, cause, &loaded.state, &facts, &events)?;
            let how = match decision.action {
                EnforcementKind::Removal => EndKind::Removal,
                _ => EndKind::Reinstatement,
            };
            let ending = enf::End { how, by_action: Some(action_id) };
            let ended = end_entries(entries, &impose.ends, &ending, &context)?;
            let fresh = Self::fresh::<EnforcementAction>();
            let action_events = enf::decide(&fresh.state, impose.into(), &context).map_err(told)?;
            let action_part = Part::new(action_id, fresh, action_events);
            let membership_part = Part::new(id, loaded, events);
            let mut parts: Vec<&dyn AnyPart> = vec![&membership_part, &action_part];
            parts.extend(ended.iter().map(|part| -> &dyn AnyPart { part }));
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("membership", id.to_string(), membership_part.version_after()),
                parts,
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok(membership_part.committed())
        })
        .await
    }

    /// The cause of what follows a suspension is that suspension. An incident has to be one that involves the account.
    async fn cause_of(
        &self,
        decision: &EnforcementDecision,
        membership: &Membership,
    ) -> Result<Option<Cause>, PortalError> {
        let suspension = match decision.action {
            EnforcementKind::Reinstatement => decision.suspension,
            _ if decision.reason.follows_suspension() => membership
                .enforcement
                .in_force
                .iter()
                .rev()
                .find(|action| action.withheld_benefits.is_empty())
                .map(|action| action.enforcement_action_id),
            _ => None,
        };
        if let Some(suspension) = suspension {
            let reference = Text::parse(suspension.to_string())
                .map_err(|error| PortalError::Internal(format!("an id is no reference: {error}")))?;
            return Ok(Some(Cause { kind: CauseKind::Suspension, reference }));
        }
        if let Some(cause) = decision.cause.as_ref().filter(|cause| cause.kind == CauseKind::Incident) {
            let account = membership.identity.as_ref().ok_or(PortalError::NotFound)?.account_id;
            self.is_cause("/cause/reference", cause.reference.as_str(), account).await?;
        }
        Ok(decision.cause.clone())
    }

    /// The cause of a corrected entry is asked for what the cause of a new one is: that it is there, and that no other action of the kind is
    /// in force for it.
    async fn corrected_cause_exists(
        &self,
        action: &EnforcementAction,
        membership: &Membership,
        events: &[enf::EnforcementEvent],
    ) -> Result<(), PortalError> {
        let corrected = events.iter().find_map(|event| match event {
            enf::EnforcementEvent::Corrected(event) if event.field == enf::EntryField::CauseReference => {
                Some(event.value.as_str())
            }
            _ => None,
        });
        let (Some(reference), Some(entry)) = (corrected, action.entry.as_ref()) else { return Ok(()) };
        let kind = entry.cause.kind;
        let wrong = |code: &str, detail: &str| {
            let error = FieldError::new("/value", code, detail);
            Err(Refusal::invalid(code, detail, vec![error]).into())
        };
        if kind == CauseKind::Incident {
            self.is_cause("/value", reference, entry.account_id).await?;
        }
        if kind == CauseKind::Suspension {
            let named = self.ledger.load::<EnforcementAction>(reference).await?;
            let of_this_member = named.state.entry.as_ref().is_some_and(|found| {
                found.membership_id == entry.membership_id && found.action == EnforcementKind::Suspension
            });
            if !of_this_member {
                return wrong("suspension_unknown", "No suspension of this membership has this id.");
            }
        }
        let others = self.entries_in_force(membership).await?;
        let same = others.iter().filter_map(|(_, other)| other.state.entry.as_ref()).any(|other| {
            other.enforcement_action_id != entry.enforcement_action_id
                && other.action == entry.action
                && other.cause.kind == kind
                && other.cause.reference.as_str() == reference
        });
        if same {
            return wrong("action_doubled", "Another action of the kind is in force for this cause already.");
        }
        Ok(())
    }

    /// Whether an incident can be the cause of an action against an account: there is one, and the account is involved in it.
    async fn is_cause(&self, pointer: &str, reference: &str, account: AccountId) -> Result<(), PortalError> {
        let refused = |code: &str, detail: &str| -> PortalError {
            Refusal::invalid(code, detail, vec![FieldError::new(pointer, code, detail)]).into()
        };
        let unknown = || refused("incident_unknown", "There is no incident with this id.");
        let id: IncidentId = reference.parse().map_err(|_| unknown())?;
        match self.existing::<Incident>(id).await {
            Err(PortalError::NotFound) => return Err(unknown()),
            found => found?,
        };
        if self.incident_involves(id, account).await? {
            return Ok(());
        }
        let detail = "This incident does not involve the company. Name the company in it first, with what it had to do with it.";
        Err(refused("incident_not_of_account", detail))
    }

    /// What is decided on when a company leaves, or stays after all.
    async fn leaving(
        &self,
        call: &Call,
        id: MembershipId,
        permission: Permission,
    ) -> Result<Leaving, PortalError> {
        let loaded = self.existing::<Membership>(id).await?;
        let ownership = Self::membership_ownership(&loaded.state);
        let actor = self.allow(&call.caller, permission, &ownership)?;
        Self::expect_version(call, loaded.version)?;
        let entries = self.entries_in_force(&loaded.state).await?;
        let facts = entries.iter().filter_map(|(_, entry)| in_force(&entry.state)).collect();
        Ok(Leaving { loaded, ownership, context: self.context(actor), entries, in_force: facts })
    }

    /// Closes a membership that its company asked to leave; what is in force on it ends, and its profile is closed.
    pub async fn close_membership(
        &self,
        call: &Call,
        id: MembershipId,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let Leaving { loaded, ownership, context, entries, in_force } =
                self.leaving(call, id, Permission::MembershipClose).await?;
            let profile_id = loaded.state.identity.as_ref().ok_or(PortalError::NotFound)?.profile_id;
            let events = mbr::decide(&loaded.state, ask::Close { in_force }.into(), &context)
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            let all: Vec<EnforcementActionId> = entries.iter().map(|(id, _)| *id).collect();
            let ending = enf::End { how: EndKind::MembershipClosed, by_action: None };
            let ended = end_entries(entries, &all, &ending, &context)?;
            self.record_with_profile(call, &context, Part::new(id, loaded, events), profile_id, &ended).await
        })
        .await
    }

    /// Takes back that the company asked to leave; what waited for the suspension, where there is one, waits again.
    pub async fn take_back_withdrawal(
        &self,
        call: &Call,
        id: MembershipId,
    ) -> Result<Committed<Membership>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let Leaving { loaded, ownership, context, in_force, .. } =
                self.leaving(call, id, Permission::MembershipLeave).await?;
            let identity = loaded.state.identity.clone().ok_or(PortalError::NotFound)?;
            let account = self.account_facts(identity.account_id).await?;
            let command = ask::TakeBackWithdrawal { account, in_force };
            let events = mbr::decide(&loaded.state, command.into(), &context)
                .map_err(|refusal| told(&call.caller, &ownership, refusal))?;
            let part = Part::new(id, loaded, events);
            self.record_with_profile(call, &context, part, identity.profile_id, &[]).await
        })
        .await
    }

    /// The entry of somebody's register, with whose it is.
    async fn entry_for(
        &self,
        call: &Call,
        permission: Permission,
        id: EnforcementActionId,
    ) -> Result<(Loaded<EnforcementAction>, Loaded<Membership>, Ownership, kernel::Actor), PortalError> {
        let loaded = self.existing::<EnforcementAction>(id).await?;
        let entry = loaded.state.entry.as_ref().ok_or(PortalError::NotFound)?;
        let membership = self.existing::<Membership>(entry.membership_id).await?;
        let ownership = Self::membership_ownership(&membership.state);
        let actor = self.allow(&call.caller, permission, &ownership)?;
        Ok((loaded, membership, ownership, actor))
    }

    /// Whose an entry is.
    pub async fn enforcement_ownership(&self, action: &EnforcementAction) -> Result<Ownership, PortalError> {
        let entry = action.entry.as_ref().ok_or(PortalError::NotFound)?;
        Ok(Self::membership_ownership(&self.existing::<Membership>(entry.membership_id).await?.state))
    }

    /// An entry, as it is or as it was.
    pub async fn enforcement_action(
        &self,
        call: &Call,
        id: EnforcementActionId,
        at: Option<At>,
    ) -> Result<Committed<EnforcementAction>, PortalError> {
        let (loaded, ..) = self.entry_for(call, Permission::EnforcementRead, id).await?;
        match at {
            None => Ok(Committed::of(id, loaded)),
            Some(at) => self.existing_dated(id, at, holds_from).await,
        }
    }

    /// A step that concerns the entry alone; an appeal that is granted restores the membership in the same step.
    pub async fn on_enforcement_action(
        &self,
        call: &Call,
        id: EnforcementActionId,
        permission: Permission,
        command: impl Fn() -> EnforcementCommand + Sync,
    ) -> Result<Committed<EnforcementAction>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let (loaded, membership, ownership, actor) = self.entry_for(call, permission, id).await?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let told = |refusal| told(&call.caller, &ownership, refusal);
            let command = command();
            let identifier_conflict_reason = match &command {
                EnforcementCommand::DecideAppeal(decision) => decision.identifier_conflict_reason.clone(),
                _ => None,
            };
            let events = enf::decide(&loaded.state, command, &context).map_err(told)?;
            self.corrected_cause_exists(&loaded.state, &membership.state, &events).await.map_err(
                |error| match error {
                    PortalError::Refused(refusal) => told(refusal).into(),
                    error => error,
                },
            )?;
            let granted = events.iter().find_map(|event| match event {
                enf::EnforcementEvent::AppealGranted(granted) => Some(granted.appeal_id),
                _ => None,
            });
            let mut resumed = Vec::new();
            let mut restored = None;
            if let Some(appeal_id) = granted {
                let identity = membership.state.identity.as_ref().ok_or(PortalError::NotFound)?;
                let in_use = self.used_by_others(identity.membership_id, identity.account_id).await?;
                let restore =
                    ask::Restore { enforcement_action_id: id, appeal_id, in_use, identifier_conflict_reason };
                let membership_events =
                    mbr::decide(&membership.state, restore.into(), &context).map_err(told)?;
                for event in &membership_events {
                    let MembershipEvent::Restored(event) = event else { continue };
                    for resumed_id in &event.resumed_actions {
                        let entry = self.existing::<EnforcementAction>(*resumed_id).await?;
                        let resume = enf::Resume { appeal_id };
                        let events = enf::decide(&entry.state, resume.into(), &context).map_err(told)?;
                        resumed.push(Part::new(*resumed_id, entry, events));
                    }
                }
                let membership_id = loaded.state.entry.as_ref().ok_or(PortalError::NotFound)?.membership_id;
                restored = Some(Part::new(membership_id, membership, membership_events));
            }
            let part = Part::new(id, loaded, events);
            let mut parts: Vec<&dyn AnyPart> = vec![&part];
            parts.extend(restored.iter().map(|part| -> &dyn AnyPart { part }));
            parts.extend(resumed.iter().map(|part| -> &dyn AnyPart { part }));
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("enforcement_action", id.to_string(), part.version_after()),
                parts,
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// The entries that the caller may see.
    pub async fn enforcement_actions(
        &self,
        call: &Call,
        filter: &EnforcementFilter,
        request: &PageRequest,
    ) -> Result<Page<EnforcementActionRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::EnforcementRead)?;
        let wanted = [
            ("account_id", &filter.account_id),
            ("membership_id", &filter.membership_id),
            ("action", &filter.action),
            ("reason", &filter.reason),
            ("status", &filter.status),
            ("scope", &filter.scope),
            ("decided_by", &filter.decided_by),
        ];
        equal(&mut filters, &wanted);
        filters.extend(filter.decided_from.map(|date| Filter::OnOrAfter("decided_on", date)));
        filters.extend(filter.decided_to.map(|date| Filter::OnOrBefore("decided_on", date)));
        page(self.ledger.db(), filters, Sort::Key { descending: filter.newest_first }, request).await
    }

    /// What is recommended and waits for a decision, oldest first, as far as the caller may see it.
    pub async fn enforcement_recommendations(
        &self,
        call: &Call,
        action: Vec<String>,
        request: &PageRequest,
    ) -> Result<Page<RecommendationRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::EnforcementReview)?;
        equal(&mut filters, &[("action", &action)]);
        page(self.ledger.db(), filters, Sort::Date("recommended_on"), request).await
    }

    /// The appeals that the caller may see.
    pub async fn appeals(
        &self,
        call: &Call,
        filter: &AppealFilter,
        request: &PageRequest,
    ) -> Result<Page<AppealRow>, PortalError> {
        let mut filters = self.scope_filters(&call.caller, Permission::EnforcementRead)?;
        let wanted = [
            ("account_id", &filter.account_id),
            ("membership_id", &filter.membership_id),
            ("enforcement_action_id", &filter.enforcement_action_id),
            ("status", &filter.status),
        ];
        equal(&mut filters, &wanted);
        filters.extend(filter.due_on_or_before.map(|date| Filter::OnOrBefore("due_on", date)));
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// One appeal, with the entry that it is against.
    pub async fn appeal(
        &self,
        call: &Call,
        id: AppealId,
    ) -> Result<(Committed<EnforcementAction>, enf::Appeal), PortalError> {
        let row = fetch_optional!(
            self.ledger.db(),
            (String,),
            "SELECT enforcement_action_id FROM appeals WHERE appeal_id = $1",
            id.to_string()
        )?;
        let action = row.and_then(|(action,)| action.parse().ok()).ok_or(PortalError::NotFound)?;
        let committed = self.enforcement_action(call, action, None).await?;
        let found = committed.state.appeals.iter().find(|appeal| appeal.appeal_id == id).cloned();
        Ok((committed, found.ok_or(PortalError::NotFound)?))
    }

    /// The history of an entry.
    pub async fn enforcement_history(
        &self,
        call: &Call,
        id: EnforcementActionId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        self.enforcement_action(call, id, None).await?;
        self.stream_history("enforcement_action", &id.to_string(), after, limit).await
    }
}

/// A correction of an entry counts since the decision that it corrects.
fn holds_from(events: &[Dated<enf::EnforcementEvent>]) -> Vec<kernel::Timestamp> {
    let decided = events.first().map(|first| first.occurred_at);
    events
        .iter()
        .map(|dated| match dated.event {
            enf::EnforcementEvent::Corrected(_) => decided.unwrap_or(dated.occurred_at),
            _ => dated.occurred_at,
        })
        .collect()
}

/// Whether this version of the programme keeps incidents.
pub(crate) fn keeps_incidents() -> bool {
    crate::event_descriptions().iter().any(|event| event.event_type.starts_with("incident."))
}

fn command(
    decision: &EnforcementDecision,
    enforcement_action_id: EnforcementActionId,
    cause: Option<Cause>,
    in_force: Vec<InForce>,
) -> MembershipCommand {
    let reason = decision.reason;
    match decision.action {
        EnforcementKind::Suspension => {
            let withheld_benefits = decision.withheld_benefits.clone();
            ask::Suspend { enforcement_action_id, withheld_benefits, reason, cause, in_force }.into()
        }
        EnforcementKind::Removal => ask::Remove { enforcement_action_id, reason, cause, in_force }.into(),
        EnforcementKind::Reinstatement => {
            // What is not named is not in force, and refused as such.
            let suspension = decision.suspension.unwrap_or(enforcement_action_id);
            ask::Reinstate { enforcement_action_id, suspension, in_force }.into()
        }
    }
}

/// The entry that goes with what happened to the membership.
fn impose(
    decision: &EnforcementDecision,
    enforcement_action_id: EnforcementActionId,
    cause: Option<Cause>,
    membership: &Membership,
    facts: &[InForce],
    events: &[MembershipEvent],
) -> Result<enf::Impose, PortalError> {
    let identity = membership.identity.as_ref().ok_or(PortalError::NotFound)?;
    let recommendation = membership.enforcement.recommendation.as_ref().ok_or(PortalError::NotFound)?;
    let happened = events.iter().find_map(|event| match event {
        MembershipEvent::Suspended(event) => Some((event.status, Vec::new())),
        MembershipEvent::Removed(event) => Some((event.status, event.ended_actions.clone())),
        MembershipEvent::Reinstated(event) => Some((event.status, vec![event.suspension])),
        _ => None,
    });
    let (status, ends) =
        happened.ok_or_else(|| PortalError::Internal("nothing happened to the membership".to_owned()))?;
    let lifted = facts.iter().find(|fact| Some(fact.enforcement_action_id) == decision.suspension);
    let of = |id: EnforcementActionId| {
        membership.enforcement.in_force.iter().find(|action| action.enforcement_action_id == id)
    };
    let withheld_benefits = match decision.action {
        EnforcementKind::Suspension => decision.withheld_benefits.clone(),
        EnforcementKind::Removal => Vec::new(),
        EnforcementKind::Reinstatement => decision
            .suspension
            .and_then(of)
            .map(|action| action.withheld_benefits.clone())
            .unwrap_or_default(),
    };
    let is_false = |reason: ReasonCode| reason == ReasonCode::KnowinglyFalseInformation;
    let follows_false =
        decision.reason.follows_suspension() && facts.iter().any(|fact| is_false(fact.reason));
    Ok(enf::Impose {
        enforcement_action_id,
        membership_id: identity.membership_id,
        account_id: identity.account_id,
        action: decision.action,
        withheld_benefits,
        reason: decision.reason,
        facts: decision.facts.clone(),
        criteria_applied: decision.criteria_applied.clone(),
        cause,
        recommended_by: recommendation.recommended_by,
        recommended_on: recommendation.recommended_on,
        notice_on: decision.notice_on,
        effective_on: decision.effective_on,
        for_false_information: is_false(decision.reason) || follows_false,
        corrective_plan: (decision.action == EnforcementKind::Reinstatement)
            .then(|| lifted.and_then(|fact| fact.plan.clone()))
            .flatten(),
        ends,
        earlier_status: membership.status,
        status,
    })
}

fn end_entries(
    entries: Vec<Entry>,
    ids: &[EnforcementActionId],
    ending: &enf::End,
    context: &Context,
) -> Result<Vec<Part<EnforcementAction>>, PortalError> {
    let mut parts = Vec::new();
    for (id, entry) in entries.into_iter().filter(|(id, _)| ids.contains(id)) {
        let events = enf::decide(&entry.state, ending.clone().into(), context)?;
        parts.push(Part::new(id, entry, events));
    }
    Ok(parts)
}
