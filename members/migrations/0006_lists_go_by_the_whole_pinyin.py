from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0005_posts_end_with_their_branch")]

    operations = [
        migrations.RemoveIndex("woman", "woman_township_initials"),
        migrations.RemoveIndex("woman", "woman_branch_initials"),
        migrations.AddIndex("woman", models.Index(fields=["township", "pinyin", "id"], name="woman_township_pinyin")),
        migrations.AddIndex("woman", models.Index(fields=["organization", "pinyin", "id"], name="woman_branch_pinyin")),
        migrations.AddIndex("woman", models.Index(fields=["pinyin", "id"], name="woman_pinyin")),
    ]
