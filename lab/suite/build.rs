//! Rebuilds the program when a feature file comes or goes; the compiler itself notices only changes inside known files.

fn main() {
    println!("cargo::rerun-if-changed=../../features");
}
