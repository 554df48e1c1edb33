"""Who is let in where: the table that ``tests/site/test_routes.py`` holds every route against.

A line: method, route, who is let in to North's objects, and who to the other customer's if that
differs. Groups and names are joined by a plus; the API's keys are members of the table as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.two_customers import CUSTOMERS, VENDORS

GROUPS: Mapping[str, frozenset[str]] = {
    "nobody": frozenset(),
    "vendor": frozenset(VENDORS),
    "north": frozenset(CUSTOMERS),
    "editors": frozenset({"olga", "edith"}),
    "readers": frozenset({"olga", "edith", "xenia", "victor"}),
    "their-readers": frozenset({"carla", "cleo"}),
    "exporters": frozenset({"olga", "edith", "xenia", "carla", "cleo"}),
    "keys": frozenset({"key", "north-key"}),
}

TABLE = """
GET  administration:home                vendor+north
GET  administration:search              vendor+north
GET  administration:members             olga
GET  administration:invite              olga
POST administration:invite              olga
GET  administration:member              olga
POST administration:member              olga
POST administration:remove_member       olga
POST administration:revoke_invitation   olga
GET  administration:keys                olga
GET  administration:new_key             olga
POST administration:new_key             olga
POST administration:revoke_key          olga
GET  administration:privacy             vendor+north
GET  administration:record_policy       olga
POST administration:record_policy       olga
POST administration:withdraw_policy     olga
POST administration:smallest_group      olga
GET  administration:looks               olga
GET  administration:audit               editors
GET  administration:audit_csv           editors
GET  administration:workspace           olga
POST administration:workspace           olga
GET  administration:holidays            olga
GET  behaviours:behaviours              readers+their-readers+mark+moira
GET  behaviours:behaviours_csv          exporters
GET  behaviours:new                     editors+carla+mark+moira
POST behaviours:new                     editors+carla+mark+moira
GET  behaviours:examples               editors+carla+mark+moira
POST behaviours:try_out                 editors+carla+mark+moira
GET  behaviours:behaviour               readers+their-readers        readers
GET  behaviours:edit                    editors+carla                editors
POST behaviours:edit                    editors+carla                editors
POST behaviours:live                    editors+carla                editors
POST behaviours:end                     editors+carla                editors
GET  behaviours:my_week                 vendor+north
POST behaviours:ask                     nobody
POST behaviours:stuck                   nobody
POST behaviours:unstuck                 nobody
GET  behaviours:team                    editors+carla+mark+moira
POST behaviours:names                   nobody
POST behaviours:explain                 nobody
POST behaviours:thank                   nobody
POST behaviours:follow_up               nobody
GET  behaviours:duties                  editors
POST behaviours:duties                  editors
GET  behaviours:questions               editors+carla+mark+moira
POST behaviours:answer                  editors+carla                editors
GET  champions:carriers                 readers+their-readers+mark+moira
GET  champions:carriers_csv             exporters
GET  champions:jobs_of                  readers+their-readers        readers
POST champions:jobs_of                  editors+carla                editors
POST champions:take_off                 editors+carla                editors
GET  champions:own                      vendor+north
POST champions:decline                  nobody
GET  champions:champions                readers+their-readers+mark+moira
GET  champions:champions_csv            exporters
POST champions:names                    nobody
GET  champions:nominate                 olga+edith+mark+xenia+ursula+north
POST champions:nominate                 olga+edith+mark+xenia+ursula+north
POST champions:decide                   editors+carla                editors
POST champions:end                      editors+carla                editors
POST champions:answer                   nobody
GET  digest:own                         editors+carla+mark+moira
POST digest:own                         nobody
GET  customers:people                   vendor+north
GET  customers:people_csv               editors+carla
GET  customers:groups                   vendor+north
GET  customers:numbers                  editors+carla                editors
POST customers:numbers                  editors+carla                editors
POST customers:link                     olga
POST customers:unlink                   olga
GET  customers:erase                    olga
POST customers:erase                    olga
GET  customers:person                   editors+carla                editors
GET  customers:populations              vendor+north
GET  customers:new_population           editors
POST customers:new_population           editors
POST customers:try_out                  editors
GET  customers:population               vendor+north
GET  customers:edit_population          editors
POST customers:edit_population          editors
GET  customers:expected                 editors
POST customers:expected                 editors
POST customers:propose                  editors
POST customers:confirm                  editors
POST customers:move_population          editors
GET  customers:remove_population        editors
POST customers:remove_population        editors
GET  customers:accounts                 vendor+north
GET  customers:accounts_csv             exporters
GET  customers:change_of_all            editors
POST customers:change_of_all            editors
GET  customers:correct_change           editors+carla                editors
POST customers:correct_change           editors+carla                editors
GET  customers:new_change               editors+carla                editors
POST customers:new_change               editors+carla                editors
GET  customers:discovery                readers+their-readers        readers
GET  customers:new_discovery            editors+carla                editors
POST customers:new_discovery            editors+carla                editors
GET  customers:new_note                 editors+carla                editors
POST customers:new_note                 editors+carla                editors
GET  customers:go_live                  editors+carla                editors
POST customers:go_live                  editors+carla                editors
GET  customers:phases                   editors+carla                editors
POST customers:phases                   editors+carla                editors
GET  customers:success                  editors+carla                editors
POST customers:success                  editors+carla                editors
GET  customers:account                  vendor+north                 vendor
GET  imports:history                    editors
GET  imports:new                        editors
POST imports:new                        editors
POST imports:uploads                    editors
GET  imports:upload                     editors
PUT  imports:upload                     editors
POST imports:finish                     editors
GET  imports:import                     editors
POST imports:kind                       editors
POST imports:mapping                    editors
POST imports:run                        editors
GET  imports:rejects                    nobody
GET  imports:mapping_file               editors
GET  imports:undo                       editors
POST imports:undo                       editors
POST imports:again                      editors
POST imports:discard                    editors
POST imports:keep_mapping               editors
GET  imports:mappings                   editors
POST imports:delete_mapping             editors
GET  imports:folders                    editors
POST imports:folders                    editors
POST imports:pause_folder               editors
POST imports:forget_folder              editors
GET  ingestion:sources                  editors
GET  ingestion:new                      editors
POST ingestion:new                      editors
GET  ingestion:source                   editors
GET  ingestion:tail                     editors
GET  ingestion:settings                 editors
POST ingestion:settings                 editors
POST ingestion:rotate                   editors
POST ingestion:revoke                   editors                      nobody
GET  ingestion:quarantine               editors
GET  ingestion:record                   editors
POST ingestion:record                   editors
POST ingestion:discard                  editors
POST ingestion:settle                   editors
GET  measure:portfolio                  readers+their-readers
GET  measure:portfolio_csv              exporters
POST measure:save_segment               readers+their-readers
POST measure:remove_segment             olga
GET  measure:own_deployment             vendor+north
GET  measure:how                        readers+their-readers        readers
GET  measure:groups_csv                 exporters                    editors+xenia
GET  measure:deployment                 readers+their-readers        readers
GET  measure:explore                    readers+their-readers
GET  measure:explore_csv                exporters
GET  measure:me                         vendor+north
GET  measure:team                       editors+carla+mark+moira
GET  contests:contests                  vendor+north
GET  contests:contests_csv              exporters
GET  contests:new                       editors+carla
POST contests:new                       editors+carla
GET  contests:contest                   readers+their-readers        readers
GET  contests:edit                      editors+carla                editors
POST contests:edit                      editors+carla                editors
GET  contests:owner                     editors+carla                editors
POST contests:open                      editors+carla                editors
POST contests:call_off                  editors+carla                editors
POST contests:prize                     editors+carla                editors
POST contests:team                      nobody
POST contests:own                       nobody
GET  api:list_contests                  readers+their-readers+mark+moira+keys
GET  api:get_contest                    readers+their-readers+keys   readers+key
GET  api:get_contest_standing           readers+their-readers+keys   readers+key
POST api:create_contest                 editors+carla+keys           editors+key
PUT  api:change_contest                 editors+carla+keys           editors+key
POST api:open_contest                   editors+carla+keys           editors+key
POST api:close_contest                  editors+carla+keys           editors+key
GET  api:list_contest_teams             editors+carla+keys           editors+key
POST api:enter_contest                  editors+carla+keys           editors+key
POST api:withdraw_from_contest          nobody
POST api:give_prize                     editors+carla+keys           editors+key
GET  api:get_own_part                   nobody
PUT  api:set_own_part                   nobody
GET  incentives:incentives              readers+their-readers
GET  incentives:incentives_csv          exporters
GET  incentives:new                     editors+carla
POST incentives:new                     editors+carla
GET  incentives:incentive               readers+their-readers        readers
GET  incentives:edit                    editors+carla                editors
POST incentives:edit                    editors+carla                editors
POST incentives:propose                 editors+carla                editors
POST incentives:decide                  editors+carla                editors
GET  api:list_incentives                readers+their-readers+keys
GET  api:get_incentive                  readers+their-readers+keys   readers+key
GET  api:get_incentive_effects          readers+their-readers+keys   readers+key
POST api:create_incentive               editors+carla+keys
PUT  api:change_incentive               editors+carla+keys           editors+key
POST api:end_incentive                  editors+carla+keys           editors+key
POST api:propose_change                 editors+carla+keys           editors+key
POST api:decide_change                  editors+carla+keys           editors+key
GET  assessments:surveys                readers+their-readers
GET  assessments:new                    editors+carla
POST assessments:new                    editors+carla
GET  assessments:own                    vendor+north
GET  assessments:answer                 nobody
POST assessments:answer                 nobody
GET  assessments:survey                 readers+their-readers        readers
GET  assessments:survey_csv             exporters                    olga+edith+xenia
GET  assessments:questions              editors+carla                editors
POST assessments:questions              editors+carla                editors
POST assessments:stop                   editors+carla                editors
POST assessments:note_step              editors+carla                editors
POST assessments:withdraw               editors+carla                editors
GET  api:list_surveys                   readers+their-readers+keys
POST api:start_survey                   editors+carla+keys
GET  api:get_survey                     readers+their-readers+keys   readers+key
DELETE api:stop_survey                  editors+carla+keys           editors+key
GET  api:list_survey_steps              readers+their-readers+keys   readers+key
POST api:note_survey_step               editors+carla+keys           editors+key
DELETE api:withdraw_survey_step         editors+carla+keys           editors+key
GET  api:list_own_surveys               vendor+north+keys
POST api:answer_own_survey              nobody
POST api:skip_own_survey                nobody
GET  recognition:recognition            vendor+north
GET  recognition:nominate               olga+edith+mark+xenia+ursula+north
POST recognition:nominate               olga+edith+mark+xenia+ursula+north
POST recognition:decide                 editors+carla                editors
POST recognition:answer                 nobody
GET  api:list_recognitions              vendor+north+keys
GET  reminders:reminders                readers+their-readers+mark+moira
GET  reminders:new                      editors+carla+mark+moira
POST reminders:new                      editors+carla+mark+moira
GET  reminders:sent                     editors+carla+mark+moira
POST reminders:settle                   editors+carla                editors
GET  reminders:limits                   olga
POST reminders:limits                   olga
GET  reminders:chat                     olga
POST reminders:chat                     olga
POST reminders:try_chat                 olga
POST reminders:remove_chat              olga
GET  reminders:reminder                 readers+their-readers        readers
GET  reminders:tomorrow                 readers+their-readers        readers
POST reminders:tomorrow                 editors+carla                editors
GET  reminders:edit                     editors+carla                editors
POST reminders:edit                     editors+carla                editors
POST reminders:switch                   editors+carla                editors
POST reminders:remove                   editors+carla                editors
GET  reminders:own                      vendor+north
POST reminders:own                      nobody
POST reminders:read                     nobody
POST reminders:calendar                 nobody
GET  process:processes                  readers+their-readers
GET  process:processes_csv              exporters
GET  process:new                        editors+carla
POST process:new                        editors+carla
GET  process:process                    readers+their-readers        readers
GET  process:map                        readers+their-readers        readers
GET  process:variants                   readers+their-readers        readers
GET  process:deviations                 readers+their-readers        readers
GET  process:cases                      editors+carla                editors
GET  process:resources                  readers+their-readers        readers
GET  process:handovers                  readers+their-readers        readers
GET  process:durations                  readers+their-readers        readers
GET  process:compare                    readers+their-readers        readers
GET  process:progress                   readers+their-readers        readers
GET  process:edit                       editors+carla                editors
POST process:edit                       editors+carla                editors
POST process:end                        editors+carla                editors
POST process:remove                     editors+carla                editors
POST process:deliver                    editors+carla                editors
POST process:report_barrier             readers+their-readers        readers
POST process:people                     nobody
GET  process:model                      readers+their-readers        readers
GET  process:write_model                editors+carla                editors
POST process:write_model                editors+carla                editors
POST process:try_model                  editors+carla                editors
POST process:bring_model                editors+carla                editors
POST process:propose_model              editors+carla                editors
POST process:confirm_model              editors+carla                editors
POST process:date_model                 editors+carla                editors
POST process:discard_model              editors+carla                editors
GET  process:model_file                 readers+their-readers        readers
GET  process:picture_json               exporters                    olga+edith+xenia
GET  process:variants_csv               exporters                    olga+edith+xenia
GET  process:log_xes                    editors+carla                editors
GET  process:deviations_csv             exporters                    olga+edith+xenia
GET  process:hands_csv                  exporters                    olga+edith+xenia
GET  process:handovers_csv              exporters                    olga+edith+xenia
GET  process:drift_csv                  exporters                    olga+edith+xenia
GET  records:standards                  readers+their-readers
GET  records:standards_csv              exporters
GET  records:new                        editors+carla
POST records:new                        editors+carla
GET  records:own                        vendor+north
GET  records:teams                      readers+their-readers+mark+moira
POST records:consent                    editors+carla
GET  records:standard                   readers+their-readers readers
GET  records:edit                       editors+carla                editors
POST records:edit                       editors+carla                editors
POST records:try_out                    editors+carla                editors
POST records:agree                      editors+carla                editors
POST records:end                        editors+carla                editors
POST records:deliver                    editors+carla                editors
POST records:except                     editors+carla                editors
GET  records:text                       readers+their-readers readers
GET  records:numbers_json               exporters                    olga+edith+xenia
GET  records:report_pdf                 exporters                    olga+edith+xenia
GET  records:unfit_csv                  editors+carla                editors
GET  records:fields                     editors+carla                editors
POST records:fields                     editors+carla                editors
GET  records:authors                    editors+carla                editors
POST records:authors                    editors+carla                editors
GET  records:erase_author               olga
POST records:erase_author               olga
GET  records:samples                    readers+their-readers        readers
POST records:samples                    editors+carla                editors
POST records:discard_sample             editors+carla                editors
POST records:pulse                      editors+carla                editors
POST records:answer_pulse               nobody
GET  records:ratings                    vendor+north
GET  records:rate                       nobody
POST records:rate                       nobody
POST records:withdraw                   editors+carla                editors
POST records:take_back                  editors+carla                editors
GET  records:rejects_csv                editors
GET  api:list_workspaces                vendor+north+keys+stan+foreign-key
GET  api:list_portfolio                 readers+their-readers+keys
GET  api:get_deployment                 readers+their-readers+keys   readers+key
GET  api:explain_number                 readers+their-readers+keys   readers+key
GET  api:explore                        readers+their-readers+keys
GET  api:list_metrics                   vendor+north+keys
GET  api:get_metric                     vendor+north+keys
GET  api:list_segments                  readers+their-readers+keys
POST api:create_segment                 readers+their-readers+keys
DELETE api:delete_segment               olga
GET  api:get_own_adoption               nobody
GET  api:get_team                       nobody
GET  api:list_behaviours                readers+their-readers+mark+moira+keys
POST api:create_behaviour               editors+carla+keys
GET  api:get_behaviour                  readers+their-readers+keys   readers+key
PUT  api:change_behaviour               editors+carla+keys           editors+key
POST api:set_behaviour_live             editors+carla+keys           editors+key
POST api:end_behaviour                  editors+carla+keys           editors+key
GET  api:check_behaviour                readers+their-readers+keys   readers+key
GET  api:list_versions                  readers+their-readers+keys   readers+key
GET  api:get_attainment                 readers+their-readers+keys   readers+key
GET  api:list_teams                     readers+their-readers+keys   readers+key
GET  api:list_questions                 editors+carla+mark+moira+keys
POST api:answer_question                editors+carla+keys           editors+key
GET  api:get_own_week                   nobody
GET  api:list_obstacles                 readers+their-readers+keys   readers+key
GET  api:list_own_questions             nobody
POST api:ask_question                   nobody
GET  api:list_own_obstacles             nobody
POST api:report_obstacle                nobody
DELETE api:take_back_obstacle              nobody
POST api:explain_behaviour              nobody
POST api:thank_improvers                nobody
POST api:follow_up_obstacle             nobody
GET  api:get_team_of_behaviours         nobody
GET  api:list_own_digests               nobody
GET  api:list_reminders                 readers+their-readers+mark+moira+keys
GET  api:get_reminder                   readers+their-readers+keys   readers+key
GET  api:list_messages                  editors+carla+mark+moira+keys
GET  api:list_jobs                      readers+their-readers+mark+moira+keys
GET  api:list_jobs_of_behaviour         readers+their-readers+keys   readers+key
PUT  api:name_job                       editors+carla+keys           editors+key
DELETE api:take_off_job                 editors+carla+keys           editors+key
GET  api:list_champions                 readers+their-readers+mark+moira+keys
POST api:propose_champion               editors+carla+mark+moira
POST api:decide_champion                editors+carla                editors
POST api:end_champion                   editors+carla+keys           editors+key
POST api:answer_as_champion             nobody
GET  api:list_coverage                  readers+their-readers+mark+moira+keys
GET  api:list_nearness                  readers+their-readers+mark+moira+keys
GET  api:list_accounts                  vendor+north+keys
POST api:upsert_accounts                editors+key
GET  api:get_account                    vendor+north+keys            vendor+key
GET  api:list_people                    editors+carla+keys
POST api:upsert_people                  editors+key
GET  api:get_person                     editors+carla+keys           editors+key
GET  api:list_populations               vendor+north+keys
POST api:preview_population         editors+key
GET  api:count_population               vendor+north+keys
GET  api:list_members_of_population     editors+carla+keys
GET  api:get_population                 vendor+north+keys
PUT  api:define_population              editors+key
GET  api:list_contracts                 editors+their-readers+keys+xenia
POST api:upsert_contracts               editors+key
GET  api:list_products                  vendor+north+keys
POST api:upsert_products                editors+key
GET  api:list_actions                   vendor+north+keys
GET  api:list_deployments               vendor+north+keys
POST api:record_go_live                 editors+carla+keys           editors+key
GET  api:list_changes                   vendor+north+keys
POST api:record_change                  editors+carla+keys           editors+key
GET  api:list_discoveries               readers+their-readers+keys   readers+key
POST api:record_discovery               editors+carla+keys           editors+key
GET  api:list_notes                     readers+their-readers+keys   readers+key
POST api:write_note                     editors+carla+keys           editors+key
POST api:define_success                 editors+carla+keys           editors+key
GET  api:list_sources                   editors+key
POST api:create_source                  editors+key
GET  api:get_source                     editors+key
PUT  api:change_source                  editors+key
POST api:rotate_source_key              editors+key
DELETE api:revoke_source_key               editors+key
GET  api:list_quarantine                editors+key
POST api:replay_records                 editors+key
POST api:discard_records                editors+key
POST api:replay_record                  editors+key
POST api:discard_record                 editors+key
GET  api:list_processes                 readers+their-readers+keys
POST api:create_process                 editors+carla+keys
GET  api:get_process                    readers+their-readers+keys   readers+key
PUT  api:change_process                 editors+carla+keys           editors+key
GET  api:get_picture                    readers+their-readers+keys   readers+key
GET  api:get_process_table              readers+their-readers+keys   readers+key
GET  api:compare_before_after           readers+their-readers+keys   readers+key
GET  api:list_cases                     editors+carla+keys           editors+key
GET  api:list_intended_versions         readers+their-readers+keys   readers+key
GET  api:get_intended_file              readers+their-readers+keys   readers+key
POST api:write_intended_version         editors+carla+keys           editors+key
POST api:confirm_intended_version       editors+carla+keys           editors+key
POST api:propose_intended_version       editors+carla+keys           editors+key
POST api:try_intended_version           editors+carla+keys           editors+key
PUT  api:date_intended_version          editors+carla+keys           editors+key
DELETE api:discard_intended_version        editors+carla+keys           editors+key
POST api:report_barrier                 nobody
POST api:end_process                    editors+carla+keys           editors+key
DELETE api:remove_process                  editors+carla+keys           editors+key
GET  api:list_logs                      readers+their-readers+keys   readers+key
POST api:deliver_log                    editors+key
GET  api:list_standards                 readers+their-readers+keys
POST api:create_standard                editors+carla+keys
GET  api:get_standard                   readers+their-readers+keys readers+key
GET  api:get_check                      readers+their-readers+keys readers+key
GET  api:get_uses                       readers+their-readers+keys   readers+key
GET  api:list_standard_versions         readers+their-readers+keys readers+key
POST api:write_standard_version         editors+carla+keys           editors+key
POST api:agree_on_standard              editors+carla+keys           editors+key
GET  api:list_exceptions                readers+their-readers+keys readers+key
POST api:end_standard                   editors+carla+keys           editors+key
DELETE api:take_back_delivery              editors+carla+keys           editors+key
POST api:log_exception                  editors+carla+keys           editors+key
DELETE api:withdraw_exception              editors+carla+keys           editors+key
GET  api:list_record_deliveries         readers+their-readers+keys readers+key
POST api:deliver_records                editors+key
GET  api:list_samples                   readers+their-readers+keys   readers+key
POST api:draw_sample                    editors+carla+keys           editors+key
GET  api:get_sample                     readers+their-readers+keys   readers+key
DELETE api:discard_sample                  editors+carla+keys           editors+key
GET  api:get_pulse                      readers+their-readers+keys   readers+key
POST api:start_pulse                    editors+carla+keys           editors+key
DELETE api:stop_pulse                      editors+carla+keys           editors+key
GET  api:list_own_pulse                 vendor+north+keys
POST api:answer_own_pulse               nobody
POST api:skip_own_pulse                 nobody
GET  api:list_own_ratings               vendor+north+keys
GET  api:get_record_to_rate             nobody
POST api:rate_record                    nobody
POST api:start_upload                   editors+key
GET  api:get_upload                     editors+key
PUT  api:append_to_upload               editors+key
POST api:finish_upload                  editors+key
GET  api:list_imports                   editors+key
POST api:create_import                  editors+key
GET  api:get_import                     editors+key
DELETE api:discard_import                  editors+key
PUT  api:set_columns                    editors+key
POST api:rehearse_import                editors+key
POST api:run_import                     editors+key
POST api:undo_import                    editors+key
POST api:retry_import                   editors+key
GET  api:list_rejects                   editors+key
GET  api:list_mappings                  editors+key
GET  api:list_folders                   editors+key
GET  api:get_workspace                  vendor+north+keys
GET  api:get_holidays                   vendor+north+keys
PUT  api:set_holidays                   olga
GET  api:get_me                         vendor+north+keys
GET  api:list_members                   olga
PUT  api:set_member                     olga
DELETE api:remove_member                olga
GET  api:list_invitations               olga
POST api:invite_member                  olga
DELETE api:withdraw_invitation          olga
GET  api:list_keys                      olga
POST api:create_key                     olga
DELETE api:revoke_key                   olga
GET  api:list_audit                     editors+key
GET  api:list_looks                     olga
"""

OPEN = frozenset(
    {
        *("health", "ready", "metrics", "profile:invitation", "api_docs", "openapi"),
        *("own_reminders:leave", "own_reminders:calendar", "open_champions:answer"),
        *("open_assessments:answer", "open_records:answer"),
        "own_digest:leave",
        *("accounts/signup/", "accounts/email/", "account_signup", "account_email"),
        *("account_login", "account_logout", "account_inactive"),
        *("account_email_verification_sent", "account_confirm_email", "account_confirm_login_code"),
        *("account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key", "account_reset_password_from_key_done"),
        *("mfa_authenticate", "mfa_login_webauthn"),
        *("socialaccount_login_cancelled", "socialaccount_login_error", "socialaccount_signup"),
        *("accounts/social/login/cancelled/", "accounts/social/login/error/"),
        *("accounts/social/signup/", "openid_connect_login", "openid_connect_callback"),
    }
)
"""Routes that are open to anybody, signing in above all; each decides by itself."""

SIGNED_IN = frozenset(
    {
        *("profile:start", "profile:profile", "profile:end_session", "usersessions_list"),
        "profile:new_workspace",
        *("account_reauthenticate", "account_change_password", "account_set_password"),
        *("mfa_index", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
        *("mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn"),
        *("mfa_reauthenticate_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn"),
        *("socialaccount_connections", "accounts/social/connections/"),
    }
)
"""Routes about one's own account: they need somebody signed in and show them themselves."""

RULES = {"rules": [{"field": "role", "op": "is", "value": "agent"}]}
CONTEST = {"name": "new", "first": "2099-01-05", "weeks": 4}
INCENTIVE = {
    "name": "new",
    "kind": "bonus",
    "what": "new",
    "whom": "new",
    "given_by": "new",
    "source": "new",
}
DECISION = {"accepts": False, "by": "new", "reason": "new", "on": "2026-01-06"}

BODIES: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "api:upsert_accounts": lambda of: {"records": [{"external_id": of["account"], "name": "new"}]},
    "api:upsert_people": lambda of: {"records": [{"external_id": of["person"], "role": "new"}]},
    "api:upsert_contracts": lambda of: {
        "records": [{"external_id": "c", "account": of["account"]}]
    },
    "api:upsert_products": lambda _of: {"records": [{"product": "crm", "action": "new"}]},
    "api:preview_population": lambda _of: RULES,
    "api:define_population": lambda _of: RULES,
    "api:record_go_live": lambda of: {
        "account": of["account"],
        "product": "crm",
        "day": "2026-01-05",
    },
    "api:record_change": lambda of: {
        "account": of["account"],
        "kind": "staff",
        "day": "2026-01-05",
        "description": "new",
    },
    "api:record_discovery": lambda of: {
        "account": of["account"],
        "day": "2026-01-05",
        "goals": "new",
    },
    "api:write_note": lambda of: {"account": of["account"], "day": "2026-01-05", "text": "new"},
    "api:create_segment": lambda _of: {"name": "new"},
    "api:set_member": lambda _of: {"role": "viewer"},
    "api:set_holidays": lambda _of: {"country": "DE"},
    "api:invite_member": lambda _of: {"email": "new@example.org", "role": "viewer"},
    "api:create_key": lambda _of: {"name": "new", "scopes": ["metrics:read"]},
    "api:define_success": lambda of: {
        "deployment": of["deployment"],
        "executive": "CFO",
        "horizon_years": 1,
        "definition": "new",
        "day": "2026-01-05",
    },
    "api:create_source": lambda _of: {"name": "new"},
    "api:change_source": lambda _of: {"is_strict": False},
    "api:rotate_source_key": lambda _of: {},
    "api:replay_record": lambda _of: {},
    "api:replay_records": lambda _of: {"records": []},
    "api:discard_records": lambda _of: {"records": []},
    "api:finish_upload": lambda _of: {},
    "api:set_columns": lambda _of: {"columns": {"person": "user"}},
    "api:start_upload": lambda _of: {"name": "new.csv", "size": 9},
    "api:create_behaviour": lambda _of: {"name": "new", "definition": {}},
    "api:change_behaviour": lambda _of: {"name": "new", "definition": {}},
    "api:set_behaviour_live": lambda _of: {},
    "api:create_contest": lambda of: CONTEST | {"behaviour": of["behaviour"]},
    "api:change_contest": lambda _of: CONTEST,
    "api:close_contest": lambda _of: {"note": "new"},
    "api:give_prize": lambda of: {"prize": 1, "team": of["team"], "given_on": "2026-01-05"},
    "api:set_own_part": lambda _of: {"counts": False},
    "api:propose_change": lambda _of: {"what": "new", "to_whom": "new"},
    "api:decide_change": lambda _of: DECISION,
    "api:create_incentive": lambda _of: INCENTIVE,
    "api:change_incentive": lambda _of: INCENTIVE,
    "api:end_incentive": lambda _of: {"until": "2099-01-05"},
    "api:ask_question": lambda _of: {"question": "new"},
    "api:report_obstacle": lambda _of: {"kind": "time"},
    "api:answer_question": lambda _of: {"answer": "new"},
    "api:propose_champion": lambda of: {
        "who": of["person"],
        "population": of["name"],
        "why": "new",
    },
    "api:decide_champion": lambda _of: {"confirm": False},
    "api:answer_as_champion": lambda _of: {"accept": False},
    "api:explain_behaviour": lambda _of: {"text": "new"},
    "api:thank_improvers": lambda _of: {"text": "new"},
    "api:follow_up_obstacle": lambda _of: {"text": "new", "obstacle": "time"},
    "api:name_job": lambda of: {"who": of["person"]},
    "api:start_survey": lambda _of: {"account": "north"},
    "api:note_survey_step": lambda _of: {
        "what": "new",
        "by_whom": "new",
        "day": "2026-01-05",
        "norms": ["help"],
    },
    "api:answer_own_survey": lambda _of: {"answers": {}},
    "api:create_process": lambda _of: {"name": "new"},
    "api:change_process": lambda _of: {"name": "new"},
    "api:write_intended_version": lambda _of: {"text": "process: New\nsteps: [x]"},
    "api:confirm_intended_version": lambda _of: {},
    "api:try_intended_version": lambda _of: {"text": "process: New\nsteps: [x]"},
    "api:date_intended_version": lambda _of: {"begins": "2026-01-05"},
    "api:report_barrier": lambda _of: {"deviation": "none", "kind": "time"},
    "api:deliver_log": lambda of: {"upload": str(of["upload"])},
    "api:create_standard": lambda _of: {"name": "new", "text": "standard: New\nfields: [field: x]"},
    "api:write_standard_version": lambda _of: {"text": "standard: New\nfields: [field: x]"},
    "api:draw_sample": lambda _of: {"size": 10, "raters": ["a@example.org", "b@example.org"]},
    "api:log_exception": lambda _of: {
        "field": "x",
        "reason": "new",
        "until": "2099-01-01",
        "agreed_by": "new",
    },
    "api:start_pulse": lambda _of: {"every_weeks": 6},
    "api:answer_own_pulse": lambda _of: {"minutes": 5, "confidence": 3},
    "api:skip_own_pulse": lambda _of: {},
    "api:rate_record": lambda _of: {"place": 1, "fit": True, "clarity": 3},
    "api:deliver_records": lambda of: {"upload": str(of["upload"])},
    "api:create_import": lambda of: {"upload": str(of["upload"]), "kind": "events"},
}
"""What is sent to those endpoints of the API that look at it before they do anything."""
