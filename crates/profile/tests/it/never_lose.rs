//! Random stories, the same on every run, beside a model written separately: nothing that was acknowledged is ever lost.

use crate::support::*;
use criteria::CriterionId;
use kernel::Role;
use profile::{
    AnswerContent, Applies, Approve, Met, Profile, ProfileCommand, ProfileEvent, ReasonText, Return,
    SaveAnswer, StartReview, Status, Submit, decide, evolve,
};
use std::collections::BTreeMap;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(limit).unwrap()).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 14] = [
            "",
            " ",
            "\n",
            "\t",
            "\r\n",
            "seal",
            "Señal",
            "e\u{301}",
            "日本",
            "🚛",
            "\"",
            "\\",
            "</script>",
            "\u{202e}",
        ];
        let length = self.below(6);
        (0..length).map(|_| *self.pick(&PIECES)).collect()
    }

    fn content(&mut self) -> AnswerContent {
        AnswerContent {
            applies: *self.pick(&[Applies::Yes, Applies::Yes, Applies::NotApplicable]),
            met: *self.pick(&[None, Some(Met::Yes), Some(Met::Partly), Some(Met::No)]),
            text: words(&self.text()),
            not_applicable_reason: match self.below(3) {
                0 => None,
                _ => Some(ReasonText::parse(self.text()).unwrap()),
            },
            evidence: vec![],
        }
    }

    fn command(&mut self) -> (ProfileCommand, Role) {
        let criterion = ASKED[self.below(ASKED.len())].0;
        match self.below(20) {
            0..=9 => {
                let expected_answer_version =
                    if self.below(2) == 0 { None } else { Some(u32::try_from(self.below(6)).unwrap()) };
                let command = SaveAnswer { expected_answer_version, ..save(criterion, self.content()) };
                (
                    command.into(),
                    *self.pick(&[Role::Officer, Role::Employee, Role::Consultant, Role::Auditor]),
                )
            }
            10 | 11 => (Submit {}.into(), *self.pick(&[Role::Officer, Role::Employee])),
            12 | 13 => (StartReview {}.into(), Role::Specialist),
            14..=16 => (accept(criterion).into(), Role::Specialist),
            17 => (reject(criterion, "Say more.").into(), Role::Specialist),
            18 => (Return { due_on: None, comment: None }.into(), Role::Specialist),
            _ => (Approve { comment: None }.into(), Role::Supervisor),
        }
    }
}

fn content_of(event: &profile::event::ProfileAnswerSaved) -> AnswerContent {
    AnswerContent {
        applies: event.applies,
        met: event.met,
        text: event.text.clone(),
        not_applicable_reason: event.not_applicable_reason.clone(),
        evidence: event.evidence.clone(),
    }
}

#[test]
fn no_sequence_of_saves_loses_a_word() {
    let mut reached = BTreeMap::new();
    for seed in 0..400 {
        let mut dice = Dice(seed);
        // Half of the stories begin with everything answered, so that they get far.
        let mut given = if seed % 2 == 0 { Given::draft() } else { Given::answered() };
        let mut acknowledged: BTreeMap<CriterionId, Vec<AnswerContent>> = BTreeMap::new();
        for event in &given.events {
            if let ProfileEvent::AnswerSaved(saved) = event {
                acknowledged.entry(saved.criterion_id).or_default().push(content_of(saved));
            }
        }
        for _ in 0..120 {
            let (command, role) = dice.command();
            let before = given.profile.clone();
            match decide(&given.profile, command.clone(), &context(role)) {
                Err(_) => assert_eq!(given.profile, before),
                Ok(events) => {
                    if let ProfileCommand::SaveAnswer(save) = &command {
                        let versions = acknowledged.entry(save.criterion_id).or_default();
                        if versions.last() != Some(&save.content) {
                            versions.push(save.content.clone());
                        }
                    }
                    given = events.into_iter().fold(given, Given::and_event);
                }
            }
            for (criterion, versions) in &acknowledged {
                let answer = given.profile.answer(criterion).expect("an acknowledged answer is there");
                assert_eq!(Some(answer.content.as_ref()), versions.last());
                assert_eq!(usize::try_from(answer.version).unwrap(), versions.len());
            }
        }
        *reached.entry(given.profile.status.as_str()).or_insert(0) += 1;
        every_version_is_in_the_events(&given.events, &acknowledged);
        events_read_back_and_fold_to_the_same(&given);
        snapshots_say_what_was_approved(&given.profile, &acknowledged);
    }
    for status in
        [Status::InProgress, Status::Submitted, Status::UnderReview, Status::Returned, Status::Approved]
    {
        assert!(reached.contains_key(status.as_str()), "{status:?} was never reached: {reached:?}");
    }
}

fn every_version_is_in_the_events(
    events: &[ProfileEvent],
    acknowledged: &BTreeMap<CriterionId, Vec<AnswerContent>>,
) {
    let mut recorded: BTreeMap<CriterionId, Vec<AnswerContent>> = BTreeMap::new();
    for event in events {
        if let ProfileEvent::AnswerSaved(saved) = event {
            let versions = recorded.entry(saved.criterion_id).or_default();
            versions.push(content_of(saved));
            assert_eq!(
                usize::try_from(saved.answer_version).unwrap(),
                versions.len(),
                "versions have no gap"
            );
        }
    }
    assert_eq!(&recorded, acknowledged);
}

fn events_read_back_and_fold_to_the_same(given: &Given) {
    let text = serde_json::to_string(&given.events).unwrap();
    let read: Vec<ProfileEvent> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, given.events);
    let mut folded = Profile::default();
    read.iter().for_each(|event| evolve(&mut folded, event));
    assert_eq!(folded, given.profile);
}

fn snapshots_say_what_was_approved(
    profile: &Profile,
    acknowledged: &BTreeMap<CriterionId, Vec<AnswerContent>>,
) {
    assert_eq!(profile.status == Status::Approved, !profile.snapshots.is_empty());
    for snapshot in &profile.snapshots {
        assert_eq!(snapshot.answers.len(), ASKED.len());
        for (criterion, answer) in &snapshot.answers {
            let version = usize::try_from(answer.answer_version).unwrap();
            assert_eq!(*answer.content, acknowledged[criterion][version - 1]);
        }
    }
}
