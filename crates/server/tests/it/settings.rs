//! Settings that cannot be used: each is named, with its value and what is allowed, and nothing is started.

use crate::support::House;
use std::process::Output;

fn run(house: &House, text: &str, arguments: &[&str], variables: &[(&str, &str)]) -> (Output, String) {
    std::fs::write(house.folder.path().join("ctpat.toml"), text).unwrap();
    let mut command = house.bare_command(arguments);
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[test]
fn what_cannot_be_used_is_named_with_its_value_and_what_is_allowed() {
    let house = House::on_sqlite();
    let production = "[auth]\nmode = \"production\"\nissuer = \"https://issuer.example\"\n";
    let keys = |jwks: &str| format!("{production}jwks = \"{jwks}\"\n");
    for (text, named) in [
        ("[server]\nlisten = \"nowhere\"\n", &["listen", "\"nowhere\"", "127.0.0.1:8080"][..]),
        ("[server]\nlisten = \"127.0.0.1:99999\"\n", &["listen", "127.0.0.1:99999", "[::1]:8080"]),
        ("[server]\nlisten = \"localhost:80\"\n", &["listen", "localhost:80"]),
        ("[server]\nport = 1\n", &["port", "listen"]),
        ("[server]\nworkers = 100000\n", &["[server] workers = 100000", "between 0 and 256"]),
        ("[server]\nworkers = -1\n", &["[server] workers = -1", "between 0 and 256"]),
        ("[server]\nworkers = \"many\"\n", &["[server] workers = many", "a whole number between 0 and 256"]),
        ("[serverr]\nworkers = 1\n", &["[serverr]", "[server], [database]"]),
        ("server = 1\n", &["[server]", "a section"]),
        ("[server]\nstop_within_seconds = 1000000\n", &["stop_within_seconds", "between 0 and 3600"]),
        ("[server]\ndata_folder = \"\"\n", &["[server] data_folder", "a folder"]),
        (
            "[server]\ncors_origins = [\"*\"]\n",
            &["[server] cors_origins = \"*\"", "https://portal.example.com"],
        ),
        ("[server]\ncors_origins = [\"foo\"]\n", &["cors_origins = \"foo\""]),
        ("[server]\ncors_origins = [\"https://a.example/\"]\n", &["cors_origins = \"https://a.example/\""]),
        ("[server]\ncors_origins = [\"https://a.example/x\"]\n", &["cors_origins"]),
        ("[server]\ncors_origins = [\"ftp://a.example\"]\n", &["cors_origins"]),
        ("[server]\ncors_origins = [\"null\"]\n", &["cors_origins"]),
        (
            "[server]\ntrusted_proxies = [\"proxy\"]\n",
            &["[server] trusted_proxies = \"proxy\"", "10.0.0.0/8"],
        ),
        ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]\n", &["trusted_proxies"]),
        (
            "[server]\ntrusted_proxies = [\"10.0.0.1/8\"]\n",
            &["trusted_proxies = \"10.0.0.1/8\"", "write 10.0.0.0/8", "10.0.0.1 for"],
        ),
        ("[server]\ntrusted_proxies = [\"fd00::1/8\"]\n", &["write fd00::/8"]),
        ("[server]\ntrusted_proxies = [\"0.0.0.0/0\"]\n", &["trusted_proxies", "every client"]),
        (
            "[server]\nclient_address_header = \"via\"\n",
            &["client_address_header", "\"via\"", "\"forwarded\""],
        ),
        (
            "[server]\nlisten = \"0.0.0.0:8080\"\n",
            &["[server] listen = 0.0.0.0:8080", "development_from_anywhere"],
        ),
        ("[server]\nlisten = \"[::]:8080\"\n", &["[server] listen = [::]:8080"]),
        ("[server]\nlisten = \"192.0.2.1:8080\"\n", &["[server] listen"]),
        ("[database]\nurl = \"mysql://u:swordfish@x\"\n", &["[database] url", "postgres://"]),
        ("[database]\nurl = \"postgres://u:swordfish@x:port/y\"\n", &["[database] url", "port"]),
        ("[database]\nurl = \"sqlite::memory:\"\n", &["[database] url", "in a file"]),
        ("[database]\nconnections = 0\n", &["[database] connections = 0", "between 1 and 1000"]),
        ("[database]\nconnections = 1001\n", &["[database] connections = 1001"]),
        ("[mail]\nfrom = \"nobody\"\n", &["[mail] from = \"nobody\"", "e-mail address"]),
        ("[mail]\nencryption = \"some\"\n", &["encryption", "\"some\"", "\"starttls\""]),
        ("[mail]\ntimeout_seconds = 0\n", &["[mail] timeout_seconds = 0", "between 1 and 600"]),
        ("[mail]\nusername = \"u\"\n", &["[mail] username", "go together"]),
        (
            "[mail]\nusername = \"u\"\npassword = \"swordfish\"\nencryption = \"none\"\n",
            &["[mail] encryption", "in the clear"],
        ),
        (
            "[[policy_changes]]\nversion = \"a b\"\neffective_on = \"2027-01-01\"\n",
            &["a b", "letters, digits"],
        ),
        (
            "[[policy_changes]]\nversion = \"a\"\neffective_on = \"2027-01-01\"\nvalues = { nonsense = 1 }\n",
            &["a: nonsense = 1", "application_profile_days"],
        ),
        ("[auth]\nmode = \"test\"\n", &["mode", "\"test\"", "\"development\", \"production\""]),
        ("[auth]\naudience = \"\"\n", &["[auth] audience = \"\"", "1 to 500 characters"]),
        ("[auth]\naudience = \"two words\"\n", &["[auth] audience"]),
        ("[auth]\nissuer = \"https://issuer.example\"\n", &["[auth] issuer", "production"]),
        ("[auth]\nmode = \"production\"\n", &["[auth] issuer", "[auth] jwks"]),
        (
            "[auth]\nmode = \"production\"\nissuer = \"urn:ctpat:development\"\njwks = \"x\"\n",
            &["[auth] issuer", "your own"],
        ),
        (&keys("http://issuer.example/jwks"), &["[auth] jwks = \"http://issuer.example/jwks\"", "https://"]),
        (&keys("http://127.0.0.1.issuer.example/jwks"), &["[auth] jwks"]),
        (&keys("ftp://issuer.example/jwks"), &["[auth] jwks"]),
        (&format!("{}development_from_anywhere = true\n", keys("keys.json")), &["development_from_anywhere"]),
        ("[limits]\nburst = 0\n", &["[limits] burst = 0", "between 1 and 1000000"]),
        ("[limits]\nrequests_per_second = 5000000\n", &["[limits] requests_per_second = 5000000"]),
        ("[limits]\nrequest_seconds = 0\n", &["[limits] request_seconds = 0", "between 1 and 600"]),
        ("[limits]\nrequest_seconds = 100000\n", &["[limits] request_seconds = 100000"]),
        ("[log]\nlevel = \"loud\"\n", &["[log] level = \"loud\"", "debug"]),
        ("[log]\nlevel = \"info,ledger=loud\"\n", &["[log] level"]),
        ("[log]\nlevel = \"\"\n", &["[log] level"]),
        ("[log]\nformat = \"xml\"\n", &["format", "\"xml\"", "\"text\", \"json\""]),
        (
            "[policy]\napplication_profile_days = 0\n",
            &["[policy] application_profile_days = 0", "1 and 3650"],
        ),
        ("[policy]\nreapply_wait_days = 4000000000\n", &["[policy] reapply_wait_days"]),
        ("[policy]\nrevalidation_max_years = 100\n", &["[policy] revalidation_max_years = 100", "1 and 20"]),
        (
            "[policy]\napplication_profile_days = -1\n",
            &["application_profile_days = -1", "between 1 and 3650"],
        ),
        ("[policy]\nno_such_days = 1\n", &["no_such_days"]),
        ("[server\n", &["ctpat.toml"]),
    ] {
        let (output, said) = run(&house, text, &["migrate"], &[]);
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        for word in named {
            assert!(said.contains(word), "{word} is missing for {text}: {said}");
        }
        assert!(!said.contains("swordfish") && !said.contains("panicked"), "{text}: {said}");
        assert!(!house.folder.path().join("ctpat-data").exists(), "nothing is begun: {text}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let text = "[server]\nworkers = 1000\n[limits]\nburst = 0\n[log]\nlevel = \"loud\"\n";
    let (_, said) = run(&House::on_sqlite(), text, &["serve"], &[]);
    assert!(["workers", "burst", "level"].iter().all(|word| said.contains(word)), "{said}");
    // What is unknown or of the wrong type hides nothing, in a file or in a variable.
    let text = "[server]\nport = 1\nworkers = 1000\nlisten = \"nowhere\"\n[auth]\nmode = \"test\"\nissuer = \"https://i.example\"\n\
        [limits]\nburst = \"a few\"\n[nothing]\na = 1\n[policy]\nno_such_days = 1\nreapply_wait_days = 0\n";
    let variables = [("CTPAT__LOG__FORMAT", "xml"), ("CTPAT__SERVER__STOP_WITHIN_SECONDS", "soon")];
    let (_, said) = run(&House::on_sqlite(), text, &["serve"], &variables);
    let named = [
        "[server] port",
        "workers = 1000",
        "nowhere",
        "\"test\"",
        "burst = a few",
        "[nothing]",
        "[policy] no_such_days",
        "reapply_wait_days = 0",
        "\"xml\"",
        "stop_within_seconds = soon",
    ];
    for word in named {
        assert_eq!(said.matches(word).count(), 1, "{word} in {said}");
    }
    assert_eq!(
        said.lines().filter(|line| line.starts_with("  [")).count(),
        named.len(),
        "and nothing else: {said}"
    );
}

#[test]
fn variables_and_the_command_line_are_checked_alike() {
    let house = House::on_sqlite();
    for (arguments, variable, value, named) in [
        (&["serve"][..], "CTPAT__SERVER__WORKERS", "100000", "[server] workers = 100000"),
        (&["serve"], "CTPAT__SERVER__CORS_ORIGINS", "https://a.example,*", "cors_origins = \"*\""),
        (&["serve"], "CTPAT__AUTH__AUDIENCE", "", "[auth] audience = \"\""),
        (&["token"], "CTPAT__LOG__FORMAT", "xml", "\"text\", \"json\""),
        (&["serve", "--listen", "0.0.0.0:0"], "CTPAT__LOG__LEVEL", "info", "[server] listen = 0.0.0.0:0"),
        (&["demo", "--listen", "0.0.0.0:0"], "CTPAT__LOG__LEVEL", "info", "[server] listen = 0.0.0.0:0"),
        (&["ledger", "verify", "--file"], "CTPAT__LOG__LEVEL", "info", "--file"),
        (&["--config", "no-such.toml", "migrate"], "CTPAT__LOG__LEVEL", "info", "no-such.toml"),
    ] {
        let (output, said) = run(&house, "", arguments, &[(variable, value)]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {variable}: {said}");
        assert!(said.contains(named), "{arguments:?} {variable}={value}: {said}");
    }
}

#[test]
fn what_is_allowed_is_taken() {
    let house = House::on_sqlite();
    for text in [
        "[server]\ncors_origins = [\"https://a.example\", \"http://localhost:3000\"]\nworkers = 256\n",
        "[server]\ntrusted_proxies = [\"10.0.0.7\", \"fd00::/8\", \"::1\"]\nclient_address_header = \"forwarded\"\n",
        "[server]\nlisten = \"0.0.0.0:8080\"\n[auth]\ndevelopment_from_anywhere = true\n",
        "[server]\nlisten = \"0.0.0.0:8080\"\n[auth]\nmode = \"production\"\nissuer = \"https://i.example\"\njwks = \"http://[::1]:1/k\"\n",
        "[log]\nlevel = \"warn,ledger=debug\"\nformat = \"json\"\n",
        "[policy]\napplication_profile_days = 60\n",
        "",
    ] {
        let (output, said) =
            run(&house, text, &["migrate"], &[("CTPAT__SERVER__TRUSTED_PROXIES", "10.0.0.9")]);
        assert!(output.status.success(), "{text}: {said}");
    }
}

#[test]
fn a_postgresql_that_does_not_answer_is_named_without_its_password() {
    let house = House::on_sqlite();
    let url = format!("postgres://ana:swordfish@127.0.0.1:{}/ctpat", testkit::free_port().unwrap());
    let port = url.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    for arguments in [&["serve"][..], &["migrate"], &["ledger", "verify"], &["projections", "check"]] {
        let mut command = house.command(arguments);
        let output = command.env("CTPAT__DATABASE__URL", &url).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(&format!("PostgreSQL at 127.0.0.1:{port}")), "{arguments:?}: {said}");
        assert!(said.contains("refused") && !said.contains("swordfish"), "{arguments:?}: {said}");
    }
}
