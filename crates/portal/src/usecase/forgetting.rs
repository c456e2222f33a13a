//! Legal holds, what is due to be erased, what was erased, and forgetting a whole applicant.

use crate::access::Permission;
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{AnyPart, Committed, Decision, Part};
use crate::incident_texts::EraseStoredText;
use crate::people::ErasePerson;
use crate::portal::Portal;
use crate::read::page::{Filter, Page, PageRequest, Sort, Today, page};
use crate::read::retention::{ErasureRow, RetainedRow};
use chrono::{Days, NaiveDate};
use incident::{EraseText, Incident, IncidentEvent};
use kernel::{AccountId, Context, HoldId, IncidentId, PersonId, Refusal, Text};
use ledger::{Attachment, fetch_all};
use membership::account::command as ask;
use membership::account::{Account, decide};
use membership::membership::{Document, Membership};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// What is due to be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DueFilter {
    /// `person` or `applicant`.
    pub kind: Vec<String>,
    /// Accounts.
    pub account_id: Vec<String>,
    /// Whether a legal hold stands in the way.
    pub held: Option<bool>,
    /// What is due on this day or before; today where it is absent.
    pub due_on_or_before: Option<NaiveDate>,
}

/// Which erasures a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErasureFilter {
    /// `person`, `text` or `applicant`.
    pub kind: Vec<String>,
    /// Accounts.
    pub account_id: Vec<String>,
    /// Who erased.
    pub erased_by: Vec<String>,
}

impl Portal {
    /// Places a legal hold on an account, or on one person of it: nothing of them is erased until it is lifted.
    pub async fn place_hold(
        &self,
        call: &Call,
        id: AccountId,
        person_id: Option<PersonId>,
        reason: Text<1000>,
    ) -> Result<Committed<Account>, PortalError> {
        let hold_id = HoldId::new(Uuid::now_v7());
        let command = ask::PlaceHold { hold_id, person_id, reason: reason.clone() };
        self.decide_for_good(call, id, Permission::HoldManage, command.into(), &reason, Vec::new()).await
    }

    /// Lifts a legal hold.
    pub async fn lift_hold(
        &self,
        call: &Call,
        id: AccountId,
        hold_id: HoldId,
        reason: Text<1000>,
    ) -> Result<Committed<Account>, PortalError> {
        let command = ask::LiftHold { hold_id, reason: reason.clone() };
        self.decide_for_good(call, id, Permission::HoldManage, command.into(), &reason, Vec::new()).await
    }

    /// Erases a company that never became a member: its persons, with everything that is kept of them, and what was written in its name about
    /// incidents, in one step.
    pub async fn erase_applicant(
        &self,
        call: &Call,
        id: AccountId,
        reason: Text<1000>,
    ) -> Result<Committed<Account>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let (loaded, context) = self.account_for(call, id, Permission::PersonErase).await?;
            let memberships = self.memberships_of(id).await?;
            let persons = loaded.state.persons();
            let texts = self.texts_of(id, &context, &reason).await?;
            let told = |refusal| told(&call.caller, &Self::account_owner(id), refusal);
            let command = ask::EraseApplicant {
                was_member: memberships.iter().any(|membership| membership.dates.certified_on.is_some()),
                application_open: memberships.iter().any(|membership| !membership.status.is_ended()),
                texts: u32::try_from(texts.iter().map(|part| part.events.len()).sum::<usize>())
                    .unwrap_or(u32::MAX),
                reason: reason.clone(),
            };
            let events = decide(&loaded.state, command.into(), &context).map_err(told)?;
            self.names_nobody(&loaded.state, &reason).await?;
            let mut attachments: Vec<Arc<dyn Attachment>> = Vec::new();
            attachments.extend(
                persons.into_iter().map(|person| -> Arc<dyn Attachment> { Arc::new(ErasePerson(person)) }),
            );
            for part in &texts {
                let incident_id: IncidentId =
                    part.id.parse().map_err(|_| PortalError::Internal("an id is not one".to_owned()))?;
                for event in &part.events {
                    if let IncidentEvent::TextErased(erased) = event {
                        attachments.push(Arc::new(EraseStoredText { incident_id, number: erased.number }));
                    }
                }
            }
            let part = Part::new(id, loaded, events);
            let mut parts: Vec<&dyn AnyPart> = vec![&part];
            parts.extend(texts.iter().map(|part| -> &dyn AnyPart { part }));
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("account", id.to_string(), part.version_after()),
                parts,
                attachments,
            };
            self.record(call, decision).await?;
            self.wipe_log().await;
            Ok(part.committed())
        })
        .await
    }

    /// Every membership of an account, the ended ones included.
    async fn memberships_of(&self, id: AccountId) -> Result<Vec<Arc<Membership>>, PortalError> {
        let rows = fetch_all!(
            self.ledger.db(),
            (String,),
            "SELECT membership_id FROM memberships WHERE account_id = $1 ORDER BY membership_id",
            id.to_string()
        )?;
        let mut memberships = Vec::new();
        for (membership,) in rows {
            memberships.push(self.existing::<Membership>(membership).await?.state);
        }
        Ok(memberships)
    }

    /// The documents that the applications of an account name: whoever keeps the papers destroys them.
    pub async fn documents_of(&self, id: AccountId) -> Result<Vec<Document>, PortalError> {
        let memberships = self.memberships_of(id).await?;
        let documents = memberships.iter().flat_map(|membership| membership.documents.iter());
        Ok(documents.map(|attached| attached.document.clone()).collect())
    }

    /// What erases the texts that were written in the name of an account, incident by incident.
    async fn texts_of(
        &self,
        id: AccountId,
        context: &Context,
        reason: &Text<1000>,
    ) -> Result<Vec<Part<Incident>>, PortalError> {
        let shorter: String = reason.as_str().chars().take(500).collect();
        let reason = Text::parse(shorter).map_err(|error| PortalError::Internal(error.to_string()))?;
        let rows = fetch_all!(
            self.ledger.db(),
            (String, i64),
            "SELECT incident_id, number FROM retained_texts WHERE account_id = $1 ORDER BY incident_id, number",
            id.to_string()
        )?;
        let mut numbers: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (incident_id, number) in rows {
            numbers.entry(incident_id).or_default().extend(u32::try_from(number).ok());
        }
        let mut parts = Vec::new();
        for (incident_id, numbers) in numbers {
            let loaded = self.existing::<Incident>(&incident_id).await?;
            let mut events = Vec::new();
            for number in numbers {
                let erase = EraseText { number, reason: reason.clone() };
                events.extend(incident::decide(&loaded.state, erase.into(), context)?);
            }
            parts.push(Part::new(incident_id, loaded, events));
        }
        Ok(parts)
    }

    /// What is kept and not needed any more by this day: persons who left, and companies that never became members.
    pub async fn erasures_due(
        &self,
        call: &Call,
        filter: &DueFilter,
        request: &PageRequest,
    ) -> Result<Page<RetainedRow>, PortalError> {
        self.allow_unowned(&call.caller, Permission::ErasureRead)?;
        let today = self.today();
        let by = filter.due_on_or_before.unwrap_or(today);
        let policy = self.policies().in_force(today);
        let since = |days: u32| by.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN);
        let mut filters = vec![Filter::Retained {
            persons_since: Today(since(policy.values.former_person_retention_days)),
            applicants_since: Today(since(policy.values.applicant_retention_days)),
            by: filter.due_on_or_before,
        }];
        if !filter.kind.is_empty() {
            filters.push(Filter::In("kind", filter.kind.clone()));
        }
        if !filter.account_id.is_empty() {
            filters.push(Filter::In("account_id", filter.account_id.clone()));
        }
        if let Some(held) = filter.held {
            filters.push(Filter::Held(held));
        }
        page(self.ledger.db(), filters, Sort::Date("since"), request).await
    }

    /// What was erased, oldest first.
    pub async fn erasures(
        &self,
        call: &Call,
        filter: &ErasureFilter,
        request: &PageRequest,
    ) -> Result<Page<ErasureRow>, PortalError> {
        self.allow_unowned(&call.caller, Permission::ErasureRead)?;
        let mut filters = Vec::new();
        for (column, values) in
            [("kind", &filter.kind), ("account_id", &filter.account_id), ("erased_by", &filter.erased_by)]
        {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        page(self.ledger.db(), filters, Sort::Key { descending: false }, request).await
    }

    /// The last day for which something is kept that is not needed since a day, and the policy value that says so.
    pub fn kept_until(&self, kind: &str, since: NaiveDate) -> (NaiveDate, &'static str) {
        let policy = &self.policies().in_force(self.today()).values;
        let (days, key) = match kind {
            "person" => (policy.former_person_retention_days, "former_person_retention_days"),
            _ => (policy.applicant_retention_days, "applicant_retention_days"),
        };
        (since.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX), key)
    }

    /// Refuses to erase a text of an incident while a legal hold stands on an account that is involved in it.
    pub(super) async fn no_hold_on_incident(&self, incident: &Incident) -> Result<(), PortalError> {
        let involved = incident.parties.keys().copied().chain(incident.reported_for());
        for account in involved {
            let loaded = self.existing::<Account>(account).await?;
            if !loaded.state.holds.is_empty() {
                let sentence = "A legal hold stands on a company that is involved in this incident; nothing is erased until it is lifted.";
                let mut refusal = Refusal::state(
                    "legal_hold",
                    sentence,
                    incident.status.as_str(),
                    &incident.allowed_commands(),
                );
                refusal.allowed_commands.retain(|command| command != "erase-text");
                return Err(refusal.into());
            }
        }
        Ok(())
    }
}
