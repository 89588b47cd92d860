using Npgsql;

namespace EmptyNumber.Benchmarks.Listings;

/// <summary>Fills the database of listings as a large city portal might be filled: most houses in few districts.</summary>
internal static class Houses
{
    /// <summary>Keys are not checked and indexes not kept while it goes on: they would take most of the time and change nothing that is measured.</summary>
    private const string Fill = """
        set session_replication_role = replica;
        set maintenance_work_mem = '256MB';
        set synchronous_commit = off;
        truncate photos, house_tags, houses, tags, house_types, agent_estates, estates, agents restart identity cascade;

        create temporary table kept as select indexdef from pg_indexes where tablename in ('houses', 'house_tags') and indexname not like 'pk%';
        do $$ declare name text; begin
            for name in select indexname from pg_indexes where tablename in ('houses', 'house_tags') and indexname not like 'pk%' loop
                execute 'drop index ' || name;
            end loop;
        end $$;

        select setseed(0.20261121);
        insert into house_types (name) select unnest(array['一室一厅', '两室一厅', '两室两厅', '三室一厅', '三室两厅', '四室两厅', '开间', '复式']);
        insert into tags (content) select unnest(array['近地铁', '精装修', '随时看房', '拎包入住', '南北通透', '有电梯', '独立卫浴', '有阳台', '首次出租', '可养宠物']);
        insert into agents (name, tel, servstar, realstar, profstar, certificated)
            select '经理' || i, '138' || lpad(i::text, 8, '0'), i % 6, i % 5, i % 4, i % 2 = 0 from generate_series(1, 500) i;
        insert into estates (district_id, name, hot, intro)
            select id, (array['幸福', '锦绣', '世纪', '阳光', '翡翠', '望江', '梧桐', '银杏', '滨海', '石门'])[1 + n % 10]
                || (array['家园', '花园', '公馆', '名苑', '里', '新村'])[1 + n % 6] || n, n % 300, ''
            from (select id, row_number() over (order by hashint4(id))::int as n from districts where id % 100 <> 0) places;
        insert into houses (user_id, posted_at, title, area, floor, total_floor, direction, price, price_unit, detail, main_photo, pub_date, street,
                has_subway, is_shared, has_agent_fees, type_id, district_id, estate_id, agent_id)
            select 1, now(), (array['整租', '合租', '转租'])[1 + i % 3] || '·' || estates.name || ' ' || house_types.name || ' '
                    || (array['南', '南北', '东南', '西', '东', '北'])[1 + i % 6] || '向 ' || tags.content, 30 + i % 150 + (i % 4) * 0.25, 1 + i % 28, 30,
                (array['南', '南北', '东南', '西', '东', '北'])[1 + i % 6], (5 + floor(power(draw, 2) * 200)::int) * 100, '元/月', '家具齐全，欢迎来电看房。', '',
                date '2026-01-01' + i % 300, '建设路' || i % 900 || '号', i % 4 = 0, i % 3 = 1, i % 5 = 0, house_types.id, district_id, estates.id, 1 + i % 500
            from (select i, 1 + floor(power(random(), 4) * (select count(*) from estates))::int as estate, random() as draw from generate_series(1, @houses) i) houses
            join estates on estates.id = estate
            join house_types on house_types.id = 1 + i % 8
            join tags on tags.id = 1 + i % 10;
        insert into house_tags select id, 1 + id % 10 from houses union all select id, 1 + (id + 3) % 10 from houses;

        do $$ declare definition text; begin
            for definition in select indexdef from kept loop
                execute definition;
            end loop;
        end $$;
        update house_versions set version = version + 1;
        """;

    public static async Task FillAsync(NpgsqlDataSource database, int count, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var fill = new NpgsqlCommand(Fill.Replace("@houses", $"{count}"), connection) { CommandTimeout = 0 })
            await fill.ExecuteNonQueryAsync(cancellationToken);
        await using var vacuum = new NpgsqlCommand("vacuum (analyze, freeze)", connection) { CommandTimeout = 0 };
        await vacuum.ExecuteNonQueryAsync(cancellationToken);
        await using var checkpoint = new NpgsqlCommand("checkpoint", connection) { CommandTimeout = 0 };
        await checkpoint.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Districts that have houses, those with most first.</summary>
    public static async Task<int[]> DistrictsAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select array_agg(district_id order by n desc) from (select district_id, count(*) n from houses group by 1) d");
        return (int[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
