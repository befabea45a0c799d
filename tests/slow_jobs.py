"""A job for the fault tests: papers rendered one after another, and a row that must stand there exactly once.

The first attempt takes `pages` papers, so that there is time to kill it; later attempts take one.
"""

import os
import time

from weasyprint import HTML

from federation import jobs
from members.models import Household

PAPER = "tests.paper"


@jobs.handler(PAPER, label="测试文件")
def paper(job: jobs.RunningJob) -> None:
    Household.objects.create(organization=job.organization, head_name=job.params["mark"])
    pages = job.params["pages"] if job.attempt == 1 else 1
    content = b""
    for page in range(1, pages + 1):
        content = HTML(string=f"<h1>{job.params['mark']}</h1><p>{page}</p>").write_pdf()
        time.sleep(0.05)
        job.progress(page, pages, f"进程 {os.getpid()}")
    job.attach("测试.pdf", content)
