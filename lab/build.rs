//! The schemas are embedded as a folder; a file that is added to it has to be noticed.
fn main() {
    println!("cargo::rerun-if-changed=schemas");
}
