from django.db import migrations

from federation.migration_operations import AddRules

SOURCE = "平台初始设置（个人信息保护法第十九条：保存期限应当最短），待市妇联核定"


class Migration(migrations.Migration):
    dependencies = [("federation", "0003_table_of_the_stand_in_cache")]
    operations = [AddRules([("export.file_days", "7", None, None, SOURCE, False)])]
