"""Every route of the API: method, address, and the status that each caller's program gets."""

from tests.permissions.rows import rows_of

# Below /api/v1: the same people with a token of the scope manage, then the manager with others.
CALLERS = ("anonymous", "stranger", "annotator", "reviewer", "manager", "outsider")
CALLERS += ("manager:judge", "manager:read")
API = """
GET   /<rest>                                                        404 404 404 404 404 404 404 404
PATCH /<rest>                                                        404 404 404 404 404 404 404 404
POST  /<rest>                                                        404 404 404 404 404 404 404 404
PUT   /<rest>                                                        404 404 404 404 404 404 404 404
GET   /assignments/<assignment_id>/draft                             401 404 200 404 404 404 404 403
PUT   /assignments/<assignment_id>/draft                             401 404 422 404 404 404 404 403
POST  /assignments/<assignment_id>/flag                              401 404 422 404 404 404 404 403
POST  /assignments/<assignment_id>/judgment                          401 404 422 404 404 404 404 403
POST  /assignments/<assignment_id>/skip                              401 404 204 404 404 404 404 403
GET   /docs                                                          200 200 200 200 200 200 200 200
GET   /projects                                                      401 200 200 200 200 200 200 200
POST  /projects                                                      401 403 403 403 403 403 403 403
GET   /projects/<slug>                                               401 404 200 200 200 404 200 200
GET   /projects/<slug>/appeals                                       401 404 403 403 200 404 403 403
POST  /projects/<slug>/appeals/<appeal_id>/decide                    401 404 403 403 422 404 403 403
GET   /projects/<slug>/arrangements/<arrangement_id>                 401 404 403 403 200 404 403 200
POST  /projects/<slug>/assignments/heartbeat                         401 404 200 200 200 404 200 403
POST  /projects/<slug>/assignments/next                              401 404 200 204 204 404 204 403
GET   /projects/<slug>/audits                                        401 404 403 200 200 404 403 200
POST  /projects/<slug>/audits/<audit_id>/decide                      401 404 403 422 422 404 403 403
GET   /projects/<slug>/batches                                       401 404 403 403 200 404 403 200
POST  /projects/<slug>/batches                                       401 404 403 403 422 404 403 403
GET   /projects/<slug>/batches/<batch_id>                            401 404 403 403 200 404 403 200
PATCH /projects/<slug>/batches/<batch_id>                            401 404 403 403 200 404 403 403
POST  /projects/<slug>/batches/<batch_id>/<move>                     401 404 403 403 202 404 403 403
GET   /projects/<slug>/comparisons                                   401 404 403 200 200 404 403 200
GET   /projects/<slug>/comparisons/<comparison_id>                   401 404 403 200 200 404 403 200
PATCH /projects/<slug>/comparisons/<comparison_id>                   401 404 403 403 200 404 403 403
POST  /projects/<slug>/comparisons/<comparison_id>/decide            401 404 403 422 422 404 403 403
POST  /projects/<slug>/comparisons/assign                            401 404 403 403 422 404 403 403
GET   /projects/<slug>/criteria                                      401 404 200 200 200 404 200 200
POST  /projects/<slug>/criteria                                      401 404 403 403 422 404 403 403
PATCH /projects/<slug>/criteria/<criterion_id>                       401 404 403 403 200 404 403 403
GET   /projects/<slug>/dataset-versions                              401 404 403 403 200 404 403 200
POST  /projects/<slug>/dataset-versions                              401 404 403 403 202 404 403 403
GET   /projects/<slug>/dataset-versions/<version_id>                 401 404 403 403 200 404 403 200
POST  /projects/<slug>/dataset-versions/<version_id>/cancel          401 404 403 403 202 404 403 403
GET   /projects/<slug>/dataset-versions/<version_id>/files/<name>    401 404 403 403 404 404 403 404
POST  /projects/<slug>/decisions/<adjudication_id>/take-back         401 404 403 201 201 404 403 403
GET   /projects/<slug>/flags                                         401 404 403 200 200 404 403 200
POST  /projects/<slug>/flags/<flag_id>/answer                        401 404 403 422 422 404 403 403
GET   /projects/<slug>/gold                                          401 404 403 403 200 404 403 403
POST  /projects/<slug>/gold                                          401 404 403 403 422 404 403 403
POST  /projects/<slug>/gold/<gold_id>/retire                         401 404 403 403 204 404 403 403
POST  /projects/<slug>/gold/batch                                    401 404 403 403 422 404 403 403
GET   /projects/<slug>/guidelines                                    401 404 200 200 200 404 200 200
POST  /projects/<slug>/guidelines                                    401 404 403 403 422 404 403 403
POST  /projects/<slug>/guidelines/read                               401 404 422 422 422 404 422 403
GET   /projects/<slug>/guidelines/versions                           401 404 200 200 200 404 200 200
GET   /projects/<slug>/guidelines/versions/<number>                  401 404 200 200 200 404 200 200
GET   /projects/<slug>/imports                                       401 404 403 403 200 404 403 403
POST  /projects/<slug>/imports                                       401 404 403 403 202 404 403 403
GET   /projects/<slug>/imports/<import_id>                           401 404 403 403 200 404 403 403
POST  /projects/<slug>/imports/<import_id>/cancel                    401 404 403 403 202 404 403 403
GET   /projects/<slug>/imports/<import_id>/rejects                   401 404 403 403 404 404 403 403
GET   /projects/<slug>/invitations                                   401 404 403 403 200 404 403 403
POST  /projects/<slug>/invitations                                   401 404 403 403 422 404 403 403
POST  /projects/<slug>/invitations/<invitation_id>/revoke            401 404 403 403 204 404 403 403
POST  /projects/<slug>/judgments/<judgment_id>/exclude               401 404 403 403 422 404 403 403
POST  /projects/<slug>/judgments/<judgment_id>/send-back             401 404 403 422 422 404 403 403
GET   /projects/<slug>/my/exclusions                                 401 404 200 200 200 404 200 403
POST  /projects/<slug>/my/exclusions/<exclusion_id>/appeal           401 404 422 404 404 404 404 403
GET   /projects/<slug>/my/flags                                      401 404 200 200 200 404 200 403
GET   /projects/<slug>/my/judgments                                  401 404 200 200 200 404 200 403
GET   /projects/<slug>/my/judgments/<judgment_id>                    401 404 200 404 404 404 404 403
POST  /projects/<slug>/my/judgments/<judgment_id>/revision           401 404 422 404 404 404 404 403
GET   /projects/<slug>/my/progress                                   401 404 200 200 200 404 200 403
GET   /projects/<slug>/my/sent-back                                  401 404 200 200 200 404 200 403
POST  /projects/<slug>/my/sent-back/<sent_back_id>/confirm           401 404 422 404 404 404 404 403
GET   /projects/<slug>/people                                        401 404 403 403 200 404 403 403
GET   /projects/<slug>/people/<membership_id>                        401 404 403 403 200 404 403 403
PATCH /projects/<slug>/people/<membership_id>                        401 404 403 403 200 404 403 403
POST  /projects/<slug>/people/<membership_id>/pause                  401 404 403 403 422 404 403 403
POST  /projects/<slug>/people/<membership_id>/remove                 401 404 403 403 204 404 403 403
POST  /projects/<slug>/people/<membership_id>/resume                 401 404 403 403 409 404 403 403
GET   /projects/<slug>/progress                                      401 404 403 200 200 404 403 200
GET   /projects/<slug>/reports                                       401 404 403 200 200 404 403 200
POST  /projects/<slug>/reports                                       401 404 403 403 409 404 403 403
GET   /projects/<slug>/reports/<report_id>                           401 404 403 200 200 404 403 200
POST  /projects/<slug>/reports/<report_id>/cancel                    401 404 403 403 202 404 403 403
GET   /projects/<slug>/review                                        401 404 403 200 200 404 403 200
GET   /projects/<slug>/runs                                          401 404 403 200 200 404 403 200
POST  /projects/<slug>/runs                                          401 404 403 403 422 404 403 403
GET   /projects/<slug>/runs/<run_id>                                 401 404 403 200 200 404 403 200
POST  /projects/<slug>/runs/<run_id>/cancel                          401 404 403 403 202 404 403 403
POST  /projects/<slug>/runs/<run_id>/resume                          401 404 403 403 409 404 403 403
GET   /projects/<slug>/settings                                      401 404 403 403 200 404 403 403
PATCH /projects/<slug>/settings                                      401 404 403 403 200 404 403 403
GET   /projects/<slug>/teams                                         401 404 403 403 200 404 403 403
POST  /projects/<slug>/teams                                         401 404 403 403 422 404 403 403
GET   /projects/<slug>/teams/<team_id>                               401 404 403 403 200 404 403 403
PATCH /projects/<slug>/teams/<team_id>                               401 404 403 403 422 404 403 403
GET   /projects/<slug>/teams/<team_id>/people                        401 404 403 403 200 404 403 403
POST  /projects/<slug>/teams/<team_id>/people                        401 404 403 403 422 404 403 403
POST  /projects/<slug>/teams/<team_id>/people/<membership_id>/remove 401 404 403 403 404 404 403 403
POST  /projects/<slug>/teams/<team_id>/remove                        401 404 403 403 204 404 403 403
GET   /schema                                                        200 200 200 200 200 200 200 200
"""
API_ROWS = rows_of(API, "/api/v1")
