//! Images and the engine that holds them.

use gitlab_mattermost_ground::error_chain;

use super::kind::{Effort, Lack, Supply};
use crate::engine::{Engine, NoEngine};
use crate::image::{self, ImageError};

/// An image of the lab's own.
pub(super) async fn image_of(name: &str, effort: Effort) -> Result<Supply, Lack> {
    let engine = engine().await?;
    let described = || image::name_of(name).map_err(|error| lack_of_image(&error));
    match effort {
        Effort::Make => image::ensure(&engine, name).await.map(|name| Supply::AtHand(name.to_string())),
        Effort::Look => match image::is_to_be_built(&engine, name).await {
            Ok(false) => return Ok(Supply::AtHand(described()?)),
            Ok(true) => return Ok(Supply::ToBeMade(described()?)),
            Err(error) => Err(error),
        },
    }
    .map_err(|error| lack_of_image(&error))
}

/// The engine that answers.
pub(super) async fn engine() -> Result<Engine, Lack> {
    Engine::require().await.map_err(|error| lack_of_engine(&error))
}

fn lack_of_engine(error: &NoEngine) -> Lack {
    let mend = if error.reason.to_lowercase().contains("permission denied") {
        "`sudo usermod -aG docker $USER` and a new session let this account in"
    } else {
        "`apt install docker.io` brings one; `DOCKER_HOST` names one elsewhere"
    };
    Lack { cause: error.to_string(), mend: mend.to_owned() }
}

fn lack_of_image(error: &ImageError) -> Lack {
    let mend = match error {
        ImageError::NoBase { image, .. } => format!(
            "`docker pull {image}` where a registry can be reached, or `apt-get update` where Debian's servers can, shows what \
             is in the way"
        ),
        _ => "`mattermost-lab prepare` tries again".to_owned(),
    };
    Lack { cause: error_chain::chain(error), mend }
}
