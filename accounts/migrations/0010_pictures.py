from typing import Any

import accounts.models.pictures
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_addresses_elsewhere(apps: Any, schema_editor: Any) -> None:
    """What operators may have written there was never shown: our pages load pictures of our own host only."""
    apps.get_model("accounts", "User").objects.exclude(avatar_url="").update(avatar_url="")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_listed_websites'),
    ]

    operations = [
        migrations.RunPython(forget_addresses_elsewhere, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='user',
            name='avatar_url',
            field=models.CharField(blank=True, help_text='Of their Picture, on our host.', max_length=80),
        ),
        migrations.AddField(
            model_name='website',
            name='avatar_url',
            field=models.CharField(blank=True, db_default='', help_text='Of its Picture, on our host.', max_length=80),
        ),
        migrations.CreateModel(
            name='Picture',
            fields=[
                ('name', models.CharField(default=accounts.models.pictures.new_name, max_length=40, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
                ('user', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='picture', to=settings.AUTH_USER_MODEL)),
                ('website', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='picture', to='accounts.website')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('user', None), ('website__isnull', False)), models.Q(('user__isnull', False), ('website', None)), _connector='OR'), name='picture_of_one')],
            },
        ),
    ]
