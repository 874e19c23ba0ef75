@mattermost-provider
Feature: What a provider in GitLab's place must do for Mattermost
  Mattermost signs people in through any OAuth2 provider that does what its GitLab client needs. These scenarios ask for
  that and nothing else. A scenario that needs more than the three endpoints names an ability, which the description of a
  provider has or lacks.

  Background:
    Given a provider stands in GitLab's place

  Rule: People sign in to Mattermost

    @must @needs-provider-client @needs-provider-user @needs-own-mattermost @needs-postgresql
    Scenario: A person signs in to Mattermost
      Given Mattermost uses the provider
      When the first person signs in to Mattermost through the provider
      Then the person is signed in to Mattermost

    @must @needs-provider-client @needs-provider-user @needs-own-mattermost @needs-postgresql
    Scenario: A person who comes back has the same account
      Given Mattermost uses the provider
      And the first person is signed in to Mattermost through the provider
      When the first person comes back with a new browser
      Then the person is signed in to Mattermost
      And the account is the one from before

    @must @needs-provider-client @needs-provider-two-users @needs-own-mattermost @needs-postgresql
    Scenario: Two people have two accounts
      Given Mattermost uses the provider
      And the first person is signed in to Mattermost through the provider
      When the second person signs in to Mattermost through the provider
      Then the person is signed in to Mattermost
      And the account is another than before

  Rule: The authorize endpoint sends the browser back with a code and the state

    @must @needs-provider-client @needs-provider-user
    Scenario: The browser comes back with a code
      When the first person is sent to the provider by Mattermost
      Then the browser comes back with a code

    @must @needs-provider-client @needs-provider-user
    Scenario Outline: The state comes back untouched <state>
      When the first person is sent to the provider with a state <state>
      Then the state comes back untouched

      Examples:
        | state                       |
        | as Mattermost makes it      |
        | of a thousand characters    |
        | with characters to escape   |

  Rule: Only those who may sign in do

    @must @needs-provider-client @needs-provider-user @needs-provider-password
    Scenario: A wrong password lets nobody in
      Given the first person has come back with a code
      When the first person is sent to the provider and gives a wrong password
      Then nobody comes back with a code

    @must @needs-provider-client @needs-provider-user @needs-provider-blocked-user
    Scenario: Somebody who is blocked is not let in
      Given the first person has come back with a code
      When somebody who is blocked is sent to the provider
      Then nobody comes back with a code

  Rule: Only registered clients and redirect URIs are served

    @must @needs-provider-client @needs-provider-user
    Scenario Outline: A redirect URI that differs by <part> is refused
      Given the first person has come back with a code
      When the first person is sent to the provider with a redirect URI that differs by <part>
      Then the browser is not sent there

      Examples:
        | part               |
        | a trailing slash   |
        | a longer path      |
        | a longer host      |
        | another host       |
        | another port       |
        | another scheme     |
        | case in its path   |
        | a missing end      |
        | a name before it   |

    @must @needs-provider-client @needs-provider-user @needs-provider-two-redirect-uris
    Scenario: The redirect URI that was asked for is the one that is used
      When the first person is sent to the provider with each registered redirect URI
      Then the browser comes back to each

    @must @needs-provider-client @needs-provider-user
    Scenario: A client that nobody knows is refused
      Given the first person has come back with a code
      When the first person is sent to the provider in the name of a client that nobody knows
      Then the browser is not sent there

  Rule: A code is for one client, one redirect URI, and once

    @must @needs-provider-client @needs-provider-user
    Scenario: A code is worth nothing a second time
      Given the first person has come back with a code
      And the code has been redeemed
      When the code is redeemed with the right credentials
      Then no token is given

    @must @needs-provider-client @needs-provider-user
    Scenario Outline: A code is worth nothing with <what>
      Given the first person has come back with a code
      When the code is redeemed with <what>
      Then no token is given
      And the first person can still come back with a code and have it redeemed

      Examples:
        | what                     |
        | a wrong secret           |
        | no secret                |
        | an id that nobody knows  |
        | another redirect URI     |
        | a longer redirect URI    |
        | a letter changed         |

    @must @needs-provider-client @needs-provider-user @needs-provider-two-clients
    Scenario: A code is worth nothing to another client
      Given the first person has come back with a code
      When the code is redeemed with the credentials of another client
      Then no token is given

    @must @needs-provider-client @needs-provider-user @needs-provider-clock
    Scenario: A code is worth nothing after ten minutes
      Given the first person has come back with a code
      When 601 seconds pass at the provider
      And the code is redeemed with the right credentials
      Then no token is given

  Rule: The token endpoint answers as Mattermost reads it

    @must @needs-provider-client @needs-provider-user
    Scenario Outline: The answer with the token <does>
      Given the first person has come back with a code
      When the code is redeemed with the right credentials
      Then the answer with the token <does>

      Examples:
        | does                                     |
        | has the status 200                       |
        | is a JSON object                         |
        | has an access token                      |
        | says the type bearer, in whatever case   |
        | has members of the types that Mattermost reads |

    @should @needs-provider-client @needs-provider-user
    Scenario Outline: The answer with the token also <does>
      Given the first person has come back with a code
      When the code is redeemed with the right credentials
      Then the answer with the token <does>

      Examples:
        | does                             |
        | comes within 5 seconds           |
        | is smaller than 64 kB            |
        | is of the type application/json  |
        | must not be stored               |
        | lasts for a while                |

    @should @needs-provider-client @needs-provider-user @needs-provider-scope
    Scenario: The scope that was asked for is the one that is given
      Given the first person has come back with a code
      When the code is redeemed with the right credentials
      Then the answer with the token names the scope that was asked for, if it names one

  Rule: The user endpoint says who somebody is

    @must @needs-provider-client @needs-provider-user
    Scenario Outline: The user object <does>
      Given the first person has a token
      When the user endpoint is asked with it
      Then the user object <does>

      Examples:
        | does                                 |
        | has the status 200                   |
        | is a JSON object                     |
        | has a whole number that is not 0 as id |
        | has an e-mail address                |
        | has a username                       |

    @should @needs-provider-client @needs-provider-user
    Scenario Outline: The user object also <does>
      Given the first person has a token
      When the user endpoint is asked with it
      Then the user object <does>

      Examples:
        | does                                        |
        | comes within 5 seconds                      |
        | is smaller than 64 kB                       |
        | has a name                                  |
        | has a username that Mattermost can keep     |

    @must @needs-provider-client @needs-provider-two-users
    Scenario: Two people have two ids and two e-mail addresses
      When both people have a token and the user endpoint is asked with each
      Then their ids and e-mail addresses differ

    @must @needs-provider-client @needs-provider-user
    Scenario Outline: The user endpoint tells nothing <to whom>
      Given the first person has a token
      When the user endpoint is asked <to whom>
      Then the user endpoint refuses

      Examples:
        | to whom               |
        | without a token       |
        | with a token made up  |

  Rule: People decide

    @must @needs-provider-client @needs-provider-user @needs-provider-denial
    Scenario: Who denies comes back with access_denied and the state
      When the first person is sent to the provider and denies
      Then the browser comes back with the error "access_denied" and the state

    @should @needs-provider-client @needs-provider-user @needs-provider-consent
    Scenario: Nobody's name is told before they consent
      When the first person is sent to the provider for the first time and does not consent
      Then the provider asks for consent

    @should @needs-provider-client @needs-provider-user @needs-provider-consent
    Scenario: Consent that another site gives in somebody's name is refused
      When another site sends the form of consent in the name of the first person
      Then nobody comes back with a code

    @may @needs-provider-client @needs-provider-user @needs-provider-consent-once
    Scenario: Who has consented is not asked again
      Given the first person has a token
      When the first person is sent to the provider again and does not consent
      Then the browser comes back with a code

  Rule: Refusals say why

    @should @needs-provider-client @needs-provider-user
    Scenario Outline: The refusal of <what> says why
      Given the first person has come back with a code
      When the code is redeemed with <what>
      Then the refusal has the status <status> and the error <error>

      Examples:
        | what                 | status     | error          |
        | a letter changed     | 400        | invalid_grant  |
        | a wrong secret       | 400 or 401 | invalid_client |

    @may @needs-provider-client @needs-provider-user
    Scenario: A response type that nobody knows gets no code
      Given the first person has come back with a code
      When the first person is sent to the provider with a response type that nobody knows
      Then nobody comes back with a code
