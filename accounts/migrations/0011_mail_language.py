from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='availability',
            name='mail_language',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of such mails to them; empty: English.', max_length=10),
        ),
    ]
