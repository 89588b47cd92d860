namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>The statements of the pool; benchmarks run the same.</summary>
/// <remarks>Rows are found by <c>= any(array(…))</c>: such a plan does not depend on how many rows the planner takes the inner query for.</remarks>
internal static class PoolSql
{
    /// <summary>$1 mobiles → those of them that are pooled or for which there is room, in the given order.</summary>
    public const string Welcome = """
        select coalesce(array_agg(mobile order by place), '{}')
        from (
            select sent.mobile, place, pooled.mobile is null as is_new, count(*) filter (where pooled.mobile is null) over (order by place) as newcomers
            from unnest($1) with ordinality as sent (mobile, place) left join mobiles pooled on pooled.mobile = sent.mobile
        ) as judged
        where not is_new or newcomers <= (select size - pooled + (select coalesce(sum(mobiles), 0) from withdrawals) from pool)
        """;

    /// <summary>Whoever adds mobiles is alone, so that there are never more than the pool's size.</summary>
    public const string Lock = "select from pool for update";

    /// <summary>
    /// $1 mobiles, $2 channels, $3 addresses, $4 encrypted identities → the mobiles stored. A mobile that is handed out
    /// meanwhile was counted as pooled and comes in anew; its withdrawal, which this statement does not see, makes up for it.
    /// </summary>
    public const string Store = """
        with gone as (
            delete from withdrawals returning mobiles
        ), state as (
            select arrivals, pooled - (select coalesce(sum(mobiles), 0) from gone) as pooled, size from pool
        ), judged as (
            select sent.*, pooled.mobile is null as is_new, count(*) filter (where pooled.mobile is null) over (order by place) as newcomers
            from unnest($1, $2, $3, $4) with ordinality as sent (mobile, cid, ip, identity, place)
            left join mobiles pooled on pooled.mobile = sent.mobile
        ), stored as (
            insert into mobiles (arrival, mobile, cid, ip, identity)
            select state.arrivals + place, mobile, cid, ip, identity
            from judged, state
            where not is_new or newcomers <= size - pooled
            on conflict (mobile) do update
            set arrival = excluded.arrival, cid = excluded.cid, ip = excluded.ip, identity = excluded.identity
            returning mobile, xmax = 0 as is_added
        ), counted as (
            update pool set arrivals = state.arrivals + cardinality($1), pooled = state.pooled + (select count(*) from stored where is_added)
            from state
        )
        select mobile from stored
        """;

    /// <summary>$1 app, $2 how many at most, $3 when the hand-out expires → the mobiles taken, newest first.</summary>
    public const string Take = """
        with taken as (
            delete from mobiles
            where ctid = any(array(select ctid from mobiles order by arrival desc limit $2 for update skip locked))
            returning arrival, mobile, cid, ip, identity
        ), withdrawn as (
            insert into withdrawals (mobiles) select count(*) from taken having count(*) > 0
        ), handed_out as (
            insert into hand_outs (mobile, app, arrival, expires_at) select mobile, $1, arrival, $3 from taken
            on conflict (mobile, app) do update set arrival = excluded.arrival, expires_at = excluded.expires_at
        ), adopted as (
            update codes set recipient = $1 where mobile = any(array(select mobile from taken)) and recipient is null
        )
        select mobile, cid, ip, identity from taken order by arrival desc
        """;

    /// <summary>$1 size.</summary>
    public const string Resize = "update pool set size = $1";
}
