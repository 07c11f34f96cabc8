"""`vi_fold`: Vietnamese text without case and marks, for search. The twin of bodies.text.fold; a test compares them."""

from django.db import migrations

MAKE = r"""
CREATE FUNCTION vi_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(regexp_replace(normalize(lower(value), NFD), U&'[\0300-\036f]', '', 'g'), 'đ', 'd')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("bodies", "0004_append_only")]
    operations = [migrations.RunSQL(MAKE, "DROP FUNCTION vi_fold(text);")]
