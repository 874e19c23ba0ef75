//! Whether there will be a server, before it is started.

use gitlab_mattermost_database::programs;
use gitlab_mattermost_ground::error_chain;

use super::images::image_of;
use super::kind::{Effort, Lack, Supply};
use crate::postgresql::container::IMAGE;
use crate::postgresql::{PostgresChoice, copy};

/// Looks for a server where the choice is left to the lab: in a container whose image is there, from installed programs, in
/// a container whose image is built, from programs that are brought along.
pub(super) async fn look_for(choice: &PostgresChoice, effort: Effort) -> Result<Supply, Lack> {
    if *choice != PostgresChoice::Auto {
        return Ok(Supply::AtHand(choice.to_string()));
    }
    let container = image_of(IMAGE, Effort::Look).await;
    if let Ok(Supply::AtHand(image)) = container {
        return Ok(Supply::AtHand(format!("container of `{image}`")));
    }
    if let Ok(folder) = programs::server() {
        return Ok(Supply::AtHand(folder.display().to_string()));
    }
    let container = match (container, effort) {
        (Ok(Supply::ToBeMade(image)), Effort::Look) => return Ok(Supply::ToBeMade(format!("container of `{image}`"))),
        (Ok(_), Effort::Make) => image_of(IMAGE, effort).await,
        (other, _) => other,
    };
    let no_container = match container {
        Ok(supply) => return Ok(supply),
        Err(lack) => lack,
    };
    let no_copy = match bring_along(effort).await {
        Ok(supply) => return Ok(supply),
        Err(reason) => reason,
    };
    Err(Lack {
        cause: format!(
            "no PostgreSQL: not in a container ({}); no server programs are installed; none could be brought along ({no_copy})",
            no_container.cause
        ),
        mend: "`apt install postgresql` brings it; `PG_BIN` names a folder with `postgres` and `initdb`".to_owned(),
    })
}

/// Looks for the programs of clients: those that are installed, else those that are brought along.
pub(super) async fn look_for_clients(effort: Effort) -> Result<Supply, Lack> {
    let missing = match programs::client() {
        Ok(folder) => return Ok(Supply::AtHand(folder.display().to_string())),
        Err(missing) => missing,
    };
    bring_along(effort).await.map_err(|reason| Lack {
        cause: format!("{missing}; none could be brought along ({reason})"),
        mend: "`apt install postgresql-client` brings them".to_owned(),
    })
}

/// The programs from the packages of this machine, or why there are none.
async fn bring_along(effort: Effort) -> Result<Supply, String> {
    let bring = move || match effort {
        Effort::Look => copy::look(),
        Effort::Make => copy::make(),
    };
    let brought = tokio::task::spawn_blocking(bring).await.map_err(|error| error.to_string())?;
    brought.map_err(|error| error_chain::chain(&error))?;
    let folder = gitlab_mattermost_database::copy::programs().unwrap_or_default();
    let folder = folder.display().to_string();
    Ok(if effort == Effort::Make { Supply::AtHand(folder) } else { Supply::ToBeMade(folder) })
}
