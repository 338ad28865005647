import foundation.encrypted_columns
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('assistant', '0011_where_people_answer'),
    ]

    operations = [
        migrations.AlterField(
            model_name='assistantsettings',
            name='encrypted_key',
            field=foundation.encrypted_columns.TokenField(blank=True, editable=False),
        ),
    ]
