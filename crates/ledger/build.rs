//! Builds again when a migration is added: the macro that embeds them is not told of new files.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
