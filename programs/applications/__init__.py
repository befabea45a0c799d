"""One engine for every application that goes from desk to desk: declared in a table, moved by one verb, kept by PostgreSQL.

How to add a kind (loans, say), by declaration only:

1. **States** as TextChoices, and **the process** beside them (`programs/relief/process.py` is the pattern):

       LOANS = declare(Process(
           kind="loan", noun="贷款申请", model="programs.LoanApplication", begins="draft",
           desks={
               "draft": Desk("村妇联", Role.VILLAGE_DIRECTOR, todo="补齐材料后提交"),
               "submitted": Desk("村妇联", Role.VILLAGE_DIRECTOR, todo="入户调查，写推荐意见", limit="loan.village_workdays"),
               "with_labour": Desk("市人社局", Role.CITY_OFFICER, todo="登记人社的资格认定", limit="loan.labour_workdays"),
               ...
           },
           moves=(
               Move("recommend", ("submitted",), "with_township", "推荐", decides=True, opinion=True),
               Move("check", ("with_township",), "with_city", "初审通过", decides=True, opinion=True, exception=True),
               Move("labour_agrees", ("with_labour",), "with_guarantor", "登记人社同意", facts=("labour_answered_on",)),
               Move("release", ("contracted",), "released", "登记放款", facts=("released_on", "released_fen"), requires=("contract_gaps",)),
               Move("send_back", ("with_township", "with_city"), "returned", "退回补正", kind=Kind.BACK, reason=True),
               Move("withdraw", (...), "withdrawn", "撤回", kind=Kind.END, by=STAFF, reason=True),
           ),
       ))

   A desk belongs to an office and is worked by a role. What bank, treasury, guarantee and labour office decide is only
   recorded here: their desks carry their name and are worked by the city officer, and such moves have `decides=False`.
   A move is made by the role of the desk it leaves unless it names its own (`by`). `facts` are fields of the application
   that the move's page asks for; `requires` are methods of it that say in sentences what still stands in the way.

2. **The model** subclasses `programs.models.Application`, says `kind = "loan"`, and gives what a decision is taken on:
   `snapshot()` (label -> words, sealed on each deciding step) and `rules_used(on=...)` (policy rows, stamped on it).

3. **The migration** ends with `AllowMoves("loan", [...rows...])` and `GuardStates("programs_loanapplication", "loan")`
   from `programs.migration_operations`, and the table's RowLevelSecurity. The rows are written out (migrations import no
   live code): print them with `[tuple(row) for row in LOANS.rows()]`. A test holds the table against the declaration.

4. Limits of desks are policy rules (`limit`, in working days); without a rule in force a desk has no deadline.

Everything else is there: `moving.begin`, `moving.move`, the page of each move (`programs:application_move`), the path
with opinions and days at each desk (`{% include "programs/_application_path.html" %}`), the list of what waits at my desk
(`programs:application_list`), four eyes by person, the logged exception, append-only steps.

To ask for more on a move than `facts` can say, do it in your own view and call `moving.move(..., facts={...})`.
Application pages of a kind live at its model's `get_absolute_url()`.
"""
