//! Payloads of earlier versions are read for good.

use crate::house::*;
use crate::steps::*;
use ledger::Statement;
use membership::membership::Status;

on_both_engines!(what_was_certified_before_conflicts_were_recorded_is_still_read);

async fn what_was_certified_before_conflicts_were_recorded_is_still_read(house: House) {
    let applied = house.approved(&person("zdenka"), NUMBER).await;
    house.recommend(&specialist(), applied.membership).await.unwrap();
    house.certify(&supervisor(), applied.membership).await.unwrap();
    let mut tx = house.portal.ledger().db().begin().await.unwrap();
    let sql = "UPDATE events SET event_version = '1' WHERE event_type LIKE 'membership.certif%'";
    assert_eq!(Statement::new(sql).execute(&mut tx).await.unwrap(), 2);
    tx.commit().await.unwrap();

    let portal = house.another_portal().await;
    let read = portal.membership(&house.call(&auditor()).await, applied.membership, None).await.unwrap();
    assert_eq!((read.state.status, &read.state.identifier_conflict), (Status::Certified, &None));
    for projection in portal.ledger().projections() {
        portal.ledger().rebuild(projection.as_ref(), |_| ()).await.unwrap();
    }
    assert_eq!(house.row(applied.membership).await.status, "certified");
}
