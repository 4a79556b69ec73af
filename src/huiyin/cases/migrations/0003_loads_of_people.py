"""How many open cases each person holds is kept beside the cases instead of being counted at every choice (CR-4)."""

from django.db import migrations, models

from huiyin.cases import loads


def install(apps, schema_editor):
    loads.install(schema_editor)


def remove(apps, schema_editor):
    loads.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_append_only")]

    operations = [
        migrations.RemoveIndex(model_name="caseperson", name="cases_person_load"),
        migrations.CreateModel(
            name="PersonLoad",
            fields=[
                ("person", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("open_cases", models.IntegerField()),
            ],
            options={"verbose_name": "load of a person", "verbose_name_plural": "loads of people"},
        ),
        migrations.RunSQL(
            "INSERT INTO cases_personload (person, open_cases) SELECT person, COUNT(DISTINCT case_id) "
            "FROM cases_caseperson WHERE relation = 'holds' AND open GROUP BY person",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(install, remove),
    ]
