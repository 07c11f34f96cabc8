"""What a case is found by: its folded words, and numbers of papers in any spelling (`15/PC-BTCD`, `15pcbtcd`).

Twin of cases.search.terms: a test compares them.
"""

from django.db import migrations

MAKE = r"""
CREATE FUNCTION case_search(value text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(folded, '[^a-z0-9]+', ' ', 'g') || ' ' || coalesce((
        SELECT string_agg(regexp_replace(found[1], '[^a-z0-9]', '', 'g'), ' ')
        FROM regexp_matches(folded, '(\d+[/-][a-z0-9]+(?:[/-][a-z0-9]+)*)', 'g') AS found), ''))
    FROM (SELECT public.vi_fold(value) AS folded) AS once
$$;

-- A new row of the law makes the clocks reckoned with the older one old: one version stands for both.
CREATE TRIGGER cases_timelimit_changed AFTER INSERT OR UPDATE OR DELETE ON cases_timelimit
FOR EACH STATEMENT EXECUTE FUNCTION bodies_calendar_changed();
"""
DROP = """
DROP TRIGGER cases_timelimit_changed ON cases_timelimit;
DROP FUNCTION case_search(text);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("bodies", "0005_vi_fold")]
    operations = [migrations.RunSQL(MAKE, DROP)]
