"""Cadres are listed by the whole pinyin, as women are: by initials alone 何, 胡 and 黄 stood in no order.

Rows that there are get the common reading; a surname read otherwise comes right when the file is next saved.
"""

from typing import Any

from django.db import connection, migrations, models
from pypinyin import Style, lazy_pinyin


def fill(apps: Any, schema_editor: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', 'all', true)")
        cursor.execute("SELECT DISTINCT name FROM members_cadre")
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "UPDATE members_cadre SET pinyin = read.pinyin "
            "FROM unnest(%s::text[], %s::text[]) AS read (name, pinyin) WHERE members_cadre.name = read.name",
            [names, [" ".join(lazy_pinyin(name, style=Style.NORMAL))[:120].lower() for name in names]],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("members", "0006_lists_go_by_the_whole_pinyin")]

    operations = [
        migrations.AddField(
            "cadre", "pinyin", models.CharField(db_collation="C", default="", editable=False, max_length=120)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("cadre", "pinyin", models.CharField(db_collation="C", editable=False, max_length=120)),
        migrations.RemoveIndex("cadre", "cadre_township_initials"),
        migrations.RemoveIndex("cadre", "cadre_branch_initials"),
        migrations.AddIndex("cadre", models.Index(fields=["township", "pinyin", "id"], name="cadre_township_pinyin")),
        migrations.AddIndex("cadre", models.Index(fields=["organization", "pinyin", "id"], name="cadre_branch_pinyin")),
    ]
