namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>The statements of the codes; benchmarks run the same.</summary>
/// <remarks>
/// Scalar queries where <c>exists</c> would read better: the planner, which cannot know that there are few codes and many
/// hand-outs, makes a join of all of them out of the latter.
/// </remarks>
internal static class CodeSql
{
    /// <summary>The channel on which a replica tells that codes have arrived; its payload is the app that gets them.</summary>
    public const string Channel = "codes_arrived";

    /// <summary>
    /// $1 mobiles, $2 codes, $3 apps as they were named, $4 apps or null, $5 channels, $6 when they expire, $7 now → the apps
    /// that get them. The same code once more, of a handset that was not answered, stays delivered.
    /// </summary>
    public const string Store = """
        with stored as (
            insert into codes (mobile, vcode, appname, recipient, chanlid, delivered, place, expires_at)
            select mobile, vcode, appname, coalesce(app, (
                select h.app from hand_outs h where h.mobile = sent.mobile and h.expires_at > $7 order by h.arrival desc limit 1
            )), chanlid, false, place, $6
            from unnest($1, $2, $3, $4, $5) with ordinality as sent (mobile, vcode, appname, app, chanlid, place)
            order by mobile, appname
            on conflict (mobile, appname) do update
            set vcode = excluded.vcode, recipient = excluded.recipient, chanlid = excluded.chanlid, place = excluded.place, expires_at = excluded.expires_at,
                delivered = codes.delivered and codes.vcode = excluded.vcode and codes.recipient is not distinct from excluded.recipient
            returning recipient, delivered
        )
        select distinct recipient from stored where recipient is not null and not delivered
        """;

    /// <summary>$1 apps: tells all replicas that codes have arrived for them.</summary>
    public const string Notify = $"select pg_notify('{Channel}', app) from unnest($1) as told (app)";

    /// <summary>$1 app, $2 now, $3 how many at most → the codes that are delivered with this, the last to arrive first.</summary>
    public const string Claim = """
        with delivered as (
            update codes set delivered = true
            where ctid = any(array(
                select ctid from codes c
                where recipient = $1 and not delivered and expires_at > $2
                and (select h.expires_at > $2 from hand_outs h where h.mobile = c.mobile and h.app = $1)
                order by expires_at desc, place desc limit $3
                for update skip locked
            ))
            returning mobile, vcode, appname, chanlid, expires_at, place
        )
        select mobile, vcode, appname, chanlid from delivered order by expires_at desc, place desc
        """;

    /// <summary>$1 apps, $2 now → those of them for which codes wait.</summary>
    public const string Awaiting = """
        select app from unnest($1) as waiting (app)
        where (
            select true from codes c
            where recipient = waiting.app and not delivered and expires_at > $2
            and (select h.expires_at > $2 from hand_outs h where h.mobile = c.mobile and h.app = waiting.app)
            limit 1
        )
        """;
}
