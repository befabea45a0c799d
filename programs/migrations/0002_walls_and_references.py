"""The second wall of every scoped table; and what comes by the ten thousand is checked once a statement (members 0004)."""

from django.db import migrations

from federation.migration_operations import RowLevelSecurity, StatementForeignKeys

_BRANCH = {"organization_id": "federation_organization", "township_id": "federation_organization"}


class Migration(migrations.Migration):
    replaces = [
        ("programs", "0002_second_wall"),
        ("programs", "0013_references_by_the_statement"),
    ]
    dependencies = [("programs", "0001_tables")]
    operations = [
        RowLevelSecurity("programs_screeningquota"),
        RowLevelSecurity("programs_batch"),
        RowLevelSecurity("programs_screening"),
        RowLevelSecurity("programs_screeningresult", clinical=True),
        RowLevelSecurity("programs_subsidisedloan"),
        RowLevelSecurity("programs_reliefgrant"),
        RowLevelSecurity("programs_child"),
        RowLevelSecurity("programs_pairing"),
        RowLevelSecurity("programs_childaid"),
        RowLevelSecurity("programs_caredonation"),
        RowLevelSecurity("programs_batchproblem"),
        RowLevelSecurity("programs_batchchange"),
        RowLevelSecurity("programs_fund"),
        RowLevelSecurity("programs_ledgeraccount"),
        RowLevelSecurity("programs_ledgerentry"),
        RowLevelSecurity("programs_ledgerline"),
        RowLevelSecurity("programs_loanevent"),
        RowLevelSecurity("programs_loanfollowup"),
        RowLevelSecurity("programs_applicationstep"),
        RowLevelSecurity("programs_rulestamp"),
        RowLevelSecurity("programs_reliefpaper"),
        RowLevelSecurity("programs_subsidybatch"),
        RowLevelSecurity("programs_subsidyline"),
        RowLevelSecurity("programs_payment"),
        RowLevelSecurity("programs_signature"),
        RowLevelSecurity("programs_paymentbatch"),
        RowLevelSecurity("programs_bankline"),
        RowLevelSecurity("programs_screeningrecall"),
        RowLevelSecurity("programs_screeningexclusion"),
        RowLevelSecurity("programs_guardianconsent"),
        RowLevelSecurity("programs_childassessment"),
        RowLevelSecurity("programs_growthplan"),
        RowLevelSecurity("programs_plangoal"),
        RowLevelSecurity("programs_planreview"),
        RowLevelSecurity("programs_comparisonfinding"),
        RowLevelSecurity("programs_screeningday"),
        RowLevelSecurity("programs_screeningappointment"),
        RowLevelSecurity("programs_screeningconsent"),
        RowLevelSecurity("programs_screeningreturn"),
        RowLevelSecurity("programs_mentor"),
        RowLevelSecurity("programs_mentorvetting"),
        RowLevelSecurity("programs_carecontact"),
        RowLevelSecurity("programs_childwish"),
        RowLevelSecurity("programs_incident"),
        RowLevelSecurity("programs_incidentreport"),
        RowLevelSecurity("programs_loanapplication"),
        RowLevelSecurity("programs_loanpaper"),
        RowLevelSecurity("programs_loanpartner"),
        RowLevelSecurity("programs_childaccess"),
        StatementForeignKeys(
            "programs_screening",
            {
                **_BRANCH,
                "campaign_id": "programs_campaign",
                "woman_id": "members_woman",
                "recall_id": "outreach_followup",
                "batch_id": "programs_batch",
            },
        ),
        StatementForeignKeys(
            "programs_screeningresult", {**_BRANCH, "screening_id": "programs_screening", "batch_id": "programs_batch"}
        ),
    ]
