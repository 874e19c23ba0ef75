use super::{MockGitLab, MockGitLabOptions};

/// A client that can do without TLS needs a provider for it all the same.
fn install_tls() {
    gitlab_mattermost_ground::tls::install_provider();
}

#[tokio::test]
async fn it_serves_until_it_is_stopped() {
    install_tls();
    let mock = MockGitLab::start(MockGitLabOptions::default()).await.unwrap();
    let url = format!("http://{}/users/sign_in", mock.address());
    let page = reqwest::get(&url).await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.headers()["set-cookie"].to_str().unwrap().starts_with("_gitlab_session="));
    mock.stop().await;
    assert!(reqwest::get(&url).await.is_err());
}
