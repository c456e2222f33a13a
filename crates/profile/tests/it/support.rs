//! Given / when / then, and the words that the stories share.

use chrono::NaiveDate;
use criteria::{CriterionId, EditionId, EntityType, Level};
use kernel::{
    AccountId, Actor, ActorKind, Context, FieldError, MembershipId, PersonId, Policy, ProfileId, Refusal,
    RefusalKind, Role, Timestamp,
};
use profile::event::ProfileStarted;
use profile::{
    AcceptAnswer, AnswerContent, AnswerText, Applies, Approve, Comment, FrozenCriterion, Met, Profile,
    ProfileCommand, ProfileEvent, ReasonText, RejectAnswer, Return, SaveAnswer, StartReview, Status, Submit,
    decide, evolve,
};
use std::sync::Arc;

/// 1.3 and 4.8 are MUST, 4.10 and 9.16 SHOULD in these stories.
pub const ASKED: [(&str, Level); 4] =
    [("1.3", Level::Must), ("4.8", Level::Must), ("4.10", Level::Should), ("9.16", Level::Should)];

pub fn uuid_text(number: u32) -> String {
    format!("0193a5c0de7a7c3eb8f6a1b2{number:08x}")
}

pub fn person(number: u32) -> PersonId {
    format!("per_{}", uuid_text(number)).parse().unwrap()
}

pub fn profile_id() -> ProfileId {
    format!("prf_{}", uuid_text(1)).parse().unwrap()
}

pub fn membership_id() -> MembershipId {
    format!("mbr_{}", uuid_text(2)).parse().unwrap()
}

pub fn account_id() -> AccountId {
    format!("acc_{}", uuid_text(3)).parse().unwrap()
}

pub fn id(text: &str) -> CriterionId {
    text.parse().unwrap()
}

pub fn edition() -> EditionId {
    criteria::editions().first().unwrap().id.clone()
}

pub fn entity_type() -> EntityType {
    EntityType::Importer
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn now() -> Timestamp {
    "2026-03-02T15:00:00.123456Z".parse().unwrap()
}

pub fn context(role: Role) -> Context {
    let (kind, number) = match role {
        Role::Officer => (ActorKind::CompanyUser, 10),
        Role::Employee => (ActorKind::CompanyUser, 11),
        Role::Consultant => (ActorKind::CompanyUser, 12),
        Role::Integrator => (ActorKind::Machine, 13),
        Role::Operator => (ActorKind::Machine, 14),
        Role::Specialist => (ActorKind::Staff, 20),
        Role::Supervisor => (ActorKind::Staff, 21),
        Role::ProgrammeDirector => (ActorKind::Staff, 22),
        Role::Auditor => (ActorKind::Staff, 23),
        Role::System => {
            return Context { now: now(), actor: Actor::system(), policy: Arc::new(Policy::default()) };
        }
    };
    Context {
        now: now(),
        actor: Actor { id: person(number), kind, role },
        policy: Arc::new(Policy::default()),
    }
}

pub const EVERY_ROLE: [Role; 10] = [
    Role::Officer,
    Role::Employee,
    Role::Consultant,
    Role::Specialist,
    Role::Supervisor,
    Role::ProgrammeDirector,
    Role::Auditor,
    Role::Integrator,
    Role::Operator,
    Role::System,
];

pub fn words(text: &str) -> AnswerText {
    AnswerText::parse(text).unwrap()
}

pub fn comment(text: &str) -> Comment {
    Comment::parse(text).unwrap()
}

pub fn says(text: &str) -> AnswerContent {
    AnswerContent { text: words(text), ..AnswerContent::default() }
}

pub fn says_met(text: &str, met: Met) -> AnswerContent {
    AnswerContent { met: Some(met), ..says(text) }
}

pub fn not_applicable(reason: Option<&str>) -> AnswerContent {
    AnswerContent {
        applies: Applies::NotApplicable,
        not_applicable_reason: reason.map(|reason| ReasonText::parse(reason).unwrap()),
        ..AnswerContent::default()
    }
}

pub fn started() -> ProfileEvent {
    let frozen = |(name, level): &(&str, Level)| FrozenCriterion { criterion_id: id(name), level: *level };
    ProfileStarted {
        profile_id: profile_id(),
        membership_id: membership_id(),
        account_id: account_id(),
        entity_type: entity_type(),
        edition: edition(),
        criteria_on: day("2026-03-02"),
        criteria: ASKED.iter().map(frozen).collect(),
    }
    .into()
}

pub fn save(criterion: &str, content: AnswerContent) -> SaveAnswer {
    SaveAnswer { criterion_id: id(criterion), content, expected_answer_version: None }
}

pub fn accept(criterion: &str) -> AcceptAnswer {
    AcceptAnswer { criterion_id: id(criterion), comment: None }
}

pub fn reject(criterion: &str, why: &str) -> RejectAnswer {
    RejectAnswer { criterion_id: id(criterion), comment: comment(why) }
}

/// A profile with everything that led to it.
#[derive(Clone, Default)]
pub struct Given {
    pub profile: Profile,
    pub events: Vec<ProfileEvent>,
}

impl Given {
    /// Nothing has happened.
    pub fn nothing() -> Given {
        Given::default()
    }

    /// A draft of four questions.
    pub fn draft() -> Given {
        Given::nothing().and_event(started())
    }

    /// Every question answered.
    pub fn answered() -> Given {
        ASKED.iter().fold(Given::draft(), |given, (criterion, _)| {
            given.and(save(criterion, says(&format!("How we meet {criterion}."))), Role::Employee)
        })
    }

    pub fn submitted() -> Given {
        Given::answered().and(Submit {}, Role::Officer)
    }

    pub fn under_review() -> Given {
        Given::submitted().and(StartReview {}, Role::Specialist)
    }

    /// 1.3 accepted, 4.8 rejected, the others undecided.
    pub fn returned() -> Given {
        Given::under_review()
            .and(accept("1.3"), Role::Specialist)
            .and(reject("4.8", "Name the second factor."), Role::Specialist)
            .and(Return { due_on: None, comment: None }, Role::Specialist)
    }

    pub fn all_accepted() -> Given {
        ASKED.iter().fold(Given::under_review(), |given, (criterion, _)| {
            given.and(accept(criterion), Role::Specialist)
        })
    }

    pub fn approved() -> Given {
        Given::all_accepted().and(Approve { comment: None }, Role::Specialist)
    }

    pub fn closed() -> Given {
        Given::draft().and(profile::Close { reason: profile::event::CloseReason::Withdrawn }, Role::Officer)
    }

    /// One profile in each status.
    pub fn in_every_status() -> [Given; 7] {
        let all = [
            Given::nothing(),
            Given::draft(),
            Given::submitted(),
            Given::under_review(),
            Given::returned(),
            Given::approved(),
            Given::closed(),
        ];
        let statuses = all.clone().map(|given| given.profile.status);
        assert_eq!(statuses, Status::ALL);
        all
    }

    pub fn and_event(mut self, event: ProfileEvent) -> Given {
        evolve(&mut self.profile, &event);
        self.events.push(event);
        self
    }

    /// A command that must succeed.
    pub fn and(self, command: impl Into<ProfileCommand>, role: Role) -> Given {
        let events = self.when(command, role).accepted();
        events.into_iter().fold(self, Given::and_event)
    }

    pub fn when(&self, command: impl Into<ProfileCommand>, role: Role) -> Then {
        self.when_in(command, &context(role))
    }

    pub fn when_in(&self, command: impl Into<ProfileCommand>, context: &Context) -> Then {
        Then { result: decide(&self.profile, command.into(), context), status: self.profile.status }
    }
}

pub struct Then {
    result: Result<Vec<ProfileEvent>, Refusal>,
    status: Status,
}

impl Then {
    pub fn accepted(self) -> Vec<ProfileEvent> {
        self.result
            .unwrap_or_else(|refusal| panic!("refused: {} {refusal} {:?}", refusal.code, refusal.errors))
    }

    pub fn then(self, event: impl Into<ProfileEvent>) {
        assert_eq!(self.accepted(), [event.into()]);
    }

    pub fn then_nothing_happens(self) {
        assert_eq!(self.accepted(), []);
    }

    /// Refused because of the state: it names the status and what is allowed in it.
    pub fn then_state_forbids(self, code: &str) -> Refusal {
        let status = self.status;
        let refusal = self.refused(code, RefusalKind::StateForbids);
        assert_eq!(refusal.current_state.as_deref(), Some(status.as_str()));
        assert_eq!(refusal.allowed_commands, status.allowed_commands());
        refusal
    }

    pub fn then_actor_forbidden(self, code: &str) {
        self.refused(code, RefusalKind::ActorForbidden);
    }

    pub fn then_invalid(self, code: &str) -> Refusal {
        let refusal = self.refused(code, RefusalKind::Invalid);
        assert!(!refusal.errors.is_empty());
        refusal
    }

    fn refused(self, code: &str, kind: RefusalKind) -> Refusal {
        match self.result {
            Err(refusal) => {
                assert_eq!((refusal.code.as_str(), refusal.kind), (code, kind), "{refusal}");
                assert!(refusal.sentence.ends_with('.'), "{refusal}");
                refusal
            }
            Ok(events) => panic!("expected refusal {code}, got {events:?}"),
        }
    }
}

/// The pointers and codes of a refusal.
pub fn pointers(errors: &[FieldError]) -> Vec<(&str, &str)> {
    errors.iter().map(|error| (error.pointer.as_str(), error.code.as_str())).collect()
}

/// The criteria that stand in the way, with their codes; no member of the input is wrong.
pub fn criteria(refusal: &Refusal) -> Vec<(&str, &str)> {
    assert_eq!(refusal.errors, [], "{refusal:?}");
    refusal.criteria.iter().map(|open| (open.criterion_id.as_str(), open.code.as_str())).collect()
}
