"""The jobs of the engine."""

from rulebooks.vocabulary import Named


class JobName(Named):
    """What the engine runs by itself, in the order in which missed jobs are caught up."""

    SWEEP = "sweep-deadlines", "扫描期限", "Sweep of limits"
    AUDIT = "nightly-audit", "夜间巡检", "Nightly audit"
    PAPERS = "papers", "文书", "Papers"
    RETENTION = "retention", "保存期满", "Retention"
    IMPORT = "import", "导入", "Import"
    REVIEW = "escalate", "督办研判", "Leadership's review"
    LEADERS_DIGEST = "digest-leaders", "领导周报", "Leaders' digest"
    PERSONAL_DIGEST = "digest-personal", "个人摘要", "Personal digest"
    DELIVERY = "deliver", "发送通知", "Delivery"


class RunBy(Named):
    """What ran a job."""

    DIRECT = "direct", "直接运行", "directly"
    PREFECT = "prefect", "由 Prefect 运行", "by Prefect"
