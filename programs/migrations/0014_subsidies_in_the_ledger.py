"""A source and a programme for what the treasury pays to banks, so that the year's subsidy stands in the ledger."""

from django.db import migrations, models

SOURCES = [
    ("lottery", "中央专项彩票公益金"),
    ("province", "省级救助资金"),
    ("city", "市级救助资金"),
    ("donation", "捐赠款"),
    ("treasury", "财政贴息资金"),
]
PROGRAMMES = [("relief", "两癌救助"), ("sunflower", "向日葵关爱"), ("loans", "小额贷款贴息")]


class Migration(migrations.Migration):
    dependencies = [("programs", "0013_arrivals_asked")]
    operations = [
        migrations.AlterField(
            "fund", "source", models.CharField(choices=SOURCES, max_length=20, verbose_name="资金来源")
        ),
        migrations.AlterField(
            "fund", "programme", models.CharField(choices=PROGRAMMES, max_length=20, verbose_name="项目")
        ),
    ]
