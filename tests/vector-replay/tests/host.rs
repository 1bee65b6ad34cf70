//! All recorded vectors against the ledger on the host.

use std::path::Path;
use std::process::Command;

#[test]
fn no_mismatch() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors");
    let mut files: Vec<_> = std::fs::read_dir(vectors)
        .expect("the vectors")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "gz"))
        .collect();
    files.sort();
    assert_eq!(files.len(), 5);
    let output =
        Command::new(env!("CARGO_BIN_EXE_vector-replay")).arg("--host").args(&files).output().expect("vector-replay");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.matches(", 0 mismatches").count(), files.len(), "{text}");
    assert!(text.contains("306 scenarios, 21561 items"), "{text}");
}

/// The replay notices what is wrong: a vector with a falsified result, stored transfer and balance.
#[test]
fn a_difference_is_found() {
    let folder = std::env::temp_dir().join(format!("vector-replay-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("false.jsonl");
    let scenario = r#"{"name":"false","seed":0,"accounts":[{"n":1,"currency":840,"limited":false},
        {"n":2,"currency":840,"limited":true}],"batches":[{"events":[{"id":1,"from":1,"to":2,"amount":100,
        "currency":840,"kind":"transfer","hold_id":0,"linked":false}],"results":["exceeds_credits"]}],
        "stored":[[1,1,2,101]],"final":[{"n":1,"debits_posted":100,"credits_posted":0,"debits_pending":0,
        "credits_pending":0},{"n":2,"debits_posted":0,"credits_posted":99,"debits_pending":0,"credits_pending":0}]}"#;
    std::fs::write(&file, scenario.replace('\n', "")).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_vector-replay")).arg(&file).output().expect("vector-replay");
    std::fs::remove_dir_all(&folder).expect("the folder can go");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("1 scenarios, 1 items, 3 mismatches"), "{text}");
    assert!(text.contains("false: batch 0 item 0: expected exceeds_credits, got created"), "{text}");
}
