"""Under which directory, calendar and moment the open cases were last looked at, and how far a pass has come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_loads_of_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("directory", models.CharField(blank=True, max_length=32)),
                ("calendar", models.CharField(max_length=32)),
                ("until", models.DateTimeField()),
                ("to_directory", models.CharField(blank=True, max_length=32)),
                ("to_calendar", models.CharField(blank=True, max_length=32)),
                ("to_until", models.DateTimeField(null=True)),
                ("after", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "upkeep of open cases",
                "verbose_name_plural": "upkeep of open cases",
            },
        ),
    ]
