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
    let copied = tokio::task::spawn_blocking(move || match effort {
        Effort::Look => copy::look(),
        Effort::Make => copy::make(),
    });
    let no_copy = match copied.await {
        Ok(Ok(())) => return Ok(brought_along(effort)),
        Ok(Err(error)) => error_chain::chain(&error),
        Err(error) => error.to_string(),
    };
    Err(Lack {
        cause: format!(
            "no PostgreSQL: not in a container ({}); no server programs are installed; none could be brought along ({no_copy})",
            no_container.cause
        ),
        mend: "`apt install postgresql` brings it; `PG_BIN` names a folder with `postgres` and `initdb`".to_owned(),
    })
}

fn brought_along(effort: Effort) -> Supply {
    let folder = gitlab_mattermost_database::copy::programs().unwrap_or_default();
    let folder = folder.display().to_string();
    if effort == Effort::Make { Supply::AtHand(folder) } else { Supply::ToBeMade(folder) }
}
