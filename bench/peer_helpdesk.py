"""A peer's nightly escalation: django-helpdesk's `escalate_tickets` over open tickets, in a Django of its own.

`python bench/peer_helpdesk.py FOLDER TICKETS RUNS` prints the seconds of each run as JSON. It runs in an environment of
the peer, on SQLite with the same durability as duban's, its mails rendered and thrown away.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import django
from django.conf import settings

urlpatterns: list[object] = []
"""What ROOT_URLCONF finds here: the mails name addresses of pages."""


def configure(folder: Path) -> None:
    settings.configure(
        SECRET_KEY="bench",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": folder / "helpdesk.db",
                "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"},
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.sites",
            "django.contrib.humanize",
            "django.contrib.admin",
            "django.contrib.messages",
            "rest_framework",
            "helpdesk",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        SITE_ID=1,
        USE_TZ=True,
        HELPDESK_TEAMS_MODE_ENABLED=False,
        ROOT_URLCONF=__name__,
    )
    django.setup()
    from django.urls import include, path

    urlpatterns.append(path("", include("helpdesk.urls", namespace="helpdesk")))


def escalated(tickets: int) -> float:
    """Seconds for one night over so many open tickets, all of them due."""
    from django.core.management import call_command
    from django.utils import timezone
    from helpdesk.models import Queue, Ticket

    Ticket.objects.all().delete()
    queue, _ = Queue.objects.get_or_create(
        slug="bench", defaults={"title": "bench", "escalate_days": 1, "email_address": "desk@example.org"}
    )
    long_ago = timezone.now() - timedelta(days=9)
    Ticket.objects.bulk_create(
        [
            Ticket(
                queue=queue,
                title=f"路灯不亮 {number}",
                submitter_email=f"{number % 200}@example.org",
                priority=3,
            )
            for number in range(tickets)
        ]
    )
    Ticket.objects.update(created=long_ago)
    started = perf_counter()
    call_command("escalate_tickets")
    seconds = perf_counter() - started
    assert Ticket.objects.filter(priority=2).count() == tickets
    return seconds


def main(folder: str, tickets: str, runs: str) -> None:
    configure(Path(folder))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    print(json.dumps([escalated(int(tickets)) for _ in range(int(runs))]))


if __name__ == "__main__":
    main(*sys.argv[1:])
