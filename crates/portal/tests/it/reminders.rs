//! Reminders: each step once, to whom they concern, whatever the mail server does.

use crate::house::*;
use crate::steps::*;
use async_trait::async_trait;
use kernel::Role;
use membership::account::values::PointOfContact;
use membership::membership::Office;
use portal::read::notifications::NotificationRow;
use portal::{Letter, MailError, Mailer, NewContact, NotificationFilter, SignIn};
use std::sync::{Arc, Mutex};

on_both_engines!(
    each_step_is_told_once_and_the_last_ones_to_the_alternate_too,
    after_sixty_days_of_silence_every_step_is_recorded_once,
    three_processes_at_once_tell_once,
    what_is_met_or_waived_is_not_reminded_of,
    staff_are_told_in_their_inbox,
    a_mail_server_that_is_away_loses_nothing_and_doubles_nothing,
    of_three_processes_one_sends_each_letter,
    a_letter_that_cannot_be_made_stops_neither_the_others_nor_the_clock,
    one_address_that_fails_for_now_holds_up_no_other,
);

/// A mail server that keeps what it takes.
#[derive(Default)]
struct Post {
    taken: Mutex<Vec<Letter>>,
    refuses: Mutex<Option<fn() -> MailError>>,
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let refuse = *self.refuses.lock().unwrap();
        if let Some(refuse) = refuse {
            return Err(refuse());
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        self.taken.lock().unwrap().push(letter.clone());
        Ok(())
    }
}

impl House {
    async fn inbox(&self, who: &SignIn) -> Vec<NotificationRow> {
        let call = self.call(who).await;
        self.portal.notifications(&call, &NotificationFilter::default(), &whole()).await.unwrap().items
    }

    async fn told(&self, who: &SignIn) -> Vec<String> {
        let rows = self.inbox(who).await;
        rows.iter()
            .rev()
            .map(|row| format!("{}{}", row.step, if row.escalated { " escalated" } else { "" }))
            .collect()
    }

    /// The alternate point of contact, who signs in as `oswin`.
    async fn alternate(&self, officer: &SignIn, account: kernel::AccountId) -> SignIn {
        let alternate = person("oswin");
        let new = NewContact {
            point_of_contact: PointOfContact::Alternate,
            ..contact("oswin@thistlemark.example", Some("oswin"))
        };
        let call = self.call(officer).await;
        let account_now = self.portal.add_contact(&call, account, new).await.unwrap();
        let id = account_now.state.contacts.last().unwrap().person_id;
        self.portal.grant_role(&call, account, id, Role::Employee, None).await.unwrap();
        self.accepts(&alternate, id).await;
        alternate
    }
}

async fn each_step_is_told_once_and_the_last_ones_to_the_alternate_too(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    let alternate = house.alternate(&officer, applied.account).await;
    for (on, steps) in [
        ("2026-03-02", 0),
        ("2026-03-17", 0),
        ("2026-03-18", 1),
        ("2026-03-19", 0),
        ("2026-03-25", 1),
        ("2026-03-31", 1),
        ("2026-04-01", 0),
        ("2026-04-02", 1),
    ] {
        house.day(on);
        assert_eq!(house.portal.remind().await.unwrap(), steps, "{on}");
        assert_eq!(house.portal.remind().await.unwrap(), 0, "{on} again");
    }
    assert_eq!(house.told(&officer).await, ["before_14", "before_7", "before_1", "after_1"]);
    assert_eq!(
        house.told(&alternate).await,
        ["before_7 escalated", "before_1 escalated", "after_1 escalated"]
    );

    let call = house.call(&alternate).await;
    let ids: Vec<_> =
        house.inbox(&officer).await.iter().map(|row| row.notification_id.parse().unwrap()).collect();
    assert_eq!(house.portal.mark_notifications_read(&call, &ids).await.unwrap(), 0, "another's");
    let call = house.call(&officer).await;
    assert_eq!(house.portal.mark_notifications_read(&call, &ids[..1]).await.unwrap(), 1);
    assert_eq!(house.portal.mark_notifications_read(&call, &ids[..1]).await.unwrap(), 0);
    let unread = NotificationFilter { unread: true, ..NotificationFilter::default() };
    assert_eq!(house.portal.notifications(&call, &unread, &whole()).await.unwrap().items.len(), 3);
}

async fn after_sixty_days_of_silence_every_step_is_recorded_once(house: House) {
    let officer = person("zdenka");
    house.applied(&officer, NUMBER).await;
    house.day("2026-05-01");
    assert_eq!(house.portal.remind().await.unwrap(), 6, "14, 7 and 1 days before; 1, 15 and 29 after");
    assert_eq!(house.portal.remind().await.unwrap(), 0);
    assert_eq!(house.count("reminder_steps", "1 = 1").await, 6);
    assert_eq!(house.told(&officer).await, ["after_29"], "one word says how things stand");
}

async fn three_processes_at_once_tell_once(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    for number in 0..5 {
        house.apply(&officer, importer(account, &format!("12-3456789{number:02}"))).await;
    }
    house.day("2026-05-01");
    let (second, third) = (house.another_portal().await, house.another_portal().await);
    let (one, two, three) = tokio::join!(house.portal.remind(), second.remind(), third.remind());
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 30);
    assert_eq!(house.count("reminder_steps", "1 = 1").await, 30);
    assert_eq!(house.inbox(&officer).await.len(), 5);
}

async fn what_is_met_or_waived_is_not_reminded_of(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.day("2026-03-10");
    house.withdraw(&officer, applied.membership).await;
    house.day("2026-03-31");
    assert_eq!(house.portal.remind().await.unwrap(), 0);
}

async fn staff_are_told_in_their_inbox(house: House) {
    let officer = person("zdenka");
    let applied = house.applied(&officer, NUMBER).await;
    house.answer_all(&officer, applied.profile).await;
    house.portal.submit_profile(&house.call(&officer).await, applied.profile).await.unwrap();
    house.assign(&supervisor(), applied.membership, &specialist(), Office::Newark).await;
    house.day("2026-03-25");
    assert_eq!(house.portal.remind().await.unwrap(), 2, "of the review, 14 and 7 days before");
    assert_eq!(house.told(&specialist()).await, ["before_7"]);
    assert_eq!(house.told(&officer).await, Vec::<String>::new());
    let post: Arc<dyn Mailer> = Arc::new(Post::default());
    assert_eq!(house.portal.send_letters(&post).await.unwrap(), 0, "staff have no address here");
}

async fn a_mail_server_that_is_away_loses_nothing_and_doubles_nothing(house: House) {
    let officer = person("zdenka");
    house.applied(&officer, NUMBER).await;
    let post = Arc::new(Post::default());
    let mailer: Arc<dyn Mailer> = post.clone();
    house.day("2026-03-18");
    house.portal.remind().await.unwrap();
    *post.refuses.lock().unwrap() = Some(|| MailError::Later("away".to_owned()));
    for _ in 0..3 {
        assert_eq!(house.portal.send_letters(&mailer).await.unwrap(), 0);
    }
    assert_eq!(
        house.count("letters", "attempts = 1 AND state = 'waiting'").await,
        1,
        "not tried again at once"
    );
    house.minute();
    house.minute();
    *post.refuses.lock().unwrap() = None;
    assert_eq!(house.portal.send_letters(&mailer).await.unwrap(), 1);
    for _ in 0..30 {
        house.minute();
    }
    assert_eq!(house.portal.send_letters(&mailer).await.unwrap(), 0);

    let letters = post.taken.lock().unwrap().clone();
    let [letter] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!(letter.address, "zdenka@quillfeather.example");
    assert_eq!(letter.id, house.inbox(&officer).await[0].notification_id);
    assert_eq!(letter.subject, "Security profile of the application: Due in 14 days, on 2026-04-01");
    for words in ["Dear Zdenka Quillfeather,", "Due in 14 days, on 2026-04-01.", "Basis: Handbook 3.3"] {
        assert!(letter.text.contains(words) && letter.html.contains(words), "{words}: {}", letter.text);
    }

    house.day("2026-03-25");
    house.portal.remind().await.unwrap();
    *post.refuses.lock().unwrap() = Some(|| MailError::Never("550".to_owned()));
    assert_eq!(house.portal.send_letters(&mailer).await.unwrap(), 0);
    *post.refuses.lock().unwrap() = None;
    house.day("2026-03-26");
    assert_eq!(house.portal.send_letters(&mailer).await.unwrap(), 0, "refused for good");
    assert_eq!(house.count("letters", "state = 'refused'").await, 1);
}

async fn of_three_processes_one_sends_each_letter(house: House) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    for number in 0..4 {
        house.apply(&officer, importer(account, &format!("12-3456789{number:02}"))).await;
    }
    house.day("2026-03-18");
    house.portal.remind().await.unwrap();
    let post = Arc::new(Post::default());
    let mailer: Arc<dyn Mailer> = post.clone();
    let (second, third) = (house.another_portal().await, house.another_portal().await);
    let (one, two, three) = tokio::join!(
        house.portal.send_letters(&mailer),
        second.send_letters(&mailer),
        third.send_letters(&mailer)
    );
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 4);
    let mut ids: Vec<_> = post.taken.lock().unwrap().iter().map(|letter| letter.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), post.taken.lock().unwrap().len()), (4, 4));
}

async fn waiting_letters(house: &House, number: usize) {
    let officer = person("zdenka");
    let account = house.member_to_be(&officer, "Great Lakes Imports").await;
    for number in 0..number {
        house.apply(&officer, importer(account, &format!("12-3456789{number:02}"))).await;
    }
    house.day("2026-03-18");
    house.portal.remind().await.unwrap();
}

async fn a_letter_that_cannot_be_made_stops_neither_the_others_nor_the_clock(house: House) {
    waiting_letters(&house, 3).await;
    let post = Arc::new(Post::default());
    let mailer: Arc<dyn Mailer> = post.clone();
    *post.refuses.lock().unwrap() = Some(|| panic!("no such letter"));
    let mut reminded_on = None;
    house.portal.round(&mailer, &mut reminded_on).await;
    assert_eq!(house.count("letters", "state = 'refused'").await, 3, "put aside, each by itself");
    *post.refuses.lock().unwrap() = None;
    house.day("2026-03-25");
    house.portal.round(&mailer, &mut reminded_on).await;
    assert_eq!(post.taken.lock().unwrap().len(), 3, "the next ones go out");
    house.day("2026-04-02");
    house.portal.round(&mailer, &mut reminded_on).await;
    let passed = house.all_events().await;
    assert_eq!(passed.iter().filter(|event| event.event_type == "obligation.date_passed").count(), 3);
}

async fn one_address_that_fails_for_now_holds_up_no_other(house: House) {
    waiting_letters(&house, 4).await;
    let post = Arc::new(Post::default());
    let mailer: Arc<dyn Mailer> = post.clone();
    *post.refuses.lock().unwrap() = Some(|| MailError::Later("450".to_owned()));
    house.portal.send_letters(&mailer).await.unwrap();
    assert_eq!(house.count("letters", "attempts = 1").await, 4, "each was tried");
    house.minute();
    house.minute();
    *post.refuses.lock().unwrap() = Some(|| MailError::Away("no answer".to_owned()));
    house.portal.send_letters(&mailer).await.unwrap();
    assert_eq!(house.count("letters", "attempts = 2").await, 1, "the server is away: one finds out");
}
