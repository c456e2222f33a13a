use membership::agreement::AGREEMENTS;

/// FNV-1a, to notice a change of a text; it protects against nothing else.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Officers have accepted these very words. Mend a text by a new version, never in place.
#[test]
fn a_published_text_never_changes() {
    let published = [("2024-1", 0xf6fb_11b3_bfca_61aa)];
    let found: Vec<_> =
        AGREEMENTS.iter().map(|agreement| (agreement.version, fingerprint(agreement.text))).collect();
    assert_eq!(found, published);
}

#[test]
fn every_promise_of_the_handbook_is_in_every_text() {
    for agreement in AGREEMENTS {
        for promise in [
            "Minimum Security Criteria",
            "every year",
            "complete and accurate",
            "as soon as feasible",
            "pass them on",
            "visits to sites at home and abroad",
            "officer of the company",
        ] {
            assert!(agreement.text.contains(promise), "{}: {promise}", agreement.version);
        }
    }
}
