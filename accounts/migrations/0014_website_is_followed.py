from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_privacy")]

    operations = [
        migrations.AddField(
            model_name="website",
            name="is_followed",
            field=models.BooleanField(
                default=False, editable=False, help_text="Programs are told what happens here."
            ),
        )
    ]
