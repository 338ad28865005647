import accounts.models.websites
import foundation.encrypted_columns
from django.db import migrations, models

from foundation.encryption import decrypt, encrypt


def encrypt_secrets(apps, schema_editor):
    change(apps, encrypt)


def decrypt_secrets(apps, schema_editor):
    change(apps, decrypt)


def change(apps, how):
    websites = apps.get_model("accounts", "Website").objects
    for pk, secret in websites.values_list("pk", "identity_secret").iterator():
        websites.filter(pk=pk).update(identity_secret=how(secret))


class Migration(migrations.Migration):
    """As text first, so that the rows are written as they are given."""

    dependencies = [
        ('accounts', '0011_mail_language'),
    ]

    operations = [
        migrations.AlterField(
            model_name='website',
            name='identity_secret',
            field=models.TextField(default=accounts.models.websites.new_identity_secret, editable=False),
        ),
        migrations.RunPython(encrypt_secrets, decrypt_secrets),
        migrations.AlterField(
            model_name='website',
            name='identity_secret',
            field=foundation.encrypted_columns.EncryptedField(default=accounts.models.websites.new_identity_secret, editable=False),
        ),
    ]
