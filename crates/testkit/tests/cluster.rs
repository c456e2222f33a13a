//! A cluster of one's own, in all its states.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use sqlx::postgres::PgPoolOptions;
use std::time::Duration;
use testkit::pgbench::Pgbench;
use testkit::{ClusterOptions, PgCluster, Stop};

async fn count(url: &str) -> Result<i64, sqlx::Error> {
    let pool = PgPoolOptions::new().acquire_timeout(Duration::from_millis(800)).connect(url).await?;
    let counted = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&pool).await;
    pool.close().await;
    counted
}

#[tokio::test]
async fn stops_stalls_dies_and_comes_back_with_its_data() {
    let cluster = PgCluster::start(ClusterOptions::default()).unwrap();
    let url = cluster.create_database().unwrap();
    let pool = PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
    let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&pool).await.unwrap();
    assert_eq!(fsync, "on");
    sqlx::query("CREATE TABLE t AS SELECT 1 AS a").execute(&pool).await.unwrap();

    cluster.pause().unwrap();
    let stalled =
        tokio::time::timeout(Duration::from_millis(300), sqlx::query("SELECT 1").execute(&pool)).await;
    assert!(stalled.is_err(), "a stalled cluster answered");
    cluster.resume().unwrap();
    assert_eq!(count(&url).await.unwrap(), 1);

    for how in [Stop::Fast, Stop::Immediate] {
        cluster.stop(how).unwrap();
        assert!(count(&url).await.is_err());
        assert!(cluster.stop(how).is_err(), "stopped twice");
        cluster.start_again().unwrap();
        assert_eq!(count(&url).await.unwrap(), 1);
    }

    cluster.pause().unwrap();
    cluster.stop(Stop::Fast).unwrap();
    cluster.start_again().unwrap();

    cluster.kill9().unwrap();
    assert!(count(&url).await.is_err());
    cluster.start_again().unwrap();
    assert_eq!(count(&url).await.unwrap(), 1);
    assert!(cluster.start_again().is_err(), "started twice");
}

#[test]
fn databases_are_apart_options_hold_and_pgbench_measures() {
    let cluster = PgCluster::start(ClusterOptions::default().without_fsync().set("work_mem", "7MB")).unwrap();
    let (one, two) = (cluster.create_database().unwrap(), cluster.create_database().unwrap());
    assert_ne!(one, two);
    let report = Pgbench::new(&one)
        .script("SELECT 1 / (current_setting('work_mem') = '7MB')::int;\n")
        .clients(2, 1)
        .duration(Duration::from_secs(1))
        .run()
        .unwrap();
    assert!(report.tps > 0.0 && report.transactions > 0, "{report:?}");
    Pgbench::new(&two).initialize(1).unwrap();
    let wrong = Pgbench::new(&one).script("SELECT nothing;\n").duration(Duration::from_secs(1)).run();
    assert!(wrong.unwrap_err().to_string().contains("nothing"));
}

#[test]
fn nothing_is_left_behind() {
    let cluster = PgCluster::start(ClusterOptions::default().without_fsync()).unwrap();
    let (port, folder) = (cluster.port(), cluster.folder().to_path_buf());
    drop(cluster);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    assert!(!folder.exists());
}
