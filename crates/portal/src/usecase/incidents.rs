//! What can be done with an incident.

use crate::access::{Caller, Ownership, Permission, authorize, list_scope};
use crate::allowed::told;
use crate::call::Call;
use crate::error::PortalError;
use crate::executor::{Committed, Decision, Part};
use crate::incident_texts::{EraseStoredText, IncidentText, SaltedText, StoreText};
use crate::portal::Portal;
use crate::read::incidents::{IncidentPartyRow, IncidentRow, Nearness};
use crate::read::page::{Filter, Page, PageRequest, Sort, page};
use chrono::NaiveDate;
use incident::{
    CorrectFacts, EraseText, Facts, Incident, IncidentCommand, IncidentEvent, PartyRole, PlanAction, Report,
    Status, SubmitPlan, TextDigest, decide,
};
use kernel::{AccountId, Actor, FieldError, IncidentId, PersonId, Refusal};
use ledger::{At, Attachment, Dated, RecordedEvent, Statement};
use membership::account::Account;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// Which incidents a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Statuses.
    pub status: Vec<String>,
    /// Kinds.
    pub kind: Vec<String>,
    /// Accounts that are involved.
    pub account_id: Vec<String>,
    /// Numbers of containers, seals, entries or seizures, normalised.
    pub number: Vec<String>,
    /// How urgent CBP finds them; companies are not told.
    pub risk: Vec<String>,
    /// Only those that look like others which nobody has compared with them; companies are not told.
    pub probable_duplicates: bool,
    /// Only those of which something is due on this day or before: from CBP, and for a company from its account.
    pub due_on_or_before: Option<NaiveDate>,
}

/// What somebody says who reports an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct NewIncident {
    /// What is known of it.
    pub facts: Facts,
    /// The account that reports it, or that staff name first, and what it had to do with it.
    pub party: Option<(AccountId, PartyRole)>,
    /// What happened, in words. It stands beside the ledger.
    pub narrative: IncidentText,
}

/// An action of a corrective plan, as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// What is done, in words. It stands beside the ledger.
    pub description: IncidentText,
    /// Who sees to it: a contact of the account.
    pub owner: PersonId,
    /// By when.
    pub due_on: NaiveDate,
}

/// How much of an incident a caller sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncidentSight {
    /// All of it.
    Whole,
    /// The parts of these accounts.
    Of(Vec<AccountId>),
}

impl IncidentSight {
    /// Where an incident stands for the one who asks: a company is told how far its own parts are, the one furthest behind.
    pub fn status(&self, incident: &Incident) -> Status {
        match self {
            IncidentSight::Whole => incident.status,
            IncidentSight::Of(accounts) => {
                let going_on = |account: &AccountId| {
                    incident.parties.get(account).is_some_and(|party| party.stage.status().is_some())
                };
                let status_of = |account: &AccountId| incident.status_for(*account);
                let parts = accounts.iter().filter(|account| going_on(account)).map(status_of).min();
                parts.or_else(|| accounts.iter().map(status_of).min()).unwrap_or_default()
            }
        }
    }

    /// The commands that the state allows, for the one who asks.
    pub fn commands(&self, incident: &Incident) -> Vec<&'static str> {
        match self {
            IncidentSight::Whole => incident.allowed_commands(),
            IncidentSight::Of(accounts) => incident.allowed_commands_for(accounts),
        }
    }

    /// Whether the part of an account is seen.
    pub fn shows(&self, account: AccountId) -> bool {
        match self {
            IncidentSight::Whole => true,
            IncidentSight::Of(accounts) => accounts.contains(&account),
        }
    }

    /// Whether the report itself is seen, narrative included: by CBP, and by those who made it.
    pub fn shows_report(&self, incident: &Incident) -> bool {
        match self {
            IncidentSight::Whole => true,
            IncidentSight::Of(_) => incident.reported_for().is_some_and(|account| self.shows(account)),
        }
    }

    /// In whose name the caller acts on an incident, where it is not said.
    pub fn owner(&self) -> Ownership {
        match self {
            IncidentSight::Whole => Ownership::default(),
            IncidentSight::Of(accounts) => {
                Ownership { account_id: accounts.first().copied(), ..Ownership::default() }
            }
        }
    }
}

/// A page of a list: of incidents for CBP, of the parts that its accounts have in them for a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IncidentPage {
    /// Incidents.
    Whole(Page<IncidentRow>),
    /// Parts.
    Parts(Page<IncidentPartyRow>),
}

fn owned_by(account: AccountId) -> Ownership {
    Ownership { account_id: Some(account), ..Ownership::default() }
}

/// A correction of the facts counts since the report that it corrects.
fn holds_from(events: &[Dated<IncidentEvent>]) -> Vec<kernel::Timestamp> {
    let reported = events.first().map(|first| first.occurred_at);
    events
        .iter()
        .map(|dated| match dated.event {
            IncidentEvent::FactsCorrected(_) => reported.unwrap_or(dated.occurred_at),
            _ => dated.occurred_at,
        })
        .collect()
}

fn unknown_account() -> PortalError {
    PortalError::invalid(vec![FieldError::new("/account_id", "unknown_account", "is no account")])
}

impl Portal {
    /// How much of an incident the caller sees; `None` when it may not know that there is one.
    pub fn incident_sight(caller: &Caller, incident: &Incident) -> Option<IncidentSight> {
        if authorize(caller, Permission::IncidentRead, &Ownership::default()).is_ok() {
            return Some(IncidentSight::Whole);
        }
        let own =
            |account: &AccountId| authorize(caller, Permission::IncidentRead, &owned_by(*account)).is_ok();
        let accounts: Vec<AccountId> = incident.parties.keys().copied().filter(own).collect();
        (!accounts.is_empty()).then_some(IncidentSight::Of(accounts))
    }

    /// Whether an incident exists and involves an account, for what names an incident as its cause.
    pub async fn incident_involves(&self, id: IncidentId, account: AccountId) -> Result<bool, PortalError> {
        let loaded = self.ledger.load::<Incident>(&id.to_string()).await?;
        Ok(loaded.state.involves(account))
    }

    /// Reports an incident.
    pub async fn report_incident(
        &self,
        call: &Call,
        new: NewIncident,
    ) -> Result<Committed<Incident>, PortalError> {
        self.attempt(call, || async {
            let actor = self.reporter(call, new.party.map(|(account, _)| account)).await?;
            let context = self.context(actor);
            let incident_id = IncidentId::new(Uuid::now_v7());
            let narrative = SaltedText::new(new.narrative.clone());
            let command = Report {
                incident_id,
                facts: new.facts.clone(),
                party: new.party,
                narrative: narrative.digest(),
            };
            let fresh = Self::fresh::<Incident>();
            let events = decide(&fresh.state, command.into(), &context)?;
            let part = Part::new(incident_id, fresh, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("incident", incident_id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: vec![Arc::new(StoreText::new(incident_id, 1, &narrative, context.now))],
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// Who reports: a company for an account of its own, or CBP for any account or none.
    async fn reporter(&self, call: &Call, account: Option<AccountId>) -> Result<Actor, PortalError> {
        let Some(account) = account else {
            let actor = authorize(&call.caller, Permission::IncidentReport, &Ownership::default());
            return actor.map_err(|_| {
                let detail = "is required: a company reports for one of its accounts";
                PortalError::invalid(vec![FieldError::new("/account_id", "required", detail)])
            });
        };
        let actor = self.allow(&call.caller, Permission::IncidentReport, &owned_by(account))?;
        self.known_account(account).await?;
        Ok(actor)
    }

    async fn known_account(&self, account: AccountId) -> Result<(), PortalError> {
        match self.existing::<Account>(account).await {
            Err(PortalError::NotFound) => Err(unknown_account()),
            found => found.map(|_| ()),
        }
    }

    /// An incident, as it is or as it was. What of it the caller is shown is for [`Portal::incident_sight`].
    pub async fn incident(
        &self,
        call: &Call,
        id: IncidentId,
        at: Option<At>,
    ) -> Result<Committed<Incident>, PortalError> {
        let loaded = self.existing::<Incident>(id).await?;
        Self::incident_sight(&call.caller, &loaded.state).ok_or(PortalError::NotFound)?;
        let found = match at {
            None => Committed::of(id, loaded),
            Some(at) => self.existing_dated(id, at, holds_from).await?,
        };
        // Whoever is involved now may not have been then.
        Self::incident_sight(&call.caller, &found.state).ok_or(PortalError::NotFound)?;
        Ok(found)
    }

    /// Names an account that it involves.
    pub async fn involve_account(
        &self,
        call: &Call,
        id: IncidentId,
        command: incident::InvolveAccount,
    ) -> Result<Committed<Incident>, PortalError> {
        // Whoever may do this may know every account.
        if authorize(&call.caller, Permission::IncidentReview, &Ownership::default()).is_ok() {
            self.existing::<Incident>(id).await?;
            self.known_account(command.account_id).await?;
        }
        self.on_incident(call, id, Permission::IncidentReview, None, Vec::new(), |_| {
            Some(command.clone().into())
        })
        .await
    }

    /// Hands in a corrective plan. Each action is seen to by a contact of the account.
    pub async fn plan_actions(
        &self,
        call: &Call,
        id: IncidentId,
        account: AccountId,
        actions: Vec<NewAction>,
    ) -> Result<Committed<Incident>, PortalError> {
        if authorize(&call.caller, Permission::IncidentRespond, &owned_by(account)).is_ok() {
            let known = self.existing::<Account>(account).await?;
            let strange = |(index, action): (usize, &NewAction)| {
                let pointer = format!("/actions/{index}/owner");
                let error = FieldError::new(pointer, "unknown_contact", "is no contact of this account");
                known.state.contact(action.owner).is_none().then_some(error)
            };
            let errors: Vec<FieldError> = actions.iter().enumerate().filter_map(strange).collect();
            if !errors.is_empty() {
                return Err(PortalError::invalid(errors));
            }
        }
        let texts = actions.iter().map(|action| action.description.clone()).collect();
        self.on_incident(call, id, Permission::IncidentRespond, Some(account), texts, |digests| {
            let planned = actions.iter().zip(digests).map(|(action, description)| PlanAction {
                description,
                owner: action.owner,
                due_on: action.due_on,
            });
            Some(SubmitPlan { account_id: account, actions: planned.collect() }.into())
        })
        .await
    }

    /// Corrects or completes what is known: staff any incident, a company the one that it reported.
    pub async fn correct_incident(
        &self,
        call: &Call,
        id: IncidentId,
        command: CorrectFacts,
    ) -> Result<Committed<Incident>, PortalError> {
        let loaded = self.existing::<Incident>(id).await?;
        let sight = Self::incident_sight(&call.caller, &loaded.state).ok_or(PortalError::NotFound)?;
        let account = match &sight {
            IncidentSight::Whole => None,
            IncidentSight::Of(_) if sight.shows_report(&loaded.state) => loaded.state.reported_for(),
            IncidentSight::Of(_) => {
                let sentence = "Only the company that reported the incident corrects the report; add a statement instead.";
                return Err(Refusal::actor("reporter_only", sentence).into());
            }
        };
        self.on_incident(call, id, Permission::IncidentCorrect, account, Vec::new(), |_| {
            Some(command.clone().into())
        })
        .await
    }

    /// Erases a text from beside the ledger, and records that it was.
    pub async fn erase_incident_text(
        &self,
        call: &Call,
        id: IncidentId,
        command: EraseText,
    ) -> Result<Committed<Incident>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Incident>(id).await?;
            let sight = Self::incident_sight(&call.caller, &loaded.state).ok_or(PortalError::NotFound)?;
            let owner = sight.owner();
            let actor = self.allow(&call.caller, Permission::IncidentErase, &owner)?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let number = command.number;
            let events = decide(&loaded.state, command.clone().into(), &context)
                .map_err(|refusal| told(&call.caller, &owner, refusal))?;
            if !events.is_empty() {
                self.no_hold_on_incident(&loaded.state).await?;
            }
            let part = Part::new(id, loaded, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("incident", id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments: vec![Arc::new(EraseStoredText { incident_id: id, number })],
            };
            self.record(call, decision).await?;
            self.wipe_log().await;
            Ok(part.committed())
        })
        .await
    }

    /// The incidents that look like this one and that nobody has compared with it, each with the signs by which it does. For staff.
    pub async fn probable_duplicates(
        &self,
        id: IncidentId,
    ) -> Result<BTreeMap<IncidentId, Vec<String>>, PortalError> {
        let mut statement = Statement::new("SELECT other, sign FROM (");
        statement.push(&Nearness::by(&self.policy()).pairs()).push(") alike WHERE one = ");
        statement.bind(id.to_string()).push(" ORDER BY other, sign LIMIT 200");
        let rows: Vec<(String, String)> = statement.fetch_all(self.ledger.db()).await?;
        let mut found: BTreeMap<IncidentId, Vec<String>> = BTreeMap::new();
        for (other, sign) in rows {
            let other = other.parse().map_err(|_| PortalError::Internal("an id is not one".to_owned()))?;
            found.entry(other).or_default().push(sign);
        }
        Ok(found)
    }

    /// Says of two incidents whether they are the same, or takes that back: both get the event, or neither.
    pub async fn compare_incidents(
        &self,
        call: &Call,
        id: IncidentId,
        other: IncidentId,
        command: impl Fn(IncidentId) -> IncidentCommand + Sync,
    ) -> Result<Committed<Incident>, PortalError> {
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Incident>(id).await?;
            let sight = Self::incident_sight(&call.caller, &loaded.state).ok_or(PortalError::NotFound)?;
            let owner = sight.owner();
            let actor = self.allow(&call.caller, Permission::IncidentReview, &owner)?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let told = |refusal| told(&call.caller, &owner, refusal);
            let events = decide(&loaded.state, command(other), &context).map_err(told)?;
            let beside = match self.existing::<Incident>(other).await {
                Err(PortalError::NotFound) => {
                    let error = FieldError::new("/incident_id", "unknown_incident", "is no incident");
                    return Err(PortalError::invalid(vec![error]));
                }
                found => found?,
            };
            let events_beside = decide(&beside.state, command(id), &context).map_err(told)?;
            let part = Part::new(id, loaded, events);
            let part_beside = Part::new(other, beside, events_beside);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("incident", id.to_string(), part.version_after()),
                parts: vec![&part, &part_beside],
                attachments: Vec::new(),
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// A step on an incident, in the name of an account where it is one account's; `command` gets the digests of the texts, in their
    /// order.
    pub async fn on_incident(
        &self,
        call: &Call,
        id: IncidentId,
        permission: Permission,
        account: Option<AccountId>,
        texts: Vec<IncidentText>,
        command: impl Fn(Vec<TextDigest>) -> Option<IncidentCommand> + Sync,
    ) -> Result<Committed<Incident>, PortalError> {
        let texts: Vec<SaltedText> = texts.into_iter().map(SaltedText::new).collect();
        self.attempt_in_turn(call, id, || async {
            let loaded = self.existing::<Incident>(id).await?;
            let sight = Self::incident_sight(&call.caller, &loaded.state).ok_or(PortalError::NotFound)?;
            let owner = account.map_or_else(|| sight.owner(), owned_by);
            let actor = self.allow(&call.caller, permission, &owner)?;
            Self::expect_version(call, loaded.version)?;
            let context = self.context(actor);
            let command = command(texts.iter().map(SaltedText::digest).collect());
            let command =
                command.ok_or_else(|| PortalError::Internal("a text got lost on its way".to_owned()))?;
            let events = decide(&loaded.state, command, &context)
                .map_err(|refusal| told(&call.caller, &owner, refusal))?;
            let stored = (loaded.state.texts + 1..).zip(&texts).map(|(number, text)| {
                let stored: Arc<dyn Attachment> = Arc::new(StoreText::new(id, number, text, context.now));
                stored
            });
            // What events do not refer to is not stored.
            let attachments = if events.is_empty() { Vec::new() } else { stored.collect() };
            let part = Part::new(id, loaded, events);
            let decision = Decision {
                actor: &context.actor,
                occurred_at: context.now,
                answer: ("incident", id.to_string(), part.version_after()),
                parts: vec![&part],
                attachments,
            };
            self.record(call, decision).await?;
            Ok(part.committed())
        })
        .await
    }

    /// The incidents that the caller may see: all of them for CBP, for a company the parts that its accounts have in them.
    pub async fn incidents(
        &self,
        call: &Call,
        filter: &IncidentFilter,
        request: &PageRequest,
    ) -> Result<IncidentPage, PortalError> {
        let scope = list_scope(&call.caller, Permission::IncidentRead);
        let mut filters = Vec::new();
        for (column, values) in [("status", &filter.status), ("kind", &filter.kind)] {
            if !values.is_empty() {
                filters.push(Filter::In(column, values.clone()));
            }
        }
        let in_other = |table, column, values: &[String]| Filter::InOther {
            key: "incident_id",
            table,
            column,
            values: values.to_vec(),
        };
        if !filter.number.is_empty() {
            filters.push(in_other("incident_numbers", "normalised", &filter.number));
        }
        let sort = Sort::Key { descending: false };
        if scope.all {
            if !filter.account_id.is_empty() {
                filters.push(in_other("incident_parties", "account_id", &filter.account_id));
            }
            if !filter.risk.is_empty() {
                filters.push(Filter::In("risk", filter.risk.clone()));
            }
            filters.extend(filter.due_on_or_before.map(|date| Filter::OnOrBefore("due_on", date)));
            if filter.probable_duplicates {
                filters.push(Filter::ProbableDuplicate(Nearness::by(&self.policy())));
            }
            return Ok(IncidentPage::Whole(page(self.ledger.db(), filters, sort, request).await?));
        }
        let own: Vec<String> = scope.accounts.iter().map(ToString::to_string).collect();
        filters.push(Filter::In("account_id", own));
        if !filter.account_id.is_empty() {
            filters.push(Filter::In("account_id", filter.account_id.clone()));
        }
        if !filter.number.is_empty() {
            // The numbers of a report are for those who made it: for others a list that answers to a number would tell it.
            filters.push(Filter::Is("reporter"));
        }
        if !filter.risk.is_empty() || filter.probable_duplicates {
            filters.push(Filter::In("kind", Vec::new()));
        }
        filters.extend(filter.due_on_or_before.map(|date| Filter::OnOrBefore("due_on", date)));
        Ok(IncidentPage::Parts(page(self.ledger.db(), filters, sort, request).await?))
    }

    /// The history of an incident: for a company only what concerns its own accounts.
    pub async fn incident_history(
        &self,
        call: &Call,
        id: IncidentId,
        mut after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, PortalError> {
        let loaded = self.existing::<Incident>(id).await?;
        let sight = Self::incident_sight(&call.caller, &loaded.state).ok_or(PortalError::NotFound)?;
        let reporter = sight.shows_report(&loaded.state);
        let mut shown = Vec::new();
        loop {
            let events = self.stream_history("incident", &id.to_string(), after, limit).await?;
            let Some(last) = events.last() else { return Ok(shown) };
            after = last.sequence;
            for event in events {
                if let Some(event) = as_seen(&sight, reporter, event)? {
                    shown.push(event);
                    if i64::try_from(shown.len()).is_ok_and(|count| count >= limit) {
                        return Ok(shown);
                    }
                }
            }
        }
    }
}

/// An event as somebody sees it who sees this much of the incident; `None` for what concerns others.
fn as_seen(
    sight: &IncidentSight,
    reporter: bool,
    mut event: RecordedEvent,
) -> Result<Option<RecordedEvent>, PortalError> {
    if *sight == IncidentSight::Whole {
        return Ok(Some(event));
    }
    let seen = match event.decode::<IncidentEvent>()? {
        IncidentEvent::Reported(reported) => {
            reported.reported_for.is_some_and(|account| sight.shows(account))
        }
        IncidentEvent::AccountInvolved(involved) => sight.shows(involved.account_id),
        IncidentEvent::AccountRemoved(removed) => sight.shows(removed.account_id),
        IncidentEvent::StatementAdded(added) => added.account_id.is_some_and(|account| sight.shows(account)),
        IncidentEvent::Triaged(triaged) => {
            // How urgent CBP finds it, and why, is CBP's own; and a second word on it comes wherever the incident stands.
            leave_out(&mut event, &["risk", "basis"]);
            triaged.earlier_status == Status::Reported
        }
        IncidentEvent::ReviewBegun(_) => true,
        IncidentEvent::Closed(_) | IncidentEvent::Reopened(_) => {
            // The reasons may be about others.
            leave_out(&mut event, &["basis", "reason"]);
            true
        }
        IncidentEvent::FactsCorrected(_) => reporter,
        IncidentEvent::TextErased(_) => false,
        // What it looks like is between CBP and other companies.
        IncidentEvent::Compared(_) | IncidentEvent::ComparisonUndone(_) => false,
        IncidentEvent::AnalysisRequested(part) => sight.shows(part.account_id),
        IncidentEvent::AnalysisSubmitted(part) => sight.shows(part.account_id),
        IncidentEvent::PlanSubmitted(part) => sight.shows(part.account_id),
        IncidentEvent::ResponseAccepted(part) => sight.shows(part.account_id),
        IncidentEvent::ResponseReturned(part) => sight.shows(part.account_id),
        IncidentEvent::ActionCompleted(part) => sight.shows(part.account_id),
        IncidentEvent::PartConcluded(part) => sight.shows(part.account_id),
    };
    if event.payload.get("stage").is_some() {
        // Where the whole stands depends on others.
        leave_out(&mut event, &["status"]);
    }
    Ok(seen.then_some(event))
}

fn leave_out(event: &mut RecordedEvent, members: &[&str]) {
    if let Some(payload) = event.payload.as_object_mut() {
        members.iter().for_each(|member| {
            payload.remove(*member);
        });
    }
}
