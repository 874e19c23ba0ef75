//! What scenarios take from the machine that they are played on: looked for before any is played, and made where it can be.
//!
//! Not its job: what the subjects can do.

mod images;
mod kind;
mod postgresql;

use crate::chromium::Chromium;
use crate::image;
use crate::postgresql::PostgresChoice;
use images::{engine, image_of};

pub use kind::{Effort, Lack, Supply};

/// The container engine.
///
/// # Errors
/// None answers.
pub async fn container_engine() -> Result<Supply, Lack> {
    engine().await.map(|engine| Supply::AtHand(engine.address().to_owned()))
}

/// The image of machines with the shape of the Linux package.
///
/// # Errors
/// There is no engine, or the image can be neither built nor begun.
pub async fn machine(effort: Effort) -> Result<Supply, Lack> {
    image_of(image::MACHINE, effort).await
}

/// A PostgreSQL server of the chosen kind; one that runs already is there.
///
/// # Errors
/// No way leads to a server. Only a choice that is left to the lab is looked at; any other way is the only one.
pub async fn postgresql(choice: &PostgresChoice, effort: Effort) -> Result<Supply, Lack> {
    postgresql::look_for(choice, effort).await
}

/// PostgreSQL's programs for clients.
///
/// # Errors
/// They are not installed, and none could be brought along.
pub async fn client_programs(effort: Effort) -> Result<Supply, Lack> {
    postgresql::look_for_clients(effort).await
}

/// The real browser.
///
/// # Errors
/// It is not installed.
pub fn browser() -> Result<Supply, Lack> {
    let lack = || Lack {
        cause: "no `chromedriver` in PATH".to_owned(),
        mend: "`apt install chromium chromium-driver` brings it".to_owned(),
    };
    Chromium::installed().map(|program| Supply::AtHand(program.display().to_string())).ok_or_else(lack)
}
