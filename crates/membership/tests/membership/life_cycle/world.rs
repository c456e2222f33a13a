//! One membership with its entries of the register, and the actors that ask. What concerns both is taken or refused as a whole, as the
//! portal does it.

use crate::support::*;
use chrono::{Days, NaiveDate};
use criteria::EntityType;
use kernel::{Actor, ActorKind, AppealId, Context, EnforcementActionId, PersonId, Policy, Role};
use membership::enforcement::{
    self as enf, Cause, CauseKind, EndKind, EnforcementAction, EnforcementCommand, EnforcementEvent,
    EnforcementKind, ReasonCode,
};
use membership::membership::benefits::Benefit;
use membership::membership::*;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub what: prop::sample::Index,
    pub who: prop::sample::Index,
    /// How many days have gone by since.
    pub days: u64,
    /// Which reason, cause or benefit.
    pub detail: u8,
    /// Whether somebody asks who may.
    pub suitable: bool,
}

pub struct World {
    pub membership: Membership,
    pub events: Vec<MembershipEvent>,
    pub done: BTreeSet<Verb>,
    entries: BTreeMap<EnforcementActionId, EnforcementAction>,
    today: NaiveDate,
    number: u128,
    actors: Vec<Actor>,
}

fn actors() -> Vec<Actor> {
    let of = |first: u128, how_many: u128, kind: ActorKind, role: Role| {
        (first..first + how_many).map(move |number| Actor { id: person(number), kind, role })
    };
    let mut all: Vec<Actor> = of(20, 2, ActorKind::CompanyUser, Role::Employee).collect();
    all.extend(of(100, 6, ActorKind::CompanyUser, Role::Officer));
    all.extend(of(110, 4, ActorKind::CompanyUser, Role::Employee));
    all.extend(of(120, 4, ActorKind::CompanyUser, Role::Consultant));
    all.extend(of(130, 7, ActorKind::Staff, Role::Specialist));
    all.extend(of(140, 6, ActorKind::Staff, Role::Supervisor));
    all.extend(of(150, 6, ActorKind::Staff, Role::ProgrammeDirector));
    all.extend(of(160, 2, ActorKind::Staff, Role::Auditor));
    all.extend(of(170, 2, ActorKind::Machine, Role::Integrator));
    all.push(Actor::system());
    all
}

/// What can be asked for; the roles that may, as far as the role alone decides.
const KINDS: [(&str, &[Role]); 24] = [
    ("submit", &[Role::Officer]),
    ("assign", &[Role::Supervisor]),
    ("return", &[Role::Specialist]),
    ("approve", &[Role::Specialist]),
    ("settle", &[Role::Specialist]),
    ("vet", &[Role::Specialist]),
    ("recommend", &[Role::Specialist]),
    ("certify", &[Role::Supervisor, Role::ProgrammeDirector]),
    ("reject", &[Role::Specialist]),
    ("find_ineligible", &[Role::Specialist]),
    ("withdraw", &[Role::Officer]),
    ("expire", &[Role::System]),
    ("validate", &[Role::Supervisor, Role::ProgrammeDirector]),
    ("change_tier", &[Role::Supervisor, Role::ProgrammeDirector]),
    ("recommend_enforcement", &[Role::Specialist, Role::Supervisor]),
    ("suspend", &[Role::ProgrammeDirector]),
    ("remove", &[Role::ProgrammeDirector]),
    ("reinstate", &[Role::ProgrammeDirector]),
    ("plan", &[Role::Officer, Role::Employee]),
    ("appeal", &[Role::Officer]),
    ("decide_appeal", &[Role::ProgrammeDirector]),
    ("ask_to_leave", &[Role::Employee]),
    ("stay", &[Role::Employee]),
    ("close", &[Role::Supervisor]),
];

impl World {
    /// A company that has just applied, or one that was certified.
    pub fn new(ready: bool) -> Self {
        let story = if ready { certified() } else { pre_applicant_as(EntityType::Importer) };
        let today = if ready { CERTIFIED } else { APPLIED };
        let actors = actors();
        assert_eq!(actors.len(), 40);
        Self {
            membership: story.state,
            events: story.events,
            done: BTreeSet::new(),
            entries: BTreeMap::new(),
            today: day(today),
            number: 0x1000,
            actors,
        }
    }

    fn next(&mut self) -> u128 {
        self.number += 1;
        self.number
    }

    pub fn ask(&mut self, asked: &Asked) {
        self.today = self.today + Days::new(asked.days);
        let (kind, roles) = KINDS[asked.what.index(KINDS.len())];
        let chosen: Vec<&Actor> = if asked.suitable {
            self.actors.iter().filter(|actor| roles.contains(&actor.role)).collect()
        } else {
            self.actors.iter().collect()
        };
        let actor = chosen[asked.who.index(chosen.len())].clone();
        let now = format!("{}T17:00:00Z", self.today).parse().unwrap();
        let context = Context { now, actor, policy: Arc::new(Policy::default()) };
        match kind {
            "suspend" => self.enforce(EnforcementKind::Suspension, asked.detail, &context),
            "remove" => self.enforce(EnforcementKind::Removal, asked.detail, &context),
            "reinstate" => self.enforce(EnforcementKind::Reinstatement, asked.detail, &context),
            "close" => self.close(&context),
            "plan" | "appeal" | "decide_appeal" => self.on_entry(kind, asked.detail, &context),
            _ => {
                let command = self.command(kind, asked.detail);
                let verb = command.verb();
                if let Ok(events) = decide(&self.membership, command, &context) {
                    self.take(verb, events);
                }
            }
        }
    }

    fn take(&mut self, verb: Verb, events: Vec<MembershipEvent>) {
        self.done.insert(verb);
        for event in events {
            evolve(&mut self.membership, &event);
            self.events.push(event);
        }
    }

    fn take_entry(&mut self, id: EnforcementActionId, events: &[EnforcementEvent]) {
        let entry = self.entries.entry(id).or_default();
        events.iter().for_each(|event| enf::evolve(entry, event));
    }

    fn command(&mut self, kind: &str, detail: u8) -> MembershipCommand {
        let today = self.today;
        match kind {
            "submit" => SubmitSecurityProfile { account: account() }.into(),
            "assign" => assign().into(),
            "stay" => stay(Vec::new()).into(),
            "return" => ReturnProfile { rejected_answers: 1, answer_due_on: None }.into(),
            "approve" => ApproveProfile { snapshot_number: 1 }.into(),
            "settle" if detail.is_multiple_of(2) => SetBond { bond: import_bond() }.into(),
            "settle" => debt_confirmed().into(),
            "vet" => {
                let (outcome, summary) = match detail % 4 {
                    0 => (VettingOutcome::Failed, VettingSummary::SecurityEvent),
                    1 => (VettingOutcome::Open, VettingSummary::InProgress),
                    _ => (VettingOutcome::Passed, VettingSummary::NoConcerns),
                };
                RecordVettingResult { outcome, determined_on: today, summary }.into()
            }
            "recommend" => recommend().into(),
            "certify" => certify().into(),
            "reject" if detail > 200 => {
                Reject { reason: RejectionReason::NoResponse, text: text("No answer.") }.into()
            }
            "find_ineligible" if detail > 200 => FindIneligible {
                condition: Condition::C6,
                reason: IneligibilityReason::UnpaidDebt,
                text: text("Bill 4410."),
            }
            .into(),
            "withdraw" if detail > 200 => {
                Withdraw { reason: WithdrawalReason::NotInterested, text: None }.into()
            }
            "validate" => RecordValidationOutcome {
                validation_reference: text(&format!("VAL-{}", detail % 16)),
                validated_on: today,
                best_practices: detail.is_multiple_of(3).then(|| text("Cameras.")),
                revalidation_due_on: None,
                reported_by: self.staff(detail),
            }
            .into(),
            "change_tier" => {
                let (tier, reason) = match detail % 2 {
                    0 => (Tier::Tier3, TierChangeReason::BestPracticesQualify),
                    _ => (Tier::Tier2, TierChangeReason::NoLongerExceedsCriteria),
                };
                ChangeTier { tier, reason, text: text("Seen on site."), assessed_by: self.staff(detail) }
                    .into()
            }
            "recommend_enforcement" => {
                let action = EnforcementKind::ALL[usize::from(detail) % 3];
                let reason = *ReasonCode::ALL.iter().find(|reason| reason.kinds().contains(&action)).unwrap();
                RecommendEnforcement { action, reason, text: text("See the report.") }.into()
            }
            "ask_to_leave" if detail > 180 => ask_to_leave().into(),
            _ => ExpireApplication {}.into(),
        }
    }

    fn staff(&self, detail: u8) -> PersonId {
        let staff: Vec<&Actor> = self.actors.iter().filter(|actor| actor.role.is_staff_role()).collect();
        staff[usize::from(detail) % staff.len()].id
    }

    fn facts(&self) -> Vec<InForce> {
        let of = |action: &ActionInForce| {
            let state = &self.entries[&action.enforcement_action_id];
            let entry = state.entry.as_ref().unwrap();
            InForce {
                enforcement_action_id: entry.enforcement_action_id,
                action: entry.action,
                reason: entry.reason,
                cause: entry.cause.clone(),
                answer_due_on: entry.answer_due_on,
                appeal_open: state.open_appeal().is_some(),
                plan: state.plan.as_ref().map(|submitted| submitted.plan.clone()),
            }
        };
        self.membership.enforcement.in_force.iter().map(of).collect()
    }

    fn enforce(&mut self, action: EnforcementKind, detail: u8, context: &Context) {
        let id = enforcement_id(self.next());
        let in_force = self.facts();
        let first = in_force.first().map(|fact| fact.enforcement_action_id);
        let fitting: Vec<ReasonCode> =
            ReasonCode::ALL.iter().copied().filter(|reason| reason.kinds().contains(&action)).collect();
        let reason = fitting[usize::from(detail) % fitting.len()];
        let kind = reason.cause().unwrap_or(CauseKind::Inquiry);
        let reference = match (kind, first) {
            (CauseKind::Incident, _) => incident(u128::from(detail % 3)).reference,
            (CauseKind::AnnualReview, _) => text("2028"),
            (CauseKind::Suspension, Some(id)) => text(&id.to_string()),
            _ => text(&format!("FILE-{}", detail % 3)),
        };
        let cause = Some(Cause { kind, reference });
        let withheld_benefits = if detail.is_multiple_of(3) { vec![Benefit::FastLanes] } else { Vec::new() };
        let command: MembershipCommand = match action {
            EnforcementKind::Suspension => Suspend {
                enforcement_action_id: id,
                withheld_benefits: withheld_benefits.clone(),
                reason,
                cause: cause.clone(),
                in_force: in_force.clone(),
            }
            .into(),
            EnforcementKind::Removal => {
                Remove { enforcement_action_id: id, reason, cause: cause.clone(), in_force }.into()
            }
            EnforcementKind::Reinstatement => {
                Reinstate { enforcement_action_id: id, suspension: first.unwrap_or(id), in_force }.into()
            }
        };
        let verb = command.verb();
        let Ok(events) = decide(&self.membership, command, context) else { return };
        let found = self.membership.enforcement.recommendation.clone().unwrap();
        let (ends, how) = match &events[0] {
            MembershipEvent::Removed(event) => (event.ended_actions.clone(), EndKind::Removal),
            MembershipEvent::Reinstated(event) => (vec![event.suspension], EndKind::Reinstatement),
            _ => (Vec::new(), EndKind::Reinstatement),
        };
        let impose = enf::Impose {
            enforcement_action_id: id,
            membership_id: membership_id(),
            account_id: account_id(),
            action,
            withheld_benefits: if action == EnforcementKind::Suspension {
                withheld_benefits
            } else {
                Vec::new()
            },
            reason,
            facts: text("See the report."),
            criteria_applied: vec![text("Seal control (7.24).")],
            cause,
            recommended_by: found.recommended_by,
            recommended_on: found.recommended_on,
            notice_on: None,
            effective_on: None,
            for_false_information: reason == ReasonCode::KnowinglyFalseInformation,
            corrective_plan: None,
            ends: ends.clone(),
            earlier_status: self.membership.status,
            status: self.membership.status,
        };
        let Ok(entry) = enf::decide(&EnforcementAction::default(), impose.into(), context) else { return };
        for ended in ends {
            let end = enf::End { how, by_action: Some(id) };
            let events = enf::decide(&self.entries[&ended], end.into(), context).unwrap();
            self.take_entry(ended, &events);
        }
        self.take_entry(id, &entry);
        self.take(verb, events);
    }

    fn close(&mut self, context: &Context) {
        let in_force = self.facts();
        let ids: Vec<EnforcementActionId> = in_force.iter().map(|fact| fact.enforcement_action_id).collect();
        let Ok(events) = decide(&self.membership, Close { in_force }.into(), context) else { return };
        for id in ids {
            let end = enf::End { how: EndKind::MembershipClosed, by_action: None };
            let events = enf::decide(&self.entries[&id], end.into(), context).unwrap();
            self.take_entry(id, &events);
        }
        self.take(Verb::Close, events);
    }

    /// Answers, appeals and decides on the entry that was made last, or on any.
    fn on_entry(&mut self, kind: &str, detail: u8, context: &Context) {
        let ids: Vec<EnforcementActionId> = self.entries.keys().copied().rev().collect();
        let Some(id) = ids.get(usize::from(detail) % ids.len().clamp(1, 3)).copied() else { return };
        let appeal: AppealId = format!("apl_{:032x}", self.next()).parse().unwrap();
        let command: EnforcementCommand = match kind {
            "plan" => {
                let objective = enf::Objective { objective: text("Seals."), due_on: self.today };
                let consents = !detail.is_multiple_of(4);
                let plan = enf::CorrectivePlan {
                    objectives: vec![objective],
                    consents_to_unannounced_visits: consents,
                };
                enf::SubmitCorrectivePlan { plan }.into()
            }
            "appeal" if detail.is_multiple_of(5) => enf::WithdrawAppeal { text: None }.into(),
            "appeal" => enf::FileAppeal { appeal_id: appeal, grounds: text("It was otherwise.") }.into(),
            _ => enf::DecideAppeal {
                granted: !detail.is_multiple_of(3),
                text: text("Seen."),
                identifier_conflict_reason: None,
            }
            .into(),
        };
        let Ok(events) = enf::decide(&self.entries[&id], command, context) else { return };
        let granted = events.iter().find_map(|event| match event {
            EnforcementEvent::AppealGranted(granted) => Some(granted.appeal_id),
            _ => None,
        });
        if let Some(appeal_id) = granted {
            let restore = Restore {
                enforcement_action_id: id,
                appeal_id,
                in_use: Vec::new(),
                identifier_conflict_reason: None,
            };
            let restored = decide(&self.membership, restore.into(), context).expect("an action in force");
            if let MembershipEvent::Restored(event) = &restored[0] {
                for resumed in event.resumed_actions.clone() {
                    let resume = enf::Resume { appeal_id };
                    let events = enf::decide(&self.entries[&resumed], resume.into(), context).unwrap();
                    self.take_entry(resumed, &events);
                }
            }
            self.take(Verb::Restore, restored);
        }
        self.take_entry(id, &events);
    }

    /// Register and membership say the same, nothing is doubled, and nobody decided alone.
    pub fn holds(&self) -> Result<(), TestCaseError> {
        let open: BTreeSet<EnforcementActionId> =
            self.entries.iter().filter(|(_, entry)| entry.ended.is_none()).map(|(id, _)| *id).collect();
        let in_force: BTreeSet<EnforcementActionId> =
            self.membership.enforcement.in_force.iter().map(|action| action.enforcement_action_id).collect();
        prop_assert_eq!(&open, &in_force);
        let mut causes = BTreeSet::new();
        for id in &open {
            let entry = self.entries[id].entry.as_ref().unwrap();
            let cause = (entry.action, entry.cause.kind, entry.cause.reference.to_string());
            prop_assert!(causes.insert(cause), "doubled: {entry:?}");
        }
        for action in self.entries.values() {
            let entry = action.entry.as_ref().unwrap();
            prop_assert_ne!(entry.decided_by, entry.recommended_by);
            prop_assert!(
                action.appeals.iter().filter(|appeal| appeal.status == enf::AppealStatus::Open).count() <= 1
            );
            for appeal in &action.appeals {
                let decided = matches!(appeal.status, enf::AppealStatus::Granted | enf::AppealStatus::Denied);
                prop_assert!(!decided || appeal.closed_by != Some(entry.decided_by));
                prop_assert!(appeal.filed_on <= entry.appeal_due_on.unwrap());
            }
        }
        let ended = self.membership.status.is_ended();
        prop_assert_eq!(ended, self.membership.dates.ended_on.is_some());
        prop_assert_eq!(ended, self.membership.ending.is_some());
        Ok(())
    }
}
