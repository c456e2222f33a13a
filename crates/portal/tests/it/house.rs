//! A house for one test: an empty ledger on one of the engines, the application on it, a clock that stands still until it is set, and the
//! people who sign in.

use kernel::{AccountId, Policy, Refusal, Role, Timestamp};
use ledger::{FeedFilter, Ledger, LedgerOptions, RecordedEvent, verify_database};
use portal::read::page::{Page, PageRequest};
use portal::{Call, Clock, Idempotency, Portal, PortalError, SignIn};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Runs each of these tests on both engines.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::house::House::on_sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test($crate::house::House::on_postgres().await).await;
            })+
        }
    };
}

pub const ISSUER: &str = "https://sign-in.example";
/// The day on which every story begins.
pub const FIRST_DAY: &str = "2026-03-02";

pub struct House {
    pub portal: Portal,
    now: Arc<AtomicI64>,
    url: String,
    _folder: Option<testkit::TempDir>,
}

impl House {
    pub async fn on_sqlite() -> Self {
        let folder = testkit::temp_dir("portal").unwrap();
        let url = format!("sqlite://{}", folder.path().join("ledger.db").display());
        Self::open(url, Some(folder)).await
    }

    pub async fn on_postgres() -> Self {
        Self::open(testkit::test_database_url(), None).await
    }

    async fn open(url: String, folder: Option<testkit::TempDir>) -> Self {
        let now = Arc::new(AtomicI64::new(noon(FIRST_DAY)));
        Self { portal: portal_on(&url, &now).await, now, url, _folder: folder }
    }

    /// What another process on the same database would have.
    pub async fn another_portal(&self) -> Portal {
        portal_on(&self.url, &self.now).await
    }

    /// Sets the clock to noon in New York on a day (or an hour later, in summer).
    pub fn day(&self, day: &str) {
        self.now.store(noon(day), Ordering::SeqCst);
    }

    pub fn set_clock(&self, instant: Timestamp) {
        self.now.store(instant.timestamp_micros(), Ordering::SeqCst);
    }

    /// Lets a minute pass.
    pub fn minute(&self) {
        self.now.fetch_add(60_000_000, Ordering::SeqCst);
    }

    /// A request of somebody who signs in now, with the roles of now.
    pub async fn call(&self, who: &SignIn) -> Call {
        Call {
            caller: self.portal.caller(who).await.unwrap(),
            request_id: "req-1".to_owned(),
            correlation_id: "trace-1".to_owned(),
            traceparent: None,
            expected_version: None,
            idempotency: None,
            network_address: Some(NETWORK_ADDRESS.to_owned()),
        }
    }

    pub async fn head(&self) -> i64 {
        self.portal.ledger().head().await.unwrap().position
    }

    pub async fn all_events(&self) -> Vec<RecordedEvent> {
        self.portal.ledger().feed(0, 100_000, &FeedFilter::default()).await.unwrap()
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table} WHERE {condition}");
        let rows: Vec<(i64,)> =
            ledger::Statement::new(sql).fetch_all(self.portal.ledger().db()).await.unwrap();
        rows[0].0
    }

    /// Changes tables behind the portal's back.
    pub async fn execute(&self, sql: &str) {
        let mut tx = self.portal.ledger().db().begin().await.unwrap();
        tx.execute_script(sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The read models are what a fresh fold of the ledger gives, before and after they are built again, and the chain holds.
    pub async fn is_sound(&self) {
        let ledger = self.portal.ledger();
        for projection in ledger.projections() {
            let name = projection.name();
            assert_eq!(ledger.check(projection.as_ref(), |_| ()).await.unwrap(), vec![], "{name}");
        }
        for projection in ledger.projections() {
            ledger.rebuild(projection.as_ref(), |_| ()).await.unwrap();
        }
        for projection in ledger.projections() {
            let name = projection.name();
            assert_eq!(ledger.check(projection.as_ref(), |_| ()).await.unwrap(), vec![], "{name} rebuilt");
        }
        let verified = verify_database(ledger, |_, _| ()).await.unwrap();
        assert_eq!(verified.events, self.head().await);
        assert_eq!(portal::check_persons(ledger).await.unwrap().faults, vec![]);
        assert_eq!(portal::check_incident_texts(ledger).await.unwrap().faults, vec![]);
    }
}

/// From where everybody calls.
pub const NETWORK_ADDRESS: &str = "203.0.113.77";

async fn portal_on(url: &str, now: &Arc<AtomicI64>) -> Portal {
    let options = LedgerOptions::new(
        url,
        portal::read::projections(&kernel::PolicyTable::default()),
        portal::event_types(),
    );
    let now = now.clone();
    let clock: Clock =
        Arc::new(move || Timestamp::from_timestamp_micros(now.load(Ordering::SeqCst)).unwrap());
    Portal::new(Ledger::open(options).await.unwrap(), Policy::default()).with_clock(clock)
}

fn noon(day: &str) -> i64 {
    format!("{day}T17:00:00Z").parse::<Timestamp>().unwrap().timestamp_micros()
}

/// Somebody of a company: roles come from the accounts, not from the token.
pub fn person(subject: &str) -> SignIn {
    SignIn {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        client_id: Some("web".to_owned()),
        display_name: None,
        roles: Vec::new(),
        office: None,
        account_ids: Vec::new(),
    }
}

pub fn staff(subject: &str, role: Role) -> SignIn {
    SignIn { roles: vec![role], ..person(subject) }
}

pub fn staff_of(office: &str, subject: &str, role: Role) -> SignIn {
    SignIn { office: Some(office.to_owned()), ..staff(subject, role) }
}

pub fn integrator(subject: &str, accounts: &[AccountId]) -> SignIn {
    SignIn { account_ids: accounts.to_vec(), ..staff(subject, Role::Integrator) }
}

pub fn specialist() -> SignIn {
    staff("specialist", Role::Specialist)
}

pub fn supervisor() -> SignIn {
    staff("supervisor", Role::Supervisor)
}

pub fn director() -> SignIn {
    staff("director", Role::ProgrammeDirector)
}

pub fn auditor() -> SignIn {
    staff("auditor", Role::Auditor)
}

/// Small changes of a request.
pub trait With {
    fn expecting(self, version: i64) -> Self;
    fn with_key(self, key: &str) -> Self;
}

impl With for Call {
    fn expecting(mut self, version: i64) -> Self {
        self.expected_version = Some(version);
        self
    }

    fn with_key(mut self, key: &str) -> Self {
        let person = self.caller.person_id;
        self.idempotency =
            Some(Idempotency { scope: format!("{person} {key}"), fingerprint: "fingerprint".to_owned() });
        self
    }
}

pub fn scope(call: &Call) -> &str {
    &call.idempotency.as_ref().unwrap().scope
}

/// The refusal that a use case ended with.
pub fn refusal<T: std::fmt::Debug>(result: Result<T, PortalError>) -> Refusal {
    match result {
        Err(PortalError::Refused(refusal)) => refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

/// Asserts that a use case was refused with this code, or with this code at some member.
pub fn refused<T: std::fmt::Debug>(result: Result<T, PortalError>, code: &str) {
    let refusal = refusal(result);
    let codes: Vec<&str> = std::iter::once(refusal.code.as_str())
        .chain(refusal.errors.iter().map(|error| error.code.as_str()))
        .collect();
    assert!(codes.contains(&code), "{code} is not in {refusal:?}");
}

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {{
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{}: {result:?}", stringify!($result));
    }};
}

/// A page as long as pages get.
pub fn whole() -> PageRequest {
    PageRequest { limit: 200, cursor: None }
}

/// Reads a list to its end, `limit` items at a time.
pub async fn every_page<T, F, Fut>(limit: i64, mut read: F) -> Vec<T>
where
    F: FnMut(PageRequest) -> Fut,
    Fut: Future<Output = Result<Page<T>, PortalError>>,
{
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let page = read(PageRequest { limit, cursor }).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        items.extend(page.items);
        match page.next_cursor {
            None => return items,
            next => cursor = next,
        }
    }
}
